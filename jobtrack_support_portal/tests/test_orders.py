from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from .common import PortalCommon

LAST_DAYS = date(2026, 3, 20)


@tagged("post_install", "-at_install")
class TestOrderPages(PortalCommon):
    """In the last days of a quarter the client says which quarter an order is for, then pays (B11)."""

    def setUp(self):
        super().setUp()
        # The web server of the test runs in its own time: only what "today" is changes.
        accounts = self.env.registry["jobtrack.account"]
        self.startPatcher(patch.object(accounts, "_today", lambda *_args: LAST_DAYS))
        self.order = self._sell_plan(quarter=False, confirm=False)
        self.order.state = "sent"
        self.page = f"/my/orders/{self.order.id}"
        self.url = f"/my/support/orders/{self.order.id}/quarter"

    def test_the_choice_comes_before_the_payment(self):
        self._log_in(self.approver_user)
        page = self._page(self.page)
        self.assertTrue(page.xpath("//div[@id='jobtrack_quarter']//button[@value='next']"))
        self.assertFalse(page.xpath("//a[@data-bs-target='#modalaccept']"))
        response = self._post(self.url, {"quarter": "next"})
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.order.jobtrack_date_start, date(2026, 4, 1))
        page = self._page(self.page)
        self.assertFalse(page.xpath("//div[@id='jobtrack_quarter']"))
        self.assertTrue(page.xpath("//a[@data-bs-target='#modalaccept']"))
        self.assertIn("can be used from", page.text_content())

    def test_hours_of_the_next_quarter_are_told_apart_from_those_available(self):
        self.order.jobtrack_quarter = "next"
        self.order.action_confirm()
        self._pay(self.order.invoice_ids)
        self._log_in(self.approver_user)
        text = self._text(f"/my/support/{self.account.id}")
        self.assertIn(" 0:00 hours available", text)
        self.assertIn("From the next quarter on 20:00", text)

    def test_a_form_from_elsewhere_and_nonsense_choose_nothing(self):
        self._log_in(self.approver_user)
        self.assertTokenRequired(self.url, {"quarter": "next"})
        self._post(self.url, {"quarter": "whenever"})
        self.assertFalse(self.order.jobtrack_quarter)

    def test_who_sees_money_and_does_not_buy_is_told_so(self):
        self.account._contact_of(self.member).may_see_money = True
        self._log_in(self.member_user)
        response = self._post(self.url, {"quarter": "next"})
        self.assertIn("refused", response.headers["Location"])
        self.assertIn("not authorised", self._text(response.headers["Location"]))
        self.assertFalse(self.order.jobtrack_quarter)

    def test_strangers_do_not_find_it(self):
        self.assertClosed(self.url, users=self.strangers | self.member_user, method="POST")
        self.assertFalse(self.order.jobtrack_quarter)
