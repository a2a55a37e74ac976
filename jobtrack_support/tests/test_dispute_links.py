from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from ..models.jobtrack_job_dispute import DISPUTE_SCOPE
from ..models.jobtrack_prebill_notice import UPCOMING_SCOPE
from .link_common import SignedLinkCommon
from .test_dispute import DisputeCommon


@tagged("post_install", "-at_install", "security")
class TestDisputeLinks(SignedLinkCommon, DisputeCommon):
    """The links in delivery mails and notices: shown on GET, done on POST, worth nothing in other hands."""

    answers = ("send", "withdraw")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job.name = "<b>Shop</b> & more"

    def setUp(self):
        super().setUp()
        self._open(self.job._jobtrack_dispute_url(self.approver))

    def _is_disputed(self):
        self.env.invalidate_all()
        return self.job.jobtrack_disputed

    def test_looking_changes_nothing_however_often(self):
        for _press in range(3):
            response = self.url_open(self.url)
            self.assertEqual(response.status_code, 200)
        self.assertFalse(self._is_disputed())
        self.assertIn("&lt;b&gt;Shop&lt;/b&gt; &amp; more", response.text)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    @mute_logger("odoo.http")
    def test_a_scanner_that_presses_the_addresses_is_refused(self):
        self.assertScannersRefused()
        self.assertFalse(self._is_disputed())

    def test_disputing_by_link_and_withdrawing(self):
        response = self._post("send", reason="<i>Too</i> many")
        self.assertIn("kept out of the bill until we have answered", response.text)
        self.assertIn("&lt;i&gt;Too&lt;/i&gt; many", response.text)
        self.assertTrue(self._is_disputed())
        self.assertEqual(self.job.jobtrack_disputed_by_id, self.approver)
        again = self.url_open(self.url)
        self.assertIn("Disputed by Ann Approver", again.text)
        self.assertNotIn("Dispute This Job", again.text)
        response = self._post("withdraw")
        self.assertIn("billed with the next run", response.text)
        self.assertFalse(self._is_disputed())

    def test_a_reason_is_required(self):
        self.assertIn("Please say what is wrong", self._post("send", reason=" ").text)
        self.assertFalse(self._is_disputed())

    def test_a_billed_job_takes_a_request_for_a_correction(self):
        day = self.job._jobtrack_billing_date()
        with freeze_time(f"{day} 10:00:00"):
            self._run(day)
        self.assertIn("This job was billed on", self.url_open(self.url).text)
        response = self._post("send", reason="Too many")
        self.assertIn("passed your words on", response.text)
        self.assertFalse(self._is_disputed())
        self.assertIn("Too many", self.job.message_ids[0].body)
        self.assertEqual(self.job.message_ids[0].author_id, self.approver)

    def test_the_answer_stands_on_the_page(self):
        self.job._jobtrack_dispute(self.approver, "Too many")
        self._decide("bill", "The cables were worse.")
        page = self.url_open(self.url).text
        self.assertIn("This dispute was decided on", page)
        self.assertIn("The cables were worse.", page)
        self.assertIn("Ask for a Correction", page)

    def test_amounts_are_for_those_who_see_money(self):
        self.account._contact_of(self.member).may_approve = True
        self.assertIn("To pay, before taxes", self.url_open(self.url).text)
        page = self.url_open(self.job._jobtrack_dispute_url(self.member)).text
        self.assertNotIn("To pay", page)
        self.assertIn("From packs", page)

    def assertUntouched(self):
        self.assertFalse(self._is_disputed())

    def test_garbage_is_not_valid(self):
        self.assertBrokenNotValid()

    def test_links_die_with_the_role_and_the_account(self):
        contact = self.account._contact_of(self.approver)
        contact.write({"may_approve": False, "may_see_money": False})
        self.assertNotValid(self.url)
        contact.may_approve = True
        self.assertEqual(self.url_open(self.url).status_code, 200)
        contact.active = False
        self.assertNotValid(self.url)
        contact.active = True
        self.account.active = False
        self.assertNotValid(self.url)

    def test_a_link_to_somebody_without_the_role_is_not_valid(self):
        looker = self._make_person("Lou Looker")
        self._make_contact(self.account, looker)
        stranger = self._make_person("Sam Stranger")
        for person in (looker, stranger):
            self.assertNotValid(self.job._jobtrack_dispute_url(person))

    def test_a_link_expires(self):
        token = self.url.rsplit("/", 1)[1]
        with freeze_time(fields.Datetime.now() + timedelta(days=61)):
            job, partner = self.env["project.task"]._jobtrack_from_dispute_token(token)
        self.assertFalse(job or partner)

    def test_a_token_of_another_kind_opens_nothing(self):
        other = hash_sign(
            self.env(su=True),
            "jobtrack-consent",
            [self.job.id, self.approver.id],
            expiration_hours=24,
        )
        self.assertNotValid(f"{self.url.rsplit('/', 1)[0]}/{other}")
        own = hash_sign(
            self.env(su=True),
            DISPUTE_SCOPE,
            [self.company.id, self.approver.id],
            expiration_hours=24,
        )
        self.assertEqual(self.url_open(f"/jobtrack/upcoming/{own}").status_code, 404)

    # === THE COMING BILL === #

    def _upcoming(self, partner):
        return self.env["jobtrack.prebill.notice"]._upcoming_url(self.company, partner)

    def test_the_coming_bill_leads_to_each_job(self):
        self.other_job._jobtrack_dispute(self.approver, "Not this one")
        page = self.url_open(self._upcoming(self.approver))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("&lt;b&gt;Shop&lt;/b&gt; &amp; more", page.text)
        self.assertIn("Disputed and kept out of this bill", page.text)
        link = page.text.split("/jobtrack/dispute/")[1].split('"')[0]
        job, partner = self.env["project.task"]._jobtrack_from_dispute_token(link)
        self.assertEqual((job, partner), (self.job, self.approver))

    def test_the_coming_bill_shows_only_accounts_on_which_the_person_sees_money(self):
        hidden = self._make_account("Hidden shop")
        self._make_contact(hidden, self.approver, may_approve=True)
        self._do_job(1, account=hidden, name="Hidden work")
        page = self.url_open(self._upcoming(self.approver)).text
        self.assertNotIn("Hidden", page)

    def test_nobody_else_sees_it(self):
        token = self._upcoming(self.approver).rsplit("/", 1)[1]
        for url in (
            self._upcoming(self.member),
            f"/jobtrack/upcoming/{token[:-4]}",
            "/jobtrack/upcoming/x",
        ):
            self.assertEqual(self.url_open(url).status_code, 404)
        with freeze_time(fields.Datetime.now() + timedelta(days=41)):
            accounts, _partner = self.env["jobtrack.prebill.notice"]._from_upcoming_token(token)
        self.assertFalse(accounts)
        self.account._contact_of(self.approver).may_see_money = False
        self.assertEqual(self.url_open(self._upcoming(self.approver)).status_code, 404)
        self.assertEqual(UPCOMING_SCOPE, "jobtrack-upcoming")
