import re
from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-02 10:00:00")
class TestOddOrders(JobtrackCommon):
    """Consent in orders that nobody has in mind: old drafts, old links, and what changes between mail and click."""

    def _estimate(self, hours, job=None):
        order = self._make_estimate(job or self._make_job(), hours)
        order.action_send()
        return order

    def _mails(self, subject, address=None):
        mails = self.env["mail.mail"].search([("subject", "like", subject)])
        return mails.filtered(
            lambda mail: address in (None, mail.email_to, *mail.recipient_ids.mapped("email"))
        )

    def _set_limits(self, job, project):
        self.account.write({"task_limit_hours": job, "project_limit_hours": project})

    # === VERSIONS === #

    def test_an_old_draft_does_not_get_past_a_no_to_a_later_version(self):
        job = self._make_job()
        old = self._make_estimate(job, 1)
        newer = self._estimate(4, job)
        newer._decide("declined", self.approver, "mail", reason="We do not want this at all")
        self._set_limits(8, 20)
        with self.assertRaisesRegex(UserError, "write a new version"):
            old.action_send()
        self.assertEqual((old.state, job.jobtrack_state), ("draft", "declined"))

    def test_an_old_draft_does_not_replace_what_was_approved_since(self):
        job = self._make_job()
        old = self._make_estimate(job, 1)
        newer = self._estimate(4, job)
        newer._decide("approved", self.approver, "mail")
        with self.assertRaisesRegex(UserError, "write a new version"):
            old.action_send()
        self.assertEqual(job.jobtrack_approved_minutes, 240)
        self.assertSound()

    def test_two_drafts_that_are_sent_together_go_in_their_order(self):
        job = self._make_job()
        one, two = self._make_estimate(job, 1), self._make_estimate(job, 2)
        (two | one).action_send()
        self.assertEqual((one.state, two.state), ("superseded", "sent"))

    def test_the_old_link_of_an_approved_version_does_not_bring_it_back(self):
        job = self._make_job()
        first = self._estimate(2, job)
        token = first._consent_token(self.approver)
        first._decide("approved", self.approver, "mail")
        second = self._estimate(5, job)
        second._decide("approved", self.approver, "portal")
        order, partner = first._from_consent_token(token)
        with self.assertRaisesRegex(UserError, "A later version has replaced it"):
            order._decide("approved", partner, "mail")
        with self.assertRaisesRegex(UserError, "was approved by Ann Approver"):
            order._decide("declined", partner, "mail", reason="No")
        self.assertEqual(job.jobtrack_approved_minutes, 300)
        self.assertEqual((first.state, second.state), ("superseded", "approved"))
        self.assertSound()

    def test_a_change_order_that_is_declined_leaves_the_first_version_and_its_reserve(self):
        self.account._grant_hours(10, 40, None, None, "Ten hours")
        first = self._estimate(2)
        first._decide("approved", self.approver, "mail")
        second = self._estimate(5, first.task_id)
        second._decide("declined", self.approver, "mail", reason="Too much")
        self.assertEqual((first.state, self.account.held_hours), ("approved", 2))
        with self.assertRaisesRegex(UserError, "declined by Ann Approver"):
            second._decide("approved", self.approver, "mail")
        self.assertSound()

    # === BETWEEN MAIL AND CLICK === #

    def test_limits_that_were_lowered_meanwhile_count(self):
        self._set_limits(8, 20)
        draft = self._make_estimate(self._make_job(), 4)
        self._set_limits(3, 20)
        draft.action_send()
        self.assertEqual(draft.state, "sent")
        self.assertIn("Over the limit per job", draft.decision_reason)

    def test_a_mandate_that_ends_or_shrinks_between_page_and_click(self):
        contact = self.account._contact_of(self.member)
        mandate = self.env["jobtrack.mandate"].create(
            {"contact_id": contact.id, "job_hours": 4, "date_until": "2026-03-03"}
        )
        order = self._estimate(3)
        self.assertTrue(order._may_decide(self.member))
        with freeze_time("2026-03-04 08:00:00"), self.assertRaises(AccessError):
            order._decide("approved", self.member, "mail", seen=180)
        mandate.job_hours = 2
        with self.assertRaises(AccessError):
            order._decide("approved", self.member, "mail", seen=180)
        mandate.active = False
        self.assertFalse(order._from_consent_token(order._consent_token(self.member))[0])
        self.assertEqual(order.state, "sent")

    def test_an_account_that_is_closed_meanwhile(self):
        order = self._estimate(3)
        token = order._consent_token(self.approver)
        user = self._make_portal_user(self.approver)
        self.account.active = False
        self.assertFalse(order._from_consent_token(token)[0])
        with self.assertRaises(AccessError):
            order.with_user(user).action_approve()
        self.assertEqual(order.state, "sent")

    def test_who_is_archived_as_a_person_is_no_contact_any_more(self):
        boss = self._make_person("Bea Boss")
        self._make_contact(self.account, boss, may_approve=True, may_manage_team=True)
        order = self._estimate(3)
        token = order._consent_token(self.approver)
        keeper = self._make_user("kim", "base.group_user", "base.group_partner_manager")
        self.approver.with_user(keeper).action_archive()
        self.assertFalse(self.account._contact_of(self.approver))
        self.assertFalse(order._from_consent_token(token)[0])
        found = self.env["jobtrack.account.contact"]._of_address(self.approver.email)
        self.assertFalse(found)
        told = self._mails("Limits changed", boss.email)
        self.assertIn("Ann Approver", told.body_html)

    def test_links_in_a_mailbox_that_is_not_theirs_any_more_end(self):
        order, other = self._estimate(3), self._estimate(2)
        token = order._consent_token(self.approver)
        both = (order | other)._together_url(self.approver).rsplit("/", 1)[1]
        self.approver.email = "ANN@client.example"
        self.assertTrue(order._from_consent_token(token)[0])
        self.assertEqual(len(order._from_together_token(both)[0]), 2)
        self.approver.email = "ann@new.example"
        self.assertFalse(order._from_consent_token(token)[0])
        self.assertFalse(order._from_together_token(both)[0])
        self.assertTrue(order._from_consent_token(order._consent_token(self.approver))[0])

    def test_a_job_that_is_cancelled_takes_its_estimate_and_its_question_along(self):
        order = self._estimate(3)
        order._ask(self.approver, "Why?")
        order.task_id.action_jobtrack_cancel()
        self.assertEqual((order.state, order.question_waits), ("cancelled", False))
        mail = self._mails("Withdrawn", self.approver.email)
        self.assertEqual(len(mail), 1)
        self.assertIn("the job is cancelled", mail.body_html)
        with self.assertRaisesRegex(UserError, "not waiting"):
            order._decide("approved", self.approver, "mail")
        self.assertNotIn("question", order.task_id.jobtrack_next_step)

    def test_who_asked_in_time_may_approve_while_our_answer_is_late(self):
        order = self._estimate(3)  # valid until the 16th
        with freeze_time("2026-03-16 18:00:00"):
            order._ask(self.approver, "Why?")
        with freeze_time("2026-03-19 10:00:00"):
            self.assertFalse(order._is_over())
            order._decide("approved", self.approver, "portal")
        late = self._estimate(3)
        with freeze_time("2026-03-17 10:00:00"):
            late._ask(self.approver, "Is it still good?")
            self.assertTrue(late._is_over(), "asking afterwards brings nothing back")

    def test_nobody_is_asked_once_more_about_what_is_over(self):
        order, other = self._estimate(3), self._estimate(2)
        with freeze_time("2026-03-17 00:30:00"):
            for ask in (order.action_send_again, (order | other).action_send_together):
                with self.assertRaisesRegex(UserError, "write a new version"):
                    ask()

    # === SEVERAL LINKS === #

    def test_links_pressed_one_after_another_count_together(self):
        self.account.login_amount = 160
        first, second, third = (self._estimate(2) for _number in range(3))  # 100 each
        first._decide("approved", self.approver, "mail")
        with self.assertRaisesRegex(
            UserError, "by links within a day, this one is approved after signing in"
        ):
            second._decide("approved", self.approver, "mail")
        self.assertTrue(second._needs_login(self.approver))
        self.assertFalse((second | third)._within_link(self.approver))
        second._decide("approved", self.approver, "portal")
        with freeze_time("2026-03-03 10:00:01"):
            third._decide("approved", self.approver, "mail")
        self.assertEqual({o.state for o in (first, second, third)}, {"approved"})

    def test_each_person_has_the_own_amount_and_a_job_counts_once(self):
        boss = self._make_person("Bea Boss")
        self._make_contact(self.account, boss, may_approve=True)
        self.account.login_amount = 160
        first, second = self._estimate(2), self._estimate(2)
        first._decide("approved", self.approver, "mail")
        second._decide("approved", boss, "mail")
        larger = self._estimate(3, first.task_id)  # 150 in all
        larger._decide("approved", self.approver, "mail")
        self.assertEqual(larger.state, "approved")

    def test_figures_that_did_not_come_along_are_refused(self):
        order = self._estimate(3)
        with self.assertRaisesRegex(UserError, "look at it again"):
            order._decide("approved", self.approver, "mail", seen=-1)
        self.assertEqual(order.state, "sent")

    # === WORDS === #

    def test_what_passed_by_itself_reads_so(self):
        self._set_limits(8, 20)
        order = self._estimate(2)
        body = self._mails("Approved: ", self.approver.email).body_html
        text = " ".join(body.split())
        self.assertNotIn("Limits</strong> approved", text)
        words = re.sub("<[^>]*>", "", text)
        self.assertIn("are within your limits and approved by themselves. The work starts", words)
        self.assertIn("approved by itself within the limits", order._why_not_waiting())

    # === IN WHOSE NAME === #

    def test_a_new_main_address_of_an_approver_is_kept_and_told(self):
        boss = self._make_person("Bea Boss")
        self._make_contact(self.account, boss, may_approve=True, may_manage_team=True)
        self.account._contact_of(self.approver).may_manage_team = True
        keeper = self._make_user("kim", "base.group_user", "base.group_partner_manager")
        self.approver.with_user(keeper).email = "evil@elsewhere.example"
        note = self.account.message_ids.filtered(lambda m: "Contacts changed" in (m.body or ""))[:1]
        self.assertIn("ann@client.example", note.body)
        self.assertEqual(note.author_id, keeper.partner_id)
        for address in ("ann@client.example", boss.email):
            mail = self._mails("Limits changed", address)
            self.assertEqual(len(mail), 1, address)
            self.assertIn("evil@elsewhere.example", mail.body_html)
            self.assertIn("Kim", mail.body_html)
        self.assertFalse(self._mails("Limits changed", "evil@elsewhere.example"))
        count = len(self.account.message_ids)
        self.approver.with_user(keeper).email = "EVIL@elsewhere.example"
        self.approver.with_user(keeper).write({"phone": "1", "email": "evil@elsewhere.example"})
        self.assertEqual(len(self.account.message_ids), count, "the same address")
        for more in ("evil@elsewhere.example, b@x.example", "evil@elsewhere.example, c@x.example"):
            self.approver.with_user(keeper).email = more
            notes = self.account.message_ids.filtered(
                lambda m: "Contacts changed" in (m.body or "")
            )
            self.assertIn(more[-11:], notes[0].body, "one of several")

    def test_whoever_changes_the_own_address_is_told_at_the_old_one(self):
        user = self._make_portal_user(self.approver)
        self.approver.with_user(user).sudo().email = "new@client.example"
        self.assertEqual(len(self._mails("Limits changed", "ann@client.example")), 1)

    def test_other_writes_on_people_ask_nothing(self):
        people = self.approver | self.member
        with self._searches() as searches:
            people.write({"comment": "Called", "phone": "1"})
        self.assertFalse(searches)
        strangers = self.env["res.partner"].create([{"name": f"S{n}"} for n in range(10)])
        strangers.write({"email": "first@x.example"})
        self.env.flush_all()
        few = self._queries(strangers[:1])
        self.assertLessEqual(self._queries(strangers), few + 2, "not one for each person")

    @contextmanager
    def _searches(self):
        """Gather the queries about contacts."""
        found, execute = [], type(self.cr).execute

        def listen(cursor, query, *args, **kwargs):
            if 'FROM "jobtrack_account_contact"' in str(query):
                found.append(query)
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.cr), "execute", listen):
            yield found

    def _queries(self, people):
        before = self.cr.sql_log_count
        people.write({"email": f"p{before}@x.example"})
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_no_context_leaves_people_out_of_a_conversation(self):
        job = self._make_job()
        job.message_subscribe(partner_ids=self.member.ids)
        quiet = job.with_user(self.employee_user).with_context(jobtrack_told_apart=self.member.ids)
        message = quiet.message_post(
            body="Done", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.member, message.notified_partner_ids)
        apart = job._jobtrack_told_apart(self.member)
        message = apart.message_post(
            body="Told", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn(self.member, message.notified_partner_ids)
