from datetime import timedelta

from freezegun import freeze_time
from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestCalls(JobtrackCommon):
    """The desk takes a call on one page (A13, C2, B3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rita = cls._make_user("rita", "jobtrack_support.group_receptionist")
        cls.member.phone = "+1 (555) 010-0100"
        cls.client_company.phone = "+1 555 999 88"
        cls.caller = cls.account._contact_of(cls.member)

    def _call(self, **values):
        return (
            self.env["jobtrack.call"]
            .with_user(self.rita)
            .create({"contact_id": self.caller.id, "title": "The shop is down", **values})
        )

    def _found(self, words):
        contacts = self.env["jobtrack.account.contact"].with_user(self.rita)
        return [
            contact_id
            for contact_id, _name in contacts.with_context(jobtrack_caller=True).name_search(words)
        ]

    # === FINDING THE CALLER ===

    def test_a_caller_is_found_by_all_that_they_may_say(self):
        job = self._make_job()
        self.caller.other_emails = "max@home.example"
        for words in (
            "5550100100",
            "555-010 0100",
            "Max",
            "Client Ltd",
            "client shop",
            "max@home",
            job.jobtrack_reference,
            "555 99988",
        ):
            with self.subTest(words):
                self.assertIn(self.caller.id, self._found(words))
        for words in ("Zoe", "999999999", "12"):
            with self.subTest(words):
                self.assertNotIn(self.caller.id, self._found(words))

    def test_a_job_is_found_by_title_and_by_reference(self):
        job = self._make_job("Opening hours of the sauna")
        jobs = self.env["project.task"].with_user(self.rita)
        for words in ("of the sauna", job.jobtrack_reference):
            self.assertEqual([job.id], [found for found, _name in jobs.name_search(words)])

    def test_how_the_caller_stands_shows_before_anything_is_saved(self):
        form = Form(self.env["jobtrack.call"].with_user(self.rita))
        self.assertEqual(form.standing, "unknown")
        form.contact_id = self.caller
        self.assertEqual(form.standing, "authorised")
        self.assertEqual(form.available_hours, 0)
        self.caller.may_request = False
        form.contact_id = self.env["jobtrack.account.contact"]
        form.contact_id = self.caller
        self.assertEqual(form.standing, "no_role")

    def test_overdue_invoices_show_at_once_and_stop_a_new_job(self):
        with freeze_time("2026-03-03 10:00:00"):
            self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08").statement_ids.invoice_id.invoice_date_due = "2026-03-20"
        with freeze_time("2026-04-01 10:00:00"):
            self.env.invalidate_all()
            form = Form(self.env["jobtrack.call"].with_user(self.rita))
            form.contact_id = self.caller
            self.assertEqual((form.standing, form.overdue_count), ("paused", 1))
            with self.assertRaisesRegex(UserError, "overdue"):
                self._call().action_make_job()

    def test_what_is_agreed_for_emergencies_shows_before_the_job_is_made(self):
        form = Form(self.env["jobtrack.call"].with_user(self.rita))
        form.contact_id = self.caller
        self.assertFalse(form.emergency_words)
        form.is_emergency = True
        self.assertIn("No emergency mandate", form.emergency_words)
        self.account.write({"emergency_minutes": 120, "emergency_rate": 90})
        call = self._call(is_emergency=True)
        self.assertIn("Max Member may not use the emergency mandate", call.emergency_words)
        self.caller.may_call_emergency = True
        call.invalidate_recordset()
        self.assertIn("up to 2:00 h at $\N{NO-BREAK SPACE}90.00", call.emergency_words)

    # === WHAT COMES OF IT ===

    def test_a_job_takes_five_fields_on_one_page_and_no_more_than_its_title(self):
        calls = self.env["jobtrack.call"].with_user(self.rita)
        page = etree.fromstring(calls.get_view(view_type="form")["arch"])
        asked = page.xpath("//group[@string='The Job']/field/@name")
        self.assertEqual(asked, ["title", "job_type_id", "priority", "is_emergency", "note"])
        with Form(calls) as form:
            form.contact_id = self.caller
            form.title = "The shop is down"
        form.record.action_make_job()
        self.assertEqual(form.record.task_id.name, "The shop is down")

    def test_a_call_becomes_a_job(self):
        kind = self.env["jobtrack.job.type"].create({"name": "Repair"})
        call = self._call(note="It says 500", job_type_id=kind.id, priority="2")
        call.action_make_job()
        job = call.task_id
        self.assertEqual(
            (job.name, job.jobtrack_channel, job.jobtrack_requester_id, job.priority),
            ("The shop is down", "phone", self.member, "2"),
        )
        self.assertEqual(job.jobtrack_job_type_id, kind)
        self.assertIn("It says 500", job.description)
        self.assertEqual((call.state, call.outcome), ("ended", "job"))
        self.assertTrue(call.date_end)
        with self.assertRaisesRegex(UserError, "has ended"):
            call.action_make_job()
        self.assertSound()

    @freeze_time("2026-03-02 10:00:00")
    def test_a_late_entry_keeps_the_true_time(self):
        call = self._call(date="2026-03-01 22:15:00")
        call.action_make_job()
        true_time = fields.Datetime.to_datetime("2026-03-01 22:15:00")
        self.assertEqual(call.task_id.jobtrack_date_requested, true_time)
        self.assertEqual(call.task_id.jobtrack_waiting_ids.date_from, true_time)
        with self.assertRaisesRegex(UserError, "future"):
            self._call(date="2026-03-02 10:01:00").action_make_job()

    def test_an_emergency_within_the_mandate_may_be_worked_on_at_once(self):
        self.account.write({"emergency_minutes": 240, "emergency_rate": 80})
        self.caller.may_call_emergency = True
        call = self._call(is_emergency=True)
        call.action_make_job()
        job = call.task_id
        order = job.jobtrack_work_order_ids
        self.assertEqual((job.jobtrack_state, order.hours, order.rate), ("approved", 4, 80))
        self.assertEqual(order.decision_channel, "emergency")
        self.assertFalse(self._log(job, 2).jobtrack_pending)
        self.assertSound()

    def test_without_a_mandate_the_time_of_an_emergency_waits_for_consent(self):
        self.account.write({"emergency_minutes": 240, "emergency_rate": 80})
        call = self._call(is_emergency=True)
        call.action_make_job()
        job = call.task_id
        self.assertFalse(job.jobtrack_work_order_ids, "this person may not use the mandate")
        self.assertTrue(self._log(job, 2).jobtrack_pending)
        self.assertSound()

    def test_a_caller_without_the_role_starts_nothing(self):
        self.caller.may_request = False
        call = self._call()
        with self.assertRaisesRegex(UserError, "May not ask for jobs"):
            call.action_make_job()
        call.action_list()
        self.assertEqual((call.outcome, call.request_id.reason), ("listed", "no_role"))

    def test_a_stranger_is_listed(self):
        call = self._call(contact_id=False, caller_name="Eve", phone="123")
        call.action_list()
        self.assertEqual(
            (call.request_id.contact_name, call.request_id.phone, call.request_id.channel),
            ("Eve", "123", "phone"),
        )
        with self.assertRaisesRegex(UserError, "name or number"):
            self._call(contact_id=False).action_list()

    def test_without_hours_the_request_is_kept(self):
        self.account.credit_limit = 0
        call = self._call(note="It says 500")
        self.assertEqual(call.standing, "funds")
        with self.assertRaisesRegex(UserError, "No hours"):
            call.action_make_job()
        call.action_keep_draft()
        self.assertEqual((call.outcome, call.draft_id.channel), ("draft", "phone"))
        self.account._grant_hours(5, reason="Gift")
        call.draft_id._submit()
        self.assertEqual(call.draft_id.job_id.jobtrack_requester_id, self.member)

    def test_an_emergency_waits_for_the_money_too_and_is_one_afterwards(self):
        """Also urgent requests need the payment cleared (D9): the caller is told, and nobody is woken before."""
        self.account.write({"emergency_minutes": 240, "emergency_rate": 80, "credit_limit": 0})
        self.caller.may_call_emergency = True
        call = self._call(is_emergency=True)
        self.assertEqual(call.standing, "funds")
        with self.assertRaisesRegex(UserError, "No hours"):
            call.action_make_job()
        call.action_keep_draft()
        draft = call.draft_id
        self.assertTrue(draft.answer_date, "the caller has it in writing")
        self.assertFalse(draft._submit())
        self.account._grant_hours(5, reason="Gift")
        job = draft._submit()
        self.assertTrue(job.jobtrack_is_emergency)
        self.assertEqual(job.jobtrack_state, "approved")
        self.assertSound()

    def test_who_may_only_call_in_emergencies_keeps_such_a_draft_and_no_other(self):
        self.account.credit_limit = 0
        self.caller.write({"may_request": False, "may_call_emergency": True})
        call = self._call(is_emergency=True)
        call.action_keep_draft()
        self.assertEqual(self._call().standing, "no_role")
        self.account._grant_hours(5, reason="Gift")
        self.assertTrue(call.draft_id._submit().jobtrack_is_emergency)

    def test_a_call_about_a_job_is_written_on_it(self):
        job = self._make_job()
        call = self._call(task_id=job.id, note="Please hurry")
        call.action_note_on_job()
        self.assertIn("Please hurry", job.message_ids[0].body)
        other = self._make_account("Other shop", partner=self._make_person("Otto Other"))
        foreign = self._make_job(account=other)
        with self.assertRaisesRegex(UserError, "one of the caller's jobs"):
            self._call(task_id=foreign.id, note="x").action_note_on_job()

    def test_a_decision_is_recorded_during_the_call(self):
        job = self._make_job()
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        call = self._call(task_id=job.id).with_user(dora)
        with self.assertRaisesRegex(UserError, "waits for a decision"):
            call.action_record_decision()
        order = self._make_estimate(job, 3)
        order.action_send()
        call.invalidate_recordset()
        self.assertTrue(call.has_estimate)
        action = call.action_record_decision()
        self.assertEqual(action["res_model"], "jobtrack.record.decision")
        self.assertEqual(call.state, "open")

    def test_a_call_without_a_job_is_logged(self):
        call = self._call(title=False)
        call.action_end()
        self.assertEqual((call.outcome, call.state), ("nothing", "ended"))

    def test_a_call_in_which_a_decision_was_told_is_logged_as_that(self):
        order = self._make_estimate(self._make_job(), 2)
        order.action_send()
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        call = self._call(task_id=order.task_id.id).with_user(dora)
        opened = call.action_record_decision()
        wizard = self.env[opened["res_model"]].with_user(dora).with_context(**opened["context"])
        wizard.create({"contact_id": self.account._contact_of(self.approver).id}).action_record()
        self.assertEqual((order.state, call.state), ("approved", "open"))
        call.action_end()
        self.assertEqual(call.outcome, "decision")
        other = self._call(task_id=order.task_id.id)
        other.action_end()
        self.assertEqual(other.outcome, "nothing", "told to somebody else, in another call")

    def test_who_may_take_calls(self):
        call = self._call()
        plain = self._make_user("paul", "base.group_user")
        portal = self._make_portal_user(self.approver)
        bill = self._make_user("bill", "jobtrack_support.group_billing")
        for user in (plain, portal, bill):
            for step in ("action_make_job", "action_keep_draft", "action_note_on_job",
                         "action_list", "action_end"):  # fmt: skip
                with self.subTest(user=user.login, step=step), self.assertRaises(AccessError):
                    getattr(call.with_user(user), step)()
        other = self._make_company("Elsewhere")
        abroad = self._make_user("abel", "jobtrack_support.group_receptionist")
        abroad.write({"company_ids": [fields.Command.set(other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            call.with_user(abroad).with_company(other).action_end()


@tagged("post_install", "-at_install")
class TestOnCall(JobtrackCommon):
    """Emergencies reach somebody who confirms (B3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._make_user("anna", "jobtrack_support.group_technician")
        cls.bob = cls._make_user("bob", "jobtrack_support.group_technician")
        cls.now = fields.Datetime.now()
        cls.shifts = cls.env["jobtrack.on.call.shift"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "rank": rank,
                    "date_start": cls.now - timedelta(hours=1),
                    "date_end": cls.now + timedelta(hours=8),
                }
                for rank, user in ((2, cls.bob), (1, cls.ann))
            ]
        )

    def _later(self, minutes):
        """Let the cron look once more ``minutes`` after the beginning."""
        with freeze_time(self.now + timedelta(minutes=minutes)):
            self.env["jobtrack.on.call.alert"]._cron_escalate()

    def _emergency(self, **values):
        with freeze_time(self.now):
            return self._make_job("All is down", jobtrack_is_emergency=True, **values)

    def test_the_person_on_call_is_told_and_then_the_next(self):
        job = self._emergency()
        self.assertEqual(job.jobtrack_alert_ids.user_id, self.ann)
        self.assertEqual(job.activity_ids.user_id, self.ann)
        self.assertTrue(
            self.env["mail.notification"].search([("res_partner_id", "=", self.ann.partner_id.id)])
        )
        self._later(14)
        self.assertEqual(job.jobtrack_alert_ids.user_id, self.ann)
        self._later(15)
        self._later(15)
        self.assertEqual(job.jobtrack_alert_ids.mapped("user_id"), self.ann | self.bob)
        self.assertEqual(len(job.jobtrack_alert_ids), 2)
        job.with_user(self.bob).action_jobtrack_confirm_emergency()
        self.assertEqual(job.jobtrack_emergency_user_id, self.bob)
        self.assertIn(self.bob, job.user_ids)
        self.assertFalse(job.activity_ids)
        self._later(60)
        self.assertEqual(len(job.jobtrack_alert_ids), 2)
        with self.assertRaisesRegex(UserError, "Bob has taken"):
            job.with_user(self.ann).action_jobtrack_confirm_emergency()

    def test_a_job_that_turns_out_to_be_an_emergency(self):
        job = self._make_job()
        self.assertFalse(job.jobtrack_alert_ids)
        job.jobtrack_is_emergency = True
        self.assertEqual(job.jobtrack_alert_ids.user_id, self.ann)
        self.assertEqual(job.activity_ids.user_id, self.ann)
        job.jobtrack_is_emergency = False
        self.assertFalse(job.activity_ids, "it was none after all")

    def test_without_a_rota_the_dispatchers_are_told(self):
        self.shifts.unlink()
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        people = self.env["jobtrack.on.call.shift"]._people(self.company)
        self.assertIn(dora, people)
        self.assertNotIn(self.ann, people)

    def test_an_emergency_that_found_nobody_is_told_to_who_comes_next(self):
        self.shifts.unlink()
        self.assertFalse(self.env["jobtrack.on.call.shift"]._people(self.company))
        job = self._emergency()
        self.assertFalse(job.jobtrack_alert_ids)
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self._later(1)
        self.assertEqual(job.jobtrack_alert_ids.user_id, dora)

    def test_who_may_confirm(self):
        job = self._emergency()
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        portal = self._make_portal_user(self.member)
        for user in (rita, portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                job.with_user(user).action_jobtrack_confirm_emergency()
        with self.assertRaisesRegex(UserError, "no emergency"):
            self._make_job().with_user(self.ann).action_jobtrack_confirm_emergency()
        over = self._emergency()
        over.action_jobtrack_cancel()
        self.assertFalse(over.activity_ids, "nobody is reminded to take it")
        with self.assertRaisesRegex(UserError, "no emergency"):
            over.with_user(self.ann).action_jobtrack_confirm_emergency()
        with self.assertRaises(AccessError):
            job.with_user(self.ann).jobtrack_emergency_user_id = self.ann

    def test_the_rota_is_copied_once(self):
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.shifts.with_user(dora).action_copy_to_next_week()
        self.shifts.with_user(dora).action_copy_to_next_week()
        self.assertEqual(
            self.env["jobtrack.on.call.shift"].search_count([("company_id", "=", self.company.id)]),
            4,
        )
        with self.assertRaises(AccessError):
            self.shifts.with_user(self.ann).action_copy_to_next_week()
        with self.assertRaises(ValidationError):
            self.shifts[0].date_end = self.shifts[0].date_start
