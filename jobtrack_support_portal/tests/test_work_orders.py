from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestWorkOrderPages(PortalCommon):
    """Reading and deciding on estimates (A2, D3, M1)."""

    def setUp(self):
        super().setUp()
        self.account._grant_hours(2, rate=40, reason="Spring pack")
        self.job = self._make_job()
        self.order = self._make_estimate(self.job, 3)
        self.order.action_send()
        self.url = f"/my/support/work-orders/{self.order.id}"

    def test_an_approver_sees_who_pays_and_both_answers(self):
        self._log_in(self.approver_user)
        page = self._page(self.url)
        text = page.text_content()
        for part in ("Everything that is needed", "Spring pack", "50.00", "3:00"):
            self.assertIn(part, text)
        self.assertTrue(page.xpath(f"//form[@action='{self.url}/approve']"))
        self.assertTrue(page.xpath(f"//form[@action='{self.url}/decline']"))

    def test_a_question_is_nearer_than_a_no(self):
        self._log_in(self.approver_user)
        forms = self._page(self.url).xpath("//form[contains(@action, '/my/support/')]/@action")
        self.assertEqual(forms, [f"{self.url}/{way}" for way in ("approve", "ask", "decline")])

    def test_the_terms_stand_beside_the_hours(self):
        self._log_in(self.approver_user)
        self.assertIn("Billed as worked; never more than the approved hours.", self._text(self.url))
        order = self._make_estimate(self._make_job(), 3, increment_minutes=15, minimum_minutes=30)
        order.action_send()
        self.assertIn(
            "Billed in steps of 15 minutes per job, at least 30 minutes per job; never more than the approved hours.",
            self._text(f"/my/support/work-orders/{order.id}"),
        )

    def test_a_member_sees_hours_and_no_amounts(self):
        self._log_in(self.member_user)
        page = self._page(self.url)
        text = page.text_content()
        self.assertIn("3:00", text)
        self.assertIn("waits for a decision by Ann Approver", " ".join(text.split()))
        self.assertNotIn("50.00", text)
        self.assertNotIn("Spring pack", text)
        self.assertMayOnlyAsk(page)

    def assertMayOnlyAsk(self, page):
        """Assert that the page offers nothing but a question."""
        forms = page.xpath("//form[contains(@action, '/my/support/')]/@action")
        self.assertEqual(forms, [f"{self.url}/ask"])

    def test_who_sees_money_sees_amounts_and_does_not_decide(self):
        contact = self.account._contact_of(self.member)
        contact.may_see_money = True
        self._log_in(self.member_user)
        page = self._page(self.url)
        self.assertIn("Spring pack", page.text_content())
        self.assertMayOnlyAsk(page)

    def test_approving_once_and_again(self):
        self._log_in(self.approver_user)
        response = self._post(f"{self.url}/approve", {"seen": "60"})
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.order.state, "approved")
        self.assertEqual(self.order.decided_by_id, self.approver)
        self.assertEqual(self.order.decision_channel, "portal")
        self.assertEqual(self.account.held_hours, 2)
        decided = self.order.decision_date
        self.assertIn("the work is approved", self._text(response.headers["Location"]))
        self._post(f"{self.url}/approve", {"seen": "60"})
        self.assertEqual(self.order.decision_date, decided)
        self.assertIn("approved by Ann Approver", self._text(self.url))

    def test_nobody_approves_figures_that_were_not_shown(self):
        self._log_in(self.approver_user)
        for seen in ({}, {"seen": ""}, {"seen": "-1"}, {"seen": "²"}, {"seen": "9" * 5000}):
            with self.subTest(seen=str(seen)[:20]):
                response = self._post(f"{self.url}/approve", seen)
                self.assertEqual(response.status_code, 200)
                self.assertIn("please look at it again", response.text)
                self.assertEqual(self.order.state, "sent")

    def test_declining_needs_a_reason(self):
        self._log_in(self.approver_user)
        response = self._post(f"{self.url}/decline", {"reason": " "})
        self.assertIn("Please say why", response.text)
        self.assertEqual(self.order.state, "sent")
        self._post(f"{self.url}/decline", {"reason": "<b>Too dear</b>"})
        self.assertEqual(self.order.state, "declined")
        source = self.url_open(self.url).text
        self.assertIn("&lt;b&gt;Too dear", source)
        self.assertNotIn("<b>Too dear", source)

    def test_a_late_decision_says_what_was_decided(self):
        self.order.with_user(self.approver_user).action_decline("No")
        self._log_in(self.approver_user)
        response = self._post(f"{self.url}/approve")
        self.assertEqual(response.status_code, 200)
        self.assertIn("was declined by Ann Approver", response.text)
        self.assertEqual(self.order.state, "declined")

    def test_an_approved_job_without_funds_does_not_say_that_it_begins(self):
        self.account.credit_limit = 0
        self._log_in(self.approver_user)
        response = self._post(f"{self.url}/approve", {"seen": "60"})
        self.assertEqual(self.job.jobtrack_state, "on_hold")
        text = self._text(response.headers["Location"])
        self.assertIn("It is on hold", text)
        self.assertNotIn("We start now", text)

    def test_a_visit_decides_nothing(self):
        self._log_in(self.approver_user)
        self.assertReadsOnly(self.url)
        for answer in ("approve", "decline"):
            self.assertEqual(
                self.url_open(f"{self.url}/{answer}", allow_redirects=False).status_code, 405
            )
        self.assertEqual(self.order.state, "sent")

    def test_a_post_without_its_token_is_refused(self):
        self._log_in(self.approver_user)
        self.assertTokenRequired(f"{self.url}/approve")
        self.assertEqual(self.order.state, "sent")

    def test_members_without_the_role_decide_nothing(self):
        for user in self.member_user | self.looker_user:
            self._log_in(user)
            for answer in ("approve", "decline"):
                response = self._post(f"{self.url}/{answer}", {"reason": "no"})
                self.assertIn("not authorised to approve", response.text)
            order = self.order.with_user(user)
            with self.assertRaises(AccessError):
                order.action_approve()
        self.assertEqual(self.order.state, "sent")

    def test_strangers_neither_read_nor_decide(self):
        self.assertClosed(self.url)
        self.assertClosed(f"{self.url}/approve", method="POST")
        self.assertClosed(f"{self.url}/decline", method="POST")
        for user in self.strangers:
            with self.assertRaises(AccessError):
                self.order.with_user(user).action_approve()
        self.assertEqual(self.order.state, "sent")

    def test_a_draft_is_not_found(self):
        draft = self._make_estimate(self._make_job(), 1)
        self.assertClosed(f"/my/support/work-orders/{draft.id}", self.approver_user)

    def test_a_revoked_role_decides_nothing(self):
        self._log_in(self.approver_user)
        self.account._contact_of(self.approver).may_approve = False
        response = self._post(f"{self.url}/approve")
        self.assertIn("not authorised to approve", response.text)
        self.assertEqual(self.order.state, "sent")
