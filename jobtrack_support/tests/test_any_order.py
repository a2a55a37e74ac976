import logging
import os
import random
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from unittest import skipUnless

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import JobtrackCommon

with suppress(ImportError):
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from . import any_order

_logger = logging.getLogger(__name__)

BEGIN = datetime(2026, 1, 5, 8, 0)
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SHRINK = os.environ.get("JOBTRACK_SHRINK") != "no"


@tagged("post_install", "-at_install")
@skipUnless("any_order" in globals(), "needs hypothesis")
class TestAnyOrder(JobtrackCommon):
    """Whatever people do, in whatever order and on whatever day: product and oracle say the same after every step.

    Usually 100 sequences, the same each time; with ``HYPOTHESIS_PROFILE=long`` 2,000 others each time
    (``JOBTRACK_SEQUENCES`` for another number, ``JOBTRACK_SEED`` for those of an earlier run, ``JOBTRACK_SHRINK=no`` to
    see a failing sequence at once instead of its shortest form).
    """

    def setUp(self):
        super().setUp()
        self.env = self.env(context=dict(self.env.context, tracking_disable=True))
        second = self._make_euro_account()
        self.accounts = self.env["jobtrack.account"].concat(
            self.account.with_env(self.env), second.with_env(self.env)
        )
        # Nobody to write to and no end of credit: what is looked at here is hours and money.
        self.accounts.contact_ids.unlink()
        for account in self.accounts:
            account.credit_limit = 1_000_000
        self.company.jobtrack_payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "Some day",
                "line_ids": [Command.create({"value": "percent", "nb_days": 9999})],
            }
        )
        self.bella, self.bert = (
            self._make_user(login, "jobtrack_support.group_billing") for login in ("bella", "bert")
        )
        self.steps = self.refused = 0

    def _make_euro_account(self):
        """Return an account in euros, whose rate of exchange never stays what it was."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2026-01-01", 0.83), ("2026-01-12", 1.07), ("2026-03-30", 0.611))
            ]
        )
        self.prices = self.env["product.pricelist"].create(
            {"name": "Euro prices", "currency_id": euro.id, "company_id": self.company.id}
        )
        return self._make_account("Euro shop", currency_id=euro.id, postpay_rate=100)

    def sell(self, plan, hours, account, price):
        """Return the confirmed order over a plan, in the currency of the account."""
        order = self._sell_plan(f"jobtrack_support.{plan}", hours, account, confirm=False)
        if account.currency_id == self.prices.currency_id:
            order.pricelist_id = self.prices
        order.order_line.price_unit = price
        order.action_confirm()
        return order

    @contextmanager
    def _sequence(self):
        """Go back to the beginning after each sequence."""
        savepoint = self.env.cr.savepoint()
        self.clock.move_to(BEGIN)
        try:
            yield
        finally:
            savepoint.close()
            self.env.invalidate_all()

    def test_every_order_of_steps_keeps_hours_and_money_exact(self):
        sequences = int(os.environ.get("JOBTRACK_SEQUENCES") or (2000 if LONG else 100))
        number = int(os.environ.get("JOBTRACK_SEED") or random.randrange(2**32))
        chosen = settings(
            max_examples=sequences,
            stateful_step_count=25 if LONG else 10,
            derandomize=not LONG,
            deadline=None,
            database=None,
            phases=[Phase.generate] + ([Phase.shrink] if SHRINK else []),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )

        def machine():
            return any_order.AnyOrder(self)

        with freeze_time(BEGIN) as self.clock:
            if LONG:
                machine = seed(number)(machine)
                _logger.info("any order: JOBTRACK_SEED=%s", number)
            run_state_machine_as_test(machine, settings=chosen)
        _logger.info(
            "any order: %s sequences, %s steps, %s refused", sequences, self.steps, self.refused
        )

    @contextmanager
    def may_refuse(self):
        """Undo a step that is refused in words; yields a list that then holds the words."""
        words = []
        self.steps += 1
        try:
            with self.env.cr.savepoint():
                yield words
        except UserError as error:
            words.append(str(error))
            self.refused += 1
            self.env.invalidate_all()

    def tick(self, **delta):
        """Move the clock on."""
        self.clock.move_to(datetime.now() + timedelta(**delta))
