from odoo import fields, models


class JobtrackAnswerClient(models.TransientModel):
    """Asks for the answer to a client who has a question about an estimate, or has declined it."""

    _name = "jobtrack.answer.client"
    _description = "Answer the Client about an Estimate"

    work_order_id = fields.Many2one("jobtrack.work.order", required=True, readonly=True)
    question = fields.Text(related="work_order_id.question", related_sudo=False)
    decline_reason = fields.Text(related="work_order_id.decline_reason", related_sudo=False)
    text = fields.Text(string="Our Answer", required=True)

    def action_answer(self):
        """Send the answer; the work order checks who may."""
        self.ensure_one()
        self.work_order_id.action_answer_question(self.text)
        return {"type": "ir.actions.act_window_close"}
