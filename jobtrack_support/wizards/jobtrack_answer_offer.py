from odoo import fields, models


class JobtrackAnswerOffer(models.TransientModel):
    """Asks the person why a job is rejected, or which date would do instead (C3)."""

    _name = "jobtrack.answer.offer"
    _description = "Answer an Offer"

    assignment_id = fields.Many2one("jobtrack.assignment", required=True, readonly=True)
    deadline = fields.Datetime(
        string="Offered: Done Until", related="assignment_id.deadline", related_sudo=False
    )
    slot_start = fields.Datetime(
        string="Offered Slot", related="assignment_id.slot_start", related_sudo=False
    )
    answer = fields.Selection(
        [("counter", "Propose another time"), ("reject", "Reject the job")],
        required=True,
        default="counter",
    )
    counter_deadline = fields.Datetime(string="Done Until")
    counter_start = fields.Datetime(string="Slot")
    reason = fields.Text(required=True)

    def action_answer(self):
        """Answer as the current user; the offer checks that it was made to them."""
        self.ensure_one()
        if self.answer == "reject":
            self.assignment_id.action_reject(self.reason)
        else:
            self.assignment_id.action_counter(
                self.reason, self.counter_deadline, self.counter_start
            )
        return {"type": "ir.actions.act_window_close"}


class JobtrackInsistOffer(models.TransientModel):
    """Lets the manager insist on an offer with a word to the person (C3)."""

    _name = "jobtrack.insist.offer"
    _description = "Insist on an Offer"

    assignment_id = fields.Many2one("jobtrack.assignment", required=True, readonly=True)
    reason = fields.Text(related="assignment_id.reason", related_sudo=False)
    words = fields.Text(string="Message")

    def action_insist(self):
        """Insist as the current user; the offer checks who may."""
        self.ensure_one()
        self.assignment_id.action_insist(self.words)
        return {"type": "ir.actions.act_window_close"}
