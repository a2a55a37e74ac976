from odoo import models
from odoo.exceptions import UserError

from ..tools import adjustment
from ..tools.rounding import format_hours
from . import guard


class JobtrackLedgerGoodwill(models.AbstractModel):
    """Used hours that are given back by a reversing entry; the statement stays as it is."""

    _name = "jobtrack.ledger.goodwill"
    _description = "Support Ledger: Hours Given Back"

    def _reversals(self):
        """Return the entries that took these back, whoever wrote them: a correction of the bill or goodwill."""
        return self.search([("reverses_id", "in", self.ids)])

    def _minutes_to_give_back(self):
        """Return the minutes of a usage that were not given back yet."""
        self.ensure_one()
        if self.kind != "usage":
            return 0
        return max(-self.minutes - sum(self._reversals().mapped("minutes")), 0)

    def _give_back(self, minutes, reason):
        """Give used hours back to their pack, at exactly their part of the value (section 1, "refund of used hours").

        Hours of a pack that has expired meanwhile are good until the end of the current quarter.

        :param int minutes: at most what was used and not given back
        :param str reason: why, for the ledger
        :return: the new entry
        :raise UserError: when so much was not used, or the pack's payment was taken back
        """
        self.ensure_one()
        entry = self.sudo()
        pack, account = entry.pack_id, entry.jobtrack_account_id
        account._begin_change()
        left = entry._minutes_to_give_back()
        if not 0 < minutes <= left:
            raise UserError(
                self.env._(
                    "%(hours)s h of %(entry)s can be given back.",
                    hours=format_hours(left),
                    entry=entry.display_name,
                )
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason stands in the ledger."))
        if not pack.is_activated:
            raise UserError(
                self.env._(
                    "%(pack)s is not paid any more: write a credit note instead.", pack=pack.name
                )
            )
        back = self.env["jobtrack.ledger.entry"]._record(
            [entry._prepare_give_back(minutes, reason.strip())]
        )
        if pack.is_lapsed:
            expiry = account.company_id._jobtrack_quarter_end(account._today())
            account._roll_over(pack, minutes, expiry, reason.strip())
        account._reserve_lost()
        account._refresh_holds()
        return back

    def _prepare_give_back(self, minutes, reason):
        pack = self.pack_id
        before = self._reversals()

        def share(name, currency):
            return float(
                adjustment.given_back(
                    -self[name],
                    minutes,
                    -self.minutes,
                    sum(before.mapped("minutes")),
                    sum(before.mapped(name)),
                    currency.decimal_places,
                )
            )

        return {
            "pack": pack,
            "kind": "reversal",
            "minutes": minutes,
            "value": share("value", pack.currency_id),
            "value_company": share("value_company", pack.company_currency_id),
            "date": self.jobtrack_account_id._today(),
            "task": self.task_id,
            "reverses": self,
            "reason": reason,
        }

    def _prepare_goodwill_end(self, date, reason):
        """Return the movements that take goodwill on these usages back, because a correction returns all their hours.

        :param date date: booking date of the correction
        """
        return [
            {
                "pack": goodwill.pack_id,
                "kind": "reversal",
                "minutes": -goodwill.minutes,
                "value": -goodwill.value,
                "value_company": -goodwill.value_company,
                "date": date,
                "task": goodwill.task_id,
                "reverses": goodwill,
                "reason": reason,
            }
            for goodwill in self._reversals().filtered(lambda entry: not entry.statement_line_id)
        ]

    def action_give_back(self):
        """Open the dialog that gives hours of this usage back."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return self._open_give_back()

    def _open_give_back(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give Hours Back"),
            "res_model": "jobtrack.give.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_entry_ids": self.ids, "dialog_size": "medium"},
        }
