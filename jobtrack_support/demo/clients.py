"""The clients of the demo company and what they asked for, as plain data.

Days count back from today, so that the history is always four months long. A job is
``(days ago, title, kind, estimated hours, spent hours, outcome)``; outcomes are ``done``, ``approved``, ``estimated``,
``requested``, ``declined``, ``question``, ``overrun``. A renewal is bought on the first day of the quarter when no
other purchase falls into it, so that the demo has live hours on every day of the year.
"""

PLENTY, NEARLY_OUT, PAY_LATER, EXPIRED, OVERDUE, WAITING, EURO = (
    "Northwind Bakery",
    "Lumen Studio",
    "Harbor Legal",
    "Old Mill Museum",
    "Quick Courier",
    "Bright School",
    "Mueller Maschinen",
)

# name, e-mail, position, phone, roles beside asking for jobs; the first is the main contact
EVERYTHING = ("may_approve", "may_buy", "may_see_money", "may_manage_team")
CLIENTS = {
    PLENTY: {
        "project": "Northwind web shop",
        "people": [
            ("Nora North", "nora", "Owner", "+1 555 0101", EVERYTHING),
            ("Nick Novak", "nick", "Shop assistant", "+1 555 0102", ()),
        ],
        "plans": [(112, "plan_20", 20), (78, "plan_40", 30), (20, "plan_60", 60)],
        "renewal": ("plan_60", 60),
        "jobs": [
            (110, "Move the shop to the new server", "change", 6, 5.5, "done"),
            (96, "Opening hours on the contact page", "change", 1, 0.75, "done"),
            (84, "Newsletter form sends nothing", "fault", 2, 1.25, "done"),
            (70, "Gift vouchers in the checkout", "change", 8, 7.5, "done"),
            (56, "Photos load slowly on phones", "fault", 3, 2.5, "done"),
            (41, "How do I export my orders?", "question", 0.5, 0.25, "question"),
            (33, "Pickup times per branch", "change", 5, 4.75, "done"),
            (18, "Seasonal price list", "change", 4, 3.5, "done"),
            (9, "Loyalty cards", "change", 12, 5, "approved"),
            (6, "Receipts print twice", "fault", 2, 2.5, "overrun"),
            (2, "Allergen filter in the catalogue", "change", 6, 0, "estimated"),
            (0, "Card terminal shows an old logo", "fault", 1, 0, "requested"),
        ],
    },
    NEARLY_OUT: {
        "project": "Lumen portfolio",
        "people": [("Lena Lumen", "lena", "Director", "+1 555 0111", EVERYTHING)],
        "plans": [(30, "plan_20", 20)],
        "renewal": ("plan_priority", 3),
        "jobs": [
            (100, "Contact form catches too much spam", "fault", 2, 1.5, "done"),
            (62, "Set up the video gallery", "change", 4, 4, "done"),
            (28, "New landing page for the autumn show", "change", 10, 9.5, "done"),
            (17, "Move mail to the new domain", "change", 6, 6, "done"),
            (8, "Certificate is about to end", "fault", 2, 1.75, "done"),
            (3, "Artist pages in two languages", "change", 8, 0, "estimated"),
        ],
    },
    PAY_LATER: {
        "project": "Harbor Legal intranet",
        "people": [("Hugo Hart", "hugo", "Office manager", "+1 555 0121", EVERYTHING)],
        "plans": [],
        "jobs": [
            (105, "Single sign-on for the archive", "change", 8, 7.25, "done"),
            (73, "Search finds closed cases", "fault", 3, 80 / 60, "done"),
            (44, "Deadline reminders by e-mail", "change", 5, 4.5, "done"),
            (25, "Scanner sends empty files", "fault", 2, 2, "done"),
            (5, "Template for powers of attorney", "change", 3, 1, "approved"),
            (1, "Second monitor flickers in the web client", "fault", 1, 0, "requested"),
        ],
    },
    EXPIRED: {
        "project": "Old Mill ticket shop",
        "people": [("Olive Oldham", "olive", "Curator", "+1 555 0131", EVERYTHING)],
        "plans": [(115, "plan_30", 20)],
        # Asked for ten days before these hours ended, and forgotten by us: part of them rolls over.
        "forgotten": (115, "Donations at the checkout", "change", 3, 2.5),
        "jobs": [
            (108, "Timed entry tickets", "change", 6, 5, "done"),
            (90, "Group bookings by mail", "change", 4, 3.25, "done"),
            (4, "Ticket prices for the winter", "change", 2, 0, "estimated"),
        ],
    },
    OVERDUE: {
        "project": "Quick Courier dispatch",
        "people": [("Quinn Quick", "quinn", "Manager", "+1 555 0141", EVERYTHING)],
        "plans": [],
        "unpaid": True,
        "jobs": [
            (76, "Driver app loses its connection", "fault", 6, 5.75, "done"),
            (52, "Labels for the new printers", "change", 3, 2.75, "done"),
            (7, "Route list as a spreadsheet", "change", 4, 0, "approved"),
        ],
    },
    WAITING: {
        "project": "Bright School platform",
        "people": [("Ben Bright", "ben", "Head of IT", "+1 555 0151", EVERYTHING)],
        "plans": [(40, "plan_30", 25)],
        "renewal": ("plan_30", 20),
        "jobs": [
            (36, "Accounts for the new classes", "change", 5, 5, "done"),
            (21, "Timetable import fails", "fault", 3, 2.25, "done"),
            (12, "Sports day photo wall", "change", 6, 0, "declined"),
            (4, "Homework reminders", "change", 5, 0, "estimated"),
            (1, "Parents' evening booking", "change", 7, 0, "estimated"),
        ],
    },
    EURO: {
        "project": "Mueller spare parts",
        "currency": "EUR",
        "people": [("Mia Mueller", "mia", "Purchasing", "+49 555 0161", EVERYTHING)],
        "plans": [(60, "plan_40", 20)],
        "renewal": ("plan_40", 20),
        "jobs": [
            (55, "Part numbers with leading zeros", "fault", 3, 3, "done"),
            (30, "Delivery notes in English", "change", 4, 3.75, "done"),
            (10, "Stock level on the product page", "change", 6, 2, "approved"),
        ],
    },
}

STAFF = [
    ("Rita Reception", "rita", "group_receptionist"),
    ("Tom Technician", "tom", "group_technician"),
    ("Tara Technician", "tara", "group_technician"),
    ("Dora Dispatch", "dora", "group_dispatcher"),
    ("Bella Billing", "bella", "group_billing"),
]
