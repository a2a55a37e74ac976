from odoo import fields, models


class JobtrackStatement(models.Model):
    """What the staff's screens of a statement show; no rule lives here."""

    _inherit = "jobtrack.statement"

    job_count = fields.Integer(string="Jobs", compute="_compute_job_count")

    def _compute_job_count(self):
        counts = dict(
            self.env["jobtrack.statement.line"]._read_group(
                [("statement_id", "in", self.ids)], ["statement_id"], ["__count"]
            )
        )
        for statement in self:
            statement.job_count = counts.get(statement._origin, 0)
