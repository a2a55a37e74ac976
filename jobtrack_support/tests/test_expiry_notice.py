from freezegun import freeze_time
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-02 10:00:00")
class TestExpiryNotice(JobtrackCommon):
    """Who sees money or buys hears of hours before they lapse: once per notice, and only of what would lapse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.account._grant_hours(10, 40, None, "2026-03-31", "Quarter")
        cls.buyer = cls._make_person("Bob Buyer")
        cls._make_contact(cls.account, cls.buyer, may_buy=True)

    def _care(self, day):
        """Return the notices that the daily care of a day sends, by person."""
        mails = self.env["mail.mail"]
        before = mails.search([])
        with freeze_time(f"{day} 03:00:00"):
            self.account._look_after()
        new = mails.search([]) - before
        self.assertTrue(all(len(mail.recipient_ids) == 1 for mail in new))
        return {mail.recipient_ids: mail for mail in new if "expire" in mail.subject}

    def test_notices_go_to_those_who_see_money_or_buy_and_to_nobody_else(self):
        self.assertEqual(set(self._care("2026-03-01")), {self.approver, self.buyer})

    def test_only_who_sees_money_reads_the_value(self):
        mails = self._care("2026-03-01")
        self.assertIn("10:00", mails[self.buyer].body_html)
        self.assertIn("400.00", mails[self.approver].body_html)
        self.assertNotIn("400.00", mails[self.buyer].body_html)

    def test_each_notice_comes_once_and_is_made_up_for_after_a_missed_day(self):
        sent = {}
        for day in (
            "02-28",
            "03-01",
            "03-01",
            "03-02",
            "03-18",
            "03-19",
            "03-24",
            "03-24",
            "03-29",
            "03-31",
        ):
            mails = self._care(f"2026-{day}")
            sent[day] = sent.get(day, 0) + len(mails)
        self.assertEqual(
            {day: count for day, count in sent.items() if count},
            {"03-01": 2, "03-18": 2, "03-24": 2, "03-29": 2},
        )

    def test_packs_that_end_on_the_same_day_make_one_mail(self):
        self.account._grant_hours(5, 20, None, "2026-03-31", "Another")
        mails = self._care("2026-03-01")
        self.assertIn("15:00 h", mails[self.buyer].subject)
        self.assertFalse(self._care("2026-03-02"))

    def test_hours_that_roll_over_or_are_earned_alarm_nobody(self):
        self._approve(self._make_job(), 6)
        job = self._make_job()
        self._approve(job, 4)
        self._log(job, 4, date="2026-02-20")
        self.assertFalse(self._care("2026-03-01"))

    def test_hours_reserved_for_a_job_that_waits_for_the_client_are_counted(self):
        job = self._make_job()
        self._approve(job, 10)
        self.assertFalse(self._care("2026-03-01"))
        job.action_jobtrack_hold()
        self.assertIn("10:00 h", self._care("2026-03-02")[self.buyer].subject)

    def test_the_clients_own_parked_jobs_that_fit_are_named(self):
        kind = self.env["jobtrack.job.type"].create({"name": "Big", "default_hours": 30})
        self._make_job("Too large an idea", jobtrack_job_type_id=kind.id)
        declined = self._make_job("A fine idea")
        order = self._make_estimate(declined, 3)
        order.action_send()
        order.action_decline("Later perhaps")
        body = self._care("2026-03-01")[self.buyer].body_html
        self.assertIn("A fine idea", body)
        self.assertIn(declined.jobtrack_reference, body)
        self.assertNotIn("Too large an idea", body)

    def test_a_purchase_of_the_last_days_is_not_announced_the_next_morning(self):
        with freeze_time("2026-03-20 10:00:00"):
            fresh = self.account._grant_hours(5, 20, None, "2026-04-03", "Fresh")
        self._care("2026-03-21")
        self.assertFalse(fresh.expiry_notice_days)
        self._care("2026-03-27")
        self.assertEqual(fresh.expiry_notice_days, 7)

    def test_an_extended_pack_is_announced_anew(self):
        self._care("2026-03-01")
        with freeze_time("2026-03-02 10:00:00"):
            self.pack._extend("2026-04-30", "Agreed")
        self.assertFalse(self._care("2026-03-30"))
        self.assertEqual(len(self._care("2026-03-31")), 2)

    def test_the_notice_is_written_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.buyer.lang = "de_DE"
        template = self.env.ref("jobtrack_support.mail_template_hours_expire")
        template.with_context(lang="de_DE").subject = "Stunden: expire {{ object.name }}"
        mails = self._care("2026-03-01")
        self.assertIn("Stunden", mails[self.buyer].subject)
        self.assertNotIn("Stunden", mails[self.approver].subject)

    def test_an_archived_account_is_left_alone(self):
        self.account.active = False
        self.assertFalse(self._care("2026-03-01"))
