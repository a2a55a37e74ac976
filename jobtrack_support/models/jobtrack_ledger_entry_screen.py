from odoo import api, fields, models


class JobtrackLedgerEntry(models.Model):
    """What the staff's screens of the ledger show; no rule lives here."""

    _inherit = "jobtrack.ledger.entry"

    explanation = fields.Char(string="Why", compute="_compute_explanation")
    task_reference = fields.Char(related="task_id.jobtrack_reference", string="Job Reference")

    may_give_back = fields.Boolean(compute="_compute_may_give_back")

    def _compute_may_give_back(self):
        for entry in self:
            entry.may_give_back = entry.sudo()._minutes_to_give_back() > 0

    @api.depends("reason")
    def _compute_explanation(self):
        words = self._explanations()
        for entry in self:
            entry.explanation = words.get(entry.id, "")
