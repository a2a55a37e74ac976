from odoo import fields, models
from odoo.tools import SQL


class JobtrackAccountPast(models.AbstractModel):
    """What an account had at any moment of its past, from its ledger alone (M5)."""

    _name = "jobtrack.account.past"
    _description = "Support Account: Its Past"

    def _balance_on(self, date):
        """Return the minutes at the end of a day: entries are never changed, so the answer stays the same for ever.

        :param date: a date or its ISO notation
        :return: whole minutes
        """
        self.ensure_one()
        entry = (
            self.env["jobtrack.ledger.entry"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("date", "<=", fields.Date.to_date(date)),
                ],
                order="number desc",
                limit=1,
            )
        )
        return entry.balance_minutes

    def _packs_on(self, date):
        """Return what was left in each pack at the end of a day.

        :return: list of ``(pack, minutes, value)`` in order of use, without empty packs
        """
        self.ensure_one()
        groups = (
            self.env["jobtrack.ledger.entry"]
            .sudo()
            ._read_group(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("date", "<=", fields.Date.to_date(date)),
                ],
                ["pack_id"],
                ["minutes:sum", "value:sum"],
            )
        )
        left = [
            (pack, minutes, pack.currency_id.round(value))
            for pack, minutes, value in groups
            if minutes
        ]
        never = fields.Date.to_date("9999-12-31")
        return sorted(left, key=lambda row: (row[0].date_expiry or never, row[0].id))

    def _pack_minutes_after(self, number):
        """Return what each pack had after an entry, counted back from now: dictionary of minutes by pack id."""
        self.ensure_one()
        packs = self.env["jobtrack.hour.pack"].sudo().with_context(active_test=False)
        left = {
            pack.id: pack.minutes_remaining
            for pack in packs.search_fetch(
                [("jobtrack_account_id", "=", self.id), ("minutes_remaining", ">", 0)],
                ["minutes_remaining"],
            )
        }
        later = self.env["jobtrack.ledger.entry"]._read_group(
            [("jobtrack_account_id", "=", self.id), ("number", ">", number)],
            ["pack_id"],
            ["minutes:sum"],
        )
        for pack, minutes in later:
            left[pack.id] = left.get(pack.id, 0) - minutes
        return left

    def _movements_between(self, first, last):
        """Return ``(number, pack id, minutes)`` of the entries between two numbers, newest first."""
        self.ensure_one()
        self.env["jobtrack.ledger.entry"].flush_model(
            ["jobtrack_account_id", "number", "pack_id", "minutes"]
        )
        return self.env.execute_query(
            SQL(
                """SELECT number, pack_id, minutes FROM jobtrack_ledger_entry
                    WHERE jobtrack_account_id = %s AND number BETWEEN %s AND %s ORDER BY number DESC""",
                self.id,
                first,
                last,
            )
        )
