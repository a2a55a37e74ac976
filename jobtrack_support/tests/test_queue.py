from freezegun import freeze_time
from lxml import etree
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon

TODAY = "2026-02-15 10:00:00"
QUEUE = "jobtrack_support.project_task_action_queue"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestQueue(JobtrackCommon):
    """Who is attended to first, and what a dispatcher does about it from the list (B1, B5, B6)."""

    @classmethod
    def _set_scene(cls):
        result = super()._set_scene()
        cls.other = cls._make_account("Pay later shop")
        cls._make_contact(cls.other, cls.approver, may_approve=True)
        cls.dora = cls._make_user("dora", "jobtrack_support.group_dispatcher")
        return result

    def _queue(self):
        """Return the names of the queue as its list shows them."""
        action = self.env.ref("jobtrack_support.project_task_action_queue")
        tasks = self.env["project.task"].search(
            [
                ("company_id", "=", self.company.id),
                ("jobtrack_queue_lane", "in", ("emergency", "prepaid", "postpaid")),
            ],
            order="jobtrack_queue_key, jobtrack_date_requested, id",
        )
        self.assertIn("jobtrack_queue_lane", action.domain)
        return tasks.mapped("name")

    def test_prepaid_comes_first_and_an_emergency_before_it(self):
        self._make_job("Pays later", account=self.other)
        self.account._grant_hours(10, 40, reason="Hours")
        prepaid = self._make_job("Prepaid")
        self.assertEqual(self._queue(), ["Prepaid", "Pays later"])
        self._approve(prepaid, 2)
        self.assertEqual(prepaid.jobtrack_queue_lane, "prepaid")
        self._make_job("Burns", account=self.other, jobtrack_is_emergency=True)
        self.assertEqual(self._queue(), ["Burns", "Prepaid", "Pays later"])
        self.assertSound()

    def test_hours_that_are_bought_later_move_the_waiting_jobs(self):
        self._make_job("First", account=self.other)
        job = self._make_job("Second")
        self.assertEqual(self._queue(), ["First", "Second"])
        self.account._grant_hours(10, 40, reason="Hours")
        self.assertEqual(self._queue(), ["Second", "First"])
        self.assertEqual(job.jobtrack_queue_reason, "Prepaid")

    def test_priority_is_read_at_once(self):
        jobs = self._make_job("One") | self._make_job("Two") | self._make_job("Three")
        jobs[2].with_user(self.dora).priority = "2"
        self.assertEqual(self._queue(), ["Three", "One", "Two"])
        self.assertIn("High", jobs[2].jobtrack_queue_reason)

    def test_who_is_behind_the_pace_is_lifted(self):
        """Half of the quarter is over and nothing used: a job without priority meets those of medium priority."""
        rival = self._make_account("On pace")
        self._make_contact(rival, self.approver, may_approve=True)
        rival._grant_hours(10, 40, reason="Hours")
        self._make_job("On pace, medium", account=rival, priority="1")
        self.account._grant_hours(20, 40, "2026-01-01", "2026-03-31", "Hours")
        job = self._make_job("Behind")
        self.assertEqual(self.account.pace_share, 50)
        self.assertTrue(self.account.is_pace_at_risk)
        self.assertTrue(job.jobtrack_queue_lifted)
        self.assertEqual(self._queue(), ["Behind", "On pace, medium"])
        self.company.jobtrack_lift_share = 0
        self.env["project.task"]._jobtrack_cron_queue()
        self.assertEqual(self._queue(), ["On pace, medium", "Behind"])

    def test_time_that_is_not_billed_yet_counts_for_the_pace(self):
        self.account._grant_hours(20, 40, "2026-01-01", "2026-03-31", "Hours")
        job = self._make_job()
        self._approve(job, 12)
        self._log(job, 10)
        self.env.invalidate_all()
        self.assertEqual(self.account.pace_share, 0)
        self.assertIn("on pace", self.account.pace_words)
        risky = self.env["jobtrack.account"].search([("is_pace_at_risk", "=", True)])
        self.assertNotIn(self.account, risky)
        self.assertSound()

    def test_the_day_moves_the_queue(self):
        self.account._grant_hours(20, 40, "2026-01-01", "2026-03-31", "Hours")
        with freeze_time("2026-01-05 10:00:00"):
            job = self._make_job()
            self.assertFalse(job.jobtrack_queue_lifted)
        self.env["project.task"]._jobtrack_cron_queue()
        self.assertTrue(job.jobtrack_queue_lifted)

    def test_jobs_on_hold_stand_apart_with_their_reason(self):
        job = self._make_job()
        self._approve(job, 1)
        job.with_user(self.dora).action_jobtrack_hold()
        self.assertEqual(job.jobtrack_queue_lane, "hold")
        self.assertEqual(job.jobtrack_queue_reason, "On Hold · Client")
        self.assertFalse(self._queue())
        job.with_user(self.dora).action_jobtrack_release()
        self.assertEqual(self._queue(), [job.name])

    def test_what_waits_for_the_client_is_not_in_the_queue(self):
        job = self._make_job()
        self._make_estimate(job, 1).action_send()
        self.assertFalse(job.jobtrack_queue_lane)
        asked = self._make_job("Asked")
        asked._jobtrack_ask("Which one?")
        self.assertFalse(self._queue())

    def test_a_finished_job_leaves_the_queue(self):
        job = self._do_job(1)
        self.assertFalse(job.jobtrack_queue_lane)
        self.assertFalse(job.jobtrack_queue_key)

    # === THE CLIENT'S OWN ORDER === #

    def test_a_client_orders_its_jobs_and_passes_nobody_else(self):
        mine = self._make_job("Mine 1")
        self._make_job("Theirs", account=self.other)
        latest = self._make_job("Mine 2")
        self.account.with_user(self._make_portal_user(self.member)).action_order_jobs(latest.ids)
        self.assertEqual(self._queue(), ["Mine 2", "Theirs", "Mine 1"])
        self.account.with_user(self.dora).action_order_jobs((mine | latest).ids)
        self.assertEqual(self._queue(), ["Mine 1", "Theirs", "Mine 2"])
        self.account.action_order_jobs([])
        self.assertEqual(latest.jobtrack_client_priority, 0)

    def test_one_job_is_put_before_the_others(self):
        first, second, third = (self._make_job(f"Mine {number}") for number in (1, 2, 3))
        member = self._make_portal_user(self.member)
        self.account.with_user(member).action_put_first(second.id)
        self.account.with_user(member).action_put_first(third.id)
        self.assertEqual(self._queue(), ["Mine 3", "Mine 2", "Mine 1"])
        self.assertEqual(first.jobtrack_client_priority, 0)
        stranger = self._make_portal_user(self._make_person("Sam Stranger"))
        for user in (stranger, self.employee_user):
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_put_first(first.id)

    def test_strangers_order_nothing(self):
        job = self._make_job()
        strangers = (
            self._make_portal_user(self._make_person("Sam Stranger")),
            self._make_user("tina", "jobtrack_support.group_technician"),
            self._make_user("plain", "project.group_project_user"),
        )
        for user in strangers:
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_order_jobs(job.ids)

    def test_staff_of_another_company_reach_nothing(self):
        host = self._make_company("Other host")
        olga = self._make_user("olga", "jobtrack_support.group_dispatcher")
        olga.write({"company_ids": [Command.set(host.ids)], "company_id": host.id})
        job = self._make_job()
        seen = job.with_user(olga).with_context(allowed_company_ids=host.ids)
        for step in (
            "action_jobtrack_plan",
            "action_jobtrack_timer_start",
            "action_jobtrack_ask",
            "action_jobtrack_answered",
        ):
            with self.assertRaises(AccessError):
                getattr(seen, step)()
        with self.assertRaises(AccessError):
            seen.env["jobtrack.account"].browse(self.account.id).action_order_jobs(job.ids)
        with self.assertRaises(AccessError):
            seen.env["jobtrack.plan.jobs"].create(
                {"task_ids": [Command.set(job.ids)], "priority": "3"}
            ).action_plan()

    def test_only_open_jobs_of_the_account_are_put_in_order(self):
        with self.assertRaisesRegex(UserError, "Only open jobs"):
            self.account.action_order_jobs(self._make_job(account=self.other).ids)
        with self.assertRaisesRegex(UserError, "Only open jobs"):
            done = self._do_job(1)
            self._run("2026-02-15")
            self.account.action_order_jobs(done.ids)

    # === PLANNING FROM THE LIST === #

    def _plan(self, user, jobs, **values):
        wizard = self.env["jobtrack.plan.jobs"].with_user(user)
        wizard = wizard.with_context(active_model="project.task", active_ids=jobs.ids)
        wizard.create(values).action_plan()

    def test_a_dispatcher_plans_several_jobs_at_once(self):
        jobs = self._make_job("One") | self._make_job("Two")
        self._plan(
            self.dora,
            jobs,
            user_ids=[Command.set(self.employee_user.ids)],
            date_deadline="2026-02-20 16:00:00",
            priority="3",
        )
        self.assertEqual(jobs.user_ids, self.employee_user)
        self.assertEqual(set(jobs.mapped("priority")), {"3"})
        self.assertEqual(len(set(jobs.mapped("date_deadline"))), 1)

    def test_from_list_and_cards_a_dispatcher_does_it_all_and_a_technician_does_not(self):
        plan = str(self.env.ref("jobtrack_support.jobtrack_plan_jobs_action").id)
        steps = {
            "list": {plan, "action_jobtrack_hold", "action_jobtrack_release"},
            "kanban": {"action_jobtrack_plan", "action_jobtrack_hold", "action_jobtrack_release"},
        }
        for user, may in ((self.dora, True), (self.employee_user, False)):
            jobs = self.env["project.task"].with_user(user)
            for mode, names in steps.items():
                view = self.env.ref(f"jobtrack_support.project_task_view_{mode}_queue")
                arch = etree.fromstring(jobs.get_view(view.id, mode)["arch"])
                found = {node.get("name") for node in arch.iter("button", "a")}
                with self.subTest(user=user.login, mode=mode):
                    self.assertEqual(found & names, names if may else set())
                    self.assertIn(mode, self.env.ref(QUEUE).view_mode)
        jobs = self._make_job("One") | self._make_job("Two")
        for job in jobs:
            self._approve(job, 1)
        jobs.with_user(self.dora).action_jobtrack_hold()
        self.assertEqual(jobs.mapped("jobtrack_queue_reason"), ["On Hold · Client"] * 2)
        jobs.with_user(self.dora).action_jobtrack_release()
        self.assertEqual(set(jobs.mapped("jobtrack_state")), {"approved"})

    def test_what_cannot_be_paused_or_released_is_said_and_the_rest_is_done(self):
        approved, new = self._make_job("Approved"), self._make_job("New")
        self._approve(approved, 1)
        jobs = (approved | new).with_user(self.dora)
        notice = jobs.action_jobtrack_hold()
        self.assertEqual(approved.jobtrack_state, "on_hold")
        self.assertIn(new.display_name, notice["params"]["message"])
        self.assertNotIn(approved.display_name, notice["params"]["message"])
        self.account.credit_limit = 0
        notice = jobs.action_jobtrack_release()
        self.assertIn(f"{approved.display_name} still waits", notice["params"]["message"])
        self.assertEqual(
            (approved.jobtrack_hold_manual, approved.jobtrack_hold_reason), (False, "funds")
        )
        self.account._grant_hours(5, 40, reason="Hours")
        self.assertEqual(approved.jobtrack_state, "approved", "nobody has to release it again")

    def test_what_is_left_empty_stays(self):
        job = self._make_job(user_ids=[Command.set(self.employee_user.ids)], priority="1")
        self._plan(self.dora, job, date_deadline="2026-02-20 16:00:00")
        self.assertEqual((job.user_ids, job.priority), (self.employee_user, "1"))
        with self.assertRaisesRegex(UserError, "Choose a person"):
            self._plan(self.dora, job)

    def test_only_a_dispatcher_plans(self):
        job = self._make_job()
        for user in (self.employee_user, self._make_portal_user(self.approver)):
            with self.assertRaises(AccessError):
                self._plan(user, job, priority="3")
            with self.assertRaises(AccessError):
                job.with_user(user).action_jobtrack_plan()

    def test_plain_tasks_and_finished_jobs_are_not_planned(self):
        project = self.env["project.project"].create(
            {"name": "Plain", "company_id": self.company.id}
        )
        task = self.env["project.task"].create({"name": "Task", "project_id": project.id})
        with self.assertRaisesRegex(UserError, "open jobs only"):
            self._plan(self.dora, task, priority="3")
