from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import job_states, slots
from . import guard
from .jobtrack_job_workflow import DESK

FUTURE_LIMIT = 200


class JobtrackJobCalls(models.AbstractModel):
    """What is planned on a job, and calls that clients book from free slots (C2, C10).

    A slot is free as long as nobody has taken it: a booking holds the diary of the person, reads it anew and only then
    writes, so that of two people who want the same time at the same moment one is told that it is gone.
    """

    _name = "jobtrack.job.calls"
    _description = "Job: Its Slots and Calls"

    jobtrack_slot_ids = fields.One2many("calendar.event", "jobtrack_job_id", string="Slots")
    jobtrack_slot_count = fields.Integer(compute="_compute_jobtrack_next_slot")
    jobtrack_next_slot = fields.Datetime(compute="_compute_jobtrack_next_slot", string="Next Slot")

    @api.depends("jobtrack_slot_ids.start", "jobtrack_slot_ids.jobtrack_slot_state")
    def _compute_jobtrack_next_slot(self):
        now = self.env["jobtrack.account"]._now()
        for job in self:
            planned = job.jobtrack_slot_ids.filtered(
                lambda slot: slot.jobtrack_slot_state == slots.PLANNED and slot.stop > now
            )
            job.jobtrack_slot_count = len(job.jobtrack_slot_ids)
            job.jobtrack_next_slot = min(planned.mapped("start"), default=False)

    def _jobtrack_set_state(self, new_state, **values):
        """Free the time that is planned on jobs that are over; who was to be called about a cancelled one is told."""
        result = super()._jobtrack_set_state(new_state, **values)
        kinds = slots.GOES_WITH.get(new_state, ())
        now = self.env["jobtrack.account"]._now()
        coming = self.sudo().jobtrack_slot_ids.filtered(
            lambda slot: (
                slot.jobtrack_slot_kind in kinds
                and slot.jobtrack_slot_state == slots.PLANNED
                and slot.start > now
            )
        )
        if coming:
            coming._jobtrack_cancel(
                self.env._("The job is over"), tell=new_state == job_states.CANCELLED
            )
        return result

    # === STAFF === #

    def action_jobtrack_plan_work(self):
        """Open the form of a new slot of work on the job."""
        return self._jobtrack_plan(slots.WORK)

    def action_jobtrack_plan_call(self):
        """Open the form of a new call about the job."""
        return self._jobtrack_plan(slots.CALL)

    def _jobtrack_plan(self, kind):
        self.ensure_one()
        self._jobtrack_check_group(DESK)
        person = self.user_ids[:1] or self.env.user
        company = self.sudo().company_id or self.env.company
        minutes = company.jobtrack_call_minutes if kind == slots.CALL else 60
        diary = self.env["jobtrack.diary"]
        free = diary._next_free(person, minutes, diary._soon(), company, kind)
        view = self.env.ref("jobtrack_support.calendar_event_view_form_slot")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Call") if kind == slots.CALL else self.env._("Plan Work"),
            "res_model": "calendar.event",
            "views": [(view.id, "form")],
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_jobtrack_job_id": self.id,
                "default_jobtrack_slot_kind": kind,
                "default_user_id": person.id,
                "default_start": free[0] if free else diary._soon(),
                "default_duration": minutes / 60,
                "default_res_model": False,
                "default_res_id": False,
                "dialog_size": "medium",
            },
        }

    def action_jobtrack_open_slots(self):
        """Open the slots of the job."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.calendar_event_action_slots"
        )
        return action | {
            "domain": [("jobtrack_job_id", "=", self.id)],
            "context": {"default_jobtrack_job_id": self.id},
            "view_mode": "list,calendar,form",
            "views": [
                (self.env.ref("jobtrack_support.calendar_event_view_list_slots").id, "list"),
                (
                    self.env.ref("jobtrack_support.calendar_event_view_calendar_slots").id,
                    "calendar",
                ),
                (self.env.ref("jobtrack_support.calendar_event_view_form_slot").id, "form"),
            ],
        }

    # === WHO A CLIENT TALKS TO, AND WHEN === #

    def _jobtrack_call_people(self):
        """Return the staff with whom a client may book a call: who works on the job, else the project's manager."""
        self.ensure_one()
        job = self.sudo()
        staff = job.jobtrack_account_id._staff_of("jobtrack_support.group_technician")
        return job.user_ids & staff or job.project_id.user_id & staff

    def _jobtrack_may_call(self, partner):
        """Return whether ``partner`` may book calls on this job: who may ask for jobs or approve, or asked for it."""
        self.ensure_one()
        job = self.sudo()
        account = job.jobtrack_account_id
        contact = account._contact_of(partner)
        if not (account.active and contact):
            return False
        asked = job.jobtrack_requester_id == partner
        return contact.may_request or contact.may_approve or asked

    def _jobtrack_call_slots(self, without=()):
        """Return the slots that can be booked now: dictionary ``(start, end) -> user``, the first one who is free.

        :param without: ids of events that do not count: the call that is being moved
        """
        self.ensure_one()
        job = self.sudo()
        company = job.company_id or self.env.company
        people = job._jobtrack_call_people().sorted("id")
        now = self.env["jobtrack.account"]._now()
        begin = now + timedelta(hours=company.jobtrack_call_notice_hours)
        until = now + timedelta(days=company.jobtrack_call_days)
        diary = self.env["jobtrack.diary"]
        known = diary._facts(people, begin, until, company, without) if people else {}
        found = {}
        for user in people:
            for slot in slots.free_slots(
                slots.free_time(known[user.id], slots.CALL),
                company.jobtrack_call_minutes,
                diary._tz(user, company),
                begin,
                not_after=until,
                limit=FUTURE_LIMIT,
            ):
                found.setdefault(slot, user)
        return dict(sorted(found.items()))

    def _jobtrack_booked_calls(self):
        """Return the calls on this job that are still to come."""
        now = self.env["jobtrack.account"]._now()
        return (
            self.sudo()
            .jobtrack_slot_ids.filtered(
                lambda slot: (
                    slot.jobtrack_slot_kind == slots.CALL
                    and slot.jobtrack_slot_state == slots.PLANNED
                    and slot.stop > now
                )
            )
            .sorted("start")
        )

    def _jobtrack_call_is_fixed(self, call):
        """Return whether it is too late to move or cancel ``call`` from the portal."""
        hours = call._jobtrack_slot_company().sudo().jobtrack_call_cancel_hours
        return call.start - timedelta(hours=hours) < self.env["jobtrack.account"]._now()

    # === STEPS OF THE CLIENT === #

    def action_jobtrack_book_call(self, start, call_id=None):
        """Book a call at one of the free times, or move one there, as the current user (C10).

        :param datetime start: when a free slot begins, naive UTC
        :param int call_id: the call on this job to move; None books a new one
        :return: id of the call
        :raise AccessError: when the user is no contact who may book calls on this job
        :raise UserError: when the time is not free (any more), the job is over, or it is too late to move
        """
        self.ensure_one()
        partner = self._jobtrack_caller()
        # The check above makes sudo safe: the person may book calls on this job.
        job = self.sudo()
        if job.jobtrack_state not in job_states.OPEN:
            raise UserError(self.env._("This job is not open any more: please ask for a new one."))
        booked = job._jobtrack_booked_calls()
        call = job._jobtrack_call_to_change(call_id) if call_id else booked.browse()
        if booked - call:
            raise UserError(
                self.env._("A call on this job is booked already: you can move it to another time.")
            )
        self.env["jobtrack.diary"]._lock(job._jobtrack_call_people())
        start = fields.Datetime.to_datetime(start)
        free = {
            slot: user
            for slot, user in job._jobtrack_call_slots(call.ids).items()
            if slot[0] == start
        }
        if not free:
            raise UserError(
                self.env._("This time is not free any more: please choose another one.")
            )
        slot, user = next(iter(free.items()))
        values = {"start": slot[0], "stop": slot[1], "user_id": user.id}
        reason = self.env._("Booked by %s", partner.name)
        calls = job.env["calendar.event"].with_context(jobtrack_date_reason=reason)
        if call:
            call.with_env(calls.env).write(values)
        else:
            call = calls.create(
                {
                    "jobtrack_job_id": job.id,
                    "jobtrack_slot_kind": slots.CALL,
                    "jobtrack_booked_by_id": partner.id,
                    **values,
                }
            )
        job._jobtrack_tell_booking(call, partner)
        return call.id

    def action_jobtrack_cancel_call(self, call_id):
        """Cancel a call on this job as the current user, while it is not too late (C10).

        :raise AccessError: when the user is no contact who may book calls on this job
        :raise UserError: when there is no such call any more, or it is too late
        """
        self.ensure_one()
        partner = self._jobtrack_caller()
        call = self.sudo()._jobtrack_call_to_change(call_id)
        call._jobtrack_cancel(self.env._("Cancelled by %s", partner.name))
        self.sudo()._jobtrack_tell_booking(call, partner)

    def _jobtrack_caller(self):
        """Return the current user's person, if the user is a contact who may book calls on this job."""
        self.check_access("read")
        user = self.env.user
        if not user.share or not self._jobtrack_may_call(user.partner_id):
            raise AccessError(self.env._("You are not authorised to book calls on this job."))
        return user.partner_id

    def _jobtrack_call_to_change(self, call_id):
        """Return the booked call of this job with that id, if it may still be changed."""
        call = self._jobtrack_booked_calls().filtered(lambda call: call.id == call_id)
        if not call:
            raise UserError(self.env._("This call is not booked any more."))
        if self._jobtrack_call_is_fixed(call):
            raise UserError(
                self.env._(
                    "It is too late to change this call here: please give us a ring or write to us."
                )
            )
        return call

    def _jobtrack_tell_booking(self, call, partner):
        """Tell the person whose time it is what a client booked, moved or cancelled."""
        diary = self.env["jobtrack.diary"]
        words = {
            "name": partner.name,
            "when": diary._when(call.start, diary._tz(call.user_id, call._jobtrack_slot_company())),
        }
        if call.active:
            text = self.env._("%(name)s booked a call with you: %(when)s.", **words)
        else:
            text = self.env._("%(name)s cancelled the call with you: %(when)s.", **words)
        self.message_notify(
            partner_ids=call.user_id.partner_id.ids,
            subject=self.display_name,
            body=text,
            author_id=partner.id,
        )
