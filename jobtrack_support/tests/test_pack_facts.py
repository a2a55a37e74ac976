from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestPackFacts(JobtrackCommon):
    """Whatever happens to invoices, payments and credit notes, in whatever order: the pack is what was paid for."""

    def _buy(self, hours=20, pay=True):
        invoice = self._sell_plan(hours=hours).invoice_ids
        if pay:
            self._pay(invoice)
        return invoice

    def _bounce(self, invoice):
        invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).remove_move_reconcile()

    def _credit(self, invoice, *hours):
        credit_note = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        for line, quantity in zip(credit_note.invoice_line_ids, hours, strict=False):
            line.quantity = quantity
        credit_note.action_post()
        return credit_note

    def _use(self, hours):
        self._do_job(hours, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")

    def _assert_hours(self, hours):
        self.account._look_after()
        self.account._look_after()
        self.assertEqual(self.account.balance_hours, hours)
        self.assertSound()

    def test_a_pack_that_was_used_up_is_not_given_again_when_it_is_paid_again(self):
        invoice = self._buy()
        self._use(20)
        self._bounce(invoice)
        self._assert_hours(0)
        self._pay(invoice)
        self._assert_hours(0)
        self.assertEqual(self.account.ledger_entry_ids.mapped("kind").count("purchase"), 1)

    def test_hours_credited_before_the_payment_are_taken_once(self):
        invoice = self._buy(pay=False)
        self._credit(invoice, 8)
        self._pay(invoice)
        self._assert_hours(12)

    def test_lines_of_one_invoice_are_credited_each_for_itself(self):
        order = self._sell_plan(hours=20, confirm=False)
        product = order.order_line.product_id
        order.order_line = [Command.create({"product_id": product.id, "product_uom_qty": 30})]
        order.action_confirm()
        invoice = order.invoice_ids
        self._pay(invoice)
        self._assert_hours(50)
        self._credit(invoice, 20, 30)
        self._assert_hours(0)
        self.assertEqual(self.account.pack_ids.mapped("state"), ["refunded", "refunded"])

    def test_hours_are_not_credited_above_their_price(self):
        invoice = self._buy()
        credit_note = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        credit_note.invoice_line_ids.write({"quantity": 1, "price_unit": 800})
        with self.assertRaisesRegex(UserError, "worth less"):
            credit_note.action_post()

    def test_a_bad_debt_is_credited_up_to_what_was_not_used(self):
        invoice = self._buy()
        self._use(5)
        self._bounce(invoice)
        with self.assertRaisesRegex(UserError, "Only 15 hours"):
            self._credit(invoice, 20)
        self._credit(invoice, 15)
        self._assert_hours(0)
        self._pay(invoice)
        self._assert_hours(0)

    def test_a_credit_note_in_the_ledger_stays_posted(self):
        credit_note = self._credit(self._buy(), 8)
        for undo in ("button_draft", "button_cancel"):
            with self.subTest(undo=undo), self.assertRaisesRegex(UserError, "credit what is left"):
                getattr(credit_note, undo)()
        self._assert_hours(12)

    def test_a_credit_note_over_something_else_pays_no_hours(self):
        invoice = self._buy(pay=False)
        credit_note = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        income = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)], limit=1
        )
        line = credit_note.invoice_line_ids
        tax = line.tax_ids
        credit_note.write(
            {
                "invoice_line_ids": [
                    Command.delete(line.id),
                    Command.create(
                        {
                            "name": "Goodwill",
                            "quantity": 1,
                            "price_unit": 800,
                            "account_id": income.id,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    ),
                ]
            }
        )
        credit_note.action_post()
        lines = (invoice | credit_note).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self._assert_hours(0)

    def test_hours_are_not_sold_for_nothing(self):
        order = self._sell_plan(confirm=False)
        order.order_line.price_unit = 0
        with self.assertRaisesRegex(UserError, "plans have a price"):
            order.action_confirm()

    def test_a_plan_invoice_is_in_the_currency_of_its_account_and_for_its_client(self):
        invoice = self._buy(pay=False)
        invoice.button_draft()
        euro = self.env.ref("base.EUR")
        euro.active = True
        invoice.currency_id = euro
        with self.assertRaisesRegex(UserError, "kept in USD"):
            invoice.action_post()
        invoice.currency_id = self.company.currency_id
        invoice.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        with self.assertRaisesRegex(UserError, "not the client"):
            invoice.action_post()

    def test_accountants_do_not_move_a_plan_line_or_unmark_a_booking(self):
        invoice = self._buy()
        self._use(1)
        accountant = self._make_user(
            "bill", "jobtrack_support.group_billing", "account.group_account_manager"
        )
        other = self._make_account("Other project")
        with self.assertRaises(UserError):
            invoice.invoice_line_ids.with_user(accountant).jobtrack_account_id = other
        move = self.account.ledger_entry_ids.filtered(lambda entry: entry.kind == "usage").move_id
        with self.assertRaises(UserError):
            move.with_user(accountant).jobtrack_is_ledger_move = False

    def test_hours_paid_again_are_reserved_again_for_the_jobs_that_had_them(self):
        invoice = self._buy()
        job = self._make_job()
        self._approve(job, 20)
        self._bounce(invoice)
        self.assertEqual(self.account.held_hours, 0)
        self.assertEqual(
            self.account.credit_used, 1000, "without its hours the job would be paid later"
        )
        self._pay(invoice)
        self.assertEqual(self.account.held_hours, 20)
        self.assertEqual(self.account._credit_left(), 1000)
        self.assertSound()
