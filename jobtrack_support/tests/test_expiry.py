from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestExpiry(JobtrackCommon):
    """Hours lapse after their last day; earlier work keeps them, whenever it is typed, billed or looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.account._grant_hours(10, 40, None, "2026-03-31", "Quarter")

    def _kinds(self):
        return self.account.ledger_entry_ids.sorted("number").mapped("kind")

    def _care(self, day):
        """Let the daily care happen on a day."""
        with freeze_time(f"{day} 03:00:00"):
            self.account._look_after()

    def _left(self):
        """Return the hours left by pack, oldest first."""
        packs = self.account.pack_ids.sorted("id")
        return [pack.hours_remaining for pack in packs if pack.minutes_remaining]

    def _work(self, hours, date, day_typed=None, approved=None):
        """Return a job of the first of March, approved beforehand, with time of a date typed on a day."""
        job = self._make_job()
        self._approve(job, approved or hours)
        with freeze_time(f"{day_typed or date} 09:00:00"):
            self._log(job, hours, date=date)
        return job

    def _complete_and_bill(self, job, day):
        with freeze_time(f"{day} 00:00:00"):
            job._jobtrack_complete("Done as agreed")
            self._run(day)

    # === WHAT LAPSES === #

    def test_on_its_last_day_a_pack_is_whole_and_on_the_next_it_lapses(self):
        self._care("2026-03-31")
        self.assertEqual(self._left(), [10])
        self._care("2026-04-01")
        self.assertEqual((self._left(), self._kinds()), ([], ["grant", "expiry"]))
        entry = self.account.ledger_entry_ids[0]
        self.assertEqual((entry.hours, entry.value, str(entry.date)), (-10, -400, "2026-03-31"))
        self.assertEqual(self.account.available_hours, 0)
        self.assertSound()

    def test_a_cron_that_comes_late_or_twice_gives_the_same_ledger(self):
        job = self._make_job()
        self._approve(job, 4)
        self._log(job, 1, date="2026-03-30")
        for day in ("2026-04-09", "2026-04-09", "2026-04-10"):
            self._care(day)
        self.assertEqual(self._kinds(), ["grant", "rollover", "rollover", "expiry"])
        self.assertEqual(self._left(), [1, 3])
        self.assertEqual(
            {str(day) for day in self.account.ledger_entry_ids.mapped("date")} - {"2026-03-02"},
            {"2026-03-31"},
        )
        self.assertSound()

    def test_reserved_hours_that_wait_for_the_client_lapse_and_the_job_waits_for_funds(self):
        job = self._make_job()
        self._approve(job, 4)
        job.action_jobtrack_hold()
        with freeze_time("2026-04-01 08:00:00"):
            job.action_jobtrack_release()
            self.assertEqual(job.jobtrack_state, "approved", "the client answered a day too late")
        self._care("2026-04-01")
        self.assertEqual(self._left(), [])
        funding = job.jobtrack_work_order_id.funding_ids
        self.assertEqual((funding.minutes, funding.reserved_minutes), (240, 0))
        self.assertEqual((job.jobtrack_state, job.jobtrack_hold_reason), ("on_hold", "funds"))
        self.assertSound()
        with freeze_time("2026-04-02 08:00:00"):
            new = self.account._grant_hours(5, 30, None, "2026-06-30", "Next quarter")
        self._care("2026-04-03")
        self.assertEqual(job.jobtrack_state, "approved", "other hours are there now")
        self.assertEqual(new.reserved_hours, 4)
        self.assertEqual(sum(job.jobtrack_work_order_id.funding_ids.mapped("minutes")), 240)
        self.assertSound()

    def test_a_lapsed_reserve_is_postpaid_when_the_estimate_showed_a_price_to_pay_later(self):
        job = self._make_job()
        self._approve(job, 11)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        job.action_jobtrack_release()
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertEqual(self.account.credit_used, 550)
        self.assertSound()

    def test_other_free_hours_are_reserved_instead_of_those_that_lapse(self):
        never = self.account._grant_hours(3, 20, None, None, "Never ends")
        job = self._make_job()
        self._approve(job, 4)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        self.assertEqual(never.reserved_hours, 3)
        rows = job.jobtrack_work_order_id.funding_ids
        self.assertEqual(rows.mapped("minutes"), [60, 180])
        self.assertEqual(rows.mapped("reserved_minutes"), [0, 180])
        self.assertSound()

    # === BILLING BEFORE AND AFTER === #

    def test_earlier_work_is_paid_by_the_pack_whether_billing_or_the_care_comes_first(self):
        for care_first in (True, False):
            with self.subTest(care_first=care_first), self.env.cr.savepoint() as savepoint:
                job = self._work(4, "2026-03-30")
                orders = job.jobtrack_work_order_ids
                orders._release_reserve(orders)
                if care_first:
                    self._care("2026-04-07")
                    self.assertEqual(self._left(), [4])
                self._complete_and_bill(job, "2026-04-08")
                self._care("2026-04-08")
                line = self.account.statement_ids.line_ids
                self.assertEqual((line.prepaid_hours, line.postpaid_hours), (4, 0))
                self.assertEqual(self._left(), [])
                self.assertSound()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_reserve_pays_work_of_april_whether_billing_or_the_care_comes_first(self):
        for care_first in (True, False):
            with self.subTest(care_first=care_first), self.env.cr.savepoint() as savepoint:
                job = self._work(4, "2026-04-02")
                if care_first:
                    self._care("2026-04-01")
                self._complete_and_bill(job, "2026-04-08")
                line = self.account.statement_ids.line_ids
                self.assertEqual((line.prepaid_hours, line.postpaid_hours), (4, 0))
                self.assertEqual(
                    sorted(self._kinds()), ["expiry", "grant", "rollover", "rollover", "usage"]
                )
                self.assertSound()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_job_done_for_less_than_its_reserve_lets_the_rest_lapse(self):
        job = self._work(1, "2026-03-30", approved=4)
        with freeze_time("2026-03-31 10:00:00"):
            job._jobtrack_complete("Done faster")
        self._care("2026-04-01")
        self.assertEqual(self._left(), [1])
        self._complete_nothing_bill("2026-04-08")
        self.assertEqual(self.account.statement_ids.line_ids.prepaid_hours, 1)
        self.assertSound()

    def _complete_nothing_bill(self, day):
        with freeze_time(f"{day} 00:00:00"):
            self._run(day)

    def test_a_decision_after_the_last_day_finds_hours_that_roll_over(self):
        job = self._make_job()
        self._approve(job, 4)
        with freeze_time("2026-04-01 00:30:00"):
            second = self._approve(job, 5)
        rolled = second.funding_ids.filtered("pack_id")
        self.assertEqual((rolled.pack_id.source, rolled.reserved_minutes), ("rollover", 240))
        self.assertSound()

    # === TYPED LATER === #

    def test_earlier_work_that_is_typed_within_ten_days_brings_lapsed_hours_back(self):
        job = self._make_job()
        self._approve(job, 4)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        self.assertEqual(self._left(), [])
        with freeze_time("2026-04-10 09:00:00"):
            time = self._log(job, 3, date="2026-03-30")
        for _twice in range(2):
            self._care("2026-04-11")
        self.assertEqual(self._kinds(), ["grant", "expiry", "reversal"])
        back = self.account.ledger_entry_ids[0]
        self.assertEqual((back.hours, back.value), (3, 120))
        self.assertEqual(back.reverses_id.kind, "expiry")
        lines = {line.account_id: line.balance for line in back.move_id.line_ids}
        self.assertEqual(lines[self.company.jobtrack_breakage_gl_id], 120)
        self.assertEqual(lines[self.company.jobtrack_deferred_gl_id], -120)
        self.assertEqual(self.account.available_hours, 0)
        self.assertSound()
        with freeze_time("2026-04-12 09:00:00"):
            time.unlink()
        self._care("2026-04-12")
        self._care("2026-04-13")
        self.assertEqual(self._kinds(), ["grant", "expiry", "reversal", "expiry"])
        self.assertEqual(self._left(), [])
        self.assertSound()

    def test_late_time_is_covered_by_billing_itself(self):
        job = self._make_job()
        self._approve(job, 4)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        with freeze_time("2026-04-02 09:00:00"):
            self._log(job, 3, date="2026-03-31")
        self._complete_and_bill(job, "2026-04-08")
        line = self.account.statement_ids.line_ids
        self.assertEqual((line.prepaid_hours, line.postpaid_hours), (3, 0))
        self.assertSound()

    def _late_work(self):
        job = self._make_job()
        self._approve(job, 4)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        with freeze_time("2026-04-11 09:00:00"):
            self._log(job, 3, date="2026-03-30")
        self._care("2026-04-12")
        return job

    def test_time_that_is_typed_later_still_needs_an_administrator(self):
        self._late_work()
        self.assertEqual(self._kinds(), ["grant", "expiry"])
        boss = self._make_user("boss", "jobtrack_support.group_administrator")
        with freeze_time("2026-04-12 09:00:00"):
            self.pack.with_user(boss).action_revive_lapsed()
            self.assertEqual(self._kinds(), ["grant", "expiry", "reversal"])
            self.account._look_after()
            with self.assertRaisesRegex(UserError, "No unbilled work"):
                self.pack.with_user(boss).action_revive_lapsed()
            for_ever = self.account._grant_hours(1, reason="Never expires")
            with self.assertRaisesRegex(UserError, "No unbilled work"):
                (self.pack | for_ever).with_user(boss).action_revive_lapsed()
        self.assertEqual(self._left(), [3, 1])
        self.assertSound()

    def test_nobody_else_gives_lapsed_hours_back(self):
        self._late_work()
        biller = self._make_user("bill", "jobtrack_support.group_billing")
        for user in (biller, self.employee_user, self._make_portal_user(self.approver)):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.pack.with_user(user).action_revive_lapsed()
        other = self._make_company("Other host")
        foreign = self._make_user("fay", "jobtrack_support.group_administrator")
        foreign.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.pack.with_user(foreign).action_revive_lapsed()
        self.assertEqual(self._kinds(), ["grant", "expiry"])

    def test_a_date_that_is_changed_later_counts_as_typed_then(self):
        job = self._make_job()
        self._approve(job, 4)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        with freeze_time("2026-04-05 09:00:00"):
            time = self._log(job, 3, date="2026-04-05")
        with freeze_time("2026-04-20 09:00:00"):
            time.date = "2026-03-30"
        self._care("2026-04-20")
        self.assertEqual(self._kinds(), ["grant", "expiry"])

    def test_no_more_comes_back_than_lapsed(self):
        job = self._make_job()
        self._approve(job, 20)
        job.action_jobtrack_hold()
        self._care("2026-04-01")
        with freeze_time("2026-04-02 09:00:00"):
            self._log(job, 15, date="2026-03-30")
        self._care("2026-04-02")
        self.assertEqual(self._left(), [10])
        self.assertEqual(self.pack.value_remaining, 400)
        self.assertSound()
