from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestUpcomingPages(PortalCommon):
    """The coming bill and disputing a job on it (M6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account._grant_hours(2, rate=40, reason="Spring pack")
        cls.job = cls._do_job(3, name="<b>Shop</b> repair")
        cls.other_job = cls._do_job(1, name="Move the site")

    def setUp(self):
        super().setUp()
        self.upcoming = f"/my/support/{self.account.id}/upcoming"
        self.url = f"/my/support/jobs/{self.job.id}/dispute"

    def _is_disputed(self):
        self.env.invalidate_all()
        return self.job.jobtrack_disputed

    # === THE COMING BILL === #

    def test_who_sees_money_sees_hours_by_source_and_amounts(self):
        self._log_in(self.approver_user)
        text = self._text(self.upcoming)
        for part in (
            "<b>Shop</b> repair",
            "3:00",
            "2:00",
            "50.00",
            "Total, before taxes",
            "100.00",
        ):
            self.assertIn(part, text)
        self.assertNotIn("<b>Shop", self.url_open(self.upcoming).text)
        links = self._page(self.upcoming).xpath("//main//a[text()='Dispute']/@href")
        self.assertEqual(links, [self.url, f"/my/support/jobs/{self.other_job.id}/dispute"])

    def test_others_see_hours_and_no_amounts(self):
        self._log_in(self.looker_user)
        text = self._text(self.upcoming)
        self.assertIn("3:00", text)
        for part in ("50.00", "To pay", "$"):
            self.assertNotIn(part, text)
        self.assertFalse(self._page(self.upcoming).xpath("//main//a[text()='Dispute']"))

    def test_without_jobs_it_says_so(self):
        self._log_in(self.other_user)
        text = self._text(f"/my/support/{self.other_account.id}/upcoming")
        self.assertIn("No completed job waits to be billed", text)

    def test_the_project_and_the_job_lead_there(self):
        self._log_in(self.approver_user)
        page = self._page(f"/my/support/{self.account.id}")
        self.assertTrue(page.xpath(f"//a[@href='{self.upcoming}']"))
        page = self._page(f"/my/support/jobs/{self.job.id}")
        self.assertTrue(page.xpath(f"//a[@href='{self.url}']"))
        self._log_in(self.looker_user)
        page = self._page(f"/my/support/jobs/{self.job.id}")
        self.assertFalse(page.xpath(f"//a[@href='{self.url}']"))

    def test_a_visit_writes_nothing(self):
        self._log_in(self.approver_user)
        self.assertReadsOnly(self.upcoming)
        self.assertReadsOnly(self.url)
        for answer in ("send", "withdraw"):
            response = self.url_open(f"{self.url}/{answer}", allow_redirects=False)
            self.assertEqual(response.status_code, 405)
        self.assertFalse(self._is_disputed())

    def test_more_jobs_need_no_more_queries(self):
        self._log_in(self.approver_user)
        self.assertSameQueries(
            self.upcoming, lambda: [self._do_job(1, name=f"Job {number}") for number in range(3)]
        )

    # === DISPUTING === #

    def test_disputing_and_withdrawing(self):
        self._log_in(self.approver_user)
        response = self._post(f"{self.url}/send", {"reason": "<i>Too</i> many"})
        self.assertIn("kept out of the bill until we have answered", response.text)
        self.assertIn("&lt;i&gt;Too&lt;/i&gt; many", response.text)
        self.assertTrue(self._is_disputed())
        self.assertEqual(self.job.jobtrack_disputed_by_id, self.approver)
        text = self._text(self.upcoming)
        self.assertIn("Disputed and kept out of this bill", text)
        text = self._text(f"/my/support/jobs/{self.job.id}")
        for part in ("Disputed by Ann Approver", "kept out of the bill", "View the Dispute"):
            self.assertIn(part, text)
        response = self._post(f"{self.url}/withdraw")
        self.assertIn("billed with the next run", response.text)
        self.assertFalse(self._is_disputed())

    def test_the_decision_stands_on_the_page_of_the_job(self):
        self.job._jobtrack_dispute(self.approver, "Too many")
        self.job._jobtrack_decide_dispute("bill", "The cables were worse.")
        self._log_in(self.approver_user)
        text = self._text(f"/my/support/jobs/{self.job.id}")
        self.assertIn("Dispute ended: Billed as it is The cables were worse.", text)
        self.assertIn("Ask for a Correction", text)

    def test_a_reason_is_required(self):
        self._log_in(self.approver_user)
        response = self._post(f"{self.url}/send", {"reason": " "})
        self.assertIn("Please say what is wrong", response.text)
        self.assertFalse(self._is_disputed())

    def test_a_billed_job_takes_a_request_for_a_correction(self):
        self._bill_done_jobs()
        self._log_in(self.approver_user)
        self.assertIn("This job was billed on", self._text(self.url))
        response = self._post(f"{self.url}/send", {"reason": "Too many"})
        self.assertIn("passed your words on", response.text)
        self.assertFalse(self._is_disputed())
        message = self.job.message_ids[0]
        self.assertIn("Too many", message.body)
        self.assertEqual(message.author_id, self.approver)

    def test_whoever_asked_for_the_job_disputes_it_and_sees_no_amounts(self):
        self._log_in(self.member_user)
        self.assertNotIn("To pay", self._text(self.url))
        self._post(f"{self.url}/send", {"reason": "Not done"})
        self.assertTrue(self._is_disputed())

    def test_contacts_without_a_say_dispute_nothing(self):
        self._log_in(self.looker_user)
        page = self._page(self.url)
        self.assertFalse(page.xpath("//form[contains(@action, '/dispute/')]"))
        for answer in ("send", "withdraw"):
            response = self._post(f"{self.url}/{answer}", {"reason": "No"})
            self.assertIn("not authorised to dispute", response.text)
        self.assertFalse(self._is_disputed())

    def test_strangers_neither_read_nor_dispute(self):
        self.assertClosed(self.upcoming)
        self.assertClosed(self.url)
        self.assertClosed(f"{self.url}/send", method="POST")
        self.assertClosed(f"{self.url}/withdraw", method="POST")
        for user in self.strangers:
            with self.assertRaises(AccessError):
                self.job.with_user(user).action_jobtrack_dispute("No")
        self.assertFalse(self._is_disputed())

    def test_a_post_without_its_token_is_refused(self):
        self._log_in(self.approver_user)
        for answer in ("send", "withdraw"):
            self.assertTokenRequired(f"{self.url}/{answer}", {"reason": "No"})
        self.assertFalse(self._is_disputed())

    def test_portal_users_read_no_facts_of_a_dispute_over_rpc(self):
        job = self.job.with_user(self.looker_user)
        with self.assertRaises(AccessError):
            job.read(["jobtrack_dispute_reason"])
        with self.assertRaises(AccessError):
            job.write({"jobtrack_disputed": True})
