from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.jobtrack_diary import SEARCH_DAYS
from ..models.jobtrack_job_workflow import DISPATCH, STAFF
from ..tools import slots


class JobtrackAbsence(models.TransientModel):
    """A person is away: all their slots in that time move in one step, and everybody is told once (C2).

    The preview shows each slot with the next free time of the same person; a slot can be given to somebody else, be
    moved to another time by hand, or be cancelled.
    """

    _name = "jobtrack.absence"
    _description = "Absence: Plan Slots Anew"

    user_id = fields.Many2one("res.users", string="Who Is Away", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    possible_user_ids = fields.Many2many("res.users", compute="_compute_possible_user_ids")
    date_from = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_to = fields.Datetime(string="Until", required=True)
    reason = fields.Char(
        string="Reason for Staff", required=True, help="Kept in the timelines of the jobs."
    )
    words = fields.Text(
        string="Message to Clients", help="Stands in the mail that tells clients of the new times."
    )
    keep_leave = fields.Boolean(
        string="Keep as Leave",
        default=True,
        help="Adds the absence to the person's leave, so that nothing is planned into it.",
    )
    line_ids = fields.One2many(
        "jobtrack.absence.line",
        "absence_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    slot_count = fields.Integer(compute="_compute_slot_count")

    @api.depends("company_id")
    def _compute_possible_user_ids(self):
        for wizard in self:
            wizard.possible_user_ids = wizard.company_id._jobtrack_staff(STAFF)

    @api.depends("line_ids")
    def _compute_slot_count(self):
        for wizard in self:
            wizard.slot_count = len(wizard.line_ids)

    @api.depends("user_id", "date_from", "date_to")
    def _compute_line_ids(self):
        """Find the slots in the absence, and a new time for each; what stands against nothing else."""
        for wizard in self:
            lines = [fields.Command.clear()]
            if (
                wizard.user_id
                and wizard.date_from
                and wizard.date_to
                and wizard.date_from < wizard.date_to
            ):
                events = wizard._events()
                plan = wizard._plan(events)
                lines += [
                    fields.Command.create(
                        {
                            "event_id": event.id,
                            "old_start": event.start,
                            "new_start": plan[event.id] and plan[event.id][0],
                            "new_user_id": wizard.user_id.id,
                            "step": "move" if plan[event.id] else "cancel",
                        }
                    )
                    for event in events
                ]
            wizard.line_ids = lines

    def _events(self):
        """Return the planned slots that the absence hits."""
        return self.env["calendar.event"].search(
            [
                ("jobtrack_company_id", "=", self.company_id.id),
                ("jobtrack_slot_state", "=", slots.PLANNED),
                ("user_id", "=", self.user_id._origin.id or self.user_id.id),
                ("start", "<", self.date_to),
                ("stop", ">", max(self.date_from, self.env["jobtrack.account"]._now())),
            ],
            order="start, id",
        )

    def _plan(self, events):
        """Return a new place for each slot: event id -> ``(start, end)`` or None."""
        diary = self.env["jobtrack.diary"]
        user = self.user_id._origin or self.user_id
        begin = max(self.date_from, diary._soon())
        known = diary._facts(
            user, begin, self.date_to + timedelta(days=SEARCH_DAYS), self.company_id, events.ids
        )[user.id]
        away = slots.Diary(
            known.attendance, (*known.leaves, (self.date_from, self.date_to, "")), known.events
        )
        wanted = [
            slots.Wanted(
                event.id,
                event.start,
                round((event.stop - event.start) / timedelta(minutes=1)),
                event.jobtrack_slot_kind,
            )
            for event in events
        ]
        return slots.replan(wanted, away, diary._tz(user, self.company_id), begin)

    def action_confirm(self):
        """Move, hand over and cancel as the preview says, keep the absence as leave, and tell everybody once.

        :raise AccessError: for people outside of dispatch
        :raise UserError: when something stands against one of the new times
        """
        self.ensure_one()
        self.env["project.task"]._jobtrack_check_group(DISPATCH)
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not plan for this company."))
        if self.date_from >= self.date_to:
            raise UserError(self.env._("The absence ends before it begins."))
        if self._events() - self.line_ids.event_id:
            raise UserError(
                self.env._("Slots were planned meanwhile: please open the absence once more.")
            )
        self.env["jobtrack.diary"]._lock(self.user_id | self.line_ids.new_user_id)
        events = self.line_ids.event_id
        newest = self.env["jobtrack.job.date.change"].sudo().search([], order="id desc", limit=1)
        self.line_ids._carry_out()
        if self.keep_leave:
            self._add_leave()
        changes = (
            self.env["jobtrack.job.date.change"]
            .sudo()
            .search([("id", ">", newest.id or 0), ("event_id", "in", events.ids)])
        )
        changes._tell(self.words)
        self._tell_staff()
        return {"type": "ir.actions.act_window_close"}

    def _add_leave(self):
        """Keep the absence in the working calendar, for dispatch, who may not edit calendars otherwise."""
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search([("user_id", "=", self.user_id.id), ("company_id", "=", self.company_id.id)])
        )
        self.env["resource.calendar.leaves"].sudo().create(
            [
                {
                    "name": self.reason,
                    "resource_id": employee.resource_id.id,
                    "calendar_id": employee.resource_calendar_id.id,
                    "company_id": self.company_id.id,
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                    "time_type": "leave",
                }
                for employee in employees
            ]
        )

    def _tell_staff(self):
        """Send each person of the staff one message with all their slots that changed."""
        for user in (self.user_id | self.line_ids.new_user_id) - self.env.user:
            lines = self.line_ids.filtered(
                lambda line, u=user: u in (self.user_id, line.new_user_id)
            )
            if lines:
                self.env["mail.thread"].message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=self.env._("New plan: %s is away", self.user_id.name),
                    body="\n".join(lines.mapped("words")),
                )


class JobtrackAbsenceLine(models.TransientModel):
    """One slot of an absent person, where it stood and where it goes."""

    _name = "jobtrack.absence.line"
    _description = "Absence: Slot"
    _order = "old_start, id"

    absence_id = fields.Many2one("jobtrack.absence", required=True, ondelete="cascade")
    event_id = fields.Many2one("calendar.event", string="Slot", required=True, ondelete="cascade")
    task_id = fields.Many2one(related="event_id.jobtrack_job_id", related_sudo=False)
    old_start = fields.Datetime(string="Was", readonly=True)
    step = fields.Selection(
        [("move", "Move"), ("cancel", "Cancel"), ("keep", "Leave as it is")],
        required=True,
        default="move",
    )
    new_start = fields.Datetime(string="Is")
    new_user_id = fields.Many2one("res.users", string="Person")
    is_late = fields.Boolean(compute="_compute_is_late", string="After the Deadline")
    words = fields.Char(compute="_compute_words")

    @api.depends("step", "new_start", "task_id.date_deadline")
    def _compute_is_late(self):
        for line in self:
            deadline = line.task_id.date_deadline
            line.is_late = bool(
                line.step == "move" and deadline and line.new_start and line.new_start > deadline
            )

    @api.depends("step", "old_start", "new_start", "new_user_id.name", "event_id.name")
    def _compute_words(self):
        diary = self.env["jobtrack.diary"]
        for line in self:
            facts = {
                "slot": line.event_id.name,
                "old": diary._when(line.old_start),
                "new": diary._when(line.new_start),
                "name": line.new_user_id.name,
            }
            line.words = {
                "move": self.env._("%(slot)s: %(old)s -> %(new)s, %(name)s", **facts),
                "cancel": self.env._("%(slot)s: %(old)s, cancelled", **facts),
                "keep": self.env._("%(slot)s: %(old)s, stays", **facts),
            }[line.step]

    def _carry_out(self):
        """Do what each line says; clients are told afterwards, of all at once."""
        for line in self.sorted(lambda line: (line.new_start or line.old_start, line.id)):
            reason = line.absence_id.reason
            event = line.event_id.with_context(
                jobtrack_tell_later=True, jobtrack_date_reason=reason
            )
            if line.step == "cancel":
                event._jobtrack_cancel(reason, tell=False)
            elif line.step == "move":
                if not line.new_start:
                    raise UserError(
                        self.env._("Choose a new time for %s, or cancel it.", event.display_name)
                    )
                length = event.stop - event.start
                event.write(
                    {
                        "start": line.new_start,
                        "stop": line.new_start + length,
                        "user_id": (line.new_user_id or event.user_id).id,
                    }
                )
