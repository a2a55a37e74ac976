import re

from freezegun import freeze_time
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestStatementPaper(JobtrackCommon):
    """A statement begins where the one before ended, and names everything in between (D7, A9)."""

    def _bill(self, date):
        with freeze_time(f"{date} 10:00:00"):
            return self._run(date).statement_ids

    def _figures(self, statement):
        moved = statement._movements()
        return (
            moved["previous"].name or "",
            moved["opening"],
            [(entry.kind, entry.minutes) for entry in moved["others"]],
            moved["before"],
            [(entry.kind, entry.minutes) for entry in moved["own"]],
            moved["closing"],
        )

    def _text(self, statement):
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("jobtrack_support.report_statement", statement.ids)[0]
            .decode()
        )
        main = html[html.index('class="page"') :]
        return " ".join(re.sub(r"<[^>]+>", " ", main).split())

    def test_movements_between_statements_stand_on_the_next_one(self):
        """Worked example: +10 bought, -3 billed on the 8th; +5 given, -2 lapsed, -4 billed on the 15th."""
        self.account._grant_hours(10, 40, None, "2026-03-31", "First")
        self._do_job(3, date="2026-03-02")
        first = self._bill("2026-03-08")
        self.assertEqual(
            self._figures(first),
            ("", 0, [("grant", 600)], 600, [("usage", -180)], 420),
        )
        with freeze_time("2026-03-10 10:00:00"):
            self.account._grant_hours(5, 40, None, "2026-06-30", "Second")
            self.account._lock()
            self.env["jobtrack.ledger.entry"]._record(
                [
                    {
                        "pack": self.account.pack_ids[:1],
                        "kind": "adjustment",
                        "minutes": -120,
                        "date": self.account._today(),
                        "reason": "Counted wrong",
                    }
                ]
            )
            job = self._do_job(4, date="2026-03-10")
        second = self._bill("2026-03-15")
        self.assertEqual(
            self._figures(second),
            (
                first.name,
                420,
                [("grant", 300), ("adjustment", -120)],
                600,
                [("usage", -240)],
                360,
            ),
        )
        text = self._text(second)
        for part in (
            f"Opening balance, from statement {first.name} 7:00",
            "Grant Second 5:00 12:00",
            "Adjustment First -2:00 10:00",
            "Balance before this billing 10:00",
            f"Usage {job.jobtrack_reference} First -4:00 6:00",
            "Balance after this billing 6:00",
            "Total 4:00 4:00 0:00",
        ):
            self.assertIn(part, text)
        self.assertSound()

    def test_a_correction_continues_the_chain(self):
        self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
        self._do_job(3, date="2026-03-02")
        bill = self._bill("2026-03-08")
        with freeze_time("2026-03-09 10:00:00"):
            correction = bill.action_reverse("wrong job")
        self.assertEqual(self._figures(correction), (bill.name, 0, [], 0, [("reversal", 120)], 120))
        text = self._text(correction)
        for part in (
            f"Takes back lines of statement {bill.name}",
            "wrong job",
            "-3:00",
            "credited by",
        ):
            self.assertIn(part, text)
        corrected = self._bill("2026-03-15")
        self.assertEqual(
            self._figures(corrected), (correction.name, 120, [], 120, [("usage", -120)], 0)
        )
        self.assertIn("Takes back what statement", correction.line_ids._explain())
        usage = self.account.ledger_entry_ids.filtered(lambda entry: entry.kind == "usage")
        self.assertIn("this job", usage.sorted("number")[-1]._explain())
        self.assertSound()

    def test_reserved_hours_and_the_invoice_are_named(self):
        self.account._grant_hours(2, 40, None, "2026-03-31", "Pack")
        self._approve(self._make_job("Keeps"), 2)
        self._do_job(1, date="2026-03-02")
        statement = self._bill("2026-03-08")
        text = self._text(statement)
        self.assertIn("Of these reserved for approved jobs 2:00", text)
        self.assertIn(f"are on invoice {statement.invoice_id.name} , due on", text)

    def test_a_bill_of_the_past_reads_as_it_read_whatever_is_set_later(self):
        self.account.client_order_ref = "PO-1"
        self._do_job(1, date="2026-03-02")
        statement = self._bill("2026-03-08")
        text = self._text(statement)
        self.assertIn("03/01/2026 – 03/07/2026", text)
        self.assertIn("Your order number: PO-1", text)
        self.company.jobtrack_billing_days = "5, 25"
        self.account.client_order_ref = "PO-2"
        with freeze_time("2026-03-09 10:00:00"):
            correction = statement.action_reverse("wrong job")
        self.assertEqual(self._text(statement), text)
        self.assertIn("Your order number: PO-1", self._text(correction))
