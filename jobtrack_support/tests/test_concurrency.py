import threading

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2 import OperationalError
from psycopg2.errors import LockNotAvailable, SerializationFailure

from ..tools import batches
from .at_once import AtOnce

PATIENCE_SECONDS = 60


@tagged("post_install", "-at_install")
class TestConcurrency(AtOnce):
    """Two people at the same moment: nothing is promised, paid or billed twice."""

    def _at_once(self, *works):
        """Run the works at the same moment: all transactions begin before any of them goes on."""
        barrier = threading.Barrier(len(works))
        threads = [
            threading.Thread(target=self._as_odoo_would, args=(work, barrier), daemon=True)
            for work in works
        ]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)
        self.assertFalse(any(thread.is_alive() for thread in threads), "somebody waits for ever")
        self.assertEqual(self.errors, [])

    def _as_odoo_would(self, work, barrier):
        """Run ``work(env)``, again in a new transaction when it loses a conflict, as Odoo does for requests."""
        for attempt in range(5):
            try:
                self._commit(
                    lambda env, first=not attempt: self._begin(
                        env, work, barrier if first else None
                    )
                )
                return
            except OperationalError:
                self.conflicts += 1
            except Exception as error:  # noqa: BLE001 - reported by the thread that waits
                self.errors.append(error)
                return
        self.errors.append("five conflicts in a row")

    def _begin(self, env, work, barrier):
        env.cr.execute("SELECT count(*) FROM jobtrack_account")  # takes the transaction's snapshot
        if barrier:
            barrier.wait(PATIENCE_SECONDS)
        return work(env)

    def _assert_sound(self, env, account):
        self.assertEqual(account._verify_ledger(), [])

    # === TESTS === #

    def test_two_approvals_never_reserve_the_same_hours(self):
        def build(scene):
            scene.account._grant_hours(10, 40, None, None, "Ten hours")
            orders = [scene._make_estimate(scene._make_job(), 6) for _job in range(2)]
            for order in orders:
                order.action_send()
            return scene.account.id, [order.id for order in orders]

        account_id, order_ids = self._build(build)
        self._at_once(
            *[
                lambda env, i=order_id: env["jobtrack.work.order"].browse(i).action_approve()
                for order_id in order_ids
            ]
        )
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            account = env["jobtrack.account"].browse(account_id)
            self.assertEqual((account.held_hours, account.available_hours), (10, 0))
            rows = env["jobtrack.work.order"].browse(order_ids).funding_ids
            self.assertEqual(sum(rows.filtered("pack_id").mapped("minutes")), 600)
            self.assertEqual(sum(rows.filtered(lambda row: not row.pack_id).mapped("minutes")), 120)
            self._assert_sound(env, account)

        self._commit(check)

    def test_two_runs_bill_a_job_once(self):
        company_id, account_id = self._build(self._build_done_job)
        run = "2026-03-15"

        def bill(env):
            env["jobtrack.billing.run"]._run(env["res.company"].browse(company_id), run)

        # The run itself exists, so that both reach the account.
        self._commit(
            lambda env: env["jobtrack.billing.run"]._get_or_create(
                env["res.company"].browse(company_id), run
            )
        )
        self._at_once(bill, bill)

        def check(env):
            account = env["jobtrack.account"].browse(account_id)
            self.assertEqual(len(account.statement_ids), 1)
            self.assertEqual(len(account.statement_ids.line_ids), 1)
            self.assertEqual(account.balance_hours, 7)
            self._assert_sound(env, account)

        self._commit(check)

    def _build_done_jobs(self, number):
        """Make a run that has begun, over ``number`` accounts: every other one pays with a pack."""

        def build(scene):
            scene.env = scene.env(context={"jobtrack_now": "2026-03-10 10:00:00"})
            accounts = scene.env["jobtrack.account"]
            for index in range(number):
                account = scene._make_account(f"Account {index}")
                scene._make_contact(account, scene.approver, may_approve=True)
                if index % 2:
                    account._grant_hours(10, 40, "2026-03-01", None, "Ten hours")
                scene._do_job(3, account=account, date="2026-03-09")
                accounts |= account
            run = scene.env["jobtrack.billing.run"]._get_or_create(scene.company, "2026-03-15")
            run.state = "running"
            return run.id, accounts.ids

        return self._build(build)

    def _assert_billed_once(self, env, run_id, account_ids):
        run = env["jobtrack.billing.run"].browse(run_id)
        accounts = env["jobtrack.account"].browse(account_ids)
        self.assertEqual((run.state, len(run.problem_ids)), ("done", 0))
        self.assertEqual(run.statement_ids.jobtrack_account_id, accounts)
        self.assertEqual(len(run.statement_ids.line_ids), len(accounts))
        numbers = run.statement_ids.invoice_id.mapped("sequence_number")
        self.assertEqual(len(numbers), len(accounts) // 2)
        self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)), "a gap, or one twice")
        self._assert_sound(env, accounts)

    def _count_mails_asked_for(self, env):
        cron = env.ref("jobtrack_support.ir_cron_statement_mail")
        return env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_two_workers_share_a_run_and_close_it_once(self):
        run_id, account_ids = self._build_done_jobs(12)
        self.patch(batches, "FIRST", 2)
        self.patch(batches, "LARGEST", 2)
        before = self._commit(self._count_mails_asked_for)

        def work(env):
            env["jobtrack.billing.run"].browse(run_id)._work_off()

        self._at_once(work, work)
        self._commit(lambda env: self._assert_billed_once(env, run_id, account_ids))
        self.assertEqual(self._commit(self._count_mails_asked_for), before + 1)

    def test_a_worker_leaves_what_somebody_else_holds_and_the_run_stays_open_for_it(self):
        run_id, account_ids = self._build_done_jobs(4)

        def work(env):
            env.cr.execute("SET lock_timeout = '2s'")
            run = env["jobtrack.billing.run"].browse(run_id)
            run._work_off()
            return run.state, len(run.statement_ids)

        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["jobtrack.account"].browse(account_ids[1])._lock()
            self.assertEqual(self._commit(work), ("running", 3))
            cr.rollback()
        self.assertEqual(self._commit(work), ("done", 4))
        self._commit(lambda env: self._assert_billed_once(env, run_id, account_ids))

    def test_billing_and_approving_at_once_never_overspend(self):
        company_id, account_id = self._build(self._build_done_job)

        def send(env):
            project = env["jobtrack.account"].browse(account_id).project_id
            job = env["project.task"].create({"name": "Eats the rest", "project_id": project.id})
            order = env["jobtrack.work.order"].create(
                {"task_id": job.id, "hours": 9, "scope": "All"}
            )
            order.action_send()
            return order.id

        order_id = self._commit(send)
        self._at_once(
            lambda env: env["jobtrack.billing.run"]._run(
                env["res.company"].browse(company_id), "2026-03-15"
            ),
            lambda env: env["jobtrack.work.order"].browse(order_id).action_approve(),
        )

        def check(env):
            account = env["jobtrack.account"].browse(account_id)
            self.assertEqual((account.balance_hours, account.held_hours), (7, 7))
            self._assert_sound(env, account)

        self._commit(check)

    def test_a_purchase_and_a_run_do_not_wait_for_each_other_in_a_circle(self):
        def build(scene):
            company_id, account_id = self._build_done_job(scene)
            return company_id, account_id, scene._sell_plan(confirm=False).id

        company_id, account_id, order_id = self._build(build)

        def buy(env):
            order = env["sale.order"].browse(order_id)
            order.action_confirm()
            self.scene._pay.__func__(type("Payer", (), {"env": env}), order.invoice_ids)

        self._at_once(
            buy,
            lambda env: env["jobtrack.billing.run"]._run(
                env["res.company"].browse(company_id), "2026-03-15"
            ),
        )

        def check(env):
            account = env["jobtrack.account"].browse(account_id)
            self.assertIn(account.balance_hours, (27,))
            self._assert_sound(env, account)

        self._commit(check)

    def test_two_entries_never_share_the_last_approved_hour(self):
        def build(scene):
            job = scene._make_job()
            scene._approve(job, 1)
            return job.id, scene.employee.id

        job_id, employee_id = self._build(build)

        def log(env):
            job = env["project.task"].browse(job_id)
            env["account.analytic.line"].create(
                {
                    "name": "Work",
                    "task_id": job.id,
                    "project_id": job.project_id.id,
                    "employee_id": employee_id,
                    "unit_amount": 1,
                }
            )

        self._at_once(log, log)
        self._commit(
            lambda env: self.assertEqual(
                env["project.task"].browse(job_id).jobtrack_billable_hours, 1
            )
        )

    def test_whoever_lost_a_conflict_begins_anew_with_the_lock(self):
        account_id = self._build(lambda scene: scene.account.id)

        def lock(env):
            env["jobtrack.account"].browse(account_id)._lock()

        def lock_at_once(env):
            env.cr.execute("SET LOCAL lock_timeout = '100ms'")
            lock(env)

        with db_connect(get_db_name()).cursor() as cr, mute_logger("odoo.sql_db"):
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.cr.execute("SELECT count(*) FROM jobtrack_account")  # an old view
            self._commit(lock)
            with self.assertRaises(SerializationFailure):
                lock(env)
            cr.rollback()
            with self.assertRaises(LockNotAvailable):
                self._commit(lock_at_once)
            lock(env)
        self._commit(lock_at_once)

    def test_a_new_job_does_not_wait_for_a_locked_account(self):
        account_id = self._build(lambda scene: scene.account.id)
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            account = env["jobtrack.account"].browse(account_id)
            account._lock()

            def request(env2):
                env2.cr.execute("SET LOCAL lock_timeout = '2s'")
                project = env2["jobtrack.account"].browse(account_id).project_id
                env2["project.task"].create({"name": "Meanwhile", "project_id": project.id})

            self._commit(request)

    @staticmethod
    def _build_done_job(scene):
        """Ten hours, three of them used by a job that is done."""
        scene.env = scene.env(context={"jobtrack_now": "2026-03-10 10:00:00"})
        scene.account = scene.account.with_env(scene.env)
        scene.account._grant_hours(10, 40, "2026-03-01", None, "Ten hours")
        scene._do_job(3, date="2026-03-09")
        return scene.company.id, scene.account.id
