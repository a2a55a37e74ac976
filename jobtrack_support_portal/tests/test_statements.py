from datetime import timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestStatementPages(PortalCommon):
    """What a billing day billed (D7)."""

    def setUp(self):
        super().setUp()
        self.account._grant_hours(1, rate=40, reason="Spring pack")
        self.job = self._do_job(3)
        self.statement = self._bill_done_jobs()
        self.url = f"/my/support/statements/{self.statement.id}"

    def test_the_statement_shows_jobs_hours_and_invoice(self):
        self._log_in(self.approver_user)
        page = self._page(self.url)
        text = page.text_content()
        for part in (self.job.jobtrack_reference, "3:00", "1:00", "2:00", "100.00"):
            self.assertIn(part, text)
        self.assertIn(self.statement.invoice_id.name, text)
        total = f"{self.statement.invoice_id.amount_total:.2f}"
        self.assertIn(f"{total} · due on", self._text(self.url))
        self.assertTrue(page.xpath(f"//a[@href='{self.url}/pdf']"))

    def test_the_pdf_is_served(self):
        self._log_in(self.approver_user)
        response = self.url_open(f"{self.url}/pdf")
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertTrue(response.content)

    def test_only_contacts_who_see_money_find_it(self):
        users = self.member_user | self.looker_user | self.strangers
        self.assertClosed(self.url, users)
        self.assertClosed(f"{self.url}/pdf", users)

    def test_a_visit_writes_nothing(self):
        self._log_in(self.approver_user)
        self.assertReadsOnly(self.url)

    def test_a_correction_says_what_it_takes_back(self):
        correction = self.statement.action_reverse("An hour was typed twice")
        url = f"/my/support/statements/{correction.id}"
        self._log_in(self.approver_user)
        page = self._page(url)
        text = page.text_content()
        for part in ("Correction", "An hour was typed twice", "-3:00", "100.00", "Given back"):
            self.assertIn(part, text)
        self.assertIn(correction.invoice_id.name, text)
        self.assertTrue(page.xpath(f"//a[@href='{self.url}']"))
        wrong = self._page(self.url)
        self.assertIn("Corrected", wrong.text_content())
        self.assertTrue(wrong.xpath(f"//a[@href='{url}']"))
        job = self._page(f"/my/support/jobs/{self.job.id}").text_content()
        self.assertIn(f"Statement {self.statement.name} corrected by {correction.name}", job)
        self.assertIn("Credit note", job)
        self.assertReadsOnly(url)

    def test_a_correction_is_as_closed_as_the_statement(self):
        correction = self.statement.action_reverse("An hour was typed twice")
        url = f"/my/support/statements/{correction.id}"
        users = self.member_user | self.looker_user | self.strangers
        self.assertClosed(url, users)
        self.assertClosed(f"{url}/pdf", users)

    def test_the_total_of_several_projects_is_for_who_sees_the_money_of_each(self):
        blog = self._make_account("Client blog")
        self._make_contact(blog, self.member)
        (self.account | blog).invoice_grouping = "client"
        with freeze_time(self.statement.date + timedelta(days=1)):
            self._do_job(1)
            self._do_job(2, account=blog)
            statement = self._bill_done_jobs()
        invoice = statement.invoice_id
        self.assertEqual(invoice.jobtrack_account_ids, self.account | blog)
        total = f"{invoice.amount_total:.2f}"
        self._log_in(self.approver_user)
        url = f"/my/support/statements/{statement.id}"
        template = self.env.ref("jobtrack_support.mail_template_statement").with_context(
            jobtrack_recipient=self.approver.id
        )
        for sees in (False, True):
            if sees:
                self._make_contact(blog, self.approver, may_see_money=True)
            body = template._render_field("body_html", statement.ids)[statement.id]
            text = self._text(url)
            self.assertIn(invoice.name, text)
            self.assertEqual(total in text, sees)
            self.assertEqual(total in body, sees)
