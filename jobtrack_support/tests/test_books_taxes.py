from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .books_common import RUN, BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksTaxes(BooksCommon):
    """Whatever taxes and discounts do to a plan's invoice, its pack is worth what was booked as deferred revenue."""

    def _sell_three(self, price):
        """Sell three packs of 20 hours at this price on one order; return the invoice."""
        order = self._sell_plan(confirm=False)
        line = order.order_line
        line.copy({"order_id": order.id})
        line.copy({"order_id": order.id})
        order.order_line.price_unit = price
        order.action_confirm()
        return order.invoice_ids

    def _assert_packs_are_worth_what_was_booked(self, total):
        for pack in self.account.pack_ids:
            self.assertEqual(pack.value, -pack.invoice_line_id.balance)
        self.assertAlmostEqual(sum(self.account.pack_ids.mapped("value")), total)
        self.assertEqual(self._books()[0], total)
        self.assertSound()

    def test_included_tax_rounded_by_line(self):
        self._tax_plans(self._make_tax(20, included=True))
        self.company.tax_calculation_rounding_method = "round_per_line"
        invoice = self._sell_three(43.8152)
        self._pay(invoice)
        # 3 x 876.30 / 1.2, each rounded
        self.assertEqual(self.account.pack_ids.mapped("value"), [730.25, 730.25, 730.25])
        self._assert_packs_are_worth_what_was_booked(2190.75)

    def test_included_tax_rounded_globally(self):
        self._tax_plans(self._make_tax(20, included=True))
        self.company.tax_calculation_rounding_method = "round_globally"
        invoice = self._sell_three(43.8152)
        self._pay(invoice)
        # 3 x 730.2533 = 2190.76: one line has a cent more in the books than its subtotal says
        self.assertEqual(sorted(self.account.pack_ids.mapped("value")), [730.25, 730.25, 730.26])
        self._assert_packs_are_worth_what_was_booked(2190.76)

    def test_packs_with_awkward_values_are_used_up_to_the_last_cent(self):
        self._tax_plans(self._make_tax(19, included=True))
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        value = self.account.pack_ids.value
        for hours in (7 + 1 / 60, 7 + 1 / 60, 5 + 58 / 60):
            self._do_job(hours, date="2026-03-02")
        self._bill()
        self.assertEqual(self._books(), (0, value, 0, 0))
        self.assertEqual(self.account.pack_ids.state, "exhausted")
        self.assertSound()

    # === TAX DUE ON PAYMENT === #

    def _tax_on_payment(self):
        self.company.tax_exigibility = True
        self.company.tax_cash_basis_journal_id = self.env["account.journal"].search(
            [("code", "=", "CABA"), ("company_id", "=", self.company.id)], limit=1
        ) or self.env["account.journal"].create(
            {"name": "Cash basis", "code": "CABA", "type": "general", "company_id": self.company.id}
        )
        waiting = self.company.jobtrack_deferred_gl_id.copy({"name": "Tax to be due"})
        waiting.reconcile = True
        return self._make_tax(
            20, tax_exigibility="on_payment", cash_basis_transition_account_id=waiting.id
        )

    def _foreign(self):
        entries = self.env["jobtrack.ledger.entry"]
        return self.env["account.move.line"].search(entries._foreign_items(self.company))

    def test_a_tax_due_on_payment_comes_to_nothing_on_deferred_revenue(self):
        self._tax_plans(self._tax_on_payment())
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice, amount=480)
        self.assertFalse(self.account.balance_hours)
        self.assertEqual(self._books()[0], 800)
        self.assertSound()
        self._pay(invoice)
        self.assertEqual((self.account.balance_hours, self._books()[0]), (20, 800))
        self.assertTrue(self._foreign(), "Odoo wrote lines there, which the report lists")
        self.assertEqual(sum(self._foreign().mapped("balance")), 0)
        self.assertSound()
        self._do_job(3, date="2026-03-02")
        self._bill()
        self._unpay(invoice)
        self.assertEqual(self._books()[:2], (680, 120), "reopened: the invoice stays posted")
        self.assertSound()
        self._pay(invoice)
        self.assertEqual(self.account.balance_hours, 17)
        self.assertSound()

    def test_a_typed_entry_does_not_hide_behind_a_tax_due_on_payment(self):
        self._tax_plans(self._tax_on_payment())
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        caba = invoice.tax_cash_basis_created_move_ids[:1]
        move = self.env["account.move"].create(
            {
                "tax_cash_basis_origin_move_id": caba.tax_cash_basis_origin_move_id.id,
                "line_ids": [
                    Command.create(
                        {"account_id": self.company.jobtrack_deferred_gl_id.id, "credit": 10}
                    ),
                    Command.create(
                        {"account_id": self.company.jobtrack_revenue_gl_id.id, "debit": 10}
                    ),
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "kept by the support ledger"):
            move.action_post()

    # === FISCAL POSITIONS === #

    def _make_position(self, tax, gl_from, gl_to):
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "company_id": self.company.id,
                "account_ids": [
                    Command.create({"account_src_id": gl_from.id, "account_dest_id": gl_to.id})
                ],
            }
        )
        self._make_tax(
            0,
            name="Export",
            fiscal_position_ids=[Command.set(position.ids)],
            original_tax_ids=[Command.set(tax.ids)],
        )
        return position

    def test_a_fiscal_position_maps_the_tax_of_a_plan_and_never_its_account(self):
        deferred = self.company.jobtrack_deferred_gl_id
        tax = self._make_tax(20)
        self._tax_plans(tax)
        position = self._make_position(tax, deferred, deferred.copy({"name": "Deferred abroad"}))
        self.client_company.property_account_position_id = position
        invoice = self._sell_plan().invoice_ids
        self.assertEqual(invoice.fiscal_position_id, position)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (800, 0))
        self.assertEqual(invoice.invoice_line_ids.account_id, deferred)
        self._pay(invoice)
        self.assertEqual((self.account.balance_hours, self._books()[0]), (20, 800))
        self.assertSound()

    def test_mapping_the_account_by_hand_is_refused_at_posting(self):
        deferred = self.company.jobtrack_deferred_gl_id
        elsewhere = deferred.copy({"name": "Deferred abroad"})
        invoice = self._sell_plan().invoice_ids
        invoice.button_draft()
        invoice.invoice_line_ids.account_id = elsewhere
        with self.assertRaisesRegex(UserError, "book it on"):
            invoice.action_post()

    # === DISCOUNTS === #

    def test_discounts_do_not_reach_deferred_revenue_also_where_they_are_booked_apart(self):
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        self.company.account_discount_expense_allocation_id = expense
        order = self._sell_plan(confirm=False)
        order.order_line.discount = 40
        with self.assertRaisesRegex(UserError, "remove the discount"):
            order.action_confirm()
        invoice = self._sell_plan().invoice_ids
        invoice.button_draft()
        invoice.invoice_line_ids.discount = 40
        with self.assertRaisesRegex(UserError, "no discount"):
            invoice.action_post()
        invoice.invoice_line_ids.discount = 0
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual((self.account.pack_ids.value, self._books()[0]), (800, 800))
        self.assertSound()

    def _early_terms(self, computation):
        return self.env["account.payment.term"].create(
            {
                "name": f"2 % within 7 days, {computation}",
                "early_discount": True,
                "discount_days": 7,
                "discount_percentage": 2,
                "early_pay_discount_computation": computation,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )

    def test_an_early_payment_of_a_plan_gives_all_its_hours_at_their_full_value(self):
        self._tax_plans(self._make_tax(20))
        for number, computation in enumerate(("included", "excluded", "mixed"), start=1):
            with self.subTest(computation=computation):
                order = self._sell_plan(confirm=False)
                order.payment_term_id = self._early_terms(computation)
                order.action_confirm()
                payment = self._pay(order.invoice_ids)
                self.assertLess(payment.amount, order.amount_total, "the client saved something")
                self.assertEqual(self.account.balance_hours, 20 * number)
                self.assertEqual(self._books()[0], 800 * number)
                self.assertSound()

    def test_an_early_payment_of_work_leaves_its_revenue_and_frees_the_credit(self):
        self._tax_work(self._make_tax(20))
        self.client_company.property_payment_term_id = self._early_terms("mixed")
        self._do_job(3, date="2026-03-02")
        invoice = self._bill().invoice_id
        with freeze_time(f"{RUN} 12:00:00"):
            payment = self._pay(invoice)
        self.assertLess(payment.amount, invoice.amount_total)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self._books()[:2], (0, 150))
        self.env.invalidate_all()
        self.assertEqual(self.account.credit_used, 0)
        self.assertSound()
