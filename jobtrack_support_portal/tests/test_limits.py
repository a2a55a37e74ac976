from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestLimits(PortalCommon):
    """The page of limits and mandates: only who approves and manages the team finds it, and it does what it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account._contact_of(cls.approver).may_manage_team = True
        cls.url = f"/my/support/{cls.account.id}/limits"
        cls.form = {
            "per_job": "3",
            "per_project": "10:30",
            "window": "month",
            "emergency": "",
            "login_amount": "500",
        }

    def test_a_manager_sets_the_limits(self):
        self._log_in(self.approver_user)
        self.assertReadsOnly(self.url)
        self.assertIn("Not in use", self._text(self.url))
        response = self._post(self.url, self.form)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.account.task_limit_hours, 3)
        self.assertEqual(self.account.project_limit_hours, 10.5)
        self.assertEqual((self.account.limit_window, self.account.login_amount), ("month", 500))
        self.assertIn("0:00 h of 10:30 h are used this month", self._text(f"{self.url}?saved=1"))

    def test_a_text_that_is_no_figure_is_said(self):
        self._log_in(self.approver_user)
        response = self._post(self.url, {**self.form, "per_job": "<b>two</b>"})
        self.assertIn("Please write hours as", response.text)
        self.assertNotIn("<b>two</b>", response.text)
        response = self._post(self.url, {**self.form, "window": "year"})
        self.assertIn("one of the windows", response.text)
        self.assertFalse(self.account.task_limit_hours)
        self.assertTokenRequired(self.url, self.form)

    def test_a_manager_gives_and_takes_a_mandate(self):
        self._log_in(self.approver_user)
        contact = self.account._contact_of(self.member)
        url = f"{self.url}/mandates/{contact.id}"
        above = self.account._contact_of(self.approver)
        form = {"job": "2", "window_hours": "10", "window": "month", "until": "2030-12-31"}
        self._post(url, {**form, "step_up": str(above.id)})
        self.assertEqual(contact.mandate_id.step_up_contact_id, above)
        self.assertIn("up to 2:00 h a job, 10:00 h a month, until 12/31/2030", self._text(self.url))
        self._post(url, {"remove": "1"})
        self.assertFalse(contact.mandate_id)
        foreign = self.other_account._contact_of(self.other)
        response = self._post(f"{self.url}/mandates/{foreign.id}", form)
        self.assertIn("no contact of the account", response.text)
        self.assertFalse(foreign.mandate_id)

    def test_who_asked_reads_why_work_began_or_why_it_is_asked(self):
        self.account.write(
            {"task_limit_hours": 3, "project_limit_hours": 10, "limit_window": "month"}
        )
        self.account._grant_hours(20, 40, reason="Spring pack")
        small, large = self._make_job("Small"), self._make_job("Large")
        self._make_estimate(small, 2).action_send()
        asked = self._make_estimate(large, 4)
        asked.action_send()
        passed = small.jobtrack_work_order_ids
        why = "Approved by itself: 2:00 h <= 3:00 h per job, 2:00 h of 10:00 h this month"
        above = "Why you are asked: Over the limit per job: 4:00 h > 3:00 h."
        page = f"/my/support/work-orders/{asked.id}"
        self._log_in(self.member_user)
        self.assertIn(why, self._text(f"/my/support/jobs/{small.id}"))
        self.assertIn(why, self._text(f"/my/support/work-orders/{passed.id}"))
        self.assertNotIn("Why you are asked", self._text(page), "it may speak of money")
        self._log_in(self.approver_user)
        self.assertIn(above, self._text(page))
        link = f"/jobtrack/consent/{asked._consent_token(self.approver)}"
        self.assertIn(above, self._text(link))
        self.account.task_limit_hours = 0
        self.assertNotIn("Why you are asked", self._text(page), "there is no limit to name")

    def test_nobody_else_finds_the_page(self):
        contact = self.account._contact_of(self.member)
        closed = self.strangers | self.member_user | self.looker_user
        self.assertClosed(self.url, closed)
        self.assertClosed(self.url, closed, method="POST")
        self.assertClosed(f"{self.url}/mandates/{contact.id}", closed, method="POST")
        for user in closed:
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.account.with_user(user).action_set_limits({"task_limit_hours": 99})
        self.assertFalse(self.account.task_limit_hours)


@tagged("post_install", "-at_install")
class TestDecideAll(PortalCommon):
    """Several estimates on one page, a question beside the decision, and the record of it."""

    def setUp(self):
        super().setUp()
        jobs = [self._make_job("First"), self._make_job("Second")]
        self.orders = self.env["jobtrack.work.order"].union(
            *[self._make_estimate(job, 2) for job in jobs]
        )
        self.orders.action_send()
        self.url = f"/my/support/{self.account.id}/decide"

    def test_each_estimate_gets_its_answer(self):
        self._log_in(self.approver_user)
        self.assertIn("Answer All 2 Together", self._text(f"/my/support/{self.account.id}"))
        self.assertReadsOnly(self.url)
        first, second = self.orders
        response = self._post(
            self.url,
            {
                f"answer_{first.id}": "approve",
                f"seen_{first.id}": "120",
                f"answer_{second.id}": "ask",
                f"text_{second.id}": "<i>Why?</i>",
            },
        )
        self.assertIn("we have your answers", response.text)
        self.assertIn("&lt;i&gt;Why?", response.text)
        self.assertEqual(self.orders.mapped("state"), ["approved", "sent"])
        self.assertEqual((first.decision_channel, first.decided_by_id), ("portal", self.approver))
        self.assertTrue(second.question_waits)

    def test_a_price_that_has_risen_is_refused_for_that_one_only(self):
        self._log_in(self.approver_user)
        first, second = self.orders
        answers = {f"answer_{order.id}": "approve" for order in self.orders}
        seen = {f"seen_{first.id}": "0", f"seen_{second.id}": "120"}
        response = self._post(self.url, answers | seen)
        self.assertIn("look at the new figures", response.text)
        self.assertEqual(self.orders.mapped("state"), ["sent", "approved"])

    def test_strangers_and_members_decide_nothing(self):
        closed = self.strangers | self.member_user | self.looker_user
        self.assertClosed(self.url, closed)
        self.assertClosed(self.url, closed, method="POST")
        self.assertEqual(set(self.orders.mapped("state")), {"sent"})

    def test_a_mandate_decides_what_it_covers(self):
        contact = self.account._contact_of(self.member)
        self.env["jobtrack.mandate"].create(
            {"contact_id": contact.id, "job_hours": 2, "window_hours": 3}
        )
        self._log_in(self.member_user)
        shown = {f"seen_{order.id}": "120" for order in self.orders}
        response = self._post(self.url, {"everything": "approve"} | shown)
        self.assertIn("not authorised to approve work of this size", response.text)
        self.assertEqual(self.orders.mapped("state"), ["approved", "sent"])

    def test_what_came_after_the_page_was_shown_is_not_approved_with_the_rest(self):
        self._log_in(self.approver_user)
        shown = {f"seen_{order.id}": "120" for order in self.orders}
        third = self._make_estimate(self._make_job("Third"), 9)
        third.action_send()
        response = self._post(self.url, {"everything": "approve"} | shown)
        self.assertIn("please look at it again", response.text)
        self.assertEqual(self.orders.mapped("state"), ["approved", "approved"])
        self.assertEqual(third.state, "sent")

    def test_a_mandate_offers_the_decision_on_what_it_covers_only(self):
        small, large = self.orders
        large.action_cancel()
        large = self._make_estimate(large.task_id, 4)
        large.action_send()
        contact = self.account._contact_of(self.member)
        self.env["jobtrack.mandate"].create({"contact_id": contact.id, "job_hours": 2})
        self._log_in(self.member_user)
        text = self._text(f"/my/support/{self.account.id}")
        self.assertEqual(text.count("Review and Decide"), 1)
        self.assertEqual(text.count("View the Estimate"), 1)
        self.assertNotIn("Answer All", text)
        text = self._text(f"/my/support/jobs/{small.task_id.id}")
        self.assertIn("Please approve or decline the estimate.", text)
        self.assertIn("Review and Decide", text)
        text = self._text(f"/my/support/jobs/{large.task_id.id}")
        self.assertIn("waits for a person in your team who may approve it", text)
        self.assertIn("View the Estimate", text)

    def test_a_member_asks_and_a_stranger_does_not(self):
        order = self.orders[0]
        url = f"/my/support/work-orders/{order.id}"
        self.assertClosed(f"{url}/ask", method="POST")
        self._log_in(self.looker_user)
        self.assertIn("not authorised to ask", self._post(f"{url}/ask", {"text": "Why?"}).text)
        self.assertFalse(order.question_waits)
        self._log_in(self.member_user)
        self._post(f"{url}/ask", {"text": "Why?"})
        self.assertTrue(order.question_waits)
        self.assertIn("we answer you", self._text(f"/my/support/jobs/{order.task_id.id}"))

    def test_old_and_new_stand_side_by_side(self):
        order = self.orders[0]
        order._decide("approved", self.approver, "mail")
        second = self._make_estimate(order.task_id, 5, scope="The form as well")
        second.action_send()
        self._log_in(self.approver_user)
        text = self._text(f"/my/support/work-orders/{second.id}")
        self.assertIn("What changes", text)
        self.assertIn("2:00", text)
        self._log_in(self.member_user)
        self.assertNotIn("Value at that rate", self._text(f"/my/support/work-orders/{second.id}"))

    def test_the_record_is_for_those_who_see_what_it_costs(self):
        order = self.orders[0]
        url = f"/my/support/work-orders/{order.id}/pdf"
        self._log_in(self.approver_user)
        self._page(url, status=404)
        order._decide("approved", self.approver, "mail")
        self.assertClosed(url, self.strangers | self.member_user | self.looker_user)
        self._log_in(self.approver_user)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Consent", response.headers["Content-Disposition"])
