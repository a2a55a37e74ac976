from odoo.tests import tagged

from .common import JobtrackCommon
from .mail_common import MailCommon


@tagged("post_install", "-at_install")
class TestWhoLeft(JobtrackCommon):
    """Whoever the client has archived as a contact hears nothing any more, whichever way a mail begins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.former = cls._make_person("Fay Former")
        cls.former_contact = cls._make_contact(
            cls.account, cls.former, may_see_money=True, may_buy=True, may_approve=True
        )

    def _leave(self, contact):
        contact.active = False
        self._mails_to(contact.partner_id).unlink()

    def _mails_to(self, partner):
        return self.env["mail.mail"].sudo().search([("recipient_ids", "in", partner.ids)])

    def test_a_job_on_hold_is_looked_up_with_archived_ones_but_not_its_people(self):
        job = self._make_job(jobtrack_requester_id=self.former.id)
        self._approve(job, 2)
        self._leave(self.former_contact)
        self.account.credit_limit = 0
        self.account._refresh_holds()
        self.assertEqual(job.jobtrack_state, "on_hold")
        self.assertTrue(self._mails_to(self.approver))
        self.assertFalse(self._mails_to(self.former))

    def test_changes_of_limits_where_nobody_manages_them(self):
        main = self.account.main_contact_id
        self._leave(main)
        self.account.task_limit_hours = 3
        self.assertFalse(self._mails_to(main.partner_id))

    def test_what_waits_for_the_daily_mail_is_dropped(self):
        contact = self.account._contact_of(self.member)
        contact.mail_digest = True
        self._make_job(jobtrack_channel="phone")
        kept = self.env["jobtrack.mail.digest"].search([("contact_id", "=", contact.id)])
        self.assertTrue(kept)
        self._leave(contact)
        self.env["jobtrack.mail.digest"]._forget_former()
        self.assertFalse(kept.exists())
        self.assertFalse(self._mails_to(self.member))

    def test_nobody_gives_a_mandate_to_who_has_left(self):
        self._leave(self.former_contact)
        manager = self.account._contact_of(self.approver)
        manager.may_manage_team = True
        account = self.account.with_user(self._make_portal_user(self.approver))
        with self.assertRaisesRegex(Exception, "no contact of the account"):
            account.with_context(active_test=False).action_set_mandate(
                self.former_contact.id, {"job_hours": 5}
            )


@tagged("post_install", "-at_install")
class TestWhoLeftByMail(MailCommon):
    """The same for letters: who stands in copy of an answer on a job is invited only while still a contact."""

    def test_in_copy_of_an_answer(self):
        former = self._make_person("Fay Former")
        self._make_contact(self.account, former).active = False
        job = self._make_job()
        self._receive(
            subject=f"Re: {job.jobtrack_reference}",
            headers={"Cc": f"{former.email}, {self.approver.email}"},
        )
        self.assertIn("It says 500", job.message_ids[0].body)
        self.assertNotIn(former, job.message_partner_ids | job.message_ids.partner_ids)
