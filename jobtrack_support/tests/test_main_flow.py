from freezegun import freeze_time
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestMainFlow(JobtrackCommon):
    """From request to ledger, in the words of section 4 of the architecture."""

    @freeze_time("2026-03-03 10:00:00")
    def test_a_job_is_paid_from_a_pack_first_and_invoiced_for_the_rest(self):
        order = self._sell_plan(hours=20)
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_line_ids.account_id, self.company.jobtrack_deferred_gl_id)
        self.assertEqual(self.account.pack_ids.state, "pending")
        self.assertEqual(self.account.balance_hours, 0)
        self.assertSound()

        self._pay(invoice)
        pack = self.account.pack_ids
        self.assertEqual((pack.state, pack.hours, pack.value, pack.rate), ("active", 20, 800, 40))
        self.assertEqual(str(pack.date_expiry), "2026-03-31")
        self.assertEqual(self.account.balance_hours, 20)

        small = self._do_job(18)
        self.assertEqual((small.jobtrack_state, self.account.held_hours), ("done", 18))
        big = self._do_job(5)
        self.assertEqual(self.account.available_hours, 0)
        self.assertSound()

        with freeze_time("2026-03-08 10:00:00"):
            run = self._run("2026-03-08")
        self.assertEqual(run.state, "done", run.problem_ids.mapped("name"))
        statement = run.statement_ids
        self.assertEqual(statement.line_ids.task_id, small | big)
        self.assertEqual(statement.line_ids.mapped("prepaid_hours"), [18, 2])
        self.assertEqual(statement.line_ids.mapped("postpaid_hours"), [0, 3])
        self.assertEqual(statement.line_ids.mapped("amount"), [0, 150])
        self.assertEqual(statement.invoice_id.amount_untaxed, 150)
        self.assertEqual(statement.invoice_id.state, "posted")
        self.assertEqual((small | big).mapped("jobtrack_state"), ["billed", "billed"])
        self.assertEqual(pack.state, "exhausted")
        self.assertEqual(
            self.account.ledger_entry_ids.sorted("number").mapped("kind"),
            ["purchase", "usage", "usage"],
        )
        self.assertEqual(
            self.account.ledger_entry_ids.sorted("number").mapped("balance_after"), [20, 2, 0]
        )
        self.assertSound()

        again = self._run("2026-03-08")
        self.assertEqual(again, run)
        self.assertEqual(len(self.account.statement_ids), 1)
        self.assertSound()
