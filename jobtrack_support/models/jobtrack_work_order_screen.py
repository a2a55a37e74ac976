from odoo import api, fields, models

from ..tools import estimating
from ..tools.rounding import to_minutes
from . import guard


class JobtrackWorkOrder(models.Model):
    """What the staff's screens of a work order open; no rule lives here."""

    _inherit = "jobtrack.work.order"

    account_available_hours = fields.Float(
        related="jobtrack_account_id.available_hours", string="Available Hours of the Account"
    )

    typical_words = fields.Char(string="Usually", compute="_compute_typical")
    typical_verdict = fields.Selection(
        [("low", "Low"), ("usual", "Usual"), ("high", "High")], compute="_compute_typical"
    )

    @api.depends("task_id.jobtrack_job_type_id", "hours")
    def _compute_typical(self):
        """What done jobs of the same kind took, beside the figure that is being typed (M10)."""
        ranges = self.task_id._jobtrack_typical()
        for order in self:
            found = ranges.get(order.task_id)
            kind = order.task_id.jobtrack_job_type_id
            order.typical_words = kind._typical_in_words(found) if found else False
            minutes = to_minutes(order.hours)
            order.typical_verdict = estimating.judge(minutes, found) if found and minutes else False

    def action_open_job(self):
        """Open the job of the work order."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.task",
            "res_id": self.task_id.id,
            "view_mode": "form",
        }
