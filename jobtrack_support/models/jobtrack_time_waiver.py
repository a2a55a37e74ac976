from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.rounding import format_hours, to_minutes


class JobtrackTimeWaiver(models.AbstractModel):
    """Time that the client does not pay for although it was worked.

    Two kinds: time without consent that was declined or given up is never billable and on no statement. Consented time
    that staff waive stays billable: it is shown on the statement at 0, with the reason, and uses no pack (I5).
    """

    _name = "jobtrack.time.waiver"
    _description = "Time: What Is Waived"

    jobtrack_waived = fields.Boolean(
        string="Waived", readonly=True, copy=False, help="The client does not pay for this time."
    )
    jobtrack_waive_reason = fields.Char(string="Why It Is Waived", readonly=True, copy=False)

    def _jobtrack_waive(self, reason=None):
        """Make pending time free of charge: the client declined to pay for it, or staff gave it up.

        :param str reason: why staff gave it up; empty when the client declined
        """
        waived = self.filtered(
            lambda line: line.jobtrack_pending and not line.jobtrack_statement_line_id
        ).sudo()
        waived._jobtrack_mark(False, False)
        waived.write({"jobtrack_waived": True, "jobtrack_waive_reason": reason})

    def _jobtrack_check_not_waived(self):
        """Refuse to change consented time that is waived: its minutes stand for a promise."""
        if not self.env.su and any(line.jobtrack_waive_reason for line in self.sudo()):
            raise UserError(self.env._("This time is waived: undo that before you change it."))

    def _jobtrack_split_to_waive(self, kept):
        """Keep ``kept`` worked minutes on this consented entry, and return a new one with the rest, consented as well.

        :raise UserError: when steps or after hours make the parts count more than the whole
        """
        whole = self._jobtrack_minutes()
        waiting = self.jobtrack_job_id._jobtrack_time_for_room()
        part = self._jobtrack_split(kept)
        parts = (self | part)._jobtrack_minutes()
        if parts > whole:
            raise UserError(
                self.env._(
                    "Under the terms of the job the parts of this time count %(parts)s h and the whole %(whole)s h:"
                    " waive all of the entry, or another part of it.",
                    parts=format_hours(parts),
                    whole=format_hours(whole),
                )
            )
        # A part of consented time is consented, also on a completed job.
        part._jobtrack_mark(billable=True, pending=False)
        # No room appears by splitting: what came into the place of the part goes on waiting.
        waiting.filtered("jobtrack_billable")._jobtrack_mark(billable=False, pending=True)
        return part

    def _jobtrack_waivable(self):
        """Return the consented, unbilled time among these entries that is not waived yet, latest first."""
        return self.filtered(
            lambda line: (
                line.jobtrack_billable
                and not line.jobtrack_waived
                and not line.jobtrack_statement_line_id
            )
        ).sorted(lambda line: (line.date, line.id), reverse=True)


class JobtrackJobWaiver(models.AbstractModel):
    """How staff waive time of a job, and take that back."""

    _name = "jobtrack.job.waiver"
    _description = "Job: Waiving Its Time"

    def action_jobtrack_waive(self):
        """Open the form that asks how much of the job's time is waived, and why.

        :raise AccessError: for who neither dispatches nor bills
        """
        self.ensure_one()
        self._jobtrack_check_waiver()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Time"),
            "res_model": "jobtrack.waive.time",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "dialog_size": "medium"},
        }

    def action_jobtrack_unwaive(self):
        """Take back what staff waived on this job, as far as it is not billed.

        :raise AccessError: for who neither dispatches nor bills
        :raise UserError: when nothing is waived that could be taken back
        """
        self._jobtrack_check_waiver()
        for job in self.sudo():
            lines = job.jobtrack_time_ids.filtered(
                lambda line: line.jobtrack_waive_reason and not line.jobtrack_statement_line_id
            )
            if not lines:
                raise UserError(self.env._("Nothing is waived on %(job)s.", job=job.display_name))
            lines.write({"jobtrack_waived": False, "jobtrack_waive_reason": False})
            again = lines.filtered(lambda line: not line.jobtrack_billable)
            # Given up and taken back it waits as before: nothing but an approval that covers it makes it billable.
            again._jobtrack_mark(billable=False, pending=job.jobtrack_is_billable)
            (job._jobtrack_time_for_room() & again)._jobtrack_classify()
            job.with_env(self.env)._jobtrack_note(self.env._("The time is not waived any more."))

    def _jobtrack_check_waiver(self):
        self._jobtrack_check_group(
            "jobtrack_support.group_billing"
            if self.env.user.has_group("jobtrack_support.group_billing")
            else "jobtrack_support.group_dispatcher"
        )

    def _jobtrack_waive_time(self, reason, minutes=None):
        """Waive consented time of the job: all of it, or the latest ``minutes`` that were worked.

        An entry of which only a part is waived is split.

        :param str reason: why; the client reads it
        :param int minutes: how many worked minutes; None for all
        :raise UserError: without a reason, when the time is billed, or when there is not that much
        """
        self.ensure_one()
        job = self.sudo()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the time is waived: the client reads it."))
        job.jobtrack_account_id._lock()
        lines = job.jobtrack_time_ids._jobtrack_waivable()
        if not lines and job.jobtrack_state == "billed":
            raise UserError(
                self.env._("%(job)s is billed: correct the bill first.", job=job.display_name)
            )
        there = sum(to_minutes(line.unit_amount) for line in lines)
        if not lines or (minutes is not None and not 0 < minutes <= there):
            raise UserError(
                self.env._(
                    "%(hours)s h of %(job)s can be waived.",
                    hours=format_hours(max(there, 0)),
                    job=job.display_name,
                )
            )
        chosen = lines if minutes is None else job._jobtrack_cut_time(lines, minutes)
        chosen.write({"jobtrack_waived": True, "jobtrack_waive_reason": reason.strip()})
        waived = sum(to_minutes(line.unit_amount) for line in chosen)
        self._jobtrack_note(
            self.env._("%(hours)s h waived: %(reason)s", hours=format_hours(waived), reason=reason)
        )

    def _jobtrack_cut_time(self, lines, minutes):
        """Return entries of exactly ``minutes``, the latest first; the last one is split where it is longer."""
        chosen = lines.browse()
        for line in lines:
            worked = to_minutes(line.unit_amount)
            if minutes <= 0 or worked <= 0:
                continue
            if worked > minutes:
                line = line._jobtrack_split_to_waive(worked - minutes)
            minutes -= min(worked, minutes)
            chosen |= line
        return chosen

    def _jobtrack_give_up_pending(self, reason):
        """Give up the pending time of the job: it is never billed and on no statement.

        :param str reason: why; required
        :raise UserError: without a reason, or when no time waits for consent
        """
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the time is given up."))
        pending = self.sudo()._jobtrack_pending_time()
        if not pending:
            raise UserError(
                self.env._("No time of %(job)s waits for consent.", job=self.display_name)
            )
        hours = format_hours(sum(to_minutes(line.unit_amount) for line in pending))
        pending._jobtrack_waive(reason.strip())
        self._jobtrack_note(
            self.env._(
                "%(hours)s h without consent given up: %(reason)s", hours=hours, reason=reason
            )
        )
