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
        self.accounts = self.env["jobtrack.account"].concat(
            self.account.with_env(self.env), self._make_account("Second shop").with_env(self.env)
        )
        # Nobody to write to and no end of credit: what is looked at here is hours and money.
        self.accounts.contact_ids.unlink()
        self.accounts.credit_limit = 1_000_000
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
