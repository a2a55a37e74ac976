from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.jobtrack_job_dispute import ACTIVITY, CORRECTION, ESCALATION
from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class DisputeCommon(JobtrackCommon):
    """Two jobs wait for the run of 8 March; the client has ten hours in a pack."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing_user = cls._make_user("bo", "jobtrack_support.group_billing")
        cls.approver_user = cls._make_portal_user(cls.approver)
        cls.account._grant_hours(10, 40, "2026-03-01", None, "Ten hours")
        cls.job = cls._do_job(3, date="2026-03-02", name="Repair the shop")
        cls.other_job = cls._do_job(2, date="2026-03-02", name="Move the site")

    def _dispute(self, job=None, user=None, reason="Too many hours."):
        job = job or self.job
        job.with_user(user or self.approver_user).action_jobtrack_dispute(reason)

    def _bill(self, day="2026-03-08"):
        with freeze_time(f"{day} 10:00:00"):
            return self._run(day)

    def _decide(self, decision, answer="We have looked at it.", user=None, **hours):
        """Decide with the form, as the screen does; ``left`` is what stays of the first entry."""
        job = self.job.with_user(user or self.billing_user)
        action = job.action_jobtrack_decide_dispute()
        model = self.env[action["res_model"]].with_user(user or self.billing_user)
        form = Form(model.with_context(**action["context"]))
        form.decision = decision
        form.answer = answer
        if "left" in hours:
            with form.line_ids.edit(0) as line:
                line.left_hours = hours["left"]
        form.save().action_decide()

    def _history(self, job=None):
        return " ".join((job or self.job).message_ids.mapped("body"))

    def _mails(self, subject):
        return self.env["mail.mail"].sudo().search([("subject", "ilike", subject)])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestDispute(DisputeCommon):
    """Disputing a line keeps only that line out; it has a person who decides and a date (M6)."""

    def test_only_the_disputed_job_stays_out_of_the_run(self):
        self._dispute()
        run = self._bill()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.statement_ids.line_ids.task_id, self.other_job)
        self.assertEqual((self.job.jobtrack_state, self.account.balance_hours), ("done", 8))
        self.assertSound()

    def test_who_said_what_when_and_who_decides_until_when(self):
        self._dispute(reason=" Too many hours. ")
        job = self.job
        self.assertTrue(job.jobtrack_disputed)
        self.assertEqual(job.jobtrack_dispute_reason, "Too many hours.")
        self.assertEqual(job.jobtrack_disputed_by_id, self.approver)
        self.assertEqual(job.jobtrack_disputed_name, "Ann Approver")
        self.assertEqual(str(job.jobtrack_dispute_date), "2026-03-05 10:00:00")
        self.assertEqual(job.jobtrack_dispute_user_id, self.billing_user)
        # Thursday and five working days.
        self.assertEqual(job.jobtrack_dispute_deadline, date(2026, 3, 12))
        activity = job.activity_search([ACTIVITY])
        self.assertEqual(activity.user_id, self.billing_user)
        self.assertEqual(activity.date_deadline, date(2026, 3, 12))
        self.assertIn("Ann Approver disputes the bill", self._history())
        self.assertIn("Bo decides on the dispute until 03/12/2026", job.jobtrack_next_step)

    def test_the_project_manager_decides_if_that_is_somebody_who_may(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.account.project_id.user_id = dispatcher
        self._dispute()
        self.assertEqual(self.job.jobtrack_dispute_user_id, dispatcher)
        self.account.project_id.user_id = self.employee_user
        self._dispute(self.other_job)
        self.assertEqual(self.other_job.jobtrack_dispute_user_id, self.billing_user)

    def test_the_client_waits_for_the_host_as_long_as_it_is_disputed(self):
        self.assertFalse(self.job.jobtrack_waiting_for)
        self._dispute()
        self.assertEqual(self.job.jobtrack_waiting_for, "host")
        with freeze_time("2026-03-06 10:00:00"):
            self._decide("bill")
        self.assertFalse(self.job.jobtrack_waiting_for)
        period = self.job.jobtrack_waiting_ids[-1]
        self.assertEqual((period.job_state, period.waiting_for), ("disputed", "host"))
        self.assertEqual(str(period.date_from), "2026-03-05 10:00:00")
        self.assertEqual(str(period.date_to), "2026-03-06 10:00:00")

    def test_disputing_again_changes_nothing(self):
        self._dispute()
        with freeze_time("2026-03-06 10:00:00"):
            self._dispute(reason="And rude.")
        self.assertEqual(self.job.jobtrack_dispute_reason, "Too many hours.")
        self.assertEqual(str(self.job.jobtrack_dispute_date), "2026-03-05 10:00:00")
        self.assertEqual(len(self.job.activity_search([ACTIVITY])), 1)

    def test_a_reason_is_required(self):
        with self.assertRaisesRegex(UserError, "what is wrong"):
            self._dispute(reason="  ")
        self.assertFalse(self.job.jobtrack_disputed)

    def test_only_a_done_billable_job_can_be_disputed(self):
        open_job = self._make_job()
        self._approve(open_job, 1)
        with self.assertRaisesRegex(UserError, "done and not billed"):
            self._dispute(open_job)
        free = self._make_job()
        free.action_jobtrack_not_billable()
        free._jobtrack_complete("Answered")
        with self.assertRaisesRegex(UserError, "costs nothing"):
            self._dispute(free)

    def test_a_billed_job_becomes_a_request_for_a_correction(self):
        self._bill()
        balance = self.account.balance_hours
        for reason in ("Too many hours.", "Really."):
            effect = self.job.with_user(self.approver_user).action_jobtrack_dispute(reason)
        self.assertEqual(effect, {self.job.id: "ask"})
        self.assertFalse(self.job.jobtrack_disputed)
        self.assertEqual((self.job.jobtrack_state, self.account.balance_hours), ("billed", balance))
        message = self.job.message_ids[0]
        self.assertIn("Really.", message.body)
        self.assertEqual(message.author_id, self.approver)
        activity = self.job.activity_search([CORRECTION])
        self.assertEqual(activity.user_id, self.billing_user)
        self.assertSound()

    def test_withdrawn_it_is_billed_and_may_be_disputed_again(self):
        self._dispute()
        self.job.with_user(self.approver_user).action_jobtrack_withdraw_dispute()
        self.assertFalse(self.job.jobtrack_disputed or self.job.jobtrack_waiting_for)
        self.assertEqual(self.job.jobtrack_dispute_decision, "withdrawn")
        self.assertFalse(self.job.activity_search([ACTIVITY]))
        self.assertIn("Ann Approver withdraws the dispute", self._history())
        messages = len(self.job.message_ids)
        self.job.with_user(self.approver_user).action_jobtrack_withdraw_dispute()
        self.assertEqual(len(self.job.message_ids), messages, "nothing to withdraw")
        self._dispute(reason="On second thoughts.")
        self.assertTrue(self.job.jobtrack_disputed)
        self.job.with_user(self.approver_user).action_jobtrack_withdraw_dispute()
        self.assertEqual(self._bill().statement_ids.line_ids.task_id, self.job | self.other_job)
        self.assertSound()

    def test_disputed_before_one_run_and_decided_it_is_billed_by_the_next(self):
        self._dispute()
        self._bill()
        with freeze_time("2026-03-10 10:00:00"):
            self._decide("bill")
        run = self._bill("2026-03-15")
        self.assertEqual(run.statement_ids.line_ids.task_id, self.job)
        self.assertEqual(self.account.balance_hours, 5)
        self.assertSound()

    def test_a_job_that_is_taken_up_again_is_not_disputed_any_more(self):
        self._dispute()
        self.job._jobtrack_set_state("approved")
        self.assertFalse(self.job.jobtrack_disputed)
        self.assertEqual(self.job.jobtrack_dispute_decision, "reopened")
        self.assertEqual(self.job.jobtrack_waiting_for, "host")
        self.assertFalse(self.job.activity_search([ACTIVITY]))

    def test_what_was_decided_does_not_bind_a_second_delivery(self):
        self._dispute()
        self._decide("bill")
        self.job._jobtrack_set_state("approved")
        self.job._jobtrack_complete("Done once more")
        self.assertFalse(self.job.jobtrack_dispute_decision or self.job.jobtrack_dispute_answer)
        self.assertIn("Bo decides on the dispute", self._history())
        self._dispute(reason="Still not right.")
        self.assertTrue(self.job.jobtrack_disputed)

    def test_no_way_bills_a_disputed_job(self):
        self._dispute()
        with self.assertRaisesRegex(UserError, "is disputed"):
            self.job._jobtrack_set_billed()

    # === TOO LATE === #

    def test_past_its_date_administrators_are_told_once_and_nothing_is_billed(self):
        boss = self._make_user("ada", "jobtrack_support.group_administrator")
        self._dispute()
        with freeze_time("2026-03-12 10:00:00"):
            self.account._look_after()
            self.assertFalse(self.job.activity_search([ESCALATION]), "its last day")
        with freeze_time("2026-03-13 10:00:00"):
            self.account._look_after()
            self.account._look_after()
            activity = self.job.activity_search([ESCALATION], user_id=boss.id)
            self.assertEqual(len(activity), 1)
            self.assertIn("Bo should have decided", activity.note)
            activity.action_feedback()
            self.account._look_after()
            self.assertFalse(self.job.activity_search([ESCALATION], user_id=boss.id))
        self.assertFalse(
            self._bill("2026-03-15").statement_ids.line_ids.filtered(
                lambda line: line.task_id == self.job
            )
        )
        self.assertTrue(self.job.jobtrack_disputed)

    def test_the_person_and_the_date_can_be_changed_by_those_who_decide(self):
        self._dispute()
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        job = self.job.with_user(self.billing_user)
        job.write({"jobtrack_dispute_user_id": dora.id, "jobtrack_dispute_deadline": "2026-03-20"})
        activity = self.job.activity_search([ACTIVITY])
        self.assertEqual((activity.user_id, activity.date_deadline), (dora, date(2026, 3, 20)))
        for values, words in (
            ({"jobtrack_dispute_user_id": self.employee_user.id}, "may not decide"),
            ({"jobtrack_dispute_user_id": self.approver_user.id}, "may not decide"),
            ({"jobtrack_dispute_user_id": False}, "a person who decides and a date"),
            ({"jobtrack_dispute_deadline": False}, "a person who decides and a date"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words):
                job.write(values)
        with self.assertRaisesRegex(AccessError, "Dispatch and billing"):
            self.job.with_user(self.employee_user).jobtrack_dispute_user_id = dora
        with self.assertRaisesRegex(UserError, "not disputed"):
            self.other_job.with_user(dora).jobtrack_dispute_deadline = "2026-03-20"

    def test_more_time_is_given_a_second_warning(self):
        boss = self._make_user("ada", "jobtrack_support.group_administrator")
        self._dispute()
        with freeze_time("2026-03-13 10:00:00"):
            self.account._look_after()
            self.job.with_user(self.billing_user).jobtrack_dispute_deadline = "2026-03-16"
            self.assertFalse(self.job.activity_search([ESCALATION]))
        with freeze_time("2026-03-17 10:00:00"):
            self.account._look_after()
            self.assertTrue(self.job.activity_search([ESCALATION], user_id=boss.id))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestDisputeDecision(DisputeCommon):
    """A person decides: bill as it is, waive, or correct the time; the client is told what and why (M6)."""

    def setUp(self):
        super().setUp()
        self._dispute()
        self.line = self.job.jobtrack_time_ids

    def test_bill_as_it_is(self):
        self._decide("bill", "The cables were worse than we thought.")
        run = self._bill()
        line = run.statement_ids.line_ids.filtered(lambda line: line.task_id == self.job)
        self.assertEqual(line.hours, 3)
        self.assertEqual(self.job.jobtrack_dispute_decided_name, "Bo")
        self.assertIn(
            "Bo decides on the dispute: Billed as it is, 3:00 h -&gt; 3:00 h.", self._history()
        )
        self.assertSound()

    def test_what_is_decided_is_decided_but_staff_may_look_again(self):
        self._decide("bill")
        effect = self.job.with_user(self.approver_user).action_jobtrack_dispute("Still wrong.")
        self.assertEqual(effect, {self.job.id: "ask"})
        self.assertFalse(self.job.jobtrack_disputed)
        self.assertTrue(self.job.activity_search([CORRECTION]))
        self._dispute(user=self.billing_user, reason="They called again.")
        self.assertTrue(self.job.jobtrack_disputed)

    def test_waive_all_of_it(self):
        self._decide("waive", "Our mistake.")
        for mail in self._mails("Your dispute"):
            self.assertIn("the job costs you nothing", mail.body_html)
            self.assertNotIn("are billed on", mail.body_html)
        self.assertEqual(self.line.unit_amount, 3, "the work stays a record")
        run = self._bill()
        line = run.statement_ids.line_ids.filtered(lambda line: line.task_id == self.job)
        self.assertEqual((line.prepaid_hours, line.postpaid_hours, line.amount), (0, 0, 0))
        self.assertEqual(self.job.jobtrack_state, "billed")
        self.assertEqual(self.account.balance_hours, 8)
        self.assertSound()

    def test_waive_a_part_of_it(self):
        self._decide("waive", "Half was our mistake.", left=1.5)
        for mail in self._mails("Your dispute"):
            self.assertRegex(mail.body_html, r"(?s)a part of it.*1:30.*are billed on")
        (bill,) = self.env["jobtrack.billing.run"]._upcoming_bills(self.account)
        self.assertEqual(bill["rows"][0]["waived"], "1:30")
        run = self._bill()
        line = run.statement_ids.line_ids.filtered(lambda line: line.task_id == self.job)
        self.assertEqual((line.prepaid_hours, line.postpaid_hours), (1.5, 0))
        self.assertEqual(line._waived_in_words(), "1:30 h free of charge: Half was our mistake.")
        self.assertEqual(self.job.jobtrack_total_hours, 3, "the work stays a record")
        self.assertEqual(self.account.balance_hours, 6.5)
        self.assertSound()

    def test_correct_the_time(self):
        self._decide("correct", "A typing error.", left=1)
        self.assertEqual(self.line.unit_amount, 1)
        self.assertIn("3:00 h -&gt; 1:00 h. A typing error.", self._history())
        self._dispute(reason="Still too many.")
        self.assertTrue(self.job.jobtrack_disputed, "other figures, another look")
        self._decide("bill")
        run = self._bill()
        line = run.statement_ids.line_ids.filtered(lambda line: line.task_id == self.job)
        self.assertEqual(line.hours, 1)
        self.assertSound()

    def test_the_time_of_a_fixed_price_is_waived_and_not_corrected(self):
        job = self._make_job()
        self._approve(job, 4, basis="fixed")
        line = self._log(job, 1, date="2026-03-02")
        job._jobtrack_complete("Done")
        job.action_jobtrack_dispute("Too dear")
        decider = job.with_user(self.billing_user)
        with self.assertRaisesRegex(UserError, "would not change the bill"):
            decider._jobtrack_decide_dispute("correct", "A typing error.", {line.id: 30})
        decider._jobtrack_decide_dispute("waive", "Half an hour was ours.", {line.id: 30})
        self._bill()
        billed = job.jobtrack_statement_line_ids
        self.assertEqual((billed.hours, billed.waived_hours), (4, 0.5))
        self.assertSound()

    def test_the_client_is_told_once_each(self):
        bookkeeper = self._make_person("Bea Books")
        self._make_contact(self.account, bookkeeper, may_request=False, may_see_money=True)
        self._decide("correct", "A <b>typing</b> error.", left=1)
        mails = self._mails("Your dispute")
        self.assertEqual(mails.recipient_ids, self.approver | self.member | bookkeeper)
        self.assertEqual(len(mails), 3)
        for mail in mails:
            self.assertIn("We have corrected its time", mail.body_html)
            self.assertIn("1:00", mail.body_html)
            self.assertIn("A &lt;b&gt;typing&lt;/b&gt; error.", mail.body_html)
            self.assertNotIn("$", mail.body_html)

    def test_a_decision_needs_an_answer_and_makes_sense(self):
        job = self.job.with_user(self.billing_user)
        for decision, answer, times, words in (
            ("bill", " ", None, "what the client is told"),
            ("shout", "No", None, "what becomes of"),
            ("correct", "No", {}, "Nothing was changed"),
            ("correct", "No", {self.line.id: 180}, "Nothing was changed"),
            ("correct", "No", {self.line.id: 181}, "never raised"),
            ("waive", "No", {self.line.id: -1}, "never raised"),
            ("waive", "No", {self.other_job.jobtrack_time_ids.id: 0}, "not on the coming bill"),
        ):
            with self.subTest(decision=decision, times=times):
                with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                    job._jobtrack_decide_dispute(decision, answer, times)
        self.assertTrue(self.job.jobtrack_disputed)
        self.assertEqual(self.line.unit_amount, 3)

    def test_a_dispute_is_decided_once(self):
        self._decide("bill")
        with self.assertRaisesRegex(UserError, "not disputed any more"):
            self._decide("waive")
