from freezegun import freeze_time
from odoo import Command

from .common import JobtrackCommon

RUN = "2026-03-08"


class BooksCommon(JobtrackCommon):
    """A host whose accountant has taxes of all kinds."""

    @classmethod
    def _make_tax(cls, amount, included=False, company=None, **values):
        """Return a sales tax whose amount is booked on an account of its own."""
        company = company or cls.company
        gl = cls.env["account.account"].search(
            [
                ("account_type", "=", "liability_current"),
                ("company_ids", "in", company.ids),
                ("id", "!=", company.jobtrack_deferred_gl_id.id),
            ],
            limit=1,
        )
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": gl.id}),
        ]
        return cls.env["account.tax"].create(
            {
                "name": f"{amount} % {'in' if included else 'on'} the price",
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_included" if included else "tax_excluded",
                "company_id": company.id,
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
                **values,
            }
        )

    def _bill(self, date=RUN):
        """Run the billing of that day; return its statements."""
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids

    def _tax_work(self, taxes):
        self.env.ref("jobtrack_support.product_postpaid_hour").taxes_id = taxes

    def _tax_plans(self, taxes):
        self.env.ref("jobtrack_support.plan_20").taxes_id = taxes

    # === WHAT THE BOOKS SAY === #

    def _booked_on(self, gl, company=None, field="balance"):
        """Return the posted balance of a ledger account as a positive figure for liabilities and income."""
        company = company or self.company
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", gl.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", company.id),
            ]
        )
        return company.currency_id.round(-sum(lines.mapped(field)))

    def _books(self, company=None):
        """Return the posted balances of deferred revenue, revenue, lapsed hours and hours granted."""
        company = company or self.company
        return tuple(
            self._booked_on(gl, company)
            for gl in (
                company.jobtrack_deferred_gl_id,
                company.jobtrack_revenue_gl_id,
                company.jobtrack_breakage_gl_id,
                company.jobtrack_granted_gl_id,
            )
        )

    def _unpay(self, invoice):
        lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        lines.remove_move_reconcile()

    def _credit(self, invoice, date, hours=None):
        """Post a credit note over hours of a plan invoice; by default over all of it."""
        refund = invoice._reverse_moves([{"invoice_date": date, "date": date}])
        if hours is not None:
            refund.invoice_line_ids.quantity = hours
        refund.action_post()
        return refund

    def _reconcile_on(self, date=None, company=None):
        """Return the two columns as figures: currency -> (expected, booked, and both in company currency)."""
        rows = self.env["jobtrack.ledger.entry"]._reconcile_deferred(company or self.company, date)
        names = ("expected", "booked", "expected_company", "booked_company")
        return {
            row["currency"].name: tuple(row[name] for name in names)
            for row in rows
            if any(row[name] for name in names)
        }
