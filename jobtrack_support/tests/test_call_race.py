from datetime import timedelta

from odoo import Command
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from . import test_concurrency
from .at_once import AtOnce


@tagged("post_install", "-at_install")
class TestCallRace(AtOnce):
    """Two people want the same time of the same person at the same moment: one of them gets it (C10)."""

    _at_once = test_concurrency.TestConcurrency._at_once
    _as_odoo_would = test_concurrency.TestConcurrency._as_odoo_would
    _begin = test_concurrency.TestConcurrency._begin

    def _build_two_jobs(self, diary=True):
        """Return the ids of two jobs of one technician, of their clients, and the first time that is free.

        :param bool diary: whether the technician has been planned for before
        """

        def build(scene):
            if diary:
                scene.env["jobtrack.diary"]._of(scene.employee_user)
            hours = [
                Command.create({"name": "x", "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
                for day in range(7)
            ]
            scene.employee.resource_calendar_id = scene.env["resource.calendar"].create(
                {
                    "name": "Always",
                    "tz": "UTC",
                    "company_id": scene.company.id,
                    "attendance_ids": [Command.clear(), *hours],
                }
            )
            scene.employee.tz = "UTC"
            assigned = {"user_ids": [Command.set(scene.employee_user.ids)]}
            jobs = [scene._make_job(**assigned) for _job in range(2)]
            users = [
                scene._make_user(f"{name}{scene.suffix}", "base.group_portal", partner=partner)
                for name, partner in (("max", scene.member), ("ann", scene.approver))
            ]
            start = next(iter(jobs[0]._jobtrack_call_slots()))[0]
            return [job.id for job in jobs], [user.id for user in users], start

        return self._build(build)

    def _book(self, job_id, user_id, start, late):
        def work(env):
            job = env["project.task"].browse(job_id).with_user(user_id)
            try:
                job.action_jobtrack_book_call(start)
            except UserError as error:
                late.append(str(error))
            except ConcurrencyError as error:
                # Odoo begins such a request anew, as it does after a conflict of the database.
                raise SerializationFailure from error

        return work

    def test_one_of_two_clients_gets_the_time_and_the_other_is_told(self):
        self._assert_one_gets_it(*self._build_two_jobs())

    def test_the_same_with_a_person_who_was_never_planned_for(self):
        self._assert_one_gets_it(*self._build_two_jobs(diary=False))

    def _assert_one_gets_it(self, job_ids, user_ids, start):
        late = []
        self._at_once(
            *[
                self._book(job_id, user_id, start, late)
                for job_id, user_id in zip(job_ids, user_ids, strict=True)
            ]
        )
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            calls = env["calendar.event"].search([("jobtrack_job_id", "in", job_ids)])
            self.assertEqual(len(calls), 1)
            self.assertEqual(len(late), 1)
            self.assertIn("not free any more", late[0])

        self._commit(check)

    def test_staff_and_a_client_at_the_same_moment(self):
        job_ids, user_ids, start = self._build_two_jobs()
        late = []

        def plan(env):
            job = env["project.task"].browse(job_ids[1])
            try:
                env["calendar.event"].create(
                    {
                        "jobtrack_job_id": job.id,
                        "user_id": job.user_ids.id,
                        "start": start - timedelta(minutes=15),
                        "duration": 1,
                    }
                )
            except UserError as error:
                late.append(str(error))

        self._at_once(self._book(job_ids[0], user_ids[0], start, late), plan)
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            calls = env["calendar.event"].search([("jobtrack_job_id", "in", job_ids)])
            self.assertEqual((len(calls), len(late)), (1, 1))

        self._commit(check)
