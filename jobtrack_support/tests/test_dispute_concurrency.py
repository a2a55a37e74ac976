from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.jobtrack_job_dispute import ACTIVITY, CORRECTION
from . import test_concurrency

RUN = "2026-03-15"


@tagged("post_install", "-at_install")
class TestDisputeConcurrency(test_concurrency.TestConcurrency):
    """A dispute at the very moment of the run: the job is billed or kept out, never both (M6)."""

    def _build_disputable(self, disputed=False):
        """Return the ids of a company, an account, a done job that waits for its run, and the client's approver."""

        def build(scene):
            company_id, account_id = self._build_done_job(scene)
            job = scene.account.job_ids
            if disputed:
                job._jobtrack_dispute(scene.approver, "Too many hours.")
            scene.env["jobtrack.billing.run"]._get_or_create(scene.company, RUN)
            return company_id, account_id, job.id, scene.approver.id

        return self._build(build)

    @staticmethod
    def _dispute(job_id, partner_id, reason="Too many hours."):
        def work(env):
            partner = env["res.partner"].browse(partner_id)
            env["project.task"].browse(job_id)._jobtrack_dispute(partner, reason)

        return work

    @staticmethod
    def _bill(company_id):
        def work(env):
            env["jobtrack.billing.run"]._run(env["res.company"].browse(company_id), RUN)

        return work

    def test_a_dispute_at_the_moment_of_the_run_keeps_out_or_asks_never_both(self):
        company_id, account_id, job_id, partner_id = self._build_disputable()
        self._at_once(self._bill(company_id), self._dispute(job_id, partner_id))
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            account, job = (
                env["jobtrack.account"].browse(account_id),
                env["project.task"].browse(job_id),
            )
            if job.jobtrack_disputed:
                outcome = (job.jobtrack_state, len(account.statement_ids), account.balance_hours)
                self.assertEqual(outcome, ("done", 0, 10))
                self.assertTrue(job.activity_search([ACTIVITY]))
            else:
                outcome = (job.jobtrack_state, len(account.statement_ids), account.balance_hours)
                self.assertEqual(outcome, ("billed", 1, 7))
                self.assertTrue(job.activity_search([CORRECTION]))
            self._assert_sound(env, account)

        self._commit(check)

    def test_two_people_dispute_at_once_and_the_first_stands(self):
        _company_id, account_id, job_id, partner_id = self._build_disputable()
        self._at_once(
            self._dispute(job_id, partner_id, "First"), self._dispute(job_id, partner_id, "Second")
        )

        def check(env):
            job = env["project.task"].browse(job_id)
            self.assertIn(job.jobtrack_dispute_reason, ("First", "Second"))
            self.assertEqual(len(job.activity_search([ACTIVITY])), 1)
            periods = job.jobtrack_waiting_ids.filtered(lambda p: p.job_state == "disputed")
            self.assertEqual(len(periods), 1)
            self._assert_sound(env, env["jobtrack.account"].browse(account_id))

        self._commit(check)

    def test_two_people_decide_at_once_and_one_decision_counts(self):
        _company_id, account_id, job_id, _partner_id = self._build_disputable(disputed=True)
        late = []

        def decide(decision):
            def work(env):
                job = env["project.task"].browse(job_id)
                times = dict.fromkeys(job._jobtrack_disputed_time().ids, 0)
                try:
                    job._jobtrack_decide_dispute(decision, "As we said.", times)
                except UserError as error:
                    late.append(str(error))

            return work

        self._at_once(decide("bill"), decide("waive"))

        def check(env):
            job = env["project.task"].browse(job_id)
            self.assertEqual(len(late), 1)
            self.assertIn("not disputed any more", late[0])
            waived = job.jobtrack_time_ids.filtered("jobtrack_waived")
            minutes = {"bill": 0, "waive": 180}[job.jobtrack_dispute_decision]
            self.assertEqual(waived._jobtrack_minutes(), minutes)
            self._assert_sound(env, env["jobtrack.account"].browse(account_id))

        self._commit(check)
