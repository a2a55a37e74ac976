from datetime import timedelta

from odoo import models

from ..tools import job_states
from ..tools.allocation import Job, Work
from ..tools.rounding import to_minutes
from ..tools.statement import minutes_to_bill
from ..tools.terms import FIXED

# What a request is taken to need when neither an estimate nor its kind says so.
UNKNOWN_MINUTES = 60


class JobtrackJobHours(models.AbstractModel):
    """What a job has earned of packs, and what it may still need of them."""

    _name = "jobtrack.job.hours"
    _description = "Job: Hours It Needs"

    def _jobtrack_as_unbilled_work(self, typed_by=None):
        """Return this job's unbilled time and its reserve as a plain ``Job`` for the allocator.

        :param typed_by: leave out time that was typed after this day
        """
        self.ensure_one()
        lines = self.jobtrack_time_ids.filtered(
            lambda line: (
                ((line.jobtrack_billable and not line.jobtrack_waived) or line.jobtrack_pending)
                and not line.jobtrack_statement_line_id
            )
        )
        if typed_by:
            lines = self._jobtrack_typed_by(lines, typed_by)
        work = [Work(line.id, line.date, line._jobtrack_minutes()) for line in lines]
        work += self._jobtrack_work_by_terms()
        return Job(self.id, tuple(work), self.jobtrack_work_order_ids._reserved_by_pack())

    def _jobtrack_work_by_terms(self):
        """Return what increments, minimum or a fixed price add to a completed job, dated as billing will date it."""
        terms = self._jobtrack_terms()
        if self.jobtrack_state != job_states.DONE or not (
            terms.basis == FIXED or terms.job_increment or terms.minimum
        ):
            return []
        statements = self.env["jobtrack.statement"].sudo()
        billed = statements._billed_before(self).get(self, {})
        job = statements._plain_job(self, statements._unbilled_time(self), billed)
        added = minutes_to_bill(job)[0] - sum(minutes for _id, _date, minutes in job.work)
        last = max(((day, work_id) for work_id, day, _minutes in job.work), default=(job.done, 0))
        return [Work(last[1], last[0], added)] if added > 0 else []

    def _jobtrack_minutes_wanted(self, end=None):
        """Return the minutes that this job still needs: its estimate, else what its kind typically takes.

        Of an approved job those that are neither worked nor reserved.

        :param end: as it was known at this moment, so that a late look gives the same answer; by default now
        """
        self.ensure_one()
        orders = self.jobtrack_work_order_ids.filtered(lambda order: order.state != "cancelled")
        if self.jobtrack_approved_minutes:
            reserved = sum(orders.funding_ids.mapped("reserved_minutes"))
            worked = self._jobtrack_time_until(end)._jobtrack_minutes()
            return max(self.jobtrack_approved_minutes - worked - reserved, 0)
        known = orders
        if end:
            known = orders.filtered(lambda order: order.sent_date and order.sent_date < end)
        typical = to_minutes(self.jobtrack_job_type_id.default_hours)
        return known[:1].minutes or typical or orders[:1].minutes or UNKNOWN_MINUTES

    def _jobtrack_time_until(self, end):
        """Return the time of work that was done and typed before the moment ``end``, a day's end; all without it."""
        lines = self.jobtrack_time_ids
        if not end:
            return lines
        day = self.jobtrack_account_id._local_date(end) - timedelta(days=1)
        return self._jobtrack_typed_by(lines.filtered(lambda line: line.date <= day), day)

    def _jobtrack_typed_by(self, lines, day):
        """Return those of the job's time entries that were typed on ``day`` or before."""
        account = self.jobtrack_account_id
        return lines.filtered(
            lambda line: account._local_date(line.jobtrack_typed_at or line.create_date) <= day
        )

    def _jobtrack_subtree_time(self):
        """Return the time on these tasks and on all their parts."""
        return self.env["account.analytic.line"].sudo().search([("task_id", "child_of", self.ids)])

    def _jobtrack_rehome_time(self, old_jobs):
        """After a move, let time count on the job it belongs to now, with the consent of that job."""
        lines = self._jobtrack_subtree_time()
        self.env.add_to_compute(lines._fields["jobtrack_job_id"], lines)
        lines.flush_recordset(["jobtrack_job_id"])
        (lines | old_jobs._jobtrack_time_for_room())._jobtrack_classify()
