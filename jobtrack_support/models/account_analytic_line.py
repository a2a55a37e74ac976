from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import consent, terms
from ..tools.rounding import format_hours, to_minutes
from . import guard

FROZEN_BY_BILL = {
    "unit_amount",
    "date",
    "task_id",
    "project_id",
    "jobtrack_billable",
    "employee_id",
    "so_line",
    "jobtrack_after_hours",
}
# What a client reads of the time that an estimate names.
NAMED = {"name", "date", "unit_amount", "task_id", "project_id", "jobtrack_after_hours"}
# What changes how much of the approval an entry uses.
LENGTH = {"unit_amount", "task_id", "project_id", "jobtrack_after_hours"}
# Consent decides these, not a person.
PROTECTED = {
    "jobtrack_waived",
    "jobtrack_waive_reason",
    "jobtrack_billable",
    "jobtrack_pending",
    "jobtrack_statement_line_id",
    "jobtrack_job_id",
    "jobtrack_typed_at",
}
# Whoever changes these types the time anew.
TYPED = {"unit_amount", "date", "task_id", "project_id"}


class AccountAnalyticLine(models.Model):
    """Time on a job: in a category, billable as far as the client has consented (D5, I7)."""

    _name = "account.analytic.line"
    _inherit = ["account.analytic.line", "jobtrack.time.waiver"]

    jobtrack_job_id = fields.Many2one(
        "project.task",
        string="Job",
        compute="_compute_jobtrack_job_id",
        store=True,
        index="btree_not_null",
        help="The job that this time counts on; time on a part of a job counts on the job.",
    )
    jobtrack_category_id = fields.Many2one(
        "jobtrack.time.category", string="Kind of Time", ondelete="restrict", index="btree_not_null"
    )
    jobtrack_billable = fields.Boolean(
        string="Consented",
        readonly=True,
        copy=False,
        help="The client's approval covers this time.",
    )
    jobtrack_pending = fields.Boolean(
        string="Pending Consent",
        readonly=True,
        copy=False,
        help="Not covered by an approval: not billed unless a change order that names it is approved.",
    )
    jobtrack_after_hours = fields.Boolean(
        string="After Hours",
        help="Work outside of the usual hours; counts as many times as the estimate says.",
    )
    jobtrack_statement_line_id = fields.Many2one(
        "jobtrack.statement.line",
        string="Billed On",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    jobtrack_typed_at = fields.Datetime(
        string="Typed",
        readonly=True,
        copy=False,
        help="When the time got its day, its length and its job: whether it came in time for hours that expired.",
    )

    @api.depends("task_id.parent_id", "task_id.jobtrack_account_id")
    def _compute_jobtrack_job_id(self):
        """Time on a task from before its project became a support project counts on no job."""
        for line in self:
            task = line.task_id.sudo()
            if not task.jobtrack_account_id:
                line.jobtrack_job_id = False
                continue
            while task.parent_id:
                task = task.parent_id
            line.jobtrack_job_id = task if task.jobtrack_is_job else False

    @api.constrains("so_line")
    def _check_jobtrack_no_sale_line(self):
        if any(line.jobtrack_job_id and line.so_line for line in self.sudo()):
            raise ValidationError(
                self.env._("Time on a job is billed by JobTrack: it has no sales order item.")
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._jobtrack_check_protected(vals_list)
        self._jobtrack_read_ahead(vals_list)
        guarded = guard.without_defaults(self, PROTECTED)
        typed = {"jobtrack_typed_at": self.env["jobtrack.account"]._now()}
        vals_list = [vals | typed for vals in vals_list]
        lines = super(AccountAnalyticLine, guarded).create(vals_list)
        lines.sudo()._jobtrack_classify()
        lines.jobtrack_job_id._jobtrack_warn_of_overrun()
        return lines

    def write(self, vals):
        self._jobtrack_check_protected([vals])
        changes_length = LENGTH & vals.keys()
        if NAMED & vals.keys():
            self._jobtrack_check_not_asked()
        if changes_length:
            self._jobtrack_check_delivered(vals)
            self._jobtrack_check_not_waived()
        old_jobs = self.sudo().jobtrack_job_id if changes_length else self.env["project.task"]
        if TYPED & vals.keys():
            vals = vals | {"jobtrack_typed_at": self.env["jobtrack.account"]._now()}
        result = super().write(vals)
        if changes_length:
            (
                self.sudo() | (old_jobs | self.sudo().jobtrack_job_id)._jobtrack_time_for_room()
            )._jobtrack_classify()
            self.jobtrack_job_id._jobtrack_warn_of_overrun()
        return result

    def unlink(self):
        self._jobtrack_check_not_asked()
        jobs = self.sudo().jobtrack_job_id
        result = super().unlink()
        jobs._jobtrack_time_for_room()._jobtrack_classify()
        return result

    def _jobtrack_bill(self, lines):
        """Put unbilled time onto the statement lines of its jobs: one update for a whole batch of a billing run.

        Straight in the database: written job by job it is the slowest step of a run that invoices nothing. Nothing but
        the statement depends on it, and the caller holds the lock of the accounts.

        :param lines: new ``jobtrack.statement.line`` records, one for each job
        """
        if not self:
            return
        self.flush_recordset()
        lines.flush_recordset(["task_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_analytic_line time
                   SET jobtrack_statement_line_id = line.id, write_uid = %(user)s,
                       write_date = %(now)s
                  FROM jobtrack_statement_line line
                 WHERE time.id IN %(time)s AND line.id IN %(lines)s
                   AND line.task_id = time.jobtrack_job_id
                """,
                user=self.env.uid,
                now=self.env.cr.now(),
                time=tuple(self.ids),
                lines=tuple(lines.ids),
            )
        )
        if self.env.cr.rowcount != len(self):
            raise RuntimeError("Time of a billed job is on none of the new statement lines.")
        self.invalidate_recordset(["jobtrack_statement_line_id", "write_uid", "write_date"])
        lines.invalidate_recordset(["time_ids"])
        self.modified(["jobtrack_statement_line_id"])

    def _jobtrack_check_not_asked(self):
        """Refuse to change time while a client decides on an estimate that names it: it approves what it has read."""
        pending = self.sudo().filtered("jobtrack_pending")
        asked = pending and self.env["jobtrack.work.order"].sudo().search(
            [("state", "=", "sent"), ("time_ids", "in", pending.ids)], limit=1
        )
        if asked:
            raise UserError(
                self.env._(
                    "This time is named in %(order)s, on which the client decides: withdraw that estimate first.",
                    order=asked.display_name,
                )
            )

    def _jobtrack_check_delivered(self, vals):
        """Refuse to raise consented time of a completed job: its total is the delivery record (D6)."""
        for line in self.sudo().filtered(
            lambda line: line.jobtrack_billable and not line.jobtrack_statement_line_id
        ):
            done = line.jobtrack_job_id.jobtrack_state in ("done", "billed")
            worked = to_minutes(vals.get("unit_amount", line.unit_amount))
            evening = vals.get("jobtrack_after_hours", line.jobtrack_after_hours)
            if done and line._jobtrack_count(worked, evening) > line._jobtrack_minutes():
                raise UserError(
                    self.env._(
                        "%(job)s is completed: its time can be lowered, not raised.",
                        job=line.jobtrack_job_id.display_name,
                    )
                )

    def _check_can_write(self, values):
        if FROZEN_BY_BILL & values.keys() and any(
            line.jobtrack_statement_line_id for line in self.sudo()
        ):
            raise UserError(
                self.env._(
                    "This time is billed: its figures stay as they are on the statement. Correct the bill first."
                )
            )
        return super()._check_can_write(values)

    def _is_readonly(self):
        return super()._is_readonly() or bool(self.sudo().jobtrack_statement_line_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if any(line.jobtrack_statement_line_id for line in self.sudo()):
            raise UserError(
                self.env._("This time is billed: it cannot be deleted. Correct the bill first.")
            )

    def _timesheet_get_portal_domain(self):
        """Leave job time out of Odoo's own portal pages, which read it in superuser mode, past the record rules."""
        domain = super()._timesheet_get_portal_domain()
        if self.env.user._is_internal():
            return domain
        return fields.Domain(domain) & fields.Domain("jobtrack_job_id", "=", False)

    def _jobtrack_check_protected(self, vals_list):
        error = UserError(self.env._("Whether time is billable follows from the client's consent."))
        guard.refuse(self, vals_list, PROTECTED, error)

    # === CONSENT === #

    def _jobtrack_read_ahead(self, vals_list):
        """Read the time of the jobs into the cache before there is new time: consent looks at it, and each look at what
        is not in the cache would write the new time by halves. For speed alone; what is not found here is read later.
        """
        tasks = self.env["project.task"].sudo()
        tasks = tasks.browse({vals["task_id"] for vals in vals_list if vals.get("task_id")})
        for job in tasks.filtered("jobtrack_is_job"):
            job.jobtrack_time_ids.mapped("jobtrack_billable")

    def _jobtrack_classify(self):
        """Mark time as billable where the approved hours cover all of it, else as pending (I7).

        Existing billable time of the job comes first; new time never takes its place. Odoo itself updates the job's row
        for each entry, so that two entries at the same moment cannot both use the last approved hour.
        """
        self.filtered(lambda line: not line.jobtrack_job_id)._jobtrack_mark(False, False)
        open_lines = self.filtered(
            lambda line: (
                line.jobtrack_job_id
                and not line.jobtrack_statement_line_id
                and not line.jobtrack_waived
            )
        )
        for job, lines in open_lines.grouped("jobtrack_job_id").items():
            # A consented entry whose length changes keeps its place before entries that wait.
            lines = lines.sorted(lambda line: (not line.jobtrack_billable, line.id))
            if not job.jobtrack_is_billable:
                lines._jobtrack_mark(billable=False, pending=False)
                continue
            if job.jobtrack_state in ("done", "billed"):
                # Completed: consented time stays consented, time that comes later waits.
                late = lines.filtered(lambda line: not line.jobtrack_billable)
                late._jobtrack_mark(billable=False, pending=True)
                continue
            in_force = job._jobtrack_terms()
            used = job._jobtrack_used_minutes(in_force, without=lines)
            approved = job.jobtrack_approved_minutes if job._jobtrack_takes_time() else 0
            entries = [line._jobtrack_minutes(in_force) for line in lines]
            answers = consent.classify(entries, used, approved, in_force.basis == terms.FIXED)
            for line, answer in zip(lines, answers, strict=True):
                line._jobtrack_mark(answer == consent.BILLABLE, answer == consent.PENDING)

    def _jobtrack_mark(self, billable, pending):
        """Note what consent says, as a computed field is set: what guards typed time has nothing to look at here."""
        changed = self.filtered(
            lambda line: line.jobtrack_billable != billable or line.jobtrack_pending != pending
        )
        names = ("jobtrack_billable", "jobtrack_pending")
        with self.env.protecting([self._fields[name] for name in names], changed):
            changed.jobtrack_billable = billable
            changed.jobtrack_pending = pending
        changed.modified(names)

    def _jobtrack_consent(self):
        """Make pending time that an approved version names billable, as far as the approved hours reach."""
        self.filtered("jobtrack_pending").sudo()._jobtrack_classify()

    def action_jobtrack_split(self):
        """Split pending time at the limit, so that the part inside the approved hours becomes billable.

        :raise UserError: when no approved hours are left, or only a version that names the time makes it billable
        """
        for line in self.filtered("jobtrack_pending"):
            line.check_access("write")
            job = line.jobtrack_job_id.sudo()
            if job.jobtrack_work_order_id and (
                not job._jobtrack_takes_time() or line.sudo() not in job._jobtrack_time_for_room()
            ):
                raise UserError(
                    self.env._(
                        "This time came before the approval of %(job)s, or after its completion: only a change order"
                        " that names it makes it billable.",
                        job=job.display_name,
                    )
                )
            left = job._jobtrack_room()
            minutes = to_minutes(line.unit_amount)
            fits = terms.worked_within(left, job._jobtrack_terms(), line.jobtrack_after_hours)
            if fits <= 0:
                raise UserError(
                    self.env._(
                        "No approved hours are left on %(job)s: ask with a change order.",
                        job=job.display_name,
                    )
                )
            if minutes > fits:
                line._jobtrack_split(fits)
            else:
                line.sudo()._jobtrack_classify()

    def _jobtrack_split(self, kept):
        """Keep ``kept`` worked minutes on this entry, and return a new entry with the rest.

        Both parts were typed when the whole was.
        """
        self.ensure_one()
        rest = to_minutes(self.unit_amount) - kept
        typed_at = self.jobtrack_typed_at
        self.unit_amount = kept / 60
        part = self.copy({"unit_amount": rest / 60, "date": self.date})
        (self | part).sudo().write({"jobtrack_typed_at": typed_at})
        return part

    def _jobtrack_minutes(self, in_force=None):
        """Return the billing minutes of these entries: worked minutes under the terms of their jobs.

        :param in_force: the ``tools.terms.Terms`` to count with; those of each entry's job by default
        """
        minutes = 0
        for job, lines in self.grouped("jobtrack_job_id").items():
            job_terms = in_force or (job._jobtrack_terms() if job else terms.PLAIN)
            minutes += sum(
                terms.entry_minutes(
                    to_minutes(line.unit_amount), job_terms, line.jobtrack_after_hours
                )
                for line in lines
            )
        return minutes

    def _jobtrack_count(self, worked, after_hours):
        """Return the billing minutes of ``worked`` minutes on the job of this entry."""
        return terms.entry_minutes(worked, self.jobtrack_job_id._jobtrack_terms(), after_hours)

    @api.onchange("unit_amount", "task_id", "jobtrack_after_hours")
    def _onchange_jobtrack_limit(self):
        """Warn while typing when the time goes beyond what the client has approved."""
        job = self.jobtrack_job_id.sudo()
        if not job or not job.jobtrack_is_billable or not self.unit_amount:
            return None
        left = job._jobtrack_room(without=self._origin)
        counted = self._jobtrack_count(to_minutes(self.unit_amount), self.jobtrack_after_hours)
        if counted <= left or job._jobtrack_terms().basis == terms.FIXED:
            return None
        return {
            "warning": {
                "title": self.env._("Beyond the approved hours"),
                "message": self.env._(
                    "%(left)s h are approved and left on %(job)s. This time is saved as pending: split it there, or"
                    " ask the client with a change order.",
                    left=format_hours(max(left, 0)),
                    job=job.display_name,
                ),
                "type": "notification",
            }
        }
