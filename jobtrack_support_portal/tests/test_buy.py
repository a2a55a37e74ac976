from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestBuyPages(PortalCommon):
    """Who buys chooses a plan, sees the sum with tax, and pays the quotation on Odoo's own page (A11, B7)."""

    def setUp(self):
        super().setUp()
        # The web server of the test runs in its own time: only what "today" is changes.
        accounts = self.env.registry["jobtrack.account"]
        self.startPatcher(patch.object(accounts, "_today", lambda *_args: date(2026, 2, 2)))
        self.url = f"/my/support/{self.account.id}/buy"
        self.plan = self.env.ref("jobtrack_support.plan_20").product_variant_id
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")], limit=1
        )
        tax.amount = 20
        self.plan.taxes_id = tax

    def _orders(self):
        self.env.invalidate_all()
        return self.env["sale.order"].search([("jobtrack_account_id", "=", self.account.id)])

    def _buy(self, hours="25", plan=None):
        return self._post(self.url, {"plan": plan or self.plan.id, "hours": hours})

    # === WHO ===

    def test_strangers_do_not_find_it(self):
        self.assertClosed(self.url)
        self.assertClosed(self.url, method="POST")
        self.assertFalse(self._orders())

    def test_members_who_do_not_buy_are_told_who_does(self):
        self.account._contact_of(self.member).may_see_money = True
        for user in (self.member_user, self.looker_user):
            with self.subTest(user=user.login):
                self._log_in(user)
                for response in (self.url_open(self.url), self._buy()):
                    self.assertEqual(response.status_code, 403)
                    self.assertIn("Please ask Ann Approver", response.text)
                    self.assertNotIn("Support plan", response.text)
                self.assertNotIn("Buy Hours", self._text(f"/my/support/{self.account.id}"))
        with self.assertRaises(AccessError):
            self.account._purchase(self.member, self.plan.id, "25")
        with self.assertRaises(AccessError):
            self.account._choose_purchase(self.former, self.plan.id, "25")
        self.assertFalse(self._orders())

    # === WHAT ===

    def test_the_plans_show_rate_hours_and_expiry_and_looking_orders_nothing(self):
        self._log_in(self.approver_user)
        self.assertIn("Buy Hours", self._text(f"/my/support/{self.account.id}"))
        self.assertReadsOnly(self.url)
        text = self._text(self.url)
        for words in (
            "Support plan Basic",
            "$ 40.00 an hour",
            "03/31/2026",
            "At least 20 hours: $ 960.00 with tax",
        ):
            self.assertIn(words, text.replace("\xa0", " "))
        chosen = f"{self.url}?plan={self.plan.id}&hours=25"
        self.assertReadsOnly(chosen)
        page = self._page(chosen)
        self.assertEqual(
            page.xpath("//dd[@id='to_pay']")[0].text_content().strip(), "$\xa01,200.00"
        )
        self.assertFalse(self._orders())

    def test_a_dear_or_foreign_plan_is_not_on_sale(self):
        foreign = self._make_company("Another Host")
        plan = self.env.ref("jobtrack_support.plan_30")
        plan.sale_ok = False
        theirs = self.plan.product_tmpl_id.copy(
            {"name": "Support plan Abroad", "company_id": foreign.id}
        )
        self._log_in(self.approver_user)
        text = self._text(self.url)
        self.assertNotIn("Support plan Abroad", text)
        self.assertNotIn("Support plan Standard", text)
        self.assertIn("Support plan Business", text)
        for product in (
            theirs.product_variant_id,
            plan.product_variant_id,
            self.env.ref("jobtrack_support.product_postpaid_hour"),
        ):
            self.assertIn("choose one of the plans", self._buy(plan=product.id).text)
        self.assertFalse(self._orders())

    def test_nonsense_is_answered_with_what_to_change(self):
        self._log_in(self.approver_user)
        for plan, hours, words in (
            (self.plan.id, "", "type how many hours"),
            (self.plan.id, "-5", "type how many hours"),
            (self.plan.id, "nan", "type how many hours"),
            (self.plan.id, "1e9", "type how many hours"),
            (self.plan.id, "3", "from 20 hours on"),
            ("x", "25", "choose one of the plans"),
            (999999, "25", "choose one of the plans"),
        ):
            with self.subTest(plan=plan, hours=hours):
                self.assertIn(words, self._buy(hours, plan).text)
                self.assertIn(words, self.url_open(f"{self.url}?plan={plan}&hours={hours}").text)
        self.assertTokenRequired(self.url, {"plan": self.plan.id, "hours": "25"})
        self.assertFalse(self._orders())

    # === BUYING ===

    def test_confirming_makes_one_quotation_that_is_paid_on_odoos_page(self):
        self._log_in(self.approver_user)
        response = self._buy("25,5")
        order = self._orders()
        self.assertEqual(response.headers["Location"].split("/my/")[1], f"orders/{order.id}")
        self.assertEqual((order.state, order.partner_id), ("sent", self.client_company))
        self.assertEqual(order.order_line.product_uom_qty, 25.5)
        self.assertEqual(order.amount_total, 25.5 * 40 * 1.2)
        self.assertIn("Ann Approver", " ".join(order.message_ids.mapped("body")))
        self._buy("25.5")
        self.assertEqual(len(self._orders()), 1, "a second click is the same purchase")
        self._buy("30")
        self.assertEqual(len(self._orders()), 2)
        self.assertTrue(
            self._page(f"/my/orders/{order.id}").xpath("//a[@data-bs-target='#modalaccept']")
        )

    def test_after_payment_the_waiting_draft_becomes_a_job(self):
        self.account.credit_limit = 0
        draft = self.account._keep_request(self.member, {"name": "Repair the shop"})
        self.assertIn(self.url, draft._buy_url())
        self._log_in(self.approver_user)
        self._buy("20")
        order = self._orders()
        self.assertFalse(draft._submit())
        transaction = self._pay_by_card(order)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.account.available_hours, 20)
        self.env["jobtrack.draft.request"].search([("id", "=", draft.id)])._submit()
        self.assertEqual(draft.state, "submitted")
        self.assertEqual(draft.job_id.jobtrack_requester_id, self.member)
        self.assertSound()

    # === CAPACITY ===

    def _promise_too_much(self, policy):
        """Let the company have one technician and hours sold that fill the quarter."""
        self.company.jobtrack_capacity_policy = policy
        self.account._grant_hours(5000, 1, reason="Sold before", date_expiry="2026-03-31")

    def test_more_than_people_can_work_is_warned_of_before_the_order(self):
        self._promise_too_much("warn")
        self._log_in(self.approver_user)
        page = self._text(f"{self.url}?plan={self.plan.id}&hours=25")
        self.assertIn("More hours than our people can work", page)
        self._buy()
        self.assertEqual(len(self._orders()), 1)

    @mute_logger("odoo.http")
    def test_or_refused_where_the_company_says_so(self):
        self._promise_too_much("refuse")
        self._log_in(self.approver_user)
        for response in (
            self.url_open(f"{self.url}?plan={self.plan.id}&hours=25"),
            self._buy(),
        ):
            self.assertIn("More hours than our people can work", response.text)
            self.assertNotIn("Order and Pay", response.text)
        self.assertFalse(self._orders())
        with self.assertRaisesRegex(UserError, "More hours than"):
            self.account._purchase(self.approver, self.plan.id, "25")
