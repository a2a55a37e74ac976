from odoo import fields, models


class JobtrackStatementLine(models.Model):
    """What the staff's screens of a statement show; no rule lives here."""

    _inherit = "jobtrack.statement.line"

    task_reference = fields.Char(related="task_id.jobtrack_reference", string="Job Reference")
