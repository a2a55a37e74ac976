from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestPacks(JobtrackCommon):
    """A plan becomes hours when it is paid, however it is paid, and only then."""

    def _set_automatic_invoice(self, value):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", value)

    def test_a_plan_order_asks_for_full_payment(self):
        order = self._sell_plan(confirm=False)
        self.assertTrue(order.require_payment)
        self.assertEqual(order.prepayment_percent, 1.0)

    def test_a_card_payment_gives_the_hours_without_automatic_invoices(self):
        self._set_automatic_invoice("False")
        self._assert_card_gives_hours()

    def test_a_card_payment_gives_the_hours_with_automatic_invoices(self):
        self._set_automatic_invoice("True")
        self._assert_card_gives_hours()

    def _assert_card_gives_hours(self):
        order = self._sell_plan(confirm=False)
        transaction = self._pay_by_card(order)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.account.pack_ids.state, "active")
        self.assertEqual(self.account.balance_hours, 20)
        self.assertEqual(self.account.pack_ids.value, order.invoice_ids.amount_untaxed)
        transaction._post_process()
        self.assertEqual(
            len(self.account.ledger_entry_ids), 1, "the payment's callback comes twice"
        )
        self.assertSound()

    def test_a_wire_that_is_on_its_way_gives_no_hours_yet(self):
        order = self._sell_plan(confirm=False)
        transaction = self._pay_by_card(order)
        transaction._set_pending()
        transaction._post_process()
        self.assertEqual(self.account.balance_hours, 0)
        self.env.invalidate_all()  # days later, in another request
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.account.balance_hours, 20)
        self.assertSound()

    def test_a_bank_transfer_gives_the_hours(self):
        self._pay(self._sell_plan().invoice_ids)
        self.assertEqual(self.account.balance_hours, 20)
        self.assertEqual(self.account.ledger_entry_ids.kind, "purchase")

    def test_part_of_the_price_gives_no_hours(self):
        self._pay(self._sell_plan().invoice_ids, amount=100)
        self.assertEqual(self.account.balance_hours, 0)
        self.assertSound()

    def test_writing_the_price_off_gives_no_hours(self):
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        self._pay(
            self._sell_plan().invoice_ids,
            amount=1,
            payment_difference_handling="reconcile",
            writeoff_account_id=expense.id,
        )
        self.assertIn(self.account.pack_ids.invoice_id.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.account.balance_hours, 0)
        self.assertSound()

    def test_a_payment_that_is_taken_back_takes_what_remains(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._do_job(5, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        lines.remove_move_reconcile()
        self.assertEqual(self.account.balance_hours, 0)
        self.assertEqual(self.account.pack_ids.state, "pending")
        self.assertEqual(self.account.pack_ids.minutes_remaining, 0)
        self.assertSound()
        self._pay(invoice)
        self.assertEqual(
            self.account.balance_hours, 15, "paid again: the five used hours stay used"
        )
        self.assertSound()

    def test_what_was_reserved_from_a_payment_taken_back_waits_for_money(self):
        self.account.credit_limit = 1
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        job = self._make_job()
        self._approve(job, 4)
        self.assertEqual(self.account.held_hours, 4)
        invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).remove_move_reconcile()
        self.assertEqual(self.account.held_hours, 0)
        self.assertSound()

    def test_a_credit_note_takes_back_at_most_what_is_left_unreserved(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._approve(self._make_job(), 15)
        credit_note = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        with self.assertRaisesRegex(UserError, "Only 5 hours"):
            credit_note.action_post()
        credit_note.invoice_line_ids.quantity = 5
        credit_note.action_post()
        self.assertEqual(self.account.balance_hours, 15)
        self.assertEqual(self.account.ledger_entry_ids[:1].kind, "refund")
        self.assertEqual(self.account.ledger_entry_ids[:1].move_id, credit_note)
        self.assertSound()

    def test_a_purchase_credited_before_it_is_paid_is_refunded_and_never_active(self):
        invoice = self._sell_plan().invoice_ids
        invoice._reverse_moves([{"invoice_date": "2026-03-03"}], cancel=True)
        self.assertEqual(self.account.pack_ids.state, "refunded")
        self.assertEqual(self.account.balance_hours, 0)
        self.assertSound()

    def test_an_invoice_with_used_hours_cannot_go_back_to_draft(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._approve(self._make_job(), 1)
        with self.assertRaisesRegex(UserError, "credit what is left"):
            invoice.button_draft()

    def test_an_unpaid_purchase_goes_back_to_draft_and_a_paid_one_is_credited(self):
        invoice = self._sell_plan().invoice_ids
        invoice.button_draft()
        self.assertFalse(self.account.pack_ids)
        invoice.action_post()
        self._pay(invoice)
        with self.assertRaisesRegex(UserError, "credit what is left"):
            invoice.button_draft()
        self.assertSound()

    def test_deriving_packs_again_changes_nothing(self):
        self._pay(self._sell_plan().invoice_ids)
        self._sell_plan(hours=30)
        before = self.account.ledger_entry_ids.ids, self.account.pack_ids.mapped("state")
        self.account._look_after()
        self.assertEqual(
            (self.account.ledger_entry_ids.ids, self.account.pack_ids.mapped("state")), before
        )

    # === WHAT IS REFUSED === #

    def test_less_than_the_minimum_is_refused(self):
        with self.assertRaisesRegex(UserError, "from 20 hours on"):
            self._sell_plan(hours=19)

    def test_the_priority_plan_has_no_minimum(self):
        self._pay(self._sell_plan("jobtrack_support.plan_priority", hours=1).invoice_ids)
        self.assertEqual(self.account.pack_ids.rate, 50)

    def test_a_plan_order_names_its_account(self):
        order = self._sell_plan(confirm=False)
        order.jobtrack_account_id = False
        with self.assertRaisesRegex(UserError, "Choose the support account"):
            order.action_confirm()

    def test_plans_are_not_mixed_with_other_products(self):
        order = self._sell_plan(confirm=False)
        other = self.env["product.product"].create({"name": "A mug", "type": "consu"})
        order.order_line = [Command.create({"product_id": other.id})]
        with self.assertRaisesRegex(UserError, "order of their own"):
            order.action_confirm()

    def test_a_discount_on_a_plan_is_refused(self):
        order = self._sell_plan(confirm=False)
        order.order_line.discount = 10
        with self.assertRaisesRegex(UserError, "remove the discount"):
            order.action_confirm()

    def test_hours_are_sold_in_the_accounts_currency(self):
        order = self._sell_plan(confirm=False)
        self.env.ref("base.EUR").active = True
        order.currency_id = self.env.ref("base.EUR")
        with self.assertRaisesRegex(UserError, "kept in USD"):
            order.action_confirm()

    def test_a_plan_line_on_a_sales_account_is_refused(self):
        invoice = self._sell_plan().invoice_ids
        invoice.button_draft()
        income = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)], limit=1
        )
        invoice.invoice_line_ids.account_id = income
        with self.assertRaisesRegex(UserError, "book it on"):
            invoice.action_post()

    def test_a_plan_in_a_unit_of_time_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Support Hour"):
            self.env.ref("jobtrack_support.plan_20").uom_id = self.env.ref("uom.product_uom_hour")

    # === GRANTS AND EXPIRY === #

    def test_a_grant_with_a_rate_has_a_value_in_the_books(self):
        pack = self.account._grant_hours(3, 40, None, "2026-03-31", "Goodwill")
        self.assertEqual((pack.state, pack.value, self.account.balance_hours), ("active", 120, 3))
        move = self.account.ledger_entry_ids.move_id
        self.assertEqual(move.state, "posted")
        self.assertEqual(
            move.line_ids.filtered("debit").account_id, self.company.jobtrack_granted_gl_id
        )
        self.assertSound()

    def test_a_gift_books_nothing(self):
        self.account._grant_hours(3, 0, None, None, "Welcome")
        self.assertFalse(self.account.ledger_entry_ids.move_id)
        self.assertSound()

    def test_a_senseless_grant_is_refused(self):
        with self.assertRaises(UserError):
            self.account._grant_hours(0, 40, None, None, "Nothing")
        with self.assertRaises(UserError):
            self.account._grant_hours(1, 40, "2026-04-01", "2026-03-31", "Backwards")

    def test_unused_hours_lapse_after_their_last_day_and_earned_ones_stay(self):
        pack = self.account._grant_hours(10, 40, None, "2026-03-31", "Quarter")
        job = self._make_job()
        self._approve(job, 4)
        self._log(job, 3, date="2026-03-30")
        self.account._expire_packs()
        self.assertEqual(self.account.balance_hours, 10, "its last day is not over")
        with freeze_time("2026-04-01 10:00:00"):
            self.account._expire_packs()
            self.account._expire_packs()
        self.assertEqual(pack.state, "expired")
        self.assertEqual(self.account.balance_hours, 4, "four hours are reserved for the job")
        self.assertEqual(self.account.ledger_entry_ids[:1].kind, "expiry")
        self.assertEqual(self.account.available_hours, 0)
        self.assertSound()
        with freeze_time("2026-04-08 10:00:00"):
            job._jobtrack_complete("Done")
            self.env.flush_all()
        with freeze_time("2026-04-15 10:00:00"):
            self._run("2026-04-15")
        line = self.account.statement_ids.line_ids
        self.assertEqual(
            (line.prepaid_hours, line.postpaid_hours), (3, 0), "work before the expiry is covered"
        )
        self.assertSound()

    def test_the_pack_that_expires_first_is_used_first(self):
        late = self.account._grant_hours(5, 30, None, "2026-06-30", "Late")
        never = self.account._grant_hours(5, 20, None, None, "Never")
        early = self.account._grant_hours(5, 40, None, "2026-03-31", "Early")
        order = self._approve(self._make_job(), 12)
        self.assertEqual(order.funding_ids.pack_id, early | late | never)
        self.assertEqual(order.funding_ids.mapped("hours"), [5, 5, 2])
        self.assertEqual((early | late | never).mapped("reserved_hours"), [5, 5, 2])
