import gc
import re
from collections import Counter

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from .common import JobtrackCommon

RUN = "2026-03-15"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestBudgets(JobtrackCommon):
    """What the daily steps cost in queries of the database: the price per record stays small and does not grow.

    Each test does the same for some records and for more of them: the difference is the price of one record.
    """

    def _queries(self, work):
        """Return the queries that ``work()`` takes from cold caches until all is written, with how often each comes.

        The caches of the server and of its environments are emptied as well, and none is forgotten half-way: what
        happens to be left there would otherwise save a query in one measurement and not in the next.
        """
        self.env.flush_all()
        self.env.registry.clear_all_caches()
        self.env.transaction.reset()
        queries = []
        gc.collect()
        gc.disable()
        try:
            for _recording in self._patchExecute(queries):
                work()
        finally:
            gc.enable()
        return Counter(self._shape(query) for query in queries)

    @staticmethod
    def _shape(query):
        """Return a query without its values and without their number."""
        query = re.sub(r"\d+", "0", str(query))
        return re.sub(r"%s(,\s*%s)*|\(%s\)(,\s*\(%s\))*", "%s", " ".join(query.split()))[:300]

    def _growing(self, few, many):
        """Return the queries that come more often for more records, with how much more often.

        One query more or less is what a cache happens to hold, not a price per record; and a query that is saved by
        chance must not pay for one that grows.
        """
        growth = {query: many[query] - few[query] for query in many}
        return {query: count for query, count in growth.items() if count > 1}

    def _growth(self, work, few=10, many=20):
        """Return the queries that grow when ``work(number)`` does many at once, and for how many records more."""
        work(1)  # loads what is loaded once in the life of a server
        return self._growing(*(self._queries(lambda n=n: work(n)) for n in (few, many))), many - few

    def _price(self, work):
        """Return what one record more costs when ``work(number)`` does many at once."""
        growing, records = self._growth(work)
        return sum(growing.values()) / records

    def _assert_price(self, growing, records, bound):
        """Assert that ``records`` more cost at most ``bound`` queries each; name the queries that grow."""
        named = "\n".join(f"{count}: {query}" for query, count in growing.items())
        self.assertLessEqual(sum(growing.values()) / records, bound, named)

    def _jobs(self, number):
        return self.env["project.task"].create(
            [{"name": "Job", "project_id": self.account.project_id.id} for _job in range(number)]
        )

    def _tasks(self, number):
        """The same in a project without a support account, as the price that Odoo takes."""
        project = self.env["project.project"].create(
            {"name": "Plain", "company_id": self.company.id}
        )
        self.env["project.task"].create(
            [{"name": "Task", "project_id": project.id} for _task in range(number)]
        )

    def test_a_job_costs_what_a_task_costs(self):
        self._assert_price(*self._growth(self._jobs), self._price(self._tasks))

    def test_time_on_a_job_costs_what_time_on_a_task_costs(self):
        job = self._make_job()
        self._approve(job, 100)
        plain = self.env["project.project"].create(
            {"name": "Plain", "company_id": self.company.id, "allow_timesheets": True}
        )
        task = self.env["project.task"].create({"name": "Task", "project_id": plain.id})

        def log(target):
            def work(number):
                self.env["account.analytic.line"].create(
                    [
                        {
                            "name": "Work",
                            "task_id": target.id,
                            "project_id": target.project_id.id,
                            "employee_id": self.employee.id,
                            "unit_amount": 0.25,
                        }
                        for _entry in range(number)
                    ]
                )

            return work

        self._assert_price(*self._growth(log(job)), self._price(log(task)))

    def _billable_accounts(self, number, hours):
        """Return accounts with a done job each; ``hours`` of packs are there to pay it."""
        accounts = self.env["jobtrack.account"]
        for index in range(number):
            account = self._make_account(f"Account {index}")
            self._make_contact(account, self.approver, may_approve=True)
            if hours:
                account._grant_hours(hours, 40, "2026-03-01", None, "Hours")
            self._do_job(3, account=account, date="2026-03-09")
            accounts |= account
        return accounts

    def _billing_growth(self, hours):
        """Return the queries that grow from a batch of ten accounts to one of twenty."""
        batches = [self._billable_accounts(number, hours) for number in (1, 10, 20)]
        run = self.env["jobtrack.billing.run"]._get_or_create(self.company, RUN)
        _warm, first, second = (
            self._queries(lambda b=batch: self.env["jobtrack.statement"]._bill(run, b))
            for batch in batches
        )
        self.assertSound(batches[2])
        return self._growing(first, second), 10

    def test_billing_from_packs_costs_one_query_for_each_account_more(self):
        """Odoo's own, for the analytic account of the booking."""
        self._assert_price(*self._billing_growth(hours=10), 1)

    def test_billing_with_invoices_costs_what_odoos_own_invoices_cost(self):
        product = self.env.ref("jobtrack_support.product_postpaid_hour")
        line = {"product_id": product.id, "name": "Work", "quantity": 3, "price_unit": 50}

        def invoice(number):
            self.env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": self.client_company.id,
                        "company_id": self.company.id,
                        "invoice_line_ids": [Command.create(line)],
                    }
                    for _invoice in range(number)
                ]
            ).action_post()

        self._assert_price(*self._billing_growth(hours=0), self._price(invoice) + 1)

    def test_refreshing_holds_costs_nothing_for_each_account_more(self):
        batches = [self._open_accounts(number) for number in (1, 10, 20)]
        _warm, few, many = (self._queries(batch._refresh_holds) for batch in batches)
        self._assert_price(self._growing(few, many), 10, 0)

    def _open_accounts(self, number):
        """Return accounts with an approved job and an unpaid invoice each."""
        accounts = self._billable_accounts(number, hours=0)
        for account in accounts:
            self._approve(self._make_job(account=account), 2)
        self.env["jobtrack.billing.run"]._run(self.company, RUN)
        return accounts
