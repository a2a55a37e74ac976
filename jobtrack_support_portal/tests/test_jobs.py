import base64

from odoo.tests import JsonRpcException, tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestJobPages(PortalCommon):
    """The list of jobs and the page of one (A8, D2)."""

    def setUp(self):
        super().setUp()
        self.url = f"/my/support/{self.account.id}/jobs"

    def _names(self, url):
        path = "//a[contains(@class, 'list-group-item')]//div[contains(@class, 'fw-bold')]"
        return [name.text_content().strip() for name in self._page(url).xpath(path)]

    # === LIST === #

    def test_the_list_shows_open_jobs_and_finds_billed_ones_on_demand(self):
        self.account._grant_hours(10)
        billed = self._do_job(1, name="Old repair")
        self._bill_done_jobs()
        self.assertEqual(billed.jobtrack_state, "billed")
        done = self._do_job(1, name="Done repair")
        self._make_job("New repair")
        self._log_in(self.member_user)
        self.assertEqual(self._names(self.url), ["New repair", "Done repair"])
        self.assertEqual(self._names(f"{self.url}?filterby=billed"), ["Old repair"])
        self.assertEqual(self._names(f"{self.url}?search=old"), ["Old repair"])
        reference = done.jobtrack_reference
        self.assertEqual(
            self._names(f"{self.url}?search={reference}&search_in=reference"), ["Done repair"]
        )
        self.assertEqual(self._names(f"{self.url}?filterby=done"), ["Done repair"])
        self.assertEqual(len(self._names(f"{self.url}?filterby=all")), 3)

    def test_the_waiting_filter_holds_what_the_client_can_decide(self):
        self._make_job("New repair")
        first = self._make_job("First estimate")
        self._make_estimate(first, 1).action_send()
        change = self._make_job("Change order")
        self._approve(change, 1)
        self._make_estimate(change, 2).action_send()
        self._log_in(self.approver_user)
        self.assertEqual(
            set(self._names(f"{self.url}?filterby=waiting")), {"First estimate", "Change order"}
        )

    def test_the_list_sorts_pages_and_survives_nonsense(self):
        for number in range(23):
            self._make_job(f"Job {number:02}")
        self._log_in(self.member_user)
        self.assertEqual(self._names(f"{self.url}?sortby=name")[0], "Job 00")
        self.assertEqual(len(self._names(self.url)), 20)
        self.assertEqual(len(self._names(f"{self.url}/page/2")), 3)
        self._page(f"{self.url}?sortby=drop&filterby=x&search_in=password&page=99")
        self._page(f"{self.url}?search=%27%22%3Cb%3E%25&search_in=all")

    def test_the_list_needs_no_query_per_job(self):
        self._make_job()

        def grow():
            for number in range(12):
                job = self._make_job(f"Job {number}")
                self._approve(job, 1)
                self._log(job, 0.5)

        self._approve(self._make_job(), 1)
        self._log_in(self.approver_user)
        self.assertSameQueries(self.url, grow)

    def test_the_list_is_closed_to_strangers(self):
        self.assertClosed(self.url)

    # === ONE === #

    def test_the_page_tells_the_job_from_request_to_bill(self):
        self.account._grant_hours(1)
        job = self._do_job(2, name="Repair the till")
        statement = self._bill_done_jobs()
        self.assertEqual(job.jobtrack_state, "billed")
        self._log_in(self.approver_user)
        page = self._page(f"/my/support/jobs/{job.id}")
        text = page.text_content()
        for part in (
            job.jobtrack_reference,
            "Repair the till",
            "Billed",
            "Done as agreed",
            "2:00",
        ):
            self.assertIn(part, text)
        self.assertIn(statement.invoice_id.name, text)
        self.assertTrue(page.xpath(f"//a[@href='/my/support/statements/{statement.id}']"))
        self.assertTrue(page.xpath(f"//a[@href='/my/invoices/{statement.invoice_id.id}']"))
        self.assertIn("Estimate 1 sent: 2:00 h", text)
        self._log_in(self.member_user)
        page = self._page(f"/my/support/jobs/{job.id}")
        self.assertIn(statement.name, page.text_content())
        self.assertFalse(page.xpath(f"//a[@href='/my/support/statements/{statement.id}']"))
        self.assertFalse(page.xpath("//a[contains(@href, '/my/invoices/')]"))

    def test_each_state_says_who_is_waited_for(self):
        job = self._make_job()
        url = f"/my/support/jobs/{job.id}"
        self._log_in(self.approver_user)
        self.assertIn("We look at it and send you an estimate", self._text(url))
        order = self._make_estimate(job, 2)
        order.action_send()
        text = self._text(url)
        self.assertIn("Waiting for you", text)
        self.assertIn("Please approve or decline the estimate", text)
        self._log_in(self.member_user)
        self.assertIn("a person in your team who may approve", self._text(url))
        order.action_approve()
        self.assertIn("We are on it", self._text(url))
        job.action_jobtrack_hold()
        self.assertIn("We need an answer from you", self._text(url))
        job.action_jobtrack_release()
        self._log(job, 1)
        job._jobtrack_complete("All well")
        self.assertIn("billed on the next billing day", self._text(url))

    def test_the_conversation_acts_as_the_user_and_shows_no_token(self):
        job = self._make_job()
        token = job._portal_ensure_token()
        self._log_in(self.member_user)
        page = self._page(f"/my/support/jobs/{job.id}")
        chatter = page.xpath("//div[@id='discussion']")[0]
        self.assertEqual(chatter.get("data-res_id"), str(job.id))
        self.assertFalse(chatter.get("data-token"))
        self.assertFalse(chatter.get("data-hash"))
        self.assertNotIn(token, self.url_open(f"/my/support/jobs/{job.id}").text)

    def test_a_contact_writes_on_the_job_and_strangers_do_not(self):
        job = self._make_job()
        token = job._portal_ensure_token()
        data = {
            "thread_model": "project.task",
            "thread_id": job.id,
            "post_data": {
                "body": "Any news?",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
        }
        self._log_in(self.member_user)
        self.make_jsonrpc_request("/mail/message/post", data)
        message = job.message_ids.filtered(lambda message: "Any news?" in (message.body or ""))
        self.assertEqual(message.author_id, self.member)
        for user in self.strangers:
            self._log_in(user)
            for extra in ({}, {"token": token}):
                with self.subTest(user=user.login, extra=extra):
                    with self.assertRaises(JsonRpcException):
                        self.make_jsonrpc_request("/mail/message/post", data | extra)
        self.authenticate(None, None)
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/mail/message/post", data | {"token": token})
        self.assertEqual(
            len(job.message_ids.filtered(lambda message: "Any news?" in (message.body or ""))), 1
        )

    def test_a_token_opens_no_conversation(self):
        job = self._make_job()
        job.message_post(
            body="Secret answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        data = {"thread_model": "project.task", "thread_id": job.id}
        self._log_in(self.member_user)
        self.assertIn("Secret answer", str(self.make_jsonrpc_request("/mail/chatter_fetch", data)))
        data["token"] = job._portal_ensure_token()
        for user in self.strangers:
            self._log_in(user)
            with self.subTest(user=user.login), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request("/mail/chatter_fetch", data)
        self.authenticate(None, None)
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/mail/chatter_fetch", data)

    def test_what_a_client_writes_is_text(self):
        evil = "<script>alert('x')</script>"
        job = self.account.with_user(self.member_user)._create_request(
            self.member, {"name": evil, "description": evil, "priority": "normal"}
        )
        self._log_in(self.approver_user)
        for url in (f"/my/support/jobs/{job.id}", self.url, f"/my/support/{self.account.id}"):
            source = self.url_open(url).text
            self.assertNotIn("<script>alert(", source)
            self.assertIn("&lt;script&gt;alert(", source)

    def test_files_open_for_contacts_only(self):
        job = self._make_job()
        # Who attached it decides who sees it: this one came with the request.
        files = self.env["ir.attachment"].with_user(self.member_user).sudo()
        file = files.create(
            {
                "name": "log.txt",
                "datas": base64.b64encode(b"secret"),
                "res_model": "project.task",
                "res_id": job.id,
            }
        )
        other = self.env["ir.attachment"].create(
            {"name": "other.txt", "raw": b"secret", "res_model": "res.partner", "res_id": 1}
        )
        url = f"/my/support/jobs/{job.id}/files"
        self._log_in(self.member_user)
        page = self._page(f"/my/support/jobs/{job.id}")
        self.assertTrue(page.xpath(f"//a[@href='{url}/{file.id}']"))
        response = self.url_open(f"{url}/{file.id}")
        self.assertEqual(response.content, b"secret")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(self.url_open(f"{url}/{other.id}").status_code, 404)
        self.assertClosed(f"{url}/{file.id}")

    def test_the_page_is_closed_to_strangers(self):
        job = self._make_job()
        self.assertClosed(f"/my/support/jobs/{job.id}")
        # A job's access token opens nothing either.
        token = job._portal_ensure_token()
        self.assertClosed(f"/my/support/jobs/{job.id}?access_token={token}")

    def test_only_jobs_have_a_page(self):
        job = self._make_job()
        part = self.env["project.task"].create(
            {"name": "Part", "project_id": job.project_id.id, "parent_id": job.id}
        )
        self.assertClosed(f"/my/support/jobs/{part.id}", self.approver_user)
        self.assertClosed("/my/support/jobs/999999999", self.approver_user)

    def test_visits_write_nothing(self):
        job = self._make_job()
        self._make_estimate(job, 3).action_send()
        self._log_in(self.approver_user)
        self.assertReadsOnly(self.url)
        self.assertReadsOnly(f"/my/support/jobs/{job.id}")
        self.assertReadsOnly(f"{self.url}/new")
