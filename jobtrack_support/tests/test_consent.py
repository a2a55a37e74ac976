from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from ..models import guard
from ..models.jobtrack_work_order_decision import LINK_SCOPE
from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestConsent(JobtrackCommon):
    """Work is billed with consent only: who may give it, how often, and what it holds."""

    def _mails(self, order):
        reference = order.task_id.jobtrack_reference
        return self.env["mail.mail"].search([("subject", "like", reference)])

    def test_each_approver_gets_a_mail_with_a_link_of_their_own(self):
        second = self._make_person("Bea Boss")
        self._make_contact(self.account, second, may_approve=True)
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        mails = self._mails(order)
        copy = mails.filtered(lambda mail: mail.recipient_ids == self.member)
        self.assertNotIn("decline", copy.body_html)
        self.assertNotIn("50.00", copy.body_html)
        mails -= copy
        self.assertEqual(mails.recipient_ids, self.approver | second)
        bodies = mails.mapped("body_html")
        self.assertEqual(len(set(bodies)), 2)
        for body in bodies:
            self.assertIn("billable", body)
            self.assertIn("3:00", body)
            self.assertIn("$50.00", body.replace("\xa0", "").replace("$ ", "$"))
            self.assertIn("Invoice after the work", body)
            self.assertIn("?decline=1", body)

    def test_staff_do_not_find_the_links_of_clients_in_the_history(self):
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        bodies = " ".join((order.message_ids | order.task_id.message_ids).mapped("body"))
        self.assertNotIn("/jobtrack/consent/", bodies)
        self.assertIn(self.approver.name, bodies, "but they find who was asked")
        self.assertFalse(self.env["mail.mail"].with_user(self.employee_user).has_access("read"))
        messages = self._mails(order).mail_message_id.with_user(self.employee_user)
        self.assertFalse(messages.search([("id", "in", messages.ids)]))

    def test_an_estimate_that_nobody_may_approve_says_so_and_can_be_sent_again(self):
        account = self._make_account("Nobody decides")
        order = self._make_estimate(self._make_job(account=account), 3)
        order.action_send()
        self.assertIn("Nobody at the client may approve", order.task_id.jobtrack_next_step)
        with self.assertRaisesRegex(UserError, "no contact who may approve"):
            order.action_send_again()
        self._make_contact(account, self.approver, may_approve=True)
        order.action_send_again()
        self.assertEqual(self._mails(order).recipient_ids, self.approver)
        order.action_approve()
        with self.assertRaisesRegex(UserError, "was approved"):
            order.action_send_again()

    def test_approving_reserves_hours_and_approving_again_changes_nothing(self):
        self.account._grant_hours(5, 40, None, None, "Hours")
        order = self._approve(self._make_job(), 3)
        self.assertEqual((self.account.held_hours, self.account.available_hours), (3, 2))
        moment = order.decision_date
        order.action_approve()
        self.assertEqual((self.account.held_hours, order.decision_date), (3, moment))
        with self.assertRaisesRegex(UserError, "was approved by"):
            order.action_decline("Changed my mind")

    def test_the_first_to_decide_wins(self):
        second = self._make_person("Bea Boss")
        self._make_contact(self.account, second, may_approve=True)
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        order._decide("declined", second, "mail", reason="Too dear")
        with self.assertRaisesRegex(UserError, "declined by Bea Boss"):
            order._decide("approved", self.approver, "mail")
        self.assertEqual(order.state, "declined")
        told = self._mails(order).filtered(lambda mail: "Declined" in mail.subject)
        self.assertIn(self.approver, told.recipient_ids)

    def test_declining_needs_a_reason(self):
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        with self.assertRaisesRegex(UserError, "say why"):
            order.action_decline("  ")

    def test_a_sent_estimate_and_a_decision_cannot_be_edited(self):
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        with self.assertRaisesRegex(UserError, "write a new version"):
            order.hours = 5
        technician = order.with_user(self.employee_user)
        with self.assertRaisesRegex(UserError, "recorded, not typed"):
            technician.write({"state": "approved"})
        with self.assertRaisesRegex(UserError, "recorded, not typed"):
            technician.create({"task_id": order.task_id.id, "hours": 1, "state": "approved"})
        with self.assertRaises(UserError):
            order.unlink()

    def test_a_new_version_replaces_the_one_that_waits(self):
        job = self._make_job()
        first = self._make_estimate(job, 3)
        first.action_send()
        second = self._make_estimate(job, 4)
        second.action_send()
        self.assertEqual((first.state, second.state, second.version), ("superseded", "sent", 2))
        with self.assertRaisesRegex(UserError, "not waiting"):
            first._decide("approved", self.approver, "mail")

    def test_the_rate_of_the_work_order_governs_the_job(self):
        job = self._make_job()
        self._approve(job, 1, rate=70)
        self.account.postpay_rate = 99
        self._log(job, 1, date="2026-03-02")
        job._jobtrack_complete("Done")
        job.jobtrack_date_done = "2026-03-02 10:00:00"
        self._run("2026-03-08")
        self.assertEqual(self.account.statement_ids.line_ids.amount, 70)

    def test_zero_hours_are_no_estimate(self):
        with self.assertRaises(UserError):
            self._make_estimate(self._make_job(), 0)

    # === LIMITS === #

    def test_an_estimate_within_both_limits_is_approved_by_itself(self):
        self.account.write({"task_limit_hours": 3, "project_limit_hours": 5})
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        self.assertEqual((order.state, order.decision_channel), ("approved", "limit"))
        self.assertIn("3:00 h <= 3:00 h per job", order.decision_reason)
        over = self._make_estimate(self._make_job(), 3)
        over.action_send()
        self.assertEqual(over.state, "sent")
        self.assertIn("Over the limit per project", over.decision_reason)

    def test_a_stranger_never_spends_a_limit(self):
        self.account.write({"task_limit_hours": 3, "project_limit_hours": 5})
        stranger = self._make_person("Sam Stranger")
        order = self._make_estimate(self._make_job(jobtrack_requester_id=stranger.id), 1)
        order.action_send()
        self.assertEqual(order.state, "sent")

    # === MONEY === #

    def test_approved_work_beyond_the_credit_waits_and_what_fits_goes_on(self):
        self.account.credit_limit = 100
        job = self._make_job()
        self._approve(job, 3)
        self.assertEqual((job.jobtrack_state, job.jobtrack_hold_reason), ("on_hold", "funds"))
        self.assertEqual(job.jobtrack_waiting_for, "client")
        small = self._make_job()
        self._approve(small, 2)
        self.assertEqual(small.jobtrack_state, "approved", "what fits goes on")

    def test_a_job_with_time_runs_on_without_credit(self):
        job = self._make_job()
        self._approve(job, 3)
        self._log(job, 1)
        self.account.credit_limit = 1
        self.account._refresh_holds()
        self.assertEqual(job.jobtrack_state, "approved")

    def test_credit_below_the_least_that_a_job_can_cost_is_no_credit(self):
        """At 50 an hour and in steps of 30 minutes, any job costs 25 at least."""
        self.account.write({"postpay_rate": 50, "billing_increment_minutes": 30})
        for credit, enough in ((24.99, False), (25, True)):
            with self.subTest(credit=credit):
                self.account.credit_limit = credit
                self.assertEqual(self.account._may_request(self.member)[0], enough)

    def test_an_overdue_invoice_pauses_new_work(self):
        with freeze_time("2026-03-03 10:00:00"):
            self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.account.statement_ids.invoice_id.invoice_date_due = fields.Date.to_date("2026-03-20")
        with freeze_time("2026-04-01 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(
                self.account._may_request(self.member),
                (False, "New jobs are paused until the overdue invoices are paid."),
            )
            job = self._make_job()
            self._approve(job, 1)
            self.assertEqual((job.jobtrack_state, job.jobtrack_hold_reason), ("on_hold", "overdue"))
            self._pay(self.account.statement_ids.invoice_id)
            self.account._refresh_holds()
            self.assertEqual(job.jobtrack_state, "approved")

    # === WHO === #

    def test_who_may_decide(self):
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        other = self.env["res.partner"].create({"name": "Other Ltd", "is_company": True})
        stranger = self._make_portal_user(self._make_person("Olga Other", parent=other))
        other_account = self._make_account("Other project", partner=other)
        self._make_contact(other_account, stranger.partner_id, may_approve=True)
        receptionist = self._make_user("rita", "jobtrack_support.group_receptionist")
        for user in (
            stranger,
            self._make_portal_user(self.member),
            receptionist,
            self.employee_user,
        ):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                order.with_user(user).action_approve()
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                order.with_user(user).action_decline("No")
        self.assertEqual(order.state, "sent")
        approver = self._make_portal_user(self.approver)
        order.with_user(approver).action_approve()
        self.assertEqual((order.state, order.decision_channel), ("approved", "portal"))
        self.assertEqual(
            (order.decided_name, order.decided_email), (self.approver.name, self.approver.email)
        )

    def test_an_archived_contact_decides_nothing(self):
        order = self._make_estimate(self._make_job(), 3)
        order.action_send()
        approver = self._make_portal_user(self.approver)
        self.account.contact_ids.filtered("may_approve").active = False
        with self.assertRaises(AccessError):
            order.with_user(approver).action_approve()

    def test_a_dispatcher_records_what_a_client_says_in_the_clients_name_only(self):
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        order = self._make_estimate(self._make_job(), 3).with_user(dispatcher)
        order.action_send()
        for step in (order.action_approve, lambda: order.action_decline("No")):
            with self.assertRaisesRegex(AccessError, "Record a Decision"):
                step()
        self.assertEqual(order.state, "sent")
        form = self.env["jobtrack.record.decision"].with_user(dispatcher)
        contact = self.account._contact_of(self.approver)
        form.create({"work_order_id": order.id, "contact_id": contact.id}).action_record()
        self.assertEqual((order.decision_channel, order.decided_by_id), ("staff", self.approver))
        self.assertEqual(order.recorded_by_id, dispatcher)


@tagged("post_install", "-at_install")
class TestConsentLinks(HttpCase, JobtrackCommon):
    """The links in the mail: shown on GET, decided on POST, worth nothing in other hands."""

    def setUp(self):
        super().setUp()
        self.order = self._make_estimate(self._make_job("<b>Shop</b> & more"), 3)
        self.order.action_send()
        self.url = f"/jobtrack/consent/{self.order._consent_token(self.approver)}"

    def _post(self, answer, url=None, **data):
        page = self.url_open(url or self.url)
        data["csrf_token"] = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        if answer == "approve":
            data.setdefault("seen", page.text.split('name="seen" value="')[1].split('"')[0])
        return self.url_open(f"{url or self.url}/{answer}", data=data)

    def _state(self):
        self.env.invalidate_all()
        return self.order.state

    def test_looking_changes_nothing_however_often(self):
        for url in (self.url, f"{self.url}?decline=1"):
            for _press in range(3):
                response = self.url_open(url)
                self.assertEqual(response.status_code, 200)
        self.assertEqual(self._state(), "sent")
        self.assertIn("&lt;b&gt;Shop&lt;/b&gt; &amp; more", response.text)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    @mute_logger("odoo.http")
    def test_a_scanner_that_presses_the_decision_address_is_refused(self):
        for answer in ("approve", "decline"):
            self.assertIn(self.url_open(f"{self.url}/{answer}").status_code, (404, 405))
            self.assertEqual(
                self.url_open(f"{self.url}/{answer}", data={"reason": "x"}).status_code, 400
            )
        self.assertEqual(self._state(), "sent")

    def test_approving_by_link_records_who_when_and_from_where(self):
        response = self._post("approve")
        self.assertIn("the work is approved", response.text)
        self.assertEqual(self._state(), "approved")
        self.assertEqual(self.order.decided_by_id, self.approver)
        self.assertEqual(
            (self.order.decision_channel, self.order.decision_ip), ("mail", "127.0.0.1")
        )
        again = self.url_open(self.url)
        self.assertIn("was approved by Ann Approver", again.text)
        self.assertNotIn('csrf_token" value', again.text)

    def test_declining_by_link_asks_why(self):
        response = self._post("decline", reason=" ")
        self.assertIn("Please say why", response.text)
        self.assertEqual(self._state(), "sent")
        self._post("decline", reason="Too dear")
        self.assertEqual((self._state(), self.order.decline_reason), ("declined", "Too dear"))

    def test_a_price_that_has_risen_since_it_was_shown_is_not_approved(self):
        self.account._grant_hours(3, 40, None, None, "Three hours")
        page = self.url_open(self.url)
        self.assertIn(
            "prepaid", page.text, "what pays is shown as it is now, not as it was when it was sent"
        )
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        seen = page.text.split('name="seen" value="')[1].split('"')[0]
        self.assertEqual(seen, "0")
        self._approve(self._make_job("Faster"), 2)
        response = self.url_open(f"{self.url}/approve", data={"csrf_token": token, "seen": seen})
        self.assertIn("look at the new figures", response.text)
        self.assertEqual(self._state(), "sent")
        self._post("approve", seen=response.text.split('name="seen" value="')[1].split('"')[0])
        self.assertEqual(self._state(), "approved")

    def test_the_second_approver_sees_what_was_decided(self):
        second = self._make_person("Bea Boss")
        self._make_contact(self.account, second, may_approve=True)
        late = f"/jobtrack/consent/{self.order._consent_token(second)}"
        token = self.url_open(late).text.split('name="csrf_token" value="')[1].split('"')[0]
        self._post("approve")
        response = self.url_open(f"{late}/decline", data={"csrf_token": token, "reason": "No"})
        self.assertIn("was approved by Ann Approver", response.text)
        self.assertEqual(self._state(), "approved")

    def _assert_not_valid(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 404)
        self.assertIn("not valid any more", response.text)

    def test_garbage_is_not_valid(self):
        token = self.order._consent_token(self.approver)
        for wrong in (
            "x",
            "AAAA",
            token[:-4],
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "é",
            "0" * 500,
        ):
            with self.subTest(token=wrong):
                self._assert_not_valid(f"/jobtrack/consent/{wrong}")

    def test_a_link_expires(self):
        late = fields.Datetime.now() + timedelta(days=self.company.jobtrack_estimate_days + 2)
        with freeze_time(late):
            order, partner = self.env["jobtrack.work.order"]._from_consent_token(
                self.url.rsplit("/", 1)[1]
            )
        self.assertFalse(order or partner)

    def test_a_link_dies_with_the_role(self):
        self.account.contact_ids.filtered("may_approve").may_approve = False
        self._assert_not_valid(self.url)

    def test_a_link_is_for_one_version(self):
        mark = guard.address_mark(self.approver)
        values = [self.order.id, self.order.version + 1, self.approver.id, mark]
        token = hash_sign(self.env(su=True), LINK_SCOPE, values, expiration_hours=1)
        self._assert_not_valid(f"/jobtrack/consent/{token}")

    def test_the_link_of_a_replaced_version_says_so(self):
        self._make_estimate(self.order.task_id, 5).action_send()
        response = self.url_open(self.url)
        self.assertIn("not waiting for a decision. Its state: Superseded.", response.text)
        self.assertIn("A later version has replaced it", response.text)
        self.assertIn("sign in to see it", response.text)
        self.assertNotIn('csrf_token" value', response.text)

    def test_a_link_to_somebody_without_the_role_is_not_valid(self):
        self._assert_not_valid(f"/jobtrack/consent/{self.order._consent_token(self.member)}")
