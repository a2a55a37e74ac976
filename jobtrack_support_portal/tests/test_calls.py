from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortalCommon

NOW = "2026-03-05 10:00:00"  # a Thursday
FRIDAY = datetime(2026, 3, 6, 9)


class CallCommon(PortalCommon):
    """A technician who works from 8 to 17 on the client's job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hours = [
            Command.create({"name": "x", "dayofweek": str(day), "hour_from": 8, "hour_to": 17})
            for day in range(5)
        ]
        cls.employee.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear(), *hours],
            }
        )
        cls.employee.tz = cls.employee_user.tz = "UTC"
        cls.job = cls._make_job(user_ids=[Command.set(cls.employee_user.ids)])

    def _book(self, start=FRIDAY, user=None, job=None, call=None):
        job = (job or self.job).with_user(user or self.member_user)
        return self.env["calendar.event"].browse(
            job.action_jobtrack_book_call(start, call and call.id)
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCalls(CallCommon):
    """A client books a call on a job, from free times only (C10)."""

    def test_a_booked_call_stands_in_the_calendar_and_everybody_knows(self):
        call = self._book()
        self.assertEqual((call.start, call.stop), (FRIDAY, FRIDAY + timedelta(minutes=30)))
        self.assertEqual(call.user_id, self.employee_user)
        self.assertEqual(call.jobtrack_booked_by_id, self.member)
        self.assertEqual(call.partner_ids, self.employee_user.partner_id | self.member)
        change = self.job.jobtrack_date_change_ids
        self.assertEqual((change.date_new, change.reason), (FRIDAY, "Booked by Max Member"))
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", self.member.ids)], limit=1, order="id desc")
        )
        self.assertIn("Call with Tess", mail.subject)
        notified = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("partner_ids", "in", self.employee_user.partner_id.ids)], limit=1, order="id desc"
            )
        )
        self.assertIn("booked a call with you", notified.body)

    def test_what_is_offered(self):
        starts = [start for start, _end in self.job._jobtrack_call_slots()]
        self.assertEqual(starts[0], datetime(2026, 3, 5, 14), "four hours of notice")
        self.assertNotIn(datetime(2026, 3, 7, 10), starts, "no weekend")
        self.assertLess(starts[-1], datetime(2026, 3, 19, 10), "two weeks")
        self._book()
        self.assertNotIn(FRIDAY, [start for start, _end in self.job._jobtrack_call_slots()])

    def test_times_that_are_not_offered_are_not_booked(self):
        for start in (
            datetime(2026, 3, 5, 11),  # no notice
            datetime(2026, 3, 6, 6),  # before work
            datetime(2026, 3, 6, 9, 7),  # not on the clock
            datetime(2026, 6, 1, 9),  # too far
            datetime(2020, 1, 1, 9),
        ):
            with self.subTest(start=start), self.assertRaisesRegex(UserError, "not free any more"):
                self._book(start)
        other = self._make_job("Other", user_ids=[Command.set(self.employee_user.ids)])
        self._book()
        with self.assertRaisesRegex(UserError, "not free any more"):
            self._book(job=other)
        with self.assertRaisesRegex(UserError, "booked already"):
            self._book(FRIDAY + timedelta(hours=2))

    def test_moving_and_cancelling_until_the_limit(self):
        call = self._book()
        moved = self._book(FRIDAY + timedelta(hours=1), call=call)
        self.assertEqual((moved, call.start), (call, FRIDAY + timedelta(hours=1)))
        with freeze_time("2026-03-06 06:30:00"):
            with self.assertRaisesRegex(UserError, "too late"):
                self._book(datetime(2026, 3, 6, 15), call=call)
            with self.assertRaisesRegex(UserError, "too late"):
                self.job.with_user(self.member_user).action_jobtrack_cancel_call(call.id)
        self.job.with_user(self.approver_user).action_jobtrack_cancel_call(call.id)
        self.assertEqual((call.active, call.jobtrack_slot_state), (False, "cancelled"))
        with self.assertRaisesRegex(UserError, "not booked any more"):
            self.job.with_user(self.member_user).action_jobtrack_cancel_call(call.id)
        self.assertTrue(self._book())

    def test_without_a_person_there_is_nobody_to_call(self):
        self.job.user_ids = [Command.clear()]
        self.job.project_id.user_id = False
        self.assertFalse(self.job._jobtrack_call_slots())

    def test_a_job_that_is_over_takes_no_call(self):
        self.job.action_jobtrack_cancel()
        with self.assertRaisesRegex(UserError, "not open any more"):
            self._book()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_books(self):
        for user in (*self.strangers, self.looker_user, self.employee_user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._book(user=user)
        call = self._book()
        for user in (*self.strangers, self.looker_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.job.with_user(user).action_jobtrack_cancel_call(call.id)
            with self.assertRaises(AccessError):
                call.with_user(user).write({"start": FRIDAY})
        # Former contacts may be attendees of the past: the account closes their calls to them.
        contact = self.account._contact_of(self.member)
        self.assertTrue(call.with_user(self.member_user).has_access("read"))
        self.assertFalse(call.with_user(self.member_user).has_access("write"))
        contact.active = False
        self.env.invalidate_all()
        self.assertFalse(call.with_user(self.member_user).has_access("read"))

    def test_a_call_of_another_job_is_not_moved_from_here(self):
        other = self._make_job("Other", user_ids=[Command.set(self.employee_user.ids)])
        call = self._book(job=other)
        with self.assertRaisesRegex(UserError, "not booked any more"):
            self._book(FRIDAY + timedelta(hours=1), call=call)


@tagged("post_install", "-at_install")
class TestCallPages(CallCommon):
    """The pages on which calls are booked."""

    def setUp(self):
        super().setUp()
        self.url = f"/my/support/jobs/{self.job.id}/call"

    def _first(self):
        return next(iter(self.job._jobtrack_call_slots()))[0]

    def test_booking_moving_and_cancelling_in_the_portal(self):
        self._log_in(self.member_user)
        self.assertIn("Book a Call", self._text(f"/my/support/jobs/{self.job.id}"))
        self.assertReadsOnly(self.url)
        values = self._page(self.url).xpath("//button[@name='start']/@value")
        response = self._post(f"{self.url}/book", {"start": values[0]})
        self.assertEqual(response.status_code, 303)
        call = self.job._jobtrack_booked_calls()
        self.assertEqual(call.start, fields.Datetime.to_datetime(values[0]))
        text = self._text(f"/my/support/jobs/{self.job.id}")
        self.assertIn("with Tess", text)
        self.assertNotIn("Book a Call", text)
        self._post(f"{self.url}/book", {"start": values[4], "move": call.id})
        self.env.invalidate_all()
        self.assertEqual(call.start, fields.Datetime.to_datetime(values[4]))
        self._post(f"{self.url}/{call.id}/cancel")
        self.env.invalidate_all()
        self.assertFalse(call.active)

    def test_a_time_that_is_gone_is_said_beside_what_is_free(self):
        start = self._first()
        other = self._make_job("Other", user_ids=[Command.set(self.employee_user.ids)])
        self._book(start, job=other, user=self.approver_user)
        self._log_in(self.member_user)
        response = self._post(f"{self.url}/book", {"start": str(start)})
        self.assertIn("not free any more", response.text)
        self.assertIn('name="start"', response.text)
        self.assertIn(
            "choose one of the times", self._post(f"{self.url}/book", {"start": "x"}).text
        )

    def test_times_are_the_readers(self):
        self.member_user.tz = "Asia/Tokyo"
        self._log_in(self.member_user)
        page = self._page(self.url)
        button = page.xpath("//button[@name='start']")[0]
        local = fields.Datetime.to_datetime(button.get("value")) + timedelta(hours=9)
        self.assertEqual(button.text_content().strip(), f"{local:%H:%M}")
        self.assertIn("Asia/Tokyo", page.text_content())
        self.member_user.tz = False
        self.opener.cookies["tz"] = "Australia/Adelaide"
        self.assertIn("Australia/Adelaide", self._text(self.url))
        self.opener.cookies["tz"] = "Nowhere/<b>"
        self.assertIn("UTC", self._text(self.url))

    def test_a_job_without_a_person_says_so(self):
        self.job.user_ids = [Command.clear()]
        self.job.project_id.user_id = False
        self._log_in(self.member_user)
        text = self._text(self.url)
        self.assertIn("Nobody is assigned to this job yet", text)
        self.assertNotIn("minutes with", text)

    def test_strangers_find_nothing(self):
        self.assertClosed(self.url, self.strangers | self.looker_user)
        self.assertClosed(f"{self.url}/book", self.strangers | self.looker_user, method="POST")
        self.assertClosed(f"{self.url}/1/cancel", method="POST")
        self._log_in(self.member_user)
        self.assertTokenRequired(f"{self.url}/book", {"start": str(self._first())})
        self.assertFalse(self.job._jobtrack_booked_calls())
