from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.jobtrack_assignment_mail import OFFER_SCOPE
from .link_common import SignedLinkCommon
from .mail_common import mail_head
from .test_offers import OfferCommon


@tagged("post_install", "-at_install", "security")
class TestOfferLinks(SignedLinkCommon, OfferCommon):
    """The link in an offer's mail: shown on GET, answered on POST, worth nothing in other hands."""

    answers = ("accept", "reject", "counter")

    def setUp(self):
        super().setUp()
        self.soon = fields.Datetime.now().replace(second=0, microsecond=0) + timedelta(days=2)
        self.offer = self._offer(deadline=self.soon)
        self._open(self.offer._offer_url())

    def _state(self):
        self.env.invalidate_all()
        return self.offer.state

    def test_the_mail_carries_the_link_and_history_does_not(self):
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search(
                [("recipient_ids", "in", self.employee_user.partner_id.ids)],
                order="id desc",
                limit=1,
            )
        )
        self.assertIn("/jobtrack/offer/", mail.body_html)
        self.assertEqual(mail_head(mail), self.job.display_name)
        self.assertNotIn("/jobtrack/offer/", " ".join(self.job.message_ids.mapped("body")))

    def test_looking_changes_nothing(self):
        for _press in range(2):
            response = self.url_open(self.url)
            self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("Propose another time", response.text)
        self.assertEqual(self._state(), "offered")

    def test_accepting_by_link(self):
        self.assertIn("You have accepted this job", self._post("accept").text)
        self.assertEqual(self._state(), "accepted")
        self.assertEqual(self.job.user_ids, self.employee_user)
        self.assertEqual(self.job.message_ids[0].author_id, self.employee_user.partner_id)

    def test_rejecting_by_link_needs_a_reason(self):
        self.assertIn("Please say why", self._post("reject", reason=" ").text)
        self.assertEqual(self._state(), "offered")
        self.assertIn("You have rejected", self._post("reject", reason="<b>No</b> time").text)
        self.assertEqual(self._state(), "rejected")
        self.assertIn("&lt;b&gt;No&lt;/b&gt; time", self.url_open(self.url).text)

    def test_proposing_by_the_clock_of_the_person(self):
        self.employee_user.tz = "Asia/Tokyo"
        later = self.soon + timedelta(days=3)
        typed = (later + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
        self.assertIn("date and a time", self._post("counter", reason="x", deadline="soon").text)
        self.assertIn("propose a date", self._post("counter", reason="Later").text)
        self.assertEqual(self._state(), "offered")
        self._post("counter", reason="Later please", deadline=typed)
        self.assertEqual(self._state(), "countered")
        self.assertEqual(self.offer.counter_deadline, later)

    @mute_logger("odoo.http")
    def test_scanners_are_refused(self):
        self.assertScannersRefused()
        self.assertEqual(self._state(), "offered")

    def test_links_that_are_not_valid(self):
        self.assertBrokenNotValid()
        for scope, payload in (
            ("jobtrack-consent", [self.offer.id, self.employee_user.id, self.offer.round]),
            (OFFER_SCOPE, [self.offer.id, self.other_user.id, self.offer.round]),
            (OFFER_SCOPE, [self.offer.id, self.employee_user.id, self.offer.round + 1]),
            (OFFER_SCOPE, [self.offer.id]),
        ):
            self.assertNotValid(self._forge(scope, payload))
        self.assertEqual(self._state(), "offered")

    def test_a_link_dies_with_the_job_of_its_person(self):
        self.employee_user.write(
            {"group_ids": [(3, self.env.ref("jobtrack_support.group_technician").id)]}
        )
        self.assertNotValid(self.url)

    def test_a_link_expires(self):
        token = self.url.rsplit("/", 1)[1]
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            self.assertFalse(self.env["jobtrack.assignment"]._from_offer_token(token))
