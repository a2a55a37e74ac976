from odoo import api, fields, models


class JobtrackLedgerEntry(models.Model):
    """What the staff's screens of the ledger show; no rule lives here."""

    _inherit = "jobtrack.ledger.entry"

    explanation = fields.Char(string="Why", compute="_compute_explanation")
    task_reference = fields.Char(related="task_id.jobtrack_reference", string="Job Reference")

    @api.depends("reason")
    def _compute_explanation(self):
        words = self._explanations()
        for entry in self:
            entry.explanation = words.get(entry.id, "")
