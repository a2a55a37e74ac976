from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortalCommon

TYPED = {
    "contact_name": "Eve New",
    "email": "Eve@New.example",
    "client_name": "New Ltd",
    "phone": "123",
    "description": "We need a shop.\nSoon.",
}


@tagged("post_install", "-at_install")
class TestPublicRequest(PortalCommon):
    """The public request page: a row in a list, the same answer for everybody (D10)."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _rows(self):
        return self.env["jobtrack.access.request"].search([("channel", "=", "page")])

    def _send(self, **typed):
        self.url_open("/support/request")
        return self._post("/support/request", TYPED | typed)

    def test_a_visitor_asks_and_nothing_else_happens(self):
        people = self.env["res.partner"].search_count([])
        mails = self.env["mail.mail"].sudo().search_count([])
        response = self._send()
        self.assertEqual(response.headers["Location"].split("?")[-1], "sent=1")
        row = self._rows()
        self.assertEqual(
            (row.email, row.contact_name, row.client_name, row.name, row.reason),
            ("eve@new.example", "Eve New", "New Ltd", "We need a shop.", "page"),
        )
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        self.assertIn("Thank you", self._page("/support/request?sent=1").text_content())

    def test_nobody_learns_who_is_known_here(self):
        known = self._send(email="max@client.example")
        unknown = self._send(email="nobody@else.example")
        self.assertEqual(known.status_code, unknown.status_code)
        self.assertEqual(known.headers["Location"], unknown.headers["Location"])
        self.assertFalse(self.account.job_ids)

    def test_a_machine_fills_in_the_trap(self):
        response = self._send(homepage="http://spam.example")
        self.assertIn("sent=1", response.headers["Location"])
        self.assertFalse(self._rows())

    def test_a_form_from_another_site_is_refused(self):
        self.url_open("/support/request")
        self.assertTokenRequired("/support/request", TYPED)
        self.assertFalse(self._rows())

    def test_what_is_missing_is_said_and_what_was_typed_stays(self):
        response = self._send(email="not an address")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Please fill in your name", response.text)
        self.assertIn("We need a shop.", response.text)
        self.assertFalse(self._rows())

    def test_a_flood_is_stopped(self):
        for _number in range(5):
            self._send()
        response = self._send()
        self.assertIn("try again in an hour", response.text)
        self.assertEqual(len(self._rows()), 5)

    def test_markup_and_long_input_do_no_harm(self):
        self._send(contact_name="<script>x</script>" + "y" * 500, description="z" * 20000)
        row = self._rows()
        self.assertEqual((len(row.contact_name), len(row.description)), (100, 10000))

    def test_visitors_read_no_rows(self):
        self._send()
        public = self.env.ref("base.public_user")
        for user in (public, self.member_user, self.other_user):
            with self.assertRaises(AccessError):
                self._rows().with_user(user).read(["name"])


@tagged("post_install", "-at_install")
class TestPortalIntake(PortalCommon):
    """Drafts, mail settings, taking over, and files that staff keep to themselves."""

    # === DRAFTS ===

    def _new_job(self, **post):
        return self._post(
            f"/my/support/{self.account.id}/jobs/new",
            {"name": "Repair", "description": "It says 500", "key": "k", **post},
        )

    def _drafts(self):
        return self.env["jobtrack.draft.request"].search(
            [("jobtrack_account_id", "=", self.account.id)]
        )

    def test_without_hours_a_draft_waits_and_submits_itself(self):
        self.account.credit_limit = 0
        self._log_in(self.member_user)
        self.assertIn("stays a draft", self._text(f"/my/support/{self.account.id}/jobs/new"))
        self._new_job(draft="1")
        self._new_job(draft="1")
        draft = self._drafts()
        self.assertEqual((len(draft), draft.waits_for, draft.partner_id), (1, "funds", self.member))
        self.assertIn("Your drafts", self._text(f"/my/support/{self.account.id}"))
        self.account._grant_hours(5, reason="Gift")
        draft._submit()
        self.assertEqual(draft.job_id.jobtrack_requester_id, self.member)
        self.assertEqual(draft.job_id.jobtrack_channel, "portal")
        self.assertEqual(len(self._mails_about(draft.job_id, self.member)), 1, "told it is a job")
        draft._submit()
        self.assertEqual(len(self._mails_about(draft.job_id, self.member)), 1)

    def test_a_draft_needs_a_reason_to_wait_and_the_role(self):
        self._log_in(self.member_user)
        self._new_job(draft="1")
        self.account.credit_limit = 0
        self._log_in(self.looker_user)
        self._new_job(draft="1")
        self.assertFalse(self._drafts())

    def test_own_drafts_are_withdrawn_and_nobody_elses(self):
        self.account.credit_limit = 0
        draft = self.account._keep_request(self.member, {"name": "Repair"})
        url = f"/my/support/drafts/{draft.id}/withdraw"
        self.assertClosed(url, self.strangers | self.approver_user, method="POST")
        self.assertEqual(draft.state, "waiting")
        self._log_in(self.member_user)
        self.assertTokenRequired(url)
        self._post(url)
        draft.invalidate_recordset()
        self.assertEqual(draft.state, "withdrawn")

    # === MAIL SETTINGS ===

    def test_each_contact_sets_the_own_mail(self):
        url = f"/my/support/{self.account.id}/mail"
        self.assertClosed(url)
        self.assertClosed(url, method="POST")
        self._log_in(self.member_user)
        self.assertReadsOnly(url)
        self.assertTokenRequired(url)
        self._post(url, {"wanted": "hours", "digest": "1"})
        contact = self.account._contact_of(self.member)
        contact.invalidate_recordset()
        self.assertEqual(
            (contact.mail_digest, contact.mute_hours, contact.mute_received), (True, False, True)
        )
        self.assertFalse(self.account._contact_of(self.approver).mute_received)

    # === TAKING OVER ===

    def test_the_main_contact_takes_a_job_over(self):
        job = self._make_job()
        self.account.main_contact_id = self.account._contact_of(self.approver)
        url = f"/my/support/jobs/{job.id}/take-over"
        self.assertClosed(url, method="POST")
        self._log_in(self.looker_user)
        self.assertNotIn("Take over", self._text(f"/my/support/jobs/{job.id}"))
        with self.assertLogs("odoo.http", "WARNING"):
            self.assertEqual(self._post(url).status_code, 403)
        self.assertEqual(job.jobtrack_requester_id, self.member)
        self._log_in(self.approver_user)
        self.assertIn("Take over", self._text(f"/my/support/jobs/{job.id}"))
        self._post(url)
        job.invalidate_recordset()
        self.assertEqual(job.jobtrack_requester_id, self.approver)
        self.assertNotIn("Take over", self._text(f"/my/support/jobs/{job.id}"))

    def test_who_has_answered_a_pause_is_not_asked_again(self):
        job = self._make_job()
        self._approve(job, 1)
        job.action_jobtrack_hold()
        self._log_in(self.member_user)
        url = f"/my/support/jobs/{job.id}"
        self.assertIn("We need an answer from you", self._text(url))
        job.message_post(
            body="Red",
            author_id=self.member.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        text = self._text(url)
        self.assertIn("We have your answer", text)
        self.assertNotIn("Waiting for you", text)

    def _mails_about(self, job, person):
        domain = [("subject", "like", job.jobtrack_reference), ("recipient_ids", "in", person.ids)]
        return self.env["mail.mail"].sudo().search(domain)

    def test_who_took_a_job_over_is_asked_and_told_instead(self):
        job = self._make_job()
        main = self.account._contact_of(self.looker)
        self.account.main_contact_id = main
        job._jobtrack_take_over(main)
        before = self._mails_about(job, self.member)
        job._jobtrack_ask("Which shop?")
        asked = self._mails_about(job, self.looker)
        self.assertEqual(len(asked), 1)
        self.assertNotIn("This is a copy", asked.body_html)
        self.assertEqual(self._mails_about(job, self.member), before)
        with self.assertRaises(AccessError):
            job._jobtrack_take_over(self.account._contact_of(self.member))

    def test_a_main_contact_who_approves_decides_what_another_was_asked(self):
        boss = self._make_person("Bo Boss")
        stepping = self._make_contact(self.account, boss, may_approve=True)
        member = self.account._contact_of(self.member)
        self.env["jobtrack.mandate"].create(
            {
                "contact_id": member.id,
                "job_hours": 1,
                "window_hours": 1,
                "step_up_contact_id": stepping.id,
            }
        )
        self.account.main_contact_id = self.account._contact_of(self.approver)
        order = self._make_estimate(self._make_job(), 5)
        order.action_send()
        asked = order._people_to_ask()
        self.assertEqual(asked, stepping, "only the one above the mandate was asked")
        order.with_user(self.approver_user).action_approve()
        self.assertEqual((order.state, order.decided_by_id), ("approved", self.approver))

    def test_a_main_contact_without_the_role_gets_copies_and_decides_nothing(self):
        self.account.main_contact_id = self.account._contact_of(self.looker)
        job = self._make_job()
        order = self._make_estimate(job, 5)
        order.action_send()
        copy = self._mails_about(job, self.looker)
        self.assertNotIn("/jobtrack/consent/", " ".join(copy.mapped("body_html")))
        with self.assertRaises(AccessError):
            order.with_user(self.looker_user).action_approve()
        self.assertEqual(order.state, "sent")

    # === FILES ===

    def test_files_that_staff_keep_on_a_job_stay_there(self):
        job = self._make_job()
        files = self.env["ir.attachment"].with_user(self.employee_user)
        internal = files.create(
            {"name": "prices.txt", "raw": b"secret", "res_model": "project.task", "res_id": job.id}
        )
        sent = files.create({"name": "manual.txt", "raw": b"open"})
        job.with_user(self.employee_user).message_post(
            body="Here", attachment_ids=sent.ids, subtype_xmlid="mail.mt_comment"
        )
        self._log_in(self.member_user)
        self.assertNotIn("prices.txt", self._text(f"/my/support/jobs/{job.id}"))
        for url in (
            f"/my/support/jobs/{job.id}/files/{internal.id}",
            f"/web/content/{internal.id}",
        ):
            response = self.url_open(url, allow_redirects=False)
            self.assertNotEqual(response.status_code, 200, url)
            self.assertNotIn(b"secret", response.content)
        with self.assertRaises(AccessError):
            internal.with_user(self.member_user).read(["raw"])
