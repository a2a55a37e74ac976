from contextlib import contextmanager

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-10 10:00:00")
class TestPlans(JobtrackCommon):
    """What plans cost and when their hours expire: hours without a plan are always dearer (A6, B7, B10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env.ref("jobtrack_support.plan_20")
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.euro.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.euro.id,
                "company_id": cls.company.id,
                "name": "2026-01-01",
                "rate": 0.5,
            }
        )

    @contextmanager
    def _refused(self, sentence):
        """Assert that a setting is refused, and forget it as a server would."""
        with self.assertRaisesRegex(ValidationError, sentence), self.env.cr.savepoint():
            yield

    def _invoice_by_hand(self, hours, price=40):
        product = self.plan.product_variant_id
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_company.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": hours,
                            "price_unit": price,
                            "account_id": self.company.jobtrack_deferred_gl_id.id,
                            "jobtrack_account_id": self.account.id,
                        }
                    )
                ],
            }
        )

    # === PAY-AS-YOU-GO IS DEARER THAN EVERY PLAN === #

    def test_a_plan_at_the_rate_of_a_company_is_refused(self):
        self.plan.list_price = 49.99
        with self._refused("always cheaper.*50.00"):
            self.plan.list_price = 50

    def test_pay_as_you_go_paid_ahead_may_cost_the_same_and_not_more(self):
        plan = self.env.ref("jobtrack_support.plan_priority")
        self.assertEqual((plan.list_price, plan.jobtrack_min_hours), (50, 0))
        with self._refused("always cheaper"):
            plan.list_price = 51
        with self._refused("always cheaper"):
            plan.jobtrack_min_hours = 20

    def test_a_rate_of_the_company_below_a_plan_is_refused(self):
        with self._refused("too low for .*Priority"):
            self.company.jobtrack_postpay_rate = 49
        self.company.jobtrack_postpay_rate = 60

    def test_a_rate_of_an_account_below_a_plan_is_refused_also_in_its_own_currency(self):
        with self._refused("Client shop is too low"):
            self.account.postpay_rate = 49
        euros = self._make_account("Euro shop", currency_id=self.euro.id)
        self.assertEqual(euros.postpay_rate, 25, "two dollars are a euro")
        with self._refused("Euro shop is too low"):
            euros.postpay_rate = 24
        with self._refused("always cheaper"):
            euros.company_id.jobtrack_postpay_rate = 60
            self.account.postpay_rate = 60
            self.env.ref("jobtrack_support.plan_priority").list_price = 50.02

    def test_a_kind_of_job_below_a_plan_is_refused_and_binds_the_plans(self):
        kind = self.env["jobtrack.job.type"].create({"name": "Data entry"})
        with self._refused("49.00 an hour for Data entry is too low for .*Priority"):
            kind.rate = 49
        kind.rate = 50
        self.account.postpay_rate = self.company.jobtrack_postpay_rate = 60
        with self._refused("always cheaper.*50.00"):
            self.env.ref("jobtrack_support.plan_priority").list_price = 51

    def test_the_rate_of_a_kind_of_job_is_converted_for_an_account_in_another_currency(self):
        kind = self.env["jobtrack.job.type"].create({"name": "Security", "rate": 80})
        euros = self._make_account("Euro shop", currency_id=self.euro.id)
        for account, rate in ((self.account, 80), (euros, 40)):
            job = self._make_job(account=account, jobtrack_job_type_id=kind.id)
            self.assertEqual(job._jobtrack_estimate_context()["default_rate"], rate)

    def test_a_plan_that_is_not_sold_any_more_binds_nobody(self):
        priority = self.env.ref("jobtrack_support.plan_priority")
        priority.active = False
        self.account.postpay_rate = 41
        with self._refused("always cheaper"):
            priority.active = True

    def test_an_order_above_the_rate_of_the_account_is_refused(self):
        order = self._sell_plan(confirm=False)
        order.order_line.price_unit = 50
        with self.assertRaisesRegex(UserError, "sell .*Basic.* for less"):
            order.action_confirm()
        order.order_line.price_unit = 49.99
        order.action_confirm()
        self.assertSound()

    def test_an_invoice_by_hand_obeys_the_same_rules(self):
        with self.assertRaisesRegex(UserError, "from 20 hours on"):
            self._invoice_by_hand(19.5).action_post()
        with self.assertRaisesRegex(UserError, "for less"):
            self._invoice_by_hand(20, price=50).action_post()
        invoice = self._invoice_by_hand(20)
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(self.account.balance_hours, 20)
        self.assertSound()

    # === EXPIRY === #

    def _expiry_of(self, **values):
        self.plan.write(values)
        self._pay(self._sell_plan().invoice_ids)
        self.assertSound()
        return str(self.account.pack_ids.sorted("id")[-1:].date_expiry)

    def test_each_kind_of_expiry(self):
        self.assertEqual(self._expiry_of(jobtrack_expiry="quarter"), "2026-03-31")
        self.assertEqual(
            self._expiry_of(jobtrack_expiry="months", jobtrack_expiry_months=3), "2026-05-10"
        )
        self.assertEqual(
            self._expiry_of(jobtrack_expiry="date", jobtrack_expiry_date="2026-12-24"), "2026-12-24"
        )
        self.assertEqual(self._expiry_of(jobtrack_expiry="never"), "False")

    def test_a_fixed_day_is_named_and_not_over(self):
        with self._refused("on which day"):
            self.plan.write({"jobtrack_expiry": "date", "jobtrack_expiry_date": False})
        with self._refused("at least one month"):
            self.plan.write({"jobtrack_expiry": "months", "jobtrack_expiry_months": 0})
        self.plan.write({"jobtrack_expiry": "date", "jobtrack_expiry_date": "2026-02-09"})
        with self.assertRaisesRegex(UserError, "is over"):
            self._sell_plan()

    def test_hours_paid_after_their_fixed_day_are_not_lost(self):
        self.plan.write({"jobtrack_expiry": "date", "jobtrack_expiry_date": "2026-02-20"})
        invoice = self._sell_plan().invoice_ids
        with freeze_time("2026-02-21 10:00:00"):
            self._pay(invoice)
            self.account._look_after()
        self.assertEqual(self.account.balance_hours, 20)
        self.assertEqual(str(self.account.pack_ids.date_expiry), "2026-03-31")
        self.assertSound()
