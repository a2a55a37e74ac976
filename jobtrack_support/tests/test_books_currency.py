from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from .books_common import RUN, BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksCurrency(BooksCommon):
    """An account in euros at a host in dollars: nothing is left in either currency when the hours are gone.

    A euro costs 1.25 dollars on 1 March, 1.00 from 5 March, 2.00 from 20 March.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        for day, rate in (("2026-03-01", 0.8), ("2026-03-05", 1.0), ("2026-03-20", 0.5)):
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": cls.euro.id,
                    "company_id": cls.company.id,
                    "name": day,
                    "rate": rate,
                }
            )
        cls.prices = cls.env["product.pricelist"].create(
            {"name": "Euro prices", "currency_id": cls.euro.id, "company_id": cls.company.id}
        )
        cls.account = cls._make_account("Euro shop", currency_id=cls.euro.id, postpay_rate=100)
        cls._make_contact(cls.account, cls.approver, may_approve=True)

    def _sell(self, price=40, **values):
        """Sell 20 hours at 40 euros: 800 euros, 1000 dollars on 3 March."""
        order = self._sell_plan(confirm=False, **values)
        order.pricelist_id = self.prices
        order.order_line.price_unit = price
        order.action_confirm()
        return order.invoice_ids

    def _assert_left(self, minutes, value, value_company):
        pack = self.account.pack_ids
        self.assertEqual(
            (pack.minutes_remaining, pack.value_remaining, pack.value_company_remaining),
            (minutes, value, value_company),
        )
        self.assertEqual(self._books()[0], value_company)
        deferred = self.company.jobtrack_deferred_gl_id
        self.assertEqual(self._booked_on(deferred, field="amount_currency"), value)
        self.assertSound()

    def test_sold_used_and_expired_at_three_rates(self):
        self._pay(self._sell())
        self._assert_left(1200, 800, 1000)
        self._do_job(3, date="2026-03-02")
        self._bill()
        # 3 of 20 hours: 120 euros at the rate of the sale
        self._assert_left(1020, 680, 850)
        self.assertEqual(self._books()[1], 150)
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        self._assert_left(0, 0, 0)
        self.assertEqual(self._books(), (0, 150, 850, 0))

    def test_a_refund_takes_back_what_the_sale_booked_whatever_the_rate_is_now(self):
        invoice = self._sell()
        self._pay(invoice)
        self._do_job(3, date="2026-03-02")
        self._bill()
        with freeze_time("2026-03-21 10:00:00"):
            refund = self._credit(invoice, "2026-03-21", hours=7)
            self.assertEqual(refund.invoice_line_ids.balance, 350, "7 h x 50 dollars, and not x 80")
            self._assert_left(600, 400, 500)
            self._credit(invoice, "2026-03-21", hours=10)
        self._assert_left(0, 0, 0)

    def test_a_plan_credited_before_it_is_paid_leaves_nothing(self):
        invoice = self._sell()
        with freeze_time("2026-03-21 10:00:00"):
            self._credit(invoice, "2026-03-21")
        self.assertEqual(self._books(), (0, 0, 0, 0))
        self.assertEqual(self.account.pack_ids.state, "refunded")
        self.assertSound()

    def test_awkward_values_of_two_plans_credited_on_one_note_leave_nothing(self):
        order = self._sell_plan(confirm=False)
        order.pricelist_id = self.prices
        order.order_line.copy({"order_id": order.id})
        order.order_line[0].price_unit = 33.33
        order.order_line[1].price_unit = 41.17
        order.action_confirm()
        invoice = order.invoice_ids
        self._pay(invoice)
        self._do_job(7 + 1 / 60, date="2026-03-02")
        self._bill()
        first, second = self.account.pack_ids.sorted("id")
        refund = invoice._reverse_moves([{"invoice_date": "2026-03-21", "date": "2026-03-21"}])
        for line, pack in zip(refund.invoice_line_ids, (first, second), strict=True):
            line.quantity = round(pack.minutes_remaining / 60, 2)
            line.price_unit = pack.value_remaining / line.quantity
        with freeze_time("2026-03-21 10:00:00"):
            refund.action_post()
        for pack in first | second:
            self.assertEqual(
                (pack.minutes_remaining, pack.value_remaining, pack.value_company_remaining),
                (0, 0, 0),
            )
        self.assertEqual(self._books()[0], 0)
        self.assertSound()

    def test_a_payment_at_another_rate_makes_its_difference_on_the_receivable_only(self):
        invoice = self._sell()
        with freeze_time("2026-03-21 10:00:00"):
            self._pay(invoice)
            self._assert_left(1200, 800, 1000)
            exchange = self.env["account.move"].search(
                [("journal_id", "=", self.company.currency_exchange_journal_id.id)]
            )
            self.assertTrue(exchange)
            self.assertNotIn(self.company.jobtrack_deferred_gl_id, exchange.line_ids.account_id)
            self._unpay(invoice)
            self.assertFalse(self.account.balance_hours)
            self.assertSound()
            self._pay(invoice)
        self._assert_left(1200, 800, 1000)

    def test_granted_hours_keep_the_value_of_their_day(self):
        pack = self.account._grant_hours(10, 40, None, "2026-03-31", "Goodwill")
        self.assertEqual((pack.value, pack.value_company), (400, 500))
        self.assertEqual(self._books(), (500, 0, 0, -500))
        self._do_job(4, date="2026-03-02")
        self._bill()
        self._assert_left(360, 240, 300)
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        self._assert_left(0, 0, 0)
        self.assertEqual(self._books(), (0, 200, 300, -500))

    def test_the_rest_of_a_taxed_plan_is_refunded_at_rates_that_do_not_divide_evenly(self):
        for rate in (0.83, 0.9137):
            rates = self.euro.rate_ids.filtered(lambda row: row.company_id == self.company)
            rates.rate = rate
            pack = self._sell().line_ids.jobtrack_pack_ids
            self._pay(pack.invoice_id)
            with self.subTest(rate=rate):
                pack.action_refund_rest()
                note = self.env["account.move"].search(
                    [("reversed_entry_id", "=", pack.invoice_id.id)]
                )
                note.action_post()
                self.assertEqual((pack.state, pack.value_company_remaining), ("refunded", 0))
                self.assertSound()

    def test_hours_are_credited_at_a_rate_at_which_the_receivable_rounds_otherwise(self):
        """At 735.00 for 885.54 the 105.00 and the tax of 15.75 are 126.51 and 18.98, but both together 145.48."""
        rates = self.euro.rate_ids.filtered(lambda row: row.company_id == self.company)
        rates.rate = 0.83
        invoice = self._sell(35, plan="jobtrack_support.plan_30", hours=21)
        self._pay(invoice)
        note = self._credit(invoice, "2026-03-03", 3)
        amounts = {line.display_type: line.balance for line in note.line_ids}
        self.assertEqual(amounts, {"product": 126.51, "tax": 18.98, "payment_term": -145.49})
        self._credit(invoice, "2026-03-03", 18)
        self._assert_left(0, 0, 0)

    def test_what_a_credit_note_left_is_refunded_as_well(self):
        rates = self.euro.rate_ids.filtered(lambda row: row.company_id == self.company)
        rates.rate = 0.83
        invoice = self._sell(hours=22)
        self._pay(invoice)
        self._credit(invoice, "2026-03-03", 15.25)
        pack = invoice.line_ids.jobtrack_pack_ids
        note = self.env["account.move"].browse(pack.action_refund_rest()["res_id"])
        note.action_post()
        self.assertEqual(note.amount_untaxed, 270)
        self._assert_left(0, 0, 0)

    def test_an_estimate_has_the_digits_of_its_currency(self):
        dinar = self.env.ref("base.KWD")
        dinar.active = True
        account = self._make_account("Dinar shop", currency_id=dinar.id, postpay_rate=100)
        order = self._make_estimate(self._make_job(account=account), 1 / 3)
        order.action_send()
        self.assertEqual((order.amount, order.funding_ids.amount), (33.333, 33.333))

    def test_the_two_columns_are_kept_apart_by_currency(self):
        self._pay(self._sell())
        dollars = self._make_account("Dollar shop")
        self._make_contact(dollars, self.approver, may_approve=True)
        self._pay(self._sell_plan(account=dollars).invoice_ids)
        self._sell_plan(account=dollars)
        self.assertEqual(
            self._reconcile_on(),
            {"EUR": (800, 800, 1000, 1000), "USD": (1600, 1600, 1600, 1600)},
        )

    def test_an_invoice_for_work_is_owed_in_euros(self):
        self._do_job(80 / 60, date="2026-03-02")
        invoice = self._bill(RUN).invoice_id
        self.assertEqual(
            (invoice.amount_untaxed, invoice.invoice_line_ids.balance), (133.33, -133.33)
        )
        self.env.invalidate_all()
        self.assertEqual(self.account.credit_used, 133.33)
        self.assertEqual(invoice.line_ids.filtered("debit").amount_currency, invoice.amount_total)

    def test_two_hosts_serve_the_same_client_each_in_books_of_its_own(self):
        other = self._make_company("Other host")
        self.env.user.company_ids |= other
        companies = (self.company | other).ids
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=companies))
        theirs = self._make_account("Client shop there", company=other, postpay_rate=100)
        self._make_contact(theirs, self.approver, may_approve=True)
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.client_company.id,
                    "company_id": other.id,
                    "jobtrack_account_id": theirs.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.env.ref(
                                    "jobtrack_support.plan_20"
                                ).product_variant_id.id,
                                "product_uom_qty": 20,
                                "price_unit": 40,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        self._pay(order.invoice_ids.with_company(other))
        self._pay(self._sell())
        self.assertEqual(self._books()[0], 1000)
        self.assertEqual(self._books(other)[0], 800)
        self.assertSound(self.account | theirs)
