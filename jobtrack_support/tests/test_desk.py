from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon

MORNING = "2026-03-10 09:00:00"


@tagged("post_install", "-at_install")
class TestTimer(JobtrackCommon):
    """A technician measures work; nothing that was measured bills itself."""

    def _job(self, name="Repair the shop"):
        job = self._make_job(name)
        self._approve(job, 5)
        return job.with_user(self.employee_user)

    def _log_timer(self, job, **values):
        action = job.action_jobtrack_timer_stop()
        wizard = self.env["jobtrack.log.timer"].with_user(self.employee_user)
        wizard = wizard.with_context(**action["context"]).create({"name": "Worked", **values})
        wizard.action_log()
        return self.env["account.analytic.line"].search([], order="id desc", limit=1)

    def test_start_stop_log(self):
        with freeze_time(MORNING):
            job = self._job()
            job.action_jobtrack_timer_start()
            self.assertEqual(str(job.jobtrack_timer_start), MORNING)
        with freeze_time("2026-03-10 10:12:40"):
            line = self._log_timer(job)
        self.assertAlmostEqual(line.unit_amount, 73 / 60)
        self.assertEqual(str(line.date), "2026-03-10")
        self.assertEqual(line.employee_id, self.employee)
        self.assertTrue(line.jobtrack_category_id)
        self.assertTrue(line.jobtrack_billable)
        timer = self.env["jobtrack.timer"].search([("task_id", "=", job.id)])
        self.assertEqual((timer.state, timer.time_line_id), ("logged", line))
        self.assertSound()

    def test_one_timer_runs_and_the_other_waits_to_be_logged(self):
        first, second = self._job("First"), self._job("Second")
        with freeze_time(MORNING):
            first.action_jobtrack_timer_start()
        with freeze_time("2026-03-10 09:30:00"):
            second.action_jobtrack_timer_start()
        jobs = (first | second).with_user(self.employee_user)
        jobs.invalidate_recordset()
        self.assertFalse(first.jobtrack_timer_start)
        self.assertEqual(first.jobtrack_timer_hours, 0.5)
        self.assertTrue(second.jobtrack_timer_start)

    def test_a_forgotten_timer_stops_and_asks(self):
        with freeze_time(MORNING):
            job = self._job()
            job.action_jobtrack_timer_start()
        with freeze_time("2026-03-10 12:00:00"):
            self.env["jobtrack.timer"]._cron_stop_forgotten()
            timer = self.env["jobtrack.timer"].search([("task_id", "=", job.id)])
            self.assertEqual(timer.state, "running")
        with freeze_time("2026-03-11 09:00:00"):
            self.env["jobtrack.timer"]._cron_stop_forgotten()
            self.assertEqual((timer.state, timer.is_capped, timer.hours), ("to_log", True, 8))
            self.assertFalse(job.sudo().jobtrack_time_ids)
            job.invalidate_recordset()
            line = self._log_timer(job, hours=1.5)
        self.assertEqual((line.unit_amount, str(line.date)), (1.5, "2026-03-10"))

    def test_what_was_measured_is_logged_once(self):
        job = self._job()
        job.action_jobtrack_timer_start()
        action = job.action_jobtrack_timer_stop()
        wizards = self.env["jobtrack.log.timer"].with_user(self.employee_user)
        wizards = wizards.with_context(**action["context"])
        first, second = (wizards.create({"name": "Worked", "hours": 1}) for _click in range(2))
        first.action_log()
        with self.assertRaisesRegex(UserError, "logged or dropped"):
            second.action_log()
        with self.assertRaisesRegex(UserError, "logged"):
            first.action_drop()
        with self.assertRaisesRegex(UserError, "no timer"):
            job.action_jobtrack_timer_stop()

    def test_a_dropped_timer_logs_nothing(self):
        job = self._job()
        job.action_jobtrack_timer_start()
        timer = self.env["jobtrack.timer"].with_user(self.employee_user).search([])
        timer.action_drop()
        self.assertEqual(timer.state, "dropped")
        with self.assertRaisesRegex(UserError, "logged or dropped"):
            timer.action_log()
        with self.assertRaisesRegex(UserError, "at least a minute"):
            job.action_jobtrack_timer_start()
            self._log_timer(job, hours=0)

    def test_a_timer_is_its_owners(self):
        job = self._job()
        job.action_jobtrack_timer_start()
        timer = self.env["jobtrack.timer"].search([("task_id", "=", job.id)])
        tina = self._make_user("tina", "jobtrack_support.group_technician")
        self.assertFalse(self.env["jobtrack.timer"].with_user(tina).search([]))
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.assertEqual(self.env["jobtrack.timer"].with_user(dora).search([]), timer)
        for step in ("action_log", "action_drop"):
            with self.assertRaises(AccessError):
                getattr(timer.with_user(dora), step)()
        with self.assertRaises(AccessError):
            timer.with_user(self.employee_user).write({"date_start": "2026-01-01"})
        with self.assertRaises(AccessError):
            timer.with_user(self._make_portal_user(self.approver)).read(["date_start"])
        wizard = self.env["jobtrack.log.timer"].with_user(tina)
        with self.assertRaises(AccessError):
            wizard.create({"timer_id": timer.id, "name": "Stolen", "hours": 1}).action_log()

    def test_who_may_not_work_starts_no_timer(self):
        job = self._job()
        strangers = (
            self._make_user("rita", "jobtrack_support.group_receptionist"),
            self._make_user("bella", "jobtrack_support.group_billing"),
            self._make_portal_user(self.approver),
        )
        for user in strangers:
            for step in ("action_jobtrack_timer_start", "action_jobtrack_timer_stop"):
                with self.assertRaises(AccessError):
                    getattr(job.with_user(user), step)()
        tina = self._make_user("tina", "jobtrack_support.group_technician")
        with self.assertRaisesRegex(UserError, "Only employees"):
            job.with_user(tina).action_jobtrack_timer_start()
        done = self._do_job(1).with_user(self.employee_user)
        with self.assertRaisesRegex(UserError, "takes no time"):
            done.action_jobtrack_timer_start()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-09 08:00:00")
class TestCapacity(JobtrackCommon):
    """Hours are sold as far as people can work them (B10): from Monday, 9 March 2026, on 17 days of the quarter."""

    @classmethod
    def _set_scene(cls):
        result = super()._set_scene()
        cls.company.jobtrack_capacity_share = 100
        return result

    def _free(self):
        return self.company._jobtrack_judge_purchase(0)[1] / 60

    def test_working_hours_leave_and_sold_hours(self):
        self.assertEqual(self._free(), 17 * 8)
        self.account._grant_hours(36, 40, "2026-03-09", "2026-03-31", "Hours")
        self.assertEqual(self._free(), 100)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ski",
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.employee.resource_calendar_id.id,
                "date_from": "2026-03-16 00:00:00",
                "date_to": "2026-03-20 23:59:59",
            }
        )
        self.assertEqual(self._free(), 60)
        self.company.jobtrack_capacity_share = 50
        self.assertEqual(self._free(), 12)

    def test_a_purchase_beyond_the_capacity_is_warned_of(self):
        order = self._sell_plan(hours=140, confirm=False)
        self.assertIn("136:00 h can still be sold", order.jobtrack_capacity_words)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.message_ids.filtered(lambda note: "136:00" in note.body))
        self._pay(order.invoice_ids)
        self.assertEqual(self._free(), 0)
        self.assertSound()

    def test_or_refused_where_the_company_says_so(self):
        self.company.jobtrack_capacity_policy = "refuse"
        order = self._sell_plan(hours=140, confirm=False)
        with self.assertRaisesRegex(UserError, "136:00 h can still be sold"):
            order.action_confirm()
        with self.assertRaisesRegex(UserError, "can still be sold"):
            order.action_quotation_send()
        self.assertEqual(order.state, "draft")
        order.order_line.product_uom_qty = 136
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_hours_of_the_next_quarter_find_room_there(self):
        self.company.jobtrack_capacity_policy = "refuse"
        order = self._sell_plan(hours=140, quarter="next")
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._free(), 136)

    def test_a_company_without_technicians_knows_no_capacity(self):
        self.company.jobtrack_capacity_policy = "refuse"
        self.employee.user_id = False
        self.assertEqual(self._sell_plan(hours=5000).state, "sale")

    def test_dispatchers_count_where_they_were_chosen(self):
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        employee = self.env["hr.employee"].create(
            {"name": "Dora", "user_id": dora.id, "company_id": self.company.id}
        )
        self.assertEqual(self._free(), 136)
        dora.group_ids += self.env.ref("jobtrack_support.group_administrator")
        dora.group_ids -= self.env.ref("jobtrack_support.group_dispatcher")
        self.assertEqual(self._free(), 136, "an administrator is no technician either")
        self.company.jobtrack_worker_ids = self.employee | employee
        self.assertEqual(self._free(), 2 * 136)

    def test_shares_are_percent(self):
        for name in ("jobtrack_capacity_share", "jobtrack_lift_share"):
            with self.assertRaises(ValidationError):
                self.company[name] = 101

    def test_dispatchers_and_billing_see_it_and_others_do_not(self):
        for role in ("dispatcher", "billing"):
            user = self._make_user(role, f"jobtrack_support.group_{role}")
            seen = self.env["jobtrack.capacity"].with_user(user).create({})
            self.assertEqual((len(seen.week_ids), seen.free_hours), (4, 136))
        strangers = (self.employee_user, self._make_portal_user(self.approver))
        for user in strangers:
            with self.assertRaises(AccessError):
                self.env["jobtrack.capacity"].with_user(user).create({})


@tagged("post_install", "-at_install")
class TestToday(JobtrackCommon):
    """The board shows what needs somebody now, to each as far as its rights go."""

    def _tile(self, name, user=None):
        tile = self.env.ref(f"jobtrack_support.board_tile_{name}")
        return tile.with_user(user or self._make_user("dora", "jobtrack_support.group_dispatcher"))

    def test_late_estimates(self):
        with freeze_time("2026-03-09 09:00:00"):
            self._make_job("<b>Late</b>")
        with freeze_time("2026-03-10 09:00:00"):
            tile = self._tile("estimates_late")
            self.assertGreaterEqual(tile.count, 1)
            self.assertIn("&lt;b&gt;Late", tile.preview)
            action = tile.action_open()
            self.assertEqual(action["domain"], [("jobtrack_is_estimate_late", "=", True)])

    def test_each_tile_counts(self):
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        with freeze_time("2026-03-02 09:00:00"):
            self._make_job("Nobody's", user_ids=False)
            waits = self._make_job("Waits")
            self._make_estimate(waits, 1).action_send()
            held = self._make_job("Held")
            self._approve(held, 1)
            held.action_jobtrack_hold()
            self._make_job("Burns", jobtrack_is_emergency=True, date_deadline="2026-03-03")
            self.account._grant_hours(20, 40, "2026-01-01", "2026-03-31", "Hours")
        with freeze_time("2026-03-10 09:00:00"):
            self.env["project.task"]._jobtrack_cron_queue()
            for name in ("emergency", "unanswered", "unassigned", "deadline", "hold", "pace"):
                self.assertGreaterEqual(self._tile(name, dora).count, 1, name)
                self.assertTrue(self._tile(name, dora).preview, name)

    def test_rejected_offers(self):
        job = self._make_job("Nobody wants it", user_ids=False)
        offer = self.env["jobtrack.assignment"].create(
            {
                "task_id": job.id,
                "user_id": self.employee_user.id,
                "state": "rejected",
                "date_offered": "2026-03-09 09:00:00",
            }
        )
        tile = self._tile("offers")
        self.assertIn("Nobody wants it", tile.preview)
        job.user_ids = self.employee_user
        self.env.invalidate_all()
        self.assertNotIn("Nobody wants it", tile.preview or "")
        self.assertTrue(offer)

    def test_a_tile_tells_only_what_its_reader_may_see(self):
        other = self._make_company("Other host")
        self.env.user.company_ids = [Command.link(other.id)]
        account = self._make_account("Elsewhere", company=other)
        self._make_job("Secret", account=account, jobtrack_is_emergency=True)
        tile = self._tile("emergency")
        self.assertNotIn("Secret", tile.preview or "")
        bella = self._make_user("bella", "jobtrack_support.group_billing")
        self.assertFalse(
            self.env["jobtrack.board.tile"]
            .with_user(bella)
            .search([("id", "=", self.env.ref("jobtrack_support.board_tile_timers").id)])
        )
        with self.assertRaises(AccessError):
            self._tile("emergency", self._make_portal_user(self.approver)).action_open()
        with self.assertRaises(AccessError):
            self._tile("emergency", bella).write({"domain": "[]"})
