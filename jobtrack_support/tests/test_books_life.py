from freezegun import freeze_time
from odoo.tests import tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksLife(BooksCommon):
    """The life of hours as an accountant reads it: deferred revenue, revenue, lapsed hours, hours granted."""

    def test_sold_used_lapsed(self):
        self._pay(self._sell_plan().invoice_ids)
        self.assertEqual(self._books(), (800, 0, 0, 0))
        self._do_job(3.25, date="2026-03-02")
        self._bill()
        self.assertEqual(self._books(), (670, 130, 0, 0))
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        self.assertEqual(self._books(), (0, 130, 670, 0))
        self.assertSound()

    def test_granted_used_lapsed(self):
        self.account._grant_hours(10, 40, None, "2026-03-31", "Goodwill")
        self.assertEqual(self._books(), (400, 0, 0, -400))
        self._do_job(4, date="2026-03-02")
        self._bill()
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        self.assertEqual(self._books(), (0, 160, 240, -400), "given away in all: nothing")
        self.assertSound()

    def test_a_gift_is_in_no_books_in_its_whole_life(self):
        self.account._grant_hours(10, 0, None, "2026-03-31", "Welcome")
        self._do_job(4, date="2026-03-02")
        self._bill()
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        self.assertEqual(self._books(), (0, 0, 0, 0))
        self.assertFalse(self.account.ledger_entry_ids.move_id)
        self.assertSound()

    def test_adjustments_add_and_take_value(self):
        pack = self.account._grant_hours(10, 40, None, "2026-03-31", "Goodwill")
        self.account._lock()
        adjustment = {"pack": pack, "kind": "adjustment", "date": self.account._today()}
        entries = self.env["jobtrack.ledger.entry"]
        entries._record([adjustment | {"minutes": 60, "value": 40.0, "value_company": 40.0}])
        self.assertEqual(self._books(), (440, 0, 0, -440))
        entries._record([adjustment | {"minutes": -165}])
        # 2:45 h of 11 h worth 440
        self.assertEqual(self._books(), (330, 0, 0, -330))
        self.assertSound()

    def test_a_payment_taken_back_leaves_the_books_and_comes_back(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._do_job(3, date="2026-03-02")
        self._bill()
        for _again in range(2):
            self._unpay(invoice)
            self.assertEqual((self.account.balance_hours, self._books()), (0, (680, 120, 0, 0)))
            self.assertSound()
            self._pay(invoice)
            self.assertEqual((self.account.balance_hours, self._books()), (17, (680, 120, 0, 0)))
            self.assertSound()

    def test_what_is_left_is_refunded(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        self._do_job(3, date="2026-03-02")
        self._bill()
        with freeze_time("2026-03-10 10:00:00"):
            self._credit(invoice, "2026-03-10", hours=17)
        self.assertEqual(self._books(), (0, 120, 0, 0))
        self.assertEqual(self.account.pack_ids.state, "exhausted", "three hours were used")
        self.assertSound()

    def test_only_revenue_carries_the_project(self):
        analytic = self.account.project_id.account_id
        if not analytic:
            self.account.project_id._create_analytic_account()
            analytic = self.account.project_id.account_id
        self._pay(self._sell_plan().invoice_ids)
        self._do_job(3, date="2026-03-02")
        self._do_job(20, date="2026-03-02")
        self._bill()
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        carrying = lines.filtered("analytic_distribution")
        revenue = self.company.jobtrack_revenue_gl_id
        self.assertEqual(carrying.account_id, revenue)
        self.assertEqual(carrying, lines.filtered(lambda line: line.account_id == revenue))
        known = self.env["account.analytic.line"].search(
            [("account_id", "=", analytic.id), ("move_line_id", "!=", False)]
        )
        self.assertAlmostEqual(sum(known.mapped("amount")), self._books()[1])

    def test_a_new_company_works_without_setup(self):
        company = self.env["res.company"].create(
            {
                "name": "Fresh host",
                "currency_id": self.env.ref("base.USD").id,
                "country_id": self.env.ref("base.us").id,
                "jobtrack_tz": "UTC",
            }
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        self.assertFalse(company.jobtrack_deferred_gl_id)
        self.env.user.company_ids |= company
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=company.ids))
        account = self._make_account("Fresh shop", company=company.with_env(self.env))
        account._grant_hours(10, 40, None, "2026-03-31", "First")
        gls = [
            company.jobtrack_deferred_gl_id,
            company.jobtrack_revenue_gl_id,
            company.jobtrack_breakage_gl_id,
            company.jobtrack_granted_gl_id,
        ]
        self.assertEqual(len(set(gls)), 4)
        self.assertEqual(company.jobtrack_journal_id.type, "general")
        self.assertEqual(self._books(company), (400, 0, 0, -400))
        self.assertEqual(account._verify_ledger(), [])

    def test_a_branch_of_the_host_keeps_its_own_books_on_accounts_of_its_own(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "jobtrack_tz": "UTC"}
        )
        self.env.cr.precommit.run()  # Odoo gives a branch its chart of accounts there
        self.env.user.company_ids |= branch
        self.env = self.env(context={"allowed_company_ids": (branch | self.company).ids})
        account = self._make_account("Branch shop", company=branch).with_env(self.env)
        self._pay(self._sell_plan(account=account).invoice_ids)
        self._do_job(21, account=account, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            run = self.env["jobtrack.billing.run"]._run(branch, "2026-03-08")
        self.assertFalse(run.problem_ids)
        self.assertEqual(
            (run.statement_ids.prepaid_hours, run.statement_ids.postpaid_hours), (20, 1)
        )
        self.assertEqual(run.statement_ids.invoice_id.company_id, branch)
        self.assertNotEqual(branch.jobtrack_deferred_gl_id, self.company.jobtrack_deferred_gl_id)
        self.assertSound(account | self.account)
