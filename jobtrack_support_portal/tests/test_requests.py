from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.jobtrack_account import MAX_FILES, MAX_MEGABYTES
from .common import PortalCommon

VALUES = {"name": "Repair the shop", "description": "It says 500", "priority": "high", "key": "k1"}


@tagged("post_install", "-at_install")
class TestRequests(PortalCommon):
    """Asking for a job (A1, A11, A13, D9)."""

    def setUp(self):
        super().setUp()
        self.url = f"/my/support/{self.account.id}/jobs/new"

    def _jobs(self):
        return self.env["project.task"].search(
            [("jobtrack_account_id", "in", (self.account | self.other_account).ids)]
        )

    # === THE FORM === #

    def test_a_contact_makes_a_job_with_files(self):
        self._log_in(self.member_user)
        files = [
            ("files", ("log.txt", b"what happened", "text/plain")),
            ("files", ("shot.png", b"not really", "image/png")),
        ]
        response = self._post(self.url, VALUES, files)
        job = self._jobs()
        self.assertEqual(len(job), 1)
        self.assertEqual(response.status_code, 303)
        self.assertIn(f"/my/support/jobs/{job.id}", response.headers["Location"])
        self.assertEqual((job.name, job.priority), ("Repair the shop", "2"))
        self.assertIn("It says 500", job.description)
        self.assertEqual(job.jobtrack_requester_id, self.member)
        self.assertEqual((job.jobtrack_channel, job.jobtrack_state), ("portal", "requested"))
        self.assertEqual(job.create_uid, self.member_user)
        self.assertIn(self.member, job.message_partner_ids)
        self.assertEqual(set(job.attachment_ids.mapped("name")), {"log.txt", "shot.png"})
        mail = self.env["mail.mail"].search(
            [("model", "=", "project.task"), ("res_id", "=", job.id)]
        )
        self.assertEqual(mail.recipient_ids, self.member | self.approver, "a copy: main contact")
        self.assertEqual(len(mail), 2)
        self.assertIn(job.jobtrack_reference, mail[0].subject)
        self.assertIn("Thank you", self._text(f"/my/support/jobs/{job.id}?created=1"))

    def test_a_form_that_is_sent_twice_makes_one_job(self):
        self._log_in(self.member_user)
        first = self._post(self.url, VALUES)
        second = self._post(self.url, VALUES)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self._jobs()), 1)
        self._log_in(self.approver_user)
        self._post(self.url, VALUES)
        self.assertEqual(len(self._jobs()), 2, "the key of a form is the person's own")

    def test_what_was_typed_stays_when_it_is_not_enough(self):
        self._log_in(self.member_user)
        response = self._post(self.url, VALUES | {"name": "  "})
        self.assertEqual(response.status_code, 200)
        self.assertIn("Please give the job a title.", response.text)
        self.assertIn("It says 500", response.text)
        self.assertFalse(self._jobs())

    def test_typed_text_comes_back_escaped(self):
        self._log_in(self.member_user)
        evil = '"><script>alert(1)</script></textarea>'
        response = self._post(self.url, {"name": "", "description": evil, "key": evil})
        self.assertNotIn("<script>alert(1)", response.text)

    def test_too_many_files_are_refused_in_one_sentence(self):
        self._log_in(self.member_user)
        files = [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(MAX_FILES + 1)]
        response = self._post(self.url, VALUES, files)
        self.assertIn(f"at most {MAX_FILES} files", response.text)
        self.assertIn("choose your files again", response.text)
        self.assertFalse(self._jobs())

    def test_a_form_without_its_token_is_refused(self):
        self._log_in(self.member_user)
        self.assertTokenRequired(self.url, VALUES)
        self.assertFalse(self._jobs())

    def test_a_visit_makes_no_job(self):
        self._log_in(self.member_user)
        self._page(f"{self.url}?name=Sneaky&description=x")
        self.assertFalse(self._jobs())

    def test_a_contact_without_the_role_makes_none(self):
        self._log_in(self.looker_user)
        self.assertIn("not authorised to request support", self._text(self.url))
        response = self._post(self.url, VALUES)
        self.assertEqual(response.status_code, 200)
        self.assertIn("not authorised to request support", response.text)
        self.assertFalse(self._jobs())

    def test_strangers_make_none(self):
        self.assertClosed(self.url)
        self.assertClosed(self.url, method="POST", users=self.strangers)
        self.assertFalse(self._jobs())

    def test_a_forged_account_in_the_form_changes_nothing(self):
        self._log_in(self.member_user)
        self._post(
            self.url,
            VALUES
            | {
                "account_id": str(self.other_account.id),
                "project_id": "1",
                "jobtrack_requester_id": str(self.approver.id),
            },
        )
        job = self._jobs()
        self.assertEqual(job.jobtrack_account_id, self.account)
        self.assertEqual(job.jobtrack_requester_id, self.member)

    # === THE MODEL === #

    def _request(self, **values):
        account = self.account.with_user(self.member_user)
        files = values.pop("files", ())
        return account._create_request(self.member, VALUES | values, files)

    def test_the_model_refuses_what_the_account_does_not_allow(self):
        self.account.credit_limit = 0
        with self.assertRaisesRegex(UserError, "buy hours first"):
            self._request()
        self.account._grant_hours(1)
        self.assertTrue(self._request())

    def test_a_form_that_arrives_twice_at_once_is_tried_again(self):
        self._request()
        nothing = self.env["project.task"]
        with (
            mute_logger("odoo.sql_db"),
            patch.object(type(self.account), "_request_made_before", return_value=nothing),
            self.assertRaises(ConcurrencyError),
        ):
            self._request()
        self.assertEqual(len(self._jobs()), 1)

    def test_the_model_refuses_a_paused_account(self):
        with freeze_time("2026-01-05 10:00:00"):
            self._do_job(2)
        with freeze_time("2026-01-08 10:00:00"):
            self._run("2026-01-08").statement_ids.invoice_id.invoice_date_due = "2026-01-20"
        with self.assertRaisesRegex(UserError, "overdue"):
            self._request()

    def test_the_model_refuses_other_people(self):
        for partner in (self.other, self.former, self.colleague, self.looker):
            with self.assertRaisesRegex(UserError, "not authorised"):
                self.account._create_request(partner, VALUES)

    def test_the_model_checks_what_is_typed(self):
        for values, sentence in (
            ({"name": ""}, "title"),
            ({"name": "x" * 201}, "at most 200"),
            ({"priority": "3"}, "priorities"),
            ({"files": [("f", b"x" * (MAX_MEGABYTES * 1024 * 1024 + 1))]}, "larger than"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                self._request(**values)
        self.assertFalse(self._jobs())

    def test_a_request_has_nobody_assigned_and_follows_its_account(self):
        job = self._request().sudo()
        self.assertFalse(job.user_ids)
        self.assertEqual(job.partner_id, self.client_company)
        self.assertEqual(job.company_id, self.company)
