from freezegun import freeze_time
from odoo.tests import tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksDates(BooksCommon):
    """Ledger and books carry the same dates, whatever is locked, and any day in the past can be stated again."""

    def _newest(self):
        """Return the newest ledger entry, after a look at its date in the books."""
        entry = self.account.ledger_entry_ids[:1]
        if entry.move_id:
            self.assertEqual(entry.date, entry.move_id.date)
        return entry

    def _assert_newest(self, kind, date):
        entry = self._newest()
        self.assertEqual((entry.kind, str(entry.date)), (kind, date))
        self.assertSound()

    def _use(self, hours=3, date="2026-03-02"):
        self._do_job(hours, date=date)
        self._bill()

    def test_used_hours_are_revenue_of_the_billed_period(self):
        self._pay(self._sell_plan().invoice_ids)
        self._use()
        self._assert_newest("usage", "2026-03-07")

    def test_the_run_of_new_year_books_in_december(self):
        with freeze_time("2026-12-16 10:00:00"):
            self.account._grant_hours(20, 40, None, None, "Twenty hours")
            self._do_job(3, date="2026-12-16")
        with freeze_time("2027-01-01 10:00:00"):
            self._run("2027-01-01")
        self._assert_newest("usage", "2026-12-31")
        self.assertEqual(self._reconcile_on("2026-12-30")["USD"][:2], (800, 800))
        self.assertEqual(self._reconcile_on("2026-12-31")["USD"][:2], (680, 680))

    def _bill_with_lock(self, lock):
        self._pay(self._sell_plan().invoice_ids)
        self._do_job(3, date="2026-03-02")
        self.company[lock] = "2026-03-10"
        with freeze_time("2026-03-15 10:00:00"):
            run = self.env["jobtrack.billing.run"]._get_or_create(self.company, "2026-03-08")
            self.env["jobtrack.billing.run"]._run(self.company, run.date)
        self._assert_newest("usage", "2026-03-11")

    def test_a_locked_year_moves_the_run_to_its_first_open_day(self):
        self._bill_with_lock("fiscalyear_lock_date")

    def test_a_hard_lock_moves_the_run_to_its_first_open_day(self):
        self._bill_with_lock("hard_lock_date")

    def test_a_lock_of_sales_does_not_move_the_ledger(self):
        self._pay(self._sell_plan().invoice_ids)
        self.company.sale_lock_date = "2026-03-10"
        self._use()
        self._assert_newest("usage", "2026-03-07")

    def test_an_expiry_in_a_locked_quarter_is_booked_in_the_next(self):
        self.account._grant_hours(10, 40, None, "2026-03-31", "Quarter")
        self.company.fiscalyear_lock_date = "2026-04-02"
        with freeze_time("2026-04-05 10:00:00"):
            self.account._look_after()
        self._assert_newest("expiry", "2026-04-03")
        self.assertEqual(self._reconcile_on("2026-03-31")["USD"][:2], (400, 400))
        self.assertEqual(self._reconcile_on("2026-04-03"), {})

    def test_a_credit_note_in_a_locked_period_takes_the_hours_back_on_the_day_it_is_booked(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        for lock, locked_to, date in (
            ("sale_lock_date", "2026-03-10", "2026-03-05"),
            ("fiscalyear_lock_date", "2026-03-12", "2026-03-06"),
        ):
            with self.subTest(lock=lock), freeze_time("2026-03-20 10:00:00"):
                self.company[lock] = locked_to
                refund = self._credit(invoice, date, hours=5)
                self.assertGreater(str(refund.date), locked_to)
                self._assert_newest("refund", str(refund.date))

    def test_a_purchase_dated_in_a_locked_period_is_booked_when_it_is_posted(self):
        invoice = self._sell_plan().invoice_ids
        invoice.button_draft()
        with freeze_time("2026-03-18 10:00:00"):
            self.company.fiscalyear_lock_date = "2026-03-15"
            invoice.action_post()
            self.assertEqual(str(invoice.date), "2026-03-18")
            self._pay(invoice)
            self._assert_newest("purchase", "2026-03-18")
        self.assertEqual(self._reconcile_on("2026-03-17"), {})
        self.assertEqual(self._reconcile_on("2026-03-18")["USD"], (800, 800, 800, 800))

    def test_a_day_in_the_past_is_stated_again_as_it_was(self):
        """Sale, payment, use, refund, un-payment and expiry: each evening's two columns come back later."""
        said = {}

        def evening(day):
            self.assertSound()
            said[day] = self._reconcile_on()

        with freeze_time("2026-03-03 10:00:00"):
            invoice = self._sell_plan().invoice_ids
            evening("2026-03-03")
        with freeze_time("2026-03-04 10:00:00"):
            self._pay(invoice)
            self.account._grant_hours(5, 30, None, "2026-03-31", "Goodwill")
            self._do_job(7, date="2026-03-04")
            evening("2026-03-04")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
            evening("2026-03-08")
        with freeze_time("2026-03-10 10:00:00"):
            self._credit(invoice, "2026-03-10", hours=4)
            evening("2026-03-10")
        with freeze_time("2026-03-12 10:00:00"):
            self._unpay(invoice)
            self._sell_plan(hours=30)
            evening("2026-03-12")
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
            evening("2026-04-01")
        self.assertGreater(len({str(figures) for figures in said.values()}), 3, "things happened")
        for day, figures in said.items():
            with self.subTest(day=day):
                self.assertEqual(self._reconcile_on(day), figures)

    def test_before_anything_happened_there_is_nothing(self):
        self._pay(self._sell_plan().invoice_ids)
        self.assertEqual(self._reconcile_on("2026-03-02"), {})
