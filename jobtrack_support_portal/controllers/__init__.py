from . import (
    home,
    account,
    calls,
    jobs,
    ledger,
    odoo_pages,
    orders,
    statements,
    upcoming,
    work_orders,
)
