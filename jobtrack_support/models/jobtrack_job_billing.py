from odoo import models
from odoo.exceptions import UserError

from ..tools import consent, job_states
from ..tools.rounding import to_hours


class JobtrackJobBilling(models.AbstractModel):
    """A job and its bills: what was billed of it, what comes back when a bill was wrong, and the proof."""

    _name = "jobtrack.job.billing"
    _description = "Job: Its Bills"

    def _jobtrack_billed_minutes(self):
        """Return the minutes of the job on its bills; corrections count as what they are, negative lines.

        A bill needs a completed job, and the day of completion is never taken back (the proof looks whether that
        holds): so most jobs that somebody works on are spared the look.
        """
        if not self.jobtrack_date_done:
            return 0
        return sum(self.sudo().jobtrack_statement_line_ids.mapped("minutes"))

    def _jobtrack_used_minutes(self, terms=None, without=None):
        """Return the billing minutes that the approval has to cover by now: what was billed, and consented time.

        :param terms: the ``tools.terms.Terms`` to count with; those in force by default
        :param without: time entries that do not count
        """
        self.ensure_one()
        unbilled = self.jobtrack_time_ids.filtered(
            lambda line: line.jobtrack_billable and not line.jobtrack_statement_line_id
        )
        if without:
            unbilled -= without
        return self._jobtrack_billed_minutes() + unbilled._jobtrack_minutes(terms)

    def _jobtrack_room(self, without=None):
        """Return the billing minutes that new time may still use of the approval; none once the job is over.

        :param without: time entries that do not count
        """
        approved = self.jobtrack_approved_minutes if self._jobtrack_takes_time() else 0
        return approved - self._jobtrack_used_minutes(without=without)

    def _jobtrack_pending_time(self):
        """Return the pending time of these jobs."""
        return self.exists().jobtrack_time_ids.filtered("jobtrack_pending")

    def _jobtrack_time_for_room(self):
        """Return the pending time that becomes billable by itself when room appears inside the approved hours (I7)."""

        def waits(line):
            order = line.jobtrack_job_id.jobtrack_work_order_id
            return consent.waits_for_room(
                line.jobtrack_typed_at or None, order.decision_date or None, line in order.time_ids
            )

        return self._jobtrack_pending_time().filtered(waits)

    def _jobtrack_terms(self):
        """Return the terms in force, of the approved work order or, without one, of the account."""
        self.ensure_one()
        job = self.sudo()
        return (job.jobtrack_work_order_id or job.jobtrack_account_id)._terms()

    def _jobtrack_reserve_again(self, pack, entries):
        """Keep for this job what a correction has returned to a pack, so that its corrected bill finds it.

        :param pack: the ``jobtrack.hour.pack``
        :param entries: the ledger entries that returned the minutes
        """
        self.ensure_one()
        minutes = sum(entries.mapped("minutes"))
        order = self.jobtrack_work_order_id
        for row in order.funding_ids.filtered(lambda row: row.pack_id == pack):
            kept = min(row.minutes - row.reserved_minutes, minutes)
            row.reserved_minutes += kept
            minutes -= kept
        if minutes and order:
            amount = sum(entries.mapped("value"))
            order.funding_ids.create(
                {
                    "work_order_id": order.id,
                    "pack_id": pack.id,
                    "minutes": minutes,
                    "reserved_minutes": minutes,
                    "rate": pack.rate,
                    "amount": amount,
                    "is_returned": True,
                }
            )

    # === PROOF === #

    def _jobtrack_verify(self):
        """Return what is wrong with the bill of this job (I4, I5, I7), in words."""
        self.ensure_one()
        name = self.jobtrack_reference
        lines = self.jobtrack_statement_line_ids
        billed = sum(lines.mapped("minutes"))
        parts = sum(
            line.prepaid_minutes + line.postpaid_minutes + line.waived_minutes for line in lines
        )
        problems = []
        if lines and not self.jobtrack_date_done:
            problems.append(f"{name}: billed, but never completed")
        if parts != billed:
            problems.append(f"{name}: {billed} minutes billed, its parts are {parts}")
        if billed > self.jobtrack_approved_minutes and self.jobtrack_is_billable:
            problems.append(
                f"{name}: {to_hours(billed)} h billed, {to_hours(self.jobtrack_approved_minutes)} h approved"
            )
        billable = self.jobtrack_time_ids.filtered("jobtrack_billable")
        if self.jobtrack_state == job_states.BILLED and billable.filtered(
            lambda line: not line.jobtrack_statement_line_id
        ):
            problems.append(f"{name}: billable time is on no statement")
        if billable and not self.jobtrack_approved_minutes:
            problems.append(f"{name}: billable time without consent")
        used = self._jobtrack_least_used_minutes()
        if used > self.jobtrack_approved_minutes and self.jobtrack_is_billable:
            problems.append(
                f"{name}: {used} minutes billed or billable, {self.jobtrack_approved_minutes} approved"
            )
        return problems

    def _jobtrack_least_used_minutes(self):
        """Return the minutes that the approval has to cover, for the proof.

        A correction frees time that was consented to and billed under the terms of an earlier version; where it counts
        more under those in force, the bill still ends at the approved hours.
        """
        used = self._jobtrack_used_minutes()
        if (
            used <= self.jobtrack_approved_minutes
            or not self.jobtrack_statement_line_ids.reverses_id
        ):
            return used
        earlier = self.jobtrack_work_order_ids.filtered(
            lambda order: order.state == "superseded" and order.decision_date
        )
        return min([used, *(self._jobtrack_used_minutes(order._terms()) for order in earlier)])

    def _jobtrack_set_billed(self):
        """Mark done jobs as billed in one write; their history is the statement line, not a message per job."""
        wrong = self.filtered(
            lambda job: not job_states.may_follow(job.jobtrack_state, job_states.BILLED)
        )
        if wrong:
            raise UserError(
                self.env._("%(job)s is not done: it cannot be billed.", job=wrong[0].display_name)
            )
        self.sudo().with_context(mail_notrack=True).write(
            {"jobtrack_state": job_states.BILLED, "jobtrack_waiting_for": False}
        )

    def _jobtrack_takes_time(self):
        """Return whether new time on the job can be covered by its approval."""
        self.ensure_one()
        return self.jobtrack_state in (job_states.APPROVED, job_states.ON_HOLD)
