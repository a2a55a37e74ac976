from odoo import models
from odoo.tools import format_date

from ..tools.expiry import lapsing_minutes


class JobtrackAccountExpiry(models.AbstractModel):
    """The end of packs: what nobody has earned or reserved lapses after their last day (B8)."""

    _name = "jobtrack.account.expiry"
    _description = "Support Account: Expiry of Hours"

    def _expire_packs(self):
        """Let the hours of packs past their expiry lapse; running it again changes nothing (I9).

        :return: the new ledger entries
        """
        self.ensure_one()
        today = self._today()
        due = self._usable_packs().filtered(
            lambda pack: pack.date_expiry and pack.date_expiry < today
        )
        nothing = self.env["jobtrack.ledger.entry"]
        if not due:
            return nothing
        self._lock()
        movements = []
        for day, packs in due.grouped("date_expiry").items():
            for pack_id, minutes in self._lapsing(packs, day).items():
                if minutes:
                    movements.append(self._prepare_expiry(due.browse(pack_id), minutes, day))
        due.write({"is_lapsed": True})
        return nothing._record(movements) if movements else nothing

    def _lapsing(self, packs, day):
        """Return the minutes by pack id that lapse of ``packs``, which all expire on ``day``."""
        usable = self._usable_packs()
        plain = usable._as_plain()
        return lapsing_minutes(
            packs.ids,
            plain,
            self._unbilled_work(),
            {pack.id: pack.minutes_remaining for pack in packs},
            {pack.id: pack.reserved_minutes for pack in packs},
            day,
        )

    def _unbilled_work(self):
        """Return the account's unbilled time as plain jobs, also pending time and time of unfinished jobs."""
        jobs = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("parent_id", "=", False),
                    ("jobtrack_is_billable", "=", True),
                    ("jobtrack_state", "not in", ("billed", "cancelled")),
                ],
                order="jobtrack_date_done, id",
            )
        )
        return [job._jobtrack_as_unbilled_work() for job in jobs]

    def _prepare_expiry(self, pack, minutes, day):
        return {
            "pack": pack,
            "kind": "expiry",
            "minutes": -minutes,
            "date": day,
            "reason": self.env._("Not used by %(day)s", day=format_date(self.env, day)),
        }
