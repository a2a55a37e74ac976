from odoo import models
from odoo.exceptions import AccessError, UserError

from ..tools import dispute
from ..tools.rounding import format_hours, to_minutes
from ..tools.terms import FIXED


class JobtrackJobDisputeDecision(models.AbstractModel):
    """How staff decide on a dispute: bill as it is, waive time, or correct it; with an answer to the client (M6)."""

    _name = "jobtrack.job.dispute.decision"
    _description = "Job: Deciding on a Dispute"

    def action_jobtrack_decide_dispute(self):
        """Open the form in which a dispute is decided.

        :raise AccessError: when the user does not decide on disputes
        :raise UserError: when the job is not disputed
        """
        self.ensure_one()
        self._jobtrack_check_decides()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on the Dispute"),
            "res_model": "jobtrack.decide.dispute",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "dialog_size": "large"},
        }

    def _jobtrack_check_decides(self):
        """Refuse people who do not decide on disputes, and jobs without one."""
        user = self.env.user
        if not (self.env.su or self._jobtrack_decides_disputes(user)):
            raise AccessError(self.env._("Dispatch and billing decide on disputes."))
        self.check_access("write")
        for job in self.sudo():
            if not job.jobtrack_disputed:
                raise UserError(
                    self.env._("%(job)s is not disputed any more.", job=job.display_name)
                )

    def _jobtrack_decide_dispute(self, decision, answer, times=None):
        """Decide on the dispute, tell the client, and let the job be billed with the next run.

        :param str decision: ``bill``, ``waive`` or ``correct``
        :param str answer: what the client is told; required
        :param dict times: time entry id -> worked minutes that stay billed of it: for ``waive`` the rest is free of
            charge, for ``correct`` the entry itself is lowered; entries that are not named stay
        :raise AccessError: when the user does not decide on disputes
        :raise UserError: when the job is not disputed any more, without an answer, or with times that cannot be
        """
        self.ensure_one()
        self.sudo().jobtrack_account_id._lock()
        self.invalidate_recordset()
        self._jobtrack_check_decides()
        answer = (answer or "").strip()
        if not answer:
            raise UserError(self.env._("Write what the client is told."))
        if decision not in (dispute.BILL, dispute.WAIVE, dispute.CORRECT):
            raise UserError(self.env._("Choose what becomes of the disputed time."))
        job = self.sudo()
        before = job._jobtrack_disputed_time()
        worked = before._jobtrack_minutes()
        if decision != dispute.BILL:
            job._jobtrack_change_time(decision, before, times or {}, answer)
        job._jobtrack_end_dispute(decision, self.env.user.name, answer)
        job._jobtrack_tell_dispute(worked, self.env.user.name)

    def _jobtrack_disputed_time(self):
        """Return the time that the next run would bill, earliest first."""
        return (
            self.sudo()
            .jobtrack_time_ids.filtered(
                lambda line: (
                    line.jobtrack_billable
                    and not line.jobtrack_waived
                    and not line.jobtrack_statement_line_id
                )
            )
            .sorted(lambda line: (line.date, line.id))
        )

    def _jobtrack_change_time(self, decision, lines, times, reason):
        """Lower or waive the time entries as decided, checked as a whole before anything is written."""
        if decision == dispute.CORRECT and self._jobtrack_terms().basis == FIXED:
            raise UserError(
                self.env._(
                    "%(job)s has a fixed price: correcting its time would not change the bill. Waive what the client"
                    " should not pay, or bill it as it is.",
                    job=self.display_name,
                )
            )
        if set(times) - set(lines.ids):
            raise UserError(self.env._("This time is not on the coming bill any more: look again."))
        changed = {line: times[line.id] for line in lines if line.id in times}
        worked = {line: to_minutes(line.unit_amount) for line in changed}
        changed = {line: left for line, left in changed.items() if left != worked[line]}
        if not changed:
            raise UserError(self.env._("Nothing was changed: choose 'Bill as it is' instead."))
        if any(not 0 <= left < worked[line] for line, left in changed.items()):
            raise UserError(self.env._("Disputed time can be lowered to 0, never raised."))
        for line, left in changed.items():
            if decision == dispute.WAIVE:
                self._jobtrack_waive_disputed(line, left, reason)
            else:
                line.unit_amount = left / 60

    def _jobtrack_waive_disputed(self, line, left, reason):
        """Make what goes beyond ``left`` minutes of a time entry free of charge: it stands on the bill at 0.

        :param str reason: why, as the client was told
        """
        waived = line._jobtrack_split_to_waive(left) if left else line
        waived.write({"jobtrack_waived": True, "jobtrack_waive_reason": reason})

    def _jobtrack_tell_dispute(self, worked, decider):
        """Keep the decision in the job's history, and mail it to requester, disputer and those who see money."""
        self.invalidate_recordset()
        words = dict(self._fields["jobtrack_dispute_decision"]._description_selection(self.env))
        left = self._jobtrack_disputed_time()._jobtrack_minutes()
        self._jobtrack_note(
            self.env._(
                "%(name)s decides on the dispute: %(decision)s, %(before)s h -> %(after)s h. %(answer)s",
                name=decider,
                decision=words[self.jobtrack_dispute_decision],
                before=format_hours(worked),
                after=format_hours(left),
                answer=self.jobtrack_dispute_answer,
            )
        )
        contacts = self.jobtrack_account_id._active_contacts()
        money = contacts.filtered("may_see_money").partner_id
        people = self.jobtrack_requester_id | self.jobtrack_disputed_by_id | money
        self._jobtrack_mail("jobtrack_support.mail_template_dispute_decided", people, secret=True)
