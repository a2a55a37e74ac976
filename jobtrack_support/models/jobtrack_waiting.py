from odoo import fields, models

# Periods of an open job in which an unanswered change order is what is waited for.
CHANGE_ORDER = "change_order"
QUESTION = "question"


class JobtrackWaiting(models.Model):
    """One period in which a job waited for the host or for the client: the evidence for rollovers and reports (M3)."""

    _name = "jobtrack.waiting"
    _description = "Waiting Period of a Job"
    _inherit = ["jobtrack.machine.written"]
    _order = "task_id, date_from, id"

    task_id = fields.Many2one(
        "project.task", string="Job", required=True, ondelete="cascade", index=True
    )
    waiting_for = fields.Selection(
        [("host", "Us"), ("client", "Client")], required=True, readonly=True
    )
    job_state = fields.Char(readonly=True)
    date_from = fields.Datetime(required=True, readonly=True)
    date_to = fields.Datetime(readonly=True)

    def _whose_turn(self):
        """Return whom hours that lapse are held against: work with consent goes on while a change order waits."""
        return "host" if self.job_state == CHANGE_ORDER else self.waiting_for
