from odoo.tests import HttpCase, tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestMailTable(JobtrackCommon, HttpCase):
    """Who hears of what: one mail per person and event, copies, mute, digest."""

    def _mails(self, words):
        """Return the mails to people of this test's client; tests of several transactions leave others."""
        people = [("parent_id", "=", self.client_company.id)]
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("subject", "ilike", words), ("recipient_ids", "any", people)], order="id")
        )

    def _contact(self, partner):
        return self.account._contact_of(partner)

    def _digest(self):
        return self.env["jobtrack.mail.digest"].sudo().search([])

    def test_the_main_contact_gets_a_copy_of_everything(self):
        job = self._make_job(jobtrack_channel="phone")
        mails = self._mails(f"request {job.jobtrack_reference}")
        self.assertEqual(mails.recipient_ids, self.member | self.approver)
        copy = mails.filtered(lambda mail: mail.recipient_ids == self.approver)
        self.assertIn("This is a copy for you", copy.body_html)
        own = mails - copy
        self.assertNotIn("This is a copy for you", own.body_html)

    def test_a_main_contact_who_asks_hears_of_it_once(self):
        job = self._make_job(jobtrack_channel="phone", jobtrack_requester_id=self.approver.id)
        self.assertEqual(len(self._mails(f"request {job.jobtrack_reference}")), 1)

    def test_copies_of_estimates_and_reminders_hold_no_amounts_and_no_link(self):
        looker = self._make_person("Lou Looker")
        self.account.main_contact_id = self._make_contact(self.account, looker)
        job = self._make_job()
        order = self._make_estimate(job, 3)
        order.action_send()
        job._jobtrack_mail(
            "jobtrack_support.mail_template_reminder",
            self.approver,
            record=order,
            secret=True,
            event="estimate",
        )
        mails = self._mails(job.jobtrack_reference)
        copies = mails.filtered(lambda mail: mail.recipient_ids in (looker, self.member))
        self.assertEqual(len(copies), 4)
        for mail in copies:
            self.assertNotIn("/jobtrack/consent/", mail.body_html)
            self.assertNotIn("50.00", mail.body_html)
        self.assertIn("/jobtrack/consent/", (mails - copies)[0].body_html)

    def test_muted_events_are_not_mailed_and_others_are(self):
        contact = self._contact(self.member)
        contact._set_mail_settings([], digest=False)
        self.assertTrue(contact.mute_received and contact.mute_decided)
        job = self._make_job(jobtrack_channel="phone")
        self.assertEqual(self._mails(job.jobtrack_reference).recipient_ids, self.approver)
        self._approve(job, 1)
        self._log(job, 1)
        job._jobtrack_complete("Done")
        told = self._mails(f"Done: {job.name}").recipient_ids
        self.assertIn(self.member, told, "what is done and billed is never muted")

    def test_a_digest_gathers_what_needs_no_answer(self):
        self._contact(self.member).mail_digest = True
        one = self._make_job("One", jobtrack_channel="phone")
        two = self._make_job("Two", jobtrack_channel="phone")
        self.assertEqual(self._mails("We have your request").recipient_ids, self.approver)
        self.assertEqual(len(self._digest()), 2)
        self._digest()._send()
        self.assertFalse(self._digest())
        mail = self._mails("Your support jobs today: 2 news")
        self.assertEqual(mail.recipient_ids, self.member)
        self.assertIn(one.jobtrack_reference, mail.body_html)
        self.assertIn(f"/my/support/jobs/{two.id}", mail.body_html)

    def test_on_hold_and_released_name_the_one_action(self):
        job = self._make_job()
        self._approve(job, 1)
        self.account.credit_limit = 0
        self.account._refresh_holds()
        self.assertEqual(job.jobtrack_state, "on_hold")
        mails = self._mails("On hold: Repair the shop")
        self.assertEqual(mails.recipient_ids, self.member | self.approver)
        self.assertIn("Buy hours", mails[0].body_html)
        self.account._refresh_holds()
        self.assertEqual(len(self._mails("On hold: Repair the shop")), len(mails))
        self.account.credit_limit = 1000
        self.account._refresh_holds()
        self.assertEqual(
            self._mails("Going on: Repair the shop").recipient_ids, self.member | self.approver
        )

    def test_low_hours_are_told_once_until_there_are_more(self):
        self.account._notify_low()
        self.assertFalse(self._mails("Support hours run low"))
        self.account._grant_hours(1, reason="Gift")
        for _day in range(2):
            self.account._notify_low()
        mails = self._mails("Support hours run low")
        self.assertEqual(mails.recipient_ids, self.approver)
        self.assertEqual(len(mails), 1)
        self.assertIn("1:00 hours", mails.body_html.replace("</t>", ""))
        self.account._grant_hours(10, reason="Gift")
        self.account._notify_low()
        self.assertFalse(self.account.low_hours_told)

    # === THE LINK UNDER A MAIL ===

    def _link(self, contact=None, event="received"):
        url = (contact or self._contact(self.member))._mail_settings_url(event)
        return url[url.index("/jobtrack/") :]

    def test_the_link_shows_and_only_its_buttons_change(self):
        contact = self._contact(self.member)
        link = self._link()
        page = self.url_open(link)
        self.assertEqual(page.status_code, 200)
        self.assertIn("A request has arrived", page.text)
        self.assertFalse(contact.mute_received)
        token = self._csrf(page)
        self.url_open(f"{link}/mute", data={"csrf_token": token})
        contact.invalidate_recordset()
        self.assertTrue(contact.mute_received)
        self.assertFalse(contact.mute_hours)
        self.url_open(
            f"{link}/save", data={"csrf_token": token, "wanted": "received", "digest": "1"}
        )
        contact.invalidate_recordset()
        self.assertEqual(
            (contact.mute_received, contact.mute_hours, contact.mail_digest), (False, True, True)
        )

    def _csrf(self, page):
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def test_a_forged_or_old_link_does_nothing(self):
        link = self._link()
        self.assertEqual(self.url_open(link[:-3] + "abc").status_code, 404)
        self.assertEqual(self.url_open("/jobtrack/mail/x").status_code, 404)
        self._contact(self.member).active = False
        self.assertEqual(self.url_open(link).status_code, 404)

    def test_mails_that_cannot_be_muted_carry_no_link(self):
        job = self._make_job(jobtrack_channel="phone")
        self.assertIn("/jobtrack/mail/", self._mails(job.jobtrack_reference)[0].body_html)
        self._make_estimate(job, 1).action_send()
        for mail in self._mails("Please approve"):
            self.assertNotIn("/jobtrack/mail/", mail.body_html)
