from odoo import api, fields, models

from ..tools import dispute
from ..tools.rounding import to_minutes


class JobtrackDecideDispute(models.TransientModel):
    """Decides on a dispute: what becomes of the disputed time, and what the client is told (M6)."""

    _name = "jobtrack.decide.dispute"
    _description = "Decide on a Dispute"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    disputed_name = fields.Char(
        related="task_id.jobtrack_disputed_name", string="Disputed By", related_sudo=False
    )
    reason = fields.Text(related="task_id.jobtrack_dispute_reason", related_sudo=False)
    decision = fields.Selection(
        [
            (dispute.BILL, "Bill as it is"),
            (dispute.WAIVE, "Waive: free of charge, the time stays a record"),
            (dispute.CORRECT, "Correct the time: it was logged wrongly"),
        ],
        required=True,
        default=dispute.BILL,
    )
    answer = fields.Text(
        string="Answer to the Client",
        required=True,
        help="Sent to the client, and kept in the history of the job.",
    )
    line_ids = fields.One2many(
        "jobtrack.decide.dispute.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("task_id", "decision")
    def _compute_line_ids(self):
        """Offer the disputed time; all of it is waived unless the user keeps some."""
        for wizard in self:
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "time_id": line.id,
                        "date": line.date,
                        "name": line.name,
                        "person": line.employee_id.name,
                        "hours": line.unit_amount,
                        "left_hours": 0.0 if wizard.decision == dispute.WAIVE else line.unit_amount,
                    }
                )
                for line in wizard._disputed_time()
            ]

    def _disputed_time(self):
        """Return the disputed time, for the people who decide; a technician reads own time only."""
        if not self.task_id:
            return self.env["account.analytic.line"]
        self.task_id._jobtrack_check_decides()
        return self.task_id._jobtrack_disputed_time()

    def action_decide(self):
        """Decide; the job checks who may, and whether the times can be."""
        self.ensure_one()
        times = {line.time_id: to_minutes(line.left_hours) for line in self.line_ids}
        self.task_id._jobtrack_decide_dispute(self.decision, self.answer, times)
        return {"type": "ir.actions.act_window_close"}


class JobtrackDecideDisputeLine(models.TransientModel):
    """One disputed time entry, as far as the person who decides needs to see it."""

    _name = "jobtrack.decide.dispute.line"
    _description = "Decide on a Dispute: Time"

    wizard_id = fields.Many2one("jobtrack.decide.dispute", required=True, ondelete="cascade")
    # A plain number: who decides need not be able to read other people's time.
    time_id = fields.Integer(required=True, readonly=True)
    date = fields.Date(readonly=True)
    name = fields.Char(string="Work", readonly=True)
    person = fields.Char(readonly=True)
    hours = fields.Float(readonly=True)
    left_hours = fields.Float(string="To Bill")
