from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestRefunds(JobtrackCommon):
    """What is left of a purchase is paid back to the cent; used hours are given back by a reversing entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._make_user("bill", "jobtrack_support.group_billing")

    def _buy(self, account=None, **values):
        invoice = self._sell_plan(account=account, **values).invoice_ids
        self._pay(invoice)
        return (account or self.account).pack_ids.filtered(lambda pack: pack.invoice_id == invoice)

    def _use(self, hours, account=None):
        job = self._do_job(hours, account=account, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertSound()
        return job

    def _credit_note(self, pack):
        action = pack.with_user(self.biller).action_refund_rest()
        return self.env["account.move"].browse(action["res_id"])

    def _strangers(self):
        elsewhere = self._make_company("Elsewhere")
        foreign = self._make_user("fay", "jobtrack_support.group_billing")
        foreign.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        member = self._make_portal_user(self.member)
        other = self._make_portal_user(self._make_person("Otto Other", self.env["res.partner"]))
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        return [foreign, member, other, dispatcher, self._make_portal_user(self.approver)]

    # === WHAT IS LEFT === #

    def test_the_unreserved_rest_is_credited_at_its_exact_value(self):
        pack = self._buy()
        self._use(20 / 60)
        self._approve(self._make_job(), 1.5)
        credit_note = self._credit_note(pack)
        self.assertEqual(credit_note.state, "draft")
        self.assertEqual(self.account.balance_hours, 20 - 1 / 3, "nothing is taken before posting")
        line = credit_note.invoice_line_ids
        self.assertEqual(round(line.quantity * 60), 1200 - 20 - 90)
        self.assertEqual(line.price_subtotal, 726.67, "18:10 hours of 19:40 that are worth 786.67")
        self.assertEqual(credit_note.partner_id, pack.invoice_id.partner_id)
        self.assertEqual(
            pack.with_user(self.biller).action_refund_rest()["res_id"], credit_note.id, "once"
        )
        credit_note.with_user(self.biller).action_post()
        self.assertEqual(self.account.balance_hours, 1.5)
        self.assertEqual(pack.value_remaining, 60)
        self.assertEqual(self.account.ledger_entry_ids[:1].kind, "refund")
        self.assertSound()

    def test_all_of_it_leaves_nothing_behind(self):
        pack = self._buy(hours=37)
        self._use(7 / 60)
        self._credit_note(pack).action_post()
        self.assertEqual((pack.minutes_remaining, pack.value_remaining), (0, 0))
        self.assertSound()

    def test_only_this_purchase_of_an_invoice_with_several(self):
        order = self._sell_plan(confirm=False)
        product = order.order_line.product_id
        order.order_line = [Command.create({"product_id": product.id, "product_uom_qty": 30})]
        order.action_confirm()
        self._pay(order.invoice_ids)
        small = self.account.pack_ids.filtered(lambda pack: pack.hours == 20)
        credit_note = self._credit_note(small)
        self.assertEqual(credit_note.amount_untaxed, 800)
        credit_note.action_post()
        self.assertEqual(small.state, "refunded")
        self.assertEqual(self.account.balance_hours, 30)
        self.assertSound()

    def test_the_price_is_exact_with_included_taxes_as_well(self):
        order = self._sell_plan(confirm=False, hours=23)
        values = {"name": "Included", "amount": 19, "price_include_override": "tax_included"}
        order.order_line.tax_ids = order.order_line.tax_ids.copy(values)
        order.action_confirm()
        self._pay(order.invoice_ids)
        pack = self.account.pack_ids
        self._use(7 / 60)
        worth = pack.value_remaining
        credit_note = self._credit_note(pack)
        self.assertEqual(credit_note.amount_untaxed, worth)
        credit_note.action_post()
        self.assertEqual(pack.value_remaining, 0)
        self.assertSound()

    def test_in_a_foreign_currency_the_hours_leave_the_books_at_what_they_were_booked_for(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        rates = [("2026-01-01", 0.5), ("2026-03-09", 0.8)]
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in rates
            ]
        )
        account = self._make_account("Euro shop", currency_id=euro.id)
        order = self._sell_plan(account=account, confirm=False)
        order.currency_id = euro
        order.order_line.price_unit = 20
        order.action_confirm()
        self._pay(order.invoice_ids)
        pack = account.pack_ids
        self.assertEqual((pack.value, pack.value_company), (400, 800))
        self._use(7 / 60, account=account)
        with freeze_time("2026-03-10 10:00:00"):
            self._credit_note(pack).action_post()
        self.assertEqual((pack.value_remaining, pack.value_company_remaining), (0, 0))
        self.assertSound(account)

    def test_hours_given_on_top_are_not_paid_back(self):
        pack = self._buy()
        self._adjust(pack, 2)
        credit_note = self._credit_note(pack)
        self.assertEqual(credit_note.amount_untaxed, 800)
        credit_note.action_post()
        self.assertEqual((self.account.balance_hours, self.account.available_hours), (2, 2))
        self.assertEqual((pack.state, pack.is_refundable), ("active", False))
        self.assertSound()

    def _adjust(self, pack, hours):
        asked = self.env["jobtrack.adjustment"].create(
            {
                "jobtrack_account_id": pack.jobtrack_account_id.id,
                "pack_id": pack.id,
                "hours": hours,
                "reason": "Counted again",
            }
        )
        asked.action_submit()
        self.assertSound()
        return asked

    def test_a_gift_and_a_pack_without_a_rest_are_not_refunded(self):
        gift = self.account._grant_hours(3, 40, None, None, "Gift")
        pending = self._sell_plan().invoice_ids.line_ids.jobtrack_pack_ids
        packs = [gift, pending]
        for pack in packs:
            with self.subTest(pack=pack.name), self.assertRaisesRegex(UserError, "paid back"):
                pack.action_refund_rest()
        self.assertFalse(gift.is_refundable or pending.is_refundable)
        ours = [("move_type", "=", "out_refund"), ("company_id", "=", self.company.id)]
        self.assertFalse(self.env["account.move"].search(ours))

    def test_who_pays_back(self):
        pack = self._buy()
        for user in self._strangers():
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                pack.with_user(user).with_context(allowed_company_ids=None).action_refund_rest()
        self.assertTrue(self._credit_note(pack))

    # === WHAT WAS USED === #

    def _give_back(self, entries, hours, user=None, reason="The fault came back"):
        wizard = (
            self.env["jobtrack.give.back"]
            .with_user(user or self.biller)
            .with_context(allowed_company_ids=None)
            .create({"entry_ids": [Command.set(entries.ids)], "hours": hours, "reason": reason})
        )
        wizard.action_give_back()

    def _usages(self):
        return self.account.ledger_entry_ids.filtered(lambda entry: entry.kind == "usage")

    def test_used_hours_return_in_parts_with_exactly_their_value(self):
        pack = self._buy(hours=21)
        job = self._use(7)
        line = job.jobtrack_statement_line_ids
        for part in (2, 4.5, 0.5):
            self._give_back(self._usages(), part)
            self.assertSound()
        back = self.account.ledger_entry_ids.filtered(lambda entry: entry.kind == "reversal")
        self.assertEqual(back.mapped("reverses_id"), self._usages())
        self.assertFalse(back.statement_line_id)
        self.assertEqual(sum(back.mapped("value")), -self._usages().value)
        self.assertEqual((pack.hours_remaining, pack.value_remaining), (21, 840))
        self.assertEqual((line.prepaid_hours, line.prepaid_value), (7, 280), "the bill stays")
        move = back[0].move_id
        self.assertEqual(
            move.line_ids.filtered("debit").account_id, self.company.jobtrack_revenue_gl_id
        )
        self.assertEqual(
            move.line_ids.filtered("credit").account_id, self.company.jobtrack_deferred_gl_id
        )
        with self.assertRaisesRegex(UserError, "at most 0:00"):
            self._give_back(self._usages(), 0.25)

    def test_no_more_than_was_used_and_not_without_a_reason(self):
        self._buy()
        self._use(3)
        for hours in (0, -1, 3.25):
            with self.subTest(hours=hours), self.assertRaisesRegex(UserError, "at most 3:00"):
                self._give_back(self._usages(), hours)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._give_back(self._usages(), 1, reason="  ")
        purchase = self.account.ledger_entry_ids.filtered(lambda entry: entry.kind == "purchase")
        with self.assertRaisesRegex(UserError, "at most 0:00"):
            self._give_back(purchase, 1)
        self.assertSound()

    def test_a_bill_over_several_packs_returns_the_hours_used_last_first(self):
        early = self.account._grant_hours(2, 40, None, "2026-03-15", "Early")
        late = self.account._grant_hours(5, 30, None, "2026-03-31", "Late")
        self._use(4)
        self._give_back(self._usages(), 3)
        self.assertEqual((early.hours_remaining, late.hours_remaining), (1, 5))
        self.assertSound()

    def test_hours_of_an_expired_pack_are_good_until_the_end_of_this_quarter(self):
        pack = self._buy()
        self._use(3)
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
            self.assertEqual(pack.state, "expired")
            self._give_back(self._usages(), 2)
        alive = self.account.pack_ids.filtered("minutes_remaining")
        self.assertEqual((alive.hours_remaining, str(alive.date_expiry)), (2, "2026-06-30"))
        self.assertSound()

    def test_hours_past_their_last_day_are_expired_whether_or_not_the_daily_care_came(self):
        pack = self._buy()
        self._use(3)
        with freeze_time("2026-04-01 00:30:00"):
            self._give_back(self._usages(), 2)
            with self.assertRaises(UserError):
                pack.with_user(self.biller).action_refund_rest()
            with self.assertRaises(UserError):
                self.env["jobtrack.adjustment"].create(
                    {
                        "jobtrack_account_id": self.account.id,
                        "pack_id": pack.id,
                        "hours": 1,
                        "reason": "For the trouble",
                    }
                ).action_submit()
            self.account._look_after()
        self.assertEqual((pack.state, pack.hours_remaining), ("expired", 0))
        self.assertEqual(self.account.balance_hours, 2, "goodwill does not lapse overnight")
        self.assertSound()

    def test_a_credit_note_from_the_invoice_takes_neither_what_lapsed_nor_what_work_has_earned(
        self,
    ):
        pack = self._buy()
        self._do_job(3, date="2026-03-02")
        with freeze_time("2026-04-01 00:30:00"):
            self._refuse_credit(pack, 1)
            self.account._look_after()
            self.assertEqual(pack.hours_remaining, 3, "the work of March has earned them")
            self._refuse_credit(pack, 3)
        self.assertSound()

    def _refuse_credit(self, pack, hours):
        """Assert that Odoo's own credit note over hours of the pack is not posted."""
        credit_note = pack.invoice_id._reverse_moves([{"invoice_date": self.account._today()}])
        credit_note.invoice_line_ids.quantity = hours
        with self.assertRaisesRegex(UserError, "Only 0 hours"):
            credit_note.action_post()

    def test_hours_of_a_bounced_payment_are_not_given_back(self):
        pack = self._buy()
        self._use(3)
        pack.invoice_id.line_ids.remove_move_reconcile()
        with self.assertRaisesRegex(UserError, "not paid any more"):
            self._give_back(self._usages(), 1)
        self.assertSound()

    def test_a_correction_returns_hours_once_also_those_given_back_before(self):
        self._buy()
        job = self._use(7)
        self._give_back(self._usages(), 2)
        with freeze_time("2026-03-09 10:00:00"):
            job.jobtrack_statement_line_ids._reverse("The wrong project")
            self.assertEqual(self.account.balance_hours, 20)
            self.assertSound()
            with self.assertRaisesRegex(UserError, "at most 0:00"):
                self._give_back(self._usages(), 1)
        with freeze_time("2026-03-15 10:00:00"):
            self._run("2026-03-15")
        self.assertEqual(self.account.balance_hours, 13)
        self.assertSound()

    def test_who_gives_back(self):
        self._buy()
        self._use(3)
        for user in self._strangers():
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._give_back(self._usages(), 1, user=user)
        self.assertEqual(self.account.balance_hours, 17)
        foreign = self.env["res.users"].search([("login", "=", "fay")])
        wizards = self.env["jobtrack.give.back"].with_user(foreign)
        wizard = wizards.with_context(allowed_company_ids=None).new(
            {"entry_ids": [Command.set(self._usages().ids)]}
        )
        self.assertEqual(wizard.max_hours, 0, "not even how much was used")
