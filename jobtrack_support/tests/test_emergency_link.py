from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.jobtrack_on_call import SCOPE
from .common import JobtrackCommon
from .link_common import SignedLinkCommon


@tagged("post_install", "-at_install", "security")
class TestEmergencyLink(SignedLinkCommon, JobtrackCommon):
    """The link in the mail to the person on call: shown on GET, taken on POST, worth nothing in other hands (B3)."""

    answers = ("take",)

    def setUp(self):
        super().setUp()
        self.ann = self._make_user("anna", "jobtrack_support.group_technician")
        self.bob = self._make_user("bob", "jobtrack_support.group_technician")
        now = fields.Datetime.now()
        self.env["jobtrack.on.call.shift"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "rank": rank,
                    "date_start": now - timedelta(hours=1),
                    "date_end": now + timedelta(hours=8),
                }
                for rank, user in ((1, self.ann), (2, self.bob))
            ]
        )
        self.job = self._make_job("All is down", jobtrack_is_emergency=True)
        self.alert = self.job.jobtrack_alert_ids
        self._open(self.alert._confirm_url())

    def _take(self, url=None):
        return self._post("take", url)

    def _taken_by(self):
        self.env.invalidate_all()
        return self.job.jobtrack_emergency_user_id

    def _alert_of(self, user):
        self.job._jobtrack_tell_on_call(user, fields.Datetime.now())
        return self.job.jobtrack_alert_ids.filtered(lambda alert: alert.user_id == user)

    def test_the_mail_carries_the_link_and_no_record_keeps_it(self):
        domain = [
            ("recipient_ids", "in", self.ann.partner_id.ids),
            ("subject", "like", "EMERGENCY"),
        ]
        mail = self.env["mail.mail"].sudo().search(domain)
        self.assertEqual(len(mail), 1)
        self.assertIn("/jobtrack/emergency/", mail.body_html)
        self.assertFalse(mail.res_id)
        history = " ".join(self.job.message_ids.mapped("body"))
        self.assertNotIn("/jobtrack/emergency/", history)

    def test_looking_changes_nothing(self):
        response = self.url_open(self.url)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        for words in ("All is down", "Max Member", "I Take It"):
            self.assertIn(words, response.text)
        self.assertFalse(self._taken_by())

    def test_the_person_takes_it_and_again_changes_nothing(self):
        self.assertIn("You have taken this emergency", self._take().text)
        self.assertEqual(self._taken_by(), self.ann)
        self.assertIn(self.ann, self.job.user_ids)
        self.assertTrue(self.alert.date_confirmed)
        confirmed = self.job.jobtrack_emergency_confirmed
        self.assertIn("You have taken this emergency", self._take().text)
        self.assertEqual(self.job.jobtrack_emergency_confirmed, confirmed)
        self.assertNotIn("I Take It", self.url_open(self.url).text)
        self.assertEqual(len(self.job.jobtrack_alert_ids), 1, "nobody else is told")

    def test_who_comes_second_reads_who_has_it(self):
        bobs = self._alert_of(self.bob)._confirm_url()
        self._take()
        for page in (self.url_open(bobs), self._take(bobs)):
            self.assertIn("Anna has taken this emergency", page.text)
            self.assertNotIn("I Take It", page.text)
        self.assertEqual(self._taken_by(), self.ann)

    def test_a_job_that_is_no_emergency_any_more(self):
        self.job.jobtrack_is_emergency = False
        self.assertIn("no emergency any more", self._take().text)
        self.assertFalse(self._taken_by())

    def test_who_is_signed_in_as_somebody_else_is_told_whose_link_it_is(self):
        self.authenticate(self.bob.login, f"{self.bob.login}-{self.bob.login}")
        page = self.url_open(self.url)
        self.assertIn("This link was sent to Anna", page.text)
        with self.assertRaisesRegex(UserError, "sent to Anna"):
            self.alert._confirm(self.bob)
        self.assertFalse(self._taken_by())

    @mute_logger("odoo.http")
    def test_scanners_and_forms_from_elsewhere_are_refused(self):
        self.assertScannersRefused()
        self.assertFalse(self._taken_by())

    def test_links_that_are_not_valid(self):
        self.assertBrokenNotValid()
        for scope, payload in (
            ("jobtrack-offer", [self.alert.id, self.ann.id]),
            (SCOPE, [self.alert.id, self.bob.id]),
            (SCOPE, [self.alert.id]),
            (SCOPE, "x"),
        ):
            self.assertNotValid(self._forge(scope, payload))
        self.assertFalse(self._taken_by())

    def test_a_link_expires(self):
        alerts = self.env["jobtrack.on.call.alert"]
        token = self.url.rsplit("/", 1)[1]
        self.assertEqual(alerts._from_confirm_token(token), self.alert)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.assertFalse(alerts._from_confirm_token(token))

    def test_a_link_dies_with_the_role_the_company_and_the_login_of_its_person(self):
        other = self._make_company("Another Host")
        group = self.env.ref("jobtrack_support.group_technician")
        for values in (
            {"group_ids": [Command.unlink(group.id)]},
            {"company_ids": [Command.set(other.ids)], "company_id": other.id},
            {"active": False},
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.ann.write(values)
                token = self.url.rsplit("/", 1)[1]
                self.assertFalse(self.env["jobtrack.on.call.alert"]._from_confirm_token(token))
                savepoint.rollback()
