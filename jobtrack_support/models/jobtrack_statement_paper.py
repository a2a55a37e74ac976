from odoo import models

from ..tools.rounding import format_hours


class JobtrackStatementPaper(models.AbstractModel):
    """What a statement shows on paper: all movements of hours since the statement before."""

    _name = "jobtrack.statement.paper"
    _description = "Billing Statement: On Paper"

    def _format_minutes(self, minutes):
        """Return minutes as hours that people read, for the report's template."""
        return format_hours(minutes)

    def _pieces(self, rows, size):
        """Return ``rows`` in pieces of at most ``size``, at least one: the parts of a table that stay whole."""
        rows = list(rows)
        return [rows[start : start + size] for start in range(0, max(len(rows), 1), size)]

    def _previous_statement(self):
        """Return the statement before, bill or correction: its closing balance is where this one begins."""
        self.ensure_one()
        return self.search(
            [("jobtrack_account_id", "=", self.jobtrack_account_id.id), ("id", "<", self.id)],
            order="id desc",
            limit=1,
        )

    def _movements(self):
        """Return what happened to the hours between the statement before and this one.

        The caller has found the statement with the rights of the reader.

        :return: dictionary of ``previous`` (the statement before), ``opening`` (minutes), ``others`` (entries that came
            between: purchases, expiry, refunds ...), ``before`` (minutes before this billing), ``own`` (entries of this
            statement), ``closing`` and ``reserved`` (minutes)
        """
        self.ensure_one()
        statement = self.sudo()
        previous = statement._previous_statement()
        entries = self.env["jobtrack.ledger.entry"].sudo()
        found = entries.search(
            [
                ("jobtrack_account_id", "=", statement.jobtrack_account_id.id),
                ("number", ">", previous.ledger_number),
                ("number", "<=", statement.ledger_number),
            ],
            order="number",
        )
        own = found.filtered(lambda entry: entry.statement_line_id in statement.line_ids)
        others = found - own
        opening = previous.closing_minutes
        return {
            "previous": previous,
            "opening": opening,
            "others": others,
            "before": opening + sum(others.mapped("minutes")),
            "own": own,
            "closing": statement.closing_minutes,
            "reserved": statement.reserved_minutes,
        }

    def _movement_rows(self):
        """Return the rows of the table of movements, balances between them included, in the reader's language."""
        moved = self._movements()
        previous = moved["previous"]
        opening = (
            self.env._("Opening balance, from statement %(number)s", number=previous.name)
            if previous
            else self.env._("Opening balance")
        )
        rows = [
            self._balance_row(opening, moved["opening"], previous.date),
            *self._entry_rows(moved["others"]),
            self._balance_row(self.env._("Balance before this billing"), moved["before"]),
            *self._entry_rows(moved["own"]),
            self._balance_row(self.env._("Balance after this billing"), moved["closing"]),
        ]
        if moved["reserved"]:
            words = self.env._("Of these reserved for approved jobs")
            rows.append(self._balance_row(words, moved["reserved"]) | {"is_balance": False})
        return rows

    def _balance_row(self, text, minutes, date=False):
        return {
            "date": date,
            "text": text,
            "pack": "",
            "hours": "",
            "balance": format_hours(minutes),
            "is_balance": True,
        }

    def _entry_rows(self, entries):
        kinds = dict(entries._fields["kind"]._description_selection(self.env))
        return [
            {
                "date": entry.date,
                "text": " ".join(
                    filter(None, (kinds[entry.kind], entry.task_id.jobtrack_reference))
                ),
                "pack": entry.pack_id.name,
                "hours": format_hours(entry.minutes),
                "balance": format_hours(entry.balance_minutes),
                "is_balance": False,
            }
            for entry in entries
        ]
