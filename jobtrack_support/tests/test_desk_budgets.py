from freezegun import freeze_time
from odoo.tests import tagged

from .common import JobtrackCommon
from .test_budgets import TestBudgets

FORM_FIELDS = (
    "jobtrack_queue_reason",
    "jobtrack_estimate_hours",
    "jobtrack_estimate_due",
    "jobtrack_is_estimate_late",
    "jobtrack_timer_start",
    "jobtrack_check_words",
    "jobtrack_left_hours",
    "jobtrack_next_step",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestDeskBudgets(JobtrackCommon):
    """Queue, job form and the daily look at all places cost the database no query for each job more."""

    _queries, _growing, _assert_price = (
        TestBudgets._queries,
        TestBudgets._growing,
        TestBudgets._assert_price,
    )
    _shape = staticmethod(TestBudgets._shape)

    def _jobs(self, number, accounts=1):
        """Return ``number`` approved and as many requested jobs, spread over fresh accounts."""
        jobs = self.env["project.task"]
        for index in range(accounts):
            account = self._make_account(f"Account {len(jobs)} {index}")
            self._make_contact(account, self.approver, may_approve=True)
            account._grant_hours(5, 40, "2026-01-01", "2026-03-31", "Hours")
            for _turn in range(number // accounts):
                job = self._make_job(account=account)
                self._approve(job, 1)
                self._log(job, 0.5)
                jobs |= job | self._make_job(account=account)
        return jobs

    def _compare(self, work, batches):
        """Assert that ``work(jobs)`` takes no more queries for the last of ``batches`` than for the one before."""
        counts = [self._queries(lambda b=batch: work(b)) for batch in batches]
        growing = self._growing(counts[-2], counts[-1])
        self._assert_price(growing, len(batches[-1]) - len(batches[-2]), 0)

    def _read(self, view, domain):
        action = self.env.ref("jobtrack_support.project_task_action_queue")
        self.assertTrue(action.domain)
        arch = self.env["project.task"].get_view(self.env.ref(f"jobtrack_support.{view}").id)
        names = {
            name: {} for name in arch["models"]["project.task"] if name in self.env["project.task"]
        }
        return self.env["project.task"].web_search_read(domain, names, order="jobtrack_queue_key")

    def test_the_queue_costs_nothing_for_each_job_more(self):
        batches = [self._jobs(number) for number in (2, 8, 16)]
        for view in ("project_task_view_list_queue", "project_task_view_kanban_my_day"):
            self._compare(
                lambda jobs, view=view: self._read(view, [("id", "in", jobs.ids)]), batches
            )

    def test_the_daily_look_costs_nothing_for_each_job_or_account_more(self):
        batches = [self._jobs(number, accounts=number) for number in (2, 4, 8)]

        def look(jobs):
            jobs._jobtrack_requeue()
            self.env.flush_all()

        self._compare(look, batches)

    def test_a_job_form_does_not_depend_on_how_many_jobs_wait(self):
        counts = []
        for number in (2, 8, 16):
            jobs = self._jobs(number)
            jobs.jobtrack_account_id.action_order_jobs(jobs.ids)
            self.env.flush_all()
            counts.append(self._queries(lambda job=jobs[0]: job.read(FORM_FIELDS)))
        self._assert_price(self._growing(*counts[1:]), 8, 0)

    def test_a_new_job_does_not_look_at_each_job_that_waits(self):
        counts = []
        for number in (2, 8, 16):
            account = self._jobs(number).jobtrack_account_id

            def ask(account=account):
                self._make_job(account=account)

            counts.append(self._queries(ask))
        self._assert_price(self._growing(*counts[1:]), 8, 0)

    def test_the_list_of_accounts_costs_nothing_for_each_account_more(self):
        batches = [self._jobs(number, accounts=number).jobtrack_account_id for number in (2, 4, 8)]
        self._compare(
            lambda accounts: accounts.browse(accounts.ids).mapped("overdue_count"), batches
        )
