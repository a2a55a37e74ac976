from odoo import models

from ..tools.rounding import format_hours


class JobtrackStatementPaper(models.AbstractModel):
    """What a statement shows on paper: all movements of hours since the statement before."""

    _name = "jobtrack.statement.paper"
    _description = "Billing Statement: On Paper"

    def _format_minutes(self, minutes):
        """Return minutes as hours that people read, for the report's template."""
        return format_hours(minutes)

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
