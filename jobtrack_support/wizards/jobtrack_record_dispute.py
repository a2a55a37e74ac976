from odoo import fields, models


class JobtrackRecordDispute(models.TransientModel):
    """Asks what the client says when staff record a dispute that was told by phone or mail (M6)."""

    _name = "jobtrack.record.dispute"
    _description = "Record a Dispute"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    reason = fields.Text(required=True, help="What is wrong, in the client's words.")

    def action_record(self):
        """Keep the job out of the bill; the job checks who may."""
        self.ensure_one()
        self.task_id.action_jobtrack_dispute(self.reason)
        return {"type": "ir.actions.act_window_close"}
