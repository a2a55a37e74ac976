"""Who can sign in to the demo company: role, login, password, what there is to see.

Plain data without imports: ``script/server`` reads it without Odoo.
"""

LOGINS = [
    ("Administrator", "admin", "admin", "everything, settings included"),
    ("Receptionist", "rita", "rita", "takes requests, looks up callers, invites contacts"),
    ("Technician", "tom", "tom", "estimates, works, logs time, completes jobs"),
    ("Dispatcher", "dora", "dora", "assigns and re-plans, records decisions told by phone"),
    ("Billing", "bella", "bella", "billing runs, statements, hour packs, books"),
    (
        "Client, decides",
        "nora",
        "nora",
        "Northwind Bakery: plenty of hours, an estimate to approve",
    ),
    ("Client, asks", "nick", "nick", "Northwind Bakery: may ask for jobs, sees no money"),
    ("Client, pays later", "hugo", "hugo", "Harbor Legal: pay-as-you-go, invoices"),
    ("Client, overdue", "quinn", "quinn", "Quick Courier: an overdue invoice pauses new work"),
    ("Client in euros", "mia", "mia", "Mueller Maschinen: an account in euros"),
]
