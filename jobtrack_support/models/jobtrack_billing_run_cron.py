import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..tools import batches

CONFLICTS_AT_MOST = 5
WORKERS, WORKERS_AT_MOST = 2, 8
CRON = "ir_cron_billing"


class JobtrackBillingRunCron(models.AbstractModel):
    """Billing in the background: several workers, also on several hosts, share the accounts of a run (A7).

    Each worker is a scheduled action of its own, because Odoo runs one record in one process at a time. A worker
    claims the accounts that nobody else holds, drafts their bills, posts them as the last act and commits.
    """

    _name = "jobtrack.billing.run.cron"
    _description = "Billing Run: In the Background"

    # === WORKING === #

    @api.model
    def _cron_run(self):
        """Bill what is due: runs that were begun, and the run of the last billing date of each company.

        The only place of the billing that commits, batch by batch; a killed run goes on where it stopped.
        """
        if self._is_first_worker():
            self._cron_create_due_runs()
            self.env["ir.cron"]._commit_progress()
            if self.search_count([("state", "=", "running")], limit=1):
                self._wake_workers(others=True)
                self.env["ir.cron"]._commit_progress()
        for run in self.search([("state", "=", "running")], order="date, id"):
            if not run._work_off():
                return

    def _work_off(self):
        """Bill the accounts of this run that nobody else holds, then close it when none is left.

        :return: whether there is time for more
        """
        self.ensure_one()
        size, conflicts = batches.FIRST, 0
        while conflicts < CONFLICTS_AT_MOST:
            begin = time.monotonic()
            try:
                accounts, left = self._claim(size)
                if not accounts:
                    return self._close(left)
                billed = 0 if self._close_ended_packs(accounts) else len(accounts)
                if billed:
                    self._bill_batch(accounts)
                in_time = self.env["ir.cron"]._commit_progress(billed, remaining=left)
            except OperationalError:  # another worker, or a client who approves, was faster
                self._forget_transaction()
                conflicts += 1
                continue
            if not in_time:
                return False
            conflicts = 0
            size = batches.next_size(len(accounts), time.monotonic() - begin, size)
        self._wake_workers(self._soon())
        return False

    def _close_ended_packs(self, accounts):
        """Close packs that ended, before their accounts are billed in a transaction of its own.

        The books of what lapsed take numbers of the ledger's journal at once; a bill takes them last, so that others
        wait for them as shortly as can be.

        :return: whether there was anything to close
        """
        ended, _lapsed = accounts.sudo()._last_days(accounts._today(self.company_id))
        ended.sorted("id")._begin_change()
        return bool(ended)

    def _claim(self, size):
        """Lock up to ``size`` accounts of this run that nobody else holds, and those that share their invoices.

        :return: the accounts, and how many others of the run are left
        """
        candidates = self._accounts_to_bill()
        claimed = self._lock_free(candidates, size)
        partners = claimed.sudo()._with_invoice_group(candidates.sudo()) - claimed
        claimed |= self._lock_free(partners, len(partners))
        held = candidates - claimed
        if (
            partners - claimed
        ):  # somebody else holds one of a group: the group waits, it gets one invoice
            others = claimed.sudo()
            claimed -= others.filtered(lambda account: account._with_invoice_group(held) - account)
        return claimed, len(candidates - claimed)

    def _lock_free(self, accounts, limit):
        """Return up to ``limit`` of the accounts that are free, locked until the transaction ends, without waiting."""
        if not accounts:
            return accounts
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM jobtrack_account WHERE id IN %s ORDER BY id LIMIT %s"
                " FOR NO KEY UPDATE SKIP LOCKED",
                tuple(accounts.ids),
                limit,
            )
        )
        return accounts.browse([account_id for (account_id,) in rows])

    def _close(self, left):
        """Close the run when no account is left; when others hold some, look again soon.

        Of workers that end at the same moment one closes it.

        :return: True: there is time for the next run
        """
        if left:
            self._wake_workers(self._soon())
            self.env["ir.cron"]._commit_progress()
            return True
        query = "SELECT id FROM jobtrack_billing_run WHERE id = %s AND state = 'running' FOR UPDATE SKIP LOCKED"
        if self.env.execute_query(SQL(query, self.id)):
            self._finish()
            self.env["ir.cron"]._commit_progress()
            self._refresh_holds_of_billed()
        return True

    def _refresh_holds_of_billed(self):
        """Put jobs on hold, or release them, now that their account was billed; in batches with a commit each.

        What a billed job did not need of its reserve lets others begin.
        """
        accounts = self.statement_ids.jobtrack_account_id
        for start in range(0, len(accounts), batches.LARGEST):
            try:
                batch = accounts[start : start + batches.LARGEST]
                batch._with_jobs_on_hold()._reserve_lost()
                batch._refresh_holds()
                self.env["ir.cron"]._commit_progress()
            except OperationalError:
                self._forget_transaction()  # the daily look at the account does it

    def _forget_transaction(self):
        self.env.cr.rollback()
        self.env.transaction.reset()

    # === THE WORKERS === #

    def _is_first_worker(self):
        """Return whether this is the scheduled action that begins runs; the others only help."""
        cron_id = self.env.context.get("cron_id")
        return not cron_id or cron_id == self.env.ref(f"jobtrack_support.{CRON}").id

    @api.model
    def _soon(self):
        return fields.Datetime.now() + timedelta(minutes=1)

    @api.model
    def _workers(self):
        """Return the scheduled actions that bill, the one that begins runs first."""
        data = (
            self.env["ir.model.data"]
            .sudo()
            .search(
                [
                    ("module", "=", "jobtrack_support"),
                    ("model", "=", "ir.cron"),
                    ("name", "=like", f"{CRON}%"),
                ],
                order="name",
            )
        )
        return self.env["ir.cron"].sudo().browse(data.mapped("res_id")).exists()

    @api.model
    def _wake_workers(self, at=None, others=False):
        """Let the workers look for work now, or at a given moment.

        :param datetime at: naive UTC
        :param bool others: leave out the one that begins runs
        """
        for worker in self._workers()[1 if others else 0 :]:
            worker._trigger(at)

    @api.model
    def _set_workers(self, count):
        """Make or remove scheduled actions, so that ``count`` workers bill (1 to 8).

        They count as the addon's data, so that they go with it.
        """
        count = max(1, min(count, WORKERS_AT_MOST))
        workers = self._workers()
        for number in range(len(workers) + 1, count + 1):
            worker = workers[0].copy(
                {"name": f"{workers[0].name} ({number})", "user_id": workers[0].user_id.id}
            )
            worker.active = workers[0].active
            self.env["ir.model.data"].sudo().create(
                {
                    "module": "jobtrack_support",
                    "model": "ir.cron",
                    "name": f"{CRON}_{number}",
                    "res_id": worker.id,
                    "noupdate": True,
                }
            )
        workers[count:].unlink()
