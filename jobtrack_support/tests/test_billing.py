from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBilling(JobtrackCommon):
    """Four days a month every completed job is billed, once, from packs first."""

    def _bill_on(self, date, at="10:00:00"):
        with freeze_time(f"{date} {at}"):
            return self._run(date)

    def _ledger(self):
        return self.account.ledger_entry_ids.sorted("number")

    def test_minutes_are_billed_exactly_although_the_unit_has_two_digits(self):
        self._do_job(80 / 60, date="2026-03-02")
        statement = self._bill_on("2026-03-08").statement_ids
        self.assertEqual(statement.line_ids.minutes, 80)
        self.assertEqual(statement.line_ids.amount, 66.67)
        self.assertEqual(statement.invoice_id.amount_untaxed, 66.67)
        line = statement.invoice_id.invoice_line_ids
        self.assertIn("1:20 h at", line.name)
        self.assertEqual(line.quantity, 1)
        self.assertFalse(line.product_uom_id, "one piece of work, which is not one hour")
        self.assertSound()

    def test_exact_hours_are_the_quantity_of_the_invoice_line(self):
        self._do_job(1.5, date="2026-03-02")
        line = self._bill_on("2026-03-08").statement_ids.invoice_id.invoice_line_ids
        self.assertEqual((line.quantity, line.price_unit, line.price_subtotal), (1.5, 50, 75))
        self.assertEqual(line.product_uom_id, self.env.ref("jobtrack_support.uom_support_hour"))

    def test_an_invoice_has_a_line_per_job_with_reference_and_terms(self):
        self.company.jobtrack_payment_term_id = self.env.ref("account.account_payment_term_15days")
        jobs = self._do_job(1, date="2026-03-02", name="One") | self._do_job(
            2, date="2026-03-02", name="Two"
        )
        invoice = self._bill_on("2026-03-08").statement_ids.invoice_id
        self.assertEqual(len(invoice.invoice_line_ids), 2)
        for job, line in zip(jobs, invoice.invoice_line_ids, strict=True):
            self.assertIn(job.jobtrack_reference, line.name)
            self.assertIn(job.name, line.name)
        self.assertEqual(str(invoice.invoice_date_due), "2026-03-23")

    def test_billing_again_changes_nothing(self):
        self._do_job(1, date="2026-03-02")
        run = self._bill_on("2026-03-08")
        moves = self.env["account.move"].search_count([])
        with freeze_time("2026-03-08 12:00:00"):
            self._do_job(1, date="2026-03-08")
            self.assertEqual(self._run("2026-03-08"), run)
        self.assertEqual(len(self.account.statement_ids), 1)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertSound()

    def test_only_what_was_done_before_the_cutoff_is_billed(self):
        self.company.jobtrack_tz = "America/New_York"
        with freeze_time("2026-03-08 04:59:00"):
            before = self._do_job(1)
        with freeze_time("2026-03-08 05:01:00"):
            after = self._do_job(1)
        with freeze_time("2026-03-08 15:00:00"):
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
            run = self.env["jobtrack.billing.run"].search([("company_id", "=", self.company.id)])
            self.assertEqual(run.cutoff, fields.Datetime.to_datetime("2026-03-08 05:00:00"))
            self._run("2026-03-08")
        self.assertEqual((before.jobtrack_state, after.jobtrack_state), ("billed", "done"))

    def test_a_done_job_without_time_is_billed_with_a_line_of_zero(self):
        job = self._make_job()
        self._approve(job, 1)
        job._jobtrack_complete("Nothing was needed")
        statement = self._bill_on("2026-03-08").statement_ids
        self.assertEqual((statement.line_ids.minutes, job.jobtrack_state), (0, "billed"))
        self.assertFalse(statement.invoice_id)
        self.assertEqual(self.account.held_hours, 0)

    def test_a_job_that_is_not_billable_is_on_no_statement(self):
        job = self._make_job()
        job.action_jobtrack_not_billable()
        self._log(job, 1)
        job._jobtrack_complete("Answered")
        self.assertFalse(self._bill_on("2026-03-08").statement_ids)

    def test_pending_time_is_not_billed(self):
        job = self._make_job()
        self._approve(job, 1)
        self._log(job, 1, date="2026-03-02")
        self._log(job, 1, date="2026-03-02")
        job._jobtrack_complete("Done")
        line = self._bill_on("2026-03-08").statement_ids.line_ids
        self.assertEqual(line.hours, 1)
        self.assertSound()

    def test_a_jobs_own_reserve_pays_it_and_never_another_jobs(self):
        pack = self.account._grant_hours(10, 40, None, "2026-03-31", "Pack")
        held = self._make_job("Holds six")
        self._approve(held, 6)
        self._do_job(4, date="2026-03-02", name="Takes four")
        self._do_job(3, date="2026-03-02", name="Finds none")
        lines = self._bill_on("2026-03-08").statement_ids.line_ids
        self.assertEqual(lines.mapped("prepaid_hours"), [4, 0])
        self.assertEqual(lines.mapped("postpaid_hours"), [0, 3])
        self.assertEqual((pack.hours_remaining, pack.reserved_hours), (6, 6))
        self.assertSound()

    def test_hours_bought_after_the_work_but_before_billing_pay_it(self):
        self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-07 10:00:00"):
            self.account._grant_hours(5, 40, None, "2026-03-31", "Late")
        line = self._bill_on("2026-03-08").statement_ids.line_ids
        self.assertEqual((line.prepaid_hours, line.postpaid_hours), (2, 0))

    def test_cover_follows_the_date_of_the_work_not_the_order_of_typing(self):
        self.account._grant_hours(1, 40, "2026-03-01", "2026-03-04", "Ends early")
        job = self._make_job()
        self._approve(job, 2)
        late = self._log(job, 1, date="2026-03-06")
        early = self._log(job, 1, date="2026-03-04")
        self.assertLess(late.id, early.id)
        with freeze_time("2026-03-07 10:00:00"):
            job._jobtrack_complete("Done")
        line = self._bill_on("2026-03-08").statement_ids.line_ids
        self.assertEqual((line.prepaid_hours, line.postpaid_hours), (1, 1))
        self.assertSound()

    def test_the_books_follow_the_ledger_in_the_billed_period(self):
        self._pay(self._sell_plan().invoice_ids)
        self._do_job(5, date="2026-03-04")
        with freeze_time("2026-03-06 10:00:00"):
            self._do_job(5, date="2026-03-04")
        self._bill_on("2026-03-08")
        usage = self._ledger().filtered(lambda entry: entry.kind == "usage")
        self.assertEqual(usage.mapped("value"), [-200, -200])
        self.assertEqual(set(usage.mapped("date")), {fields.Date.to_date("2026-03-07")})
        move = usage.move_id
        self.assertEqual(
            (len(move), move.state, move.date), (1, "posted", fields.Date.to_date("2026-03-07"))
        )
        self.assertEqual(sum(move.line_ids.filtered("debit").mapped("debit")), 400)
        self.assertEqual(
            move.line_ids.filtered("debit").account_id, self.company.jobtrack_deferred_gl_id
        )
        self.assertEqual(
            move.line_ids.filtered("credit").account_id, self.company.jobtrack_revenue_gl_id
        )
        self.assertSound()

    def test_a_locked_period_moves_entry_and_booking_together(self):
        self._pay(self._sell_plan().invoice_ids)
        self._do_job(5, date="2026-03-03")
        self.company.fiscalyear_lock_date = "2026-03-31"
        with freeze_time("2026-04-02 10:00:00"):
            self._run("2026-04-01")
        usage = self._ledger()[-1]
        self.assertEqual(usage.date, fields.Date.to_date("2026-04-01"))
        self.assertEqual(usage.move_id.date, usage.date)
        self.assertSound()

    def test_one_accounts_problem_stops_no_other_and_is_listed(self):
        other_client = self.env["res.partner"].create({"name": "Fine Ltd", "is_company": True})
        fine = self._make_account("Fine project", partner=other_client)
        self._make_contact(
            fine, self._make_person("Fay Fine", parent=other_client), may_approve=True
        )
        good = self._do_job(1, account=fine, date="2026-03-02")
        bad = self._do_job(1, date="2026-03-02")
        self.client_company.property_account_receivable_id = False
        self.env["ir.default"].search(
            [
                ("field_id.name", "=", "property_account_receivable_id"),
                ("company_id", "=", self.company.id),
            ]
        ).unlink()
        fine_receivable = self.env["account.account"].search(
            [("account_type", "=", "asset_receivable"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        other_client.with_company(self.company).property_account_receivable_id = fine_receivable
        # The client's account is blocked by the accountant: its invoice cannot be posted.
        fine_receivable_copy = fine_receivable.copy({"name": "Closed", "code": "199999"})
        self.client_company.with_company(
            self.company
        ).property_account_receivable_id = fine_receivable_copy
        fine_receivable_copy.active = False
        run = self._bill_on("2026-03-08")
        self.assertEqual((good.jobtrack_state, bad.jobtrack_state), ("billed", "done"))
        self.assertEqual(run.problem_ids.jobtrack_account_id, self.account)
        self.assertEqual(run.state, "running")
        fine_receivable_copy.active = True
        run.problem_ids.action_retry()
        self._bill_on("2026-03-08")
        self.assertEqual((bad.jobtrack_state, run.state), ("billed", "done"))
        self.assertSound()

    def test_billed_jobs_leave_the_lists_and_are_found_by_search(self):
        job = self._do_job(1, date="2026-03-02")
        self.assertTrue(job.jobtrack_is_open)
        self._bill_on("2026-03-08")
        self.assertTrue(job.active)
        jobs = self.env["project.task"].search([("jobtrack_is_open", "=", True)])
        self.assertNotIn(job, jobs)
        self.assertIn(job, self.env["project.task"].search([("jobtrack_state", "=", "billed")]))

    def test_the_statement_is_sent_once_with_its_pdf(self):
        self._do_job(1, date="2026-03-02")
        statement = self._bill_on("2026-03-08").statement_ids
        statement._send_mail()
        statement._send_mail()
        mails = self.env["mail.mail"].search(
            [("model", "=", "jobtrack.statement"), ("res_id", "=", statement.id)]
        )
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.recipient_ids, self.approver, "only who sees money")
        self.assertEqual(len(mails.attachment_ids), 1)
        self.assertEqual(statement.mail_state, "sent")

    # === BY HAND === #

    def test_the_preview_shows_what_is_billed_and_writes_nothing(self):
        self.account._grant_hours(1, 40, None, "2026-03-31", "Pack")
        self._do_job(3, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            run = (
                self.env["jobtrack.billing.run"]
                .with_company(self.company)
                .create({"date": "2026-03-08"})
            )
            run.refresh_preview()
            preview = run.preview_ids.preview_html
        self.assertIn("100.00", preview)
        self.assertIn("Repair the shop", preview)
        self.assertFalse(run.statement_ids)
        self.assertEqual(len(self.account.ledger_entry_ids), 1)

    def test_a_day_that_is_no_billing_day_is_refused_on_the_screen(self):
        accountant = self._make_user("bill", "jobtrack_support.group_billing")
        runs = self.env["jobtrack.billing.run"].with_user(accountant)
        with freeze_time("2026-03-09 10:00:00"):
            with self.assertRaisesRegex(UserError, "not a billing day"):
                runs.create({"date": "2026-03-09"})
            with self.assertRaisesRegex(UserError, "still to come"):
                runs.create({"date": "2026-03-15"})

    def test_only_billing_starts_a_run(self):
        with freeze_time("2026-03-08 10:00:00"):
            run = (
                self.env["jobtrack.billing.run"]
                .with_company(self.company)
                .create({"date": "2026-03-08"})
            )
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        with self.assertRaises(AccessError):
            run.with_user(dispatcher).action_bill()
        self.assertEqual(run.state, "draft")
        run.with_user(self._make_user("bill", "jobtrack_support.group_billing")).action_bill()
        self.assertEqual(run.state, "running")

    def test_a_company_that_reviews_its_runs_waits_for_the_accountant(self):
        self.company.jobtrack_review_runs = True
        with freeze_time("2026-03-08 10:00:00"):
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
        run = self.env["jobtrack.billing.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(run.state, "draft")

    def test_senseless_billing_days_are_refused(self):
        for wrong in ("", "0", "29", "1, x", "1;8"):
            with self.subTest(days=wrong), self.assertRaises(ValidationError):
                self.company.jobtrack_billing_days = wrong

    # === CURRENCY AND COMPANY === #

    def test_an_account_in_another_currency_is_exact_in_both(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": "2026-03-01",
                    "rate": 0.8,
                },
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": "2026-03-05",
                    "rate": 0.5,
                },
            ]
        )
        account = self._make_account("Euro project", currency_id=euro.id, postpay_rate=60)
        self._make_contact(account, self.approver, may_approve=True)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self._sell_plan(account=account, confirm=False)
        order.write({"pricelist_id": pricelist.id, "currency_id": euro.id})
        order.order_line.price_unit = 40
        order.action_confirm()
        self._pay(order.invoice_ids)
        self.assertEqual((account.pack_ids.value, account.pack_ids.value_company), (800, 1000))
        self._do_job(20, account=account, date="2026-03-02")
        self._bill_on("2026-03-08")
        usage = account.ledger_entry_ids[:1]
        self.assertEqual(
            (usage.value, usage.value_company), (-800, -1000), "at the rate of the sale"
        )
        self.assertSound()

    def test_companies_bill_apart(self):
        other = self._make_company("Second host")
        self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            run = self.env["jobtrack.billing.run"]._run(other, "2026-03-08")
        self.assertFalse(run.statement_ids)

    def test_a_company_whose_last_account_is_archived_bills_the_work_that_was_done(self):
        other = self._make_company("Closing host")
        self.env.user.company_ids = [Command.link(other.id)]
        account = self._make_account("Last shop", company=other)
        self._make_contact(account, self.approver, may_approve=True)
        runs = self.env["jobtrack.billing.run"]
        self.assertIn(other, runs._companies_to_bill())
        self._do_job(1, account=account, date="2026-03-02")
        account.active = False
        self.assertIn(other, runs._companies_to_bill())
        with freeze_time("2026-03-08 10:00:00"):
            run = runs._run(other, "2026-03-08")
        self.assertEqual(run.statement_ids.jobtrack_account_id, account)
        self.assertNotIn(other, runs._companies_to_bill())
