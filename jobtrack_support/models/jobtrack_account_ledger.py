import logging
from functools import partial

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from ..tools.rounding import amount_of, to_minutes

_logger = logging.getLogger(__name__)

LOCK = "SELECT id FROM jobtrack_account WHERE id IN %s ORDER BY id FOR NO KEY UPDATE"
TURNS_AT_MOST = 50
CONFLICTS_AT_MOST = 3


def _lock_first(cr, ids):
    """Begin the transaction after a lost conflict with the lock of the accounts, so that it is not lost again.

    Where many people work on one account, whoever waits for the lock has an old view of it when it is free and has to
    begin anew: a few times in a row, and the conflict would reach the user. A transaction that holds the lock before it
    looks at anything has a new view, and nobody can be faster.

    :param cr: the cursor, right after its rollback
    :param tuple ids: the accounts
    """
    for _turn in range(TURNS_AT_MOST):
        if not vars(cr).get("_obj"):
            return  # nobody tries again: the cursor is being closed
        try:
            cr.execute(SQL(LOCK, ids), log_exceptions=False)
        except SerializationFailure:
            cr.rollback()
        except OperationalError:
            cr.rollback()
            return
        else:
            return


class JobtrackAccountLedger(models.AbstractModel):
    """Everything about an account that touches its hours: the lock, grants, and the proof of the ledger."""

    _name = "jobtrack.account.ledger"
    _description = "Support Account: Ledger"

    def _lock(self):
        """Take the accounts for a change of hours, in the order of their ids, until the transaction ends.

        Waits for other holders. ``FOR NO KEY UPDATE`` lets others add jobs meanwhile, and the update makes a
        transaction that began before another one's commit fail and be retried, instead of working on old figures. The
        retry begins with the lock.
        """
        if not self:
            return
        self.env["jobtrack.account"].flush_model()
        ids = tuple(sorted(self.ids))
        cr = self.env.cr
        try:
            cr.execute(SQL(LOCK, ids))
            cr.execute(
                SQL(
                    "UPDATE jobtrack_account SET lock_version = COALESCE(lock_version, 0) + 1 WHERE id IN %s",
                    ids,
                )
            )
        except SerializationFailure:
            cr.postrollback.add(partial(_lock_first, cr, ids))
            raise
        self.invalidate_recordset(["lock_version"])

    def _grant_hours(self, hours, rate=0.0, date_start=None, date_expiry=None, reason=None):
        """Give the account a pack without a sale.

        A grant with a rate has a value: what the host gives away is booked against "Support hours granted" and becomes
        revenue when it is used. At rate 0 nothing is booked.

        :param float hours: hours given, more than 0
        :param float rate: value of one hour in the account's currency
        :param date date_start: first billing day on which it may be used; today by default
        :param date date_expiry: last day of work that it pays; None means that it never expires
        :param str reason: why, for the ledger
        :return: the new, active ``jobtrack.hour.pack``
        :raise UserError: when hours or rate make no sense
        """
        self.ensure_one()
        minutes = to_minutes(hours)
        if minutes <= 0 or rate < 0:
            raise UserError(self.env._("Grant more than 0 hours, at a rate of 0 or more."))
        today = self._today()
        date_start = fields.Date.to_date(date_start) or today
        date_expiry = fields.Date.to_date(date_expiry) or None
        if date_expiry and date_expiry < date_start:
            raise UserError(self.env._("The hours would expire before they start."))
        self._lock()
        digits = self.currency_id.decimal_places
        value = float(amount_of(minutes, rate, digits))
        pack = (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .create(
                {
                    "jobtrack_account_id": self.id,
                    "source": "grant",
                    "name": reason or self.env._("Grant"),
                    "minutes": minutes,
                    "rate": rate,
                    "value": value,
                    "value_company": self._to_company_currency(value, today),
                    "date_start": date_start,
                    "date_expiry": date_expiry,
                }
            )
        )
        pack._activate_grant(today, reason)
        return pack

    def _to_company_currency(self, value, date):
        """Return ``value`` of the account's currency in the company's currency, at the rate of ``date``."""
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(value, company.currency_id, company, date)

    def _usable_packs(self):
        """Return the packs with minutes left that have been activated, also those past their expiry.

        A pack past its expiry still pays work done before it (I10); the allocator looks at the dates.
        """
        return (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("is_activated", "=", True),
                    ("minutes_remaining", ">", 0),
                ]
            )
        )

    def _verify_ledger(self):
        """Replay the ledger of these accounts and compare it with what packs and accounts say (I1, I2, I3).

        :return: list of problems in words, empty when all is sound
        """
        problems = []
        for account in self.sudo():
            problems += account._verify_entries()
            problems += account._verify_packs()
        problems += self.sudo()._verify_rollovers()
        problems += self._verify_statements()
        return problems + self._verify_books()

    def _verify_entries(self):
        """Return what is wrong with the order, the numbers and the running balance of the entries (I1)."""
        problems = []
        balance, previous_date = 0, None
        entries = self.env["jobtrack.ledger.entry"].search(
            [("jobtrack_account_id", "=", self.id)], order="number"
        )
        for expected, entry in enumerate(entries, start=1):
            balance += entry.minutes
            if entry.number != expected:
                problems.append(f"{self.name}: entry {entry.number} stands where {expected} should")
            if entry.balance_minutes != balance:
                problems.append(
                    f"{self.name}: entry {entry.number} says {entry.balance_minutes} minutes, the sum is {balance}"
                )
            if previous_date and entry.date < previous_date:
                problems.append(f"{self.name}: entry {entry.number} is dated before the one above")
            previous_date = entry.date
        if balance != self.balance_minutes:
            problems.append(
                f"{self.name}: the balance is {self.balance_minutes}, the ledger says {balance}"
            )
        if len(entries) != self.last_number:
            problems.append(
                f"{self.name}: {self.last_number} entries were written, {len(entries)} are there"
            )
        return problems

    def _verify_packs(self):
        """Return the packs that do not equal the sum of their entries, or have more reserved than left (I2, I3)."""
        problems = []
        sums = {
            pack: (minutes or 0, value or 0.0, value_company or 0.0)
            for pack, minutes, value, value_company in self.env[
                "jobtrack.ledger.entry"
            ]._read_group(
                [("jobtrack_account_id", "=", self.id)],
                ["pack_id"],
                ["minutes:sum", "value:sum", "value_company:sum"],
            )
        }
        packs = self.with_context(active_test=False).pack_ids
        for pack in packs:
            minutes, value, value_company = sums.get(pack, (0, 0.0, 0.0))
            if pack.minutes_remaining != minutes or minutes < 0:
                problems.append(
                    f"{pack.display_name}: {pack.minutes_remaining} minutes, the ledger says {minutes}"
                )
            for kept, summed, currency in (
                (pack.value_remaining, value, pack.currency_id),
                (pack.value_company_remaining, value_company, pack.company_currency_id),
            ):
                if (
                    currency.compare_amounts(kept, summed)
                    or currency.compare_amounts(kept, 0.0) < 0
                ):
                    problems.append(f"{pack.display_name}: worth {kept}, the ledger says {summed}")
            problems += self._verify_purchase(pack)
            if pack.reserved_minutes > pack.minutes_remaining:
                problems.append(
                    f"{pack.display_name}: {pack.reserved_minutes} minutes reserved of {pack.minutes_remaining}"
                )
        if self.balance_minutes != sum(packs.mapped("minutes_remaining")):
            problems.append(f"{self.name}: the balance is not the sum of its packs")
        return problems

    def _verify_purchase(self, pack):
        """Return whether a purchase has given more, or less than its paid invoice line says."""
        if not pack.invoice_line_id or not pack.ledger_entry_ids:
            return []
        minutes, value, _company = pack._given()
        posted = to_minutes(pack.invoice_line_id.quantity)
        too_much = (
            minutes > posted
            or pack.currency_id.compare_amounts(value, -pack.invoice_line_id.amount_currency) > 0
        )
        # Hours that were given on top go with the rest when the payment is taken back, also on what was rolled over.
        extra = sum(
            entry.minutes
            for entry in pack._with_rollovers().ledger_entry_ids
            if entry.kind == "adjustment" and entry.minutes > 0
        )
        if minutes < -extra or too_much or (pack.is_activated and minutes != posted):
            return [f"{pack.display_name}: {minutes} minutes given, its invoice sold {posted}"]
        return []

    def _verify_statements(self):
        """Return jobs whose billed time breaks I4, I5 or I7, in words."""
        problems = []
        jobs = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            .search([("jobtrack_account_id", "in", self.ids), ("parent_id", "=", False)])
        )
        for job in jobs:
            problems += job._jobtrack_verify()
        lines = self.env["jobtrack.statement.line"].sudo()
        return problems + lines.search([("jobtrack_account_id", "in", self.ids)])._verify()

    def _verify_books(self):
        """Return where the deferred revenue in the books is not what packs and unpaid plan lines are worth (I6)."""
        problems = []
        for company in self.sudo().company_id:
            for row in self.env["jobtrack.ledger.entry"].sudo()._reconcile_deferred(company):
                suffix = "" if row["difference"] else "_company"
                if row["difference" + suffix]:
                    problems.append(
                        f"{company.name}, {row['currency'].name}: deferred revenue is {row['booked' + suffix]},"
                        f" packs and unpaid plans are worth {row['expected' + suffix]}"
                    )
        return problems

    @api.model
    def _cron_daily(self):
        """Look after each account, also archived ones; one that fails does not stop the others."""
        accounts = self.search([("active", "in", (True, False))])
        self.env["ir.cron"]._commit_progress(remaining=len(accounts))
        for account in accounts:
            for _attempt in range(CONFLICTS_AT_MOST):
                try:
                    with self.env.cr.savepoint():
                        account._look_after()
                    break
                except (
                    OperationalError
                ):  # somebody changed its hours meanwhile: once more, from what is true now
                    self.env.cr.rollback()
                    self.env.transaction.reset()
                except Exception:
                    _logger.exception("The daily care of support account %s failed", account.id)
                    break
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _look_after(self):
        """Derive packs from invoices, let hours expire or live on, refresh which jobs wait for money, renew."""
        self.ensure_one()
        self.env["jobtrack.hour.pack"]._sync_account(self)
        self.env["jobtrack.rollover"]._decide_overdue(self)
        self._expire_packs()
        self._reserve_lost()
        self._notify_expiry()
        self._notify_low()
        self._notify_low_credit()
        self._refresh_holds()
        self.env["jobtrack.work.order"]._look_after_unanswered(self)
        self._renew()

    @api.model
    def _cron_verify_ledger(self):
        """Prove every ledger each night, and tell the billing managers when anything is off (M5)."""
        accounts = self.search([("active", "in", (True, False))])
        for company, company_accounts in accounts.grouped("company_id").items():
            problems = company_accounts.with_company(company)._verify_ledger()
            if problems:
                company_accounts[0]._raise_alarm(problems)

    def _raise_alarm(self, problems):
        """List the problems for the administrators of JobTrack in the company; the log has them in any case."""
        self.ensure_one()
        _logger.error("Support ledger of %s: %s", self.company_id.name, "; ".join(problems))
        self._warn_administrators(
            self.env._("The support ledger does not add up"), Markup("<br/>").join(problems)
        )

    def _warn_administrators(self, summary, note):
        """Give each administrator of JobTrack in the company an activity, and keep the one that is there true.

        The billing team gets it where the company has no administrator.
        """
        self.ensure_one()
        people = self._staff_of("jobtrack_support.group_administrator")
        for user in people or self._staff_of("jobtrack_support.group_billing"):
            told = self.activity_ids.filtered(
                lambda act, u=user: act.user_id == u and act.summary == summary
            )
            if told:
                told.note = note
            else:
                self.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=summary,
                    note=note,
                    user_id=user.id,
                )
