from . import home, account, jobs, ledger, odoo_pages, orders, statements, upcoming, work_orders
