from odoo import fields, models


class JobtrackWorkOrder(models.Model):
    """What the staff's screens of a work order open; no rule lives here."""

    _inherit = "jobtrack.work.order"

    account_available_hours = fields.Float(
        related="jobtrack_account_id.available_hours", string="Available Hours of the Account"
    )

    def action_open_job(self):
        """Open the job of the work order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.task",
            "res_id": self.task_id.id,
            "view_mode": "form",
        }
