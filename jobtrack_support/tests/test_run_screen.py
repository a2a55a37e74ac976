from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import JobtrackCommon

DAY = "2026-03-08"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestRunScreen(JobtrackCommon):
    """What the accountant sees of a run: before, while it goes on, and afterwards (A7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._make_user("bella", "jobtrack_support.group_billing")

    def _new_run(self, user=None):
        runs = self.env["jobtrack.billing.run"].with_company(self.company)
        with freeze_time(f"{DAY} 10:00:00"):
            return runs.with_user(user or self.biller).create({"date": DAY})

    def _other_account(self, name="Other shop"):
        account = self._make_account(name)
        self._make_contact(account, self.approver, may_approve=True)
        return account

    def _lost_account(self):
        """Return an account that cannot be invoiced, and the ledger account that stands in the way."""
        client = self.env["res.partner"].create({"name": "Lost Ltd", "is_company": True})
        account = self._make_account("Lost shop", partner=client)
        self._make_contact(account, self.approver, may_approve=True, may_see_money=True)
        receivable = self.env["account.account"].search(
            [("account_type", "=", "asset_receivable"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        closed = receivable.copy({"name": "Closed", "code": "199998"})
        client.with_company(self.company).property_account_receivable_id = closed
        closed.active = False
        return account, closed

    # === WHICH DAY === #

    def test_a_new_run_is_offered_the_last_day_due_then_the_next_one(self):
        runs = self.env["jobtrack.billing.run"].with_user(self.biller)
        with freeze_time(f"{DAY} 10:00:00"):
            form = Form(runs)
            self.assertEqual((form.date.isoformat(), form.date_note), (DAY, ""))
            form.save()
            form = Form(runs)
            self.assertEqual(form.date.isoformat(), "2026-03-15")
            self.assertIn("03/15/2026 is still to come", form.date_note)
            form.date = DAY
            self.assertIn("has its billing run already", form.date_note)
            form.date = "2026-03-04"
            self.assertIn("is not a billing day", form.date_note)

    def test_the_cron_looks_at_the_last_day_due_though_it_has_its_run(self):
        self.company.jobtrack_review_runs = True
        self._do_job(1, date="2026-03-02")
        run = self._new_run()
        self.company.jobtrack_review_runs = False
        with freeze_time(f"{DAY} 12:00:00"):
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
        found = self.env["jobtrack.billing.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual((found, found.state), (run, "running"))

    def test_a_run_is_named_in_the_language_of_its_reader_not_of_its_maker(self):
        for code in ("de_DE", "fr_FR"):
            self.env["res.lang"]._activate_lang(code)
        self.biller.lang = "fr_FR"
        run = self._new_run(self.biller.with_context(lang="fr_FR"))
        self.assertEqual(run.name, DAY)
        names = {code: run.with_context(lang=code).display_name for code in ("de_DE", "en_US")}
        self.assertIn("08.03.2026", names["de_DE"])
        self.assertEqual(names["en_US"], "Billing of 03/08/2026")

    # === BEFORE === #

    def test_the_preview_says_by_account_what_would_be_billed(self):
        self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
        first = self._do_job(3, date="2026-03-02")
        second = self._do_job(1, date="2026-03-02")
        other = self._other_account()
        self._do_job(2, account=other, date="2026-03-02")
        run = self._new_run()
        rows = {row.jobtrack_account_id: row for row in run.preview_ids}
        mine = rows[self.account]
        self.assertEqual(mine.job_count, 2)
        self.assertEqual(mine.jobs, f"{first.jobtrack_reference}, {second.jobtrack_reference}")
        self.assertEqual((mine.hours, mine.prepaid_hours, mine.postpaid_hours), (4, 2, 2))
        self.assertEqual(mine.amount, 100)
        self.assertEqual(rows[other].amount, 100)
        self.assertEqual((run.preview_accounts, run.preview_jobs, run.preview_hours), (2, 3, 6))
        self.assertEqual((run.preview_prepaid_hours, run.preview_postpaid_hours), (2, 4))
        self.assertIn("200.00", run.preview_amounts)
        self.assertEqual(run.bill_label, "Bill 3 Jobs of 2 Accounts")
        self.assertFalse(run.statement_ids)
        self.assertIn(first.jobtrack_reference, mine.with_user(self.biller).preview_html)

    def test_the_preview_tells_what_is_free_and_that_hours_end_before_the_bill(self):
        self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
        job = self._do_job(3, date="2026-03-02")
        job._jobtrack_waive_time("A favour")
        preview = self._new_run().preview_ids
        self.assertEqual((preview.hours, preview.waived_hours, preview.amount), (3, 3, 0))
        self.assertNotIn("past their last day", preview.note or "")
        with freeze_time("2026-04-08 09:00:00"):
            run = self.env["jobtrack.billing.run"]._get_or_create(self.company, "2026-04-08")
            run.refresh_preview()
            self.assertIn("past their last day", run.preview_ids.note)

    def test_amounts_of_several_currencies_are_not_added_up(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        abroad = self._make_account("Abroad", currency_id=euro.id)
        self._make_contact(abroad, self.approver, may_approve=True)
        self._do_job(1, date="2026-03-02")
        self._do_job(1, account=abroad, date="2026-03-02")
        amounts = self._new_run().preview_amounts
        for part in ("$", "€", " + "):
            self.assertIn(part, amounts)

    def test_the_preview_follows_what_happens_until_the_run_begins(self):
        self._do_job(3, date="2026-03-02")
        run = self._new_run()
        self.assertEqual(run.preview_prepaid_hours, 0)
        with freeze_time(f"{DAY} 10:05:00"):
            self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
            run.with_user(self.biller).refresh_preview()
        self.assertEqual(run.preview_prepaid_hours, 2)
        self.assertEqual(str(run.preview_date), f"{DAY} 10:05:00")
        run.with_user(self.biller).action_bill()
        self.assertFalse(run.preview_ids, "the run shows what was done from now on")

    def test_the_preview_tells_what_will_be_in_the_way(self):
        job = self._make_job()
        self._approve(job, 1)
        self._log(job, 1, date="2026-03-02")
        self._log(job, 0.5, date="2026-03-02")
        job._jobtrack_complete("Done")
        fine = self._other_account()
        self._make_contact(fine, self.member, may_see_money=True)
        self._do_job(1, account=fine, date="2026-03-02")
        silent = self._other_account("Silent shop")
        silent.contact_ids.may_see_money = False
        self._do_job(1, account=silent, date="2026-03-02")
        rows = {row.jobtrack_account_id: row for row in self._new_run().preview_ids}
        self.assertIn("0:30 h wait for the client's consent", rows[self.account].note)
        self.assertFalse(rows[self.account].is_obstacle)
        self.assertFalse(rows[fine].has_note)
        self.assertIn("Nobody gets the statement", rows[silent].note)

    def test_an_account_that_cannot_be_billed_stands_first_with_what_to_do(self):
        self._do_job(1, account=self._other_account(), date="2026-03-02")
        account, _receivable = self._lost_account()
        self._do_job(1, account=account, date="2026-03-02")
        rows = self.env["jobtrack.billing.preview"]
        first = rows.search([("run_id", "=", self._new_run().id)], limit=1)
        self.assertEqual(first.jobtrack_account_id, account)
        self.assertTrue(first.is_obstacle)
        self.assertIn("Lost Ltd has no receivable account in use: choose one", first.note)

    def test_a_run_without_jobs_says_so_and_can_be_finished(self):
        run = self._new_run()
        self.assertFalse(run.preview_ids)
        self.assertEqual(run.bill_label, "Nothing to Bill: Finish the Run")
        run.with_user(self.biller).action_bill()
        with freeze_time(f"{DAY} 11:00:00"):
            self._run(DAY)
        self.assertEqual(run.state, "done")

    def test_the_screen_needs_no_query_per_account(self):
        def opened(accounts):
            for number in range(accounts):
                self._do_job(1, account=self._other_account(f"Shop {number}"), date="2026-03-02")
            run.refresh_preview()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.read(["preview_jobs", "preview_amounts", "bill_label", "amounts", "job_count"])
            return self.env.cr.sql_log_count - before

        run = self._new_run()
        opened(1)
        self.assertEqual(opened(1), opened(8))

    # === WHO CONFIRMS === #

    def test_accountants_are_told_that_a_run_waits_and_no_longer_once_it_began(self):
        self.company.jobtrack_review_runs = True
        elsewhere = self._make_user("ella", "jobtrack_support.group_billing")
        other_company = self._make_company("Second host")
        elsewhere.write(
            {"company_ids": [(6, 0, other_company.ids)], "company_id": other_company.id}
        )
        self._do_job(1, date="2026-03-02")
        with freeze_time(f"{DAY} 06:00:00"):
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
        run = self.env["jobtrack.billing.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(run.activity_ids.user_id, self.biller)
        self.assertEqual(len(run.activity_ids), 1)
        self.assertIn("Confirm the billing run of 03/08/2026", run.activity_ids.summary)
        self.assertEqual(run.preview_jobs, 1, "the preview is there when they open it")
        run.with_user(self.biller).action_bill()
        self.assertFalse(run.activity_ids)

    def test_a_company_that_does_not_review_bills_without_asking(self):
        self._do_job(1, date="2026-03-02")
        with freeze_time(f"{DAY} 06:00:00"):
            self.env["jobtrack.billing.run"]._cron_create_due_runs()
        run = self.env["jobtrack.billing.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual((run.state, len(run.activity_ids)), ("running", 0))

    # === WHILE IT GOES ON, AND AFTERWARDS === #

    def test_the_bar_counts_accounts_and_stops_when_nothing_is_left(self):
        other = self._other_account()
        self._do_job(1, date="2026-03-02")
        self._do_job(1, account=other, date="2026-03-02")
        run = self._new_run()
        self.assertFalse(run.progress()["is_going"])
        run.with_user(self.biller).action_bill()
        self.assertEqual(self._figures(run), (True, 0, 2, 0))
        with freeze_time(f"{DAY} 10:30:00"):
            run.sudo()._bill_batch(self.account)
            self.assertEqual(self._figures(run), (True, 1, 2, 0))
            self._run(DAY)
        self.assertEqual(self._figures(run), (False, 2, 2, 0))
        self.assertEqual(run.progress()["share"], 100)

    def _figures(self, run):
        told = run.with_user(self.biller).progress()
        return told["is_going"], told["done"], told["total"], told["problems"]

    def test_a_problem_ends_the_bar_and_all_are_tried_again_by_one_button(self):
        lost, receivable = self._lost_account()
        good = self._do_job(1, date="2026-03-02")
        bad = self._do_job(1, account=lost, date="2026-03-02")
        run = self._new_run()
        run.with_user(self.biller).action_bill()
        with freeze_time(f"{DAY} 10:30:00"):
            self._run(DAY)
        self.assertEqual((good.jobtrack_state, bad.jobtrack_state), ("billed", "done"))
        self.assertEqual(self._figures(run), (False, 2, 2, 1))
        self.assertEqual(run.problem_ids.action_open_account()["res_id"], lost.id)
        self.assertIn("choose one on the client's Accounting page", run.problem_ids.advice)
        receivable.active = True
        run.with_user(self.biller).action_retry_problems()
        self.assertEqual(self._figures(run), (True, 1, 2, 0))
        with freeze_time(f"{DAY} 10:40:00"):
            self._run(DAY)
        self.assertEqual((bad.jobtrack_state, run.state), ("billed", "done"))
        self.assertSound()

    def test_the_report_counts_jobs_hours_and_invoices(self):
        self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
        self._do_job(3, date="2026-03-02")
        self._do_job(1, date="2026-03-02")
        run = self._new_run()
        run.with_user(self.biller).action_bill()
        with freeze_time(f"{DAY} 10:30:00"):
            self._run(DAY)
        run.invalidate_recordset()
        self.assertEqual((run.statement_count, run.job_count, run.invoice_count), (1, 2, 1))
        self.assertEqual((run.hours, run.prepaid_hours, run.postpaid_hours), (4, 2, 2))
        self.assertIn("100.00", run.amounts)
        self.assertEqual(run.statement_ids.job_count, 2)
        found = self.env["account.move"].search(run.action_open_invoices()["domain"])
        self.assertEqual(found, run.statement_ids.invoice_id)

    # === STRANGERS === #

    def test_only_billing_makes_previews_and_tries_again(self):
        self._do_job(1, date="2026-03-02")
        run = self._new_run()
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        for user in (dispatcher, self._make_portal_user(self.approver)):
            for method in ("refresh_preview", "action_retry_problems"):
                with self.subTest(user=user.login, method=method):
                    self.env["jobtrack.billing.problem"].create(
                        {"run_id": run.id, "jobtrack_account_id": self.account.id, "name": "No"}
                    )
                    with self.assertRaises(AccessError):
                        getattr(run.with_user(user), method)()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                run.preview_ids.with_user(user).write({"amount": 0})
        self.assertFalse(run.with_user(dispatcher).may_refresh)

    def test_clients_and_other_companies_see_no_run_and_no_preview(self):
        self._do_job(1, date="2026-03-02")
        run = self._new_run()
        other_company = self._make_company("Second host")
        foreign = self._make_user("ella", "jobtrack_support.group_billing")
        foreign.write({"company_ids": [(6, 0, other_company.ids)], "company_id": other_company.id})
        client = self._make_portal_user(self.approver)
        self.env.invalidate_all()
        for user in (client, foreign):
            for method in ("progress", "action_open_invoices", "refresh_preview"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(run.with_user(user), method)()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                run.preview_ids.with_user(user).read(["amount"])

    def test_nobody_types_figures_into_a_run(self):
        runs = self.env["jobtrack.billing.run"].with_user(self.biller)
        with freeze_time(f"{DAY} 10:00:00"):
            for values in ({"preview_date": "2026-01-01"}, {"preview_ids": [(0, 0, {})]}):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    runs.create({"date": DAY, **values})
            with Form(runs) as form:
                form.date = DAY
