from odoo import api, fields, models

from ..tools.rounding import to_hours


class JobtrackCorrectBill(models.TransientModel):
    """Asks which lines of a bill are wrong and why, and says what putting them right does (I4)."""

    _name = "jobtrack.correct.bill"
    _description = "Correct a Bill"

    statement_id = fields.Many2one("jobtrack.statement", required=True, readonly=True)
    line_ids = fields.Many2many(
        "jobtrack.statement.line",
        string="Wrong Lines",
        domain="[('statement_id', '=', statement_id), ('reversal_ids', '=', False)]",
    )
    reason = fields.Char(string="What was wrong", required=True)
    currency_id = fields.Many2one(related="statement_id.currency_id", related_sudo=False)
    returned_hours = fields.Float(compute="_compute_effect", string="Hours back to packs")
    credited_amount = fields.Monetary(compute="_compute_effect", string="Credited, untaxed")

    @api.depends("line_ids")
    def _compute_effect(self):
        for wizard in self:
            wizard.returned_hours = to_hours(sum(wizard.line_ids.mapped("prepaid_minutes")))
            wizard.credited_amount = sum(wizard.line_ids.mapped("amount"))

    def action_correct(self):
        """Correct the chosen lines and open the correction.

        :raise AccessError: when the user does not bill
        :raise UserError: without lines, or when one of them cannot be corrected
        """
        self.ensure_one()
        self.statement_id._check_may_correct()
        (self.line_ids.statement_id - self.statement_id)._check_may_correct()
        correction = self.line_ids._reverse(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "jobtrack.statement",
            "res_id": correction[:1].id,
            "view_mode": "form",
        }
