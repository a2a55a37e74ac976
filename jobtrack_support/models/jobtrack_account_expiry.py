from datetime import date, timedelta

from odoo import models
from odoo.tools import SQL, format_date

from ..tools import billing_calendar, rollover
from ..tools.expiry import DAYS_TO_TYPE, earned


class JobtrackAccountExpiry(models.AbstractModel):
    """The end of packs: what nobody has earned or reserved lapses after their last day (B8, I10)."""

    _name = "jobtrack.account.expiry"
    _description = "Support Account: Expiry of Hours"

    def _begin_change(self):
        """Lock the accounts and bring their packs up to date, as everything begins that promises, bills or frees hours.

        Where several accounts are concerned they are locked together: locked one by one, two people could each hold
        what the other waits for.
        """
        self._lock()
        self._settle_packs()

    def _settle_packs(self):
        """Bring packs past their last day up to date before hours are promised, billed or freed.

        So billing and the daily care give the same result in whatever order they come. A query or two when there is
        nothing to do; the caller holds the lock of the accounts.
        """
        for account in self._accounts_to_settle():
            account._expire_packs()

    def _accounts_to_settle(self):
        """Return the accounts with packs past their last day, or with unbilled time from before such a day."""
        accounts = self.browse()
        for company, own in self.sudo().grouped("company_id").items():
            ended, lapsed = own._last_days(own._today(company))
            earliest = self.browse(account.id for account in lapsed)._earliest_unbilled(
                max(lapsed.values(), default=None)
            )
            accounts |= ended | self.browse(
                account.id
                for account, day in lapsed.items()
                if earliest.get(account.id, date.max) <= day
            )
        return accounts.sorted("id").with_env(self.env)

    def _last_days(self, today):
        """Return ``(accounts, days)``: those with packs to close, and by account the last day of its newest closed."""
        ended, lapsed = self.browse(), {}
        groups = self.env["jobtrack.hour.pack"]._read_group(
            [
                ("jobtrack_account_id", "in", self.ids),
                ("is_activated", "=", True),
                ("date_expiry", "<", today),
                "|",
                ("is_lapsed", "=", True),
                ("minutes_remaining", ">", 0),
            ],
            ["jobtrack_account_id", "is_lapsed"],
            ["date_expiry:max"],
        )
        for account, is_lapsed, day in groups:
            if is_lapsed:
                lapsed[account] = day
            else:
                ended |= account
        return ended, lapsed

    def _earliest_unbilled(self, day):
        """Return a dictionary: account id -> date of its earliest unbilled time, where that is not after ``day``."""
        if not self:
            return {}
        self.env["account.analytic.line"].flush_model()
        self.env["project.task"].flush_model(["jobtrack_account_id", "jobtrack_is_open"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT task.jobtrack_account_id, MIN(line.date)
                      FROM project_task task
                      JOIN account_analytic_line line ON line.jobtrack_job_id = task.id
                     WHERE task.jobtrack_account_id IN %(ids)s AND task.jobtrack_is_open
                       AND line.date <= %(day)s AND line.jobtrack_statement_line_id IS NULL
                       AND (line.jobtrack_billable OR line.jobtrack_pending)
                     GROUP BY task.jobtrack_account_id
                    """,
                    ids=tuple(self.ids),
                    day=day,
                )
            )
        )

    # === THE END OF PACKS === #

    def _expire_packs(self):
        """Let the hours of packs past their expiry lapse; running it again changes nothing (I9).

        However late this comes, it asks how things were at the end of each pack's last day; what came after brings
        back what it needs.

        :return: the new ledger entries
        """
        self.ensure_one()
        entries = self.env["jobtrack.ledger.entry"]
        while packs := self._next_due_packs():
            entries |= self._close_packs(packs, packs[0].date_expiry)
        return entries | self._close_again() | self._revive_lapsed()

    def _next_due_packs(self):
        """Return the packs past their last day that were not closed yet; those of the earliest such day."""
        today = self._today()
        due = self._usable_packs().filtered(
            lambda pack: not pack.is_lapsed and pack.date_expiry and pack.date_expiry < today
        )
        day = min(due.mapped("date_expiry"), default=None)
        return due.filtered(lambda pack: pack.date_expiry == day)

    def _close_again(self):
        """Let lapse what closed packs kept for work that needs it no more: deleted time, or a bill for less."""
        entries = self.env["jobtrack.ledger.entry"]
        closed = self._usable_packs().filtered("is_lapsed")
        for day, packs in closed.grouped("date_expiry").items():
            entries |= self._close_packs(packs, day)
        return entries

    def _split_packs(self, packs, day, first=True):
        """Return what becomes of each pack at the end of ``day`` (see ``tools.rollover``); writes nothing.

        :param packs: packs whose last day this is
        :param bool first: whether the pack ends now: time that is typed later comes later, and requests are found
            that could have used the hours
        """
        end = self._end_of_day(day)
        requests = self._requests_at(end)
        with_host = {
            request.job_id
            for request in requests
            if rollover.waits_for(request.periods, end) == "host"
        }
        start = billing_calendar.start_of_day(
            min(packs.mapped("date_start")), self.company_id.sudo().jobtrack_tz
        )
        return rollover.split(
            packs.ids,
            self._usable_packs()._as_plain(),
            self._unbilled_work(typed_by=day if first else None),
            day,
            with_host,
            rollover.wanted(requests, start, end) if first else [],
            self._promised_minutes(packs),
        )

    def _close_packs(self, packs, day, reason=None):
        """Split what is left of packs at the end of their last day, and let the rest lapse.

        :param reason: why the rest lapses, for the ledger; by default that it was not used by the day
        :return: the new ledger entries of kind expiry
        """
        packs = packs.filtered("minutes_remaining")
        if not packs:
            return self.env["jobtrack.ledger.entry"]
        self._lock()
        first = packs.filtered(lambda pack: not pack.is_lapsed)
        splits = self._split_packs(packs, day, first=bool(first))
        first.is_lapsed = True
        movements = []
        loses = False
        for pack in packs:
            part = splits[pack.id]
            loses = loses or bool(part.lost)
            self._roll_over_reserve(pack, part.rolled, day)
            pack._lower_reserve(part.lost)
            self._propose_rollover(pack, part.proposed, day)
            if part.lapsing:
                movements.append(self._prepare_expiry(pack, part.lapsing, day, reason))
        entries = self.env["jobtrack.ledger.entry"]
        if movements:
            entries = entries._record(movements)
        if loses:
            self._reserve_lost()
            self._refresh_holds()
        return entries

    def _end_of_day(self, day):
        """Return the moment (naive UTC) at which ``day`` ends in the company's time zone."""
        return billing_calendar.start_of_day(
            day + timedelta(days=1), self.company_id.sudo().jobtrack_tz
        )

    def _prepare_expiry(self, pack, minutes, day, reason=None):
        return {
            "pack": pack,
            "kind": "expiry",
            "minutes": -minutes,
            "date": day,
            "reason": reason or self.env._("Not used by %(day)s", day=format_date(self.env, day)),
        }

    def _unbilled_work(self, typed_by=None):
        """Return the account's unbilled time as plain jobs, also pending time and time of unfinished jobs.

        :param typed_by: leave out time that was typed after this day
        """
        jobs = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("parent_id", "=", False),
                    ("jobtrack_is_billable", "=", True),
                    "|",
                    ("jobtrack_state", "not in", ("billed", "cancelled")),
                    # Late time on a billed job may still get its consent.
                    "&",
                    ("jobtrack_state", "=", "billed"),
                    ("jobtrack_time_ids", "any", [("jobtrack_pending", "=", True)]),
                ],
                order="jobtrack_date_done, id",
            )
        )
        return [job._jobtrack_as_unbilled_work(typed_by) for job in jobs]

    # === EARLIER WORK THAT IS TYPED LATER === #

    def _revive_lapsed(self, by_manager=False):
        """Give lapsed hours back to work of the time before, which was typed after it (I10).

        By itself for time that was typed within ten days after the expiry, else when a manager says so; at most what
        lapsed and was neither rolled over nor refunded.

        :param bool by_manager: whether a manager has decided that time typed later counts as well
        :return: the new ledger entries of kind reversal
        """
        entries = self.env["jobtrack.ledger.entry"]
        for account in self:
            closed = account._revivable_packs()
            for day in sorted(set(closed.mapped("date_expiry"))):
                packs = closed.filtered(lambda pack, d=day: pack.date_expiry == d)
                entries |= account._revive_day(packs, day, by_manager)
        return entries

    def _revivable_packs(self):
        """Return the closed packs of which hours have lapsed for good until now."""
        packs = self.env["jobtrack.hour.pack"].sudo()
        groups = self.env["jobtrack.ledger.entry"]._read_group(
            [
                ("jobtrack_account_id", "=", self.id),
                ("kind", "=", "expiry"),
                ("pack_id.is_lapsed", "=", True),
                ("pack_id.is_activated", "=", True),
            ],
            ["pack_id"],
        )
        lapsed = packs.concat(*(pack for (pack,) in groups))
        return lapsed.filtered(lambda pack: pack._revivable_minutes() > 0)

    def _revive_day(self, packs, day, by_manager):
        """Reverse the lapse of packs that ended on ``day``, as far as unbilled work of that day or before needs it."""
        typed_by = None if by_manager else day + timedelta(days=DAYS_TO_TYPE)
        usable = self._usable_packs() | packs
        lapsed = {pack.id: pack._revivable_minutes() for pack in packs}
        needed, _own = earned(
            packs.ids, usable._as_plain(lapsed), self._unbilled_work(typed_by), day
        )
        promised = self._promised_minutes(packs)
        movements = []
        for pack in packs:
            free = pack.minutes_remaining - pack.reserved_minutes
            missing = needed[pack.id] + promised.get(pack.id, 0) - free
            minutes = min(missing if needed[pack.id] else 0, lapsed[pack.id])
            if minutes > 0:
                reason = self.env._(
                    "Work of %(day)s or before was typed later", day=format_date(self.env, day)
                )
                movements += pack._prepare_revival(minutes, reason)
        if not movements:
            return self.env["jobtrack.ledger.entry"]
        self._lock()
        return self.env["jobtrack.ledger.entry"]._record(movements)
