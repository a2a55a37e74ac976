from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestCorrection(JobtrackCommon):
    """One button puts a wrong bill right: hours and money go back, and the next run bills what is true."""

    def _bill_on(self, date):
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids.filtered(
                lambda statement: statement.jobtrack_account_id == self.account
            )

    def _correct(self, statement, date="2026-03-10", reason="An hour was typed twice"):
        with freeze_time(f"{date} 12:00:00"):
            return statement.action_reverse(reason)

    def _figures(self, line):
        return line.minutes, line.prepaid_minutes, line.postpaid_minutes, line.amount

    # === STORIES === #

    def test_a_wrong_bill_is_taken_back_and_the_next_run_bills_what_is_true(self):
        pack = self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
        job = self._do_job(3, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        self.assertEqual(self._figures(statement.line_ids), (180, 120, 60, 50))
        correction = self._correct(statement)
        self.assertEqual((correction.kind, str(correction.date)), ("correction", "2026-03-10"))
        self.assertEqual(self._figures(correction.line_ids), (-180, -120, -60, -50))
        self.assertEqual(correction.line_ids.reverses_id, statement.line_ids)
        self.assertEqual(correction.corrects_id, statement)
        self.assertEqual((correction.opening_minutes, correction.closing_minutes), (0, 120))
        self.assertEqual((pack.minutes_remaining, pack.value_remaining), (120, 80))
        self.assertEqual(pack.reserved_minutes, 120, "kept for the corrected line")
        self.assertEqual(job.jobtrack_state, "done")
        self.assertFalse(job.jobtrack_time_ids.jobtrack_statement_line_id)
        self.assertTrue(job.jobtrack_time_ids.jobtrack_billable)
        self.assertSound()
        with freeze_time("2026-03-10 13:00:00"):
            job.jobtrack_time_ids.unit_amount = 2.5
        second = self._bill_on("2026-03-15")
        self.assertEqual(self._figures(second.line_ids), (150, 120, 30, 25))
        self.assertEqual(second.invoice_id.amount_untaxed, 25)
        self.assertEqual(job.jobtrack_state, "billed")
        self.assertEqual(pack.minutes_remaining, 0)
        self.assertEqual(self.account.held_hours, 0)
        self.assertSound()

    def test_the_books_take_back_the_revenue_of_packs(self):
        self._pay(self._sell_plan().invoice_ids)
        self._do_job(5, date="2026-03-02")
        self._correct(self._bill_on("2026-03-08"))
        entry = self.account.ledger_entry_ids[:1]
        self.assertEqual((entry.kind, entry.minutes, entry.value), ("reversal", 300, 200))
        self.assertEqual(entry.reverses_id.kind, "usage")
        self.assertIn("An hour was typed twice", entry.reason)
        move = entry.move_id
        self.assertEqual((move.state, str(move.date)), ("posted", "2026-03-10"))
        self.assertEqual(
            move.line_ids.filtered("debit").account_id, self.company.jobtrack_revenue_gl_id
        )
        self.assertEqual(
            move.line_ids.filtered("credit").account_id, self.company.jobtrack_deferred_gl_id
        )
        self.assertSound()

    def test_only_the_chosen_line_is_corrected(self):
        right = self._do_job(1, date="2026-03-02", name="Right")
        wrong = self._do_job(2, date="2026-03-02", name="Wrong")
        statement = self._bill_on("2026-03-08")
        line = statement.line_ids.filtered(lambda line: line.task_id == wrong)
        with freeze_time("2026-03-10 12:00:00"):
            correction = line._reverse("Another project's work")
        self.assertEqual((right.jobtrack_state, wrong.jobtrack_state), ("billed", "done"))
        self.assertEqual(correction.line_ids.task_id, wrong)
        self.assertEqual(correction.invoice_id.amount_untaxed, 100)
        self.assertEqual(
            statement.invoice_id.amount_residual, statement.invoice_id.amount_total / 3
        )
        self.assertTrue(statement.is_correctable, "one line still stands")
        self.assertSound()

    def test_hours_are_returned_to_a_pack_that_expired_since_and_pay_this_work(self):
        pack = self.account._grant_hours(3, 40, None, "2026-03-07", "Ends early")
        job = self._do_job(2, date="2026-03-06")
        statement = self._bill_on("2026-03-08")
        with freeze_time("2026-03-09 10:00:00"):
            self.account._look_after()
        self.assertEqual((pack.minutes_remaining, pack.state), (0, "expired"))
        self._correct(statement)
        self.assertEqual(pack.minutes_remaining, 120)
        with freeze_time("2026-03-11 10:00:00"):
            self.account._look_after()
            self.assertEqual(pack.minutes_remaining, 120, "kept for work done before the expiry")
            job.jobtrack_time_ids.unit_amount = 1.5
        second = self._bill_on("2026-03-15")
        self.assertEqual(self._figures(second.line_ids), (90, 90, 0, 0))
        with freeze_time("2026-03-16 10:00:00"):
            self.account._look_after()
        self.assertEqual(pack.minutes_remaining, 0, "what the corrected line leaves lapses")
        self.assertSound()

    def test_hours_of_a_pack_that_came_after_the_approval_are_kept_as_well(self):
        job = self._do_job(2, date="2026-03-02")
        pack = self.account._grant_hours(5, 40, None, "2026-03-31", "Late")
        statement = self._bill_on("2026-03-08")
        self._correct(statement)
        self.assertEqual((pack.minutes_remaining, pack.reserved_minutes), (300, 120))
        self.assertEqual(job.jobtrack_work_order_id._postpaid_amount(), 0)
        self.assertFalse(
            job.jobtrack_work_order_id._funding_rows().pack_id, "the client was shown no pack"
        )
        self.assertEqual(self._figures(self._bill_on("2026-03-15").line_ids), (120, 120, 0, 0))
        self.assertEqual(pack.reserved_minutes, 0)
        self.assertSound()

    def test_hours_returned_to_a_purchase_that_is_not_paid_any_more_are_taken_back(self):
        invoice = self._sell_plan().invoice_ids
        payment = self._pay(invoice)
        pack = self.account.pack_ids
        job = self._do_job(5, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        with freeze_time("2026-03-09 10:00:00"):
            payment.action_draft()
            payment.action_cancel()
            self.account._look_after()
        self.assertEqual((pack.is_activated, pack.minutes_remaining), (False, 0))
        self._correct(statement)
        self.assertEqual((pack.minutes_remaining, pack.reserved_minutes), (0, 0))
        self.assertSound()
        with freeze_time("2026-03-11 10:00:00"):
            self._pay(invoice)
        self.assertEqual((pack.minutes_remaining, pack.value_remaining), (1200, 800))
        self.assertSound()
        self._bill_on("2026-03-15")
        self.assertEqual((pack.minutes_remaining, job.jobtrack_state), (900, "billed"))
        self.assertSound()

    def test_a_correction_does_not_bill_in_the_run_of_the_wrong_bill(self):
        """A run that waits for another account's problem never bills an account twice."""
        job = self._do_job(1, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        statement.run_id.state = "running"
        self._correct(statement)
        self.assertNotIn(self.account, statement.run_id._accounts_to_bill())
        self._bill_on("2026-03-08")
        self.assertEqual(job.jobtrack_state, "done")
        self._bill_on("2026-03-15")
        self.assertEqual(job.jobtrack_state, "billed")
        self.assertSound()

    def test_a_bill_can_be_wrong_twice(self):
        self.account._grant_hours(1, 40, None, "2026-03-31", "Pack")
        self._do_job(2, date="2026-03-02")
        self._correct(self._bill_on("2026-03-08"))
        self._correct(self._bill_on("2026-03-15"), "2026-03-17")
        third = self._bill_on("2026-03-22")
        self.assertEqual(self._figures(third.line_ids), (120, 60, 60, 50))
        self.assertSound()

    # === MONEY === #

    def test_the_credit_note_is_the_invoice_to_the_cent_and_settles_it(self):
        tax = self.env["account.tax"].create(
            {
                "name": "VAT 19.6",
                "amount": 19.6,
                "company_id": self.company.id,
                "country_id": self.company.country_id.id,
            }
        )
        product = self.env.ref("jobtrack_support.product_postpaid_hour")
        product.with_company(self.company).taxes_id = [Command.set(tax.ids)]
        for minutes in (80, 35, 7):
            self._do_job(minutes / 60, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        invoice = statement.invoice_id
        self.assertTrue(invoice.amount_tax)
        correction = self._correct(statement)
        credit = correction.invoice_id
        self.assertEqual((credit.move_type, credit.state), ("out_refund", "posted"))
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertEqual(
            (credit.amount_untaxed, credit.amount_tax, credit.amount_total),
            (invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total),
        )
        self.assertEqual((invoice.amount_residual, credit.amount_residual), (0, 0))
        self.assertEqual(credit.invoice_line_ids.jobtrack_statement_line_id, correction.line_ids)
        self.assertSound()

    def test_a_paid_invoice_leaves_the_client_a_credit_and_no_overdue_invoice(self):
        job = self._do_job(2, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        self._pay(statement.invoice_id)
        correction = self._correct(statement)
        self.assertEqual(correction.invoice_id.amount_residual, correction.invoice_id.amount_total)
        with freeze_time("2026-06-10 10:00:00"):
            self.assertFalse(self.account._is_paused(), "it is the host who owes")
        self.assertEqual(self.account._owed_postpaid().get(self.account), 0)
        self.assertEqual(job.jobtrack_state, "done")

    def test_a_credit_note_in_another_currency_takes_back_what_was_booked(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        for day, rate in (("2026-03-01", 0.8), ("2026-03-09", 0.5)):
            self.env["res.currency.rate"].create(
                {"currency_id": euro.id, "company_id": self.company.id, "name": day, "rate": rate}
            )
        self.account = self._make_account("Euro project", currency_id=euro.id)
        self._make_contact(self.account, self.approver, may_approve=True)
        self._do_job(2, account=self.account, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        correction = self._correct(statement)
        booked = statement.invoice_id.invoice_line_ids.balance
        self.assertEqual(correction.invoice_id.invoice_line_ids.balance, -booked)
        self.assertEqual(statement.invoice_id.amount_residual, 0)
        self.assertSound()

    def test_an_accountants_own_credit_note_forgives_money_and_does_not_unbill(self):
        job = self._do_job(2, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        with freeze_time("2026-03-10 12:00:00"):
            wizard = (
                self.env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=statement.invoice_id.ids)
                .create({"journal_id": statement.invoice_id.journal_id.id, "reason": "Goodwill"})
            )
            wizard.refund_moves()
            wizard.new_move_ids.action_post()
        self.assertEqual(job.jobtrack_state, "billed")
        self.assertTrue(job.jobtrack_time_ids.jobtrack_statement_line_id)
        self.assertFalse(self._bill_on("2026-03-15"))
        self.assertSound()

    # === REFUSED === #

    def test_what_cannot_be_corrected_is_refused_in_words(self):
        self._do_job(2, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        with self.assertRaisesRegex(UserError, "what was wrong"):
            statement.action_reverse("  ")
        line = statement.line_ids
        correction = self._correct(statement)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            statement.action_reverse("Again")
        with self.assertRaisesRegex(UserError, "was corrected before"):
            line._reverse("Again")
        with self.assertRaisesRegex(UserError, "a correction already"):
            correction.action_reverse("Back again")
        self.assertFalse(statement.is_correctable or correction.is_correctable)
        self.assertEqual(len(self.account.statement_ids), 2)

    def test_billed_time_says_that_the_bill_is_corrected_first(self):
        job = self._do_job(2, date="2026-03-02")
        self._bill_on("2026-03-08")
        with self.assertRaisesRegex(UserError, "Correct the bill first"):
            job.jobtrack_time_ids.unit_amount = 1
        with self.assertRaisesRegex(UserError, "Correct the bill first"):
            job.jobtrack_time_ids.unlink()

    def test_credit_notes_of_corrections_stay_as_they_are(self):
        self._do_job(2, date="2026-03-02")
        correction = self._correct(self._bill_on("2026-03-08"))
        with self.assertRaises(UserError):
            correction.invoice_id.button_draft()

    # === WHO === #

    def test_only_the_billing_team_of_the_company_corrects(self):
        self._do_job(2, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        other_company = self._make_company("Second host")
        foreign = self._make_user("fritz", "jobtrack_support.group_billing")
        foreign.write(
            {"company_ids": [Command.set(other_company.ids)], "company_id": other_company.id}
        )
        strangers = {
            "dispatcher": self._make_user("dora", "jobtrack_support.group_dispatcher"),
            "client": self._make_portal_user(self.approver),
            "other company's billing": foreign,
        }
        for kind, user in strangers.items():
            theirs = statement.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            for call in (
                lambda s=theirs: s.action_reverse("Mine"),
                lambda s=theirs: s.action_correct(),
                lambda s=theirs: s.line_ids.browse(statement.line_ids.ids).action_correct(),
            ):
                with self.subTest(kind=kind), self.assertRaises(AccessError):
                    call()
        wizard = self.env["jobtrack.correct.bill"].with_user(strangers["dispatcher"])
        self.assertFalse(wizard.has_access("create"))
        self.assertFalse(statement.correction_ids)

    def test_the_form_corrects_the_lines_that_are_chosen(self):
        self.account._grant_hours(1, 40, None, "2026-03-31", "Pack")
        self._do_job(2, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        biller = self._make_user("bill", "jobtrack_support.group_billing")
        action = statement.with_user(biller).action_correct()
        wizard = (
            self.env["jobtrack.correct.bill"]
            .with_user(biller)
            .with_context(**action["context"])
            .create({"reason": "Wrong job"})
        )
        self.assertEqual((wizard.returned_hours, wizard.credited_amount), (1, 50))
        with freeze_time("2026-03-10 12:00:00"):
            opened = wizard.action_correct()
        correction = self.env["jobtrack.statement"].browse(opened["res_id"])
        self.assertEqual(correction.corrects_id, statement)
        self.assertEqual(correction.date, fields.Date.to_date("2026-03-10"))
        self.assertSound()

    def test_the_client_is_told_with_the_pdf(self):
        self._do_job(2, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        statement._send_mail()
        correction = self._correct(statement)
        correction._send_mail()
        mail = self.env["mail.mail"].search(
            [("model", "=", "jobtrack.statement"), ("res_id", "=", correction.id)]
        )
        self.assertIn("Correction", mail.subject)
        self.assertIn("An hour was typed twice", mail.body_html)
        self.assertIn(correction.invoice_id.name, mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
