from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestOrdersOfEvents(JobtrackCommon):
    """Versions, time, completion and billing in orders that nobody planned."""

    def test_completing_withdraws_a_version_that_still_waits(self):
        job = self._make_job()
        self._approve(job, 4)
        late = self._make_estimate(job, 6)
        late.action_send()
        self._log(job, 4)
        job._jobtrack_complete("Done")
        self.assertEqual(late.state, "cancelled")
        with self.assertRaises(UserError):
            late.action_approve()
        self.assertEqual(job.jobtrack_state, "done")

    def test_a_version_never_has_fewer_hours_than_were_worked_with_consent(self):
        job = self._make_job()
        self._approve(job, 4)
        lower = self._make_estimate(job, 2)
        lower.action_send()
        self._log(job, 3)
        with self.assertRaisesRegex(UserError, "3:00 h are worked"):
            lower.action_approve()
        with self.assertRaisesRegex(UserError, "3:00 h are worked"):
            self._make_estimate(job, 1).action_send()
        self.assertSound()

    def test_time_of_a_completed_job_can_be_lowered_but_not_raised(self):
        job = self._make_job()
        self._approve(job, 10)
        line = self._log(job, 2)
        job._jobtrack_complete("Done in two hours")
        with self.assertRaisesRegex(UserError, "lowered, not raised"):
            line.unit_amount = 9
        line.unit_amount = 1
        self.assertTrue(line.jobtrack_billable)
        late = self._log(job, 1)
        self.assertTrue(late.jobtrack_pending, "late time waits")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertEqual(job.jobtrack_statement_line_ids.hours, 1)
        self.assertSound()

    def test_pending_time_is_looked_at_again_when_room_appears(self):
        job = self._make_job()
        self._approve(job, 4)
        first = self._log(job, 4)
        second = self._log(job, 1)
        self.assertTrue(second.jobtrack_pending)
        first.unit_amount = 2
        self.assertTrue(second.jobtrack_billable)
        third = self._log(job, 2)
        self.assertTrue(third.jobtrack_pending)
        first.unlink()
        self.assertTrue(third.jobtrack_billable)

    def test_consented_time_that_is_lowered_keeps_its_consent(self):
        job = self._make_job()
        early = self._log(job, 2)
        self._approve(job, 4)
        line = self._log(job, 3)
        self.assertTrue(early.jobtrack_pending)
        line.unit_amount = 2.5
        self.assertTrue(line.jobtrack_billable, "earlier time that waits does not take its place")
        self.assertTrue(early.jobtrack_pending)

    def test_a_correction_lowers_the_bill(self):
        job = self._make_job()
        self._approve(job, 4)
        self._log(job, 4, date="2026-03-02")
        correction = self._log(job, -1, date="2026-03-02")
        self.assertTrue(correction.jobtrack_billable)
        job._jobtrack_complete("Done")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertEqual(job.jobtrack_statement_line_ids.hours, 3)
        self.assertSound()

    def test_not_billable_by_mistake_is_taken_back_and_its_time_waits(self):
        job = self._make_job()
        job.action_jobtrack_not_billable()
        line = self._log(job, 1)
        job.action_jobtrack_billable()
        self.assertEqual((job.jobtrack_state, line.jobtrack_pending), ("requested", True))
        with self.assertRaises(UserError):
            job.action_jobtrack_billable()

    def test_a_job_that_was_done_for_nothing_is_not_taken_up_again_by_its_first_step(self):
        job = self._make_job()
        job.action_jobtrack_not_billable()
        job._jobtrack_complete("Answered")
        with self.assertRaisesRegex(UserError, "completed already"):
            job.with_user(self.employee_user).action_jobtrack_not_billable()
        self.assertEqual(job.jobtrack_state, "done")

    def test_a_part_takes_its_time_to_the_job_it_moves_to(self):
        job, other = self._make_job(), self._make_job("Other")
        self._approve(job, 4)
        part = self.env["project.task"].create(
            {"name": "Part", "parent_id": job.id, "project_id": job.project_id.id}
        )
        deep = self.env["project.task"].create(
            {"name": "Deep", "parent_id": part.id, "project_id": job.project_id.id}
        )
        line = self._log(deep, 2)
        self.assertTrue(line.jobtrack_billable)
        part.parent_id = other
        self.assertEqual(line.jobtrack_job_id, other)
        self.assertTrue(line.jobtrack_pending, "the other job has no consent")
        part.write(
            {
                "parent_id": False,
                "project_id": self.env["project.project"].create({"name": "Plain"}).id,
            }
        )
        self.assertFalse(line.jobtrack_job_id or line.jobtrack_billable or line.jobtrack_pending)

    def test_a_part_with_billed_time_stays(self):
        job = self._make_job()
        self._approve(job, 4)
        part = self.env["project.task"].create(
            {"name": "Part", "parent_id": job.id, "project_id": job.project_id.id}
        )
        self._log(part, 2, date="2026-03-02")
        job._jobtrack_complete("Done")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        for values in ({"parent_id": False}, {"parent_id": self._make_job("Other").id}):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "billed time stays"),
            ):
                part.write(values)

    def test_archived_work_is_billed_all_the_same(self):
        job = self._do_job(1, date="2026-03-02")
        job.active = False
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertEqual(job.jobtrack_state, "billed")

    def test_hours_of_an_archived_account_expire_and_its_contacts_decide_nothing(self):
        self.account._grant_hours(5, 40, None, "2026-03-31", "Pack")
        order = self._make_estimate(self._make_job(), 1)
        order.action_send()
        self.account.active = False
        self.assertFalse(order._may_decide(self.approver))
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        self.assertEqual(self.account.balance_hours, 0)

    def test_an_estimate_is_answered_while_it_is_valid(self):
        order = self._make_estimate(self._make_job(), 1)
        order.action_send()
        with (
            freeze_time("2026-06-01 10:00:00"),
            self.assertRaisesRegex(UserError, "was valid until"),
        ):
            order._decide("approved", self.approver, "portal")
        order.action_approve()
        self.assertEqual(order.state, "approved", "staff may still record what the client says")

    def test_cancelling_makes_room_for_a_job_that_waits_for_credit(self):
        self.account.credit_limit = 100
        first, second = self._make_job(), self._make_job()
        self._approve(first, 2)
        self._approve(second, 2)
        self.assertEqual(second.jobtrack_hold_reason, "funds")
        first.action_jobtrack_cancel()
        self.assertEqual(second.jobtrack_state, "approved")

    def test_a_preview_that_was_left_open_does_not_stop_the_billing(self):
        self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-08 01:00:00"):
            run = (
                self.env["jobtrack.billing.run"]
                .with_company(self.company)
                .create({"date": "2026-03-08"})
            )
        with freeze_time("2026-03-08 20:00:00"):
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
        self.assertEqual(run.state, "running")
        self.assertEqual(run.cutoff, fields.Datetime.to_datetime("2026-03-08 00:00:00"))

    def test_a_person_who_was_removed_gets_no_more_mail(self):
        job = self._make_job()
        self._approve(job, 1)
        self.account.contact_ids.filtered(
            lambda contact: contact.partner_id == self.member
        ).active = False
        job._jobtrack_complete("Done")
        mails = self.env["mail.mail"].search(
            [("subject", "like", f"Done: {job.name} ({job.jobtrack_reference})")]
        )
        self.assertEqual(mails.recipient_ids, self.approver)
