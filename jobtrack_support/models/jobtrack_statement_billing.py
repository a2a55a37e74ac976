from collections import defaultdict
from datetime import timedelta

from odoo import api, models

from ..tools.rounding import format_hours, to_hours, to_minutes
from ..tools.statement import DoneJob, bill_jobs
from ..tools.terms import entry_minutes
from . import guard
from .in_batches import AT_ONCE, numbers


class JobtrackStatementBilling(models.AbstractModel):
    """How a batch of accounts is billed: load once, apply the rule, write once, post last."""

    _name = "jobtrack.statement.billing"
    _description = "Billing Statement: How It Is Made"

    @api.model
    def _bill(self, run, accounts):
        """Bill the done jobs of these accounts in this transaction.

        :param run: the ``jobtrack.billing.run``
        :param accounts: ``jobtrack.account`` records; locked here, in the order of their ids
        :return: the new statements
        """
        billing = guard.without_defaults(self.sudo())
        accounts = accounts.sudo()
        accounts._begin_change()
        run.company_id._jobtrack_ensure_books()
        jobs = billing._done_jobs(run, accounts)
        bills = billing._make_bills(run, jobs)
        statements = billing._create_statements(run, jobs)
        usage = billing._draw_usage(run, jobs, bills)
        lines = billing._create_lines(statements, jobs, bills, usage)
        invoices = billing._create_invoices(run, statements)
        entries = billing._record_usage(lines, usage)
        billing._close_jobs(jobs, lines)
        billing._note_balances(statements)
        (invoices | entries.move_id)._post(soft=False)
        return statements

    def _done_jobs(self, run, accounts):
        """Return the jobs to bill in the order in which packs serve them: completion, then id."""
        domain = run._jobs_domain() + [("jobtrack_account_id", "in", accounts.ids)]
        jobs = self.env["project.task"].with_context(active_test=False)
        return jobs.search(domain, order="jobtrack_date_done, id").with_env(self.env)

    # === THE RULE === #

    def _make_bills(self, run, jobs):
        """Return a dictionary: job id -> ``JobBill``, by one allocation per account."""
        plain_jobs = self._plain_jobs(jobs)
        packs = self._plain_packs(jobs.jobtrack_account_id)
        bills = {}
        for account, account_jobs in jobs.grouped("jobtrack_account_id").items():
            made = bill_jobs(
                [plain_jobs[job.id] for job in account_jobs],
                packs[account],
                run.date,
                account.currency_id.decimal_places,
            )
            bills.update({bill.job_id: bill for bill in made})
        return bills

    def _plain_jobs(self, jobs):
        """Return the jobs as plain values for the rule: billable time, consent, reserve, rate in force."""
        time = self._unbilled_time(jobs).grouped("jobtrack_job_id")
        billed = self._billed_before(jobs)
        return {job.id: self._plain_job(job, time.get(job), billed.get(job, {})) for job in jobs}

    def _plain_job(self, job, time, billed):
        """Return one job as plain values.

        :param time: its unbilled time, or None
        :param dict billed: what earlier lines billed of it, as fields of ``DoneJob``
        """
        order = job.jobtrack_work_order_id
        terms = job._jobtrack_terms()
        work, waived, worked = [], 0, 0
        for line in time or ():
            minutes = to_minutes(line.unit_amount)
            counted = entry_minutes(minutes, terms, line.jobtrack_after_hours)
            worked += minutes
            if line.jobtrack_waived:
                waived += counted
            else:
                work.append((line.id, line.date, counted))
        return DoneJob(
            id=job.id,
            work=tuple(work),
            approved=job.jobtrack_approved_minutes,
            rate=order.rate if order else job.jobtrack_account_id.postpay_rate,
            reserved=order._reserved_by_pack(),
            terms=terms,
            waived=waived,
            worked=worked,
            done=job.jobtrack_account_id._local_date(job.jobtrack_date_done),
            **({"billed": 0} | billed),
        )

    def _billed_before(self, jobs):
        """Return a dictionary: job -> what its earlier lines have billed, for jobs that were reopened or corrected."""
        billed = {
            job: {"billed": minutes, "charged": minutes - waived}
            for job, minutes, waived in self.env["jobtrack.statement.line"]._read_group(
                [("task_id", "in", jobs.ids)],
                ["task_id"],
                ["minutes:sum", "waived_minutes:sum"],
            )
        }
        if any(figures["charged"] for figures in billed.values()):
            time = self.env["account.analytic.line"].search(
                [
                    ("jobtrack_job_id", "in", [job.id for job in billed]),
                    ("jobtrack_statement_line_id", "!=", False),
                    ("jobtrack_waived", "=", False),
                ]
            )
            for job, lines in time.grouped("jobtrack_job_id").items():
                billed[job]["work_before"] = lines._jobtrack_minutes()
        return billed

    def _unbilled_time(self, jobs):
        return self.env["account.analytic.line"].search(
            [
                ("jobtrack_job_id", "in", jobs.ids),
                ("jobtrack_billable", "=", True),
                ("jobtrack_statement_line_id", "=", False),
            ],
            order="date, id",
        )

    def _plain_packs(self, accounts):
        """Return a dictionary: account -> its activated packs as plain values with free minutes."""
        packs = defaultdict(list)
        usable = accounts._usable_packs()
        plain = {pack.id: pack for pack in usable._as_plain()}
        for pack in usable:
            packs[pack.jobtrack_account_id].append(plain[pack.id])
        return packs

    @api.model
    def _preview(self, run, accounts=None):
        """Return what the run would bill now, for its preview; writes nothing.

        :param accounts: the accounts to look at; by default all that the run would bill
        :return: list of dictionaries with ``account``, ``jobs`` (rows of ``job`` and ``bill``), ``amount``
        """
        billing = self.sudo()
        accounts = run._accounts_to_bill() if accounts is None else accounts.sudo()
        jobs = billing._done_jobs(run, accounts)
        bills = billing._make_bills(run, jobs)
        rows = []
        for account, account_jobs in jobs.grouped("jobtrack_account_id").items():
            lines = [{"job": job, "bill": bills[job.id]} for job in account_jobs]
            rows.append(
                {
                    "account": account,
                    "jobs": lines,
                    "amount": sum(line["bill"].amount for line in lines),
                    "format_hours": format_hours,
                }
            )
        return rows

    # === RECORDS === #

    def _create_statements(self, run, jobs):
        accounts = jobs.jobtrack_account_id
        names = numbers(self.env, "jobtrack.statement", run.company_id, len(accounts))
        statements = self.with_context(**AT_ONCE).create(
            [
                {
                    "name": name,
                    "run_id": run.id,
                    "date": run.date,
                    "jobtrack_account_id": account.id,
                    "opening_minutes": account.balance_minutes,
                    "client_order_ref": account.client_order_ref,
                }
                for account, name in zip(accounts, names, strict=True)
            ]
        )
        return statements.with_env(self.env)

    def _draw_usage(self, run, jobs, bills):
        """Take the hours that the jobs cost out of their packs.

        :return: a dictionary: job id -> ledger rows, one for each pack, dated with the last day of the billed period
        """
        packs = self.env["jobtrack.hour.pack"]
        rows = self.env["jobtrack.ledger.entry"]._value_movements(
            [
                {
                    "pack": packs.browse(pack_id),
                    "kind": "usage",
                    "minutes": -minutes,
                    "date": run.date - timedelta(days=1),
                    "task": job,
                    "reason": job.jobtrack_reference,
                }
                for job in jobs
                for pack_id, minutes in bills[job.id].by_pack.items()
            ]
        )
        usage = defaultdict(list)
        for row in rows:
            usage[row["task_id"]].append(row)
        return usage

    def _create_lines(self, statements, jobs, bills, usage):
        by_account = {statement.jobtrack_account_id: statement for statement in statements}
        return self.env["jobtrack.statement.line"].create(
            [
                self._prepare_line(
                    by_account[job.jobtrack_account_id], job, bills[job.id], usage[job.id]
                )
                for job in jobs
            ]
        )

    def _prepare_line(self, statement, job, bill, usage):
        order = job.jobtrack_work_order_id
        account = job.jobtrack_account_id
        return {
            "statement_id": statement.id,
            # What follows from the statement and the minutes is not worked out again for each line.
            "jobtrack_account_id": account.id,
            "currency_id": account.currency_id.id,
            "date": statement.date,
            "task_id": job.id,
            "work_order_id": order.id,
            "worked_minutes": bill.worked,
            "minutes": bill.minutes,
            "prepaid_minutes": bill.prepaid,
            "postpaid_minutes": bill.postpaid,
            "waived_minutes": bill.waived,
            "hours": to_hours(bill.minutes),
            "prepaid_hours": to_hours(bill.prepaid),
            "postpaid_hours": to_hours(bill.postpaid),
            "waived_hours": to_hours(bill.waived),
            "rate": order.rate if order else account.postpay_rate,
            "amount": float(bill.amount),
            "prepaid_value": -sum(row["value"] for row in usage),
        }

    def _record_usage(self, lines, usage):
        """Write the usage entries of the lines."""
        rows = []
        for line in lines:
            for row in usage[line.task_id.id]:
                row["statement_line_id"] = line.id
                rows.append(row)
        return self.env["jobtrack.ledger.entry"]._record_rows(rows, post=False)

    def _close_jobs(self, jobs, lines):
        """Mark time and jobs as billed and free what they kept of packs."""
        self._unbilled_time(jobs)._jobtrack_bill(lines)
        orders = jobs.jobtrack_work_order_ids
        orders._release_reserve(orders)
        jobs._jobtrack_set_billed()

    def _note_balances(self, statements):
        reserved = statements.jobtrack_account_id._reserved_minutes()
        for statement in statements:
            account = statement.jobtrack_account_id
            statement.closing_minutes = account.balance_minutes
            statement.ledger_number = account.last_number
            statement.reserved_minutes = reserved.get(account, 0)
