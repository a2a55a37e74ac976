from freezegun import freeze_time
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestDeskPages(PortalCommon):
    """What a client sees of the clock, the pace and the queue, and its own order of its jobs (A5, B1, B6)."""

    def test_a_job_says_when_its_estimate_is_due_and_how_long_it_took(self):
        job = self._make_job()
        self._log_in(self.member_user)
        self.assertIn("Estimate due", self._text(f"/my/support/jobs/{job.id}"))
        self._make_estimate(job, 1).action_send()
        text = self._text(f"/my/support/jobs/{job.id}")
        self.assertNotIn("Estimate due", text)
        self.assertNotIn("Estimated in", text, "it took no time")
        self.company.resource_calendar_id.tz = "UTC"
        with freeze_time("2026-03-10 09:00:00"):
            slow = self._make_job("Slow")
        with freeze_time("2026-03-10 11:00:00"):
            self._make_estimate(slow, 1).action_send()
        text = self._text(f"/my/support/jobs/{slow.id}")
        self.assertIn("Estimated in 2:00 working hours", text)

    def test_a_question_of_ours_asks_for_an_answer(self):
        job = self._make_job()
        job._jobtrack_ask("Which shop?")
        self._log_in(self.member_user)
        self.assertIn("We need an answer from you", self._text(f"/my/support/jobs/{job.id}"))

    def test_the_hours_say_their_pace(self):
        with freeze_time("2026-01-01 10:00:00"):
            self.account._grant_hours(20, 40, "2026-01-01", "2100-03-31", "Hours")
        self._log_in(self.approver_user)
        self.assertIn("of 20:00 h used", self._text(f"/my/support/{self.account.id}"))

    def test_a_client_puts_a_job_first(self):
        jobs = self._make_job("One") | self._make_job("Two")
        url = f"/my/support/jobs/{jobs[1].id}"
        self._log_in(self.member_user)
        self.assertIn("Do This before My Other Jobs", self._text(url))
        response = self._post(f"{url}/first")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(jobs.mapped("jobtrack_client_priority"), [0, 1])
        text = self._text(url)
        self.assertIn("no. 1 of your jobs", text)
        self.assertNotIn("Do This before", text)
        self.assertTokenRequired(f"{url}/first")

    def test_others_do_not(self):
        job = self._make_job()
        url = f"/my/support/jobs/{job.id}/first"
        self.assertClosed(url, method="POST")
        self.assertClosed(url, self.looker_user, method="POST")
        self.assertEqual(job.jobtrack_client_priority, 0)
