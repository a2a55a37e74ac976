from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JobtrackCommon
from .mail_common import mail_head
from .test_dispute import DisputeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-06 10:00:00")
class TestPrebillNotice(DisputeCommon):
    """Two days before the run of 8 March whoever sees money is shown what it would bill: once (M6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = cls._make_person("Bea Books")
        cls._make_contact(cls.account, cls.bookkeeper, may_request=False, may_see_money=True)

    def _send(self, day="2026-03-06"):
        """Let the cron do its work on a day; return the notices of this company."""
        model = self.env["jobtrack.prebill.notice"]
        with freeze_time(f"{day} 10:00:00"):
            for company, date in model._open_windows():
                if company == self.company:
                    told = [
                        model._tell_safely(company, date, partner, accounts)
                        for partner, accounts in model._people_to_tell(company, date).items()
                    ]
                    company.jobtrack_prebill_told = all(told) and date
        return model.search([("company_id", "=", self.company.id)])

    def _bodies(self):
        return " ".join(self._mails("Your bill of").mapped("body_html"))

    def test_each_person_who_sees_money_gets_one_notice(self):
        notices = self._send()
        self.assertEqual(notices.partner_id, self.approver | self.bookkeeper)
        self.assertEqual(notices.mapped("date"), [fields.Date.to_date("2026-03-08")] * 2)
        mails = self._mails("Your bill of 03/08/2026")
        self.assertEqual(mails.recipient_ids, self.approver | self.bookkeeper)
        self.assertEqual(len(mails), 2)
        self.assertEqual({mail_head(mail) for mail in mails}, {"Bill of March 8, 2026"})
        self.assertFalse(any(mails.mapped("res_id")), "staff would read the links of clients")

    def test_it_shows_per_job_what_packs_pay_and_what_is_to_pay(self):
        self._do_job(6, date="2026-03-03", name="Third job")
        self._send()
        body = self._bodies()
        for part in ("Repair the shop", "3:00", "Move the site", "2:00", "Third job", "6:00"):
            self.assertIn(part, body)
        # Ten hours in the pack, eleven worked: one hour at 50.00.
        self.assertIn("10:00", body)
        self.assertIn("$\xa050.00", body)
        self.assertEqual(self.account.balance_hours, 10, "a preview spends nothing")
        self.assertFalse(self.account.statement_ids)
        self.assertFalse(self.env["jobtrack.billing.run"].search([("date", "=", "2026-03-08")]))

    def test_the_preview_is_what_the_run_then_bills(self):
        self._do_job(7, date="2026-03-03", name="Third job")
        before = self.env["jobtrack.billing.run"]._upcoming_bills(self.account)[0]
        statement = self._bill().statement_ids
        lines = statement.line_ids
        self.assertEqual([row["job"] for row in before["rows"]], list(lines.task_id))
        self.assertEqual([row["amount"] for row in before["rows"]], lines.mapped("amount"))
        self.assertEqual(before["amount"], statement.amount)
        self.assertSound()

    def test_once_however_often_the_cron_runs(self):
        first = self._send()
        self.assertEqual(self._send(), first)
        self.assertEqual(self._send("2026-03-07"), first, "the next day of the same window")
        self.assertEqual(len(self._mails("Your bill of")), 2)

    def test_a_cron_that_was_killed_in_the_middle_tells_the_others_only(self):
        model = self.env["jobtrack.prebill.notice"]
        date = fields.Date.to_date("2026-03-08")
        model._tell(self.company, date, self.approver, self.account)
        notices = self._send()
        self.assertEqual(len(notices), 2)
        self.assertEqual(len(self._mails("Your bill of")), 2)
        self.assertTrue(self.company.jobtrack_prebill_told, "nobody was tried a second time")

    def test_a_cron_that_comes_a_day_late_makes_up_for_it(self):
        self.assertEqual(len(self._send("2026-03-07")), 2)

    def test_outside_the_window_and_without_one_nobody_is_told(self):
        self.assertFalse(self._send("2026-03-05"), "the day before")
        self.assertFalse(self._send("2026-03-08"), "the run itself")
        self.company.jobtrack_prebill_days = 0
        self.assertFalse(self._send("2026-03-06"))

    def test_the_days_are_those_of_the_company(self):
        """At 22:00 UTC on the 5th it is the 6th in Berlin, and still the 5th in New York."""
        model = self.env["jobtrack.prebill.notice"]
        for tz, is_open in (("Europe/Berlin", True), ("America/New_York", False)):
            self.company.jobtrack_tz = tz
            with freeze_time("2026-03-05 23:30:00"), self.subTest(tz=tz):
                windows = [found for found in model._open_windows() if found[0] == self.company]
                self.assertEqual(bool(windows), is_open)

    def test_accounts_with_nothing_to_bill_get_none(self):
        idle = self._make_account("Idle shop")
        self._make_contact(idle, self.member, may_see_money=True)
        disputed = self._make_account("Angry shop")
        self._make_contact(disputed, self.member, may_see_money=True)
        self._dispute(self._do_job(1, account=disputed, date="2026-03-02"), user=self.billing_user)
        self.assertNotIn(self.member, self._send().partner_id)

    def test_one_mail_for_all_accounts_of_a_person(self):
        second = self._make_account("Second shop")
        self._make_contact(second, self.bookkeeper, may_see_money=True)
        self._do_job(1, account=second, date="2026-03-02", name="Elsewhere")
        notice = self._send().filtered(lambda found: found.partner_id == self.bookkeeper)
        self.assertEqual(notice.account_ids, self.account | second)
        mail = self._mails("Your bill of").filtered(
            lambda found: found.recipient_ids == self.bookkeeper
        )
        self.assertIn("Elsewhere", mail.body_html)
        others = self._mails("Your bill of") - mail
        self.assertNotIn("Elsewhere", others.body_html)

    def test_a_disputed_job_is_named_and_not_added_up(self):
        self._dispute()
        self._send()
        body = self._bodies()
        self.assertIn("kept out of this bill", body)
        bill = self.env["jobtrack.billing.run"]._upcoming_bills(self.account)[0]
        self.assertEqual((bill["hours"], bill["disputed"]), ("2:00", self.job))

    def test_the_run_says_what_it_leaves_out_and_who_was_told(self):
        self._dispute()
        self._send()
        with freeze_time("2026-03-08 10:00:00"):
            run = self.env["jobtrack.billing.run"]._get_or_create(
                self.company, fields.Date.to_date("2026-03-08")
            )
            run = run.with_user(self.billing_user)
            self.assertEqual((run.disputed_count, run.notice_count), (1, 2))
            jobs = self.env["project.task"].search(run.action_open_disputed()["domain"])
            self.assertEqual(jobs, self.job)
            notices = self.env["jobtrack.prebill.notice"].with_user(self.billing_user)
            self.assertEqual(len(notices.search(run.action_open_notices()["domain"])), 2)
            self._run("2026-03-08")
            run.invalidate_recordset()
            self.assertEqual(run.disputed_count, 0, "what a run left out is said while it is open")

    def test_notices_are_read_by_staff_of_the_company_only_and_written_by_nobody(self):
        notice = self._send()[0]
        elsewhere = self._make_company("Other host")
        theirs = self._make_user("theo", "jobtrack_support.group_administrator")
        theirs.write(
            {"company_id": elsewhere.id, "company_ids": [fields.Command.set(elsewhere.ids)]}
        )
        for user in (theirs, self.approver_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                notice.with_user(user).read(["partner_id"])
        for values in ({"partner_id": self.member.id}, {"date": "2026-03-15"}):
            with self.assertRaises(AccessError):
                notice.with_user(self.billing_user).write(values)

    @mute_logger("odoo.addons.jobtrack_support.models.jobtrack_prebill_notice")
    def test_one_address_that_fails_does_not_stop_the_others(self):
        self.env.ref(
            "jobtrack_support.mail_template_prebill"
        ).subject = "Your bill of {{ 1 / (object.partner_id.name != 'Bea Books') }}"
        self.assertEqual(self._send().partner_id, self.approver)
        self.assertFalse(self.company.jobtrack_prebill_told, "the next run of the cron tries again")

    def test_the_cron_itself_commits_and_remembers(self):
        with self.enter_registry_test_mode():
            self.env.ref("jobtrack_support.ir_cron_prebill").method_direct_trigger()
        notices = self.env["jobtrack.prebill.notice"].search([("company_id", "=", self.company.id)])
        self.assertEqual(notices.partner_id, self.approver | self.bookkeeper)
        self.assertEqual(str(self.company.jobtrack_prebill_told), "2026-03-08")


@tagged("post_install", "-at_install")
class TestDeliveryMail(JobtrackCommon):
    """The delivery mail says when the job is billed, and how to dispute it (D6, M6)."""

    def _deliver(self, moment):
        with freeze_time(moment):
            job = self._do_job(2)
        mails = self.env["mail.mail"].sudo().search([("subject", "ilike", job.jobtrack_reference)])
        return job, mails.filtered(lambda mail: mail.subject.startswith("Done"))

    def test_completed_before_the_window_it_says_the_billing_date(self):
        _job, mails = self._deliver("2026-03-05 10:00:00")
        self.assertEqual(mails.recipient_ids, self.member | self.approver)
        for mail in mails:
            self.assertIn("03/08/2026", mail.body_html)
            self.assertNotIn("being prepared", mail.body_html)
            self.assertIn("03/07/2026", mail.body_html, "the last day to dispute it")

    def test_completed_inside_the_window_it_says_so(self):
        for moment in ("2026-03-06 10:00:00", "2026-03-07 23:00:00"):
            _job, mails = self._deliver(moment)
            for mail in mails:
                self.assertIn("03/08/2026", mail.body_html)
                self.assertIn("being prepared", mail.body_html)

    def test_completed_inside_the_window_it_is_billed_anyway(self):
        job, _mails = self._deliver("2026-03-07 23:00:00")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertEqual(job.jobtrack_state, "billed")
        self.assertSound()

    def test_each_has_a_link_of_their_own_that_staff_do_not_find(self):
        job, mails = self._deliver("2026-03-05 10:00:00")
        links = {mail.body_html.split("/jobtrack/dispute/")[1].split('"')[0] for mail in mails}
        self.assertEqual(len(links), 2)
        history = " ".join(job.message_ids.mapped("body"))
        self.assertNotIn("/jobtrack/dispute/", history)
        self.assertIn("Job done sent to", history)

    def test_an_answer_to_it_comes_into_the_conversation_of_the_job(self):
        job, mails = self._deliver("2026-03-05 10:00:00")
        known = job.message_ids.mapped("message_id")
        for mail in mails:
            self.assertIn(mail.references, known)
