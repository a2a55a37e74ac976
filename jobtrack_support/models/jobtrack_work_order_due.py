from odoo import api, fields, models

from ..tools import answer_due


class JobtrackWorkOrderDue(models.AbstractModel):
    """Estimates that nobody answers: the client is reminded, and after the last day they expire."""

    _name = "jobtrack.work.order.due"
    _description = "Work Order: Reminders and Expiry"

    reminded_days = fields.Integer(
        readonly=True,
        copy=False,
        help="So many days before its end the client was reminded of it last; 0: not yet.",
    )

    @api.model
    def _look_after_unanswered(self, account):
        """Remind of the account's unanswered estimates and let them expire, as the daily care does; again: no change.

        An estimate about which the client has asked something waits for us: it neither reminds nor expires.
        """
        orders = self.sudo().search(
            [
                ("jobtrack_account_id", "=", account.id),
                ("state", "=", "sent"),
                ("question_waits", "=", False),
            ],
            order="id",
        )
        today = account._today()
        due = {
            order: answer_due.next_step(
                order.valid_until,
                account._local_date(order.sent_date),
                today,
                order.reminded_days,
            )
            for order in orders
        }
        if any(step == answer_due.EXPIRE for step, _days in due.values()):
            account._lock()
            orders.invalidate_recordset(["state"])
        for order, (step, days) in due.items():
            if step == answer_due.EXPIRE and order.state == "sent":
                order._expire()
            elif step == answer_due.REMIND:
                order.reminded_days = days
                order._remind()

    def _remind(self):
        """Write once more to everybody who may decide, also where only one person was asked first."""
        self.task_id._jobtrack_mail(
            "jobtrack_support.mail_template_reminder",
            self._deciders().partner_id,
            record=self,
            secret=True,
            event="estimate",
        )

    def _expire(self):
        """End an estimate that nobody answered: the version in force stays, and the job waits for us."""
        self.ensure_one()
        self.state = "expired"
        self.task_id._jobtrack_refresh_waiting()
        self.task_id._jobtrack_note(
            self.env._("%(order)s was not answered in time.", order=self.display_name)
        )
        self._tell_end()
