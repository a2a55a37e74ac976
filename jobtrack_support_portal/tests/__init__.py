from . import (
    test_access,
    test_account_pages,
    test_calls,
    test_jobs,
    test_ledger,
    test_limits,
    test_odoo_pages,
    test_orders,
    test_requests,
    test_statements,
    test_upcoming,
    test_work_orders,
)
