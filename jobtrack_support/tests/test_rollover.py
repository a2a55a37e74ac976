from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestRollover(JobtrackCommon):
    """Hours live on after the quarter for three reasons, each by the same operation with its evidence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.account._grant_hours(10, 33.33, None, "2026-03-31", "Quarter")
        cls.dispatcher = cls._make_user("dora", "jobtrack_support.group_dispatcher")
        cls.biller = cls._make_user("bill", "jobtrack_support.group_billing")

    def _care(self, day):
        with freeze_time(f"{day} 03:00:00"):
            self.account._look_after()

    def _rolled(self):
        return self.pack.rollover_ids

    def _kinds(self):
        return self.account.ledger_entry_ids.sorted("number").mapped("kind")

    def _ignored_request(self, hours=4):
        """Return the proposal for a request that waited for its estimate from 2 March on."""
        kind = self.env["jobtrack.job.type"].create({"name": "Slow", "default_hours": hours})
        job = self._make_job("Nobody looked at this", jobtrack_job_type_id=kind.id)
        self._care("2026-04-01")
        return job, self.env["jobtrack.rollover"].search([("pack_id", "=", self.pack.id)])

    # === THE OPERATION === #

    def test_a_rollover_moves_exactly_its_value_and_books_nothing(self):
        new = self.account._roll_over(
            self.pack,
            100,
            self.company._jobtrack_quarter_end(self.pack.date_expiry.replace(month=4, day=1)),
            "Why",
            "shown by that",
        )
        out, into = self.account.ledger_entry_ids[:2].sorted("number")
        self.assertEqual(
            (out.kind, into.kind, out.minutes, into.minutes), ("rollover", "rollover", -100, 100)
        )
        self.assertEqual((out.value, into.value), (-55.55, 55.55))
        self.assertEqual((out.pack_id, into.pack_id), (self.pack, new))
        self.assertFalse((out | into).move_id)
        self.assertEqual(into.reason, "Why: shown by that")
        self.assertEqual((new.source, new.origin_pack_id, new.rate), ("rollover", self.pack, 33.33))
        self.assertEqual((new.state, str(new.date_expiry)), ("active", "2026-06-30"))
        self.assertEqual(self.account.balance_hours, 10)
        self.assertSound()

    def test_a_rollover_that_makes_no_sense_is_refused(self):
        for minutes, day in ((0, "2026-06-30"), (601, "2026-06-30"), (60, "2026-03-31")):
            with self.subTest(minutes=minutes, day=day), self.assertRaises(UserError):
                self.account._roll_over(
                    self.pack,
                    minutes,
                    self.env["jobtrack.rollover"]._fields["deadline"].to_date(day),
                    "Why",
                )

    def test_the_proof_of_the_ledger_finds_a_rollover_without_its_other_half(self):
        self.env["jobtrack.ledger.entry"]._record(
            [{"pack": self.pack, "kind": "rollover", "minutes": -60, "date": self.account._today()}]
        )
        problems = " ".join(self.account._verify_ledger())
        self.assertIn("rollovers do not come out even", problems)

    # === RESERVATIONS THAT SURVIVE === #

    def test_a_reserve_that_waits_for_us_rolls_over_and_pays_the_work_later(self):
        job = self._make_job()
        self._approve(job, 4)
        self._care("2026-04-01")
        self._care("2026-04-02")
        self.assertEqual(self._kinds(), ["grant", "rollover", "rollover", "expiry"])
        new = self._rolled()
        self.assertEqual((new.hours, new.reserved_hours, self.pack.hours_remaining), (4, 4, 0))
        self.assertIn(job.jobtrack_reference, new.ledger_entry_ids.reason)
        self.assertEqual(job.jobtrack_work_order_id.funding_ids.pack_id, new)
        self.assertEqual((self.account.held_hours, self.account.available_hours), (4, 0))
        self.assertSound()
        with freeze_time("2026-04-20 10:00:00"):
            self._log(job, 4, date="2026-04-20")
            job._jobtrack_complete("Done as agreed")
        with freeze_time("2026-04-21 10:00:00"):
            self._run("2026-04-21")
        line = self.account.statement_ids.line_ids
        self.assertEqual((line.prepaid_hours, line.postpaid_hours), (4, 0))
        self.assertEqual(line.prepaid_value, new.value)
        self.assertSound()

    def test_the_snapshot_of_the_consent_keeps_its_sum_when_part_of_it_rolls_over(self):
        job = self._make_job()
        order = self._approve(job, 12)
        self._log(job, 1, date="2026-03-30")
        amount = sum(order.funding_ids.mapped("amount"))
        self._care("2026-04-01")
        self.assertEqual(sum(order.funding_ids.mapped("minutes")), 720)
        self.assertAlmostEqual(sum(order.funding_ids.mapped("amount")), amount, 2)
        kept, rolled = (
            order.funding_ids.filtered(lambda row, p=pack: row.pack_id == p)
            for pack in (self.pack, self._rolled())
        )
        self.assertEqual((kept.reserved_minutes, rolled.reserved_minutes), (60, 540))
        self.assertSound()

    def test_hours_roll_over_again_while_the_work_still_waits_for_us(self):
        job = self._make_job()
        self._approve(job, 4)
        self._care("2026-10-05")
        last = self._rolled().rollover_ids.rollover_ids
        self.assertEqual((str(last.date_expiry), last.reserved_hours), ("2026-12-31", 4))
        self.assertEqual(self.account.balance_hours, 4)
        self.assertSound()

    def test_two_jobs_of_one_pack_roll_over_into_one_pack(self):
        for hours in (2, 3):
            self._approve(self._make_job(), hours)
        self._care("2026-04-01")
        self.assertEqual((len(self._rolled()), self._rolled().reserved_hours), (1, 5))
        self.assertSound()

    def test_a_payment_taken_back_takes_rolled_over_hours_along_and_gives_them_back(self):
        self.pack._extend("2026-12-31", "Out of the way")
        invoice = self._sell_plan(hours=20).invoice_ids
        self._pay(invoice)
        sold = self.account.pack_ids.filtered(lambda pack: pack.source == "purchase")
        job = self._make_job()
        self._approve(job, 20)
        self.assertEqual(sold.reserved_hours, 20)
        self._care("2026-04-01")
        rolled = sold.rollover_ids
        self.assertEqual((sold.hours_remaining, rolled.hours_remaining), (0, 20))
        with freeze_time("2026-04-10 10:00:00"):
            lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
            lines.remove_move_reconcile()
            self.assertEqual((rolled.state, rolled.hours_remaining), ("pending", 0))
            self.assertEqual(self.account.balance_hours, 10)
            self.assertSound()
            self._pay(invoice)
            self.assertEqual((rolled.state, rolled.reserved_hours), ("active", 20))
        self._care("2026-04-11")
        self.assertEqual(rolled.hours_remaining, 20)
        self.assertSound()

    def _sold_and_rolled_over(self, hours):
        """Return the invoice of a purchase whose hours, reserved for the returned job, have rolled over."""
        self.pack._extend("2026-12-31", "Out of the way")
        invoice = self._sell_plan(hours=20).invoice_ids
        self._pay(invoice)
        job = self._make_job()
        self._approve(job, hours)
        self._care("2026-04-01")
        sold = self.account.pack_ids.filtered(lambda pack: pack.source == "purchase")
        return invoice, job, sold.rollover_ids

    def _unpay(self, invoice):
        lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        lines.remove_move_reconcile()

    def test_a_bill_paid_by_rolled_over_hours_is_corrected_while_their_purchase_is_unpaid(self):
        invoice, job, rolled = self._sold_and_rolled_over(20)
        with freeze_time("2026-04-20 10:00:00"):
            self._log(job, 4, date="2026-04-20")
            job._jobtrack_complete("Done as agreed")
        with freeze_time("2026-04-21 10:00:00"):
            statement = self._run("2026-04-21").statement_ids
            self.assertEqual(rolled.hours_remaining, 16)
        with freeze_time("2026-04-22 10:00:00"):
            self._unpay(invoice)
            statement.action_reverse("Not what was asked for")
            self.assertEqual(self.account.balance_hours, 10, "nothing of an unpaid purchase")
            self.assertSound()
            self._pay(invoice)
            self.assertEqual((rolled.state, rolled.hours_remaining), ("active", 20))
            self.assertEqual(rolled.value_remaining, rolled.value)
            self.assertSound()
        with freeze_time("2026-05-01 10:00:00"):
            again = self._run("2026-05-01").statement_ids
        self.assertEqual((again.prepaid_hours, again.postpaid_hours), (4, 0))
        self.assertSound()

    def test_hours_added_to_a_rolled_over_pack_go_and_come_with_its_payment(self):
        invoice, _job, rolled = self._sold_and_rolled_over(20)
        with freeze_time("2026-04-10 10:00:00"):
            self.env["jobtrack.adjustment"].create(
                {
                    "jobtrack_account_id": self.account.id,
                    "pack_id": rolled.id,
                    "hours": 1,
                    "reason": "For the trouble",
                }
            ).action_submit()
            self.assertEqual(rolled.hours_remaining, 21)
            self._unpay(invoice)
            self.assertEqual(self.account.balance_hours, 10)
            self.assertSound()
            self._pay(invoice)
            self.assertEqual(rolled.hours_remaining, 21)
            self.assertSound()

    # === THE HOST'S FAULT === #

    def test_a_request_that_waited_for_us_makes_a_proposal_with_its_evidence(self):
        job, proposal = self._ignored_request()
        self.assertEqual(
            (proposal.state, proposal.hours, str(proposal.deadline)), ("proposed", 4, "2026-04-08")
        )
        self.assertEqual(proposal.task_ids, job)
        self.assertRegex(
            proposal.evidence, r"asked for on 03/02/2026: waited for us 29\.6 of 29\.6 days; 4:00 h"
        )
        self.assertEqual(self.pack.hours_remaining, 4, "they stay until it is decided")
        self.assertEqual(self.account.available_hours, 0)
        self._care("2026-04-03")
        self.assertEqual(self.pack.hours_remaining, 4)
        self.assertEqual(len(self.env["jobtrack.rollover"].search([])), 1)
        self.assertSound()

    def test_confirming_rolls_over_with_the_evidence_in_the_ledger(self):
        job, proposal = self._ignored_request()
        with freeze_time("2026-04-02 10:00:00"):
            for _twice in range(2):
                proposal.with_user(self.dispatcher).action_confirm()
        new = self._rolled()
        self.assertEqual(
            (proposal.state, proposal.new_pack_id, proposal.decided_by_id),
            ("confirmed", new, self.dispatcher),
        )
        self.assertEqual((new.hours_remaining, str(new.date_expiry)), (4, "2026-06-30"))
        self.assertIn(job.jobtrack_reference, new.ledger_entry_ids.reason)
        self.assertIn("waited for us", new.ledger_entry_ids.reason)
        self.assertEqual(self.account.available_hours, 4)
        self.assertSound()

    def test_staff_may_lower_what_rolls_over_and_the_rest_lapses(self):
        _job, proposal = self._ignored_request()
        mine = proposal.with_user(self.biller)
        with self.assertRaises(ValidationError):
            mine.granted_hours = 5
        mine.write({"granted_hours": 1.5, "reason": "Half of it was answered"})
        mine.action_confirm()
        self.assertEqual((self._rolled().hours, self.pack.hours_remaining), (1.5, 0))
        self.assertEqual(self.account.ledger_entry_ids[0].kind, "expiry")
        self.assertIn("Half of it was answered", self.account.ledger_entry_ids[0].reason)
        self.assertSound()

    def test_refusing_needs_a_reason_and_lets_the_hours_lapse(self):
        _job, proposal = self._ignored_request()
        mine = proposal.with_user(self.dispatcher)
        with self.assertRaisesRegex(UserError, "Write the reason"):
            mine.action_refuse()
        mine.reason = "The client took it back on the phone"
        for _twice in range(2):
            mine.action_refuse()
        self.assertEqual((proposal.state, self.pack.hours_remaining), ("refused", 0))
        self.assertIn("took it back", self.account.ledger_entry_ids[0].reason)
        with self.assertRaisesRegex(UserError, "is decided"):
            mine.action_confirm()
        self.assertSound()

    def test_what_nobody_decides_within_seven_days_rolls_over(self):
        _job, proposal = self._ignored_request()
        proposal.granted_hours = 1
        self._care("2026-04-08")
        self.assertEqual(proposal.state, "proposed", "the seventh day is not over")
        self._care("2026-04-09")
        self._care("2026-04-10")
        self.assertEqual(proposal.state, "confirmed")
        self.assertFalse(proposal.decided_by_id)
        self.assertEqual(self._rolled().hours, 4, "lowering it was not confirmed")
        self.assertSound()

    def test_earlier_work_that_is_typed_meanwhile_comes_before_the_proposal(self):
        job = self._make_job("Real work")
        self._approve(job, 10)
        job.action_jobtrack_hold()
        _request, proposal = self._ignored_request(hours=4)
        self.assertFalse(proposal, "all was reserved")
        _kept = self.pack.hours_remaining
        self.assertSound()

    def test_work_typed_later_takes_from_the_proposal_only_what_did_not_lapse(self):
        worker = self._make_job("Real work")
        self._approve(worker, 8)
        worker.action_jobtrack_hold()
        orders = worker.jobtrack_work_order_ids
        orders._release_reserve(orders)
        _job, proposal = self._ignored_request(hours=9)
        self.assertEqual(self.pack.hours_remaining, 9)
        with freeze_time("2026-04-02 10:00:00"):
            self._log(worker, 3, date="2026-03-30")
            proposal.action_confirm()
        self.assertEqual(
            self._rolled().hours, 7, "one hour had lapsed and comes back, two are taken"
        )
        self.assertEqual(self.pack.hours_remaining, 3)
        self.assertSound()

    def test_strangers_decide_nothing(self):
        _job, proposal = self._ignored_request()
        proposal.reason = "Some reason"
        other = self._make_company("Other host")
        foreign = self._make_user("fay", "jobtrack_support.group_dispatcher")
        foreign.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        boss = self._make_portal_user(self.approver)
        for user in (self.employee_user, foreign, boss):
            for action in ("action_confirm", "action_refuse"):
                with self.subTest(user=user.name, action=action), self.assertRaises(AccessError):
                    getattr(proposal.with_user(user), action)()
        self.assertEqual(proposal.state, "proposed")

    def test_a_proposal_is_not_typed(self):
        _job, proposal = self._ignored_request()
        mine = proposal.with_user(self.dispatcher)
        for vals in ({"state": "confirmed"}, {"minutes": 600}, {"deadline": "2027-01-01"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            self.env["jobtrack.rollover"].with_user(self.dispatcher).create(
                {"jobtrack_account_id": self.account.id, "pack_id": self.pack.id, "minutes": 60}
            )
        mine.action_confirm()
        with self.assertRaises(UserError):
            mine.reason = "Afterthought"
        with self.assertRaises(UserError):
            proposal.unlink()

    # === EXTENSION === #

    def _extend_as(self, user, day="2026-05-31"):
        wizard = (
            self.env["jobtrack.extend.pack"]
            .with_user(user)
            .create({"pack_id": self.pack.id, "date_expiry": day, "reason": "Agreed on the phone"})
        )
        wizard.action_extend()

    def test_a_pack_that_lives_is_extended_with_its_reason_in_the_ledger(self):
        self._extend_as(self.biller)
        entry = self.account.ledger_entry_ids[0]
        self.assertEqual((entry.kind, entry.minutes, entry.value), ("adjustment", 0, 0))
        self.assertIn("Agreed on the phone", entry.reason)
        self._care("2026-04-05")
        self.assertEqual(self.pack.hours_remaining, 10)
        self.assertSound()

    def test_a_pack_that_expired_is_extended_by_a_rollover_after_reversing_the_lapse(self):
        self._care("2026-04-01")
        with freeze_time("2026-04-03 10:00:00"):
            self._extend_as(self.biller)
        self.assertEqual(self._kinds(), ["grant", "expiry", "reversal", "rollover", "rollover"])
        self.assertEqual((self._rolled().hours, self._rolled().value), (10, 333.3))
        self._care("2026-04-04")
        self.assertEqual(self._rolled().hours_remaining, 10)
        self.assertSound()

    def test_an_extension_is_never_shorter_and_never_without_a_reason(self):
        for day in ("2026-03-31", "2026-03-15"):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, "never shortened"):
                self.pack._extend(day, "Why")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.pack._extend("2026-05-31", " ")
        self._care("2026-04-20")
        with freeze_time("2026-04-20 10:00:00"), self.assertRaisesRegex(UserError, "is over"):
            self.pack._extend("2026-04-10", "Why")

    def test_only_the_billing_team_extends(self):
        for user in (self.dispatcher, self.employee_user, self._make_portal_user(self.approver)):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.pack.with_user(user).action_extend()
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._extend_as(user)
        self.assertEqual(
            self.pack.with_user(self.biller).action_extend()["res_model"], "jobtrack.extend.pack"
        )
        other = self._make_company("Other host")
        foreign = self._make_user("fay", "jobtrack_support.group_billing")
        foreign.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.pack.with_user(foreign).action_extend()
        self.assertEqual(str(self.pack.date_expiry), "2026-03-31")
