from odoo import models

from ..tools.allocation import Job, Work
from ..tools.rounding import to_minutes

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
                (line.jobtrack_billable or line.jobtrack_pending)
                and not line.jobtrack_statement_line_id
            )
        )
        if typed_by:
            account = self.jobtrack_account_id
            lines = lines.filtered(
                lambda line: (
                    account._local_date(line.jobtrack_typed_at or line.create_date) <= typed_by
                )
            )
        work = tuple(Work(line.id, line.date, line._jobtrack_minutes()) for line in lines)
        return Job(self.id, work, self.jobtrack_work_order_ids._reserved_by_pack())

    def _jobtrack_minutes_wanted(self):
        """Return the minutes that this job still needs: its estimate, else what its kind typically takes.

        Of an approved job those that are neither worked nor reserved.
        """
        self.ensure_one()
        orders = self.jobtrack_work_order_ids
        if self.jobtrack_approved_minutes:
            worked = self.jobtrack_time_ids._jobtrack_minutes()
            reserved = sum(orders.funding_ids.mapped("reserved_minutes"))
            return max(self.jobtrack_approved_minutes - worked - reserved, 0)
        estimate = orders.filtered(lambda order: order.state != "cancelled")[:1]
        typical = to_minutes(self.jobtrack_job_type_id.default_hours)
        return estimate.minutes or typical or UNKNOWN_MINUTES
