from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import job_states, on_call
from ..tools.rounding import to_hours
from .jobtrack_job_workflow import STAFF

# Written by steps only.
ALARM_FACTS = {
    "jobtrack_alert_ids",
    "jobtrack_emergency_user_id",
    "jobtrack_emergency_confirmed",
    "jobtrack_is_emergency_call",
}
ALARM = "jobtrack_support.mail_activity_type_emergency"


class JobtrackJobEmergency(models.AbstractModel):
    """Emergencies: who is told, who confirmed, and the consent that was given beforehand (B3)."""

    _name = "jobtrack.job.emergency"
    _description = "Job: Emergency"

    jobtrack_is_emergency_call = fields.Boolean(
        string="Called In as an Emergency",
        readonly=True,
        copy=False,
        help="It was an emergency from the start: consent given beforehand counts for what was called in as one.",
    )
    jobtrack_alert_ids = fields.One2many(
        "jobtrack.on.call.alert", "task_id", string="Told of the Emergency", readonly=True
    )
    jobtrack_emergency_user_id = fields.Many2one(
        "res.users", string="Emergency Confirmed By", readonly=True, copy=False
    )
    jobtrack_emergency_confirmed = fields.Datetime(
        string="Emergency Confirmed On", readonly=True, copy=False
    )

    def _jobtrack_begin_emergency(self, called=False):
        """Tell who is on call of emergencies; those that were called in as such use the mandate of their account.

        A job that staff make an emergency of later does not: the client has consented to what it calls in, not to what
        others call so.

        :param bool called: whether the jobs are new
        """
        jobs = self.sudo().filtered(
            lambda job: job.jobtrack_is_emergency and job.jobtrack_is_job and job.jobtrack_is_open
        )
        if called:
            jobs.jobtrack_is_emergency_call = True
            for job in jobs.filtered(lambda job: not job.jobtrack_work_order_ids):
                job._jobtrack_use_emergency_mandate()
        jobs.filtered(lambda job: not job.jobtrack_alert_ids)._jobtrack_alarm()

    def _jobtrack_use_emergency_mandate(self):
        """Ask the account's emergency mandate for its hours: consent that was given beforehand.

        Without a mandate, or when the caller may not use it, no work order is made: the time waits for consent.
        """
        self.ensure_one()
        account = self.jobtrack_account_id
        caller = account._contact_of(self.jobtrack_requester_id)
        mandate = account.emergency_minutes and account.emergency_rate and caller.may_call_emergency
        if not (mandate and self.jobtrack_is_billable):
            return
        order = self.env["jobtrack.work.order"].create(
            {
                "task_id": self.id,
                "hours": to_hours(account.emergency_minutes),
                "rate": account.emergency_rate,
                "scope": self.env._("Emergency: %(job)s", job=self.name),
            }
        )
        order.action_send()

    # === THE PERSON ON CALL === #

    def _jobtrack_alarm(self):
        """Tell the next person on call of these emergencies, unless the last one still has time to confirm."""
        now = self.env["jobtrack.account"]._now()
        shifts = self.env["jobtrack.on.call.shift"]
        for company, jobs in self.sudo().grouped("company_id").items():
            people = shifts._people(company)
            minutes = company.jobtrack_escalation_minutes
            for job in jobs.filtered(lambda job: not job.jobtrack_emergency_user_id):
                told = [(alert.user_id, alert.date) for alert in job.jobtrack_alert_ids]
                person = on_call.next_to_tell(now, people, told, minutes)
                if person:
                    job._jobtrack_tell_on_call(person, now)
        self._jobtrack_wake_escalation(now)

    def _jobtrack_wake_escalation(self, now):
        """Let the next look come exactly when the time to confirm is over."""
        cron = self.env.ref("jobtrack_support.ir_cron_on_call").sudo()
        for company in self.sudo().company_id:
            minutes = company.jobtrack_escalation_minutes
            cron._trigger(at=now + timedelta(minutes=minutes))

    def _jobtrack_tell_on_call(self, user, now):
        """Tell one person by activity and mail, and keep that it was done; the mail has a link to take it."""
        self.ensure_one()
        alert = self.env["jobtrack.on.call.alert"].create(
            {
                "task_id": self.id,
                "company_id": self.company_id.id,
                "user_id": user.id,
                "date": now,
            }
        )
        self.activity_schedule(
            ALARM, user_id=user.id, summary=self.env._("Emergency: confirm and take it")
        )
        alert._mail()

    def action_jobtrack_confirm_emergency(self):
        """Confirm the emergency: the person who presses takes it, and nobody else is told.

        :raise UserError: when the job is none, or none any more, or somebody else has confirmed it
        """
        self._jobtrack_check_group(STAFF)
        now = self.env["jobtrack.account"]._now()
        for job in self.sudo():
            if not (job.jobtrack_is_emergency and job.jobtrack_is_open):
                raise UserError(self.env._("%(job)s is no emergency.", job=job.display_name))
            taken_by = job.jobtrack_emergency_user_id
            if taken_by and taken_by != self.env.user:
                raise UserError(
                    self.env._("%(name)s has taken this emergency.", name=taken_by.name)
                )
            if taken_by:
                continue
            job.write(
                {
                    "jobtrack_emergency_user_id": self.env.user.id,
                    "jobtrack_emergency_confirmed": now,
                    "user_ids": [fields.Command.link(self.env.user.id)],
                }
            )
            own = job.jobtrack_alert_ids.filtered(lambda alert: alert.user_id == self.env.user)
            own[-1:].date_confirmed = now
            job.activity_unlink([ALARM])
            job._jobtrack_note(self.env._("%(name)s takes the emergency", name=self.env.user.name))

    def write(self, vals):
        """Nobody is reminded to take what turned out to be no emergency."""
        result = super().write(vals)
        if "jobtrack_is_emergency" in vals and not vals["jobtrack_is_emergency"]:
            self.sudo().activity_unlink([ALARM])
        return result

    def _jobtrack_set_state(self, new_state, **values):
        """Nobody is reminded to take an emergency that is over."""
        result = super()._jobtrack_set_state(new_state, **values)
        if new_state in job_states.OVER:
            self.sudo().activity_unlink([ALARM])
        return result

    # === LATE ENTRY === #

    def _jobtrack_asked_at(self, moment):
        """Let the job have been asked for at the true moment, for what was entered later (B3).

        :param datetime moment: naive UTC, not in the future
        """
        self.ensure_one()
        job = self.sudo()
        job.jobtrack_date_requested = moment
        job.jobtrack_waiting_ids.sorted("date_from")[:1].date_from = moment
