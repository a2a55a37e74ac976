from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestReopened(JobtrackCommon):
    """A finished job goes on when the client approves a change order; late time waits for one."""

    def _bill_on(self, date):
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids.line_ids

    def _change_order(self, job, hours, lines=None):
        named = [Command.set(lines.ids)] if lines else []
        order = self._make_estimate(job, hours, time_ids=named)
        order.action_send()
        return order

    def test_a_billed_job_goes_on_and_gets_a_second_line(self):
        pack = self.account._grant_hours(4, 40, None, "2026-06-30", "Pack")
        job = self._do_job(2, approved=3, date="2026-03-02")
        first = self._bill_on("2026-03-08")
        self.assertEqual(first.minutes, 120)
        with freeze_time("2026-03-10 10:00:00"):
            order = self._change_order(job, 5)
            self.assertEqual(job.jobtrack_state, "billed", "until the client approves")
            self.assertEqual(order.funding_ids.mapped("minutes"), [120, 60], "the unbilled part")
            order.action_approve()
            self.assertEqual(job.jobtrack_state, "approved")
            self.assertEqual(pack.reserved_minutes, 120)
            self.assertEqual(order._postpaid_amount(), 50)
            line = self._log(job, 2.5)
            self.assertTrue(line.jobtrack_billable)
            self.assertTrue(self._log(job, 1).jobtrack_pending, "half an hour is left")
            job._jobtrack_complete("The rest as well")
        second = self._bill_on("2026-03-15")
        self.assertEqual((second.minutes, second.prepaid_minutes), (150, 120))
        self.assertEqual(second.postpaid_minutes, 30)
        self.assertEqual(line.jobtrack_statement_line_id, second)
        self.assertEqual(job.jobtrack_statement_line_ids, first | second)
        self.assertSound()

    def test_a_change_order_has_at_least_the_billed_hours(self):
        job = self._do_job(2, date="2026-03-02")
        self._bill_on("2026-03-08")
        with self.assertRaisesRegex(UserError, "2:00 h are worked with consent or billed"):
            self._change_order(job, 1.5)

    def test_late_time_waits_and_a_change_order_from_the_job_names_it(self):
        job = self._do_job(2, date="2026-03-02")
        self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            late = self._log(job, 1, date="2026-03-04")
            self.assertTrue(late.jobtrack_pending)
            self.assertIn("late time", job.jobtrack_next_step)
            context = job.action_jobtrack_estimate()["context"]
            self.assertEqual(context["default_hours"], 3)
            order = self._make_estimate(
                job, context["default_hours"], time_ids=context["default_time_ids"]
            )
            order.action_send()
            order.action_approve()
            self.assertTrue(late.jobtrack_billable)
            job._jobtrack_complete("With what was forgotten")
        line = self._bill_on("2026-03-15")
        self.assertEqual((line.minutes, late.jobtrack_statement_line_id), (60, line))
        self.assertSound()

    def test_late_work_keeps_the_hours_that_would_have_paid_it(self):
        pack = self.account._grant_hours(5, 40, None, "2026-03-20", "Ends early")
        job = self._do_job(2, date="2026-03-02")
        self._bill_on("2026-03-08")
        with freeze_time("2026-03-20 10:00:00"):
            late = self._log(job, 1, date="2026-03-20")
        with freeze_time("2026-03-23 10:00:00"):
            self.account._look_after()
            self.assertEqual(pack.minutes_remaining, 60, "earned, although its consent is missing")
            self._change_order(job, 3, late).action_approve()
            job._jobtrack_complete("With what was forgotten")
        line = self._bill_on("2026-04-01")
        self.assertEqual((line.prepaid_minutes, line.postpaid_minutes), (60, 0))
        self.assertSound()

    def test_a_done_job_that_is_reopened_waits_with_its_bill(self):
        job = self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-04 10:00:00"):
            self._change_order(job, 3).action_approve()
        self.assertFalse(self._bill_on("2026-03-08"))
        with freeze_time("2026-03-09 10:00:00"):
            self._log(job, 1)
            job._jobtrack_complete("All of it")
        self.assertEqual(self._bill_on("2026-03-15").minutes, 180)
        self.assertSound()

    def test_a_declined_change_order_leaves_the_job_billed_and_its_late_time_free(self):
        job = self._do_job(2, date="2026-03-02")
        self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            late = self._log(job, 1)
            self._change_order(job, 3, late).action_decline("Not agreed")
        self.assertEqual(job.jobtrack_state, "billed")
        self.assertTrue(late.jobtrack_waived)
        self.assertFalse(late.jobtrack_billable or late.jobtrack_pending)
        self.assertFalse(self._bill_on("2026-03-15"))
        self.assertSound()

    def test_a_reopened_job_without_more_work_is_billed_again_with_nothing(self):
        job = self._do_job(2, date="2026-03-02")
        self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            self._change_order(job, 3).action_approve()
            job._jobtrack_complete("It was not needed")
        self.assertEqual((self._bill_on("2026-03-15").minutes, job.jobtrack_state), (0, "billed"))
        self.assertSound()

    def test_the_first_bill_of_a_reopened_job_can_be_corrected(self):
        pack = self.account._grant_hours(2, 40, None, "2026-06-30", "Pack")
        job = self._do_job(2, date="2026-03-02")
        first = self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            self._change_order(job, 3).action_approve()
            self._log(job, 1)
            first._reverse("Wrong")
            self.assertEqual(job.jobtrack_state, "approved", "it is not finished")
            self.assertEqual(pack.reserved_minutes, 120)
            job._jobtrack_complete("All of it")
        line = self._bill_on("2026-03-15")
        self.assertEqual((line.minutes, line.prepaid_minutes), (180, 120))
        self.assertSound()

    def test_a_billed_job_that_goes_on_is_not_cancelled_also_without_any_time(self):
        job = self._make_job()
        self._approve(job, 2, basis="fixed")
        job._jobtrack_complete("Done")
        self.assertEqual(self._bill_on("2026-03-08").minutes, 120)
        self._approve(job, 3)
        with self.assertRaisesRegex(UserError, "or a bill"):
            job.action_jobtrack_cancel()
        self.assertSound()

    def test_completing_says_what_waits_and_offers_the_ways(self):
        job = self._make_job()
        self._approve(job, 1)
        self._log(job, 1)
        self._log(job, 1)
        wizard = self.env["jobtrack.complete.job"].create({"task_id": job.id, "summary": "Done"})
        self.assertEqual(wizard.pending_hours, 1)
        self.assertEqual(wizard.action_ask()["res_model"], "jobtrack.work.order")
        self.assertEqual(wizard.action_give_up()["res_model"], "jobtrack.waive.time")
        wizard.action_complete()
        self.assertEqual(self._bill_on("2026-03-08").minutes, 60)
        self.assertSound()
