from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .common import JobtrackCommon

DAY = "2026-03-08"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestExplain(JobtrackCommon):
    """Each entry and each line answers why, in a sentence that a client understands (M5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._make_user("bella", "jobtrack_support.group_billing")

    def _bill(self, date=DAY):
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids

    def _grant(self, hours, rate=40, expiry="2026-03-31", name="Pack"):
        return self.account._grant_hours(hours, rate, None, expiry, name)

    def _newest(self):
        return self.account.ledger_entry_ids.sorted("number")[-1]

    def _says(self, entry, *parts, money=True):
        sentence = entry._explain(money)
        for part in parts:
            self.assertIn(part, sentence)
        return sentence

    def _says_without_money(self, entry, *parts):
        """Assert that a reader who sees no money is told the rest, and no amount."""
        sentence = self._says(entry, *parts, money=False)
        for hidden in ("$", "40.00", "50.00", "30.00", "per hour"):
            self.assertNotIn(hidden, sentence)

    # === HOURS THAT COME === #

    def test_a_purchase_names_its_invoice_and_its_payment(self):
        invoice = self._sell_plan().invoice_ids
        payment = self._pay(invoice)
        entry = self._newest()
        self._says(
            entry,
            f"20:00 h bought with invoice {invoice.name}",
            f"Paid by {payment.name} on 03/03/2026.",
            "The pack's price is $",
            "These hours pay work until 03/31/2026.",
        )
        self._says_without_money(entry, invoice.name, "20:00 h")

    def test_a_grant_names_who_gave_it_and_why(self):
        wizard = self.env["jobtrack.grant.hours"].with_user(self.biller)
        wizard.create(
            {
                "jobtrack_account_id": self.account.id,
                "hours": 2,
                "rate": 30,
                "date_expiry": False,
                "reason": "goodwill for the outage",
            }
        ).action_grant()
        entry = self._newest()
        self._says(
            entry,
            "2:00 h given by Bella without a sale. Reason: goodwill for the outage. They are worth $",
            "These hours never expire.",
        )
        self._says_without_money(entry, "goodwill for the outage")

    # === HOURS THAT ARE USED === #

    def test_reserved_hours_say_so(self):
        pack = self._grant(10)
        job = self._do_job(3, date="2026-03-02")
        statement = self._bill()
        sentence = self._says(
            self._newest(),
            f"3:00 h of {job.jobtrack_reference} from {pack.name}",
            "They were reserved for this job when it was approved. The pack's price is $",
            "Completed on 03/03/2026, in time for the billing of 03/08/2026:",
            f"statement {statement.name}",
        )
        self.assertIn("40.00 per hour", sentence)
        self._says_without_money(self._newest(), "reserved for this job", statement.name)

    def test_a_job_completed_on_the_billing_day_names_the_hours(self):
        self._grant(10)
        with freeze_time(f"{DAY} 09:00:00"):
            self._do_job(3, date="2026-03-02")
        self._bill()
        self._says(self._newest(), "9:00", "which took jobs until", "10:00")

    def test_free_hours_say_that_they_expire_first(self):
        self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-05 10:00:00"):
            self._grant(5, expiry="2026-06-30", name="Later")
            self._grant(5, name="Sooner")
        self._bill()
        self._says(
            self._newest(),
            "from Sooner",
            "Of the hours that were free on the billing day, these expire first (03/31/2026).",
        )

    def test_the_only_pack_says_that_there_was_no_other(self):
        self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-05 10:00:00"):
            self._grant(5)
        self._bill()
        entry = self._newest()
        self._says(entry, "No other pack had hours left.")
        with freeze_time("2026-03-10 10:00:00"):
            self._grant(5, expiry="2026-03-15", name="Bought afterwards")
        self._says(entry, "No other pack had hours left.")

    def test_a_job_that_took_more_than_was_reserved_says_both(self):
        self._grant(2)
        job = self._make_job()
        self._approve(job, 3)
        self._log(job, 3, date="2026-03-02")
        with freeze_time("2026-03-05 10:00:00"):
            self._grant(1, name="Second")
            job._jobtrack_complete("Done")
        self._bill()
        first, second = self.account.ledger_entry_ids.filtered(
            lambda entry: entry.kind == "usage"
        ).sorted("number")
        self._says(first, "2:00 h", "reserved for this job")
        self._says(second, "1:00 h", "from Second", "No other pack had hours left")

    # === HOURS THAT GO === #

    def test_an_expiry_says_that_nobody_needed_the_hours(self):
        self._grant(5, expiry="2026-03-05")
        with freeze_time("2026-03-07 10:00:00"):
            self.account._expire_packs()
        self._says(
            self._newest(),
            "5:00 h of Pack lapsed. Reason: Not used by 03/05/2026.",
            "No work done by then had earned them",
        )

    def test_a_refund_names_its_credit_note(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "changed their mind"})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.action_post()
        entry = self._newest()
        self.assertEqual(entry.kind, "refund")
        self._says(entry, "20:00 h of", f"were given back with credit note {note.name}.", "worth $")
        self._says_without_money(entry, note.name)

    def test_a_payment_taken_back_names_the_entry_that_it_reverses(self):
        invoice = self._sell_plan().invoice_ids
        self._pay(invoice)
        purchase = self._newest()
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        receivable.remove_move_reconcile()
        entry = self._newest()
        self.assertEqual(entry.kind, "reversal")
        self._says(
            entry,
            "20:00 h leave",
            f"This reverses entry {purchase.number} of 03/03/2026 (Purchase). Reason: ",
            f"The payment of {invoice.name} was taken back",
        )

    def test_corrections_by_hand_and_rollovers_name_their_reason(self):
        pack = self._grant(5)
        for kind, minutes, parts in (
            ("adjustment", 60, ("1:00 h added to Pack by Bella. Reason: counted wrong.",)),
            ("adjustment", -60, ("1:00 h taken from Pack by Bella. Reason: counted wrong.",)),
            (
                "adjustment",
                0,
                ("Pack was changed by Bella. No hours moved. Reason: counted wrong.",),
            ),
            (
                "rollover",
                -60,
                ("1:00 h left Pack to live on in a newer pack. Reason: counted wrong.",),
            ),
            ("rollover", 60, ("1:00 h live on from an earlier pack", "counted wrong")),
        ):
            with self.subTest(kind=kind, minutes=minutes):
                self.account._lock()
                entry = (
                    self.env["jobtrack.ledger.entry"]
                    .with_user(self.biller)
                    .sudo()
                    ._record(
                        [
                            {
                                "pack": pack,
                                "kind": kind,
                                "minutes": minutes,
                                "value": 0.0,
                                "value_company": 0.0,
                                "date": fields.Date.today(),
                                "reason": "counted wrong",
                            }
                        ]
                    )
                )
                self._says(entry, *parts)

    def test_every_kind_has_a_sentence(self):
        entries = self.env["jobtrack.ledger.entry"]
        for kind, _label in entries._fields["kind"].selection:
            self.assertTrue(hasattr(entries, f"_explain_{kind}"), kind)

    # === THE INVOICED SIDE === #

    def test_a_line_says_why_it_is_postpaid(self):
        """Why no pack paid: table of cases."""
        cases = (
            ("no hours at all", 0, None, 0, "The account had no prepaid hours."),
            ("used up by this job", 1, "2026-03-31", 0, "The prepaid hours were used up by then."),
            ("starts later", 5, "2026-06-30", 0, "was valid for work of 03/02/2026."),
            ("kept for others", 2, "2026-03-31", 2, "2:00 h that were left are reserved"),
        )
        for name, hours, expiry, kept, words in cases:
            with self.subTest(case=name), self.env.cr.savepoint() as savepoint:
                if hours:
                    start = "2026-04-01" if expiry > "2026-04-01" else None
                    self.account._grant_hours(hours, 40, start, expiry, "Pack")
                if kept:
                    self._approve(self._make_job("Keeps"), kept)
                job = self._do_job(3, date="2026-03-02")
                line = self._bill().line_ids
                self._says(
                    line,
                    "on the invoice at $",
                    "per hour, as agreed in version 1 of the work order",
                    words,
                    "Completed on 03/03/2026",
                )
                self._says_without_money(line, words)
                self.assertEqual(line.task_id, job)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_a_line_names_the_packs_that_paid(self):
        self._grant(1, name="Small")
        self._grant(5, expiry="2026-06-30", name="Large")
        self._do_job(3, date="2026-03-02")
        self._says(self._bill().line_ids, "3:00 h paid from packs: Small 1:00, Large 2:00.")

    def test_a_line_says_why_more_or_less_is_billed_than_was_worked(self):
        """Why billed hours are not those worked: table of terms."""
        cases = (
            ("steps", {"increment_minutes": 60}, 0.5, "0:30 h were worked. Billed in steps of 60"),
            (
                "minimum",
                {"minimum_minutes": 60},
                0.5,
                "0:30 h were worked. Billed as worked, at least",
            ),
            ("fixed", {"basis": "fixed"}, 0.5, "0:30 h were worked. A fixed price"),
            ("as worked", {}, 2, "on the invoice"),
        )
        for name, values, worked, words in cases:
            with self.subTest(case=name), self.env.cr.savepoint() as savepoint:
                job = self._make_job()
                self._approve(job, 2, **values)
                self._log(job, worked, date="2026-03-02")
                job._jobtrack_complete("Done")
                sentence = self._says(self._bill().line_ids, words)
                self.assertEqual("were worked" in sentence, name != "as worked")
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    # === QUERIES === #

    def test_a_page_of_sentences_needs_no_query_per_entry(self):
        for number in range(3):
            self._grant(2, name=f"Pack {number}")
        for _job in range(6):
            self._do_job(1, date="2026-03-02")
        self._bill()
        entries = self.account.ledger_entry_ids.sorted("number")

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._explanations()
            return self.env.cr.sql_log_count - before

        queries(entries)
        usage = entries.filtered(lambda entry: entry.kind == "usage")
        self.assertEqual(queries(usage[:2]), queries(usage))
