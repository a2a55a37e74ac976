from odoo import fields, models

from ..tools.rounding import format_hours, to_hours

# The statement is the history of its invoice: no message and no follower per record while a batch is billed.
AT_ONCE = {"mail_create_nolog": True, "mail_create_nosubscribe": True}


class JobtrackStatementInvoice(models.AbstractModel):
    """The invoices of a batch of statements: over the hours that no pack pays (D7)."""

    _name = "jobtrack.statement.invoice"
    _description = "Billing Statement: Its Invoice"

    def _create_invoices(self, run, statements):
        """Create one draft invoice per statement with hours that no pack pays (D7)."""
        to_invoice = statements.filtered(
            lambda statement: any(line.postpaid_minutes for line in statement.line_ids)
        )
        # The lines ask for it one by one.
        to_invoice.jobtrack_account_id.project_id.fetch(["account_id"])
        invoices = (
            self.env["account.move"]
            .with_company(run.company_id)
            .with_context(**AT_ONCE)
            .create([statement._prepare_invoice() for statement in to_invoice])
        )
        for statement, invoice in zip(to_invoice, invoices, strict=True):
            statement.invoice_id = invoice
        return invoices.with_env(self.env)

    def _prepare_invoice(self):
        """Return the values of the draft invoice: a line per job with reference, hours and rate."""
        self.ensure_one()
        account = self.jobtrack_account_id
        company = account.company_id
        partner = account.partner_id
        terms = (
            partner.with_company(company).property_payment_term_id
            or company.jobtrack_payment_term_id
        )
        addresses = partner.address_get(["invoice"])
        lines = self.line_ids.filtered("postpaid_minutes")
        values = {
            "move_type": "out_invoice",
            "partner_id": addresses["invoice"],
            "company_id": company.id,
            "currency_id": account.currency_id.id,
            "jobtrack_account_id": account.id,
            "invoice_date": self.date,
            "invoice_origin": self.name,
            "ref": self.name,
            "invoice_line_ids": [
                fields.Command.create(line._prepare_invoice_line()) for line in lines
            ],
        }
        if terms:
            values["invoice_payment_term_id"] = terms.id
        return values


class JobtrackStatementLineInvoice(models.AbstractModel):
    """One line of such an invoice: a job with its reference, hours and rate."""

    _name = "jobtrack.statement.line.invoice"
    _description = "Statement Line: Its Invoice Line"

    def _prepare_invoice_line(self):
        """Return the values of the invoice line; the amount is the statement line's, whatever the unit's precision.

        Where the hours are not exact in the unit's precision the quantity is 1 and the hours stand in the text.
        """
        self.ensure_one()
        account = self.jobtrack_account_id
        company = account.company_id
        # Not env.ref, which asks the database for each line whether the product still exists.
        data = self.env["ir.model.data"]
        product_id = data._xmlid_to_res_id("jobtrack_support.product_postpaid_hour")
        hours = to_hours(self.postpaid_minutes)
        exact = not account.currency_id.compare_amounts(round(hours, 2) * self.rate, self.amount)
        exact = exact and abs(round(hours, 2) - hours) < 1e-9
        analytic = account.project_id.account_id
        return {
            "product_id": product_id,
            "name": self.env._(
                "%(reference)s %(job)s: %(hours)s h at %(rate)s per hour",
                reference=self.task_id.jobtrack_reference,
                job=self.task_id.name,
                hours=format_hours(self.postpaid_minutes),
                rate=account.currency_id.format(self.rate),
            ),
            # What Odoo would compute and write line by line; it checks and corrects both by the taxes.
            "amount_currency": -self.amount,
            **({"balance": -self.amount} if account.currency_id == company.currency_id else {}),
            "quantity": hours if exact else 1,
            "price_unit": self.rate if exact else self.amount,
            "account_id": company.jobtrack_revenue_gl_id.id,
            "analytic_distribution": {str(analytic.id): 100} if analytic else False,
        }
