from datetime import datetime

from freezegun import freeze_time
from odoo.tests import tagged

from ..tools import mail_table
from .common import JobtrackCommon

NOW = "2026-03-17 10:00:00"  # 14 days before the quarter ends
DAY = "2026-03-10"

# Max requests, Ann approves, Pia sees money, Bob buys; Mia is the main contact and holds none of these roles.
# Mail (its template) -> how its subject begins, who gets it. How a mail is told follows from its row of the table.
TABLE = {
    "received": ("We have your request", "Max Mia"),
    "question": ("Question: ", "Max Mia"),
    "answer": ("Answer: ", "Max Ann Mia"),
    "estimate": ("Please approve 2:00 h", "Ann"),
    "estimates": ("Please approve 2 estimates", "Ann"),
    "estimate_copy": ("Estimate of 2:00 h", "Max Mia"),
    "reminder": ("Still waiting", "Ann"),
    "told": ("You approved by phone", "Ann"),
    "decided": ("Approved: ", "Max Ann Mia"),
    "ended": ("Expired: ", "Max Ann Mia"),
    "scheduled": ("Work with Tess", "Max Mia"),
    "note": ("Status: ", "Max Mia"),
    "done": ("Done: ", "Max Ann Mia"),
    "prebill": ("Your bill of", "Pia"),
    "statement": ("Billing statement", "Pia"),
    "failed_charge": ("Payment failed", "Pia"),
    "dispute_decided": ("Your dispute", "Max Pia Mia"),
    "bill_copy": ("For your information", "Mia"),
    "low_hours": ("Support hours run low", "Pia Bob Mia"),
    "low_credit": ("Credit runs low", "Pia Bob Mia"),
    "hours_expire": ("10:00 h of Client shop expire on", "Pia Bob Mia"),
    "renewal": ("Support hours of Client shop for", "Pia Bob Mia"),
    "standing_order": ("Your standing order", "Pia Bob Mia"),
    "hold": ("On hold: ", "Max Ann Pia Bob Mia"),
    "draft": ("Re: The shop is down", "Max Mia"),
    "limits": ("Limits changed", "Ann Mia"),
}
# Templates of other people than clients' contacts, and the daily mail that gathers the rows which may wait.
OTHERS = {"offer", "emergency", "redirect", "digest"}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMailRows(JobtrackCommon):
    """Every mail of the table: who gets it, what it says to whom, and that mute and digest hold where they may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ann = cls.account._contact_of(cls.approver)
        ann.write({"may_see_money": False, "may_buy": False, "may_manage_team": True})
        for name, roles in (
            ("Pia Payer", {"may_see_money": True}),
            ("Bob Buyer", {"may_buy": True}),
            ("Mia Main", {}),
        ):
            person = cls._make_person(name)
            contact = cls._make_contact(cls.account, person, **{"may_request": False, **roles})
        cls.account.main_contact_id = contact
        cls.contacts = cls.account.contact_ids
        cls.account.credit_limit = 1000
        cls.company.jobtrack_emergency_phone = "+1 555 0911"

    # === WHAT IS ASSERTED === #

    def _story(self, mail):
        """Let happen what the mail is about; return the mails of its subject that were written."""
        words, _people = TABLE[mail]
        before = self.env["mail.mail"].sudo().search([])
        getattr(self, f"_tell_{mail}")()
        new = self.env["mail.mail"].sudo().search([]) - before
        return new.filtered(lambda found: (found.subject or "").startswith(words))

    def _names(self, people):
        return sorted(name.split()[0] for name in people.mapped("name"))

    def assertTold(self, mails, expected):
        self.assertEqual(len(mails.recipient_ids), len(mails), "one mail to each person")
        self.assertEqual(self._names(mails.recipient_ids), expected)

    def assertDelivered(self, mail):
        """Assert who gets the mail, one each, and that amounts are for people who may see them."""
        mails = self._story(mail)
        self.assertTold(mails, sorted(TABLE[mail][1].split()))
        may_mute = mail_table.MAILS[mail] in mail_table.MAY_MUTE
        for found in mails:
            contact = self.account._contact_of(found.recipient_ids)
            body = found.body_html
            self.assertEqual("/jobtrack/mail/" in body, may_mute, "the way to mute it")
            self.assertIn("+1 555 0911", body, "the emergency phone stands on every mail (B3)")
            if not (contact.may_see_money or contact.may_approve or contact.may_buy):
                self.assertNotIn("$", body, f"no amounts for {contact.name}")
                self.assertNotRegex(body, r"/jobtrack/consents?/", "no link to decide")

    def assertMuteAndDigest(self, mail):
        """Assert that people who muted everything, or want one mail a day, get the mail as its row says."""
        may_mute = mail_table.MAILS[mail] in mail_table.MAY_MUTE
        everybody = sorted(TABLE[mail][1].split())
        self.contacts.write({f"mute_{event}": True for event in mail_table.MAY_MUTE})
        with self.env.cr.savepoint() as savepoint:
            self.assertTold(self._story(mail), [] if may_mute else everybody)
            savepoint.rollback()
        self.env.invalidate_all()
        self.contacts.write({f"mute_{event}": False for event in mail_table.MAY_MUTE})
        self.contacts.mail_digest = True
        self.assertTold(self._story(mail), [] if may_mute else everybody)
        words = TABLE[mail][0]
        waiting = self.env["jobtrack.mail.digest"].sudo().search([("name", "=like", f"{words}%")])
        self.assertEqual(self._names(waiting.partner_id), everybody if may_mute else [])

    # === THE TABLE ITSELF === #

    def test_every_mail_has_a_template_people_and_a_story(self):
        templates = self.env["ir.model.data"].search(
            [("module", "=", "jobtrack_support"), ("model", "=", "mail.template")]
        )
        prefix = mail_table.PREFIX.split(".")[1]
        names = {name.removeprefix(prefix) for name in templates.mapped("name")}
        self.assertEqual(names - OTHERS, set(mail_table.MAILS), "templates and mails of the table")
        self.assertEqual(set(TABLE), set(mail_table.MAILS), "mails with people")
        for mail in mail_table.MAILS:
            self.assertTrue(hasattr(self, f"_tell_{mail}"), f"{mail} has no story")
        self.assertEqual(set(mail_table.MAILS.values()), set(mail_table.EVENTS), "rows with mails")

    def test_a_mail_of_no_row_or_of_another_is_not_sent(self):
        for template, event in (("offer", None), ("done", "received"), ("nothing", "hours")):
            with self.subTest(template), self.assertRaisesRegex(ValueError, "no mail of the row"):
                self.contacts._tell(mail_table.PREFIX + template, self.account, event)

    # === MONEY === #

    def _mails(self, words):
        mails = self.env["mail.mail"].sudo().search([], order="id")
        return mails.filtered(lambda mail: (mail.subject or "").startswith(words))

    def test_the_main_contact_hears_of_every_bill_without_its_amounts(self):
        for tell in (self._tell_prebill, self._tell_failed_charge, self._tell_statement):
            with self.subTest(tell.__name__):
                before = self._mails("For your information")
                tell()
                copy = self._mails("For your information") - before
                self.assertEqual(self._names(copy.recipient_ids), ["Mia"])
                self.assertIn("Pia Payer", copy.body_html)
                self.assertFalse(copy.attachment_ids, "the PDF holds amounts")

    def test_a_main_contact_who_sees_money_gets_the_bill_itself(self):
        self.account.main_contact_id.may_see_money = True
        self._tell_statement()
        self.assertFalse(self._mails("For your information"))
        mails = self._mails("Billing statement")
        self.assertEqual(self._names(mails.recipient_ids), ["Mia", "Pia"])
        self.assertIn("/my/invoices/", mails[0].body_html)

    def test_a_charge_that_failed_is_told_once_and_says_why(self):
        transaction = self._failed_charge()
        transaction._set_error("The card was refused")
        mail = self._mails("Payment failed")
        self.assertEqual(len(mail), 1)
        for words in ("The card was refused", "$", "/my/invoices/"):
            self.assertIn(words, mail.body_html)
        self.assertFalse(mail.res_id)

    def test_who_cancels_a_payment_knows_and_who_was_not_there_is_told(self):
        for operation, told in (("online_redirect", 0), ("offline", 1)):
            with self.subTest(operation), self.env.cr.savepoint() as savepoint:
                transaction = self._charge(operation)
                transaction._set_canceled("Refused by the bank")
                self.assertEqual(len(self._mails("Payment failed")), told)
                savepoint.rollback()

    def test_a_charge_of_two_projects_shows_its_sum_to_who_sees_both(self):
        other = self._make_account("Second shop")
        both = self._make_person("Bea Both")
        for account in (self.account, other):
            self._make_contact(account, both, may_see_money=True)
        transaction = self._charge("offline")
        transaction.invoice_ids = self._sell_plan(account=other).invoice_ids
        transaction._set_error("Refused")
        mails = self._mails("Payment failed")
        by_name = {mail.recipient_ids.name: mail.body_html for mail in mails}
        self.assertEqual(sorted(by_name), ["Bea Both", "Pia Payer"])
        self.assertIn("$", by_name["Bea Both"])
        self.assertNotIn("$", by_name["Pia Payer"])
        self.assertIn("Client shop, Second shop", by_name["Pia Payer"])

    def test_a_charge_that_is_not_for_support_tells_nobody(self):
        transaction = self._charge("offline")
        transaction.sale_order_ids = False
        transaction._set_error("Refused")
        self.assertFalse(self._mails("Payment failed"))

    def test_low_credit_is_told_once_until_there_is_more(self):
        self._approve(self._make_job(), 16)
        self.account._notify_low_credit()
        self.assertFalse(self._mails("Credit runs low"), "a fifth is left")
        self._approve(self._make_job(), 1)
        for _day in range(2):
            self.account._look_after()
        mails = self._mails("Credit runs low")
        self.assertEqual(len(mails), 3)
        bodies = {mail.recipient_ids.name: mail.body_html for mail in mails}
        self.assertIn("150.00", bodies["Pia Payer"])
        self.assertNotIn("150.00", bodies["Bob Buyer"])
        self.assertIn(f"/my/support/{self.account.id}/buy", bodies["Bob Buyer"])
        self.account.credit_limit = 2000
        self.account._notify_low_credit()
        self.assertFalse(self.account.low_credit_told)
        self.company.jobtrack_low_credit_percent = 100
        self.account._notify_low_credit()
        self.assertEqual(len(self._mails("Credit runs low")), 6)

    # === STORIES === #

    def _one_estimate(self, **values):
        job = self._make_job(**values)
        order = self._make_estimate(job, 2)
        order.action_send()
        return order

    def _tell_received(self):
        self._make_job(jobtrack_channel="phone")

    def _tell_question(self):
        self._make_job()._jobtrack_ask("Which shop?")

    def _tell_answer(self):
        order = self._one_estimate()
        order._ask(self.member, "Is the hosting included?")
        order.action_answer_question("Yes.")

    def _tell_estimate(self):
        self._one_estimate()

    _tell_estimate_copy = _tell_estimate

    def _tell_estimates(self):
        orders = self.env["jobtrack.work.order"]
        for name in ("One", "Two"):
            orders |= self._make_estimate(self._make_job(name), 2)
        orders.action_send_together()

    def _tell_reminder(self):
        self._one_estimate()._remind()

    def _tell_told(self):
        order = self._one_estimate()
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        ann = self.account._contact_of(self.approver)
        order.with_user(dora)._record_told("approved", ann, datetime(2026, 3, 17, 10))

    def _tell_decided(self):
        self._one_estimate()._decide("approved", self.approver, "portal")

    def _tell_ended(self):
        self._one_estimate()._expire()

    def _tell_scheduled(self):
        job = self._approve(self._make_job(), 2).task_id
        self.env["calendar.event"].create(
            {
                "jobtrack_job_id": job.id,
                "jobtrack_slot_kind": "work",
                "user_id": self.employee_user.id,
                "start": datetime(2026, 3, 18, 9),
                "duration": 1,
            }
        )

    def _tell_note(self):
        kind = self.env["jobtrack.note.kind"].search([("name", "=", "Status")], limit=1)
        self.env["jobtrack.note"].create(
            {
                "task_id": self._make_job().id,
                "kind_id": kind.id,
                "text": "Half of it works.",
                "is_for_client": True,
            }
        )

    def _tell_done(self):
        self._do_job(1, date=DAY)

    def _tell_prebill(self):
        self._do_job(1, date=DAY)
        notices = self.env["jobtrack.prebill.notice"]
        with freeze_time("2026-03-20 10:00:00"):
            for company, date in notices._open_windows():
                if company == self.company:
                    for partner, accounts in notices._people_to_tell(company, date).items():
                        notices._tell(company, date, partner, accounts)
                    notices._tell_copies(company, date)

    def _tell_statement(self):
        self._do_job(1, date=DAY)
        with freeze_time("2026-03-21 10:00:00"):
            self._run("2026-03-21").statement_ids._send_mail()

    _tell_bill_copy = _tell_statement

    def _tell_failed_charge(self):
        self._failed_charge()

    def _failed_charge(self):
        """Let a charge of a plan's invoice be refused by the payment provider."""
        transaction = self._charge("offline")
        transaction._set_error("The card was refused")
        return transaction

    def _charge(self, operation):
        """Return a payment of a plan's invoice that has begun."""
        return self._pay_by_card(self._sell_plan(), operation)

    def _tell_dispute_decided(self):
        job = self._do_job(1, date=DAY)
        job._jobtrack_dispute(self.member, "Too many hours")
        job._jobtrack_decide_dispute("bill", "It took that long.", None)

    def _tell_low_hours(self):
        self.account._grant_hours(1, reason="Gift")
        self.account._notify_low()

    def _tell_low_credit(self):
        self._approve(self._make_job(), 17)
        self.account._notify_low_credit()

    def _tell_hours_expire(self):
        with freeze_time("2026-02-02 10:00:00"):
            self.account._grant_hours(10, 40, None, "2026-03-31", "Quarter")
        self.account._notify_expiry()

    def _buy(self):
        self._pay(self._sell_plan().invoice_ids)

    def _tell_renewal(self):
        self._buy()
        self.account._renew()

    def _tell_standing_order(self):
        plan = self.env.ref("jobtrack_support.plan_40").product_variant_id
        self.account.write({"standing_plan_id": plan.id, "standing_hours": 25})
        self.account._renew()

    def _tell_hold(self):
        self._approve(self._make_job(), 2)
        self.account.credit_limit = 0
        self.account._refresh_holds()

    def _tell_draft(self):
        self.account.credit_limit = 0
        draft = self.env["jobtrack.draft.request"].create(
            {
                "name": "The shop is down",
                "jobtrack_account_id": self.account.id,
                "partner_id": self.member.id,
                "company_id": self.company.id,
            }
        )
        draft._answer(False)

    def _tell_limits(self):
        self.account.write({"task_limit_hours": 3, "login_amount": 500})


def _test_of(mail, method):
    def test(self):
        getattr(self, method)(mail)

    return test


for _mail in TABLE:
    setattr(TestMailRows, f"test_{_mail}_reaches_its_people", _test_of(_mail, "assertDelivered"))
    setattr(TestMailRows, f"test_{_mail}_muted_or_daily", _test_of(_mail, "assertMuteAndDigest"))
