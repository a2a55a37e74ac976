from datetime import date

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestNextQuarter(JobtrackCommon):
    """In the last days of a quarter a purchase says which quarter it is for; the next one's hours wait for it (B11)."""

    def _pack(self):
        return self.account.pack_ids.sorted("id")[-1:]

    def test_the_quarter_is_chosen_before_an_order_is_confirmed(self):
        order = self._sell_plan(confirm=False, quarter=False)
        self.assertTrue(order.jobtrack_asks_quarter)
        with self.assertRaisesRegex(UserError, "this quarter or the next"):
            order.action_confirm()
        order.jobtrack_quarter = "next"
        self.assertFalse(order.jobtrack_asks_quarter)
        order.action_confirm()
        self.assertEqual(order.jobtrack_date_start, date(2026, 4, 1))

    def test_nothing_is_asked_earlier_or_for_hours_that_do_not_expire_with_the_quarter(self):
        with freeze_time("2026-03-17 10:00:00"):
            self._sell_plan(quarter=False)
        self.env.ref("jobtrack_support.plan_30").jobtrack_expiry = "never"
        self._sell_plan("jobtrack_support.plan_30", quarter=False)
        self.assertEqual(len(self.account.pack_ids), 2)

    def test_hours_for_the_next_quarter_pay_nothing_before_it_and_end_with_it(self):
        self._pay(self._sell_plan(quarter="next").invoice_ids)
        pack = self._pack()
        self.assertEqual(pack.state, "active")
        self.assertEqual((pack.date_start, pack.date_expiry), (date(2026, 4, 1), date(2026, 6, 30)))
        figures = (
            self.account.balance_hours,
            self.account.available_hours,
            self.account.coming_hours,
        )
        self.assertEqual(figures, (20, 0, 20))
        self.assertSound()
        before = self._do_job(2, date="2026-03-20", name="Before")
        self.assertFalse(before.jobtrack_work_order_ids.funding_ids.pack_id)
        with freeze_time("2026-03-21 10:00:00"):
            self._run("2026-03-21")
        self.assertEqual(before.jobtrack_statement_line_ids.postpaid_hours, 2)
        self.assertSound()
        with freeze_time("2026-04-02 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual((self.account.available_hours, self.account.coming_hours), (20, 0))
            after = self._do_job(3, date="2026-04-02", name="After")
            self.assertEqual(after.jobtrack_work_order_ids.funding_ids.pack_id, pack)
        with freeze_time("2026-04-08 10:00:00"):
            self._run("2026-04-08")
        self.assertEqual(after.jobtrack_statement_line_ids.prepaid_hours, 3)
        self.assertEqual(self.account.balance_hours, 17)
        self.assertSound()

    def test_the_next_quarter_stays_the_one_that_was_meant_when_the_order_was_written(self):
        order = self._sell_plan(quarter="next", confirm=False)
        with freeze_time("2026-04-02 10:00:00"):
            order.action_confirm()
            self._pay(order.invoice_ids)
        pack = self._pack()
        self.assertEqual((pack.date_start, pack.date_expiry), (date(2026, 4, 1), date(2026, 6, 30)))
        self.assertSound()

    def test_hours_for_this_quarter_that_are_paid_in_the_next_are_good_in_the_next(self):
        invoice = self._sell_plan(quarter="this").invoice_ids
        with freeze_time("2026-04-02 10:00:00"):
            self._pay(invoice)
        self.assertEqual(self._pack().date_expiry, date(2026, 6, 30))
        self.assertSound()

    def test_nobody_begins_hours_in_a_year_to_come(self):
        order = self._sell_plan(quarter="next", confirm=False)
        order.jobtrack_date_start = date(2027, 1, 1)
        with self.assertRaisesRegex(UserError, "this quarter or the next"):
            order.action_confirm()
        order.jobtrack_date_start = date(2026, 4, 2)
        with self.assertRaisesRegex(UserError, "this quarter or the next"):
            order.action_confirm()

    def test_an_invoice_by_hand_may_be_for_the_next_quarter(self):
        invoice = self._sell_plan().invoice_ids
        invoice.button_draft()
        invoice.invoice_line_ids.jobtrack_date_start = date(2026, 7, 1)
        with self.assertRaisesRegex(UserError, "this quarter or the next"):
            invoice.action_post()
        invoice.invoice_line_ids.jobtrack_date_start = date(2026, 4, 1)
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(self._pack().date_start, date(2026, 4, 1))
        self.assertSound()

    def test_who_chooses_for_the_client_is_a_contact_who_buys(self):
        order = self._sell_plan(quarter=False, confirm=False)
        stranger = self._make_person("Sam Stranger", parent=self.env["res.partner"])
        for person in (self.member, stranger):
            with self.subTest(person=person.name), self.assertRaisesRegex(UserError, "authorised"):
                order._jobtrack_choose_quarter("next", person)
        with self.assertRaisesRegex(UserError, "one of the two"):
            order._jobtrack_choose_quarter("never", self.approver)
        order._jobtrack_choose_quarter("next", self.approver)
        self.assertEqual(order.jobtrack_date_start, date(2026, 4, 1))
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "confirmed"):
            order._jobtrack_choose_quarter("this", self.approver)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-17 03:00:00")
class TestRenewal(JobtrackCommon):
    """The renewal is offered 14 days before the quarter ends, once; a standing order orders by itself (B11)."""

    def setUp(self):
        super().setUp()
        self.buyer = self._make_person("Bob Buyer")
        self._make_contact(self.account, self.buyer, may_buy=True)

    def _buy(self, plan="plan_20", hours=20, day="2026-02-01"):
        with freeze_time(f"{day} 10:00:00"):
            invoice = self._sell_plan(f"jobtrack_support.{plan}", hours=hours).invoice_ids
            self._pay(invoice)
        return invoice

    def _renewals(self):
        return self.env["sale.order"].search(
            [("jobtrack_account_id", "=", self.account.id), ("jobtrack_is_renewal", "=", True)]
        )

    def _mails(self, words):
        return self.env["mail.mail"].search([("subject", "like", words)])

    def _look_after(self, *days):
        for day in days:
            with freeze_time(f"{day} 03:00:00"):
                self.account._look_after()
                self.assertSound()

    def test_the_same_hours_are_offered_once_to_those_who_buy(self):
        self._buy(hours=20)
        self._buy(hours=25)
        self._buy("plan_40", hours=30)
        self._look_after("2026-03-16")
        self.assertFalse(self._renewals(), "15 days before")
        self._look_after("2026-03-17", "2026-03-17", "2026-03-25", "2026-03-31")
        order = self._renewals()
        self.assertEqual((order.state, order.jobtrack_quarter), ("sent", "next"))
        self.assertEqual(order.jobtrack_date_start, date(2026, 4, 1))
        self.assertEqual(sorted(order.order_line.mapped("product_uom_qty")), [30, 45])
        mails = self._mails("for the next quarter")
        self.assertEqual(len(mails), 2, "one to each person")
        self.assertEqual(mails.recipient_ids, self.approver | self.buyer)
        self.assertIn(f"/my/orders/{order.id}", mails[0].body_html)
        self.assertFalse(order.invoice_ids)

    def test_a_day_that_the_care_missed_is_made_up_for(self):
        self._buy()
        self._look_after("2026-03-29")
        self.assertEqual(len(self._renewals()), 1)

    def test_an_offer_that_is_paid_after_the_quarter_began_is_for_that_quarter(self):
        self._buy()
        self._look_after("2026-03-17")
        order = self._renewals()
        with freeze_time("2026-04-03 10:00:00"):
            order.action_confirm()
            self._pay(order.invoice_ids)
            self.account._look_after()
        pack = self.account.pack_ids.filtered("minutes_remaining")
        self.assertEqual((pack.hours, pack.date_expiry), (20, date(2026, 6, 30)))
        self.assertSound()

    def test_credited_hours_and_other_quarters_are_not_offered(self):
        invoice = self._buy(hours=30)
        credit_note = invoice._reverse_moves([{"invoice_date": "2026-02-02"}])
        credit_note.invoice_line_ids.quantity = 5
        credit_note.action_post()
        refunded = self._buy("plan_40")
        refunded._reverse_moves([{"invoice_date": "2026-02-02"}]).action_post()
        self.env.ref("jobtrack_support.plan_60").jobtrack_expiry = "never"
        self._buy("plan_60")
        self._look_after("2026-03-17")
        self.assertEqual(self._renewals().order_line.mapped("product_uom_qty"), [25])

    def test_who_bought_for_the_next_quarter_or_wants_no_offer_gets_none(self):
        self._buy()
        self.account.renewal_offer = False
        self._look_after("2026-03-17")
        self.assertFalse(self._renewals())
        self.account.renewal_offer = True
        with freeze_time("2026-03-18 10:00:00"):
            self._sell_plan(quarter="next")
        self._look_after("2026-03-19")
        self.assertFalse(self._renewals())

    def test_without_purchases_nothing_is_offered(self):
        self.account._grant_hours(5, 40, None, "2026-03-31", "A gift is not renewed")
        self._look_after("2026-03-17")
        self.assertFalse(self._renewals())

    def test_a_standing_order_is_confirmed_and_invoiced_once_and_told(self):
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        self.account.write({"standing_plan_id": plan.id, "standing_hours": 25})
        self._buy()
        self._look_after("2026-03-16", "2026-03-17", "2026-03-18", "2026-03-31")
        order = self._renewals()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(order.order_line.product_uom_qty, 25)
        mails = self._mails("Your standing order")
        self.assertEqual(mails.recipient_ids, self.approver | self.buyer)
        self.assertEqual(len(mails), 2, "one to each person")
        pages = {mail.recipient_ids: mail.body_html for mail in mails}
        self.assertIn(f"/my/invoices/{order.invoice_ids.id}", pages[self.approver])
        self.assertIn(f"/my/orders/{order.id}", pages[self.buyer], "who buys and sees no money")
        self.assertFalse(self._mails("for the next quarter"))
        self.assertEqual(self.account.balance_hours, 20, "paying is the client's")
        self._pay(order.invoice_ids)
        self.assertEqual(self.account.coming_hours, 25)
        self.assertSound()
        self._look_after("2026-06-15")
        self.assertEqual(len(self._renewals()), 1)
        self._look_after("2026-06-16", "2026-06-18")
        self.assertEqual(len(self._renewals()), 2)

    def test_a_standing_order_takes_the_place_of_an_offer_that_nobody_has_taken_up(self):
        self._buy()
        self._look_after("2026-03-17")
        offer = self._renewals()
        self.assertEqual(offer.state, "sent")
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        self.account.write({"standing_plan_id": plan.id, "standing_hours": 25})
        self._look_after("2026-03-18", "2026-03-19")
        order = self._renewals()
        self.assertEqual((offer.state, order.state), ("cancel", "sale"))
        self.assertEqual(order.order_line.product_uom_qty, 25)

    def test_an_offer_that_is_taken_up_is_the_renewal_also_with_a_standing_order(self):
        self._buy()
        self._look_after("2026-03-17")
        offer = self._renewals()
        offer.action_confirm()
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        self.account.write({"standing_plan_id": plan.id, "standing_hours": 25})
        self._look_after("2026-03-18")
        self.assertEqual(self._renewals(), offer)

    def test_what_stops_a_standing_order_is_told_once_and_stops_nothing_else(self):
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        self.account.write({"standing_plan_id": plan.id, "standing_hours": 25})
        plan.jobtrack_min_hours = 30
        self._make_user("ada", "jobtrack_support.group_administrator")
        self._buy()
        self._look_after("2026-03-17", "2026-03-18")
        self.assertFalse(self._renewals())
        told = self.account.activity_ids.filtered(lambda act: "standing order" in act.summary)
        self.assertEqual(len(told), len(told.user_id))
        self.assertIn("from 30 hours on", told[0].note)
        with freeze_time("2026-04-01 03:00:00"):
            self.account._look_after()
        self.assertEqual(self.account.balance_hours, 0, "the old hours lapsed all the same")

    def test_a_standing_order_names_a_plan_and_enough_hours(self):
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        for values in (
            {"standing_plan_id": plan.id, "standing_hours": 19},
            {"standing_plan_id": plan.id, "standing_hours": 0},
            {"standing_hours": -1},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.account.write(values)

    def test_the_renewal_is_in_the_currency_of_the_account(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        prices = self.env["product.pricelist"].create(
            {
                "name": "Euro",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "fixed",
                            "fixed_price": 20,
                        }
                    )
                ],
            }
        )
        account = self._make_account("Euro shop", currency_id=euro.id)
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        account.write({"standing_plan_id": plan.id, "standing_hours": 20})
        account._look_after()
        order = self.env["sale.order"].search([("jobtrack_account_id", "=", account.id)])
        self.assertEqual((order.pricelist_id, order.currency_id), (prices, euro))
        self.assertEqual(order.invoice_ids.amount_untaxed, 400)
        self.assertSound(account)
