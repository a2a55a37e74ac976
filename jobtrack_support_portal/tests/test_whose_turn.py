from freezegun import freeze_time
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestWhoseTurn(PortalCommon):
    """Each page says whose turn it is, and offers the one step that helps (A14, D9)."""

    def _count(self, *counters):
        return self.make_jsonrpc_request("/my/counters", {"counters": list(counters)})

    def _overdue_invoice(self):
        with freeze_time("2026-01-05 10:00:00"):
            self._do_job(2)
        with freeze_time("2026-01-08 10:00:00"):
            invoice = self._run("2026-01-08").statement_ids.invoice_id
        invoice.invoice_date_due = "2026-01-20"
        return invoice

    def test_each_counter_is_answered_alone(self):
        # Odoo's script has a place for the asked ones only; one more stops it before it shows any.
        self._log_in(self.approver_user)
        for name in ("jobtrack_account_count", "jobtrack_waiting_count"):
            self.assertEqual(list(self._count(name)), [name])

    def test_an_estimate_waits_for_those_who_may_decide(self):
        order = self._make_estimate(self._make_job("Repair the till"), 3)
        order.action_send()
        url = f"/my/support/{self.account.id}"
        self._log_in(self.member_user)
        text = self._text(url)
        self.assertIn("Waiting for your team", text)
        self.assertIn(f"{self.approver.name} may decide", text)
        self.assertNotIn("Waiting for you ", text)
        self.assertIn("Waiting for your team", self._text(f"{url}/jobs"))
        self.assertEqual(self._count("jobtrack_waiting_count"), {"jobtrack_waiting_count": 0})
        self.assertNotIn("waiting for you", self._text("/my/support"))
        self._log_in(self.approver_user)
        self.assertNotIn("Waiting for your team", self._text(url))
        self.assertIn("Waiting for you", self._text(f"{url}/jobs"))
        self.assertEqual(self._count("jobtrack_waiting_count"), {"jobtrack_waiting_count": 1})

    def test_a_mandate_is_looked_at_once_however_many_estimates_wait(self):
        contact = self.account._contact_of(self.member)
        self.env["jobtrack.mandate"].create(
            {"contact_id": contact.id, "job_hours": 1, "window_hours": 10, "limit_window": "month"}
        )

        def send(count):
            for number in range(count):
                self._make_estimate(self._make_job(f"Large {number}"), 3).action_send()

        send(1)
        self._log_in(self.member_user)
        url = f"/my/support/{self.account.id}/jobs"
        self.assertSameQueries(url, lambda: send(6))
        self.assertIn("Waiting for your team", self._text(url))

    def test_a_question_about_an_estimate_is_our_turn(self):
        job = self._make_job("Repair the till")
        order = self._make_estimate(job, 3)
        order.action_send()
        self._log_in(self.approver_user)
        self._post(f"/my/support/work-orders/{order.id}/ask", {"text": "Why so long?"})
        page = self._text(f"/my/support/jobs/{job.id}")
        self.assertIn("we answer you next", page)
        self.assertNotIn("Waiting for you", page)
        self.assertIn("Review and Decide", page)
        self.assertNotIn("Waiting for", self._text(f"/my/support/{self.account.id}"))
        self.assertEqual(self._count("jobtrack_waiting_count"), {"jobtrack_waiting_count": 0})

    def test_an_only_job_has_no_others_to_be_put_before(self):
        url = f"/my/support/jobs/{self._make_job('One').id}"
        self._log_in(self.member_user)
        self.assertNotIn("Do This before", self._text(url))
        self._make_job("Two")
        self.assertIn("Do This before", self._text(url))

    def test_an_overdue_invoice_is_paid_from_every_page_that_it_stops(self):
        job = self._make_job("Route list")
        with freeze_time("2026-01-04 10:00:00"):
            self._approve(job, 1)
        invoice = self._overdue_invoice()
        self.account._refresh_holds()
        self.assertEqual(job.jobtrack_hold_reason, "overdue")
        draft = self.account._keep_request(self.approver, {"name": "Labels are cut off"})
        self.assertEqual(draft.waits_for, "paused")
        url, pay = f"/my/support/{self.account.id}", f"//main//a[@href='/my/invoices/{invoice.id}']"
        self._log_in(self.approver_user)
        self.assertTrue(self._page(f"/my/support/jobs/{job.id}").xpath(pay))
        page = self._page(url)
        self.assertTrue(page.xpath(pay))
        self.assertTrue(page.xpath(f"//a[@href='{url}/jobs/new']"), "a draft can be written")
        self.assertIn("Payment of overdue invoices", page.text_content())
        self.assertNotIn("btn-primary", page.xpath(f"//a[@href='{url}/buy']")[0].get("class"))
        self.assertNotIn("Labels are cut off", self._text(f"{url}/buy"), "hours do not help it")
        self._log_in(self.member_user)
        self.assertFalse(self._page(f"/my/support/jobs/{job.id}").xpath(pay))
        self.assertFalse(self._page(url).xpath(pay))

    def test_used_up_limits_say_what_that_means(self):
        self.account.write(
            {"task_limit_hours": 1, "project_limit_hours": 2, "limit_window": "open"}
        )
        self.account._contact_of(self.approver).may_manage_team = True
        url = f"/my/support/{self.account.id}/limits"
        self._log_in(self.approver_user)
        self.assertNotIn("asked about every further estimate", self._text(url))
        self._approve(self._make_job(), 5)
        self.assertIn("asked about every further estimate", self._text(url))

    def test_pages_name_their_language_and_have_one_heading(self):
        url = f"/my/support/{self.account.id}"
        self._log_in(self.approver_user)
        for page in ("/my/support", url, f"{url}/jobs", f"{url}/jobs/new", f"{url}/ledger"):
            parsed = self._page(page)
            self.assertEqual(parsed.xpath("/html/@lang"), ["en-US"], page)
            self.assertEqual(len(parsed.xpath("//main//h1")), 1, page)
        self.authenticate(None, None)
        self.assertEqual(self._page("/support/request").xpath("/html/@lang"), ["en-US"])
