from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestMoneyTogether(BooksCommon):
    """What is right alone is right together: terms, currencies, order numbers, disputes, extensions, rollovers."""

    def _make_client_account(self, name, **values):
        account = self._make_account(name, **values)
        self._make_contact(account, self.approver, may_approve=True, may_see_money=True)
        return account

    def _figures(self, lines):
        return [
            (line.minutes, line.prepaid_minutes, line.postpaid_minutes, line.amount)
            for line in lines.sorted("id")
        ]

    def test_order_numbers_of_accounts_and_jobs_on_one_invoice_without_what_is_disputed(self):
        blog = self._make_client_account("Client blog")
        (self.account | blog).invoice_grouping = "client"
        self.account.client_order_ref = "PO-A"
        self._do_job(1, date="2026-03-02", name="One")
        self._do_job(1, date="2026-03-02", name="Two").jobtrack_client_order_ref = "PO-B"
        disputed = self._do_job(1, date="2026-03-02", name="Three", account=blog)
        disputed.jobtrack_client_order_ref = "PO-C"
        self._do_job(1, date="2026-03-02", name="Four", account=blog)
        disputed.action_jobtrack_dispute("Not ours")
        invoice = self._bill().invoice_id
        self.assertEqual((len(invoice), invoice.ref), (1, "PO-A, PO-B"))
        lines = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        numbers = [line.name.partition("(your order ")[2].rstrip(")") for line in lines]
        self.assertEqual(numbers, ["PO-A", "PO-B", ""])
        disputed.action_jobtrack_withdraw_dispute()
        self.assertEqual(self._bill("2026-03-15").invoice_id.ref, "PO-C")
        self.assertSound()

    def test_all_terms_in_another_currency_previewed_billed_corrected_and_billed_again(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        rates = self.env["res.currency.rate"]
        rate = {"currency_id": euro.id, "company_id": self.company.id}
        rates.create(rate | {"name": "2026-01-01", "rate": 0.87})
        account = self._make_client_account(
            "Euro shop",
            currency_id=euro.id,
            postpay_rate=71.37,
            billing_increment_minutes=15,
            billing_increment_per="entry",
            billing_minimum_minutes=45,
            billing_after_hours_multiplier=1.75,
        )
        account._grant_hours(1.5, 33.33, None, "2026-03-31", "An hour and a half")
        # Hours approved, minutes worked (every second entry after hours), basis.
        for hours, entries, basis in (
            (2, (12, 18), "fixed"),
            (3, (12, 24, 60), "actual"),
            (1.1, (6,), "actual"),
        ):
            job = self._make_job(account=account)
            self._approve(job, hours, basis=basis)
            for number, minutes in enumerate(entries):
                evening = bool(number % 2)
                self._log(job, minutes / 60, date="2026-03-02", jobtrack_after_hours=evening)
            job._jobtrack_complete("Done")
        run = self.env["jobtrack.billing.run"].with_company(self.company)._upcoming(self.company)
        [preview] = self.env["jobtrack.statement"]._preview(run)
        told = [
            (bill.minutes, bill.prepaid, bill.postpaid, float(bill.amount))
            for bill in (line["bill"] for line in preview["jobs"])
        ]
        # 12 -> 15; 24 x 1.75 = 42 -> 45; 60: two hours. 6 -> 15, at least 45.
        expected = [(120, 90, 30, 35.69), (120, 0, 120, 142.74), (45, 0, 45, 53.53)]
        self.assertEqual(told, expected)
        bill = self._bill()
        self.assertEqual(self._figures(bill.line_ids), expected)
        self.assertEqual(bill.invoice_id.amount_untaxed, 231.96)
        self.assertSound()
        with freeze_time("2026-03-20 10:00:00"):
            rates.create(rate | {"name": "2026-03-19", "rate": 0.5})
            correction = bill.action_reverse("Not yet accepted")
            self.assertEqual(correction.invoice_id.amount_untaxed, 231.96)
            both = (correction | bill).invoice_id.invoice_line_ids
            self.assertEqual(sum(both.mapped("balance")), 0, "whatever the rate is now")
            self.assertSound()
        self.assertEqual(self._figures(self._bill("2026-03-21").line_ids), expected)
        self.assertSound()

    def test_an_extended_pack_and_a_rolled_over_reserve_go_and_come_with_their_payment(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        pack = self.account.pack_ids
        self._approve(self._make_job(), 4)
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        with freeze_time("2026-04-03 10:00:00"):
            extended = pack._extend("2026-05-31", "Agreed on the phone")
        left = {str(one.date_expiry): one.hours_remaining for one in self.account.pack_ids - pack}
        self.assertEqual(left, {"2026-06-30": 4, "2026-05-31": 16})
        with freeze_time("2026-05-20 10:00:00"):
            extended._extend("2026-06-30", "Once more")
            invoice.line_ids.matched_credit_ids.unlink()
            self.assertEqual((self.account.balance_hours, self.account.held_hours), (0, 0))
            self.assertSound()
            self._pay(invoice)
            self.assertEqual((self.account.balance_hours, self.account.held_hours), (20, 4))
            self.assertEqual(self.account.available_hours, 16)
        self.assertSound()

    def test_what_would_lapse_of_many_packs_is_what_lapses_of_each(self):
        blog = self._make_client_account("Client blog")
        self._pay(self._sell_plan().invoice_ids)
        self.account._grant_hours(3, 20, None, "2026-03-31", "Three")
        self.account._grant_hours(2.5, 20, None, None, "Never")
        blog._grant_hours(7, 11.11, None, "2026-03-31", "Seven")
        self._approve(self._make_job("Waits for us"), 4)
        paused = self._make_job("Waits for the client", account=blog)
        self._approve(paused, 2)
        paused.action_jobtrack_hold()
        self._do_job(3, date="2026-03-02")
        self._do_job(1.25, date="2026-03-02", account=blog)
        report = self.env["jobtrack.books.report"].create({"kind": "lapsing"})
        rows = report._lapsing_rows()
        self.assertEqual(len(rows), 3)
        with freeze_time("2026-04-01 10:00:00"):
            for account in self.account | blog:
                account._look_after()
        for row in rows:
            pack = row["pack"]
            lapsed = pack.ledger_entry_ids.filtered(lambda entry: entry.kind == "expiry")
            with self.subTest(pack=pack.name):
                self.assertEqual(row["lapse"], -sum(lapsed.mapped("minutes")))
                self.assertEqual(float(row["value"]), -sum(lapsed.mapped("value")))
                self.assertEqual(row["rolled"], sum(pack.rollover_ids.mapped("minutes")))
                self.assertEqual(row["stay"], pack.minutes_remaining)
        self.assertSound()

    def test_a_proposed_rollover_waits_while_its_purchase_is_not_paid(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._make_estimate(self._make_job("Nobody answered"), 5)
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        proposal = self.env["jobtrack.rollover"].search(
            [("pack_id", "in", self.account.pack_ids.ids)]
        )
        self.assertEqual((proposal.hours, self.account.balance_hours), (5, 5))
        with freeze_time("2026-04-02 10:00:00"):
            invoice.line_ids.matched_credit_ids.unlink()
            with self.assertRaisesRegex(UserError, "was taken back"):
                proposal.action_confirm()
        with freeze_time("2026-04-20 10:00:00"):
            self.account._look_after()
            self.assertEqual((proposal.state, self.account.balance_hours), ("proposed", 0))
            self._pay(invoice)
            self.account._look_after()
            self.account._look_after()
        self.assertEqual(proposal.state, "confirmed")
        self.assertEqual((self.account.balance_hours, self.account.available_hours), (5, 5))
        self.assertSound()

    def test_a_refund_that_a_reservation_has_overtaken_is_made_anew(self):
        self._pay(self._sell_plan().invoice_ids)
        pack = self.account.pack_ids
        old = self.env["account.move"].browse(pack.action_refund_rest()["res_id"])
        self._approve(self._make_job(), 3)
        with self.assertRaisesRegex(UserError, "Only 17 hours"), self.env.cr.savepoint():
            old.action_post()
        new = self.env["account.move"].browse(pack.action_refund_rest()["res_id"])
        self.assertFalse(old.exists())
        self.assertEqual((new.invoice_line_ids.quantity, new.amount_untaxed), (17, 680))
        new.action_post()
        self.assertEqual((self.account.balance_hours, self.account.held_hours), (3, 3))
        self.assertSound()
