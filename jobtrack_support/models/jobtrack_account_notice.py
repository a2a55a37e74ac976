from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

from ..tools.rounding import format_hours, to_minutes
from .jobtrack_account_mail import UNKEPT

PARKED_DAYS = 180
PARKED_AT_MOST = 5


class JobtrackAccountNotice(models.AbstractModel):
    """Clients hear in time that hours are about to lapse, and what they could do with them."""

    _name = "jobtrack.account.notice"
    _description = "Support Account: Notices before Hours Expire"

    low_hours_told = fields.Boolean(readonly=True, copy=False, groups="base.group_user")

    def _available_in_words(self):
        """Return the available hours as people write them, for mails."""
        return format_hours(to_minutes(self.available_hours))

    def _notify_expiry(self):
        """Tell who sees money or buys which hours lapse soon: 30, 14, 7 and 2 days before, once each (I9).

        One mail per person and day of expiry, however many packs end then. Hours that roll over by themselves, or that
        work has earned, alarm nobody.
        """
        self.ensure_one()
        today = self._today()
        packs = self._usable_packs().filtered(
            lambda pack: not pack.is_lapsed and pack.date_expiry and pack.date_expiry >= today
        )
        if not self.active:
            return
        for day, ending in packs.grouped("date_expiry").items():
            notices = [notice for pack in ending if (notice := pack._due_notice(today))]
            if notices and self._tell_expiry(ending, day):
                ending.expiry_notice_days = min(notices)

    def _tell_expiry(self, packs, day):
        """Send the notice about packs that end on ``day``, when something of them would lapse.

        :return: whether there was something to tell
        """
        splits = self._split_packs(packs, day, first=False)
        minutes = sum(part.lapsing for part in splits.values())
        if not minutes:
            return False
        value = sum(pack._share(splits[pack.id].lapsing)["value"] for pack in packs)
        told = {
            "day": day,
            "hours": format_hours(minutes),
            "value": self.currency_id.round(value),
            "jobs": self._parked_jobs(minutes),
        }
        reached = self._tell_hours(
            "jobtrack_support.mail_template_hours_expire", values=UNKEPT, jobtrack_expiry=told
        )
        self._note_notice(told, reached)
        return True

    def _note_notice(self, told, contacts):
        """Keep in the account's history who was told, and let the mails leave at once."""
        names = ", ".join(contacts.mapped("name")) or self.env._("nobody: no contact may buy")
        self.message_post(
            body=self.env._(
                "%(hours)s h expire on %(day)s: told %(names)s",
                hours=told["hours"],
                day=format_date(self.env, told["day"]),
                names=names,
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _notify_low(self):
        """Tell who sees money or buys that hours run low, once until there are more again.

        Only accounts that bought or got hours are told: to the others low hours are nothing new.
        """
        self.ensure_one()
        threshold = to_minutes(self.company_id.jobtrack_low_hours)
        low = bool(threshold and self.pack_ids) and to_minutes(self.available_hours) < threshold
        if low == self.low_hours_told:
            return
        self.low_hours_told = low
        if low and self.active:
            self._tell_hours("jobtrack_support.mail_template_low_hours")

    def _parked_jobs(self, minutes):
        """Return the client's own ideas that fit into ``minutes``: asked for, estimated or declined, not too old.

        :return: list of dictionaries with ``reference``, ``name`` and ``hours`` in words
        """
        since = self._now() - timedelta(days=PARKED_DAYS)
        jobs = (
            self.env["project.task"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("parent_id", "=", False),
                    ("jobtrack_is_billable", "=", True),
                    ("jobtrack_state", "in", ("requested", "estimated", "declined")),
                    ("jobtrack_date_requested", ">=", since),
                ],
                order="priority desc, jobtrack_date_requested, id",
            )
        )
        rows = []
        for job in jobs:
            wanted = job._jobtrack_minutes_wanted()
            if wanted <= minutes and len(rows) < PARKED_AT_MOST:
                rows.append(
                    {
                        "reference": job.jobtrack_reference,
                        "name": job.name,
                        "hours": format_hours(wanted),
                    }
                )
        return rows
