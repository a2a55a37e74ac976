from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-10 10:00:00")
class TestNoMeansNo(JobtrackCommon):
    """What a person of the client has said outweighs all that was given beforehand (A12, B3, D3, I7)."""

    @classmethod
    def _set_scene(cls):
        result = super()._set_scene()
        cls.account.write(
            {
                "task_limit_hours": 3,
                "project_limit_hours": 30,
                "emergency_minutes": 600,
                "emergency_rate": 200,
                "credit_limit": 10000,
            }
        )
        cls.account._contact_of(cls.member).may_call_emergency = True
        return result

    def _send(self, job, hours, **values):
        order = self._make_estimate(job, hours, **values)
        order.action_send()
        return order

    # === A REFUSAL === #

    def test_limits_do_not_approve_what_somebody_has_declined(self):
        job = self._make_job()
        first = self._send(job, 4)
        first._decide("declined", self.approver, "mail", reason="We do not want this at all")
        second = self._send(job, 3)
        self.assertEqual(second.state, "sent")
        self.assertIn("said no", second.decision_reason)
        second._decide("approved", self.approver, "mail")
        third = self._send(job, 2.5)
        self.assertEqual((third.state, third.decision_channel), ("approved", "limit"))
        self.assertSound()

    def test_nor_what_somebody_asks_about(self):
        job = self._make_job()
        first = self._send(job, 4)
        first._ask(self.approver, "Is it not under warranty?")
        self.assertEqual(self._send(job, 3).state, "sent")
        other = self._make_job()
        asked = self._send(other, 4)
        asked._ask(self.approver, "What does it take?")
        asked._answer("Three hours")
        self.assertEqual(self._send(other, 3).state, "approved")

    def test_nor_what_somebody_did_not_agree_to(self):
        job = self._make_job()
        order = self._send(job, 4)
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        contact = self.account._contact_of(self.approver)
        order.with_user(dora)._record_told("approved", contact, self.account._now())
        order._disagree(self.approver, "I said no such thing")
        self.assertEqual(self._send(job, 3).state, "sent")

    # === EMERGENCIES === #

    def test_what_staff_call_an_emergency_later_is_not_approved_by_that(self):
        job = self._make_job("Change the logo some day", jobtrack_channel="mail")
        job.with_user(self.employee_user).jobtrack_is_emergency = True
        self.assertFalse(job.jobtrack_work_order_ids)
        self.assertEqual(self._send(job, 9, rate=200).state, "sent")
        with self.assertRaises(AccessError):
            job.with_user(self.employee_user).jobtrack_is_emergency_call = True

    def test_a_declined_job_is_not_approved_as_an_emergency(self):
        job = self._make_job(jobtrack_is_emergency=True, jobtrack_requester_id=self.approver.id)
        self._send(job, 9, rate=200)._decide("declined", self.approver, "mail", reason="No")
        job.jobtrack_requester_id = self.member
        self.assertEqual(self._send(job, 9, rate=200).state, "sent")

    # === WHO ASKED === #

    def test_emptying_who_asked_spends_no_limit(self):
        stranger = self.env["res.partner"].create({"name": "Sam Stranger"})
        job = self._make_job(jobtrack_requester_id=stranger.id)
        self.assertEqual(self._send(job, 2).state, "sent")
        job.with_user(self.employee_user).jobtrack_requester_id = False
        order = self._send(job, 3)
        self.assertEqual(order.state, "sent")
        self.assertIn("Nobody is named", order.decision_reason)

    # === WHAT IS NAMED === #

    def test_time_stays_as_the_client_reads_it_while_it_decides(self):
        job = self._make_job()
        self._approve(job, 4)
        self._log(job, 4)
        over = self._log(job, 1)
        order = self._send(job, 5, time_ids=over.ids)
        for change in ({"unit_amount": 3}, {"name": "Something else"}, {"date": "2026-03-01"}):
            with self.subTest(change=change), self.assertRaisesRegex(UserError, "client decides"):
                over.with_user(self.employee_user).write(change)
        with self.assertRaisesRegex(UserError, "client decides"):
            over.unlink()
        order.action_cancel()
        over.unit_amount = 0.5
        self.assertTrue(over.jobtrack_pending)

    def test_time_that_no_version_names_does_not_slip_in(self):
        job = self._make_job()
        with freeze_time("2026-03-10 11:00:00"):
            self._approve(job, 4)
            first = self._log(job, 4)
            unnamed = self._log(job, 2)
        with freeze_time("2026-03-10 12:00:00"):
            self._approve(job, 10)
            self.assertTrue(unnamed.jobtrack_pending)
            first.unit_amount = 3.5
            self.assertTrue(unnamed.jobtrack_pending)
            first.unlink()
            self.assertTrue(unnamed.jobtrack_pending)
            typed_since = self._log(job, 11)
            again = self._log(job, 4)
            typed_since.unit_amount = 6
            self.assertTrue(typed_since.jobtrack_billable and again.jobtrack_billable)
        self.assertSound()

    def test_nobody_types_the_work_order_in_force(self):
        job, other = self._make_job(), self._make_job("Other")
        self._approve(job, 4)
        draft = self._make_estimate(other, 1, basis="fixed")
        with self.assertRaises(AccessError):
            job.with_user(self.employee_user).jobtrack_work_order_id = draft
        sly = (
            self.env["project.task"]
            .with_user(self.employee_user)
            .with_context(default_jobtrack_work_order_id=draft.id)
            .create({"name": "Sly", "project_id": self.account.project_id.id})
        )
        self.assertFalse(sly.jobtrack_work_order_id)
