from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestTerms(JobtrackCommon):
    """Increments, minimum, after hours, fixed price: consented to with the estimate, never above the approval."""

    def _bill_on(self, date):
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids.line_ids

    def _job(self, approved, *entries, **terms):
        """Return a done job with entries of ``(hours, after hours)`` under these terms."""
        job = self._make_job()
        self._approve(job, approved, **terms)
        for hours, evening in entries:
            self._log(job, hours, date="2026-03-02", jobtrack_after_hours=evening)
        job._jobtrack_complete("Done")
        return job

    def test_the_account_gives_its_terms_and_the_version_before_gives_them_on(self):
        self.account.write(
            {
                "billing_increment_minutes": 15,
                "billing_minimum_minutes": 30,
                "billing_after_hours_multiplier": 1.5,
            }
        )
        job = self._make_job()
        first = self._make_estimate(job, 2)
        self.assertEqual(
            (first.basis, first.increment_minutes, first.increment_per, first.minimum_minutes),
            ("actual", 15, "job", 30),
        )
        self.assertEqual(
            first.terms_text,
            "Billed in steps of 15 minutes per job, at least 30 minutes per job,"
            " work after hours counts 1.5 times; never more than the approved hours.",
        )
        first.increment_minutes = 6
        first.action_send()
        self.account.billing_increment_minutes = 60
        second = self._make_estimate(job, 3)
        self.assertEqual((second.increment_minutes, second.minimum_minutes), (6, 30))
        self.assertEqual(self._make_estimate(self._make_job(), 1).increment_minutes, 60)

    def test_terms_are_frozen_once_sent(self):
        order = self._make_estimate(self._make_job(), 2)
        order.action_send()
        for name, value in (
            ("basis", "fixed"),
            ("increment_minutes", 15),
            ("increment_per", "entry"),
            ("minimum_minutes", 30),
            ("after_hours_multiplier", 2),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "stays as it is"):
                order[name] = value

    def test_senseless_terms_are_refused(self):
        order = self._make_estimate(self._make_job(), 2)
        for name, value in (
            ("increment_minutes", 7),
            ("minimum_minutes", -1),
            ("after_hours_multiplier", 0.5),
        ):
            with self.subTest(name=name):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    order[name] = value
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.account[f"billing_{name}"] = value

    def test_the_client_reads_the_terms_before_consenting(self):
        order = self._make_estimate(self._make_job(), 2, increment_minutes=15)
        order.action_send()
        mail = self.env["mail.mail"].search([("subject", "ilike", "Please approve")])[:1]
        mail = mail or self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("in steps of 15 minutes per job", mail.body_html)
        fixed = self._make_estimate(self._make_job(), 2, basis="fixed")
        self.assertIn("A fixed price", fixed.terms_text)

    def test_a_job_is_billed_in_steps_and_never_above_the_approval(self):
        self._job(2, (50 / 60, False), (7 / 60, False), increment_minutes=15)
        self._job(58 / 60, (50 / 60, False), (7 / 60, False), increment_minutes=15)
        self._job(2, (50 / 60, False), (7 / 60, False), increment_minutes=15, increment_per="entry")
        self._job(2, (5 / 60, False), minimum_minutes=30)
        lines = self._bill_on("2026-03-08")
        self.assertEqual(lines.mapped("minutes"), [60, 58, 75, 30])
        self.assertEqual(lines.mapped("worked_minutes"), [57, 57, 57, 5])
        self.assertSound()

    def test_work_after_hours_counts_more_in_consent_and_bill(self):
        pack = self.account._grant_hours(10, 40, None, "2026-03-31", "Pack")
        job = self._make_job()
        self._approve(job, 2, after_hours_multiplier=1.5)
        evening = self._log(job, 1, date="2026-03-02", jobtrack_after_hours=True)
        self.assertEqual((job.jobtrack_billable_hours, job.jobtrack_left_hours), (1.5, 0.5))
        self.assertEqual(job.jobtrack_total_hours, 1)
        over = self._log(job, 1, date="2026-03-02", jobtrack_after_hours=True)
        self.assertTrue(over.jobtrack_pending, "an hour of the evening is one and a half")
        over.action_jobtrack_split()
        self.assertEqual((over.unit_amount, over.jobtrack_billable), (20 / 60, True))
        job._jobtrack_complete("Done")
        line = self._bill_on("2026-03-08")
        self.assertEqual((line.worked_minutes, line.minutes, line.prepaid_minutes), (80, 120, 120))
        self.assertEqual(pack.minutes_remaining, 480)
        self.assertEqual((evening | over).jobtrack_statement_line_id, line)
        self.assertSound()

    def test_an_entry_marked_as_after_hours_later_is_looked_at_again(self):
        job = self._make_job()
        self._approve(job, 1, after_hours_multiplier=2)
        entry = self._log(job, 0.75)
        self.assertTrue(entry.jobtrack_billable)
        entry.jobtrack_after_hours = True
        self.assertTrue(entry.jobtrack_pending)
        entry.jobtrack_after_hours = False
        self.assertTrue(entry.jobtrack_billable)
        job._jobtrack_complete("Done")
        with self.assertRaisesRegex(UserError, "lowered, not raised"):
            entry.jobtrack_after_hours = True
        self.assertSound()

    def test_a_fixed_price_is_billed_whatever_was_worked(self):
        less = self._job(2, (0.5, False), basis="fixed")
        none = self._job(1, basis="fixed")
        more = self._job(1, (1, False), (3, False), basis="fixed")
        self.assertFalse(any(more.jobtrack_time_ids.mapped("jobtrack_pending")), "no consent lacks")
        lines = self._bill_on("2026-03-08")
        self.assertEqual(lines.task_id, less | none | more)
        self.assertEqual(lines.mapped("minutes"), [120, 60, 60])
        self.assertEqual(lines.mapped("worked_minutes"), [30, 0, 60])
        self.assertSound()

    def test_a_fixed_price_is_dated_by_the_latest_work(self):
        """A pack that expired before the work ended pays only what was done by then."""
        self.account._grant_hours(5, 40, "2026-03-01", "2026-03-02", "Ends early")
        self._job(2, (0.5, False), basis="fixed")
        line = self._bill_on("2026-03-08")
        self.assertEqual((line.prepaid_minutes, line.postpaid_minutes), (120, 0))
        job = self._make_job()
        self._approve(job, 2, basis="fixed")
        self._log(job, 0.5, date="2026-03-02")
        self._log(job, 0.5, date="2026-03-03")
        job._jobtrack_complete("Done")
        line = self._bill_on("2026-03-15")
        self.assertEqual((line.prepaid_minutes, line.postpaid_minutes), (30, 90))
        self.assertSound()

    def test_what_a_fixed_price_adds_is_earned_when_the_pack_expires(self):
        self.account._grant_hours(5, 40, "2026-03-01", "2026-03-04", "Ends early")
        self._job(2, (0.5, False), basis="fixed")
        with freeze_time("2026-03-06 10:00:00"):
            self.account._look_after()
        self.assertEqual(self.account.pack_ids[:1].minutes_remaining, 120)
        line = self._bill_on("2026-03-08")
        self.assertEqual((line.prepaid_minutes, line.postpaid_minutes), (120, 0))
        self.assertSound()

    def test_the_steps_hold_for_the_job_and_not_for_each_of_its_bills(self):
        job = self._job(1, (10 / 60, False), increment_minutes=15)
        self.assertEqual(self._bill_on("2026-03-08").minutes, 15)
        with freeze_time("2026-03-10 10:00:00"):
            self._approve(job, 1)
            self._log(job, 12 / 60)
            job._jobtrack_complete("Done")
        self.assertEqual(self._bill_on("2026-03-15").minutes, 15, "22 minutes are two steps")
        self.assertSound()

    def test_a_change_order_counts_the_work_by_its_own_terms(self):
        job = self._make_job()
        self._approve(job, 1)
        self._log(job, 1, jobtrack_after_hours=True)
        order = self._make_estimate(job, 1.25, after_hours_multiplier=1.5)
        with self.assertRaisesRegex(UserError, "1:30 h are worked"):
            order.action_send()

    def test_the_preview_follows_the_terms(self):
        self._job(2, (50 / 60, False), increment_minutes=60)
        with freeze_time("2026-03-08 10:00:00"):
            run = (
                self.env["jobtrack.billing.run"]
                .with_company(self.company)
                .create({"date": "2026-03-08"})
            )
            (row,) = self.env["jobtrack.statement"]._preview(run)
        self.assertEqual((row["jobs"][0]["bill"].worked, row["jobs"][0]["bill"].minutes), (50, 60))

    def test_a_corrected_bill_follows_the_terms_again(self):
        job = self._job(2, (50 / 60, False), increment_minutes=30)
        line = self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            line._reverse("Half of it was another job")
            job.jobtrack_time_ids.unit_amount = 25 / 60
        self.assertEqual(self._bill_on("2026-03-15").minutes, 30)
        self.assertSound()

    def test_a_correction_after_dearer_terms_raises_no_false_alarm(self):
        job = self._make_job()
        self._approve(job, 2)
        for _quarter in range(4):
            self._log(job, 0.25, date="2026-03-02")
        job._jobtrack_complete("Done")
        wrong = self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            self._approve(job, 3, increment_minutes=60, increment_per="entry")
            wrong._reverse("Wrong")
            self.assertSound()
            job._jobtrack_complete("Done")
        line = self._bill_on("2026-03-15")
        self.assertEqual((line.minutes, line.amount), (180, 150), "never above the approval")
        self.assertSound()

    def test_terms_are_written_by_who_estimates(self):
        order = self._make_estimate(self._make_job(), 2)
        order.with_user(self.employee_user).increment_minutes = 15
        biller = self._make_user("bill", "jobtrack_support.group_billing")
        with self.assertRaises(AccessError):
            order.with_user(biller).increment_minutes = 6
        client = self._make_portal_user(self.approver)
        with self.assertRaises(AccessError):
            order.with_user(client).write({"time_ids": [Command.clear()], "basis": "fixed"})
        with self.assertRaises(AccessError):
            self.account.with_user(self.employee_user).billing_increment_minutes = 15
