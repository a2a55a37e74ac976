from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import answer_due

ACTIVITY = "jobtrack_support.mail_activity_type_question"
# A question may be asked of what waits for an answer, and of what was declined or ran out.
ASKABLE = ("sent", "declined", "expired")


class JobtrackWorkOrderQuestion(models.AbstractModel):
    """The client asks about an estimate instead of deciding; the job waits for us until somebody has answered.

    Questions and answers stand in the conversation of the job; the work order keeps the last of them.
    """

    _name = "jobtrack.work.order.question"
    _description = "Work Order: Questions"

    question = fields.Text(readonly=True, copy=False)
    question_name = fields.Char(string="Asked By", readonly=True, copy=False)
    question_by_id = fields.Many2one("res.partner", readonly=True, copy=False)
    question_date = fields.Datetime(string="Asked On", readonly=True, copy=False)
    question_waits = fields.Boolean(string="Question to Answer", readonly=True, copy=False)
    answer = fields.Text(readonly=True, copy=False)
    answer_name = fields.Char(string="Answered By", readonly=True, copy=False)
    answer_date = fields.Datetime(string="Answered On", readonly=True, copy=False)

    def action_ask_question(self, text=None):
        """Ask about the estimate as the current user, a contact who may request or approve on the account.

        On a declined or expired estimate this asks for a new one.

        :param str text: the question, plain text; required
        :raise AccessError: when the user is no such contact
        :raise UserError: without text, or when the estimate is replaced or approved
        """
        for order in self:
            order.check_access("read")
            if not order._may_ask(self.env.user.partner_id):
                raise AccessError(
                    self.env._("You are not authorised to ask for work on this project.")
                )
            order._ask(self.env.user.partner_id, text)

    def _may_ask(self, partner):
        """Return whether ``partner`` is a contact who may request, approve, or holds a mandate on this account."""
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        contact = account._contact_of(partner)
        return bool(
            account.active and (contact.may_request or contact.may_approve or contact.mandate_id)
        )

    def _is_askable(self):
        """Return whether this is the newest version that was sent, and not approved or withdrawn."""
        self.ensure_one()
        sent = self.task_id.sudo().jobtrack_work_order_ids.filtered("sent_date")
        return self.state in ASKABLE and self == sent.sorted("version")[-1:]

    def _ask(self, partner, text):
        """Keep the question, let the job wait for us and give somebody the task; the caller has checked ``partner``."""
        self.ensure_one()
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Please write your question."))
        order = self.sudo()
        order.jobtrack_account_id._lock()
        order.invalidate_recordset()
        job = order.task_id
        if not order._is_askable():
            raise UserError(order._why_not_waiting())
        now = order.jobtrack_account_id._now()
        asked_since = order.question_date if order.question_waits else now
        order.write(
            {
                "question": text,
                "question_name": partner.name,
                "question_by_id": partner.id,
                # Several questions in a row are one wait.
                "question_date": asked_since,
                "question_waits": True,
                "answer": False,
                "answer_name": False,
                "answer_date": False,
            }
        )
        job.message_post(
            body=self.env._(
                "Question about %(order)s: %(text)s", order=order.display_name, text=text
            ),
            author_id=partner.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        job._jobtrack_refresh_waiting()
        job.activity_unlink([ACTIVITY])
        people = job.user_ids.filtered(lambda user: not user.share)
        user = people[:1] or job._jobtrack_default_decider()
        job.activity_schedule(
            ACTIVITY,
            date_deadline=order.jobtrack_account_id._today(),
            summary=self.env._("%(name)s asks about the estimate", name=partner.name),
            note=text,
            user_id=user.id or self.env.uid,
        )

    def action_answer_question(self, text=None):
        """Answer the client's question, or who declined; it goes by mail with the links to decide.

        The days that the client waited for the answer are given back to the estimate.

        :param str text: the answer, plain text; required
        :raise AccessError: when the user is not of the staff who estimate
        :raise UserError: without text, or when there is nothing to answer
        """
        self._check_staff()
        self.sudo().jobtrack_account_id._lock()
        for order in self:
            order._answer(text)

    def _answer(self, text):
        """Keep the answer and send it to who asked or declined."""
        self.ensure_one()
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Write the answer that the client gets."))
        order = self.sudo()
        if not (order.question_waits or order.state == "declined"):
            raise UserError(self.env._("No question about this estimate waits for an answer."))
        account, job = order.jobtrack_account_id, order.task_id
        now = account._now()
        values = {
            "question_waits": False,
            "answer": text,
            "answer_name": self.env.user.name,
            "answer_date": now,
        }
        if order.state == "sent":
            asked_on = account._local_date(order.question_date)
            values["valid_until"] = answer_due.valid_after_answer(
                order.valid_until, asked_on, account._today()
            )
        order.write(values)
        job.message_post(
            body=self.env._(
                "Answer about %(order)s: %(text)s", order=order.display_name, text=text
            ),
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        job.activity_feedback([ACTIVITY])
        job._jobtrack_refresh_waiting()
        people = order.question_by_id or order.decided_by_id
        if order.state == "sent":
            people |= order._deciders().partner_id
        job._jobtrack_mail(
            "jobtrack_support.mail_template_answer",
            people,
            record=order,
            secret=True,
            event="question",
        )

    def action_open_answer(self):
        """Open the form in which staff answer the client."""
        self.ensure_one()
        self._check_staff()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer the Client"),
            "res_model": "jobtrack.answer.client",
            "view_mode": "form",
            "target": "new",
            "context": {"default_work_order_id": self.id, "dialog_size": "medium"},
        }
