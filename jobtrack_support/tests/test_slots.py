from datetime import datetime

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from ..models.jobtrack_slot_outcome import MISSED_ACTIVITY
from .test_offers import NOW, OfferCommon


def thursday(hour, minute=0):
    return datetime(2026, 3, 5, hour, minute)


def friday(hour, minute=0):
    return datetime(2026, 3, 6, hour, minute)


class SlotCommon(OfferCommon):
    """Slots of the job in the calendars of the two technicians."""

    def _plan(self, start, hours=1, user=None, kind="work", job=None, by=None, **values):
        return (
            self.env["calendar.event"]
            .with_user(by or self.dispatcher)
            .create(
                {
                    "jobtrack_job_id": (job or self.job).id,
                    "jobtrack_slot_kind": kind,
                    "user_id": (user or self.employee_user).id,
                    "start": start,
                    "duration": hours,
                    **values,
                }
            )
        )

    def _mails_to(self, partner):
        return (
            self.env["mail.mail"].sudo().search([("recipient_ids", "in", partner.ids)], order="id")
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSlots(SlotCommon):
    """Who is planned when: what stands against it shows before it is saved (C2)."""

    def test_a_slot_stands_in_the_persons_calendar_and_in_the_timeline(self):
        slot = self._plan(friday(9), 2, jobtrack_slot_reason="Before the shop opens")
        self.assertEqual((slot.start, slot.stop), (friday(9), friday(11)))
        self.assertEqual(slot.partner_ids, self.employee_user.partner_id)
        self.assertEqual(slot.jobtrack_slot_state, "planned")
        self.assertEqual(self._timeline(), [(False, friday(9), "Before the shop opens")])
        self.assertEqual(self.job.jobtrack_next_slot, friday(9))
        self.assertFalse(slot.activity_ids | self.job.activity_ids)

    def test_an_outcome_is_not_typed_either_beside_a_slot_that_is_planned(self):
        lunch = {"name": "Lunch", "start": friday(12), "stop": friday(13)}
        slot = {
            "jobtrack_job_id": self.job.id,
            "user_id": self.employee_user.id,
            "start": friday(9),
            "stop": friday(10),
        }
        events = self.env["calendar.event"].with_user(self.dispatcher)
        with self.assertRaises(AccessError):
            events.create([slot, lunch | {"jobtrack_slot_state": "done"}])
        default = events.with_context(default_jobtrack_slot_state="done")
        planned, other = default.create([slot, lunch])
        self.assertEqual(
            (planned.jobtrack_slot_state, other.jobtrack_slot_state), ("planned", False)
        )

    def test_a_clash_shows_in_the_form_with_the_next_free_time(self):
        self._plan(friday(9), 2)
        action = self.job.with_user(self.dispatcher).action_jobtrack_plan_work()
        events = self.env["calendar.event"].with_user(self.dispatcher)
        view = "jobtrack_support.calendar_event_view_form_slot"
        form = Form(events.with_context(**action["context"]), view)
        form.user_id = self.employee_user
        form.start = friday(10)
        form.duration = 1
        self.assertIn("is busy: Work", form.jobtrack_clashes)
        self.assertEqual(form.jobtrack_next_free, friday(11))
        with self.assertRaisesRegex(UserError, "Next free time"):
            form.save()
        form.jobtrack_take_free = True
        self.assertEqual(form.start, friday(11))
        self.assertFalse(form.jobtrack_clashes)
        self.assertEqual(form.save().stop, friday(12))

    def test_an_offer_shows_what_stands_against_its_slot_as_well(self):
        self._plan(friday(9), 2)
        action = self.job.with_user(self.dispatcher).action_jobtrack_offer()
        offers = self.env["jobtrack.offer.job"].with_user(self.dispatcher)
        form = Form(offers.with_context(**action["context"]))
        form.user_ids.add(self.employee_user)
        form.slot_start = friday(10)
        self.assertIn("is busy: Work", form.clashes)
        self.assertEqual(form.next_free, friday(11))
        form.take_free = True
        self.assertEqual(form.slot_start, friday(11))
        self.assertFalse(form.clashes)

    def test_what_stands_in_the_way(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.office_hours.id,
                "date_from": friday(14),
                "date_to": friday(15),
            }
        )
        self.env["calendar.event"].create(
            {
                "name": "Secret",
                "privacy": "private",
                "user_id": self.employee_user.id,
                "partner_ids": [Command.set(self.employee_user.partner_id.ids)],
                "start": friday(8),
                "stop": friday(9),
            }
        )
        for start, words, next_free in (
            (friday(8), "is busy: Busy", friday(9)),
            (friday(14), "is on leave", friday(15)),
            (friday(18), "Outside of the working hours", datetime(2026, 3, 9, 8)),
            (datetime(2026, 3, 7, 10), "Outside of the working hours", datetime(2026, 3, 9, 8)),
        ):
            with self.subTest(start=start), self.assertRaisesRegex(UserError, words) as caught:
                self._plan(start)
            told = self.env["jobtrack.diary"].with_user(self.dispatcher)._when(next_free)
            self.assertIn(told, str(caught.exception))
            self.assertNotIn("Secret", str(caught.exception))
            self.assertNotIn("Dentist", str(caught.exception))
        with self.assertRaisesRegex(UserError, r"\d, \d\d:\d\d to \d\d:\d\d\.", msg="the day once"):
            self._plan(friday(18))
        self.assertTrue(self._plan(friday(18), jobtrack_plan_anyway=True))

    def test_work_goes_on_after_lunch(self):
        self.assertTrue(self._plan(friday(10), 5))

    def test_a_moved_slot_keeps_its_former_time_and_tells_the_client_once(self):
        slot = self._plan(friday(9), kind="call")
        self.assertEqual(slot.partner_ids, self.employee_user.partner_id | self.member)
        before = len(self._mails_to(self.member))
        slot.with_user(self.dispatcher).write(
            {"start": friday(13), "stop": friday(14), "jobtrack_slot_reason": "A meeting"}
        )
        self.assertEqual(self._timeline()[-1], (friday(9), friday(13), "A meeting"))
        mails = self._mails_to(self.member)
        self.assertEqual(len(mails), before + 1)
        self.assertIn("Call with Tess", mails[-1].subject)

    def test_the_client_reads_of_a_slot_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.member.lang = "fr_FR"
        known = code_translations.get_python_translations("jobtrack_support", "fr_FR")
        french = {**known, "%(kind)s with %(name)s": "%(kind)s avec %(name)s"}
        code_translations.python_translations["jobtrack_support", "fr_FR"] = french
        self.addCleanup(code_translations.python_translations.pop, ("jobtrack_support", "fr_FR"))
        self._plan(friday(9), kind="call")
        mail = self._mails_to(self.member)[-1]
        self.assertIn("Call avec Tess", mail.subject)
        self.assertIn("Call avec Tess", mail.body_html)
        self.assertIn("Call with Tess", self.job.jobtrack_timeline)

    def test_the_reason_of_one_date_is_not_that_of_the_next(self):
        slot = self._plan(friday(9), jobtrack_slot_reason="Before the shop opens")
        slot.with_user(self.dispatcher).write({"start": friday(13), "stop": friday(14)})
        self.assertEqual(self._timeline("slot")[-1], (friday(9), friday(13), ""))
        self.assertFalse(slot.jobtrack_slot_reason)
        slot.with_user(self.dispatcher).write(
            {"start": friday(15), "stop": friday(16), "jobtrack_slot_reason": "Parts come late"}
        )
        slot.with_user(self.dispatcher).unlink()
        self.assertEqual(
            self._timeline("slot")[-2:],
            [(friday(13), friday(15), "Parts come late"), (friday(15), False, "")],
        )

    def test_handing_a_slot_over_moves_it_to_the_other_calendar(self):
        slot = self._plan(friday(9), kind="call")
        before = len(self._mails_to(self.member))
        slot.with_user(self.dispatcher).user_id = self.other_user
        self.assertEqual(slot.partner_ids, self.other_user.partner_id | self.member)
        mails = self._mails_to(self.member)[before:]
        self.assertEqual(len(mails), 1, "who waits for the call knows who calls")
        self.assertIn("Call with Tara", mails.subject)
        self.assertEqual(self._timeline("slot")[-1], (False, friday(9), ""))
        self.assertTrue(self._plan(friday(9), kind="work"))

    def test_a_deleted_or_cancelled_slot_is_a_date_given_up(self):
        first, second = self._plan(friday(9)), self._plan(friday(13), kind="call")
        first.with_user(self.dispatcher).unlink()
        second.with_user(self.dispatcher).action_jobtrack_cancel()
        self.assertEqual(
            [row[:2] for row in self._timeline()[-2:]], [(friday(9), False), (friday(13), False)]
        )
        self.assertEqual(self._mails_to(self.member)[-1].subject[:9], "Cancelled")

    def test_what_is_planned_goes_with_a_job_that_is_cancelled(self):
        work, call = self._plan(friday(9)), self._plan(friday(13), kind="call")
        before = len(self._mails_to(self.member))
        self.job.action_jobtrack_cancel()
        self.assertEqual((work | call).mapped("jobtrack_slot_state"), ["cancelled", "cancelled"])
        self.assertFalse(work.active or call.active)
        mails = self._mails_to(self.member)[before:]
        self.assertIn("Cancelled: Call with Tess", " ".join(mails.mapped("subject")))
        self.assertTrue(self._plan(friday(9), job=self._make_job("Other")), "the time is free")

    def test_of_a_job_that_is_done_a_call_is_left(self):
        self._approve(self.job, 1)
        work, call = self._plan(friday(9)), self._plan(friday(13), kind="call")
        before = len(self._mails_to(self.member))
        self.job._jobtrack_complete("Done early")
        self.assertEqual(work.jobtrack_slot_state, "cancelled")
        self.assertEqual(call.jobtrack_slot_state, "planned")
        mails = self._mails_to(self.member)[before:]
        self.assertNotIn("Cancelled", " ".join(mails.mapped("subject")))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_plans(self):
        desk = self._make_user("rita", "jobtrack_support.group_receptionist")
        self.assertTrue(self._plan(friday(9), by=desk))
        plain = self._make_user("emil", "base.group_user")
        elsewhere = self._make_company("Other host")
        theirs = self._make_user("theo", "jobtrack_support.group_administrator")
        theirs.write({"company_id": elsewhere.id, "company_ids": [Command.set(elsewhere.ids)]})
        client = self._make_portal_user(self.approver)
        slot = self.job.jobtrack_slot_ids
        for user in (plain, theirs, client):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._plan(friday(13), by=user)
                with self.assertRaises(AccessError):
                    slot.with_user(user).write({"start": friday(13)})
                with self.assertRaises(AccessError):
                    slot.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    slot.with_user(user).action_jobtrack_cancel()
                with self.assertRaises(AccessError):
                    slot.with_user(user).action_jobtrack_held()
                with self.assertRaises(AccessError):
                    slot.with_user(user).action_jobtrack_not_held()
        for values in ({"jobtrack_slot_state": "done"}, {"jobtrack_booked_by_id": self.member.id}):
            with self.assertRaises(AccessError):
                slot.with_user(self.dispatcher).write(values)
        own = (
            self.env["calendar.event"]
            .with_user(plain)
            .create({"name": "Own", "start": friday(9), "stop": friday(10)})
        )
        with self.assertRaises(AccessError):
            own.jobtrack_job_id = self.job

    # === HELD AND MISSED === #

    def test_a_held_call_logs_its_time_within_the_consent(self):
        self.employee_user.group_ids |= self.env.ref("jobtrack_support.group_technician")
        self._approve(self.job, 1)
        call = self._plan(thursday(11), kind="call")
        with freeze_time("2026-03-05 12:30:00"):
            wizard = self.env["jobtrack.log.slot"].with_user(self.employee_user)
            action = call.with_user(self.employee_user).action_jobtrack_held()
            form = Form(wizard.with_context(**action["context"]))
            self.assertEqual(form.hours, 1)
            form.note = "Talked it through"
            form.save().action_log()
            self.assertEqual(call.jobtrack_slot_state, "done")
            time = self.job.jobtrack_time_ids
            self.assertEqual((time.unit_amount, time.jobtrack_billable), (1, True))
            self.assertEqual(call.jobtrack_logged_hours, 1)
            with self.assertRaisesRegex(UserError, "is over"):
                form.save().action_log()
            with self.assertRaisesRegex(UserError, "is over"):
                call.with_user(self.dispatcher).write({"start": friday(9), "stop": friday(10)})
            second = self._plan(thursday(14), kind="call")
            wizard.create({"event_id": second.id, "note": "Again", "hours": 0.5}).action_log()
            late = self.job.jobtrack_time_ids - time
            self.assertTrue(late.jobtrack_pending, "beyond the hour that was approved")
        self.assertSound()

    def test_a_call_that_nobody_held_is_flagged_the_next_morning(self):
        call = self._plan(thursday(11), kind="call")
        work = self._plan(thursday(14))
        events = self.env["calendar.event"]
        with freeze_time("2026-03-05 23:50:00"):
            events._cron_jobtrack_missed()
            self.assertEqual(call.jobtrack_slot_state, "planned")
        with freeze_time("2026-03-06 06:00:00"):
            for _again in range(2):
                events._cron_jobtrack_missed()
            self.assertEqual(call.jobtrack_slot_state, "missed")
            self.assertEqual(work.jobtrack_slot_state, "planned")
            activity = self.job.activity_search([MISSED_ACTIVITY])
            self.assertEqual(activity.user_id, self.dispatcher)
            tile = self.env.ref("jobtrack_support.board_tile_missed").with_user(self.dispatcher)
            self.assertIn(self.job.name, str(tile.preview))
            call.with_user(self.employee_user)._jobtrack_log(0.5, "Held after all")
            self.assertEqual(call.jobtrack_slot_state, "done")
            self.assertFalse(self.job.activity_search([MISSED_ACTIVITY]))

    def test_a_missed_call_that_is_moved_is_planned_once_more(self):
        call = self._plan(thursday(11), kind="call")
        with freeze_time("2026-03-06 06:00:00"):
            self.env["calendar.event"]._cron_jobtrack_missed()
            move = {"start": friday(9), "stop": friday(10)}
            call.with_user(self.dispatcher).write(move)
            self.assertEqual(call.jobtrack_slot_state, "planned")
            self.assertFalse(self.job.activity_search([MISSED_ACTIVITY]))
            self.assertEqual(self.job._jobtrack_booked_calls(), call)
        with freeze_time("2026-03-07 06:00:00"):
            self.env["calendar.event"]._cron_jobtrack_missed()
            self.assertEqual(call.jobtrack_slot_state, "missed")

    def test_a_call_to_come_is_not_missed_yet(self):
        call = self._plan(thursday(11), kind="call")
        with self.assertRaisesRegex(UserError, "still to come"):
            call.with_user(self.dispatcher).action_jobtrack_not_held()
        with freeze_time("2026-03-05 11:10:00"):
            call.with_user(self.dispatcher).action_jobtrack_not_held()
        self.assertEqual(call.jobtrack_slot_state, "missed")

    def test_a_slot_stays_with_its_job_and_no_event_becomes_one(self):
        other = self._make_job("Other")
        slot = self._plan(friday(9)).with_user(self.dispatcher)
        event = slot.create({"name": "Lunch", "start": friday(12), "stop": friday(13)})
        for changed, job in ((slot, other), (slot, other.browse()), (event, other)):
            with self.subTest(job=job), self.assertRaisesRegex(UserError, "stays with its job"):
                changed.jobtrack_job_id = job
        slot.jobtrack_job_id = self.job

    def test_the_morning_is_the_companys(self):
        self.company.jobtrack_tz = "America/New_York"
        call = self._plan(thursday(11), kind="call")
        with freeze_time("2026-03-06 04:30:00"):  # half past eleven in the evening in New York
            self.env["calendar.event"]._cron_jobtrack_missed()
        self.assertEqual(call.jobtrack_slot_state, "planned")
        with freeze_time("2026-03-06 05:30:00"):
            self.env["calendar.event"]._cron_jobtrack_missed()
        self.assertEqual(call.jobtrack_slot_state, "missed")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAbsence(SlotCommon):
    """Somebody is away: all slots move in one step, and everybody is told once (C2)."""

    def _absence(self, **values):
        form = Form(self.env["jobtrack.absence"].with_user(self.dispatcher))
        form.user_id = self.employee_user
        form.date_from = friday(0)
        form.date_to = datetime(2026, 3, 7)
        form.reason = "Ill"
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def test_all_slots_move_and_everybody_is_told_once(self):
        other_job = self._make_job("Other")
        work = self._plan(friday(9), 2)
        call = self._plan(friday(14), kind="call", job=other_job)
        monday = self._plan(datetime(2026, 3, 9, 8), 2)
        before = len(self._mails_to(self.member))
        wizard = self._absence(words="We are sorry.").save()
        self.assertEqual(wizard.line_ids.event_id, work | call)
        wizard.action_confirm()
        self.assertEqual(work.start, datetime(2026, 3, 9, 10))
        self.assertEqual(call.start, datetime(2026, 3, 9, 13))
        self.assertEqual(monday.start, datetime(2026, 3, 9, 8))
        self.assertEqual(self._timeline("slot")[-1], (friday(9), work.start, "Ill"))
        mails = self._mails_to(self.member)[before:]
        self.assertEqual(len(mails), 1, "one mail for both jobs")
        self.assertIn("We are sorry.", mails.body_html)
        self.assertNotIn("Ill", mails.body_html)
        with self.assertRaisesRegex(UserError, "on leave"):
            self._plan(friday(9))

    def test_a_slot_can_go_to_somebody_else_or_be_cancelled(self):
        work, call = self._plan(friday(9), 2), self._plan(friday(14), kind="call")
        wizard = self._absence().save()
        lines = wizard.line_ids.sorted("old_start")
        lines[0].write({"new_user_id": self.other_user.id, "new_start": friday(9)})
        lines[1].step = "cancel"
        wizard.action_confirm()
        self.assertEqual((work.user_id, work.start), (self.other_user, friday(9)))
        self.assertEqual(call.jobtrack_slot_state, "cancelled")

    def test_a_new_time_that_is_taken_is_refused_and_nothing_moves(self):
        work = self._plan(friday(9), 2)
        self._plan(friday(9), 2, user=self.other_user)
        wizard = self._absence().save()
        wizard.line_ids.write({"new_user_id": self.other_user.id, "new_start": friday(9)})
        with self.assertRaisesRegex(UserError, "is busy"), self.env.cr.savepoint():
            wizard.action_confirm()
        self.assertEqual((work.user_id, work.start), (self.employee_user, friday(9)))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_dispatch_plans_absences(self):
        self._plan(friday(9))
        wizard = self._absence().save()
        with self.assertRaises(AccessError):
            self.env["jobtrack.absence"].with_user(self.employee_user).create(
                {"user_id": self.employee_user.id, "date_to": friday(20), "reason": "Ill"}
            )
        with self.assertRaises(AccessError):
            wizard.with_user(self.employee_user).action_confirm()
