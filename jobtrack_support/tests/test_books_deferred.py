from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .books_common import RUN, BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksDeferred(BooksCommon):
    """On deferred support revenue stands what clients' hours are worth, and nothing else gets there (I6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deferred = cls.company.jobtrack_deferred_gl_id
        cls.expense = cls._find_gl("expense")
        cls.invoice = cls._sell_plan().invoice_ids
        cls._pay(cls.invoice)

    @classmethod
    def _find_gl(cls, account_type):
        return cls.env["account.account"].search(
            [("account_type", "=", account_type), ("company_ids", "in", cls.company.ids)], limit=1
        )

    def _make_entry(self, other=None, **values):
        return self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create({"account_id": self.deferred.id, "credit": 10, "name": "Typed"}),
                    Command.create({"account_id": (other or self.expense).id, "debit": 10}),
                ],
                **values,
            }
        )

    def _use_some_hours(self):
        self._do_job(3, date="2026-03-02")
        self._bill()
        return self.account.ledger_entry_ids[:1].move_id

    # === WHAT IS REFUSED === #

    def test_a_typed_entry_is_refused(self):
        with self.assertRaisesRegex(UserError, "kept by the support ledger.*Typed"):
            self._make_entry().action_post()
        self.assertSound()

    def test_a_typed_entry_of_a_day_to_come_is_refused_at_once(self):
        move = self._make_entry(date="2026-04-01", auto_post="at_date")
        with self.assertRaisesRegex(UserError, "kept by the support ledger"):
            move._post(soft=True)

    def test_an_entry_that_calls_itself_the_ledgers_is_refused(self):
        accountant = self._make_user("acc", "account.group_account_user")
        moves = self.env["account.move"].with_user(accountant)
        for made in (
            lambda: moves.create({"jobtrack_is_ledger_move": True}),
            lambda: moves.create({}).write({"jobtrack_is_ledger_move": True}),
        ):
            with self.assertRaises(UserError):
                made()
        disguised = moves.with_context(default_jobtrack_is_ledger_move=True).create({})
        self.assertFalse(disguised.jobtrack_is_ledger_move)

    def test_a_vendor_bill_is_refused(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.client_company.id,
                "invoice_date": RUN,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Hosting", "price_unit": 5, "account_id": self.deferred.id}
                    )
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "kept by the support ledger.*Hosting"):
            bill.action_post()

    def test_a_line_without_a_plan_is_refused_on_an_invoice(self):
        product = self.env["product.product"].create({"name": "A mug"})
        for values in ({"product_id": product.id}, {"name": "A free text"}):
            invoice = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.client_company.id,
                    "invoice_line_ids": [
                        Command.create({**values, "price_unit": 5, "account_id": self.deferred.id})
                    ],
                }
            )
            with self.subTest(**values), self.assertRaisesRegex(UserError, "kept by the support"):
                invoice.action_post()

    def test_a_plan_on_a_receipt_is_refused(self):
        receipt = self.env["account.move"].create(
            {
                "move_type": "out_receipt",
                "partner_id": self.client_company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.env.ref(
                                "jobtrack_support.plan_20"
                            ).product_variant_id.id,
                            "quantity": 20,
                        }
                    )
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "A receipt gives no hours"):
            receipt.action_post()

    def test_a_bank_statement_line_is_refused(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        values = {"journal_id": bank.id, "date": RUN, "payment_ref": "Transfer", "amount": 10}
        with self.assertRaisesRegex(UserError, "kept by the support ledger"):
            self.env["account.bank.statement.line"].create(
                {**values, "counterpart_account_id": self.deferred.id}
            )
        line = self.env["account.bank.statement.line"].create(values)
        _liquidity, suspense, _other = line._seek_for_lines()
        with self.assertRaisesRegex(UserError, "kept by the support ledger"):
            suspense.account_id = self.deferred

    def test_a_tax_without_an_account_of_its_own_is_refused_on_a_plan(self):
        tax = self._make_tax(20)
        (tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids).account_id = False
        self._tax_plans(tax)
        with self.assertRaisesRegex(UserError, "give the tax an account"):
            self._sell_plan()
        self.assertSound()

    def test_the_ledgers_booking_is_not_reversed(self):
        move = self._use_some_hours()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": RUN})
        )
        for reverse in (wizard.refund_moves, wizard.modify_moves):
            with self.assertRaisesRegex(UserError, "correct the ledger"):
                reverse()
        self.assertSound()

    def test_what_was_posted_is_not_rewritten_by_an_accountant(self):
        move = self._use_some_hours()
        accountant = self._make_user("acc", "account.group_account_manager")
        own = move.line_ids.filtered(lambda line: line.account_id == self.deferred)
        sold = self.invoice.invoice_line_ids
        rewrites = {
            "date": lambda: move.with_user(accountant).write({"date": "2026-02-01"}),
            "state": lambda: move.with_user(accountant).write({"state": "draft"}),
            "account": lambda: own.with_user(accountant).write({"account_id": self.expense.id}),
            "plan to income": lambda: sold.with_user(accountant).write(
                {"account_id": self.expense.id}
            ),
            "quantity": lambda: sold.with_user(accountant).write({"quantity": 1}),
            "delete": lambda: (
                move.line_ids.with_user(accountant).with_context(force_delete=True).unlink()
            ),
        }
        for name, rewrite in rewrites.items():
            with self.subTest(name), self.assertRaises(UserError):
                rewrite()
        self.assertSound()

    # === CREDIT NOTES === #

    def test_a_credit_note_over_hours_is_not_dated_in_the_future(self):
        refund = self.invoice._reverse_moves([{"invoice_date": "2027-01-15", "date": "2027-01-15"}])
        with self.assertRaisesRegex(UserError, "Hours are taken back today"):
            refund._post(soft=False)
        self.assertEqual(str(self.account.last_entry_date), "2026-03-03")
        refund._post(soft=True)
        self.assertEqual((refund.state, refund.auto_post), ("draft", "at_date"))
        self.assertSound()

    def test_the_last_hours_credited_for_less_leave_nothing_behind(self):
        refund = self.invoice._reverse_moves([{"invoice_date": RUN}])
        price = refund.invoice_line_ids.price_unit
        refund.invoice_line_ids.price_unit = price - 1
        with freeze_time("2026-03-08 10:00:00"):
            refund.action_post()
        pack = self.account.pack_ids
        self.assertEqual((pack.minutes_remaining, pack.value_remaining), (0, 0))
        kept = self.account.ledger_entry_ids[:1]
        self.assertEqual((kept.kind, kept.minutes, kept.value), ("expiry", 0, -20))
        income = kept.move_id.line_ids.filtered("credit")
        self.assertEqual(income.account_id, self.company.jobtrack_breakage_gl_id)
        self.assertSound()

    def test_an_unpaid_plan_is_credited_whole(self):
        invoice = self._sell_plan().invoice_ids
        refund = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        refund.invoice_line_ids.price_unit -= 1
        with self.assertRaisesRegex(UserError, "credit its whole price"):
            refund.action_post()

    # === THE CHOICE OF ACCOUNTS === #

    def test_deferred_revenue_stays_on_its_account_once_something_is_booked(self):
        other = self.deferred.copy()
        with self.assertRaisesRegex(UserError, "has entries already"):
            self.company.jobtrack_deferred_gl_id = other
        self.deferred.name = "Customers' prepaid hours"
        self.assertSound()

    def test_a_new_company_chooses_its_accounts_and_not_one_with_entries(self):
        company = self._make_company("New host")
        first = company.jobtrack_deferred_gl_id
        own = first.copy({"name": "Prepaid"})
        company.jobtrack_deferred_gl_id = own
        entry = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "line_ids": [
                        Command.create({"account_id": first.id, "credit": 10}),
                        Command.create(
                            {"account_id": company.jobtrack_revenue_gl_id.id, "debit": 10}
                        ),
                    ],
                }
            )
        )
        entry.action_post()
        with self.assertRaisesRegex(UserError, "has entries already"):
            company.jobtrack_deferred_gl_id = first

    def test_only_a_liability_of_its_own_is_chosen(self):
        company = self._make_company("New host")
        foreign = self.deferred
        income, receivable = (
            self.env["account.account"].search(
                [("account_type", "=", kind), ("company_ids", "in", company.ids)], limit=1
            )
            for kind in ("income", "asset_receivable")
        )
        for name, gl in (("foreign", foreign), ("income", income), ("receivable", receivable)):
            with self.subTest(name), self.assertRaises(ValidationError):
                company.jobtrack_deferred_gl_id = gl
        with self.assertRaises(ValidationError):
            self.deferred.reconcile = True

    def test_only_a_general_journal_of_the_company_is_chosen(self):
        journals = self.env["account.journal"]
        sales = journals.search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        foreign = self._make_company("New host").jobtrack_journal_id
        for name, journal in (("sales", sales), ("foreign", foreign)):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "is none"):
                self.company.jobtrack_journal_id = journal
        own = journals.create(
            {"name": "Hours", "code": "HRS", "type": "general", "company_id": self.company.id}
        )
        self.company.jobtrack_journal_id = own
        self.account._grant_hours(1, 40, None, "2026-03-31", "Gift")
        self.assertEqual(self.account.ledger_entry_ids[:1].move_id.journal_id, own)
        self.assertSound()

    def test_the_screen_of_settings_shows_the_accounts(self):
        with Form(self.env["res.config.settings"]) as settings:
            self.assertEqual(settings.jobtrack_deferred_gl_id, self.deferred)
