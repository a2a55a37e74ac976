from collections import defaultdict

from odoo import api, models

FIGURES = ("packs", "plans", "booked")


class JobtrackLedgerBooks(models.AbstractModel):
    """What the ledger says that deferred revenue must be, against what the books say, on any day (I6)."""

    _name = "jobtrack.ledger.books"
    _description = "Support Ledger: Against the Books"

    @api.model
    def _reconcile_deferred(self, company, date=None):
        """Compare the deferred revenue in the books with what it must be, per currency, in both amounts.

        Every entry of the ledger is dated as it is booked, so a day in the past can be stated again at any time.

        :param date: the day at whose end to look; by default with all that was ever booked
        :return: list of dictionaries, one per currency in order of their names, with ``currency``, ``packs`` (left in
            packs), ``plans`` (posted plans whose hours are not in the ledger), ``expected`` (both together),
            ``booked`` and ``difference``; the same with the suffix ``_company`` in the currency of the company
        """
        gl = company.jobtrack_deferred_gl_id
        if not gl:
            return []
        rows = defaultdict(lambda: dict.fromkeys(self._figure_names(), 0.0))
        for currency, value, value_company in self._pack_values(company, date):
            rows[currency]["packs"] += value
            rows[currency]["packs_company"] += value_company
        for currency, value, value_company in self._plan_values(company, date):
            rows[currency]["plans"] += value
            rows[currency]["plans_company"] += value_company
        items = self._deferred_items(company, date)
        for currency, amount, balance in self._sum_items(items):
            rows[currency]["booked"] -= amount
            rows[currency]["booked_company"] -= balance
        return [
            self._finish_row(company, currency, rows[currency])
            for currency in sorted(rows, key=lambda currency: currency.name)
        ]

    @api.model
    def _figure_names(self):
        return [name + suffix for name in FIGURES for suffix in ("", "_company")]

    def _finish_row(self, company, currency, row):
        """Round the figures of a row and add what was to be and the difference."""
        finished = {"currency": currency}
        for suffix, unit in (("", currency), ("_company", company.currency_id)):
            figures = {name: unit.round(row[name + suffix]) for name in FIGURES}
            figures["expected"] = unit.round(figures["packs"] + figures["plans"])
            figures["difference"] = unit.round(figures["booked"] - figures["expected"])
            finished |= {name + suffix: value for name, value in figures.items()}
        return finished

    # === WHAT IT MUST BE === #

    def _pack_values(self, company, date):
        """Return what is left in packs: tuples of currency, value, value in company currency."""
        if date is None:
            return self.env["jobtrack.hour.pack"]._read_group(
                [("company_id", "=", company.id)],
                ["currency_id"],
                ["value_remaining:sum", "value_company_remaining:sum"],
            )
        return self._read_group(
            self._until(company, date), ["currency_id"], ["value:sum", "value_company:sum"]
        )

    def _plan_values(self, company, date):
        """Return what posted plan lines are worth whose minutes are not, or no longer, in the ledger."""
        plans = self._deferred_items(company, date) + self._plan_line_domain()
        taken_over = [
            (currency, -value, -value_company)
            for currency, value, value_company in self._taken_over(company, date)
        ]
        return [
            (currency, -amount, -balance) for currency, amount, balance in self._sum_items(plans)
        ] + taken_over

    def _taken_over(self, company, date):
        """Return what the ledger has taken over from invoices and credit notes.

        A purchase is booked by its invoice and a refund by its credit note; an un-payment (the reversal of a purchase)
        is not booked at all, because the invoice stays posted.
        """
        until = self._until(company, date)
        sums = self._read_group(
            until + [("kind", "in", ("purchase", "refund"))],
            ["currency_id"],
            ["value:sum", "value_company:sum"],
        )
        reversals = self.search(until + [("kind", "=", "reversal"), ("move_id", "=", False)])
        return sums + [
            (entry.currency_id, entry.value, entry.value_company)
            for entry in reversals
            if entry._reversed_kind() in ("purchase", "refund")
        ]

    @api.model
    def _until(self, company, date):
        domain = [("company_id", "=", company.id)]
        return domain + [("date", "<=", date)] if date else domain

    @api.model
    def _open_plan_lines(self, company, date=None):
        """Return the posted plan lines, also of credit notes, that the ledger had not taken over by the day."""
        domain = self._deferred_items(company, date) + self._plan_line_domain()
        lines = self.env["account.move.line"].search(domain, order="date, id")
        known = defaultdict(float)
        until = self._until(company, date)
        for entry in self.search(until + [("kind", "in", ("purchase", "refund", "reversal"))]):
            if entry._reversed_kind() in ("purchase", "refund"):
                line = entry.refund_line_id or entry.pack_id.invoice_line_id
                known[line.id] -= entry.value
        return lines.filtered(
            lambda line: line.currency_id.compare_amounts(line.amount_currency, known[line.id])
        )

    # === WHAT THE BOOKS SAY === #

    @api.model
    def _deferred_items(self, company, date=None):
        """Return the domain of the posted journal items on the company's deferred support revenue."""
        return self._until(company, date) + [
            ("account_id", "=", company.jobtrack_deferred_gl_id.id),
            ("parent_state", "=", "posted"),
        ]

    @api.model
    def _plan_line_domain(self):
        return [("display_type", "=", "product"), ("jobtrack_account_id", "!=", False)]

    @api.model
    def _foreign_items(self, company, date=None):
        """Return the domain of journal items on deferred revenue that neither sell hours nor follow from the ledger.

        Odoo writes some for taxes due on payment and for early-payment discounts; they come to nothing.
        """
        return self._deferred_items(company, date) + [
            ("move_id.jobtrack_is_ledger_move", "!=", True),
            "|",
            ("display_type", "!=", "product"),
            ("jobtrack_account_id", "=", False),
        ]

    def _sum_items(self, domain):
        return self.env["account.move.line"]._read_group(
            domain, ["currency_id"], ["amount_currency:sum", "balance:sum"]
        )

    # === PACKS ON A DAY === #

    @api.model
    def _packs_on(self, company, date):
        """Return what packs had left at the end of a day: tuples of pack, minutes, value, value in company currency."""
        groups = self._read_group(
            self._until(company, date),
            ["pack_id"],
            ["minutes:sum", "value:sum", "value_company:sum"],
        )
        return [
            (
                pack,
                minutes,
                pack.currency_id.round(value),
                pack.company_currency_id.round(company_value),
            )
            for pack, minutes, value, company_value in groups
            if minutes or value or company_value
        ]
