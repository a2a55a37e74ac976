from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import job_states, rollover
from ..tools.allocation import plan_funding
from ..tools.rounding import format_hours


class JobtrackAccountRollover(models.AbstractModel):
    """Hours that live on after the last day of their pack: one operation, whatever the reason (M2, M3, B9)."""

    _name = "jobtrack.account.rollover"
    _description = "Support Account: Rollover of Hours"

    def _roll_over(self, pack, minutes, date_expiry, reason, evidence=None):
        """Move minutes with exactly their value from a pack into a new one that is linked to it.

        The same for a reservation that survives, hours lost through the host's fault, and the extension of an expired
        pack. Nothing is booked: the liability stays what it was.

        :param pack: the ``jobtrack.hour.pack`` that the minutes leave
        :param int minutes: how many, at most what is left in it
        :param date date_expiry: last day of the new pack; None means that it never expires
        :param str reason: why, for the ledger
        :param str evidence: what shows it, for the ledger as well
        :return: the new, active pack
        :raise UserError: when the pack has not so many minutes, or the new one would not last longer
        """
        self.ensure_one()
        pack = pack.sudo()
        self._lock()
        if pack.jobtrack_account_id != self or not 0 < minutes <= pack.minutes_remaining:
            raise UserError(
                self.env._("%(pack)s has not so many hours left.", pack=pack.display_name)
            )
        if date_expiry and (not pack.date_expiry or date_expiry <= pack.date_expiry):
            raise UserError(self.env._("Hours that roll over last longer than before."))
        figures = pack._share(minutes)
        new = pack._create_rollover(minutes, figures, date_expiry)
        words = ": ".join(filter(None, (reason, evidence)))
        self._move_between(pack, new, minutes, figures, pack.date_expiry or self._today(), words)
        new.is_activated = True
        return new

    def _move_between(self, source, target, minutes, figures, day, reason):
        """Write the two entries of a rollover: out of one pack, with the same value into the other."""
        rows = []
        for pack, sign in ((source, -1), (target, 1)):
            amounts = {name: sign * amount for name, amount in figures.items()}
            rows.append(
                {
                    "pack": pack,
                    "kind": "rollover",
                    "minutes": sign * minutes,
                    "date": day,
                    "reason": reason,
                }
                | amounts
            )
        return self.env["jobtrack.ledger.entry"]._record(rows)

    def _rollover_expiry(self, day):
        """Return the last day of hours that roll over at the end of ``day``: the end of the next quarter."""
        return self.company_id._jobtrack_quarter_end(day + timedelta(days=1))

    # === RESERVATIONS THAT SURVIVE === #

    def _roll_over_reserve(self, pack, by_job, day):
        """Roll over what is reserved for jobs that waited for the host, and keep it reserved for them (M2).

        :param dict by_job: minutes by job id
        """
        if not by_job:
            return self.env["jobtrack.hour.pack"]
        jobs = self.env["project.task"].sudo().browse(by_job)
        evidence = ", ".join(
            f"{job.jobtrack_reference} {format_hours(by_job[job.id])} h" for job in jobs
        )
        reason = self.env._(
            "Reserved for work that waited for us on %(day)s", day=format_date(self.env, day)
        )
        rows = {job.id: pack._reserved_rows(job) for job in jobs}
        new = self._roll_over(
            pack, sum(by_job.values()), self._rollover_expiry(day), reason, evidence
        )
        for job in jobs:
            rows[job.id]._move_reserve(by_job[job.id], new)
        return new

    def _lost_rows(self):
        """Return the funding rows of work to do whose reservation lapsed with its pack."""
        rows = (
            self.env["jobtrack.work.order.funding"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("pack_id.is_lapsed", "=", True),
                    ("work_order_id.state", "=", "approved"),
                    ("work_order_id.task_id.jobtrack_state", "in", ("approved", "on_hold")),
                ]
            )
        )
        return rows.filtered(lambda row: row.minutes > row.reserved_minutes)

    def _reserve_lost(self):
        """Reserve other free hours for work whose reservation lapsed, first approved first."""
        for account in self:
            rows = account._lost_rows()
            if rows:
                account._lock()
            for row in rows.sorted(lambda row: (row.work_order_id.decision_date, row.id)):
                lost = row.minutes - row.reserved_minutes
                packs = account._usable_packs()
                for pack_id, minutes in plan_funding(lost, packs._as_plain(), account._today()):
                    if pack_id:
                        row._reserve_elsewhere(minutes, packs.browse(pack_id))

    def _jobs_without_consent_to_pay(self):
        """Return the ids of jobs whose reservation lapsed and whose client was shown no price to pay later.

        Their work would cost what nobody has agreed to: it waits for hours or for a new version (D3).
        """
        orders = self._lost_rows().work_order_id
        prepaid_only = orders.filtered(lambda order: all(row.pack_id for row in order.funding_ids))
        return set(prepaid_only.task_id.ids)

    # === REQUESTS THAT COULD HAVE USED THE HOURS === #

    def _requests_at(self, end):
        """Return the jobs that somebody was waited for on at the moment ``end``, first asked first, as plain values."""
        clock = self.env["jobtrack.waiting"].sudo()
        waiting = clock.search(
            [
                ("task_id.jobtrack_account_id", "=", self.id),
                ("date_from", "<", end),
                # The client did not want this work: our answer is due, but no hours wait for it.
                ("job_state", "!=", job_states.DECLINED),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", end),
            ]
        )
        jobs = waiting.task_id.filtered("jobtrack_is_billable")
        periods = clock.search([("task_id", "in", jobs.ids), ("date_from", "<", end)])
        by_job = periods.grouped("task_id")
        jobs = jobs.sorted(lambda job: (job.jobtrack_date_requested or job.create_date, job.id))
        return [
            rollover.Request(
                job.id,
                job._jobtrack_minutes_wanted(end),
                tuple(
                    rollover.Period(row._whose_turn(), row.date_from, row.date_to or None)
                    for row in by_job[job].sorted("date_from")
                ),
            )
            for job in jobs
        ]

    def _promised_minutes(self, packs):
        """Return the minutes by pack id that proposals to roll over hold until they are decided."""
        groups = (
            self.env["jobtrack.rollover"]
            .sudo()
            ._read_group(
                [("pack_id", "in", packs.ids), ("state", "=", "proposed")],
                ["pack_id"],
                ["minutes:sum"],
            )
        )
        return {pack.id: minutes for pack, minutes in groups}

    def _propose_rollover(self, pack, by_job, day):
        """Ask staff whether hours lapse through the host's fault (M3).

        :param dict by_job: minutes by job id that could have been used
        """
        if by_job:
            self.env["jobtrack.rollover"].sudo()._propose(self, pack, by_job, day)

    # === PROOF === #

    def _verify_rollovers(self):
        """Return whether rollovers have made or lost anything: what leaves one pack comes into another (I2, I6)."""
        problems = []
        groups = self.env["jobtrack.ledger.entry"]._read_group(
            [("jobtrack_account_id", "in", self.ids), ("kind", "=", "rollover")],
            ["jobtrack_account_id"],
            ["minutes:sum", "value:sum", "value_company:sum"],
        )
        for account, minutes, value, value_company in groups:
            currency, company_currency = account.currency_id, account.company_id.currency_id
            if (
                minutes
                or not currency.is_zero(value)
                or not company_currency.is_zero(value_company)
            ):
                problems.append(
                    f"{account.name}: rollovers do not come out even, by {minutes} minutes and {value}"
                )
        return problems
