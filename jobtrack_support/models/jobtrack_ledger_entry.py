from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.rounding import draw_value, to_hours
from . import guard, ledger_trigger

KINDS = [
    ("purchase", "Purchase"),
    ("grant", "Grant"),
    ("usage", "Usage"),
    ("expiry", "Expiry"),
    ("rollover", "Rollover"),
    ("adjustment", "Adjustment"),
    ("refund", "Refund"),
    ("reversal", "Reversal"),
]


class JobtrackLedgerEntry(models.Model):
    """One movement of minutes and value on an account. Entries are only ever added (I1)."""

    _name = "jobtrack.ledger.entry"
    _description = "Support Ledger Entry"
    _inherit = [
        "jobtrack.machine.written",
        "jobtrack.ledger.books",
        "jobtrack.ledger.explain",
        "jobtrack.ledger.goodwill",
        "jobtrack.ledger.booking",
        "jobtrack.ledger.proof",
    ]
    # Of one account this is the order of its numbers; an index leads to the newest, however many there are.
    _order = "date desc, id desc"
    _rec_name = "display_name"

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Date(required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    minutes = fields.Integer(required=True, readonly=True)
    hours = fields.Float(
        readonly=True, help="Positive: hours given to the client; negative: hours taken."
    )
    balance_minutes = fields.Integer(readonly=True, aggregator=None)
    balance_after = fields.Float(string="Balance (hours)", readonly=True, aggregator=None)
    value = fields.Monetary(readonly=True)
    value_company = fields.Monetary(readonly=True, currency_field="company_currency_id")
    rate = fields.Float(string="Rate per Hour", digits=(16, 4), readonly=True, aggregator="avg")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    pack_id = fields.Many2one(
        "jobtrack.hour.pack", required=True, readonly=True, ondelete="restrict", index=True
    )
    task_id = fields.Many2one(
        "project.task", string="Job", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    statement_line_id = fields.Many2one(
        "jobtrack.statement.line", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    statement_id = fields.Many2one(related="statement_line_id.statement_id", string="Statement")
    move_id = fields.Many2one(
        "account.move",
        string="Booked In",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    refund_line_id = fields.Many2one(
        "account.move.line",
        string="Credit Note Line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    reverses_id = fields.Many2one(
        "jobtrack.ledger.entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reason = fields.Char(readonly=True)

    _number_unique = models.Constraint(
        "unique(jobtrack_account_id, number)", "Numbers of ledger entries are unique per account."
    )

    _newest_first = models.Index("(jobtrack_account_id, date DESC, id DESC)")

    @api.depends("jobtrack_account_id.name", "number")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.jobtrack_account_id.name} #{entry.number}"

    def _auto_init(self):
        """Let an update add columns and fill them; :meth:`init` puts the guard back in the same transaction."""
        ledger_trigger.remove(self.env.cr)
        return super()._auto_init()

    def init(self):
        """Guard the rows in the database as well, against programs that do not ask Odoo."""
        result = super().init()
        ledger_trigger.install(self.env.cr)
        return result

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: an entry never changes; a mistake is put right by another entry."""
        raise UserError(
            self.env._("Ledger entries never change. Write a correcting entry instead.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Ledger entries are never deleted."))

    # === THE WRITER === #

    @api.model
    def _record(self, movements, post=True):
        """Write movements of hours: the one way in which packs, balances and the books change.

        The caller holds the lock of the accounts. Values that are not given are drawn from the pack in proportion.
        The draft booking entry is made first and posted last, so that journal numbers are taken after accounts.

        :param list movements: dictionaries with ``pack``, ``kind``, signed ``minutes``, ``date`` and optionally
            ``value``, ``value_company``, ``task``, ``statement_line``, ``move``, ``reverses``, ``reason``
        :param bool post: whether to post the booking entries now; the billing run posts them with its invoices
        :return: the new entries
        """
        return self._record_rows(self.sudo()._value_movements(movements), post)

    @api.model
    def _record_rows(self, rows, post=True):
        """Write what :meth:`_value_movements` has valued; the second half of :meth:`_record`.

        :param list rows: values of entries, with their minutes and values taken from their packs already
        """
        writer = guard.without_defaults(self.sudo())
        writer._date_rows(rows)
        moves = writer._book_rows(rows)
        entries = writer._create_rows(rows)
        if post and moves:
            moves._post(soft=False)
        return entries.with_env(self.env)

    def _value_movements(self, movements):
        """Return the movements as rows of values, and take them from (or give them to) their packs."""
        left = {}
        rows = []
        for movement in movements:
            pack = movement["pack"]
            minutes, value, value_company = left.setdefault(
                pack, [pack.minutes_remaining, pack.value_remaining, pack.value_company_remaining]
            )
            if movement.get("value") is None:
                moved = -movement["minutes"]
                digits = pack.currency_id.decimal_places
                company_digits = pack.company_currency_id.decimal_places
                movement = movement | {
                    "value": -float(draw_value(value, moved, minutes, digits)),
                    "value_company": -float(
                        draw_value(value_company, moved, minutes, company_digits)
                    ),
                }
            left[pack] = [
                minutes + movement["minutes"],
                pack.currency_id.round(value + movement["value"]),
                pack.company_currency_id.round(value_company + movement["value_company"]),
            ]
            rows.append(self._prepare_row(movement))
        for pack, (minutes, value, value_company) in left.items():
            pack.sudo().write(
                {
                    "minutes_remaining": minutes,
                    "value_remaining": value,
                    "value_company_remaining": value_company,
                }
            )
        return rows

    def _prepare_row(self, movement):
        """Return the values of one entry, but for its number, balance, date and booking entry."""
        pack = movement["pack"]
        minutes = movement["minutes"]
        value = movement["value"]
        return {
            "jobtrack_account_id": pack.jobtrack_account_id.id,
            "kind": movement["kind"],
            "minutes": minutes,
            "hours": to_hours(minutes),
            "value": value,
            "value_company": movement["value_company"],
            "rate": abs(value) / to_hours(abs(minutes)) if minutes else 0.0,
            "currency_id": pack.currency_id.id,
            "company_id": pack.company_id.id,
            "company_currency_id": pack.company_currency_id.id,
            "pack_id": pack.id,
            "task_id": movement.get("task") and movement["task"].id,
            "statement_line_id": movement.get("statement_line") and movement["statement_line"].id,
            "move_id": movement.get("move") and movement["move"].id,
            "reverses_id": movement.get("reverses") and movement["reverses"].id,
            "refund_line_id": movement.get("refund_line") and movement["refund_line"].id,
            "reason": movement.get("reason") or False,
            "date": movement["date"],
        }

    def _date_rows(self, rows):
        """Number and date the rows per account, so that numbers have no gap and dates never decrease (I1).

        A date inside a locked period moves to the first open day *before* it is written, so that the entry and its
        booking agree. A booking that exists already, like an invoice, keeps its own date.
        """
        accounts = self.env["jobtrack.account"].browse({row["jobtrack_account_id"] for row in rows})
        state = {
            account.id: [account.last_number, account.last_entry_date, account.balance_minutes]
            for account in accounts
        }
        open_days = {}
        for row in rows:
            number, last_date, balance = state[row["jobtrack_account_id"]]
            key = (row["company_id"], max(row["date"], last_date or row["date"]))
            if key not in open_days:
                open_days[key] = self._open_day(*key)
            row["date"] = open_days[key]
            row["number"] = number + 1
            row["balance_minutes"] = balance + row["minutes"]
            row["balance_after"] = to_hours(row["balance_minutes"])
            state[row["jobtrack_account_id"]] = [number + 1, row["date"], row["balance_minutes"]]
        for account in accounts:
            number, last_date, balance = state[account.id]
            account.write(
                {"last_number": number, "last_entry_date": last_date, "balance_minutes": balance}
            )

    def _open_day(self, company_id, day):
        """Return ``day``, or the first day after the lock dates that cover it."""
        company = self.env["res.company"].browse(company_id)
        company._jobtrack_ensure_books()
        move = self.env["account.move"].new(
            {
                "move_type": "entry",
                "company_id": company.id,
                "journal_id": company.jobtrack_journal_id.id,
            }
        )
        violated = move._get_violated_lock_dates(day, False)
        return violated[-1][0] + timedelta(days=1) if violated else day

    def _create_rows(self, rows):
        return self.create(rows)
