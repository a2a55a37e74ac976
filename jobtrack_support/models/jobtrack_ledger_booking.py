from collections import defaultdict

from odoo import fields, models

from ..tools import posting
from .in_batches import AT_ONCE


class JobtrackLedgerBooking(models.AbstractModel):
    """How the ledger appears in the books: one entry per company and day for all that no invoice books."""

    _name = "jobtrack.ledger.booking"
    _description = "Ledger Entry: Its Booking"

    def _book_rows(self, rows):
        """Create one draft booking entry per company and day for rows that no invoice books, and link them."""
        to_book = defaultdict(list)
        reversed_entries = self.browse(row["reverses_id"] for row in rows if row["reverses_id"])
        reversed_kinds = {entry.id: entry._reversed_kind() for entry in reversed_entries}
        for row in rows:
            if row["move_id"]:
                continue
            # A cent may be left in company currency alone.
            value = row["value"] or row["value_company"]
            roles = posting.roles(row["kind"], value, reversed_kinds.get(row["reverses_id"]))
            if roles:
                to_book[row["company_id"], row["date"]].append((row, roles))
        vals_list = [
            self._prepare_move(company_id, day, booked)
            for (company_id, day), booked in to_book.items()
        ]
        moves = self.env["account.move"].with_context(**AT_ONCE).create(vals_list)
        moves = moves.with_env(self.env)
        for move, booked in zip(moves, to_book.values(), strict=True):
            for row, _roles in booked:
                row["move_id"] = move.id
        return moves

    def _prepare_move(self, company_id, day, booked):
        """Return the values of the entry in the books.

        The side of revenue has a line per account, kind and direction, with client and analytic account. The side of
        deferred revenue has one for all of them and names no client, however many accounts come together: what it holds
        for whom is what the ledger is for, and a billing run would otherwise take a sixth longer.
        """
        company = self.env["res.company"].browse(company_id)
        sums = self._sum_sides(booked)
        accounts = self.env["jobtrack.account"].browse({key[1] for key in sums if key[1]})
        # One recordset: what the lines ask of accounts and projects is then read for all of them at once.
        by_id = {account.id: account for account in accounts}
        accounts.project_id.account_id.mapped("plan_id")
        return {
            "move_type": "entry",
            "journal_id": company.jobtrack_journal_id.id,
            "company_id": company.id,
            "date": day,
            "ref": self.env._("Support ledger"),
            "jobtrack_is_ledger_move": True,
            "line_ids": [
                fields.Command.create(
                    self._prepare_move_line(
                        company,
                        by_id.get(account_id, accounts.browse()),
                        role,
                        currency_id,
                        kind,
                        *amounts,
                    )
                    | {"date": day}
                )
                for (role, account_id, currency_id, kind, _side), amounts in sums.items()
            ],
        }

    def _sum_sides(self, booked):
        """Return the amounts to book: (role, account or none, currency, kind, side) -> [value, in company currency]."""
        sums = defaultdict(lambda: [0.0, 0.0])
        for row, roles in booked:
            for role, side in zip(roles, (1, -1), strict=True):
                account_id = False if role == posting.DEFERRED else row["jobtrack_account_id"]
                amounts = sums[role, account_id, row["currency_id"], row["kind"], side]
                # Rounded one by one, as the other side is: both are equal whatever the currencies round to.
                amounts[0] += side * self._rounded(row, "value", "currency_id")
                amounts[1] += side * self._rounded(row, "value_company", "company_currency_id")
        return sums

    def _rounded(self, row, amount, currency):
        return self.env["res.currency"].browse(row[currency]).round(abs(row[amount]))

    def _prepare_move_line(self, company, account, role, currency_id, kind, value, value_company):
        """Return one line of the entry; positive values are debits. The analytic account is that of the project.

        :param account: the support account; empty for the deferred side, which always is one line for all
        """
        kind = dict(self._fields["kind"]._description_selection(self.env))[kind]
        analytic = account.project_id.account_id if role == posting.REVENUE else None
        return {
            "name": f"{account.name}: {kind}" if account else kind,
            "account_id": company._jobtrack_gl(role).id,
            "partner_id": account.partner_id.commercial_partner_id.id,
            "currency_id": currency_id,
            "amount_currency": self.env["res.currency"].browse(currency_id).round(value),
            "balance": company.currency_id.round(value_company),
            # What Odoo would find for each line by itself; a release carries no taxes (they were due at the sale).
            "display_type": "product",
            "sequence": 100,
            "quantity": 1,
            "price_unit": 0.0,
            "product_uom_id": False,
            "tax_ids": [fields.Command.clear()],
            "analytic_distribution": {str(analytic.id): 100} if analytic else False,
        }
