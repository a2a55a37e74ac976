from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import job_states, slots
from . import guard
from .jobtrack_job_workflow import DESK

KINDS = [(slots.WORK, "Work"), (slots.CALL, "Call")]
STATES = [
    (slots.PLANNED, "Planned"),
    (slots.DONE, "Held"),
    (slots.MISSED, "Missed"),
    (slots.CANCELLED, "Cancelled"),
]
# Our steps write these, in sudo.
PROTECTED = {
    "jobtrack_slot_state",
    "jobtrack_booked_by_id",
    "jobtrack_account_id",
    "jobtrack_company_id",
    "jobtrack_missed_activity_id",
}
TIMES = {"start", "stop", "duration", "allday", "start_date", "stop_date"}
# Whoever changes one of these plans the slot anew.
PLAN = TIMES | {"user_id", "jobtrack_job_id", "jobtrack_slot_kind", "active", "recurrency"}


class CalendarEvent(models.Model):
    """A slot is an event of the calendar in which somebody works on a job, or calls the client about it (C2)."""

    _name = "calendar.event"
    _inherit = ["calendar.event", "jobtrack.slot.clash", "jobtrack.slot.outcome"]

    jobtrack_job_id = fields.Many2one(
        "project.task",
        string="Job",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('jobtrack_state', '!=', False)]",
    )
    jobtrack_account_id = fields.Many2one(
        related="jobtrack_job_id.jobtrack_account_id", store=True, index="btree_not_null"
    )
    jobtrack_company_id = fields.Many2one(related="jobtrack_job_id.company_id", store=True)
    # The calendar names its filters after the field; "Organizer" is not what a slot has.
    jobtrack_person_id = fields.Many2one(related="user_id", string="Who")
    jobtrack_slot_kind = fields.Selection(KINDS, string="Kind of Slot")
    jobtrack_slot_state = fields.Selection(STATES, string="Outcome", readonly=True, copy=False)
    jobtrack_booked_by_id = fields.Many2one(
        "res.partner", string="Booked By", readonly=True, copy=False
    )
    jobtrack_slot_reason = fields.Char(
        string="Why Then", copy=False, help="Kept in the timeline of the job."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        guard.refuse(self, vals_list, PROTECTED, self._jobtrack_refusal())
        job_default = self.env.context.get("default_jobtrack_job_id")
        others = guard.without_defaults(self, PROTECTED)
        if not any(vals.get("jobtrack_job_id", job_default) for vals in vals_list):
            return super(CalendarEvent, others).create(vals_list).with_env(self.env)
        events = self.browse()
        for vals in vals_list:
            if not vals.get("jobtrack_job_id", job_default):
                events |= super(CalendarEvent, others).create([vals]).with_env(self.env)
                continue
            quiet, slot_vals = self._jobtrack_prepare_slot(vals)
            event = super(CalendarEvent, quiet).create([slot_vals]).with_env(self.env)
            event._jobtrack_check_clashes()
            event._jobtrack_note_move(False, event.start, event.jobtrack_slot_reason)
            events |= event
        return events

    def _jobtrack_prepare_slot(self, vals):
        """Check who plans a slot, take the person's diary, and return the environment and the values to create it with.

        Odoo's own invitations are left out: our own steps keep the slot and tell people of it.
        """
        quiet = guard.without_defaults(self._jobtrack_quiet(), PROTECTED)
        job = vals.get("jobtrack_job_id") or self.env.context.get("default_jobtrack_job_id")
        quiet._jobtrack_check_slot_access({**vals, "jobtrack_job_id": job})
        vals = quiet._jobtrack_slot_values(vals)
        user = self.env["res.users"].browse(vals["user_id"])
        self.env["jobtrack.diary"]._lock(user)
        return quiet, vals

    def write(self, vals):
        guard.refuse(self, [vals], PROTECTED, self._jobtrack_refusal())
        touched = self.filtered("jobtrack_job_id") if not vals.get("jobtrack_job_id") else self
        ours = PLAN | PROTECTED | {"jobtrack_slot_reason", "partner_ids"}
        if not touched or not ours & vals.keys():
            return super().write(vals)
        touched._jobtrack_check_slot_access(vals)
        if not PLAN & vals.keys():
            return super().write(vals)
        touched._jobtrack_check_still_planned()
        touched._jobtrack_check_stays(vals)
        people = touched.user_id | self.env["res.users"].browse(vals.get("user_id") or [])
        self.env["jobtrack.diary"]._lock(people)
        before = {event: event.start if event.active else False for event in touched}
        who = {event: event.user_id for event in touched}
        result = super(CalendarEvent, self._jobtrack_quiet()).write(dict(vals))
        for event in touched.filtered(lambda event: event.user_id != who[event]):
            # The slot goes from the former person's calendar into the new one's.
            people = [
                fields.Command.unlink(who[event].partner_id.id),
                fields.Command.link(event.user_id.partner_id.id),
            ]
            super(CalendarEvent, event._jobtrack_quiet()).write({"partner_ids": people})
        touched._jobtrack_plan_again()
        touched._jobtrack_check_clashes()
        reason = vals.get("jobtrack_slot_reason") or False
        for event, start in before.items():
            if event.start != start and event.jobtrack_slot_reason != reason:
                # Why it stood where it was is no reason for where it stands now.
                quiet = event._jobtrack_quiet()
                super(CalendarEvent, quiet).write({"jobtrack_slot_reason": reason})
            # The same time with somebody else is a new date for the client.
            handed = event.active and event.start == start and event.user_id != who[event]
            new = event.start if event.active else False
            event._jobtrack_note_move(False if handed else start, new, reason)
        return result

    def unlink(self):
        """A slot that is deleted is a date given up: it is kept in the timeline, and the client is told."""
        slots_here = self.filtered("jobtrack_job_id")
        if slots_here:
            slots_here._jobtrack_check_slot_access({})
            for event in slots_here.filtered(lambda e: e.jobtrack_slot_state == slots.PLANNED):
                event._jobtrack_note_move(event.start, False)
        return super().unlink()

    # === CHECKS === #

    def _jobtrack_refusal(self):
        return AccessError(self.env._("Slots of jobs are planned by the support team."))

    def _jobtrack_check_slot_access(self, vals):
        """Refuse people outside of the support team, jobs they may not read, and states that are typed."""
        guard.refuse(self, [vals], PROTECTED, self._jobtrack_refusal())
        if self.env.su:
            return
        if not self.env.user.has_group(DESK):
            raise self._jobtrack_refusal()
        self.check_access("read")
        jobs = self.jobtrack_job_id | self.env["project.task"].browse(
            vals.get("jobtrack_job_id") or []
        )
        jobs.check_access("read")

    def _jobtrack_check_still_planned(self):
        """Refuse to move what is over: it is the record of what was done."""
        over = self.filtered(lambda e: e.jobtrack_slot_state in (slots.DONE, slots.CANCELLED))
        if over:
            raise UserError(
                self.env._(
                    "%(name)s is over: plan a new slot instead of moving it.",
                    name=over[0].display_name,
                )
            )

    def _jobtrack_check_stays(self, vals):
        """Refuse to give a slot to another job, or to make one of any event: the timeline of each job is a record."""
        if "jobtrack_job_id" not in vals:
            return
        if any(event.jobtrack_job_id.id != (vals["jobtrack_job_id"] or False) for event in self):
            raise UserError(
                self.env._("A slot stays with its job: plan a new one on the job that you mean.")
            )

    # === VALUES === #

    def _jobtrack_quiet(self):
        """Return these events without Odoo's own invitations and activities: JobTrack tells people itself, once."""
        return self.with_context(
            no_mail_to_attendees=True,
            skip_contact_description=True,
            active_model=False,
            active_id=False,
            active_ids=[],
        )

    def _jobtrack_slot_values(self, vals):
        """Return the values of a new slot with all that follows from its job and its person."""
        defaults = self.default_get(
            ["jobtrack_job_id", "jobtrack_slot_kind", "user_id", "start", "duration"]
        )
        vals = {**defaults, **vals}
        job = self.env["project.task"].sudo().browse(vals["jobtrack_job_id"])
        if not job.jobtrack_is_job or job.jobtrack_state not in job_states.OPEN:
            raise UserError(
                self.env._(
                    "%(job)s is no open job: nothing is planned on it.", job=job.display_name
                )
            )
        kind = vals.get("jobtrack_slot_kind") or slots.WORK
        user = self.env["res.users"].sudo().browse(vals.get("user_id") or self.env.uid)
        people = user.partner_id
        if kind == slots.CALL:
            booked = self.env["res.partner"].browse(vals.get("jobtrack_booked_by_id") or [])
            people |= booked.sudo() or job.jobtrack_requester_id
        start = fields.Datetime.to_datetime(vals["start"])
        hours = vals.pop("duration", None)
        # Odoo rounds a duration to the minute; both are given, so that neither is computed from the other.
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        stop = stop or start + timedelta(minutes=round((hours or 1.0) * 60))
        return vals | {
            "name": vals.get("name") or self._jobtrack_slot_name(job, kind),
            "jobtrack_slot_kind": kind,
            "jobtrack_slot_state": slots.PLANNED,
            "user_id": user.id,
            "partner_ids": [fields.Command.set(people.ids)],
            "start": start,
            "stop": stop,
            "allday": False,
            # Staff see each other's slots, also of people whose other events are private.
            "privacy": "confidential",
            "res_id": False,
            "res_model_id": False,
        }

    def _jobtrack_slot_name(self, job, kind):
        words = {
            slots.WORK: self.env._(
                "Work: %(reference)s %(job)s", reference=job.jobtrack_reference, job=job.name
            ),
            slots.CALL: self.env._(
                "Call: %(reference)s %(job)s", reference=job.jobtrack_reference, job=job.name
            ),
        }
        return words[kind]

    # === HISTORY === #

    def _jobtrack_note_move(self, old, new, reason=False):
        """Keep a new, moved or given up slot in the job's timeline, and tell the client, unless that comes later.

        :param str reason: why, in the words of whoever does it now; the step that moves it may say so instead
        :return: the row of the timeline
        """
        self.ensure_one()
        reason = self.env.context.get("jobtrack_date_reason") or reason
        change = self.jobtrack_job_id._jobtrack_note_date(
            "slot",
            old,
            new,
            reason,
            event_id=self.id,
            person_id=self.user_id.id,
            words=self._jobtrack_slot_words(self.user_id),
        )
        if not self.env.context.get("jobtrack_tell_later"):
            change._tell()
        return change

    def _jobtrack_slot_words(self, person):
        """Return what the slot is, with whom, in the language of the environment: staff and clients read it."""
        kinds = dict(self._fields["jobtrack_slot_kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s with %(name)s", kind=kinds[self.jobtrack_slot_kind], name=person.name
        )

    def _jobtrack_cancel(self, reason, tell=True):
        """Give slots up: they leave the calendar and stay in the timeline; the caller has checked who may.

        :param str reason: why, for the timeline
        :param bool tell: whether the clients are told now
        """
        planned = self.sudo().filtered(lambda e: e.jobtrack_slot_state == slots.PLANNED)
        for event in planned.with_context(
            jobtrack_date_reason=reason, jobtrack_tell_later=not tell
        ):
            event.write({"active": False})
        planned.jobtrack_slot_state = slots.CANCELLED

    def action_jobtrack_cancel(self):
        """Give these slots up as the support team."""
        self._jobtrack_check_slot_access({})
        self._jobtrack_cancel(self.env._("Cancelled by %s", self.env.user.name))
