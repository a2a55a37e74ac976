from freezegun import freeze_time
from odoo.tests import Form, tagged

from .common import JobtrackCommon

# What the queue's list asks for a job.
SHOWN = ("name", "priority", "jobtrack_queue_reason", "jobtrack_state", "jobtrack_left_hours")
QUEUE_BUDGET, FORM_BUDGET = 12, 60


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestOfficeBudget(JobtrackCommon):
    """Queue and job form cost the same however many jobs are open; 5,000 are measured by ``script/bench job_queue``."""

    def _queries(self, look):
        """Return how many queries ``look`` takes with nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        look()
        return self.env.cr.sql_log_count - before

    def _open_more_jobs(self, count):
        jobs = self.env["project.task"].create(
            [
                {"name": f"Job {number}", "project_id": self.account.project_id.id}
                for number in range(count)
            ]
        )
        for job in jobs[::5]:
            self._approve(job, 2)
            self._log(job, 1)

    def _open_queue(self):
        self.env["project.task"].web_search_read(
            [("jobtrack_queue_lane", "!=", False)],
            {name: {} for name in SHOWN},
            limit=80,
            order="jobtrack_queue_key, id",
        )

    def test_the_queue_needs_no_query_per_job(self):
        self._open_more_jobs(5)
        self._queries(self._open_queue)
        few = self._queries(self._open_queue)
        self._open_more_jobs(40)
        many = self._queries(self._open_queue)
        self.assertEqual(few, many)
        self.assertLessEqual(many, QUEUE_BUDGET)

    def test_the_form_of_a_job_does_not_care_how_many_others_there_are(self):
        job = self._approve(self._make_job(), 3).task_id
        self._log(job, 1)

        def opened():
            Form(job)

        self._open_more_jobs(5)
        self._queries(opened)
        few = self._queries(opened)
        self._open_more_jobs(40)
        many = self._queries(opened)
        self.assertEqual(few, many)
        self.assertLessEqual(many, FORM_BUDGET)
