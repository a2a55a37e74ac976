from odoo import api, fields, models

from . import guard

# What a date change and an answer look like on the timeline.
ICONS = {"deadline": "fa-flag", "slot": "fa-calendar", "estimate": "fa-calculator"}


class JobtrackJobDates(models.AbstractModel):
    """Every date of a job is kept with the reason why it changed, and shown as a timeline (C3)."""

    _name = "jobtrack.job.dates"
    _description = "Job: Its Dates"

    jobtrack_date_change_ids = fields.One2many(
        "jobtrack.job.date.change", "task_id", string="Changes of Dates", readonly=True
    )
    jobtrack_deadline_changed = fields.Boolean(compute="_compute_jobtrack_deadline_changed")
    jobtrack_date_reason = fields.Char(
        string="Why the Deadline Changes", store=False, help="Kept in the timeline of the job."
    )
    jobtrack_timeline = fields.Html(
        compute="_compute_jobtrack_timeline", sanitize=False, string="Timeline"
    )

    @api.depends("date_deadline")
    def _compute_jobtrack_deadline_changed(self):
        """Tell the form that a deadline which stood before is being changed: it asks why."""
        for job in self:
            old = job._origin.date_deadline
            job.jobtrack_deadline_changed = bool(old) and job.date_deadline != old

    def _jobtrack_note_date(self, kind, old, new, reason, **values):
        """Keep a change of one of the job's dates (C3).

        :param str kind: ``deadline``, ``slot`` or ``estimate``
        :param datetime old: the date that stood, naive UTC; False when there was none
        :param datetime new: the date that stands now; False when it is given up
        :param str reason: why, in the words of whoever changes it
        :param values: further fields of the row
        :return: the ``jobtrack.job.date.change``; empty when nothing changed
        """
        self.ensure_one()
        changes = self.env["jobtrack.job.date.change"].sudo()
        if (old or False) == (new or False):
            return changes
        return changes.create(
            {
                "task_id": self.id,
                "kind": kind,
                "date_old": old,
                "date_new": new,
                "reason": (reason or "").strip(),
                "user_id": self.env.uid,
                "name": self.env.user.name,
                **values,
            }
        )

    def write(self, vals):
        """Keep what the deadline was, with the reason that the form or the step gives."""
        # A collaborator may move the deadline; fields that are not the portal's are left for Odoo to refuse.
        visitor = self.env.user.share and not self.env.su
        ours = {"date_deadline"} if visitor else {"date_deadline", "jobtrack_date_reason"}
        if not ours & vals.keys():
            return super().write(vals)
        vals = dict(vals)
        reason = None if visitor else vals.pop("jobtrack_date_reason", None)
        reason = reason or self.env.context.get("jobtrack_date_reason")
        if not reason and len(self) > 1:
            reason = self.env._("Changed for %s jobs together", len(self))
        before = {job: job.date_deadline for job in self if job.jobtrack_is_job}
        result = super().write(vals)
        for job, old in before.items():
            job._jobtrack_note_date("deadline", old, job.date_deadline, reason)
        return result

    def _jobtrack_begin(self):
        """Begin the timeline with the deadline that the job comes with."""
        result = super()._jobtrack_begin()
        for job in self:
            job._jobtrack_note_date("deadline", False, job.date_deadline, False)
        return result

    # === TIMELINE === #

    @api.depends("jobtrack_date_change_ids")
    @api.depends_context("lang", "tz")
    def _compute_jobtrack_timeline(self):
        for job in self:
            rows = job._jobtrack_timeline_rows() if job.jobtrack_is_job and job._origin.id else []
            job.jobtrack_timeline = rows and self.env["ir.qweb"]._render(
                "jobtrack_support.job_timeline", {"rows": rows}
            )

    def _jobtrack_timeline_rows(self):
        """Return what happened to the job's dates, newest first, in words for staff."""
        self.ensure_one()
        diary = self.env["jobtrack.diary"]
        return [
            {
                "moment": diary._when(change.create_date),
                "icon": ICONS[change.kind],
                "kind": change.kind,
                "what": change.words or self._jobtrack_date_kind(change.kind),
                "old": diary._when(change.date_old),
                "new": diary._when(change.date_new),
                "reason": change.reason,
                "who": change.name,
            }
            for change in self.sudo().jobtrack_date_change_ids.sorted(
                lambda change: (change.create_date, change.id), reverse=True
            )
        ]

    def _jobtrack_date_kind(self, kind):
        field = self.env["jobtrack.job.date.change"]._fields["kind"]
        return dict(field._description_selection(self.env))[kind]

    # === MAIL === #

    def _jobtrack_planned_tz(self, person):
        """Return by whose clock the client's mail tells times: the reader's own, else the company's."""
        return person.tz or self.company_id.jobtrack_tz or "UTC"

    def _jobtrack_planned_subject(self):
        """Return the subject of the mail about planned times: the one time, or that there are several."""
        changes = self._jobtrack_changes_to_tell()
        if len(changes.event_id) == 1 and changes[-1].date_new:
            person = self.env["res.partner"].browse(self.env.context.get("jobtrack_recipient"))
            when = self.env["jobtrack.diary"]._when(
                changes[-1].date_new, self._jobtrack_planned_tz(person)
            )
            return self.env._("%(what)s: %(when)s", what=changes[-1]._what(), when=when)
        if len(changes.event_id) == 1:
            return self.env._("Cancelled: %s", changes[-1]._what())
        return self.env._("New times for your support jobs")

    def _jobtrack_planned_rows(self, person):
        """Return what stands now of each slot that changed: ``what``, ``job``, ``old`` and ``new`` in words."""
        tz = self._jobtrack_planned_tz(person)
        when = self.env["jobtrack.diary"]._when
        rows = []
        for changes in self._jobtrack_changes_to_tell().grouped("event_id").values():
            last = changes[-1]
            rows.append(
                {
                    "what": last._what(),
                    "job": f"{last.task_id.jobtrack_reference} {last.task_id.name}",
                    "old": when(changes[0].date_old, tz),
                    "new": when(last.date_new, tz),
                }
            )
        return rows

    def _jobtrack_changes_to_tell(self):
        """Return the changes that the mail is about, oldest first."""
        # Read in superuser mode: a context that a caller sends names nothing here.
        ids = guard.is_ours(self.env) and self.env.context.get("jobtrack_changes") or []
        return self.env["jobtrack.job.date.change"].sudo().browse(ids).exists().sorted("id")
