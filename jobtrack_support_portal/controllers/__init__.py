from . import home, account, jobs, ledger, odoo_pages, statements, upcoming, work_orders
