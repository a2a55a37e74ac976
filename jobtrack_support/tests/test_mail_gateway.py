from base64 import b64decode

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_common import HTML, MailCommon

GENERAL = "support@mail.host.example"
SHOP = "shop@mail.host.example"
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@tagged("post_install", "-at_install")
class TestMailGateway(MailCommon):
    """Real mail through Odoo's gateway, the friendly and the nasty (B2, D1)."""

    # === BECOMES A JOB === #

    def test_mail_of_a_contact_becomes_a_job_with_its_files(self):
        before = self._count()
        self._receive(files=[("log.txt", b"what happened")])
        job = self._job()
        # The requester is told, the main contact gets a copy.
        self.assertAdds(before, jobs=1, mails=2)
        self.assertEqual(
            (job.name, job.project_id, job.jobtrack_channel, job.jobtrack_state),
            ("The shop is down", self.account.project_id, "mail", "requested"),
        )
        self.assertEqual(job.jobtrack_requester_id, self.member)
        self.assertEqual(job.partner_id, self.client_company)
        self.assertFalse(job.user_ids)
        letter = job.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(letter.author_id, self.member)
        self.assertEqual(letter.attachment_ids.mapped("name"), ["log.txt"])
        self.assertIn(self.member, job.message_partner_ids)
        told = self._mails_to("max@client.example")[0]
        self.assertIn(job.jobtrack_reference, told.subject)
        self.assertTrue(job.jobtrack_estimate_due)
        self.assertIn("send an estimate by", " ".join(told.body_html.split()))
        self.assertSound()

    def test_mail_to_the_general_address_finds_the_only_project(self):
        self._receive(to=GENERAL)
        self.assertEqual(self._job().jobtrack_account_id, self.account)

    def test_html_only(self):
        letter = self._letter()
        letter.set_content(HTML, subtype="html")
        self._receive(letter)
        body = self._job().message_ids.filtered(lambda m: m.message_type == "email").body
        self.assertIn("<b>an error</b>", body)

    def test_html_with_a_script_is_kept_without_it(self):
        letter = self._letter()
        letter.set_content("<p>Hi</p><script>alert(1)</script><img src=x onerror=alert(2)>", "html")
        self._receive(letter)
        body = self._job().message_ids.filtered(lambda m: m.message_type == "email").body
        self.assertNotIn("script", body)
        self.assertNotIn("onerror", body)

    def test_fifteen_megabytes(self):
        self._receive(files=[("dump.bin", b"\0" * 15 * 1024 * 1024)])
        file = self._job().message_ids.attachment_ids
        self.assertEqual(file.file_size, 15 * 1024 * 1024)

    def test_no_subject_takes_the_first_line(self):
        self._receive(subject=None, text="The checkout fails\nsince Monday")
        self.assertEqual(self._job().name, "The checkout fails")

    def test_empty_body_and_subject(self):
        self._receive(subject="", text="")
        self.assertEqual(self._job().name, "Request")

    def test_encoded_headers(self):
        self._receive(
            letter=b"From: =?utf-8?q?Max_M=C3=BCller?= <MAX@Client.example>\r\n"
            b"To: =?iso-8859-1?q?J=E4ger?= <shop@mail.host.example>\r\n"
            b"Subject: =?utf-8?b?w5xiZXJzaWNodA==?= =?utf-8?q?_fehlt?=\r\n"
            b"Message-Id: <enc-1@client.example>\r\n\r\nHallo\r\n"
        )
        job = self._job()
        self.assertEqual((job.name, job.jobtrack_requester_id), ("Übersicht fehlt", self.member))

    def test_several_recipients_neither_follow_nor_get_assigned(self):
        outsider = self.env["res.partner"].create({"name": "Out", "email": "out@else.example"})
        before = self._count()
        letter = self._letter(to=f"{SHOP}, out@else.example, new@else.example, tess@host.example")
        letter["Cc"] = "ann@client.example, spy@else.example"
        self._receive(letter)
        job = self._job()
        self.assertAdds(before, jobs=1, mails=2)
        self.assertNotIn(outsider, job.message_partner_ids)
        self.assertFalse(job.user_ids)
        self.assertFalse(job.email_cc)
        incoming = job.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertNotIn("spy", incoming.incoming_email_cc or "")
        self.assertNotIn(outsider, incoming.partner_ids)

    def test_alias_in_bcc(self):
        self._receive(to="friends@else.example", headers={"Delivered-To": "shop@mail.host.example"})
        self.assertEqual(self._job().jobtrack_account_id, self.account)

    def test_a_mailbox_that_is_fetched_needs_no_alias(self):
        self._receive(to="old-address@else.example", model="jobtrack.access.request")
        self.assertEqual(self._job().jobtrack_account_id, self.account)

    def test_signed_and_calendar_parts(self):
        letter = self._letter()
        letter.add_attachment(b"0\x80", "application", "pkcs7-signature", filename="smime.p7s")
        letter.add_attachment("BEGIN:VCALENDAR\nEND:VCALENDAR", subtype="calendar")
        self._receive(letter)
        job = self._job()
        self.assertEqual(job.name, "The shop is down")
        self.assertIn("smime.p7s", job.message_ids.attachment_ids.mapped("name"))

    def test_the_same_letter_twice_is_one_job(self):
        letter = self._receive()
        before = self._count()
        self._receive(letter)
        self.assertAdds(before)

    def test_a_colleague_here_makes_a_job_without_a_requester(self):
        self._receive(sender="tess@host.example")
        self.assertFalse(self._job().jobtrack_requester_id)

    # === LANDS ON THE JOB === #

    def test_a_reply_lands_on_the_job_with_quoted_history(self):
        job = self._make_job()
        other = self._make_job("Another")
        headers = {"In-Reply-To": self._mail_about(job)}
        before = self._count()
        self._receive(
            subject="Re: whatever",
            text=f"Yes please.\n\n> {job.jobtrack_reference} and {other.jobtrack_reference}\n> old",
            headers=headers,
        )
        self.assertEqual(self._count()["jobs"], before["jobs"])
        self.assertIn("Yes please", job.message_ids.sorted("id")[-1].body)

    def test_a_letter_with_the_reference_lands_on_the_job_wherever_it_goes(self):
        job = self._make_job()
        for to in (SHOP, GENERAL, "catchall@mail.host.example"):
            with self.subTest(to=to):
                before = self._count()
                self._receive(to=to, subject=f"News on {job.jobtrack_reference}", text=to)
                self.assertAdds(before)
                self.assertIn(to, job.message_ids.sorted("id")[-1].body)

    def test_a_link_to_the_job_in_the_text_is_enough(self):
        job = self._make_job()
        before = self._count()
        self._receive(to=GENERAL, text=f"See http://x.example/my/support/jobs/{job.id} please")
        self.assertAdds(before)

    def test_two_references_are_a_new_job(self):
        one, two = self._make_job("One"), self._make_job("Two")
        before = self._count()["jobs"]
        self._receive(subject=f"{one.jobtrack_reference} or {two.jobtrack_reference}?")
        self.assertEqual(self._count()["jobs"], before + 1)

    def test_the_reference_of_another_client_is_just_text(self):
        other = self._make_account("Other shop", partner=self._make_person("Otto Other"))
        foreign = self._make_job("Theirs", account=other)
        count = len(foreign.message_ids)
        self._receive(subject=f"About {foreign.jobtrack_reference}")
        self.assertEqual(len(foreign.message_ids), count)
        self.assertEqual(self._job().jobtrack_account_id, self.account)

    def test_a_reply_to_another_clients_thread_does_not_get_in(self):
        other = self._make_account("Other shop", partner=self._make_person("Otto Other"))
        foreign = self._make_job("Theirs", account=other)
        headers = {"In-Reply-To": self._mail_about(foreign)}
        count = len(foreign.message_ids)
        before = self._count()
        self._receive(headers=headers, text="Let me in")
        self.assertEqual(len(foreign.message_ids), count)
        self.assertAdds(before, requests=1, mails=1)

    def test_a_contact_without_the_role_may_answer_on_a_job(self):
        job = self._make_job()
        self._make_contact(self.account, self._make_person("Lou Looker"), may_request=False)
        self._receive(sender="lou@client.example", subject=f"Re: {job.jobtrack_reference}")
        self.assertEqual(job.message_ids.sorted("id")[-1].author_id.name, "Lou Looker")

    def test_people_who_share_an_address(self):
        bob = self._make_person("Bob Bookkeeper")
        bob.email = self.member.email
        self._make_contact(self.account, bob, may_request=False)
        self._receive(subject="From our shared address")
        job = self._job()
        self.assertEqual(job.jobtrack_requester_id, self.member, "who may ask asks")
        self.account._contact_of(bob).may_request = True
        theirs = self._make_job("Bob's", jobtrack_requester_id=bob.id)
        self._receive(subject=f"Re: {theirs.jobtrack_reference}")
        letter = theirs.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(letter.author_id, bob)
        self._broke()
        self._receive(subject="And another")
        self.assertIn(self._newest("jobtrack.draft.request").partner_id, self.member | bob)

    def test_the_reference_is_known_however_it_is_typed(self):
        job = self._make_job()
        before = self._count()
        self._receive(to=GENERAL, subject=f"again {job.jobtrack_reference.lower()} please")
        self.assertAdds(before)
        self.env.ref("jobtrack_support.sequence_job").prefix = "SUP/%(year)s/"
        job = self._make_job("Of this year")
        self.assertIn("SUP/", job.jobtrack_reference)
        before = self._count()
        self._receive(to=GENERAL, subject=f"Fwd: [{job.jobtrack_reference}] please")
        self.assertAdds(before)

    def test_a_display_name_is_no_address(self):
        before = self._count()
        self._receive(sender='"max@client.example" <evil@elsewhere.example>')
        self.assertAdds(before, requests=1, mails=1)
        self.assertEqual(self._newest("jobtrack.access.request").email, "evil@elsewhere.example")

    def test_a_reply_from_a_second_address(self):
        job = self._make_job()
        headers = {"In-Reply-To": self._mail_about(job)}
        self._receive(sender="Max <max@home.example>", headers=headers)
        row = self._newest("jobtrack.access.request")
        self.assertEqual((row.task_id, row.email), (job, "max@home.example"))
        contact = self.account._contact_of(self.member)
        row.write({"jobtrack_account_id": self.account.id, "contact_id": contact.id})
        row.action_accept()
        self.assertEqual((row.job_id, contact.other_emails), (job, "max@home.example"))
        letter = job.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(letter.author_id, self.member)
        before = self._count()
        self._receive(sender="max@home.example", subject=f"Again {job.jobtrack_reference}")
        self.assertAdds(before)

    def test_an_out_of_office_note_is_kept_and_answered_by_nobody(self):
        job = self._make_job()
        headers = {"In-Reply-To": self._mail_about(job), "Auto-Submitted": "auto-replied"}
        before = self._count()
        self._receive(subject="Automatic reply: Received", headers=headers)
        self.assertAdds(before)
        note = job.message_ids.sorted("id")[-1]
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))

    def test_an_out_of_office_note_does_not_answer_our_question(self):
        job = self._make_job()
        job._jobtrack_ask("Which shop?")
        asked = self._mails_to("max@client.example")[0]
        headers = {"References": asked.references}
        for machine in (
            {"subject": "Automatic reply: Question", "headers": headers},
            {"headers": headers | {"Auto-Submitted": "auto-replied"}},
        ):
            count = len(job.message_ids)
            self._receive(**machine)
            self.assertEqual(len(job.message_ids), count + 1, "it is kept")
            self.assertEqual(job.jobtrack_waiting_for, "client")
        self._receive(subject="Re: Question", headers=headers, text="The one in Main Street")
        self.assertEqual(job.jobtrack_waiting_for, "host")
        answer = job.message_ids.filtered(lambda m: "Main Street" in (m.body or ""))
        self.assertFalse(answer.subtype_id.internal, "the client reads it in the portal")

    def test_pictures_inside_a_letter_stand_in_the_conversation(self):
        letter = self._letter(html='<p>See:</p><img src="cid:shop"/><p>Now</p>')
        letter.get_body(("html",)).add_related(
            b64decode(PIXEL), "image", "gif", cid="<shop>", filename="shop.gif"
        )
        self._receive(letter)
        message = self._job().message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.attachment_ids.mapped("name"), ["shop.gif"])
        self.assertEqual(message.attachment_ids.res_id, self._job().id)
        self.assertIn(f"/web/image/{message.attachment_ids.id}", message.body)
        self.assertNotIn("cid:", message.body)

    # === HAS TO WAIT === #

    def test_without_hours_a_letter_becomes_a_draft_that_submits_itself(self):
        self._broke()
        before = self._count()
        self._receive(files=[("log.txt", b"what happened")])
        self.assertAdds(before, drafts=1, mails=2)
        copy = self._mails_to("ann@client.example")[0]
        self.assertIn("a request of Max Member", copy.body_html, "the main contact may buy")
        self.assertIn("This is a copy for you", copy.body_html)
        draft = self._newest("jobtrack.draft.request")
        self.assertEqual((draft.waits_for, draft.partner_id), ("funds", self.member))
        answer = self._mails_to("max@client.example")[0]
        self.assertIn("no prepaid hours and no credit", answer.body_html)
        self.assertIn(f"/my/support/{self.account.id}", answer.body_html)
        self.assertIn("auto-replied", answer.headers)
        draft._submit()
        self.assertEqual(draft.state, "waiting")
        cron = self.env.ref("jobtrack_support.ir_cron_draft_request")
        triggers = self.env["ir.cron.trigger"].sudo()
        self.assertFalse(triggers.search([("cron_id", "=", cron.id)]))
        self.account._grant_hours(10, 0, None, None, "Gift")
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]), "hours wake the drafts")
        draft._submit()
        job = draft.job_id
        self.assertEqual((draft.state, job.name), ("submitted", "The shop is down"))
        self.assertEqual((job.jobtrack_requester_id, job.jobtrack_channel), (self.member, "mail"))
        letter = job.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(letter.attachment_ids.mapped("name"), ["log.txt"])
        self.assertEqual(letter.attachment_ids.res_id, job.id)
        draft._submit()
        self.assertEqual(self._count()["jobs"], before["jobs"] + 1)
        self.assertSound()

    def test_a_paused_account(self):
        with freeze_time("2026-03-03 10:00:00"):
            self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            statement = self._run("2026-03-08").statement_ids
        statement.invoice_id.invoice_date_due = "2026-03-20"
        with freeze_time("2026-04-01 10:00:00"):
            self.env.invalidate_all()
            self._receive()
            draft = self._newest("jobtrack.draft.request")
            self.assertEqual(draft.waits_for, "paused")
            self.assertIn("See and pay", self._mails_to("max@client.example")[0].body_html)
            self._pay(statement.invoice_id)
            draft._submit()
        self.assertTrue(draft.job_id)

    def test_an_answer_to_the_draft_joins_it(self):
        self._broke()
        self._receive()
        draft = self._newest("jobtrack.draft.request")
        told = draft.message_ids.filtered(lambda m: m.message_type == "email_outgoing")
        before = self._count()
        self._receive(headers={"In-Reply-To": told[:1].message_id}, text="One more thing")
        self.assertAdds(before)
        self.assertIn("One more thing", draft.message_ids.sorted("id")[-1].body)

    def test_an_unmarked_answering_machine_does_not_make_a_loop(self):
        self._broke()
        mails = self._count()["mails"]
        for _letter in range(6):
            self._receive(text="I am away")
        self.assertEqual(self._count()["mails"], mails + 6, "three answers, and a copy of each")

    def test_a_contact_of_two_accounts_is_asked_for_which(self):
        other = self._make_account("Client blog")
        self._make_contact(other, self.member)
        before = self._count()
        self._receive(to=GENERAL)
        self.assertAdds(before, drafts=1, mails=1)
        draft = self._newest("jobtrack.draft.request")
        self.assertEqual(draft.waits_for, "project")
        self.assertIn("Client blog", self._mails_to("max@client.example")[0].body_html)
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        tile = self.env.ref("jobtrack_support.board_tile_drafts").with_user(rita)
        self.assertIn("The shop is down", str(tile.preview), "somebody has to choose")
        draft.jobtrack_account_id = other
        draft.action_submit()
        self.assertEqual(draft.job_id.jobtrack_account_id, other)

    def test_a_contact_of_two_accounts_writes_to_both(self):
        other = self._make_account("Client blog")
        self._give_address(other, "blog")
        self._make_contact(other, self.member)
        before = self._count()["jobs"]
        self._receive(to=f"{SHOP}, blog@mail.host.example")
        self.assertEqual(self._count()["jobs"], before + 2)

    # === IS NOBODY WE KNOW === #

    def test_a_stranger_gets_one_answer_and_starts_nothing(self):
        before = self._count()
        self._receive(sender="Eve <eve@else.example>", files=[("x.txt", b"x")])
        self.assertAdds(before, requests=1, mails=1)
        row = self._newest("jobtrack.access.request")
        self.assertEqual(
            (row.email, row.contact_name, row.reason, row.company_id, row.channel),
            ("eve@else.example", "Eve", "stranger", self.company, "mail"),
        )
        answer = self._mails_to("eve@else.example")
        self.assertIn("auto-replied", answer.headers)
        self.assertIn("nothing was started", answer.body_html)
        self.assertNotIn(self.account.name, answer.body_html)
        for _letter in range(3):
            self._receive(sender="eve@else.example")
        self.assertAdds(before, requests=1, mails=1)
        self.assertEqual(len(row.message_ids.filtered(lambda m: m.message_type == "email")), 4)

    def test_a_stranger_is_answered_again_another_day(self):
        rows = self.env["jobtrack.access.request"].search_count([])
        with freeze_time("2026-03-02 10:00:00"):
            self._receive(sender="eve@else.example")
        with freeze_time("2026-03-04 10:00:00"):
            self._receive(sender="eve@else.example")
        self.assertEqual(len(self._mails_to("eve@else.example")), 2)
        self.assertEqual(self.env["jobtrack.access.request"].search_count([]), rows + 1)

    def test_a_letter_of_two_senders_is_nobodys_though_one_of_them_is_known(self):
        job = self._make_job()
        before = self._count()
        two = "Max <max@client.example>, Eve <eve@else.example>"
        self._receive(sender=two, subject=f"Re: {job.jobtrack_reference}")
        self.assertAdds(before, requests=1, mails=1)
        row = self._newest("jobtrack.access.request")
        self.assertEqual((row.reason, row.email), ("several", "max@client.example"))
        letter = row.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertFalse(letter.author_id)
        answer = self._mails_to("max@client.example")[0]
        self.assertIn("names several senders", answer.body_html)
        self.assertIn("auto-replied", answer.headers)
        self.assertFalse(self._mails_to("eve@else.example"))
        raw = b"Subject: Two headers\r\nTo: shop@mail.host.example\r\n\r\nHello\r\n"
        for sender in (
            b"From: max@client.example\r\nFrom: eve@else.example\r\n",
            b"From: max@client.example <eve@else.example>\r\n",
            b"From: Eve <eve@else.example>, tess@host.example\r\n",
        ):
            with self.subTest(sender=sender):
                before = self._count()["jobs"]
                self._receive(sender + raw)
                self.assertEqual(self._count()["jobs"], before)
                self.assertEqual(self._newest("jobtrack.access.request").reason, "several")
        # Nothing of it is asked in the name of a contact whom the limits would serve.
        self.account.write({"task_limit_hours": 4, "project_limit_hours": 40})
        row.write({"jobtrack_account_id": self.account.id, "contact_name": "Max", "task_id": False})
        row.action_accept()
        order = self._make_estimate(row.job_id, 1)
        order.action_send()
        self.assertEqual(order.state, "sent")

    def test_a_flood_ends_without_a_word(self):
        for _letter in range(30):
            self._receive(sender="bot@else.example")
        row = self._newest("jobtrack.access.request")
        self.assertEqual(len(row.message_ids.filtered(lambda m: m.message_type == "email")), 10)
        self.assertEqual(len(self._mails_to("bot@else.example")), 1)

    def test_a_contact_that_floods_is_stopped_by_odoo(self):
        jobs = self._count()["jobs"]
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            for _letter in range(25):
                self._receive()
        self.assertEqual(self._count()["jobs"], jobs + 20)

    def test_an_unauthorised_contact_is_told_whom_to_ask(self):
        self._make_contact(self.account, self._make_person("Lou Looker"), may_request=False)
        before = self._count()
        self._receive(sender="lou@client.example")
        self.assertAdds(before, requests=1, mails=1)
        self.assertEqual(self._newest("jobtrack.access.request").reason, "no_role")
        self.assertIn("Ann Approver", self._mails_to("lou@client.example")[0].body_html)

    def test_a_former_contact_is_a_stranger(self):
        self.account._contact_of(self.member).active = False
        self._receive()
        self.assertEqual(self._newest("jobtrack.access.request").reason, "stranger")

    def test_a_forged_sender_is_listed_and_not_answered(self):
        before = self._count()
        failed = "mx.host.example; spf=fail; dmarc=fail header.from=client.example"
        self._receive(headers={"Authentication-Results": failed})
        self.assertAdds(before, requests=1)
        row = self._newest("jobtrack.access.request")
        self.assertEqual(row.reason, "unverified")
        self.assertFalse(row.message_ids.filtered(lambda m: m.message_type == "email").author_id)

    def test_once_a_server_is_named_mail_without_its_verdict_makes_no_job(self):
        settings = self.env["res.config.settings"]
        settings.create({"jobtrack_trusted_mail_server": "mx.host.example"}).execute()
        passed = "mx.host.example; spf=pass; dmarc=pass header.from=client.example"
        for verdict, added in (
            (None, {"requests": 1}),
            ("evil.example; dmarc=pass", {}),
            ("mx.host.example.evil.example; dmarc=pass", {}),
            ("mx.host.example; spf=fail; dkim=none; dmarc=none", {}),
            ("mx.host.example; dmarc=fail; spf=pass smtp.mailfrom=dmarc=pass@evil.com", {}),
            ("mx.host.example; spf=pass smtp.mailfrom=evil.com; dmarc=none", {}),
            ("mx.host.example; spf=pass smtp.mailfrom=client.example; dmarc=none", {"jobs": 1}),
            (passed, {"jobs": 1}),
        ):
            with self.subTest(verdict=verdict):
                before = self._count()["jobs"]
                self._receive(headers={"Authentication-Results": verdict} if verdict else {})
                self.assertEqual(self._count()["jobs"] - before, added.get("jobs", 0))
        row = self._newest("jobtrack.access.request")
        self.assertEqual(row.reason, "unverified")
        # A host whose server does not check everything says so.
        settings.create({"jobtrack_accept_unchecked_mail": True}).execute()
        before = self._count()["jobs"]
        self._receive()
        self.assertEqual(self._count()["jobs"], before + 1)

    def test_without_a_named_server_mail_is_taken_as_it_comes(self):
        self.assertFalse(self.env["res.config.settings"].create({}).jobtrack_trusted_mail_server)
        before = self._count()["jobs"]
        self._receive()
        self.assertEqual(self._count()["jobs"], before + 1)

    def test_a_forged_reply_does_not_reach_the_job(self):
        job = self._make_job()
        count = len(job.message_ids)
        self._receive(
            subject=job.jobtrack_reference,
            headers={"Authentication-Results": "mx.host.example; dmarc=fail"},
        )
        self.assertEqual(len(job.message_ids), count)

    def test_a_closed_project(self):
        self.account.active = False
        before = self._count()
        self._receive()
        self.assertAdds(before, requests=1, mails=1)
        self.assertEqual(self._newest("jobtrack.access.request").reason, "closed")

    def test_machines_are_ignored(self):
        bounce = self._letter(sender="MAILER-DAEMON@client.example", subject="Undelivered Mail")
        nasty = {
            "out of office": self._letter(headers={"Auto-Submitted": "auto-replied"}),
            "stranger's machine": self._letter(
                sender="eve@else.example", headers={"X-Autoreply": "yes"}
            ),
            "bounce": bounce,
            "no-reply": self._letter(sender="no-reply@shop.example"),
            "our own alias": self._letter(sender="support@mail.host.example"),
            "our own company": self._letter(sender="desk@host.example"),
            "null return path": self._letter(headers={"Return-Path": "<>"}),
            "without a sender": self._letter(sender=None),
        }
        for name, letter in nasty.items():
            with self.subTest(name):
                before = self._count()
                self._receive(letter)
                self.assertAdds(before)

    def test_a_contact_who_writes_about_automatic_mail_is_listed_and_not_lost(self):
        self.account._contact_of(self.member).other_emails = "noreply@client.example"
        for number, (sender, subject) in enumerate(
            [
                ("max@client.example", "Undeliverable: all our mail since 8:00"),
                ("max@client.example", "Out of office message must be changed"),
                ("max@client.example", "Automatic reply of the shop is broken"),
                ("max@client.example", "Returned mail from our newsletter"),
                ("noreply@client.example", "Scan 0001"),
            ],
            start=1,
        ):
            with self.subTest(subject=subject):
                before = self._count()
                self._receive(sender=sender, subject=subject)
                row = self._newest("jobtrack.access.request")
                self.assertEqual(row.reason, "automatic")
                letters = row.message_ids.filtered(lambda m: m.message_type == "email")
                self.assertEqual(len(letters), number if number < 5 else 1)
                # One row for each sender; nobody is answered.
                self.assertAdds(before, **({"requests": 1} if number in (1, 5) else {}))
        # A loop that no header betrays ends by itself.
        before = self._count()
        for _letter in range(30):
            self._receive(subject="Automatic reply: I am away")
        self.assertAdds(before)

    def test_a_mailing_list_is_listed_and_not_answered(self):
        before = self._count()
        self._receive(sender="list@else.example", headers={"List-Id": "<news.else.example>"})
        self.assertAdds(before, requests=1)

    def test_the_policy_of_the_alias_does_not_bypass_the_desk(self):
        self.account.project_id.alias_contact = "followers"
        before = self._count()
        self._receive(sender="eve@else.example")
        self.assertAdds(before, requests=1, mails=1)
        self._receive()
        self.assertEqual(self._job().jobtrack_requester_id, self.member)

    def test_a_contact_elsewhere_is_a_stranger_here(self):
        other = self._make_account("Other shop", partner=self._make_person("Otto Other"))
        self._give_address(other, "other")
        before = self._count()
        self._receive(to="other@mail.host.example")
        self.assertAdds(before, requests=1, mails=1)

    def test_other_apps_keep_their_mail(self):
        project = self.env["project.project"].create(
            {
                "name": "House",
                "company_id": self.company.id,
                "alias_name": "house",
                "alias_domain_id": self.domain.id,
            }
        )
        self._receive(sender="eve@else.example", to="house@mail.host.example")
        self.assertEqual(project.task_ids.mapped("name"), ["The shop is down"])

    # === ONE CLICK === #

    def test_one_click_makes_client_contact_and_job(self):
        self._receive(sender="Eve <eve@new.example>", to=GENERAL, files=[("x.txt", b"x")])
        row = self._newest("jobtrack.access.request")
        row.client_name = "New Ltd"
        row.action_accept()
        job, account = row.job_id, row.jobtrack_account_id
        self.assertEqual((row.state, account.partner_id.name), ("accepted", "New Ltd"))
        self.assertEqual(account.contact_ids.partner_id.email, "eve@new.example")
        self.assertEqual(job.jobtrack_requester_id, account.contact_ids.partner_id)
        letter = job.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(letter.attachment_ids.mapped("name"), ["x.txt"])
        before = self._count()
        self._receive(sender="eve@new.example", to=GENERAL)
        self.assertEqual(self._count()["jobs"], before["jobs"] + 1)

    def test_what_anybody_may_have_written_spends_no_limit(self):
        self.account.write({"task_limit_hours": 4, "project_limit_hours": 40})
        self._receive(headers={"Authentication-Results": "mx; dmarc=fail"})
        row = self._newest("jobtrack.access.request")
        row.write({"jobtrack_account_id": self.account.id, "contact_name": "Max"})
        row.action_accept()
        self.assertEqual(row.job_id.jobtrack_requester_id, self.member)
        order = self._make_estimate(row.job_id, 1)
        order.action_send()
        self.assertEqual(order.state, "sent")
        self.assertIn("anybody may have written it", order.decision_reason)
        order._decide("approved", self.approver, "mail")
        order = self._make_estimate(row.job_id, 2)
        order.action_send()
        self.assertEqual(order.state, "approved", "somebody who may has said yes to the job")
        # The same person, whose mail nothing speaks against; and a forged answer that staff put on that job.
        self._receive()
        proven = self._job()
        self._receive(
            headers={
                "Authentication-Results": "mx; dmarc=fail",
                "In-Reply-To": self._mail_about(proven),
            }
        )
        row = self._newest("jobtrack.access.request")
        row.write({"jobtrack_account_id": self.account.id, "contact_name": "Max"})
        row.action_accept()
        self.assertEqual(row.job_id, proven)
        order = self._make_estimate(proven, 1)
        order.action_send()
        self.assertEqual((order.state, order.decision_channel), ("approved", "limit"))

    def test_a_reference_from_a_stranger_or_in_a_bounce_reaches_no_job(self):
        job = self._make_job()
        count = len(job.message_ids)
        subject = f"Re: {job.jobtrack_reference}"
        link = f"http://x.example/my/support/jobs/{job.id}"
        before = self._count()
        self._receive(sender="eve@else.example", subject=subject, text=link)
        self.assertAdds(before, requests=1, mails=1)
        row = self._newest("jobtrack.access.request")
        self.assertFalse(row.jobtrack_account_id | row.known_account_ids)
        before = self._count()
        self._receive(
            sender="MAILER-DAEMON@client.example", subject=subject, to="bounce@mail.host.example"
        )
        self._receive(sender="eve@else.example, max@client.example", subject="Two senders")
        self.assertAdds(before)
        self.assertEqual(len(job.message_ids), count)

    def test_who_may_handle_drafts_and_rows(self):
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        bill = self._make_user("bill", "jobtrack_support.group_billing")
        plain = self._make_user("paul", "base.group_user")
        portal = self._make_portal_user(self.member)
        abroad = self._make_company("Elsewhere")
        other = self._make_user("olga", "jobtrack_support.group_receptionist")
        other.write({"company_ids": [Command.set(abroad.ids)], "company_id": abroad.id})
        self._receive(sender="eve@else.example")
        row = self._newest("jobtrack.access.request")
        self._broke()
        self._receive()
        draft = self._newest("jobtrack.draft.request")
        steps = (
            (row, "action_decline"),
            (row, "action_reopen"),
            (draft, "action_submit"),
            (draft, "action_withdraw"),
            (self.account, "action_make_alias"),
        )
        for user in (bill, plain, portal, other):
            for record, step in steps:
                with self.subTest(user=user.login, step=step), self.assertRaises(AccessError):
                    getattr(record.with_user(user).with_company(user.company_id), step)()
        row.with_user(rita).action_decline()
        self.assertEqual(row.state, "declined")
        row.with_user(rita).action_reopen()
        self.assertEqual(row.state, "new")
        with self.assertRaisesRegex(UserError, "still waits for: Hours or credit"):
            draft.with_user(rita).action_submit()
        draft.with_user(rita).action_withdraw()
        self.assertEqual(draft.state, "withdrawn")

    def test_an_address_is_made_from_the_name_of_the_project(self):
        self.company.alias_domain_id = self.domain
        other = self._make_account("Client's Shop, 2nd")
        other.action_make_alias()
        self.assertEqual(other.mail_address, "client-s-shop-2nd@mail.host.example")
        again = self._make_account("Client's shop 2nd")
        again.action_make_alias()
        self.assertEqual(again.mail_address, "client-s-shop-2nd-2@mail.host.example")
        self.company.alias_domain_id = False
        with self.assertRaisesRegex(UserError, "mail domain"):
            self._make_account("Third").action_make_alias()

    def test_who_was_a_contact_comes_back_with_the_roles_of_a_new_one(self):
        contact = self.account._contact_of(self.member)
        contact.write({"may_see_money": True, "may_call_emergency": True})
        self.env["jobtrack.mandate"].create({"contact_id": contact.id, "job_hours": 5})
        contact.active = False
        self._receive(sender="Max <max@client.example>")
        row = self._newest("jobtrack.access.request")
        row.jobtrack_account_id = self.account
        reception = self._make_user("rita", "jobtrack_support.group_receptionist")
        row.with_user(reception).action_accept()
        self.assertEqual((row.contact_id, contact.active), (contact, True))
        self.assertEqual(row.job_id.jobtrack_requester_id, self.member)
        roles = contact.read(["may_request", "may_see_money", "may_call_emergency"])[0]
        self.assertEqual([role for role in roles if role != "id" and roles[role]], ["may_request"])
        self.assertFalse(contact.mandate_id)

    def test_who_may_accept(self):
        reception = self._make_user("rita", "jobtrack_support.group_receptionist")
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        billing = self._make_user("bill", "jobtrack_support.group_billing")
        plain = self._make_user("paul", "base.group_user")
        portal = self._make_portal_user(self.member)
        self._receive(sender="Eve <eve@new.example>")
        row = self._newest("jobtrack.access.request")
        for user in (billing, plain, portal):
            with self.subTest(user=user.login), self.assertRaises(Exception) as caught:
                row.with_user(user).action_accept()
            self.assertIn("AccessError", type(caught.exception).__name__)
        row.jobtrack_account_id = False
        with self.assertRaisesRegex(Exception, "dispatcher"):
            row.with_user(reception).action_accept()
        row.jobtrack_account_id = self.account
        row.with_user(reception).action_accept()
        self.assertEqual(
            row.jobtrack_account_id.contact_ids.filtered(
                lambda contact: contact.email == "eve@new.example"
            ).may_approve,
            False,
        )
        self._receive(sender="Zoe <zoe@new.example>")
        self._newest("jobtrack.access.request").with_user(dispatcher).action_accept()
