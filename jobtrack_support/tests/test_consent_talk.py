from datetime import timedelta

import lxml.html
from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models.jobtrack_work_order_question import ACTIVITY as QUESTION
from .common import JobtrackCommon

DISPUTE = "jobtrack_support.mail_activity_type_dispute"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsentTalk(JobtrackCommon):
    """What is said about an estimate before, instead of and after a decision."""

    def setUp(self):
        super().setUp()
        self.job = self._make_job()
        self.order = self._make_estimate(self.job, 3)

    def _mails(self, words):
        people = [("parent_id", "=", self.client_company.id)]
        return self.env["mail.mail"].search(
            [("subject", "ilike", words), ("recipient_ids", "any", people)]
        )

    # === QUESTIONS === #

    def test_a_question_makes_the_job_wait_for_us_until_it_is_answered(self):
        self.order.action_send()
        self.assertEqual(self.job.jobtrack_waiting_for, "client")
        asker = self._make_portal_user(self.approver)
        with freeze_time("2026-03-04 10:00:00"):
            self.order.with_user(asker).action_ask_question("Is the form included?")
        self.assertEqual((self.order.state, self.job.jobtrack_waiting_for), ("sent", "host"))
        self.assertIn("Answer the client's question", self.job.jobtrack_next_step)
        activity = self.job.activity_search([QUESTION])
        self.assertIn("Is the form included?", activity.note)
        with freeze_time("2026-03-07 10:00:00"):
            self.order.with_user(self.employee_user).action_answer_question("Yes, it is.")
        self.assertEqual(self.job.jobtrack_waiting_for, "client")
        self.assertFalse(self.job.activity_search([QUESTION]))
        self.assertEqual(str(self.order.valid_until), "2026-03-19", "3 days came back")
        mail = self._mails("Answer:")
        self.assertEqual(mail.recipient_ids, self.approver)
        self.assertIn("Yes, it is.", mail.body_html)
        self.assertIn("/jobtrack/consent/", mail.body_html)
        periods = self.job.jobtrack_waiting_ids.sorted("id").mapped("job_state")
        self.assertEqual(periods[-3:], ["estimated", "question", "estimated"])

    def test_who_may_ask_and_answer(self):
        self.order.action_send()
        stranger = self._make_portal_user(self._make_person("Sam Stranger"))
        for user in (stranger, self.employee_user):
            with self.assertRaises(AccessError):
                self.order.with_user(user).action_ask_question("What?")
        member = self._make_portal_user(self.member)
        with self.assertRaisesRegex(UserError, "write your question"):
            self.order.with_user(member).action_ask_question(" ")
        self.order.with_user(member).action_ask_question("What?")
        receptionist = self._make_user("rita", "jobtrack_support.group_receptionist")
        for user in (member, stranger, receptionist):
            with self.assertRaises(AccessError):
                self.order.with_user(user).action_answer_question("That.")
        with self.assertRaisesRegex(UserError, "Write the answer"):
            self.order.with_user(self.employee_user).action_answer_question(" ")

    def test_only_the_newest_version_is_asked_about(self):
        self.order.action_send()
        self._make_estimate(self.job, 4).action_send()
        with self.assertRaisesRegex(UserError, "Superseded"):
            self.order._ask(self.approver, "Why?")

    def test_a_decision_ends_the_question(self):
        self.order.action_send()
        self.order._ask(self.approver, "Why?")
        self.order._decide("approved", self.approver, "mail")
        self.assertFalse(self.order.question_waits)
        self.assertEqual(self.job.jobtrack_waiting_for, "host")

    # === DECLINED === #

    def test_a_declined_job_waits_for_our_answer_and_is_estimated_again(self):
        self.order.action_send()
        self.order._decide("declined", self.approver, "mail", reason="Too dear")
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("declined", "host")
        )
        self.order.action_answer_question("We could leave the form out.")
        self.assertEqual(self.job.jobtrack_waiting_for, "client")
        self.order._ask(self.approver, "Please do, what would it cost?")
        self.assertEqual(self.job.jobtrack_waiting_for, "host")
        again = self._make_estimate(self.job, 2)
        again.action_send()
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("estimated", "client")
        )
        again._decide("approved", self.approver, "mail")
        self.assertFalse(any(self.job.jobtrack_work_order_ids.mapped("question_waits")))
        self.assertSound()

    # === CHANGE ORDERS === #

    def test_a_change_order_waits_for_the_client_and_says_what_changes(self):
        self.order.action_send()
        self.order._decide("approved", self.approver, "mail")
        self.assertEqual(self.job.jobtrack_waiting_for, "host")
        second = self._make_estimate(self.job, 5, scope="The form as well")
        second.action_send()
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("approved", "client")
        )
        self.assertEqual(self.job.jobtrack_waiting_ids.sorted("id")[-1].job_state, "change_order")
        self.assertIn("Hours in all: 3:00 → 5:00", second.changes_text)
        self.assertIn("Everything that is needed → The form as well", second.changes_text)
        mail = self._mails("Please approve 5:00 h")
        self.assertIn("3:00", mail.body_html)
        second._decide("declined", self.approver, "mail", reason="No")
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("approved", "host")
        )

    def test_a_draft_change_order_keeps_up_with_time_that_is_logged_meanwhile(self):
        job = self._make_job("Another")
        self._approve(job, 2)
        self._log(job, 2)
        self._log(job, 1)
        action = job.action_jobtrack_estimate()
        values = {
            name.removeprefix("default_"): value
            for name, value in action["context"].items()
            if name.startswith("default_")
        }
        draft = self.env["jobtrack.work.order"].create(values)
        self.assertEqual(draft.hours, 3)
        self._log(job, 0.5)
        self.assertEqual(job.action_jobtrack_estimate()["res_id"], draft.id)
        self.assertEqual((draft.hours, len(draft.time_ids)), (3.5, 2))
        draft.action_send()
        draft._decide("approved", self.approver, "mail")
        self.assertFalse(job.jobtrack_pending_hours)
        self.assertSound()

    def test_staff_are_warned_at_80_percent_once(self):
        activity = "jobtrack_support.mail_activity_type_hours_used"
        self._approve(self.job, 5)
        self._log(self.job, 3.5)
        self.assertFalse(self.job.activity_search([activity]))
        self._log(self.job, 0.5)
        self.assertEqual(len(self.job.activity_search([activity])), 1)
        self.assertTrue(self.job.jobtrack_is_nearly_used)
        self._log(self.job, 0.5)
        self.assertEqual(len(self.job.activity_search([activity])), 1)
        self._approve(self.job, 5.5)
        self.assertFalse(self.job.activity_search([activity]), "more was approved")
        self._log(self.job, 0.5)
        self.assertEqual(len(self.job.activity_search([activity])), 1, "those are used, too")
        self.job._jobtrack_complete("Done")
        self.assertFalse(self.job.activity_search([activity]), "the job is over")

    # === WITHDRAWN, REMINDED, EXPIRED === #

    def test_withdrawing_tells_who_was_asked(self):
        self.order.action_send()
        self.order.action_cancel()
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("requested", "host")
        )
        self.assertEqual(self._mails("Withdrawn:").recipient_ids, self.approver | self.member)
        with self.assertRaises(UserError):
            self.order._decide("approved", self.approver, "mail")

    def test_who_was_asked_is_told_that_the_job_is_done_without_the_change_order(self):
        self.order.action_send()
        self.order._decide("approved", self.approver, "mail")
        self._make_estimate(self.job, 5).action_send()
        self.job._jobtrack_complete("Three hours were enough")
        mails = self._mails("Withdrawn:")
        self.assertEqual(mails.recipient_ids, self.approver | self.member)
        self.assertIn("the job is done without it", mails[0].body_html)
        self.assertEqual(len(self._mails("Done:")), 2)

    def test_a_draft_that_is_thrown_away_leaves_the_estimate_that_waits(self):
        self.order.action_send()
        self._make_estimate(self.job, 5).action_cancel()
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("estimated", "client")
        )
        self.assertFalse(self._mails("Withdrawn:"), "nobody was asked")
        self.order._decide("declined", self.approver, "mail", reason="Too dear")
        self.assertEqual(self.job.jobtrack_state, "declined")

    def _care(self, day):
        with freeze_time(f"{day} 10:00:00"):
            self.account._look_after()

    def test_an_unanswered_estimate_is_reminded_of_twice_and_expires(self):
        self.order.action_send()  # valid until the 16th
        for day, reminders in (
            ("2026-03-08", 0),
            ("2026-03-09", 1),
            ("2026-03-10", 1),
            ("2026-03-14", 2),
        ):
            self._care(day)
            self._care(day)
            self.assertEqual(len(self._mails("Still waiting")), reminders, day)
        self._care("2026-03-16")
        self.assertEqual(self.order.state, "sent")
        self._care("2026-03-17")
        self._care("2026-03-17")
        self.assertEqual((self.order.state, self.job.jobtrack_state), ("expired", "estimated"))
        self.assertEqual(self.job.jobtrack_waiting_for, "host")
        self.assertIn("not answered in time", self.job.jobtrack_next_step)
        self.assertEqual(
            len(self._mails("Expired:").filtered(lambda m: m.recipient_ids == self.member)), 1
        )
        with freeze_time("2026-03-17 11:00:00"), self.assertRaises(UserError):
            self.order._decide("approved", self.approver, "portal")
        self._make_estimate(self.job, 3).action_send()
        self.assertEqual(self.job.jobtrack_waiting_for, "client")

    def test_an_estimate_with_an_open_question_neither_reminds_nor_expires(self):
        self.order.action_send()
        self.order._ask(self.approver, "Why?")
        self._care("2026-03-30")
        self.assertEqual(self.order.state, "sent")
        self.assertFalse(self._mails("Still waiting"))
        with freeze_time("2026-03-30 11:00:00"):
            self.order.action_answer_question("Because.")
            self.order._decide("approved", self.approver, "mail")
        self.assertEqual(self.order.state, "approved")

    def _person_of_link(self):
        token = self.order._consent_token(self.approver)
        return lambda moment: self._open_link(token, moment)

    def _open_link(self, token, moment):
        with freeze_time(moment):
            return self.env["jobtrack.work.order"]._from_consent_token(token)[1]

    def test_a_link_works_until_the_end_of_the_last_day_of_the_company(self):
        self.company.jobtrack_tz = "America/New_York"  # 5 hours behind, 4 from the 8th on
        self.order.action_send()  # at 5:00 there, valid until the 16th
        person = self._person_of_link()
        self.assertEqual(person("2026-03-17 03:30:00"), self.approver, "the 16th, 23:30 there")
        self.assertEqual(person("2026-03-18 03:30:00"), self.approver, "the day after: says so")
        self.assertFalse(person("2026-03-18 04:00:00"))
        other = self._make_estimate(self._make_job(), 1)
        other.action_send()
        both = (self.order | other)._together_url(self.approver).rsplit("/", 1)[1]
        for moment, found in (("2026-03-17 03:30:00", 2), ("2026-03-18 04:00:00", 0)):
            with freeze_time(moment):
                orders, _partner = self.order._from_together_token(both)
                self.assertEqual(len(orders), found)
        with freeze_time("2026-03-17 04:30:00"), self.assertRaisesRegex(UserError, "valid until"):
            self.order._decide("approved", self.approver, "mail")
        with freeze_time("2026-03-17 03:30:00"):
            self.order._decide("approved", self.approver, "mail")
        self.assertEqual(self.order.state, "approved")

    # === BY PHONE === #

    def test_what_was_told_in_time_is_written_down_the_next_morning(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.order.action_send()  # valid until the 16th
        self._care("2026-03-17")
        self.assertEqual(self.order.state, "expired")
        with freeze_time("2026-03-17 11:00:00"):
            self.order.with_user(dispatcher).action_record_decision()
            with self.assertRaisesRegex(UserError, "told by then"):
                self._record(dispatcher, told_date="2026-03-17 00:30:00")
            with self.assertRaisesRegex(UserError, "not waiting"):
                self.order._decide("approved", self.approver, "mail")
            self._record(dispatcher, told_date="2026-03-16 17:00:00")
        self.assertEqual((self.order.state, self.job.jobtrack_state), ("approved", "approved"))
        self.assertEqual(self.job.jobtrack_approved_minutes, 180)
        self.assertSound()

    def test_what_was_told_about_a_version_that_was_replaced_is_not_written_down(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.order.action_send()
        self._care("2026-03-17")
        with freeze_time("2026-03-17 11:00:00"):
            newer = self._make_estimate(self.job, 4)
            newer.action_send()
            with self.assertRaisesRegex(UserError, "not waiting"):
                self.order.with_user(dispatcher).action_record_decision()
            with self.assertRaisesRegex(UserError, "not waiting"):
                self._record(dispatcher, told_date="2026-03-16 17:00:00")
            newer.action_cancel()
            self.job.action_jobtrack_cancel()
            with self.assertRaisesRegex(UserError, "not waiting"):
                self._record(dispatcher, told_date="2026-03-16 17:00:00")
        self.assertEqual(self.order.state, "expired")

    def _record(self, user, contact=None, decision="approved", **values):
        contact = contact or self.account._contact_of(self.approver)
        wizard = self.env["jobtrack.record.decision"].with_user(user)
        return wizard.create(
            {
                "work_order_id": self.order.id,
                "contact_id": contact.id,
                "decision": decision,
                "told_date": "2026-03-02 10:00:00",
                **values,
            }
        ).action_record()

    def test_a_decision_by_phone_is_the_clients_and_is_confirmed_in_writing(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.order.action_send()
        self._record(dispatcher)
        order = self.order
        self.assertEqual((order.state, order.decision_channel), ("approved", "staff"))
        self.assertEqual((order.decided_by_id, order.decided_name), (self.approver, "Ann Approver"))
        self.assertEqual(order.recorded_by_id, dispatcher)
        copy = self._mails("You approved by phone")
        self.assertEqual(copy.recipient_ids, self.approver)
        self.assertIn("/jobtrack/disagree/", copy.body_html)
        self.assertNotIn("/jobtrack/disagree/", " ".join(self.job.message_ids.mapped("body")))

    def test_the_copy_of_who_has_no_address_goes_to_the_others(self):
        boss = self._make_person("Bea Boss")
        self._make_contact(self.account, boss, may_approve=True)
        self.approver.email = False
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.order.action_send()
        self._record(dispatcher)
        copy = self._mails("Your team approved by phone")
        self.assertEqual(copy.recipient_ids, boss)
        text = " ".join(copy.body_html.split())
        self.assertIn("wrote down that Ann Approver told us by phone to", text)
        self.assertIn("/jobtrack/disagree/", text)
        boss.email = False
        other = self._make_estimate(self._make_job(), 1)
        other.action_send()
        other.with_user(dispatcher)._record_told(
            "approved", self.account._contact_of(boss), other.sent_date
        )
        notes = " ".join(other.task_id.message_ids.mapped("body"))
        self.assertIn("Nobody has an e-mail address", notes)

    def test_only_dispatch_records_and_only_for_people_who_may_decide(self):
        self.order.action_send()
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        for user in (self.employee_user, self._make_portal_user(self.approver)):
            with self.assertRaises(AccessError):
                self.order.with_user(user).action_record_decision()
            with self.assertRaises(AccessError):
                self._record(user)
        with self.assertRaisesRegex(UserError, "may not decide on this estimate"):
            self._record(dispatcher, self.account._contact_of(self.member))
        for moment in ("2026-03-01 10:00:00", "2026-03-02 10:01:00"):
            with self.assertRaisesRegex(UserError, "not in the future"):
                self._record(dispatcher, told_date=moment)
        with self.assertRaisesRegex(UserError, "say why"):
            self._record(dispatcher, decision="declined")
        self.assertEqual(self.order.state, "sent")
        self._record(dispatcher, decision="declined", reason="No money this year")
        self.assertEqual(self.job.jobtrack_state, "declined")

    def test_whoever_did_not_agree_stops_the_work_and_gives_somebody_a_task(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.order.action_send()
        self._record(dispatcher)
        kept = dict(self.order.consent_record)
        with self.assertRaisesRegex(UserError, "say what is wrong"):
            self.order._disagree(self.approver, " ")
        self.order._disagree(self.approver, "I was on holiday")
        self.order._disagree(self.approver, "Again")
        self.assertEqual(self.order.disagreed_reason, "I was on holiday")
        self.assertEqual(
            (self.job.jobtrack_state, self.job.jobtrack_waiting_for), ("on_hold", "host")
        )
        self.assertEqual(len(self.job.activity_search([DISPUTE])), 1)
        self.assertEqual(self.order.consent_record, kept)
        self.assertSound()

    # === THE RECORD === #

    def test_a_job_without_funds_waits_for_us_once_its_decision_is_contested(self):
        self.order.action_send()
        self._record(self._make_user("dora", "jobtrack_support.group_dispatcher"))
        self.account.credit_limit = 0
        self.account._refresh_holds()
        self.assertEqual(self.job.jobtrack_waiting_for, "client", "hours are missing")
        self.order._disagree(self.approver, "I said no")
        self.assertEqual(
            (self.job.jobtrack_hold_reason, self.job.jobtrack_waiting_for), ("other", "host")
        )
        self.assertEqual(self.job.jobtrack_waiting_ids.sorted("id")[-1].waiting_for, "host")
        self.job.jobtrack_hold_manual = False
        self.job._jobtrack_refresh_hold()
        self.assertEqual(
            (self.job.jobtrack_hold_reason, self.job.jobtrack_waiting_for), ("funds", "client")
        )

    def test_the_record_of_a_decision_holds_copies_and_nothing_changes_it(self):
        self.company.jobtrack_terms_version = "2026-01"
        self.account._grant_hours(2, 40, None, None, "Two hours")
        self.order.action_send()
        self.order._decide("approved", self.approver, "mail")
        kept = self.order.consent_record
        self.assertEqual((kept["name"], kept["email"]), ("Ann Approver", "ann@client.example"))
        self.assertEqual((kept["hours"], kept["terms_version"]), ("3:00", "2026-01"))
        self.assertEqual([row["minutes"] for row in kept["funding"]], [120, 60])
        self.company.jobtrack_terms_version = "2026-02"
        self.approver.write({"name": "Ann Married", "email": "new@client.example"})
        self.env.invalidate_all()
        self.assertEqual(self.order.decided_name, "Ann Approver")
        self.assertEqual(self.order.consent_record, kept)
        for name, value in (
            ("decided_name", "Somebody"),
            ("decision_date", "2026-01-01 00:00:00"),
            ("consent_record", False),
            ("terms_version", "2026-02"),
            ("minutes", 1),
        ):
            with self.subTest(field=name), self.assertRaises(UserError):
                self.order.sudo().write({name: value})

    def test_the_record_prints(self):
        with self.assertRaisesRegex(UserError, "Nothing was decided"):
            self.order.action_print_record()
        self.order.action_send()
        self.order._decide("approved", self.approver, "mail")
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("jobtrack_support.report_consent", self.order.ids)
        for words in (
            b"Ann Approver",
            b"ann@client.example",
            b"Mail link",
            b"3:00",
            b"Billed as worked",
        ):
            self.assertIn(words, html)
        self.assertEqual(self.order.action_print_record()["type"], "ir.actions.report")

    # === SEVERAL AT ONCE === #

    def test_several_estimates_go_in_one_mail_and_are_answered_one_by_one(self):
        orders = self.order | self._make_estimate(self._make_job("Second"), 2)
        orders |= self._make_estimate(self._make_job("Third"), 1)
        orders.with_user(self.employee_user).action_send_together()
        mail = self._mails("Please approve 3 estimates")
        self.assertEqual(mail.recipient_ids, self.approver)
        self.assertFalse(self._mails("Please approve 3:00 h"))
        token = mail.body_html.split("/jobtrack/consents/")[1].split('"')[0]
        found, partner = self.env["jobtrack.work.order"]._from_together_token(token)
        self.assertEqual((found, partner), (orders, self.approver))
        first, second, third = orders
        problems = orders._answer_all(
            {
                first.id: ("approve", "", None),
                second.id: ("decline", " ", None),
                third.id: ("ask", "Why?", None),
            },
            self.approver,
            "mail",
        )
        self.assertEqual(list(problems), [second.id])
        self.assertEqual(orders.mapped("state"), ["approved", "sent", "sent"])
        self.assertTrue(third.question_waits)
        self.assertSound()

    def test_one_mail_is_about_one_account(self):
        other = self._make_account("Other shop")
        orders = self.order | self._make_estimate(self._make_job(account=other), 2)
        with self.assertRaisesRegex(UserError, "one support account"):
            orders.action_send_together()
        receptionist = self._make_user("rita", "jobtrack_support.group_receptionist")
        with self.assertRaises(AccessError):
            self.order.with_user(receptionist).action_send_together()

    def test_what_the_limits_let_pass_is_not_in_the_mail(self):
        self.account.write({"task_limit_hours": 2, "project_limit_hours": 5})
        orders = self.order | self._make_estimate(self._make_job("Second"), 2)
        orders.action_send_together()
        self.assertEqual(orders.mapped("state"), ["sent", "approved"])
        self.assertTrue(self._mails("Please approve 3:00 h"), "one is left: the usual mail")

    # === SIGNING IN === #

    def test_a_large_estimate_is_not_approved_by_the_link_alone(self):
        self.account.login_amount = 100
        self.order.action_send()  # 3 h at 50
        with self.assertRaisesRegex(UserError, "sign in"):
            self.order._decide("approved", self.approver, "mail")
        self.order.with_user(self._make_portal_user(self.approver)).action_approve()
        self.assertEqual(self.order.state, "approved")
        small = self._make_estimate(self._make_job(), 2)
        small.action_send()
        small._decide("approved", self.approver, "mail")
        self.assertEqual(small.state, "approved")

    def test_many_small_estimates_in_one_post_count_together(self):
        self.account.login_amount = 160
        orders = self.env["jobtrack.work.order"]
        for name in ("One", "Two", "Three"):
            orders |= self._make_estimate(self._make_job(name), 2)  # 100 each
        orders.action_send_together()
        first, second, third = orders
        both = dict.fromkeys((first.id, second.id), ("approve", "", None))
        answers = both | {third.id: ("ask", "Why?", None)}
        problems = orders._answer_all(answers, self.approver, "mail")
        self.assertEqual(list(problems), [first.id, second.id])
        self.assertIn("sign in", problems[first.id])
        self.assertEqual(set(orders.mapped("state")), {"sent"})
        self.assertTrue(third.question_waits, "what needs no sign-in is taken")
        self.assertFalse(orders._answer_all({first.id: both[first.id]}, self.approver, "mail"))
        self.assertFalse(
            (second | third)._answer_all(
                dict.fromkeys((second.id, third.id), both[first.id]), self.approver, "portal"
            )
        )
        self.assertEqual(set(orders.mapped("state")), {"approved"})


@tagged("post_install", "-at_install")
class TestConsentTalkLinks(HttpCase, JobtrackCommon):
    """The pages behind the new links: GET shows, POST acts, other hands get nothing."""

    def setUp(self):
        super().setUp()
        self.order = self._make_estimate(self._make_job("Shop"), 3)
        self.second = self._make_estimate(self._make_job("Second"), 2)
        self.orders = self.order | self.second

    def _token(self, url):
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200, page.text[:800])
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def _states(self):
        self.env.invalidate_all()
        return self.orders.mapped("state")

    def _shown(self, url):
        """Return the hidden fields of the page: its token and the figures that it shows."""
        page = lxml.html.fromstring(self.url_open(url).text)
        return {
            field.get("name"): field.get("value")
            for field in page.xpath("//form//input[@type='hidden']")
        }

    def test_a_question_by_link(self):
        self.order.action_send()
        url = f"/jobtrack/consent/{self.order._consent_token(self.approver)}"
        self.assertIn("Ask a question first", self.url_open(f"{url}?ask=1").text)
        self.assertFalse(self.order.question_waits)
        response = self.url_open(
            f"{url}/ask", data={"csrf_token": self._token(url), "text": "<b>Why?</b>"}
        )
        self.assertIn("we have your question", response.text)
        self.assertIn("&lt;b&gt;Why?", response.text)
        self.env.invalidate_all()
        self.assertTrue(self.order.question_waits)

    def test_all_are_approved_with_one_button(self):
        self.orders.action_send_together()
        url = f"/jobtrack/consents/{self.orders._together_url(self.approver).rsplit('/', 1)[1]}"
        for _press in range(2):
            self.assertIn("Approve All", self.url_open(url).text)
        self.assertEqual(self._states(), ["sent", "sent"])
        data = {"csrf_token": self._token(url), "everything": "approve"}
        response = self.url_open(f"{url}/answer", data=data)
        self.assertIn("please look at it again", response.text)
        self.assertEqual(self._states(), ["sent", "sent"], "no figures came with it")
        data = self._shown(url) | {"everything": "approve"}
        response = self.url_open(f"{url}/answer", data=data)
        self.assertIn("we have your answers", response.text)
        self.assertEqual(self._states(), ["approved", "approved"])
        self.assertEqual(self.order.decision_ip, "127.0.0.1")

    def test_all_together_are_too_much_for_a_link(self):
        self.account.login_amount = 200
        self.orders.action_send_together()  # 150 and 100
        url = f"/jobtrack/consents/{self.orders._together_url(self.approver).rsplit('/', 1)[1]}"
        page = self.url_open(url).text
        self.assertNotIn("Approve All", page)
        self.assertIn("To approve all of them together, please sign in", page)
        data = {"csrf_token": self._token(url), "everything": "approve"}
        self.assertIn("after signing in", self.url_open(f"{url}/answer", data=data).text)
        self.assertEqual(self._states(), ["sent", "sent"])
        data = self._shown(url) | {f"answer_{self.second.id}": "approve"}
        self.url_open(f"{url}/answer", data=data)
        self.assertEqual(self._states(), ["sent", "approved"])

    def test_the_day_after_the_last_the_page_says_that_it_is_over(self):
        self.orders.action_send_together()
        yesterday = self.account._today() - timedelta(days=1)
        url = f"/jobtrack/consent/{self.order._consent_token(self.approver)}"
        all_url = f"/jobtrack/consents/{self.orders._together_url(self.approver).rsplit('/', 1)[1]}"
        self.orders.sudo().valid_until = yesterday
        page = self.url_open(url).text
        self.assertIn("This estimate was valid until", page)
        self.assertNotIn(f"{url}/approve", page)
        page = self.url_open(all_url).text
        self.assertIn("This estimate was valid until", page)
        self.assertNotIn("Approve All", page)

    def test_garbage_and_other_hands(self):
        self.orders.action_send_together()
        token = self.orders._together_url(self.member).rsplit("/", 1)[1]
        own = self.order._consent_token(self.approver)
        for address in (f"consents/{token}", f"consents/{own}", f"disagree/{own}", "disagree/x"):
            with self.subTest(address=address):
                response = self.url_open(f"/jobtrack/{address}")
                self.assertEqual(response.status_code, 404)
                self.assertIn("not valid any more", response.text)

    def test_i_did_not_agree(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.order.action_send()
        contact = self.account._contact_of(self.approver)
        self.order.with_user(dispatcher)._record_told(
            "approved", contact, self.order.sent_date.replace(microsecond=0)
        )
        url = f"/jobtrack/disagree/{self.order._disagree_url(self.approver).rsplit('/', 1)[1]}"
        self.assertIn("I Did Not Agree", self.url_open(url).text)
        self.assertFalse(self.order.disagreed_date)
        response = self.url_open(
            f"{url}/send", data={"csrf_token": self._token(url), "reason": "Not me"}
        )
        self.assertIn("The work stops", response.text)
        self.env.invalidate_all()
        self.assertEqual(self.order.disagreed_name, self.approver.name)

    def test_everybody_reads_the_moment_of_a_decision_by_the_company_s_clock(self):
        self.company.jobtrack_tz = "Asia/Tokyo"
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        dispatcher.tz = "America/New_York"
        with freeze_time("2026-03-02 18:00:00"):
            self.order.action_send()
        with freeze_time("2026-03-02 18:30:00"):
            contact = self.account._contact_of(self.approver)
            told = fields.Datetime.to_datetime("2026-03-02 18:20:00")
            self.order.with_user(dispatcher)._record_told("approved", contact, told)
            url = f"/jobtrack/disagree/{self.order._disagree_url(self.approver).rsplit('/', 1)[1]}"
            page = self.url_open(url).text
        moments = ("03/03/2026 03:30", "03/03/2026 03:20")
        self.assertIn(moments[0], self.order.with_user(dispatcher)._why_not_waiting())
        for moment in moments:
            self.assertIn(moment, page)
        record = self.order.consent_record
        self.assertIn(moments[0], record["date"])
        self.assertIn(moments[1], record["told"])
        mails = self.env["mail.mail"].sudo().search([("subject", "ilike", "by phone")])
        self.assertIn(moments[1], mails[-1:].body_html)

    def test_a_large_estimate_asks_to_sign_in(self):
        self.account.login_amount = 100
        self.order.action_send()
        url = f"/jobtrack/consent/{self.order._consent_token(self.approver)}"
        page = self.url_open(url).text
        self.assertIn("Sign In to Approve", page)
        self.assertNotIn(f"{url}/approve", page)
        data = {"csrf_token": self._token(url), "seen": "180"}
        self.assertIn("signing in", self.url_open(f"{url}/approve", data=data).text)
        self.assertEqual(self._states()[0], "sent")
