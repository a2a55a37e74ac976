def post_init_hook(env):
    """Give each company with a chart of accounts the books of the support ledger."""
    for company in env["res.company"].search([("chart_template", "!=", False)]):
        company._jobtrack_ensure_books()


def uninstall_hook(env):
    """Leave a working database: no trace of our columns stays on Odoo's own records that could stop them.

    Bookings, invoices and timesheets stay; only their links to JobTrack go with its tables.
    """
    env["account.move"].search([("jobtrack_is_ledger_move", "=", True)]).write(
        {"jobtrack_is_ledger_move": False}
    )
