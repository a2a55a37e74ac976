from odoo import fields, models

from . import guard


class JobtrackStatementLine(models.Model):
    """What the staff's screens of a statement show; no rule lives here."""

    _inherit = "jobtrack.statement.line"

    task_reference = fields.Char(related="task_id.jobtrack_reference", string="Job Reference")
    explanation = fields.Char(string="Why", compute="_compute_explanation")

    def _compute_explanation(self):
        for line in self:
            line.explanation = line._explain()

    def action_give_back(self):
        """Open the dialog that gives back hours which this line took from packs."""
        self.ensure_one()
        guard.check_staff_reads(self)
        usages = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "usage")
        return usages._open_give_back()
