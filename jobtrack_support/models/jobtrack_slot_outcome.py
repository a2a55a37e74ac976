from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import billing_calendar, slots

MISSED_ACTIVITY = "jobtrack_support.mail_activity_type_missed"


class JobtrackSlotOutcome(models.AbstractModel):
    """What was planned against what was done: calls that nobody held are flagged the next morning (C6)."""

    _name = "jobtrack.slot.outcome"
    _description = "Slot: What Became of It"

    jobtrack_missed_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )
    jobtrack_logged_hours = fields.Float(
        compute="_compute_jobtrack_logged_hours",
        string="Logged That Day",
        help="Time that the person logged on the job on the day of the slot.",
    )

    def _compute_jobtrack_logged_hours(self):
        events = self.filtered("jobtrack_job_id")
        (self - events).jobtrack_logged_hours = 0
        if not events:
            return
        lines = self.env["account.analytic.line"].sudo()
        groups = lines._read_group(
            [
                ("jobtrack_job_id", "in", events.jobtrack_job_id.ids),
                ("user_id", "in", events.user_id.ids),
                ("date", ">=", min(events.mapped("start")).date() - timedelta(days=1)),
                ("date", "<=", max(events.mapped("start")).date() + timedelta(days=1)),
            ],
            ["jobtrack_job_id", "user_id", "date:day"],
            ["unit_amount:sum"],
        )
        logged = {(job.id, user.id, day): hours for job, user, day, hours in groups}
        for event in events:
            day = event._jobtrack_day(event.start)
            event.jobtrack_logged_hours = logged.get(
                (event.jobtrack_job_id.id, event.user_id.id, day), 0.0
            )

    def _jobtrack_day(self, moment):
        """Return the day of ``moment`` in the company of the job."""
        company = self._jobtrack_slot_company().sudo()
        return billing_calendar.local_date(moment, company.jobtrack_tz)

    # === HELD === #

    def action_jobtrack_held(self):
        """Open the form that logs what was done in the slot: with it the billing cycle of the call begins (C6)."""
        self.ensure_one()
        self._jobtrack_check_slot_access({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log the Call")
            if self.jobtrack_slot_kind == slots.CALL
            else self.env._("Log the Work"),
            "res_model": "jobtrack.log.slot",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id, "dialog_size": "medium"},
        }

    def _jobtrack_log(self, hours, name, category=None):
        """Log the time of this slot on its job as the current user; the slot is held with it.

        What the client has consented to is billable, the rest waits for consent, as for any other time.

        :return: the ``account.analytic.line``
        """
        self.ensure_one()
        job = self.jobtrack_job_id
        employee = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("user_id", "=", self.user_id.id), ("company_id", "=", job.sudo().company_id.id)],
                limit=1,
            )
        )
        line = self.env["account.analytic.line"].create(
            {
                "name": name,
                "task_id": job.id,
                "project_id": job.project_id.id,
                "unit_amount": hours,
                "date": self._jobtrack_day(self.start),
                "jobtrack_category_id": category.id if category else False,
                **({"employee_id": employee.id} if employee else {}),
            }
        )
        self._jobtrack_set_outcome(slots.DONE)
        return line

    def action_jobtrack_not_held(self):
        """Say that the call did not take place: dispatch finds it among the missed ones.

        :raise UserError: when it is still to come
        """
        self._jobtrack_check_slot_access({})
        now = self.env["jobtrack.account"]._now()
        for event in self.filtered(
            lambda e: e.jobtrack_slot_state == slots.PLANNED and e.start > now
        ):
            raise UserError(
                self.env._(
                    "%(name)s is still to come: move or cancel it instead.",
                    name=event.display_name,
                )
            )
        self._jobtrack_miss()

    def _jobtrack_set_outcome(self, state):
        self.sudo().jobtrack_slot_state = state
        self.sudo().jobtrack_missed_activity_id.unlink()

    def _jobtrack_plan_again(self):
        """Let missed slots that were moved to a time to come be planned once more: nobody has to make up for them."""
        now = self.env["jobtrack.account"]._now()
        self.filtered(
            lambda e: e.active and e.jobtrack_slot_state == slots.MISSED and e.start > now
        )._jobtrack_set_outcome(slots.PLANNED)

    # === MISSED === #

    @api.model
    def _cron_jobtrack_missed(self):
        """Flag calls of past days that were not held; doing so again changes nothing."""
        for company in self.env["res.company"].search([("jobtrack_tz", "!=", False)]):
            today = self.env["jobtrack.account"]._today(company)
            midnight = billing_calendar.start_of_day(today, company.jobtrack_tz)
            self.sudo().search(
                [
                    ("jobtrack_company_id", "=", company.id),
                    ("jobtrack_slot_kind", "=", slots.CALL),
                    ("jobtrack_slot_state", "=", slots.PLANNED),
                    ("stop", "<=", midnight),
                ]
            )._jobtrack_miss()

    def _jobtrack_miss(self):
        """Mark planned calls as missed, and give somebody the task to make up for each."""
        for event in self.sudo().filtered(lambda e: e.jobtrack_slot_state == slots.PLANNED):
            event.jobtrack_slot_state = slots.MISSED
            job = event.jobtrack_job_id
            manager = event._jobtrack_manager()
            event.jobtrack_missed_activity_id = job.activity_schedule(
                MISSED_ACTIVITY,
                date_deadline=job.jobtrack_account_id._today(),
                summary=event._jobtrack_missed_words(),
                user_id=manager.id or event.user_id.id or self.env.uid,
            )
            job._jobtrack_note(event._jobtrack_missed_words())

    def _jobtrack_missed_words(self):
        diary = self.env["jobtrack.diary"]
        tz = self._jobtrack_slot_company().sudo().jobtrack_tz
        return self.env._(
            "Call not held: %(name)s, %(when)s",
            name=self.user_id.name,
            when=diary._when(self.start, tz),
        )

    def _jobtrack_manager(self):
        """Return who looks after what went wrong: the project's manager, else dispatch."""
        return self.jobtrack_job_id._jobtrack_dispatcher()
