from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestAccountPages(PortalCommon):
    """The card, the list of support projects and the page of one (A14)."""

    def _home_counters(self, *counters):
        return self.make_jsonrpc_request("/my/counters", {"counters": list(counters)})

    def test_the_card_counts_projects_and_jobs_that_wait(self):
        job = self._make_job()
        self._make_estimate(job, 3).action_send()
        self._log_in(self.approver_user)
        counts = self._home_counters("jobtrack_account_count", "jobtrack_waiting_count")
        self.assertEqual(
            (counts["jobtrack_account_count"], counts["jobtrack_waiting_count"]), (1, 1)
        )
        for user in self.colleague_user | self.former_user:
            self._log_in(user)
            counts = self._home_counters("jobtrack_account_count", "jobtrack_waiting_count")
            self.assertEqual(counts["jobtrack_account_count"], 0)
            self.assertEqual(counts["jobtrack_waiting_count"], 0)

    def test_the_counters_write_nothing(self):
        self._log_in(self.approver_user)
        with self._statements() as statements:
            self._home_counters("jobtrack_account_count", "jobtrack_waiting_count")
        self.assertFalse([text for text in statements if text.startswith(("INSERT", "UPDATE"))])

    def test_the_home_page_carries_the_card(self):
        self._log_in(self.approver_user)
        page = self._page("/my/home")
        self.assertTrue(page.xpath("//a[@href='/my/support']"))

    def test_the_list_shows_only_projects_that_authorise_the_user(self):
        self._log_in(self.member_user)
        text = self._text("/my/support")
        self.assertIn("Client shop", text)
        self.assertNotIn("Other shop", text)

    def test_a_user_without_a_project_reads_what_to_do(self):
        for user in self.colleague_user | self.former_user:
            self._log_in(user)
            text = self._text("/my/support")
            self.assertIn("You are not on a support project yet", text)
            self.assertNotIn("Client shop", text)

    def test_the_list_needs_a_login(self):
        self.authenticate(None, None)
        self.assertClosed("/my/support", users=self.env["res.users"])

    def test_staff_are_no_clients(self):
        self._log_in(self.employee_user)
        self.assertIn("not on a support project", self._text("/my/support"))
        self.assertClosed(f"/my/support/{self.account.id}", self.employee_user)

    def test_the_emergency_phone_stands_on_the_pages(self):
        self._log_in(self.member_user)
        for url in ("/my/support", f"/my/support/{self.account.id}"):
            self.assertIn("+1 555 0100", self._text(url))

    def test_the_project_page_shows_hours_and_what_waits(self):
        self.account._grant_hours(10, reason="Welcome")
        self._approve(self._make_job("Move the shop"), 4)
        order = self._make_estimate(self._make_job("Repair the till"), 3)
        order.action_send()
        self._log_in(self.approver_user)
        page = self._page(f"/my/support/{self.account.id}")
        text = page.text_content()
        for part in ("Move the shop", "Repair the till", " 6:00", " 4:00", "10:00", "Welcome"):
            self.assertIn(part, text)
        decide = page.xpath(f"//a[@href='/my/support/work-orders/{order.id}']")[0]
        self.assertIn("btn-primary", decide.get("class"))
        self.assertTrue(page.xpath(f"//a[@href='/my/support/{self.account.id}/jobs/new']"))

    def test_a_project_without_jobs_says_so(self):
        self._log_in(self.other_user)
        self.assertIn("No job is open.", self._text(f"/my/support/{self.other_account.id}"))

    def test_credit_and_packs_are_for_those_who_see_money(self):
        self.account._grant_hours(10, reason="Welcome")
        url = f"/my/support/{self.account.id}"
        self._log_in(self.approver_user)
        text = self._text(url)
        self.assertIn("Credit for work", text)
        self.assertIn("Ledger", text)
        for user in self.member_user | self.looker_user:
            self._log_in(user)
            text = self._text(url)
            self.assertNotIn("Credit for work", text)
            self.assertNotIn("Welcome", text)
            self.assertFalse(self._page(url).xpath(f"//a[@href='{url}/ledger']"))

    def test_the_reason_why_no_job_can_be_made_is_shown(self):
        self._log_in(self.looker_user)
        page = self._page(f"/my/support/{self.account.id}")
        self.assertTrue(page.xpath("//button[@disabled]"))
        self.assertFalse(page.xpath(f"//a[@href='/my/support/{self.account.id}/jobs/new']"))
        self.assertIn("not authorised to request support", page.text_content())

    def test_an_overdue_invoice_is_named_to_those_who_see_money(self):
        with freeze_time("2026-01-05 10:00:00"):
            self._do_job(2)
        with freeze_time("2026-01-08 10:00:00"):
            invoice = self._run("2026-01-08").statement_ids.invoice_id
        invoice.invoice_date_due = "2026-01-20"
        url = f"/my/support/{self.account.id}"
        self._log_in(self.approver_user)
        text = self._text(url)
        self.assertIn("paused until the overdue invoices are paid", text)
        self.assertIn(invoice.name, text)
        self.assertIn("an invoice is overdue", self._text("/my/support"))
        self._log_in(self.member_user)
        text = self._text(url)
        self.assertIn("paused until the overdue invoices are paid", text)
        self.assertNotIn(invoice.name, text)

    def test_strangers_do_not_find_the_project(self):
        self.assertClosed(f"/my/support/{self.account.id}")

    def test_an_archived_account_is_gone(self):
        self.account.active = False
        self.assertClosed(f"/my/support/{self.account.id}", self.approver_user)

    def test_a_client_of_two_hosts_sees_both(self):
        host = self._make_company("Second Host")
        self.env.user.company_ids = [Command.link(host.id)]
        account = self._make_account("Second project", company=host)
        self._make_contact(account, self.approver, may_approve=True, may_see_money=True)
        self._log_in(self.approver_user)
        text = self._text("/my/support")
        self.assertIn("Client shop", text)
        self.assertIn("Second project", text)
        self._page(f"/my/support/{account.id}")
        self._page(f"/my/support/{account.id}/ledger")

    def test_visits_write_nothing(self):
        self._make_estimate(self._make_job(), 3).action_send()
        self._log_in(self.approver_user)
        self.assertReadsOnly("/my/support")
        self.assertReadsOnly(f"/my/support/{self.account.id}")

    def test_the_list_needs_no_query_per_project(self):
        def grow():
            for number in range(6):
                account = self._make_account(f"Shop {number}")
                self._make_contact(account, self.approver, may_see_money=True)
                account._grant_hours(5)
                self._make_estimate(self._make_job(account=account), 1)

        self._log_in(self.approver_user)
        self.assertSameQueries("/my/support", grow)
