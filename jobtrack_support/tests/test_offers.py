from datetime import datetime

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.jobtrack_assignment_mail import ANSWER_ACTIVITY, DECIDE_ACTIVITY
from .common import JobtrackCommon

NOW = "2026-03-05 10:00:00"  # a Thursday
FRIDAY = datetime(2026, 3, 6, 16)
MONDAY = datetime(2026, 3, 9, 16)
SLOT = datetime(2026, 3, 6, 9)


class OfferCommon(JobtrackCommon):
    """A dispatcher, two technicians who work from 8 to 17, and a job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_office()

    @classmethod
    def _set_office(cls):
        cls.dispatcher = cls._make_user(f"dora{cls.suffix}", "jobtrack_support.group_dispatcher")
        cls.other_user = cls._make_user(f"tara{cls.suffix}", "jobtrack_support.group_technician")
        hours = [
            Command.create(
                {
                    "name": part,
                    "dayofweek": str(day),
                    "hour_from": begin,
                    "hour_to": end,
                    "day_period": part,
                }
            )
            for day in range(5)
            for part, begin, end in (("morning", 8, 12), ("afternoon", 13, 17))
        ]
        cls.office_hours = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear(), *hours],
            }
        )
        cls.company.resource_calendar_id = cls.office_hours
        cls.employee.resource_calendar_id = cls.office_hours
        cls.other_employee = cls.env["hr.employee"].create(
            {
                "name": "Tara Technician",
                "user_id": cls.other_user.id,
                "company_id": cls.company.id,
                "resource_calendar_id": cls.office_hours.id,
            }
        )
        (cls.employee | cls.other_employee).tz = "UTC"
        (cls.employee_user | cls.other_user | cls.dispatcher).tz = "UTC"
        cls.job = cls._make_job(user_ids=[])

    def _offer(self, users=None, **values):
        """Offer the job as the dispatcher through the form; returns the offers."""
        users = users or self.employee_user
        action = self.job.with_user(self.dispatcher).action_jobtrack_offer()
        wizard = self.env["jobtrack.offer.job"].with_user(self.dispatcher)
        form = Form(wizard.with_context(**action["context"]))
        for user in users:
            form.user_ids.add(user)
        for name, value in {"deadline": FRIDAY, **values}.items():
            setattr(form, name, value)
        form.save().action_offer()
        return self.job.jobtrack_assignment_ids.filtered(lambda offer: offer.user_id in users)

    def _as(self, user, offer):
        return offer.with_user(user)

    def _timeline(self, kind=None):
        rows = self.job.jobtrack_date_change_ids.sorted("id")
        rows = rows.filtered(lambda row: not kind or row.kind == kind)
        return [(row.date_old, row.date_new, row.reason) for row in rows]


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOffers(OfferCommon):
    """A job is offered, and the two agree on who does it until when (C3)."""

    def test_a_new_job_is_nobodys_whoever_types_it(self):
        desk = self._make_user("rita", "jobtrack_support.group_receptionist")
        jobs = self.env["project.task"].with_user(desk)
        values = {"name": "Phone", "project_id": self.account.project_id.id}
        self.assertFalse(jobs.create(values).user_ids)
        form = jobs.with_context(jobtrack_jobs=True).default_get(["user_ids", "project_id"])
        self.assertEqual(form["user_ids"], [Command.set([])])
        named = jobs.create({**values, "user_ids": [Command.set(self.other_user.ids)]})
        self.assertEqual(named.user_ids, self.other_user)

    def test_who_of_the_staff_creates_jobs_is_a_setting(self):
        desk = self._make_user("rita", "jobtrack_support.group_receptionist")
        values = {"name": "Phone", "project_id": self.account.project_id.id}
        self.company.jobtrack_creator_group_ids = self.env.ref("jobtrack_support.group_dispatcher")
        with self.assertRaisesRegex(AccessError, "Jobs are created by: .*Dispatcher"):
            self.env["project.task"].with_user(desk).create(values)
        task = self.env["project.task"].with_user(desk).create({"name": "Private"})
        with self.assertRaises(AccessError):
            task.project_id = self.account.project_id
        self.assertTrue(self.env["project.task"].with_user(self.dispatcher).create(values))
        part = {"name": "Part", "parent_id": self.job.id, **values}
        self.assertTrue(self.env["project.task"].with_user(desk).create(part))
        self.company.jobtrack_creator_group_ids = False
        self.assertTrue(self.env["project.task"].with_user(desk).create(values))

    def test_whoever_accepts_works_on_it_until_the_deadline(self):
        offer = self._offer(words="Please call first")
        self.assertEqual((offer.state, offer.deadline), ("offered", FRIDAY))
        self.assertFalse(self.job.user_ids)
        self.assertEqual(self.job.activity_search([ANSWER_ACTIVITY]).user_id, self.employee_user)
        self._as(self.employee_user, offer).action_accept()
        self.assertEqual(offer.state, "accepted")
        self.assertEqual(self.job.user_ids, self.employee_user)
        self.assertEqual(self.job.date_deadline, FRIDAY)
        self.assertFalse(self.job.activity_search([ANSWER_ACTIVITY, DECIDE_ACTIVITY]))
        self.assertEqual(self._timeline(), [(False, FRIDAY, "Please call first")])

    def test_a_time_that_is_taken_meanwhile_is_refused_with_a_way_out_of_the_answer(self):
        offer = self._offer(slot_start=SLOT)
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": SLOT,
                "stop": SLOT.replace(hour=10),
                "user_id": self.employee_user.id,
                "partner_ids": [Command.set(self.employee_user.partner_id.ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "Propose another time; .* offers it again"):
            self._as(self.employee_user, offer).action_accept()
        self.assertFalse(offer.slot_id)

    def test_a_time_that_is_over_when_somebody_accepts_is_said_on_the_job(self):
        offer = self._offer(slot_start=SLOT)
        with freeze_time("2026-03-06 12:00:00"):
            self._as(self.employee_user, offer).action_accept()
        self.assertFalse(offer.slot_id)
        self.assertEqual(self.job.user_ids, self.employee_user)
        self.assertIn("the time that was offered is over", str(self.job.message_ids.mapped("body")))

    def test_several_people_answer_each_for_themselves(self):
        offers = self._offer(self.employee_user | self.other_user)
        for offer in offers:
            self._as(offer.user_id, offer).action_accept()
        self.assertEqual(self.job.user_ids, self.employee_user | self.other_user)

    def test_a_rejection_needs_a_reason_and_goes_to_the_manager(self):
        offer = self._offer()
        with self.assertRaisesRegex(UserError, "say why"):
            self._as(self.employee_user, offer).action_reject(" ")
        self._as(self.employee_user, offer).action_reject("On a course")
        self.assertEqual(offer.state, "rejected")
        self.assertFalse(self.job.user_ids)
        activity = self.job.activity_search([DECIDE_ACTIVITY])
        self.assertEqual(activity.user_id, self.dispatcher)
        self.assertEqual(self.job.jobtrack_open_counter_id, offer)
        self.assertIn("On a course", self.job.jobtrack_open_counter_words)

    def test_a_counter_proposal_that_is_agreed_stands_with_its_reason(self):
        offer = self._offer()
        self._as(self.employee_user, offer).action_counter("Parts come on Monday", MONDAY)
        self.assertEqual((offer.state, offer.counter_deadline), ("countered", MONDAY))
        self.assertFalse(self.job.user_ids)
        self.job.with_user(self.dispatcher).action_jobtrack_agree_offer()
        self.assertEqual((offer.state, offer.deadline), ("accepted", MONDAY))
        self.assertEqual(self.job.date_deadline, MONDAY)
        self.assertEqual(self.job.user_ids, self.employee_user)
        self.assertEqual(self._timeline(), [(False, MONDAY, "Parts come on Monday")])

    def test_insisting_asks_again_and_the_old_link_is_dead(self):
        offer = self._offer()
        link = offer._offer_url()
        self._as(self.employee_user, offer).action_counter("Too early", MONDAY)
        self._as(self.dispatcher, offer).action_insist("The client moves on Saturday")
        self.assertEqual((offer.state, offer.deadline), ("offered", FRIDAY))
        self.assertFalse(offer.counter_deadline)
        self.assertEqual(self.job.activity_search([ANSWER_ACTIVITY]).user_id, self.employee_user)
        found = self.env["jobtrack.assignment"]._from_offer_token(link.rsplit("/", 1)[1])
        self.assertFalse(found)
        self._as(self.employee_user, offer).action_accept()
        self.assertEqual(self.job.date_deadline, FRIDAY)

    def test_offering_to_somebody_else_withdraws_the_first_offer(self):
        first = self._offer()
        self._as(self.employee_user, first).action_reject("No time")
        action = self._as(self.dispatcher, first).action_offer_to_other()
        wizard = self.env["jobtrack.offer.job"].with_user(self.dispatcher)
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.deadline, FRIDAY)
        form.user_ids.add(self.other_user)
        form.save().action_offer()
        second = self.job.jobtrack_assignment_ids - first
        self.assertEqual((second.user_id, second.state), (self.other_user, "offered"))

    def test_nobody_answers_the_offer_of_a_job_that_is_over(self):
        offer = self._offer()
        self.job.action_jobtrack_cancel()
        self.assertEqual(offer.state, "withdrawn")
        self.assertFalse(self.job.activity_search([ANSWER_ACTIVITY]))
        with self.assertRaisesRegex(UserError, "settled"):
            self._as(self.employee_user, offer).action_accept()
        self.assertFalse(self.job.user_ids)

    def test_a_slot_that_is_offered_has_a_length(self):
        for hours in (0, -1):
            with self.subTest(hours=hours), self.assertRaisesRegex(UserError, "how many hours"):
                self._offer(slot_start=SLOT, slot_hours=hours)
        self.assertFalse(self.job.jobtrack_assignment_ids)

    def test_an_accepted_job_can_be_given_back_and_its_slots_go(self):
        offer = self._offer(slot_start=SLOT, slot_hours=2)
        self._as(self.employee_user, offer).action_accept()
        slot = self.job.jobtrack_slot_ids
        self.assertEqual((slot.user_id, slot.start, slot.duration), (self.employee_user, SLOT, 2))
        self._as(self.employee_user, offer).action_reject("I am ill")
        self.assertFalse(self.job.user_ids)
        self.assertFalse(slot.active)
        self.assertEqual(slot.jobtrack_slot_state, "cancelled")
        self.assertEqual(self._timeline("slot")[-1], (SLOT, False, "I am ill"))

    def test_a_counter_proposal_moves_the_slot_that_stands(self):
        offer = self._offer(slot_start=SLOT, slot_hours=2)
        self._as(self.employee_user, offer).action_accept()
        slot = self.job.jobtrack_slot_ids
        later = datetime(2026, 3, 6, 14)
        self._as(self.employee_user, offer).action_counter("The other job runs late", start=later)
        self.assertEqual(self.job.user_ids, self.employee_user, "still at work while they talk")
        self._as(self.dispatcher, offer).action_agree()
        self.assertEqual(self.job.jobtrack_slot_ids, slot)
        self.assertEqual(slot.start, later)
        self.assertEqual(self._timeline("slot")[-1], (SLOT, later, "The other job runs late"))

    def test_taking_somebody_off_by_hand_settles_the_offer(self):
        offer = self._offer()
        self._as(self.employee_user, offer).action_accept()
        self.job.with_user(self.dispatcher).user_ids = [Command.clear()]
        self.assertEqual(offer.state, "withdrawn")
        other = self._offer(self.other_user)
        self.job.with_user(self.dispatcher).user_ids = [Command.link(self.other_user.id)]
        self.assertEqual(other.state, "accepted")

    def test_whoever_is_taken_off_by_hand_is_not_planned_for_the_job_any_more(self):
        offer = self._offer(slot_start=SLOT, slot_hours=2)
        self._as(self.employee_user, offer).action_accept()
        slot = self.job.jobtrack_slot_ids
        self.job.with_user(self.dispatcher).user_ids = [Command.set(self.other_user.ids)]
        self.assertEqual((slot.active, slot.jobtrack_slot_state), (False, "cancelled"))
        self.assertEqual(self._timeline("slot")[-1], (SLOT, False, "Taken off the job"))

    def test_a_technician_takes_what_nobody_has(self):
        self.job.with_user(self.other_user).action_jobtrack_take()
        self.assertEqual(self.job.user_ids, self.other_user)
        with self.assertRaisesRegex(UserError, "belongs to"):
            self.job.with_user(self.employee_user).action_jobtrack_take()

    def test_what_cannot_be_offered(self):
        with self.assertRaisesRegex(UserError, "still to come"):
            self._offer(deadline=datetime(2026, 3, 4))
        self._as(self.employee_user, self._offer()).action_accept()
        with self.assertRaisesRegex(UserError, "accepted this job already"):
            self._offer()
        desk = self._make_user("rita", "jobtrack_support.group_receptionist")
        with self.assertRaisesRegex(UserError, "does not work on jobs"):
            self.job.with_user(self.dispatcher)._jobtrack_offer(desk, FRIDAY)
        self.job.action_jobtrack_cancel()
        with self.assertRaisesRegex(UserError, "not open any more"):
            self._offer(self.other_user)

    def test_the_deadline_keeps_its_reasons(self):
        job = self.job.with_user(self.dispatcher)
        job.date_deadline = FRIDAY
        job.write({"date_deadline": MONDAY, "jobtrack_date_reason": "The client asked"})
        job.write({"date_deadline": MONDAY})
        self.assertEqual(
            self._timeline(), [(False, FRIDAY, ""), (FRIDAY, MONDAY, "The client asked")]
        )
        self.assertIn("The client asked", str(job.jobtrack_timeline))
        self.assertEqual(self.job.jobtrack_date_change_ids.user_id, self.dispatcher)

    # === WHO MAY === #

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_strangers_neither_answer_nor_manage(self):
        offer = self._offer()
        desk = self._make_user("rita", "jobtrack_support.group_receptionist")
        plain = self._make_user("emil", "base.group_user")
        elsewhere = self._make_company("Other host")
        theirs = self._make_user("theo", "jobtrack_support.group_administrator")
        theirs.write({"company_id": elsewhere.id, "company_ids": [Command.set(elsewhere.ids)]})
        client = self._make_portal_user(self.approver)
        for user in (self.other_user, self.dispatcher, desk, plain, theirs, client):
            for step in (
                lambda o: o.action_accept(),
                lambda o: o.action_reject("No"),
                lambda o: o.action_counter("No", MONDAY),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    step(self._as(user, offer))
        self._as(self.employee_user, offer).action_counter("Later", MONDAY)
        for user in (self.employee_user, self.other_user, desk, plain, theirs, client):
            for step in (
                lambda o: o.action_agree(),
                lambda o: o.action_insist("No"),
                lambda o: o.action_withdraw("No"),
                lambda o: o.action_offer_to_other(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    step(self._as(user, offer))
        self.assertEqual(offer.state, "countered")
        with self.assertRaises(AccessError):
            self.job.with_user(self.employee_user).action_jobtrack_offer()
        with self.assertRaises(AccessError):
            self.job.with_user(desk).action_jobtrack_take()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_types_an_offer_or_a_date(self):
        offer = self._offer()
        self.job.with_user(self.dispatcher).date_deadline = FRIDAY
        change = self.job.jobtrack_date_change_ids
        for user in (self.dispatcher, self.employee_user):
            with self.assertRaises(AccessError):
                self._as(user, offer).write({"state": "accepted"})
            with self.assertRaises(AccessError):
                self.env["jobtrack.assignment"].with_user(user).create(
                    {"task_id": self.job.id, "user_id": user.id, "state": "accepted"}
                )
            with self.assertRaises(AccessError):
                change.with_user(user).write({"reason": "Another"})
            with self.assertRaises(AccessError):
                change.with_user(user).unlink()
