from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from . import test_concurrency
from .at_once import AtOnce


@tagged("post_install", "-at_install")
class TestDeskRace(AtOnce):
    """Two people of the desk press a button at the same moment: one step is taken, and the other is told."""

    _at_once = test_concurrency.TestConcurrency._at_once
    _as_odoo_would = test_concurrency.TestConcurrency._as_odoo_would
    _begin = test_concurrency.TestConcurrency._begin

    def _step(self, told, model, record_id, method, *args, user_id=None):
        """Return a work that calls a method, as somebody, and notes what it was told instead."""

        def work(env):
            record = env[model].browse(record_id)
            record = record.with_user(user_id) if user_id else record
            try:
                getattr(record, method)(*args)
                env.flush_all()
            except UserError as error:
                told.append(str(error))
                env.cr.rollback()
            except IntegrityError as error:
                # Odoo turns what a constraint says into words.
                told.append(str(error))
                env.cr.rollback()

        return work

    def _race(self, *works):
        with mute_logger("odoo.sql_db"):
            self._at_once(*works)

    def _assert_one_takes(self, job_id, method, users, words):
        """Let people take a job at once: it has one person then, and the other is told why."""
        told = []
        self._race(
            *[self._step(told, "project.task", job_id, method, user_id=user) for user in users]
        )
        self._commit(
            lambda env: self.assertEqual(len(env["project.task"].browse(job_id).user_ids), 1)
        )
        self.assertEqual(len(told), 1)
        self.assertIn(words, told[0])

    def _build_offer(self):
        def build(scene):
            dispatcher = scene._make_user(
                f"dora{scene.suffix}", "jobtrack_support.group_dispatcher"
            )
            second = scene._make_user(f"tim{scene.suffix}", "jobtrack_support.group_technician")
            job = scene._make_job(user_ids=[])
            offers = job.with_user(dispatcher)._jobtrack_offer(scene.employee_user | second)
            return job.id, [(offer.id, offer.user_id.id) for offer in offers], dispatcher.id

        return self._build(build)

    def test_two_people_who_accept_at_once_are_both_on_the_job(self):
        job_id, offers, _dispatcher = self._build_offer()
        told = []
        self._race(
            *[
                self._step(told, "jobtrack.assignment", offer, "action_accept", user_id=user)
                for offer, user in offers
            ]
        )

        def check(env):
            job = env["project.task"].browse(job_id)
            self.assertEqual(set(job.user_ids.ids), {user for _offer, user in offers})
            self.assertEqual(job.jobtrack_assignment_ids.mapped("state"), ["accepted"] * 2)

        self.assertEqual(told, [])
        self._commit(check)

    def test_an_offer_that_is_accepted_and_withdrawn_at_once_says_the_same_as_the_job(self):
        job_id, offers, dispatcher = self._build_offer()
        (offer, user), told = offers[0], []
        self._race(
            self._step(told, "jobtrack.assignment", offer, "action_accept", user_id=user),
            self._step(told, "jobtrack.assignment", offer, "action_withdraw", user_id=dispatcher),
        )
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            job = env["project.task"].browse(job_id)
            state = env["jobtrack.assignment"].browse(offer).state
            # Withdrawn last, or accepted never: what was accepted may be taken back, not the other way round.
            self.assertEqual(state, "withdrawn")
            self.assertFalse(job.user_ids)

        self._commit(check)

    def test_a_job_is_taken_by_one_of_two(self):
        def build(scene):
            second = scene._make_user(f"tim{scene.suffix}", "jobtrack_support.group_technician")
            return scene._make_job(user_ids=[]).id, [scene.employee_user.id, second.id]

        job_id, users = self._build(build)
        self._assert_one_takes(job_id, "action_jobtrack_take", users, "already")

    def test_an_emergency_is_confirmed_by_one_of_two(self):
        def build(scene):
            second = scene._make_user(f"tim{scene.suffix}", "jobtrack_support.group_technician")
            job = scene._make_job(user_ids=[], jobtrack_is_emergency=True)
            return job.id, [scene.employee_user.id, second.id]

        job_id, users = self._build(build)
        self._assert_one_takes(
            job_id, "action_jobtrack_confirm_emergency", users, "has taken this emergency"
        )

    def test_one_person_starts_one_timer_in_two_windows(self):
        def build(scene):
            jobs = [scene._make_job() for _window in range(2)]
            return [job.id for job in jobs], scene.employee_user.id

        job_ids, user = self._build(build)
        told = []
        self._race(
            *[
                self._step(
                    told, "project.task", job_id, "action_jobtrack_timer_start", user_id=user
                )
                for job_id in job_ids
            ]
        )

        def check(env):
            timers = env["jobtrack.timer"].search([("user_id", "=", user)])
            self.assertEqual(timers.mapped("state").count("running"), 1)

        self._commit(check)

    def test_a_call_makes_one_job(self):
        def build(scene):
            contact = scene.account.main_contact_id
            call = scene.env["jobtrack.call"].create({"contact_id": contact.id, "title": "Help"})
            return call.id, scene.account.id

        call_id, account_id = self._build(build)
        told = []
        self._race(*[self._step(told, "jobtrack.call", call_id, "action_make_job")] * 2)
        self._assert_one_job(account_id, told)

    def test_an_access_request_makes_one_contact_and_one_job(self):
        def build(scene):
            request = scene.env["jobtrack.access.request"].create(
                {
                    "name": "Help",
                    "email": f"new{scene.suffix.strip()}@new.example",
                    "contact_name": "Nina New",
                    "company_id": scene.company.id,
                    "jobtrack_account_id": scene.account.id,
                }
            )
            return request.id, scene.account.id

        request_id, account_id = self._build(build)
        told = []
        self._race(*[self._step(told, "jobtrack.access.request", request_id, "action_accept")] * 2)
        self._assert_one_job(account_id, told)
        self._commit(
            lambda env: self.assertEqual(
                len(env["jobtrack.account"].browse(account_id).contact_ids), 3
            )
        )

    def test_a_draft_submits_itself_once(self):
        def build(scene):
            draft = scene.env["jobtrack.draft.request"].create(
                {
                    "name": "Later",
                    "jobtrack_account_id": scene.account.id,
                    "partner_id": scene.member.id,
                    "company_id": scene.company.id,
                }
            )
            return draft.id, scene.account.id

        draft_id, account_id = self._build(build)
        told = []
        self._race(*[self._step(told, "jobtrack.draft.request", draft_id, "action_submit")] * 2)
        self._assert_one_job(account_id, told, refused=0)

    def _assert_one_job(self, account_id, told, refused=1):
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")
        self._commit(
            lambda env: self.assertEqual(
                env["project.task"].search_count([("jobtrack_account_id", "=", account_id)]), 1
            )
        )
        self.assertEqual(len(told), refused, told)
