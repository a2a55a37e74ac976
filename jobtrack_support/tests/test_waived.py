from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestWaived(JobtrackCommon):
    """Waived time stands on the statement at 0 with its reason; given up time stands nowhere."""

    def _bill_on(self, date):
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids

    def _waive(self, job, user=None, **values):
        wizards = self.env["jobtrack.waive.time"]
        if user:
            wizards = wizards.with_user(user)
        wizards.create({"task_id": job.id, "reason": "Our mistake", **values}).action_waive()

    def test_a_part_is_waived_and_uses_no_pack(self):
        pack = self.account._grant_hours(5, 40, None, "2026-03-31", "Pack")
        job = self._do_job(3, date="2026-03-02")
        self._waive(job, hours=1)
        self.assertEqual(len(job.jobtrack_time_ids), 2, "the entry is split")
        self.assertEqual(job.jobtrack_billable_hours, 3, "it counts towards the approval")
        self.assertTrue(all(job.jobtrack_time_ids.mapped("jobtrack_billable")))
        statement = self._bill_on("2026-03-08")
        line = statement.line_ids
        self.assertEqual((line.worked_minutes, line.minutes), (180, 180))
        self.assertEqual((line.prepaid_minutes, line.postpaid_minutes), (120, 0))
        self.assertEqual(line.waived_hours, 1)
        self.assertEqual(line._waived_in_words(), "1:00 h free of charge: Our mistake")
        self.assertEqual(pack.minutes_remaining, 180)
        statement._send_mail()
        mail = self.env["mail.mail"].search(
            [("model", "=", "jobtrack.statement"), ("res_id", "=", statement.id)]
        )
        words = " ".join(html2plaintext(mail.body_html).replace("*", "").split())
        self.assertIn("3:00 hours on Client shop: 2:00 h from your packs", words)
        self.assertIn("from your packs, 1:00 h free of charge.", words, "the parts add up")
        self.assertSound()

    def test_waiving_a_part_never_makes_the_time_count_more_than_was_approved(self):
        job = self._make_job()
        self._approve(job, 1, increment_minutes=15, increment_per="entry")
        self._log(job, 40 / 60, date="2026-03-02")
        self._log(job, 10 / 60, date="2026-03-02")
        job._jobtrack_complete("Done")
        self.assertEqual(job.jobtrack_time_ids._jobtrack_minutes(), 60)
        with self.assertRaises(UserError) as refused:
            self._waive(job, hours=5 / 60)
        self.assertIn("waive all of the entry", str(refused.exception))
        job._jobtrack_dispute(self.approver, "Too long")
        time = job._jobtrack_disputed_time()
        with self.assertRaises(UserError):
            job._jobtrack_decide_dispute("waive", "Sorry", {time[1].id: 5})
        job._jobtrack_decide_dispute("waive", "Sorry", {time[0].id: 30})
        self.assertSound()
        line = self._bill_on("2026-03-08").line_ids
        self.assertEqual((line.minutes, line.waived_minutes, line.postpaid_minutes), (60, 15, 45))
        self.assertSound()

    def test_all_is_waived_and_nothing_is_invoiced(self):
        job = self._do_job(3, date="2026-03-02")
        self._waive(job)
        statement = self._bill_on("2026-03-08")
        self.assertEqual(
            (statement.line_ids.minutes, statement.line_ids.waived_minutes), (180, 180)
        )
        self.assertFalse(statement.invoice_id)
        self.assertEqual(job.jobtrack_state, "billed")
        self.assertSound()

    def test_the_latest_work_is_waived_first(self):
        job = self._make_job()
        self._approve(job, 4)
        early = self._log(job, 2, date="2026-03-01")
        late = self._log(job, 1, date="2026-03-02")
        self._waive(job, hours=1.5)
        self.assertTrue(late.jobtrack_waived)
        self.assertEqual((early.unit_amount, early.jobtrack_waived), (1.5, False))
        self.assertSound()

    def test_a_waiver_is_taken_back_while_it_is_not_billed(self):
        job = self._do_job(3, date="2026-03-02")
        self._waive(job, hours=1)
        self.assertTrue(job.jobtrack_has_waived)
        job.action_jobtrack_unwaive()
        self.assertEqual(self._bill_on("2026-03-08").line_ids.postpaid_minutes, 180)
        with self.assertRaisesRegex(UserError, "Nothing is waived"):
            job.action_jobtrack_unwaive()
        self.assertSound()

    def test_a_bill_is_corrected_to_waive_billed_time(self):
        job = self._do_job(3, date="2026-03-02")
        statement = self._bill_on("2026-03-08")
        with self.assertRaisesRegex(UserError, "correct the bill first"):
            job._jobtrack_waive_time("Goodwill")
        with freeze_time("2026-03-10 10:00:00"):
            statement.action_reverse("Goodwill was promised")
            job._jobtrack_waive_time("Goodwill", 60)
        line = self._bill_on("2026-03-15").line_ids
        self.assertEqual((line.minutes, line.waived_minutes, line.amount), (180, 60, 100))
        with freeze_time("2026-03-16 10:00:00"):
            back = line._reverse("Wrong again")
        self.assertEqual(back.line_ids.waived_minutes, -60)
        self.assertSound()

    def test_waived_time_is_not_changed(self):
        job = self._do_job(3, date="2026-03-02")
        self._waive(job)
        manager = self._make_user("dora", "jobtrack_support.group_dispatcher")
        with self.assertRaisesRegex(UserError, "undo that"):
            job.jobtrack_time_ids.with_user(manager).unit_amount = 2
        with self.assertRaisesRegex(UserError, "follows from the client's consent"):
            job.jobtrack_time_ids.with_user(manager).jobtrack_waived = False

    def test_pending_time_is_given_up_and_stands_on_no_statement(self):
        job = self._make_job()
        self._approve(job, 1)
        self._log(job, 1, date="2026-03-02")
        over = self._log(job, 1, date="2026-03-02")
        self._waive(job)
        self.assertFalse(over.jobtrack_billable or over.jobtrack_pending)
        self.assertEqual(over.jobtrack_waive_reason, "Our mistake")
        job._jobtrack_complete("Done")
        line = self._bill_on("2026-03-08").line_ids
        self.assertEqual((line.minutes, line.waived_minutes), (60, 0))
        job.action_jobtrack_unwaive()
        self.assertTrue(over.jobtrack_pending, "it waits for consent again")
        self.assertSound()

    def test_waiving_a_part_makes_no_room_for_time_that_waits(self):
        job = self._make_job()
        self._approve(job, 1)
        self._log(job, 1, date="2026-03-02")
        over = self._log(job, 0.5, date="2026-03-02")
        job._jobtrack_waive_time("Our mistake", 30)
        self.assertEqual((over.jobtrack_billable, over.jobtrack_pending), (False, True))
        self.assertEqual(job.jobtrack_billable_hours, 1)
        self.assertSound()

    def test_time_from_before_the_approval_that_was_given_up_does_not_slip_into_it(self):
        job = self._make_job()
        early = self._log(job, 1)
        with freeze_time("2026-03-03 10:05:00"):
            self._approve(job, 2)
            job._jobtrack_give_up_pending("Our mistake")
            job.action_jobtrack_unwaive()
        self.assertEqual((early.jobtrack_billable, early.jobtrack_pending), (False, True))
        self.assertSound()

    def test_what_cannot_be_waived_is_refused_in_words(self):
        job = self._do_job(2, date="2026-03-02")
        for wrong in (0, -10, 121):
            with self.subTest(minutes=wrong), self.assertRaisesRegex(UserError, "2:00 h of"):
                job._jobtrack_waive_time("Because", wrong)
        with self.assertRaisesRegex(UserError, "why"):
            job._jobtrack_waive_time(" ")
        with self.assertRaisesRegex(UserError, "No time of"):
            job._jobtrack_give_up_pending("Because")

    def test_dispatchers_and_billing_waive_and_nobody_else(self):
        job = self._do_job(2, date="2026-03-02")
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        biller = self._make_user("bill", "jobtrack_support.group_billing")
        self._waive(job, dispatcher, hours=0.5)
        job.with_user(biller).action_jobtrack_unwaive()
        self.assertEqual(
            job.with_user(biller).action_jobtrack_waive()["res_model"], "jobtrack.waive.time"
        )
        other_company = self._make_company("Second host")
        foreign = self._make_user("fritz", "jobtrack_support.group_dispatcher")
        foreign.write({"company_ids": [(6, 0, other_company.ids)], "company_id": other_company.id})
        strangers = (
            self.employee_user,
            self._make_portal_user(self.approver),
            self._make_portal_user(self._make_person("Sue Stranger")),
            foreign,
        )
        for user in strangers:
            theirs = job.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    theirs.action_jobtrack_waive()
                with self.assertRaises(AccessError):
                    theirs.action_jobtrack_unwaive()
                with self.assertRaises(AccessError):
                    self.env["jobtrack.waive.time"].with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    ).create(
                        {"task_id": job.id, "reason": "Mine", "kind": "consented", "hours": 1}
                    ).action_waive()
        self.assertFalse(any(job.jobtrack_time_ids.mapped("jobtrack_waived")))
