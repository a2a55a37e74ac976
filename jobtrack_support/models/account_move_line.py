from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.rounding import to_minutes


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        index="btree_not_null",
        ondelete="restrict",
        help="The account that this support plan fills.",
    )
    jobtrack_pack_ids = fields.One2many("jobtrack.hour.pack", "invoice_line_id")

    def _jobtrack_deferred_gl(self):
        return self.company_id.jobtrack_deferred_gl_id

    def _jobtrack_check_postable(self):
        """Refuse to post plan lines that would not become a pack, or a credit note over more than what is left.

        :raise UserError: with what to change
        """
        for line in self:
            if not line.jobtrack_account_id:
                raise UserError(
                    self.env._(
                        "%(line)s sells support hours: say on the line which support account they are for.",
                        line=line.name or line.product_id.display_name,
                    )
                )
            if line.account_id != line._jobtrack_deferred_gl():
                raise UserError(
                    self.env._(
                        "%(line)s sells support hours: book it on %(account)s.",
                        line=line.name or line.product_id.display_name,
                        account=line._jobtrack_deferred_gl().display_name,
                    )
                )
        for line in self.filtered(lambda line: line.move_type == "out_refund"):
            line._jobtrack_check_refund()

    def _jobtrack_check_refund(self):
        """Refuse to credit more of a plan than is left unreserved in its pack."""
        self.ensure_one()
        pack = self._jobtrack_refunded_pack()
        if not pack:
            raise UserError(
                self.env._(
                    "Credit a support plan from its own invoice, so that its hours are found."
                )
            )
        if not pack.is_activated:
            return
        free = pack.minutes_remaining - pack.reserved_minutes
        if to_minutes(self.quantity) > free:
            raise UserError(
                self.env._(
                    "Only %(hours)g hours of %(pack)s are left and not reserved: credit at most these.",
                    hours=free / 60,
                    pack=pack.name,
                )
            )

    def _jobtrack_refunded_pack(self):
        """Return the pack of the invoice line that this credit note line credits."""
        origin = self.move_id.reversed_entry_id
        lines = origin.line_ids.filtered(
            lambda line: (
                line.jobtrack_account_id == self.jobtrack_account_id
                and line.product_id == self.product_id
            )
        )
        return (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .search([("invoice_line_id", "in", lines.ids)], limit=1)
        )

    def _jobtrack_check_unpostable(self):
        """Refuse to take back an invoice whose hours have been used or reserved."""
        for pack in self.jobtrack_pack_ids.filtered("is_activated"):
            if pack.minutes_remaining < pack.minutes or pack.reserved_minutes:
                raise UserError(
                    self.env._(
                        "Hours of %(pack)s are used or reserved: credit what is left instead of changing the invoice.",
                        pack=pack.display_name,
                    )
                )

    def _jobtrack_sync_packs(self):
        """Make the packs of these plan lines what the facts say: the one way from invoices to packs."""
        lines = self
        for refund in self.filtered(lambda line: line.move_type == "out_refund"):
            lines |= refund._jobtrack_refunded_pack().invoice_line_id
        lines = lines.filtered(lambda line: line.move_type == "out_invoice")
        if lines:
            self.env["jobtrack.hour.pack"]._sync_with_invoice(lines)

    @api.model
    def _jobtrack_unrecorded_plan_value(self, company):
        """Return what posted plan lines are worth whose minutes are not in the ledger (I6).

        :return: list of ``(currency, value, value in company currency)``
        """
        gl = company.jobtrack_deferred_gl_id
        lines = self.search(
            [
                ("account_id", "=", gl.id),
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("jobtrack_account_id", "!=", False),
            ]
        )
        recorded = self.env["jobtrack.ledger.entry"].sudo()._recorded_invoice_value(lines)
        return [
            (
                line.currency_id,
                -line.amount_currency - recorded.get(line.id, (0.0, 0.0))[0],
                -line.balance - recorded.get(line.id, (0.0, 0.0))[1],
            )
            for line in lines
        ]
