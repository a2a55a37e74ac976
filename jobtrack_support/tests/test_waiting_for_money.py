from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestWaitingForMoney(JobtrackCommon):
    """A job that waits for money begins when it comes: hours, a higher limit, a payment; nobody waits for the night."""

    def setUp(self):
        super().setUp()
        self.account.credit_limit = 100

    def _waiting_job(self, hours=3, name="Repair the shop"):
        """Return an approved job that neither hours nor credit pay."""
        job = self._make_job(name)
        self._approve(job, hours)
        self.assertEqual((job.jobtrack_state, job.jobtrack_hold_reason), ("on_hold", "funds"))
        return job

    def _reserved(self, job):
        rows = job.jobtrack_work_order_id.funding_ids
        return [(row.pack_id.name or "later", row.reserved_minutes, row.amount) for row in rows]

    # === HOURS ===

    def test_hours_that_are_bought_are_kept_for_the_job_and_it_begins(self):
        job = self._waiting_job()
        asked = self.env["mail.mail"].search([("subject", "=like", "On hold: Repair the shop%")])
        for mail in asked:
            words = " ".join(html2plaintext(mail.body_html).split())
            self.assertIn("for 3:00 h of it there are no hours and no credit left", words)
        self.assertTrue(asked)
        invoice = self._sell_plan().invoice_ids
        self.assertEqual(job.jobtrack_state, "on_hold", "not paid yet")
        self._pay(invoice)
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertEqual(self._reserved(job), [(self.account.pack_ids.name, 180, 120)])
        self.assertEqual((self.account.held_hours, self.account.available_hours), (3, 17))
        self.assertEqual(self.account.credit_used, 0)
        mails = self.env["mail.mail"].search([("subject", "=like", "Going on: Repair the shop%")])
        self.assertEqual(mails.recipient_ids, self.member | self.approver)
        self.assertSound()

    def test_they_are_kept_also_when_other_work_is_approved_before_it_is_done(self):
        job = self._waiting_job()
        self._pay(self._sell_plan().invoice_ids)
        other = self._do_job(18, date="2026-03-03")
        self._log(job, 3, date="2026-03-03")
        job._jobtrack_complete("Done")
        self.account.credit_limit = 1000
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        line, later = job.jobtrack_statement_line_ids, other.jobtrack_statement_line_ids
        self.assertEqual((line.prepaid_hours, line.postpaid_hours), (3, 0))
        self.assertEqual((later.prepaid_hours, later.postpaid_hours), (17, 1))
        self.assertIn("reserved for this job after its approval", line.ledger_entry_ids._explain())
        self.assertIn("reserved for this job when", later.ledger_entry_ids._explain())
        self.assertSound()

    def test_a_gift_and_hours_given_by_hand_help_as_well(self):
        job = self._waiting_job()
        pack = self.account._grant_hours(1, 40, None, "2026-06-30", "Gift")
        self.assertEqual(job.jobtrack_state, "approved", "the rest fits the credit")
        self.assertEqual(self._reserved(job), [("later", 0, 100), ("Gift", 60, 40)])
        self.assertEqual(self.account.credit_available, 0)
        second = self._waiting_job(2)
        form = self.env["jobtrack.adjustment"].create(
            {
                "jobtrack_account_id": self.account.id,
                "pack_id": pack.id,
                "hours": 2,
                "reason": "Promised",
            }
        )
        form.action_submit()
        self.assertEqual(second.jobtrack_state, "approved")
        self.assertEqual(pack.reserved_hours, 3)
        self.assertSound()

    def test_used_hours_that_are_given_back_help_as_well(self):
        self.account._grant_hours(2, 40, None, "2026-06-30", "Gift")
        self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
            job = self._waiting_job(3)
            usage = self.account.ledger_entry_ids.filtered(lambda entry: entry.kind == "usage")
            usage._give_back(60, "Sorry")
            self.assertEqual(job.jobtrack_state, "approved")
        self.assertSound()

    def test_too_few_hours_stay_free_for_other_work(self):
        job = self._waiting_job(10)
        self.account._grant_hours(2, 40, None, "2026-06-30", "Gift")
        self.assertEqual(job.jobtrack_state, "on_hold")
        self.assertEqual(self.account.available_hours, 2)
        small = self._make_job()
        self._approve(small, 2)
        self.assertEqual(small.jobtrack_state, "approved")
        self.assertSound()

    def test_first_approved_is_first_served(self):
        first, second = self._waiting_job(name="First"), self._waiting_job(name="Second")
        self.account._grant_hours(3.5, 40, None, "2026-06-30", "Gift")
        self.assertEqual((first.jobtrack_state, second.jobtrack_state), ("approved", "on_hold"))
        self.assertEqual(self.account.available_hours, 0.5, "they would not let it begin")
        self.account._grant_hours(2, 40, None, "2026-06-30", "Another")
        self.assertEqual(second.jobtrack_state, "approved")
        self.assertSound()

    def test_hours_that_a_cancelled_job_frees_let_another_begin(self):
        self.account._grant_hours(3, 40, None, "2026-06-30", "Gift")
        kept = self._make_job()
        self._approve(kept, 3)
        job = self._waiting_job()
        kept.action_jobtrack_cancel()
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertEqual(self.account.held_hours, 3)
        self.assertSound()

    def test_hours_that_a_billed_job_did_not_need_let_another_begin(self):
        self.account._grant_hours(4, 40, None, "2026-06-30", "Gift")
        self._do_job(2, approved=4, date="2026-03-03")
        job = self._waiting_job()
        with freeze_time("2026-03-08 10:00:00"), self.enter_registry_test_mode():
            self.env.ref("jobtrack_support.ir_cron_billing").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.account.statement_ids.prepaid_hours, 2)
        self.assertEqual((job.jobtrack_state, self.account.held_hours), ("approved", 2))
        self.assertSound()

    def test_a_job_that_a_person_paused_gets_them_when_it_is_released(self):
        job = self._waiting_job()
        job.action_jobtrack_hold()
        self._pay(self._sell_plan().invoice_ids)
        self.assertEqual(job.jobtrack_state, "on_hold")
        self.assertEqual(self.account.held_hours, 0, "nobody knows when it goes on")
        job.action_jobtrack_release()
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertEqual(self.account.held_hours, 3)
        self.assertSound()

    def test_other_hours_take_the_place_of_those_whose_payment_bounced(self):
        order = self._sell_plan()
        self._pay(order.invoice_ids)
        job = self._make_job()
        self._approve(job, 3)
        terms = order.invoice_ids.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        terms.matched_credit_ids.unlink()
        self.assertEqual((job.jobtrack_state, job.jobtrack_hold_reason), ("on_hold", "funds"))
        self._pay(self._sell_plan(hours=25).invoice_ids)
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertEqual((self.account.held_hours, self.account.available_hours), (3, 22))
        self._pay(order.invoice_ids)
        self.assertEqual((self.account.held_hours, self.account.available_hours), (3, 42))
        self.assertSound()

    def test_hours_for_the_next_quarter_help_from_its_first_day(self):
        job = self._waiting_job()
        with freeze_time("2026-03-20 10:00:00"):
            self._pay(self._sell_plan(quarter="next").invoice_ids)
            self.account._look_after()
            self.assertEqual(job.jobtrack_state, "on_hold")
        with freeze_time("2026-04-01 03:00:00"):
            self.account._look_after()
            self.assertEqual(job.jobtrack_state, "approved")
        self.assertSound()

    def test_who_is_waited_for_follows_when_the_reason_of_a_pause_changes(self):
        """What the clock says decides whether reserved hours live on, so it follows the reason at once (M2, M3)."""
        job = self._waiting_job()
        self.assertEqual(job.jobtrack_waiting_for, "client")
        job.with_context(jobtrack_hold_manual="other").action_jobtrack_hold()
        self.assertEqual((job.jobtrack_hold_reason, job.jobtrack_waiting_for), ("other", "host"))
        job.action_jobtrack_hold()
        self.assertEqual((job.jobtrack_hold_reason, job.jobtrack_waiting_for), ("client", "client"))
        periods = job.jobtrack_waiting_ids.sorted("id").mapped("waiting_for")
        self.assertEqual(periods[-3:], ["client", "host", "client"])

    # === MONEY ===

    def test_a_higher_limit_and_a_lower_one_count_at_once(self):
        job = self._waiting_job()
        self.account.credit_limit = 150
        self.assertEqual(job.jobtrack_state, "approved")
        self.account.credit_limit = 149
        self.assertEqual(job.jobtrack_state, "on_hold")

    def test_paying_what_is_overdue_lets_the_job_begin(self):
        self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        invoice = self.account.statement_ids.invoice_id
        with freeze_time("2026-04-01 10:00:00"):
            self.env.invalidate_all()
            job = self._make_job()
            self._approve(job, 1)
            self.assertEqual((job.jobtrack_state, job.jobtrack_hold_reason), ("on_hold", "overdue"))
            self._pay(invoice, amount=20)
            self.assertEqual(job.jobtrack_state, "on_hold", "the rest is still owed")
            self._pay(invoice)
            self.assertEqual(job.jobtrack_state, "approved")

    def test_paying_what_is_overdue_lets_a_request_become_a_job(self):
        self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        with freeze_time("2026-04-01 10:00:00"):
            self.env.invalidate_all()
            self.env["jobtrack.draft.request"].create(
                {
                    "name": "Next idea",
                    "jobtrack_account_id": self.account.id,
                    "partner_id": self.member.id,
                    "company_id": self.company.id,
                }
            )
            cron = self.env.ref("jobtrack_support.ir_cron_draft_request")
            triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            self._pay(self.account.statement_ids.invoice_id)
            self.assertGreater(
                self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]), triggers
            )
