from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import consent, job_states, terms
from ..tools.rounding import format_hours, to_hours
from .jobtrack_job_workflow import STAFF

ACTIVITY = "jobtrack_support.mail_activity_type_hours_used"


class JobtrackJobEstimate(models.AbstractModel):
    """How a job gets its next estimate, and how staff hear in time that the approved hours run out."""

    _name = "jobtrack.job.estimate"
    _description = "Job: Estimates and Overrun"

    jobtrack_approved_minutes = fields.Integer()
    jobtrack_is_nearly_used = fields.Boolean(
        compute="_compute_jobtrack_is_nearly_used", string="Approved Hours Nearly Used"
    )
    jobtrack_warned_minutes = fields.Integer(
        readonly=True,
        copy=False,
        help="The approved minutes of which staff were told that they are nearly used.",
    )

    def _compute_jobtrack_is_nearly_used(self):
        for job in self:
            job.jobtrack_is_nearly_used = (
                job.jobtrack_state in (job_states.APPROVED, job_states.ON_HOLD)
                and job.sudo()._jobtrack_hours_nearly_used()
            )

    def _jobtrack_hours_nearly_used(self):
        """Return whether consented and pending time come near the approved hours, or go beyond them."""
        self.ensure_one()
        waiting = self.jobtrack_time_ids.filtered(
            lambda line: (
                line.jobtrack_pending
                or (line.jobtrack_billable and not line.jobtrack_statement_line_id)
            )
        )
        used = self._jobtrack_billed_minutes() + waiting._jobtrack_minutes(self._jobtrack_terms())
        return consent.is_nearly_used(used, self.jobtrack_approved_minutes)

    def _jobtrack_warn_of_overrun(self):
        """Give who works on the job a task at 80 % of its approved hours: once for each approval."""
        for job in self.sudo():
            approved = job.jobtrack_approved_minutes
            running = job.jobtrack_state in (job_states.APPROVED, job_states.ON_HOLD)
            if (
                not (running and job.jobtrack_is_billable)
                or job.jobtrack_warned_minutes == approved
                or job.jobtrack_work_order_id.basis == terms.FIXED
                or not job._jobtrack_hours_nearly_used()
            ):
                continue
            job.jobtrack_warned_minutes = approved
            people = job.user_ids.filtered(lambda user: not user.share) or self.env.user
            for user in people:
                job.activity_schedule(
                    ACTIVITY,
                    date_deadline=job.jobtrack_account_id._today(),
                    summary=self.env._(
                        "80 %% of the %(hours)s h approved are used",
                        hours=format_hours(approved),
                    ),
                    note=self.env._(
                        "Finish within them, or ask for more with a change order before they are used up."
                    ),
                    user_id=user.id,
                )

    def _jobtrack_set_state(self, new_state, **values):
        """Nobody is reminded of the hours of a job that is over."""
        result = super()._jobtrack_set_state(new_state, **values)
        if new_state in job_states.OVER:
            self.sudo().activity_unlink([ACTIVITY])
        return result

    def _jobtrack_put_in_force(self, order):
        """Let the job go by the hours of this approved version; nobody is reminded of those of the one before."""
        self.write({"jobtrack_approved_minutes": order.minutes, "allocated_hours": order.hours})
        self.activity_unlink([ACTIVITY])

    # === THE NEXT ESTIMATE === #

    def action_jobtrack_estimate(self):
        """Open the draft estimate of the job, or begin one (A2).

        On a done or billed job this is a change order that reopens it once the client has approved it: its hours are
        the total, with what was billed before.

        :raise UserError: when the job is cancelled or not billable
        """
        self.ensure_one()
        self._jobtrack_check_group(STAFF)
        if not self.jobtrack_is_billable:
            raise UserError(
                self.env._("This job is not billable: it needs no estimate to be approved.")
            )
        if self.jobtrack_state == job_states.CANCELLED:
            raise UserError(self.env._("This job is cancelled: reopen it before you estimate it."))
        draft = self.jobtrack_work_order_ids.filtered(lambda order: order.state == "draft")[:1]
        draft._keep_up_with_time()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Estimate"),
            "res_model": "jobtrack.work.order",
            "view_mode": "form",
            "res_id": draft.id,
            "target": "new",
            "context": self._jobtrack_estimate_context() | {"dialog_size": "large"},
        }

    def _jobtrack_estimate_context(self):
        """Return the defaults of a new version: the version before, or the kind of job, and pending time."""
        last = self.jobtrack_work_order_ids[:1]
        # A technician reads own time only; a change order names everybody's.
        pending = self.sudo().jobtrack_time_ids.filtered("jobtrack_pending")
        hours = last.hours or self.jobtrack_job_type_id.default_hours
        if self.jobtrack_state in (job_states.DONE, job_states.BILLED):
            hours = to_hours(self.sudo()._jobtrack_used_minutes())
        if last and pending:
            hours += self.jobtrack_pending_hours
        return {
            "default_task_id": self.id,
            "default_hours": hours,
            "default_rate": self._jobtrack_default_rate(),
            "default_scope": last.scope or False,
            "default_time_ids": [fields.Command.set(pending.ids)],
        }

    def _jobtrack_default_rate(self):
        """Return the rate of a new estimate: agreed for emergencies, of the kind of job, or of the account."""
        account = self.sudo().jobtrack_account_id
        if self.jobtrack_is_emergency and account.emergency_minutes and account.emergency_rate:
            return account.emergency_rate
        return self.jobtrack_job_type_id._rate_for(account) or account.postpay_rate
