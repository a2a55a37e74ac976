from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.expiry import due_notice, earned
from ..tools.rounding import draw_value


class JobtrackHourPackLife(models.AbstractModel):
    """What happens to a pack at its end and after it: lapse and its reversal, rollover, extension."""

    _name = "jobtrack.hour.pack.life"
    _description = "Hour Pack: Its End"

    # === RESERVES === #

    def _reserved_rows(self, job):
        """Return the funding rows through which ``job`` has minutes of this pack reserved."""
        self.ensure_one()
        return self.funding_ids.filtered(
            lambda row: row.reserved_minutes and row.work_order_id.task_id == job
        )

    def _lower_reserve(self, by_job):
        """Take reserved minutes from jobs, because they lapse.

        :param dict by_job: minutes by job id
        """
        for job_id, minutes in by_job.items():
            for row in self._reserved_rows(self.env["project.task"].browse(job_id)):
                taken = min(minutes, row.reserved_minutes)
                row.reserved_minutes -= taken
                minutes -= taken

    # === ROLLOVER === #

    def _create_rollover(self, minutes, figures, date_expiry):
        """Return the new pack that takes over minutes of this one; its hours come by the ledger.

        It starts when this pack started: it pays what this one would have paid, and later work.
        """
        self.ensure_one()
        name = self.name
        if self.source != "rollover":
            name = self.env._("%(pack)s (rolled over)", pack=name)
        return self.create(
            {
                "jobtrack_account_id": self.jobtrack_account_id.id,
                "source": "rollover",
                "origin_pack_id": self.id,
                "name": name,
                "product_id": self.product_id.id,
                "minutes": minutes,
                "rate": self.rate,
                "date_start": self.date_start,
                "date_expiry": date_expiry,
                **figures,
            }
        )

    def _with_rollovers(self):
        """Return these packs and all that was rolled over from them, also again."""
        packs = newer = self
        while newer := newer.rollover_ids:
            packs |= newer
        return packs

    def _return_rollovers(self, reason):
        """Bring what is left of packs that this one was rolled over into back to it: its payment was taken back."""
        for pack in self.rollover_ids.filtered("is_activated"):
            pack._return_rollovers(reason)
            pack.funding_ids.filtered("reserved_minutes").write({"reserved_minutes": 0})
            minutes = pack.minutes_remaining
            if minutes:
                figures = {
                    "value": pack.value_remaining,
                    "value_company": pack.value_company_remaining,
                }
                account = pack.jobtrack_account_id
                account._move_between(pack, self, minutes, figures, account._today(), reason)
            pack.write({"is_activated": False, "returned_minutes": minutes})

    def _return_to_origin(self, reason):
        """Pass what a correction has returned to this pack on to the unpaid purchase that it was rolled over from.

        The purchase gives it back here when it is paid again.
        """
        origin, minutes = self.origin_pack_id, self.minutes_remaining
        if minutes:
            account = self.jobtrack_account_id
            figures = self._share(minutes)
            account._move_between(self, origin, minutes, figures, account._today(), reason)
            self.returned_minutes += minutes
        origin._give_up_returned(reason)

    def _give_up_returned(self, reason):
        """Take back hours that a correction has returned to a pack whose payment was taken back before."""
        if self.origin_pack_id:
            self._return_to_origin(reason)
        else:
            self._take_back(reason)

    def _roll_over_again(self):
        """Give the packs that this one was rolled over into what they had before its payment was taken back."""
        for pack in self.rollover_ids.filtered(lambda pack: not pack.is_activated):
            minutes = min(pack.returned_minutes, self.minutes_remaining - self.reserved_minutes)
            account = pack.jobtrack_account_id
            if minutes > 0:
                figures = self._share(minutes)
                reason = self.env._("Paid again: rolled over as before")
                account._move_between(self, pack, minutes, figures, account._today(), reason)
            pack.write({"is_activated": True, "returned_minutes": 0})
            pack._roll_over_again()
            pack._reserve_again()

    def _share(self, minutes):
        """Return the value of ``minutes`` of what is left, in both currencies."""
        digits, company_digits = (
            self.currency_id.decimal_places,
            self.company_currency_id.decimal_places,
        )
        left = self.minutes_remaining
        value = draw_value(self.value_remaining, minutes, left, digits)
        company = draw_value(self.value_company_remaining, minutes, left, company_digits)
        return {"value": float(value), "value_company": float(company)}

    # === LAPSE AND ITS REVERSAL === #

    def _lapsed_entries(self):
        """Return for each entry by which hours lapsed what of it still stands, newest first.

        :return: list of ``(entry, minutes, value, value in company currency)``, the figures positive
        """
        entries = self.ledger_entry_ids.sorted("number", reverse=True)
        standing = []
        for entry in entries.filtered(lambda entry: entry.kind == "expiry"):
            parts = entry | entries.filtered(lambda other, e=entry: other.reverses_id == e)
            standing.append(
                (
                    entry,
                    -sum(parts.mapped("minutes")),
                    -self.currency_id.round(sum(parts.mapped("value"))),
                    -self.company_currency_id.round(sum(parts.mapped("value_company"))),
                )
            )
        return [row for row in standing if row[1] > 0]

    def _revivable_minutes(self):
        """Return the minutes that lapsed and could come back."""
        return sum(minutes for _entry, minutes, _value, _company in self._lapsed_entries())

    def _prepare_revival(self, minutes, reason):
        """Return the movements that bring back ``minutes`` that lapsed, with the value that lapsed with them."""
        movements = []
        digits, company_digits = (
            self.currency_id.decimal_places,
            self.company_currency_id.decimal_places,
        )
        for entry, left, value, value_company in self._lapsed_entries():
            taken = min(minutes, left)
            if taken <= 0:
                break
            minutes -= taken
            movements.append(
                {
                    "pack": self,
                    "kind": "reversal",
                    "minutes": taken,
                    "value": float(draw_value(value, taken, left, digits)),
                    "value_company": float(draw_value(value_company, taken, left, company_digits)),
                    "date": self.jobtrack_account_id._today(),
                    "reverses": entry,
                    "reason": reason,
                }
            )
        return movements

    def action_revive_lapsed(self):
        """Give lapsed hours back to work from before the expiry that was typed more than ten days after it.

        :raise AccessError: when the user is no administrator of JobTrack
        :raise UserError: when no such work waits
        """
        self._check_group(
            "jobtrack_support.group_administrator",
            self.env._("Only an administrator of JobTrack gives lapsed hours back."),
        )
        accounts = self.sudo().jobtrack_account_id
        accounts._begin_change()
        if not accounts._revive_lapsed(by_manager=True):
            days = filter(None, self.sudo().mapped("date_expiry"))
            raise UserError(
                self.env._(
                    "No unbilled work of %(day)s or before needs hours that lapsed.",
                    day=format_date(self.env, max(days, default=accounts._today())),
                )
            )

    def _due_notice(self, today):
        """Return which notice before the expiry is due today, in days before it, or None."""
        self.ensure_one()
        since = min(self.ledger_entry_ids.mapped("date"), default=today)
        return due_notice(
            (self.date_expiry - today).days, self.expiry_notice_days, (today - since).days
        )

    # === EXTENSION === #

    def action_extend(self):
        """Open the form in which the last day of the pack is moved.

        :raise AccessError: when the user does not bill
        """
        self.ensure_one()
        self._check_may_extend()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extend Hours"),
            "res_model": "jobtrack.extend.pack",
            "view_mode": "form",
            "target": "new",
            "context": {"default_pack_id": self.id, "dialog_size": "medium"},
        }

    def _check_may_extend(self):
        self._check_group(
            "jobtrack_support.group_billing",
            self.env._("Only the billing team extends hours."),
        )

    def _check_group(self, group, message):
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(message)
        self.check_access("read")

    def _extend(self, date_expiry, reason):
        """Move the last day of a pack; of one that has expired already, what lapsed comes back and rolls over.

        :param date date_expiry: the new last day
        :param str reason: why, for the ledger; required
        :return: the pack that holds the hours now
        :raise UserError: when it would shorten the pack, or there are no hours to extend
        """
        self.ensure_one()
        pack = self.sudo()
        account = pack.jobtrack_account_id
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the hours last longer: it stands in the ledger."))
        account._begin_change()
        date_expiry = fields.Date.to_date(date_expiry)
        pack._check_extension(date_expiry)
        extended = pack._extend_expired if pack.is_lapsed else pack._extend_live
        new = extended(date_expiry, reason)
        account._reserve_lost()
        account._refresh_holds()
        return new

    def _check_extension(self, date_expiry):
        """Refuse what is no extension."""
        if not self.is_activated or self.state == "refunded":
            raise UserError(self.env._("%(pack)s has no hours to extend.", pack=self.display_name))
        if not date_expiry or not self.date_expiry or date_expiry <= self.date_expiry:
            raise UserError(
                self.env._("Choose a day after the present last day: hours are never shortened.")
            )
        if date_expiry < self.jobtrack_account_id._today():
            raise UserError(self.env._("This day is over: choose one to come."))

    def _extend_live(self, date_expiry, reason):
        if not self.minutes_remaining:
            raise UserError(self.env._("%(pack)s is used up.", pack=self.display_name))
        words = self.env._(
            "Until %(new)s instead of %(old)s: %(reason)s",
            new=format_date(self.env, date_expiry),
            old=format_date(self.env, self.date_expiry),
            reason=reason,
        )
        self.env["jobtrack.ledger.entry"]._record(
            [
                {
                    "pack": self,
                    "kind": "adjustment",
                    "minutes": 0,
                    "date": self.jobtrack_account_id._today(),
                    "reason": words,
                }
            ]
        )
        self.write({"date_expiry": date_expiry, "expiry_notice_days": 0})
        return self

    def _extend_expired(self, date_expiry, reason):
        account = self.jobtrack_account_id
        self.env["jobtrack.rollover"]._withdraw(self, reason)
        back = self._prepare_revival(self._revivable_minutes(), reason)
        if back:
            self.env["jobtrack.ledger.entry"]._record(back)
        needed, _own = earned(
            self.ids,
            account._usable_packs()._as_plain(),
            account._unbilled_work(),
            self.date_expiry,
        )
        free = self.minutes_remaining - self.reserved_minutes - needed[self.id]
        if free <= 0:
            raise UserError(self.env._("Nothing of %(pack)s has lapsed.", pack=self.display_name))
        return account._roll_over(self, free, date_expiry, self.env._("Extended"), reason)
