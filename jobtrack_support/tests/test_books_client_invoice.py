from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.jobtrack_support.models import jobtrack_billing_run

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksClientInvoice(BooksCommon):
    """One invoice for all accounts of a client that want it, and each account answers for its own part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.account
        cls.blog = cls._make_client_account("Client blog")
        cls.intranet = cls._make_client_account("Client intranet")
        (cls.shop | cls.blog).invoice_grouping = "client"

    @classmethod
    def _make_client_account(cls, name):
        account = cls._make_account(name)
        cls._make_contact(account, cls.approver, may_approve=True, may_see_money=True)
        return account

    def _work(self, *accounts):
        for hours, account in enumerate(accounts, start=1):
            self._do_job(hours, date="2026-03-02", account=account, name=f"Work on {account.name}")

    def test_one_invoice_for_those_that_want_it(self):
        self.shop.client_order_ref = "PO 4711"
        self._work(self.shop, self.blog, self.intranet)
        statements = self._bill()
        together = (self.shop | self.blog).statement_ids.invoice_id
        self.assertEqual((len(statements), len(statements.invoice_id)), (3, 2))
        self.assertEqual(together.amount_untaxed, 150)
        self.assertEqual(self.intranet.statement_ids.invoice_id.amount_untaxed, 150)
        headings = together.invoice_line_ids.filtered(lambda line: line.display_type != "product")
        self.assertEqual(headings.mapped("name"), ["Client shop", "Client blog"])
        self.assertEqual(together.jobtrack_account_ids, self.shop | self.blog)
        # The order number of one account stands on its own line, and on no other.
        lines = together.invoice_line_ids - headings
        self.assertEqual(together.ref, "PO 4711")
        self.assertEqual(["PO 4711" in line.name for line in lines], [True, False])
        self.assertSound()

    def test_accounts_of_a_client_meet_on_one_invoice_whatever_the_size_of_batches(self):
        self._work(self.shop, self.intranet, self.blog)
        with patch.object(jobtrack_billing_run, "BATCH_SIZE", 1):
            self._bill()
        self.assertEqual(len((self.shop | self.blog).statement_ids.invoice_id), 1)
        self.assertSound()

    def test_another_client_currency_or_company_is_another_invoice(self):
        stranger = self.env["res.partner"].create({"name": "Another client"})
        other = self._make_account("Other shop", partner=stranger, invoice_grouping="client")
        euro = self.env.ref("base.EUR")
        euro.active = True
        foreign = self._make_account("Euro shop", invoice_grouping="client", currency_id=euro.id)
        for account in other | foreign:
            self._make_contact(account, self.approver, may_approve=True)
        self._work(self.shop, self.blog, other, foreign)
        self._bill()
        self.assertEqual(len((self.shop | other | foreign).statement_ids.invoice_id), 3)
        self.assertSound()

    def test_a_branch_of_the_client_shares_the_invoice_of_the_client(self):
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.client_company.id, "type": "other"}
        )
        account = self._make_account("Branch shop", partner=branch, invoice_grouping="client")
        self._make_contact(account, self.approver, may_approve=True)
        self._work(self.shop, account)
        invoice = self._bill().invoice_id
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.partner_id, self.client_company)

    @mute_logger("odoo.addons.jobtrack_support.models.jobtrack_billing_run")
    def test_one_accounts_problem_leaves_the_others_on_one_invoice(self):
        self.intranet.invoice_grouping = "client"
        self._work(self.shop, self.blog, self.intranet)
        self.blog.project_id.active = True
        broken = self.blog

        def refuse(statements, run, jobs):
            if broken in jobs.jobtrack_account_id:
                raise UserError(self.env._("The blog cannot be billed"))
            return create_statements(statements, run, jobs)

        model = type(self.env["jobtrack.statement"])
        create_statements = model._create_statements
        with patch.object(model, "_create_statements", refuse):
            self._bill()
        run = self.shop.statement_ids.run_id
        self.assertEqual(run.problem_ids.jobtrack_account_id, self.blog)
        together = (self.shop | self.intranet).statement_ids.invoice_id
        self.assertEqual((len(together), together.amount_untaxed), (1, 200))
        run.problem_ids.unlink()
        self._bill()
        self.assertEqual(self.blog.statement_ids.invoice_id.amount_untaxed, 100)
        self.assertSound()

    def test_each_account_owes_its_part_of_the_invoice(self):
        self._work(self.shop, self.blog)
        invoice = self._bill().invoice_id
        self.env.invalidate_all()
        self.assertEqual((self.shop.credit_used, self.blog.credit_used), (50, 100))
        self._pay(invoice, amount=invoice.amount_total / 2)
        self.env.invalidate_all()
        self.assertEqual((self.shop.credit_used, self.blog.credit_used), (25, 50))

    def test_a_correction_credits_the_part_of_its_account_only(self):
        self._work(self.shop, self.blog)
        invoice = self._bill().invoice_id
        with freeze_time("2026-03-09 10:00:00"):
            corrections = self.blog.statement_ids.action_reverse("Not what was asked for")
        self.assertEqual(corrections.invoice_id.amount_untaxed, 100)
        self.assertEqual(corrections.invoice_id.reversed_entry_id, invoice)
        self.env.invalidate_all()
        self.assertEqual((self.shop.credit_used, self.blog.credit_used), (50, 100))
        self.assertEqual(self.blog._owed_postpaid().get(self.blog, 0), 0, "its work waits again")
        self.assertSound()
        with freeze_time("2026-06-01 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.shop._overdue_invoices(), invoice)
            self.assertFalse(self.blog._is_paused(), "nothing of its part is left")
            self.assertTrue(self.shop._is_paused())

    def test_only_who_sees_the_money_of_each_account_sees_the_invoice(self):
        self._work(self.shop, self.blog)
        invoice = self._bill().invoice_id
        whole = self._make_portal_user(self.approver)
        half = self._make_portal_user(self._make_person("Hal Half"))
        self._make_contact(self.shop, half.partner_id, may_see_money=True)
        none = self._make_portal_user(self._make_person("Nina None"))
        for user, sees in ((whole, True), (half, False), (none, False)):
            with self.subTest(user=user.name):
                mine = self.env["account.move"].with_user(user)
                self.assertEqual(bool(mine.search([("id", "=", invoice.id)])), sees)
                self.assertEqual(invoice.with_user(user).has_access("read"), sees)
                lines = invoice.invoice_line_ids.with_user(user)
                self.assertEqual(bool(lines._filtered_access("read")), sees)
