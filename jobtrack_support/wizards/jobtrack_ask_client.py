from odoo import fields, models


class JobtrackAskClient(models.TransientModel):
    """Asks the client something before the estimate; the clock stands until it answers (A5)."""

    _name = "jobtrack.ask.client"
    _description = "Ask the Client"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    requester_id = fields.Many2one(
        related="task_id.jobtrack_requester_id", string="Asked", related_sudo=False
    )
    question = fields.Text(required=True)

    def action_ask(self):
        """Send the question and let the job wait for the client."""
        self.ensure_one()
        self.task_id._jobtrack_check_group("jobtrack_support.group_receptionist")
        self.task_id._jobtrack_ask(self.question)
        return {"type": "ir.actions.act_window_close"}
