from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

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

    def _link_hours(self):
        """Return for how many hours from now the links of a mail about these estimates work."""
        orders = self.sudo()
        account = orders.jobtrack_account_id[:1]
        today = account._today()
        first = today + timedelta(days=max(account.company_id.jobtrack_estimate_days, 1))
        last_day = max((order.valid_until or first for order in orders), default=first)
        end = answer_due.link_end(last_day, today, account.company_id.jobtrack_tz)
        return max((end - fields.Datetime.now()).total_seconds() / 3600, 1)

    def _is_over(self):
        """Return whether the last day for the answer has passed, whether or not the daily care came by since."""
        self.ensure_one()
        order = self.sudo()
        account = order.jobtrack_account_id
        # Who asked in time and waits for us has all the time that our answer takes.
        asked = order.question_waits and account._local_date(order.question_date)
        in_time = answer_due.in_time(order.valid_until, asked or account._today())
        return order.state == "sent" and not in_time

    def _check_not_over(self):
        """Refuse to ask once more about estimates to which no answer is taken any more."""
        for order in self:
            if order._is_over():
                raise UserError(
                    self.env._(
                        "%(order)s was valid until %(date)s: write a new version.",
                        order=order.display_name,
                        date=format_date(self.env, order.valid_until),
                    )
                )

    def _over_words(self):
        return self.env._(
            "This estimate was valid until %(date)s: please ask for a new one.",
            date=format_date(self.env, self.valid_until),
        )

    def _may_be_told_late(self):
        """Return whether an answer that was told in time can still be written down: nothing has replaced it."""
        self.ensure_one()
        job = self.task_id.sudo()
        others = job.jobtrack_work_order_ids.filtered(lambda order: order.state != "cancelled")
        versions = [self.version, *others.mapped("version")]
        return answer_due.may_be_told_late(self.state, self.version, versions, job.jobtrack_state)

    def _was_told_in_time(self, told_date):
        """Return whether the client said it on a day on which the answer was taken."""
        order = self.sudo()
        day = order.jobtrack_account_id._local_date(told_date)
        return answer_due.in_time(order.valid_until, day)

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
