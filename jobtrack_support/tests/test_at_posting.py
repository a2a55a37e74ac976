from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestAtPosting(JobtrackCommon):
    """Hours that can be used before they are paid: what was used of them is credit (traps 14 and 43)."""

    def setUp(self):
        super().setUp()
        self.account.packs_at_posting = True

    def _use(self, hours):
        self._do_job(hours, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertSound()

    def _bounce(self, invoice):
        invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).remove_move_reconcile()

    def _figures(self):
        self.env.invalidate_all()
        return self.account.balance_hours, self.account.credit_used

    def test_hours_are_there_when_the_invoice_is_posted(self):
        invoice = self._sell_plan().invoice_ids
        self.assertEqual(self.account.pack_ids.state, "active")
        self.assertEqual(self._figures(), (20, 0))
        self.assertSound()
        self.account._look_after()
        self._pay(invoice)
        self.assertEqual(self._figures(), (20, 0))
        self.assertEqual(len(self.account.ledger_entry_ids), 1)
        self.assertSound()

    def test_what_is_used_before_it_is_paid_is_credit_used(self):
        invoice = self._sell_plan().invoice_ids
        self._use(5)
        self.assertEqual(self._figures(), (15, 200))
        self._pay(invoice, amount=690)
        self.assertEqual(invoice.amount_residual, 230)
        self.assertEqual(self._figures(), (15, 200), "230.00 are owed: 200.00 without tax")
        self._pay(invoice, amount=115)
        self.assertEqual(self._figures(), (15, 100), "never more than is owed")
        self._pay(invoice)
        self.assertEqual(self._figures(), (15, 0))
        self.assertSound()

    def test_a_payment_that_bounces_leaves_the_hours_and_the_credit_used(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._use(5)
        self._bounce(invoice)
        self.assertEqual(self._figures(), (15, 200))
        self.assertSound()

    def test_the_used_part_of_a_bounced_payment_is_credit_used(self):
        self.account.packs_at_posting = False
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._use(5)
        self.assertEqual(self._figures(), (15, 0))
        self._bounce(invoice)
        self.assertEqual(self._figures(), (0, 200))
        self.assertFalse(self.account._is_paused())
        with freeze_time("2026-05-01 10:00:00"):
            self.assertTrue(self.account._is_paused(), "its invoice is overdue")
        self._pay(invoice)
        self.assertEqual(self._figures(), (15, 0))
        self.assertSound()

    def test_an_unpaid_invoice_pauses_the_account_only_when_its_hours_are_used(self):
        invoice = self._sell_plan().invoice_ids
        with freeze_time("2026-05-01 10:00:00"):
            self.assertFalse(self.account._is_paused(), "nothing was used")
        self._use(1)
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.account._overdue_invoices(), invoice)
            self.assertFalse(self.account._may_request()[0])

    def test_the_setting_taken_away_takes_the_unpaid_rest(self):
        invoice = self._sell_plan().invoice_ids
        self._use(5)
        self.account.packs_at_posting = False
        self.assertEqual(self._figures(), (0, 200))
        self.assertEqual(self.account.pack_ids.state, "pending")
        self.assertSound()
        self.account.packs_at_posting = True
        self.assertEqual(self._figures(), (15, 200))
        self.assertSound()
        self.account.packs_at_posting = False
        self._pay(invoice)
        self.assertEqual(self._figures(), (15, 0))
        self.assertSound()

    def test_an_unpaid_invoice_is_credited_up_to_what_was_not_used(self):
        invoice = self._sell_plan().invoice_ids
        self._use(5)
        credit_note = invoice._reverse_moves([{"invoice_date": "2026-03-09"}])
        credit_note.invoice_line_ids.quantity = 15
        with freeze_time("2026-03-09 10:00:00"):
            credit_note.action_post()
        lines = (invoice | credit_note).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()
        self.assertEqual(self._figures(), (0, 200))
        self.assertSound()

    def test_who_sets_it(self):
        technician = self.account.with_user(self.employee_user)
        with self.assertRaises(AccessError):
            technician.packs_at_posting = False
        biller = self._make_user("bill", "jobtrack_support.group_billing")
        self.account.with_user(biller).packs_at_posting = False
        self.assertFalse(self.account.packs_at_posting)
