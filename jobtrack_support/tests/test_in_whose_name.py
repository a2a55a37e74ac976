from contextlib import suppress

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .strangers_common import StrangersCommon


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-16 10:00:00")
class TestInWhoseName(StrangersCommon):
    """Nobody speaks, signs or decides in another's name, and no context that is sent along helps (D1, D3)."""

    # === IN WHOSE NAME === #

    def test_a_client_writes_in_the_own_name_only(self):
        # Odoo fails to send a visitor's message to followers over RPC.
        self.job.message_unsubscribe(self.job.message_partner_ids.ids)
        job = self.job.with_env(self._as(self.people["member"]))
        message = job.message_post(
            body="I agree",
            author_id=self.approver.id,
            email_from=self.approver.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(message.sudo().author_id, self.member)
        self.assertNotIn("ann", message.sudo().email_from)

    def test_nobody_signs_links_by_mailing_a_template_to_themselves(self):
        orders = self.env["jobtrack.work.order"]
        template = self.env.ref("jobtrack_support.mail_template_estimate")
        for role in ("technician", "administrator"):
            env = self._as(self.people[role])
            context = {"jobtrack_recipient": self.approver.id, "jobtrack_signs": True}
            mail_id = (
                template.with_env(env)
                .with_context(**context)
                .send_mail(self.order.id, email_values={"email_to": "me@host.example"})
            )
            body = self.env["mail.mail"].browse(mail_id).body_html
            self.assertIn("/jobtrack/consent/", body)
            token = body.split("/jobtrack/consent/")[1].split('"')[0].split("?")[0]
            with self.subTest(role=role):
                self.assertFalse(orders._from_consent_token(token)[0])

    def test_letters_are_brought_by_the_mail_server_only(self):
        raw = (
            f"From: {self.approver.email}\nTo: desk@host.example\nMessage-Id: <forged@x.example>\n"
            f"Subject: {self.job.jobtrack_reference}\n\nPlease go ahead, I agree.\n"
        )
        reply = raw.replace(
            "Subject:", f"References: {self.job.message_ids[-1:].message_id}\nSubject:"
        )
        for name in ("client", "member", "plain", "receptionist", "foreign"):
            env = self._as(self.people[name])
            for letter in (raw, reply):
                with self.subTest(user=name):
                    count = len(self.job.message_ids)
                    with suppress(AccessError, ValueError), self.cr.savepoint():
                        env["project.task"].message_process(None, letter)
                    self.env.invalidate_all()
                    self.assertEqual(len(self.job.message_ids), count)

    # === CONTEXTS === #

    def test_no_context_keeps_a_change_of_limits_out_of_the_history(self):
        account = self.account.with_env(self._as(self.people["approver"]))
        quiet = account.with_context(tracking_disable=True, mail_notrack=True)
        self.env.cr.precommit.run()
        before = self.account.message_ids
        quiet.action_set_limits({"task_limit_hours": 7})
        self.env.flush_all()
        self.env.cr.precommit.run()
        kept = (self.account.message_ids - before).tracking_value_ids
        self.assertEqual(kept.field_id.mapped("name"), ["task_limit_hours"])

    def test_no_context_brings_former_contacts_back(self):
        former = self.people["former"].partner_id
        contacts = self.account.with_context(active_test=False).contact_ids
        contact = contacts.filtered(lambda found: found.partner_id == former)
        form = self._as(self.people["dispatcher"])["jobtrack.record.decision"]
        form = form.with_context(active_test=False).create(
            {
                "work_order_id": self.order.id,
                "contact_id": contact.id,
                "told_date": self.order.sent_date,
            }
        )
        with self.assertRaisesRegex(UserError, "may not decide"):
            form.action_record()
        self.assertFalse(self.order.with_context(active_test=False)._may_decide(former))

    # === WHO CREATES JOBS === #

    def test_staff_outside_of_the_groups_create_no_jobs_by_any_form(self):
        self.company.jobtrack_creator_group_ids = self.env.ref("jobtrack_support.group_dispatcher")
        desk = self._as(self.people["receptionist"])
        call = desk["jobtrack.call"].create(
            {"contact_id": self.account.main_contact_id.id, "title": "Help"}
        )
        listed = desk["jobtrack.access.request"].create(
            {
                "name": "May I?",
                "email": "who@example.com",
                "contact_name": "Who",
                "jobtrack_account_id": self.account.id,
            }
        )
        draft = self._record("jobtrack.draft.request").with_env(desk)
        for step in (call.action_make_job, listed.action_accept, draft.action_submit):
            with self.subTest(step=str(step)), self.assertRaisesRegex(AccessError, "created by"):
                step()
        call.with_env(self._as(self.people["dispatcher"])).action_make_job()
        self.assertEqual(call.sudo().outcome, "job")

    def test_a_contact_of_another_account_is_no_way_around_who_gives_the_right_to_decide(self):
        desk = self._as(self.people["receptionist"])
        quiet = self._make_account("Quiet shop")
        listed = desk["jobtrack.access.request"].create(
            {
                "name": "May I?",
                "email": "who@example.com",
                "contact_name": "Who",
                "jobtrack_account_id": quiet.id,
                "contact_id": self.account.main_contact_id.id,
                "may_approve": True,
            }
        )
        with self.assertRaisesRegex(UserError, "is a contact of"):
            listed.action_accept()
        listed.contact_id = False
        with self.assertRaisesRegex(AccessError, "dispatcher decides"):
            listed.action_accept()
        self.assertFalse(quiet.contact_ids)
        listed.may_approve = False
        listed.action_accept()
        self.assertFalse(quiet.contact_ids.may_approve)
