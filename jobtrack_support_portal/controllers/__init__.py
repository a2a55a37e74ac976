from . import (
    home,
    account,
    calls,
    jobs,
    ledger,
    limits,
    odoo_pages,
    orders,
    statements,
    upcoming,
    work_orders,
)
