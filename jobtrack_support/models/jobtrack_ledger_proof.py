from collections import defaultdict

from odoo import api, models


class JobtrackLedgerProof(models.AbstractModel):
    """Ledger entries add up to what the books say."""

    _name = "jobtrack.ledger.proof"
    _description = "Support Ledger: Proof"

    @api.model
    def _recorded_invoice_value(self, lines):
        """Return what the ledger has taken over from invoice and credit note lines: line id -> (value, company value).

        A purchase is booked by its invoice and a refund by its credit note; an un-payment (reversal of a purchase) is
        not booked at all, because the invoice stays posted.
        """
        recorded = defaultdict(lambda: [0.0, 0.0])
        entries = self.search(
            [
                ("kind", "in", ("purchase", "refund", "reversal")),
                "|",
                ("pack_id.invoice_line_id", "in", lines.ids),
                ("refund_line_id", "in", lines.ids),
            ]
        )
        for entry in entries.filtered(
            lambda entry: entry._reversed_kind() in ("purchase", "refund")
        ):
            line = entry.refund_line_id or entry.pack_id.invoice_line_id
            recorded[line.id][0] += entry.value
            recorded[line.id][1] += entry.value_company
        return recorded

    def _reversed_kind(self):
        """Return the kind at the root of a chain of reversals, or the entry's own kind."""
        entry = self
        while entry.kind == "reversal" and entry.reverses_id:
            entry = entry.reverses_id
        return entry.kind

    @api.model
    def _reconcile_deferred(self, company):
        """Compare the deferred revenue in the books with what it must be, per currency, in both amounts (I6).

        :return: list of dictionaries with ``currency``, ``booked``, ``expected`` and ``difference`` (both in document
            and company currency are compared; the first that differs is reported)
        """
        gl = company.jobtrack_deferred_gl_id
        if not gl:
            return []
        columns = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
        for currency, amount, balance in self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", gl.id),
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
            ],
            ["currency_id"],
            ["amount_currency:sum", "balance:sum"],
        ):
            columns[currency][0] -= amount
            columns[currency][1] -= balance
        for currency, value, value_company in self.env["jobtrack.hour.pack"]._read_group(
            [("company_id", "=", company.id)],
            ["currency_id"],
            ["value_remaining:sum", "value_company_remaining:sum"],
        ):
            columns[currency][2] += value
            columns[currency][3] += value_company
        for currency, amount, balance in self.env[
            "account.move.line"
        ]._jobtrack_unrecorded_plan_value(company):
            columns[currency][2] += amount
            columns[currency][3] += balance
        return [
            self._reconcile_row(company, currency, *amounts)
            for currency, amounts in columns.items()
        ]

    def _reconcile_row(self, company, currency, booked, booked_company, expected, expected_company):
        difference = currency.round(booked - expected)
        if difference:
            booked, expected = currency.round(booked), currency.round(expected)
        else:
            difference = company.currency_id.round(booked_company - expected_company)
            booked = company.currency_id.round(booked_company)
            expected = company.currency_id.round(expected_company)
        return {
            "currency": currency,
            "booked": booked,
            "expected": expected,
            "difference": difference,
        }
