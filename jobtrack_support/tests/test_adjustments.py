from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestAdjustments(JobtrackCommon):
    """Hours moved by hand have a reason, and above a number of hours a second person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls._make_user("bill", "jobtrack_support.group_billing")
        cls.bella = cls._make_user("bella", "jobtrack_support.group_billing")
        cls._pay(cls._sell_plan().invoice_ids)
        cls.pack = cls.account.pack_ids

    def _ask(self, hours, user=None, **values):
        values = {
            "jobtrack_account_id": self.account.id,
            "pack_id": self.pack.id,
            "hours": hours,
            "reason": "Counted again",
        } | values
        return self.env["jobtrack.adjustment"].with_user(user or self.bill).create(values)

    def _submit(self, hours, user=None, **values):
        asked = self._ask(hours, user, **values)
        asked.action_submit()
        self.assertSound()
        return asked

    def test_hours_within_the_limit_move_at_once_at_the_price_of_the_pack(self):
        asked = self._submit(4)
        self.assertEqual((asked.state, self.account.balance_hours), ("done", 24))
        entry = asked.entry_id
        self.assertEqual((entry.kind, entry.value, entry.reason), ("adjustment", 160, asked.reason))
        self.assertEqual(
            entry.move_id.line_ids.filtered("debit").account_id, self.company.jobtrack_granted_gl_id
        )
        self.assertEqual(self.pack.value_remaining, 960)

    def test_hours_less_are_drawn_from_what_is_left_and_never_from_reserved_ones(self):
        self._approve(self._make_job(), 18)
        with self.assertRaisesRegex(UserError, "Only 2:00 h"):
            self._submit(-2.25)
        asked = self._submit(-2)
        self.assertEqual((asked.entry_id.value, self.account.balance_hours), (-80, 18))
        self.assertEqual(self.account.available_hours, 0)

    def test_above_the_limit_another_person_of_the_team_approves(self):
        asked = self._submit(4.25)
        self.assertEqual((asked.state, self.account.balance_hours), ("waiting", 20))
        self.assertIn(self.bella, asked.activity_ids.user_id)
        self.assertNotIn(self.bill, asked.activity_ids.user_id)
        self.assertFalse(asked.may_decide)
        self.assertTrue(asked.with_user(self.bella).may_decide)
        with self.assertRaisesRegex(UserError, "another person"):
            asked.with_user(self.bill).action_approve()
        asked.with_user(self.bella).action_approve()
        self.assertEqual((asked.state, self.account.balance_hours), ("done", 24.25))
        self.assertEqual((asked.requested_by_id, asked.decided_by_id), (self.bill, self.bella))
        self.assertFalse(asked.activity_ids)
        self.assertSound()
        for step in ("action_submit", "action_approve", "action_refuse"):
            with self.subTest(step=step), self.assertRaisesRegex(UserError, "already"):
                getattr(asked.with_user(self.bella), step)()

    def test_small_steps_on_one_day_count_together(self):
        self._submit(3)
        self.assertEqual(self._submit(-2).state, "waiting")
        self.assertEqual(self._submit(2, user=self.bella).state, "done", "another person's own")
        with freeze_time("2026-03-04 10:00:00"):
            self.assertEqual(self._submit(-2).state, "done", "another day")

    def test_what_waits_is_refused_or_taken_back_and_moves_nothing(self):
        for user in (self.bella, self.bill):
            asked = self._submit(10)
            asked.with_user(user).action_refuse()
            self.assertEqual((asked.state, asked.decided_by_id), ("refused", user))
        self.assertEqual(self.account.balance_hours, 20)
        self.assertSound()

    def test_what_was_possible_is_looked_at_again_when_it_is_approved(self):
        asked = self._submit(-20)
        self._approve(self._make_job(), 1)
        with self.assertRaisesRegex(UserError, "Only 19:00 h"):
            asked.with_user(self.bella).action_approve()
        self.assertEqual(asked.state, "waiting")
        self.assertSound()

    def test_packs_that_are_not_active_are_not_adjusted(self):
        pending = self._sell_plan().invoice_ids.line_ids.jobtrack_pack_ids
        with self.assertRaisesRegex(UserError, "not active"):
            self._submit(1, pack_id=pending.id)
        with freeze_time("2026-04-02 10:00:00"):
            self.account._look_after()
            with self.assertRaisesRegex(UserError, "not active"):
                self._submit(1)

    def test_a_bounced_payment_takes_given_hours_and_its_return_gives_them_back(self):
        self._submit(2)
        self.pack.invoice_id.line_ids.remove_move_reconcile()
        self.assertEqual(self.account.balance_hours, 0)
        self.assertSound()
        self._pay(self.pack.invoice_id)
        self.assertEqual((self.account.balance_hours, self.pack.value_remaining), (22, 880))
        self.assertSound()

    def test_hours_given_on_top_of_a_purchase_that_bounced_are_not_credited(self):
        self._submit(2)
        invoice = self.pack.invoice_id
        invoice.line_ids.remove_move_reconcile()
        note = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        note.invoice_line_ids.quantity = 22
        with self.assertRaisesRegex(UserError, "Only 20 hours"):
            note.action_post()
        note.invoice_line_ids.quantity = 20
        note.action_post()
        (note | invoice).line_ids.filtered("amount_residual").reconcile()
        self.assertEqual((self.pack.minutes_remaining, self.pack.value_remaining), (120, 80))
        self.assertSound()

    def test_a_used_up_pack_can_get_hours(self):
        self._do_job(20, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertEqual(self.pack.state, "exhausted")
        self._submit(1)
        self.assertEqual((self.pack.state, self.pack.value_remaining), ("active", 40))

    def test_a_large_grant_needs_a_second_person_and_a_program_does_not(self):
        def grant(hours):
            wizard = (
                self.env["jobtrack.grant.hours"]
                .with_user(self.bill)
                .create(
                    {
                        "jobtrack_account_id": self.account.id,
                        "hours": hours,
                        "rate": 40,
                        "reason": "Goodwill",
                    }
                )
            )
            return wizard.action_grant()

        grant(4)
        self.assertEqual(self.account.balance_hours, 24)
        action = grant(5)
        asked = self.env["jobtrack.adjustment"].browse(action["res_id"])
        self.assertEqual((asked.state, self.account.balance_hours), ("waiting", 24))
        asked.with_user(self.bella).action_approve()
        self.assertEqual(self.account.balance_hours, 29)
        self.assertEqual(str(asked.entry_id.pack_id.date_expiry), "2026-03-31")
        self.account._grant_hours(50, 40, None, None, "By a program")
        self.assertSound()

    def test_senseless_requests_are_refused(self):
        other = self._make_account("Other shop")
        for values in (
            {"hours": 0},
            {"reason": " "},
            {"jobtrack_account_id": other.id},
            {"pack_id": False},
            {"kind": "grant"},
            {"kind": "grant", "pack_id": False, "hours": -1},
            {"kind": "grant", "pack_id": False, "rate": -1},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._ask(**({"hours": 1} | values))

    def test_nobody_forges_an_approval(self):
        asked = self._ask(10)
        for values in (
            {"state": "done"},
            {"requested_by_id": self.bella.id},
            {"decided_by_id": self.bella.id},
            {"minutes": 1},
            {"company_id": self.bill.company_id.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                asked.write(values)
        sly = self.env["jobtrack.adjustment"].with_user(self.bill)
        made = sly.with_context(default_state="waiting", default_requested_by_id=self.bella.id)
        made = made.create(
            {
                "jobtrack_account_id": self.account.id,
                "pack_id": self.pack.id,
                "hours": 10,
                "reason": "Sly",
            }
        )
        self.assertEqual((made.state, made.requested_by_id.id), ("draft", False))
        asked.action_submit()
        for values in ({"hours": 100}, {"pack_id": False}, {"reason": "Else"}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "stays"):
                asked.write(values)
        with self.assertRaisesRegex(UserError, "record"):
            asked.unlink()
        self._ask(1).unlink()

    def test_who_moves_hours(self):
        asked = self._ask(1)
        waiting = self._submit(10)
        elsewhere = self._make_company("Elsewhere")
        foreign = self._make_user("fay", "jobtrack_support.group_billing")
        foreign.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        strangers = (
            foreign,
            self._make_user("dora", "jobtrack_support.group_dispatcher"),
            self._make_portal_user(self.approver),
            self._make_portal_user(self.member),
            self._make_portal_user(self._make_person("Otto Other", self.env["res.partner"])),
        )
        for user in strangers:
            for record, step in (
                (asked, "action_submit"),
                (waiting, "action_approve"),
                (waiting, "action_refuse"),
                (waiting, "read"),
            ):
                is_ours = user.has_group("jobtrack_support.group_user") and user != foreign
                if step == "read" and is_ours:
                    continue  # staff of the company read what was moved
                stranger = record.with_user(user).with_context(allowed_company_ids=None)
                with (
                    self.subTest(user=user.login, step=step),
                    self.assertRaises(AccessError),
                ):
                    getattr(stranger, step)()
        administrator = self._make_user("ada", "jobtrack_support.group_administrator")
        waiting.with_user(administrator).action_approve()
        self.assertEqual(waiting.state, "done")
