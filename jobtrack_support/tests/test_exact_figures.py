from freezegun import freeze_time
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestExactFigures(JobtrackCommon):
    """Money has the decimals of its currency, sums are compared as money, and limits are figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dinar = cls.env.ref("base.KWD")
        cls.dinar.active = True
        cls.far_account = cls._make_account(
            "Shop in Kuwait", currency_id=cls.dinar.id, postpay_rate=100.005
        )
        cls._make_contact(cls.far_account, cls.approver, may_approve=True)

    def test_a_currency_of_three_decimals_keeps_the_third(self):
        job = self._make_job(account=self.far_account)
        order = self._make_estimate(job, 1)
        self.assertEqual(order.amount, 100.005)
        self.far_account.credit_limit = 100.004
        self._approve(job, 1)
        self.assertIn(job.id, self.far_account._unfunded_jobs(), "a thousandth is missing")
        self.far_account.credit_limit = 100.005
        self.assertNotIn(job.id, self.far_account._unfunded_jobs())

    def test_limits_pass_nothing_that_credit_misses_by_a_thousandth(self):
        self.far_account.write({"task_limit_hours": 5, "project_limit_hours": 50})
        self._make_contact(self.far_account, self.member)
        for limit, state in ((100.004, "sent"), (100.005, "approved")):
            self.far_account.credit_limit = limit
            order = self._make_estimate(self._make_job(account=self.far_account), 1)
            order.action_send()
            self.assertEqual(order.state, state)

    def test_estimates_together_are_worth_exactly_what_needs_no_sign_in(self):
        self.account.login_amount = 0.3
        orders = self.env["jobtrack.work.order"]
        for rate in (0.1, 0.2):
            orders |= self._make_estimate(self._make_job(), 1, rate=rate)
        self.assertFalse(orders._needs_login())
        orders |= self._make_estimate(self._make_job(), 1, rate=0.01)
        self.assertTrue(orders._needs_login())

    def test_an_invoice_whose_payment_is_blocked_is_owed_all_the_same(self):
        self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            run = self._run("2026-03-08")
        owed = self.account.credit_used
        self.assertEqual(owed, 100)
        run.statement_ids.invoice_id.action_toggle_block_payment()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.credit_used, owed)

    def test_what_is_no_figure_is_no_limit(self):
        for name in ("task_limit_hours", "project_limit_hours"):
            for figure in (float("nan"), float("inf"), -1.0):
                with self.subTest(name=name, figure=figure), self.assertRaises(ValidationError):
                    self.account[name] = figure
                    self.account.flush_recordset()
                self.account.invalidate_recordset(flush=False)
