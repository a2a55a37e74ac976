{
    "name": "JobTrack Support",
    "summary": "Paid support: estimates, consent, prepaid hours, billing, ledger",
    "version": "19.0.1.0.0",
    "category": "Services/Project",
    "author": "JobTrack",
    "license": "LGPL-3",
    "depends": [
        "account_payment",
        "calendar",
        "mail",
        "portal",
        "project",
        "sale_management",
        "sale_timesheet",
    ],
    "data": [],
    "application": True,
}
