from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import JobtrackCommon

# A Tuesday; the company works 8-12 and 13-17 in UTC.
MORNING = "2026-03-10 09:00:00"


@tagged("post_install", "-at_install")
class TestEstimating(JobtrackCommon):
    """The clock from request to estimate, what such jobs usually take, and what a kind of job brings (A5, M10)."""

    @classmethod
    def _set_scene(cls):
        result = super()._set_scene()
        cls.company.resource_calendar_id.tz = "UTC"
        return result

    def _at(self, moment):
        """Let the clock show ``moment``; computed times are looked at again."""
        self.env.invalidate_all()
        return freeze_time(moment)

    def test_a_request_is_due_after_three_working_hours(self):
        with freeze_time("2026-03-10 15:30:00"):
            job = self._make_job()
        self.assertEqual(str(job.jobtrack_estimate_due), "2026-03-11 09:30:00")

    def test_the_promise_is_a_setting_of_the_company(self):
        self.company.jobtrack_estimate_target_hours = 1
        with freeze_time(MORNING):
            job = self._make_job()
        self.assertEqual(str(job.jobtrack_estimate_due), "2026-03-10 10:00:00")
        with self.assertRaises(ValidationError):
            self.company.jobtrack_estimate_target_hours = 0

    def test_a_holiday_is_no_working_time_and_one_of_another_company_is(self):
        other = self._make_company("Other host")
        for company, day in ((self.company, "2026-03-11"), (other, "2026-03-12")):
            leaves = self.env["resource.calendar.leaves"].with_company(company)
            leave = leaves.create(
                {
                    "name": "Closed",
                    "date_from": f"{day} 00:00:00",
                    "date_to": f"{day} 23:59:59",
                }
            )
            self.assertEqual(leave.company_id, company)
        with freeze_time("2026-03-10 16:00:00"):
            job = self._make_job()
        self.assertEqual(str(job.jobtrack_estimate_due), "2026-03-12 10:00:00")

    def test_a_change_of_the_working_hours_counts_at_once(self):
        with freeze_time("2026-03-10 15:30:00"):
            self.assertEqual(str(self._make_job().jobtrack_estimate_due), "2026-03-11 09:30:00")
            leave = self.env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "date_from": "2026-03-11 00:00:00",
                    "date_to": "2026-03-11 23:59:59",
                }
            )
            self.assertEqual(str(self._make_job().jobtrack_estimate_due), "2026-03-12 09:30:00")
            leave.date_to = "2026-03-12 23:59:59"
            self.assertEqual(str(self._make_job().jobtrack_estimate_due), "2026-03-13 09:30:00")
            leave.unlink()
            self.assertEqual(str(self._make_job().jobtrack_estimate_due), "2026-03-11 09:30:00")
            hours = self.company.resource_calendar_id.attendance_ids
            hours.filtered(lambda row: row.dayofweek == "2").unlink()
            self.assertEqual(str(self._make_job().jobtrack_estimate_due), "2026-03-12 09:30:00")

    def test_the_estimate_stops_the_clock_once_and_for_all(self):
        with freeze_time(MORNING):
            job = self._make_job()
        with self._at("2026-03-10 14:00:00"):
            self.assertEqual(job.jobtrack_estimate_hours, 4)
            self.assertTrue(job.jobtrack_is_estimate_late)
            late = self.env["project.task"].search([("jobtrack_is_estimate_late", "=", True)])
            self.assertIn(job, late)
            self._make_estimate(job, 2).action_send()
            self.assertEqual(job.jobtrack_estimate_minutes, 240)
            self.assertFalse(job.jobtrack_is_estimate_late)
        with self._at("2026-03-10 16:00:00"):
            job.jobtrack_work_order_ids.action_decline("Too much")
            self._make_estimate(job, 1).action_send()
        self.assertEqual(job.jobtrack_estimate_minutes, 240)
        self.assertEqual(str(job.jobtrack_date_estimated), "2026-03-10 14:00:00")

    def test_an_approval_by_the_limits_stops_the_clock_as_well(self):
        self.account.write({"task_limit_hours": 5, "project_limit_hours": 50})
        self.account._grant_hours(20, 40, reason="Hours")
        with freeze_time(MORNING):
            job = self._make_job()
        with self._at("2026-03-10 10:30:00"):
            self._make_estimate(job, 1).action_send()
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertEqual(job.jobtrack_estimate_minutes, 90)
        self.assertSound()

    def test_the_clock_stands_while_the_client_is_asked(self):
        with freeze_time(MORNING):
            job = self._make_job()
        with self._at("2026-03-10 10:00:00"):
            job._jobtrack_ask("Which shop do you mean?")
            self.assertEqual(job.jobtrack_waiting_for, "client")
            self.assertFalse(job.jobtrack_estimate_due)
            self.assertIn("answers", job.jobtrack_next_step)
        with self._at("2026-03-11 10:00:00"):
            self.assertFalse(job.jobtrack_is_estimate_late)
            job.with_user(self._make_portal_user(self.member)).sudo().message_post(
                body="The one in Main Street",
                author_id=self.member.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
            self.assertEqual(job.jobtrack_waiting_for, "host")
            self.assertEqual(str(job.jobtrack_estimate_due), "2026-03-11 12:00:00")
        with self._at("2026-03-11 11:00:00"):
            self._make_estimate(job, 2).action_send()
        self.assertEqual(job.jobtrack_estimate_minutes, 120)

    def test_a_note_of_our_own_does_not_end_the_pause(self):
        job = self._make_job()
        job._jobtrack_ask("Which shop?")
        job.message_post(body="Still no answer", message_type="comment")
        self.assertEqual(job.jobtrack_waiting_for, "client")
        job.action_jobtrack_answered()
        self.assertEqual(job.jobtrack_waiting_for, "host")

    def test_a_draft_that_is_thrown_away_does_not_end_the_pause(self):
        job = self._make_job()
        draft = self._make_estimate(job, 2)
        job._jobtrack_ask("Which shop?")
        draft.action_cancel()
        self.assertEqual((draft.state, job.jobtrack_waiting_for), ("cancelled", "client"))
        self.assertFalse(job.jobtrack_estimate_due)

    def test_a_paused_job_waits_for_us_once_the_client_has_answered(self):
        job = self._make_job()
        self._approve(job, 2)
        job.action_jobtrack_hold()
        job.message_post(body="Which colour?", message_type="comment")
        self.assertEqual(job.jobtrack_waiting_for, "client")
        job.message_post(
            body="Red",
            author_id=self.member.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual((job.jobtrack_state, job.jobtrack_waiting_for), ("on_hold", "host"))
        self.assertEqual(job.jobtrack_waiting_ids.sorted("id")[-1].waiting_for, "host")
        self.assertIn("release the job", job.jobtrack_next_step)
        change = self._make_estimate(job, 3)
        change.action_send()
        self.assertEqual(job.jobtrack_waiting_for, "client")
        change.action_cancel()
        self.assertEqual(job.jobtrack_waiting_for, "host", "the answer is still there")
        job.action_jobtrack_hold()
        self.assertEqual(job.jobtrack_waiting_for, "client", "asked once more")
        job.action_jobtrack_release()
        self.assertEqual((job.jobtrack_state, job.jobtrack_waiting_for), ("approved", "host"))

    def test_there_has_to_be_a_question_and_somebody_to_ask(self):
        job = self._make_job()
        with self.assertRaisesRegex(UserError, "what you need to know"):
            job._jobtrack_ask("  ")
        nobody = self._make_account("Without contacts")
        stranger = self._make_job("Unknown", account=nobody, jobtrack_requester_id=False)
        with self.assertRaisesRegex(UserError, "nobody to ask"):
            stranger._jobtrack_ask("Who are you?")
        self._approve(job, 1)
        with self.assertRaisesRegex(UserError, "estimated already"):
            job._jobtrack_ask("Anything else?")

    def test_only_the_desk_asks_the_client(self):
        job = self._make_job()
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        wizard = self.env["jobtrack.ask.client"].with_user(rita)
        wizard.create({"task_id": job.id, "question": "Which shop?"}).action_ask()
        self.assertEqual(job.jobtrack_waiting_for, "client")
        job.with_user(rita).action_jobtrack_answered()
        strangers = (
            self._make_user("plain", "project.group_project_user"),
            self._make_portal_user(self.approver),
        )
        for user in strangers:
            for step in ("action_jobtrack_ask", "action_jobtrack_answered"):
                with self.assertRaises(AccessError):
                    getattr(job.with_user(user), step)()

    def test_nobody_writes_the_clock_by_hand(self):
        job = self._make_job()
        for vals in (
            {"jobtrack_date_estimated": MORNING},
            {"jobtrack_estimate_minutes": 1},
            {"jobtrack_queue_key": "0"},
        ):
            with self.assertRaises(AccessError):
                job.with_user(self.employee_user).write(vals)

    def test_a_client_reads_when_its_estimate_is_due(self):
        with freeze_time(MORNING):
            job = self._make_job()
        seen = job.with_user(self._make_portal_user(self.member))
        self.assertEqual(str(seen.jobtrack_estimate_due), "2026-03-10 12:00:00")
        self.assertEqual(seen.jobtrack_estimate_minutes, 0)

    # === WHAT JOBS OF A KIND TAKE === #

    def _kind(self, **values):
        return self.env["jobtrack.job.type"].create({"name": "Update", **values})

    def _done(self, kind, *hours):
        for spent in hours:
            job = self._make_job(jobtrack_job_type_id=kind.id)
            self._approve(job, spent)
            self._log(job, spent)
            job._jobtrack_complete("Done")

    def test_the_range_of_done_jobs_stands_beside_the_figure(self):
        self.account._grant_hours(50, 40, reason="Hours")
        kind = self._kind()
        job = self._make_job(jobtrack_job_type_id=kind.id)
        order = self._make_estimate(job, 1)
        self.assertFalse(order.typical_words)
        self._done(kind, 2, 4, 8)
        self.env.invalidate_all()
        self.assertIn("up to 4:00 h", order.typical_words)
        self.assertIn("up to 8:00 h", order.typical_words)
        self.assertEqual(order.typical_verdict, "low")
        dialog = "jobtrack_support.jobtrack_work_order_view_form_dialog"
        with Form(order, view=dialog) as form:
            form.hours = 5
            self.assertEqual(form.typical_verdict, "usual")
            form.hours = 9
            self.assertEqual(form.typical_verdict, "high")
        self.assertSound()

    def test_another_company_learns_from_its_own_jobs(self):
        self.account._grant_hours(50, 40, reason="Hours")
        kind = self._kind()
        self._done(kind, 2, 4, 8)
        self.assertEqual(kind._typical(self.company).median, 240)
        self.assertIsNone(kind._typical(self._make_company("Other host")))

    def test_a_kind_brings_hours_rate_and_checklist(self):
        kind = self._kind(
            default_hours=3,
            rate=70,
            checklist_ids=[Command.create({"name": "Backup"}), Command.create({"name": "Test"})],
        )
        job = self._make_job(jobtrack_job_type_id=kind.id)
        context = job._jobtrack_estimate_context()
        self.assertEqual((context["default_hours"], context["default_rate"]), (3, 70))
        self.assertEqual(job.jobtrack_check_ids.mapped("name"), ["Backup", "Test"])
        job.jobtrack_check_ids[0].with_user(self.employee_user).is_ticked = True
        self.assertEqual(job.jobtrack_check_ids[0].ticked_by_id, self.employee_user)
        self.assertEqual(job.jobtrack_check_words, "1/2")
        other = self._kind(name="Move", checklist_ids=[Command.create({"name": "Tell users"})])
        job.jobtrack_job_type_id = other
        self.assertEqual(job.jobtrack_check_ids.mapped("name"), ["Backup", "Tell users"])
        job.jobtrack_job_type_id = other
        self.assertEqual(len(job.jobtrack_check_ids), 2)

    def test_steps_that_people_added_stay_whatever_the_kind_is(self):
        kind = self._kind(checklist_ids=[Command.create({"name": "Backup"})])
        job = self._make_job(
            jobtrack_job_type_id=kind.id, jobtrack_check_ids=[Command.create({"name": "Call Ann"})]
        )
        self.assertEqual(set(job.jobtrack_check_ids.mapped("name")), {"Backup", "Call Ann"})
        job.jobtrack_job_type_id = False
        self.assertEqual(job.jobtrack_check_ids.mapped("name"), ["Call Ann"])

    def test_an_estimate_follows_the_one_before_also_where_the_context_names_the_job(self):
        job = self._make_job()
        self._make_estimate(job, 1)
        orders = self.env["jobtrack.work.order"].with_context(default_task_id=job.id)
        given = [{"hours": 2}]
        order = orders.create(given)
        self.assertEqual((order.version, order.rate), (2, self.account.postpay_rate))
        self.assertEqual(given, [{"hours": 2}], "what the caller gave stays the caller's")

    def test_who_ticked_is_not_typed_and_readers_tick_nothing(self):
        kind = self._kind(checklist_ids=[Command.create({"name": "Backup"})])
        check = self._make_job(jobtrack_job_type_id=kind.id).jobtrack_check_ids
        with self.assertRaises(AccessError):
            check.with_user(self.employee_user).ticked_by_id = self.env.user
        bella = self._make_user("bella", "jobtrack_support.group_billing")
        with self.assertRaises(AccessError):
            check.with_user(bella).is_ticked = True
        with self.assertRaises(AccessError):
            check.with_user(self._make_portal_user(self.member)).read(["name"])

    def test_a_kind_narrows_the_kinds_of_time(self):
        category = self.env.ref("jobtrack_support.time_category_analysis")
        kind = self._kind(category_ids=[Command.set(category.ids)])
        job = self._make_job(jobtrack_job_type_id=kind.id)
        self.assertEqual(job.jobtrack_category_ids, category)
        self.assertGreater(len(self._make_job().jobtrack_category_ids), 1)
