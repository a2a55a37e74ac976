from odoo.http import request, route

from .home import SupportPortal

REPORT = "jobtrack_support.action_report_statement"


class SupportStatementPortal(SupportPortal):
    """Billing statements, for contacts who see money: the record rules find them for nobody else."""

    @route(
        "/my/support/statements/<int:statement_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_statement(self, statement_id, **_params):
        """Show what one billing day billed."""
        statement, account, contact = self._support_statement(statement_id)
        invoice = statement.sudo().invoice_id
        jobs = statement.sudo().line_ids.task_id.with_env(request.env)._filtered_access("read")
        values = self._support_values(
            "support_statement",
            account,
            contact,
            statement=statement.sudo(),
            open_job_ids=jobs.ids,
            why={line.id: line._explain() for line in statement.sudo().line_ids},
            invoice_name=invoice.name,
            invoice_url=f"/my/invoices/{invoice.id}"
            if invoice.with_env(request.env)._filtered_access("read")
            else False,
            invoice_due=invoice.invoice_date_due,
            invoice_is_paid=invoice.payment_state in ("paid", "in_payment", "reversed"),
            # An invoice over several accounts tells what others cost as well.
            invoice_total=invoice.amount_total
            if statement._may_see_invoice_total(request.env.user.partner_id)
            else None,
            invoice_currency=invoice.currency_id,
        )
        return request.render("jobtrack_support_portal.portal_support_statement", values)

    @route(
        "/my/support/statements/<int:statement_id>/pdf",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def support_statement_pdf(self, statement_id, **_params):
        """Download the statement as PDF."""
        statement, account, _contact = self._support_statement(statement_id)
        title = f"Statement {statement.name}"
        return self._support_pdf(REPORT, statement, account.company_id, title)

    def _support_statement(self, statement_id):
        """Return the statement, its account and the user's contact, or raise ``NotFound``."""
        statement = self._support_record("jobtrack.statement", statement_id)
        account, contact = self._support_account(statement.sudo().jobtrack_account_id.id)
        return statement, account, contact
