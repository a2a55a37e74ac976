from odoo import models
from odoo.tools import format_date

from .jobtrack_job_dispute import ESCALATION


class JobtrackAccountDispute(models.AbstractModel):
    """Disputes of an account that nobody decides in time come before the administrators; they are never billed (M6)."""

    _name = "jobtrack.account.dispute"
    _description = "Support Account: Disputes"

    def _staff_of(self, group):
        """Return the staff of the account's company who hold ``group``.

        :param str group: external id of a group
        """
        return self.company_id._jobtrack_staff(group)

    def _look_after(self):
        """Look after disputes with the daily care of the account."""
        result = super()._look_after()
        self._escalate_disputes()
        return result

    def _escalate_disputes(self):
        """Give each administrator an activity for every dispute past its date, once."""
        self.ensure_one()
        jobs = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("jobtrack_disputed", "=", True),
                    ("jobtrack_dispute_is_escalated", "=", False),
                    ("jobtrack_dispute_deadline", "<", self._today()),
                ]
            )
        )
        administrators = self._staff_of("jobtrack_support.group_administrator")
        for job in jobs:
            for user in administrators:
                job.activity_schedule(
                    ESCALATION,
                    date_deadline=self._today(),
                    summary=self.env._("Nobody has decided on a dispute"),
                    note=self.env._(
                        "%(name)s should have decided until %(date)s. It stays out of the bill until somebody does.",
                        name=job.jobtrack_dispute_user_id.name or self.env._("Somebody"),
                        date=format_date(self.env, job.jobtrack_dispute_deadline),
                    ),
                    user_id=user.id,
                )
            job.jobtrack_dispute_is_escalated = True
