from . import home, account, jobs, ledger, odoo_pages, statements, work_orders
