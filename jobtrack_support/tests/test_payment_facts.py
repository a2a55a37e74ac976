from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon

# What happens to an invoice over 20 hours (800.00 and 15 % tax: 920.00), step by step, and the hours there are then.
STORIES = {
    "the whole amount": [("pay", {}, 20)],
    "too little": [("pay", {"amount": 919.99}, 0)],
    "in three payments": [
        ("pay", {"amount": 300}, 0),
        ("pay", {"amount": 300}, 0),
        ("pay", {"amount": 320}, 20),
    ],
    "one of two payments is taken back and comes again": [
        ("pay", {"amount": 500}, 0),
        ("pay", {"amount": 420}, 20),
        ("unreconcile_newest", {}, 0),
        ("pay", {}, 20),
    ],
    "most of it written off": [("pay", {"amount": 1, "loss": "expense"}, 0)],
    "a cent written off on an account that nobody named": [
        ("pay", {"amount": 919.99, "loss": "expense"}, 0)
    ],
    "a bank fee within the tolerance": [("pay", {"amount": 915, "loss": "fees"}, 20)],
    "a bank fee above the tolerance": [("pay", {"amount": 914.99, "loss": "fees"}, 0)],
    "a bank fee within the tolerance, and a stricter rule later": [
        ("pay", {"amount": 915, "loss": "fees"}, 20),
        ("forbid_differences", {}, 20),
        ("unreconcile_newest", {}, 0),
        ("pay", {"amount": 915, "loss": "fees"}, 0),
    ],
    "paid too much, the difference is income": [("pay", {"amount": 930, "loss": "income"}, 20)],
    "written off against equity by an entry": [("settle_by_entry", {"kind": "equity"}, 0)],
    "written off against an asset by an entry": [("settle_by_entry", {"kind": "asset_fixed"}, 0)],
    "settled through a clearing account": [("settle_by_entry", {"kind": "asset_current"}, 20)],
    "the bank line": [("bank_line", {"amount": 920}, 20)],
    "the bank line with a fee": [("bank_line", {"amount": 916, "fee": 4}, 20)],
    "the bank line with a large fee": [("bank_line", {"amount": 900, "fee": 20}, 0)],
    "charged back at the bank": [("bank_line", {"amount": 920}, 20), ("charge_back", {}, 0)],
    "the payment is reversed": [("pay", {}, 20), ("reverse_payment", {}, 0), ("pay", {}, 20)],
    "the payment is cancelled": [("pay", {}, 20), ("cancel_payment", {}, 0), ("pay", {}, 20)],
    "the payment goes back to draft and is posted again": [
        ("pay", {}, 20),
        ("payment_to_draft", {}, 0),
        ("post_payment", {}, 20),
    ],
    "not reconciled any more, then paid by another payment": [
        ("pay", {}, 20),
        ("unreconcile_newest", {}, 0),
        ("pay", {}, 20),
    ],
    "a blocked invoice, paid all the same": [("block", {}, 0), ("pay", {}, 20)],
    "a part paid, then blocked": [("pay", {"amount": 100}, 0), ("block", {}, 0)],
    "several partial credit notes": [
        ("pay", {}, 20),
        ("credit", {"hours": 5}, 15),
        ("credit", {"hours": 5}, 10),
        ("credit", {"hours": 10}, 0),
    ],
    "partly credited, the rest paid": [
        ("credit", {"hours": 8, "reconcile": True}, 0),
        ("pay", {}, 12),
    ],
    "credited, taken back, paid again": [
        ("pay", {}, 20),
        ("credit", {"hours": 8}, 12),
        ("unreconcile_newest", {}, 0),
        ("pay", {}, 12),
    ],
    "a credit note over something else and the rest paid": [
        ("credit_goodwill", {"amount": 100}, 0),
        ("pay", {}, 0),
    ],
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestPaymentFacts(JobtrackCommon):
    """Hours are there while money, and nothing else, settles their invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gl = {
            kind: cls._make_gl(kind)
            for kind in ("expense", "income", "equity", "asset_fixed", "asset_current")
        }
        cls.gl["fees"] = cls._make_gl("expense", "Bank fees")
        cls.company.write(
            {
                "jobtrack_write_off_gl_ids": [Command.set(cls.gl["fees"].ids)],
                "jobtrack_write_off_tolerance": 5,
            }
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _make_gl(cls, kind, name=None):
        accounts = cls.env["account.account"].with_company(cls.company)
        return accounts.create(
            {
                "name": name or kind,
                "code": accounts._search_new_account_code("199000"),
                "account_type": kind,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    # === STEPS === #

    def _terms(self):
        return self.invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def _step_pay(self, amount=None, loss=None):
        values = {"amount": amount} if amount else {}
        if loss:
            values |= {
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.gl[loss].id,
            }
        self.payment = self._pay(self.invoice, **values)

    def _step_unreconcile_newest(self):
        self._terms().matched_credit_ids.sorted("id")[-1:].unlink()

    def _step_forbid_differences(self):
        self.company.jobtrack_write_off_tolerance = 0
        self.invoice._jobtrack_plan_lines()._jobtrack_sync_packs()

    def _step_settle_by_entry(self, kind):
        receivable = self._terms()
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"account_id": self.gl[kind].id, "balance": 920}),
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": receivable.partner_id.id,
                            "balance": -920,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        (move.line_ids.filtered("credit") | receivable).reconcile()

    def _step_bank_line(self, amount, fee=0):
        self.bank_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": "From the client",
                "date": "2026-03-03",
                "amount": amount,
                "partner_id": self.invoice.commercial_partner_id.id,
            }
        )
        _liquidity, suspense, _other = self.bank_line._seek_for_lines()
        lines = [
            Command.delete(suspense.id),
            Command.create(
                {
                    "account_id": self._terms().account_id.id,
                    "partner_id": self.invoice.commercial_partner_id.id,
                    "balance": -(amount + fee),
                }
            ),
        ]
        if fee:
            lines.append(Command.create({"account_id": self.gl["fees"].id, "balance": fee}))
        self.bank_line.with_context(force_delete=True).write({"line_ids": lines})
        paid = self.bank_line.line_ids.filtered(
            lambda line: line.account_id == self._terms().account_id
        )
        (paid | self._terms()).reconcile()

    def _step_charge_back(self):
        self.bank_line.action_undo_reconciliation()

    def _step_reverse_payment(self):
        self.payment.move_id._reverse_moves([{"date": "2026-03-03"}], cancel=True)

    def _step_cancel_payment(self):
        self.payment.action_cancel()

    def _step_payment_to_draft(self):
        self.payment.action_draft()

    def _step_post_payment(self):
        self.payment.action_post()

    def _step_block(self):
        self.invoice.action_toggle_block_payment()

    def _step_credit(self, hours, reconcile=False):
        credit_note = self.invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        credit_note.invoice_line_ids.quantity = hours
        credit_note.action_post()
        if reconcile:
            lines = (self.invoice | credit_note).line_ids
            lines.filtered(lambda line: line.display_type == "payment_term").reconcile()

    def _step_credit_goodwill(self, amount):
        credit_note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.invoice.partner_id.id,
                "company_id": self.company.id,
                "invoice_date": "2026-03-03",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goodwill",
                            "price_unit": amount,
                            "account_id": self.gl["income"].id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        credit_note.action_post()
        lines = (self.invoice | credit_note).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()

    # === STORIES === #

    def test_each_story_of_a_payment_ends_with_the_hours_that_were_paid(self):
        self.assertEqual(self._sell_plan().invoice_ids.amount_total, 920)
        for story, steps in STORIES.items():
            with self.subTest(story=story):
                self.company.jobtrack_write_off_tolerance = 5
                account = self._make_account(story)
                self.invoice = self._sell_plan(account=account).invoice_ids
                for step, values, hours in steps:
                    getattr(self, f"_step_{step}")(**values)
                    self.assertEqual(account.balance_hours, hours, f"{step} {values}")
                    self.assertSound(account)
                    account._look_after()
                    self.assertEqual(account.balance_hours, hours, "looked at again")

    def test_the_early_payment_discount_of_the_terms_is_no_loss_and_no_more_than_it(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        for computation in ("included", "excluded", "mixed"):
            with self.subTest(computation=computation):
                terms.early_pay_discount_computation = computation
                account = self._make_account(computation)
                order = self._sell_plan(account=account, confirm=False)
                order.payment_term_id = terms
                order.action_confirm()
                payment = self._pay(order.invoice_ids)
                self.assertLess(payment.amount, order.invoice_ids.amount_total)
                self.assertEqual(account.balance_hours, 20)
                self.assertSound(account)
        account = self._make_account("More than the terms allow")
        self.invoice = self._sell_plan(account=account).invoice_ids
        self.gl["discount"] = self.company.account_journal_early_pay_discount_loss_account_id
        self._step_pay(amount=900, loss="discount")
        self.assertEqual(account.balance_hours, 0)

    def test_the_nightly_care_repairs_what_no_event_told(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        other = self._sell_plan(hours=30).invoice_ids
        self._pay(other)
        pack = self.account.pack_ids.filtered(lambda pack: pack.hours == 30)
        # Somebody else's module reconciles and un-reconciles without telling anybody.
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM account_partial_reconcile WHERE debit_move_id = %s", [receivable.id]
        )
        self.env.invalidate_all()
        receivable.modified(["matched_credit_ids"])
        receivable.flush_recordset()
        self.assertEqual(invoice.amount_residual, 920)
        self.assertEqual(self.account.balance_hours, 50)
        self.account._look_after()
        self.assertEqual(self.account.balance_hours, 30)
        self.assertEqual(pack.state, "active")
        self.assertSound()

    def test_the_nightly_care_does_not_look_at_purchases_without_doubt(self):
        packs = self.env["jobtrack.hour.pack"]
        for _year in range(3):
            self._pay(self._sell_plan().invoice_ids)
        unpaid = self._sell_plan().invoice_ids
        lines = self.env["account.move.line"]
        self.assertFalse(lines.search(packs._doubtful_lines_domain(self.account)))
        self.account.pack_ids.filtered(lambda pack: pack.state == "pending").sudo().unlink()
        self.assertEqual(lines.search(packs._doubtful_lines_domain(self.account)).move_id, unpaid)
        self.account._look_after()
        self.assertEqual(self.account.pack_ids.mapped("state").count("pending"), 1)

    def test_the_tolerance_is_not_negative(self):
        with self.assertRaises(ValidationError):
            self.company.jobtrack_write_off_tolerance = -1
