import logging
import os
import random
import threading
import time
from datetime import date, timedelta
from itertools import count

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying
from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from .at_once import AtOnce
from .common import JobtrackCommon

_logger = logging.getLogger(__name__)

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SECONDS = 60 if LONG else 15
WORKERS = 8
PATIENCE_SECONDS = 120


class Worker:
    """One person who does one thing after the other; each is a request of its own, tried again as Odoo does."""

    def __init__(self, test, number, end):
        self.test, self.end = test, end
        self.chance = random.Random(test.number + number)
        self.done, self.refused, self.tries = 0, 0, 0

    def work(self):
        """Work until the time is over."""
        while time.monotonic() < self.end:
            step = self.chance.choice(
                [self.job, self.job, self.buy, self.refund, self.bill, self.care]
            )
            account_id = self.chance.choice(self.test.account_ids)
            try:
                step(account_id)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.test.errors.append(f"{step.__name__}: {type(error).__name__} reaches the user")
            except UserError:
                self.refused += 1
            except Exception as error:  # noqa: BLE001 - reported by the thread that waits
                self.test.errors.append(f"{step.__name__}: {error!r}")
                return

    def request(self, work):
        """Do ``work(scene)`` in a transaction as Odoo's HTTP layer does."""
        with db_connect(get_db_name()).cursor() as cr:
            context = {"tracking_disable": True, "allowed_company_ids": [self.test.company_id]}
            env = api.Environment(cr, SUPERUSER_ID, context)
            scene = type("Scene", (JobtrackCommon,), {"env": env})
            scene.company = env["res.company"].browse(self.test.company_id)
            scene.employee = env["hr.employee"].browse(self.test.employee_id)
            scene.member = env["res.partner"]

            def one_try():
                self.tries += 1
                return work(scene)

            result = retrying(one_try, env)
            self.done += 1
            return result

    def job(self, account_id):
        """Estimate, approve, work, complete: four requests."""
        hours = self.chance.choice([0.25, 1, 2.5])

        def send(scene):
            account = scene.env["jobtrack.account"].browse(account_id)
            job = scene._make_job(account=account, jobtrack_requester_id=False)
            order = scene._make_estimate(job, hours)
            order.action_send()
            return job.id, order.id

        job_id, order_id = self.request(send)
        self.request(
            lambda scene: scene.env["jobtrack.work.order"].browse(order_id).action_approve()
        )

        def finish(scene):
            job = scene.env["project.task"].browse(job_id)
            scene._log(job, hours)
            job._jobtrack_complete("Done")

        self.request(finish)

    def buy(self, account_id):
        """Order and pay: two requests."""

        def order(scene):
            account = scene.env["jobtrack.account"].browse(account_id)
            return scene._sell_plan(account=account).invoice_ids.id

        invoice_id = self.request(order)
        self.request(lambda scene: scene._pay(scene.env["account.move"].browse(invoice_id)))

    def refund(self, account_id):
        """Credit up to three hours of a pack, if there are so many."""

        def credit(scene):
            packs = scene.env["jobtrack.hour.pack"].search(
                [("jobtrack_account_id", "=", account_id), ("invoice_line_id", "!=", False)]
            )
            if packs:
                pack = packs[self.chance.randrange(len(packs))]
                note = pack.invoice_id._reverse_moves([{"invoice_date": pack.invoice_id.date}])
                note.invoice_line_ids.quantity = self.chance.choice([1, 3])
                note.action_post()

        self.request(credit)

    def bill(self, _account_id):
        """Bill a day; two people often want the same one."""
        day = date.today() + timedelta(days=next(self.test.days) // 2)
        self.request(lambda scene: scene.env["jobtrack.billing.run"]._run(scene.company, day))

    def care(self, account_id):
        """Look after an account, as the daily job does."""
        self.request(lambda scene: scene.env["jobtrack.account"].browse(account_id)._look_after())


@tagged("post_install", "-at_install")
class TestEightWorkers(AtOnce):
    """Eight people approve, work, bill, buy and refund on three accounts (a minute with HYPOTHESIS_PROFILE=long)."""

    def test_eight_workers_never_overspend_and_see_no_conflict(self):
        def build(scene):
            accounts = scene.account | scene._make_account("Second") | scene._make_account("Third")
            accounts.contact_ids.unlink()
            accounts.credit_limit = 1_000_000
            for account in accounts:
                account._grant_hours(10, 40, None, None, "Ten hours")
            return scene.company.id, scene.employee.id, accounts.ids

        self.company_id, self.employee_id, self.account_ids = self._build(build)
        self.days = count(1)
        self.number = int(os.environ.get("JOBTRACK_SEED") or random.randrange(2**32))
        end = time.monotonic() + SECONDS
        workers = [Worker(self, number, end) for number in range(WORKERS)]
        threads = [threading.Thread(target=worker.work, daemon=True) for worker in workers]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(SECONDS + PATIENCE_SECONDS)
        done, tries = (
            sum(getattr(worker, name) for worker in workers) for name in ("done", "tries")
        )
        refused = sum(worker.refused for worker in workers)
        _logger.info(
            "eight workers: JOBTRACK_SEED=%s, %s requests in %ss, %s tried again, %s refused in words",
            *(self.number, done, SECONDS, tries - done, refused),
        )
        self.assertFalse(any(thread.is_alive() for thread in threads), "somebody waits for ever")
        self.assertEqual(self.errors, [])
        self.assertGreater(tries, done + refused, "they did not meet: the test proves nothing")
        self._commit(self._check)

    def _check(self, env):
        """Bill what is left; then nothing is lost, nothing twice, and no number is missing."""
        company = env["res.company"].browse(self.company_id)
        day = date.today() + timedelta(days=next(self.days) + 1)
        self.assertEqual(env["jobtrack.billing.run"]._run(company, day).state, "done")
        accounts = env["jobtrack.account"].browse(self.account_ids)
        self.assertEqual(accounts._verify_ledger(), [])
        done = accounts.job_ids.filtered("jobtrack_time_ids")
        self.assertTrue(done)
        self.assertEqual(set(done.mapped("jobtrack_state")), {"billed"})
        self.assertTrue(all(len(job.jobtrack_statement_line_ids) == 1 for job in done))
        moves = env["account.move"].search(
            [("company_id", "=", company.id), ("state", "=", "posted")]
        )
        for prefix, own in moves.grouped("sequence_prefix").items():
            numbers = sorted(own.mapped("sequence_number"))
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), prefix)
