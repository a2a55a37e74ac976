from odoo import fields, models


class JobtrackCompleteJob(models.TransientModel):
    """Asks for the delivery summary when a job is completed (D6)."""

    _name = "jobtrack.complete.job"
    _description = "Complete a Job"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    summary = fields.Text(
        required=True, help="What was delivered, in the client's words. The client reads this."
    )
    total_hours = fields.Float(related="task_id.jobtrack_total_hours", related_sudo=False)
    billable_hours = fields.Float(related="task_id.jobtrack_billable_hours", related_sudo=False)
    pending_hours = fields.Float(related="task_id.jobtrack_pending_hours", related_sudo=False)
    check_open = fields.Integer(related="task_id.jobtrack_check_open", related_sudo=False)

    def action_ask(self):
        """Ask the client first: open the change order that names the pending time."""
        self.ensure_one()
        return self.task_id.action_jobtrack_estimate()

    def action_give_up(self):
        """Give the pending time up first; the job checks who may."""
        self.ensure_one()
        return self.task_id.action_jobtrack_waive()

    def action_complete(self):
        """Complete the job with this summary."""
        self.ensure_one()
        self.task_id._jobtrack_check_group("jobtrack_support.group_technician")
        self.task_id._jobtrack_complete(self.summary)
        return {"type": "ir.actions.act_window_close"}
