from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, format_datetime
from psycopg2.errors import UniqueViolation

from ..tools import billing_calendar, slots

SEARCH_DAYS = 60
WHEN = "EEE d MMM y, HH:mm"
DAY, TIME = "yyyy-MM-dd", "HH:mm"
LOCK = "SELECT id FROM jobtrack_diary WHERE id IN %s ORDER BY id FOR NO KEY UPDATE"
TOUCH = "UPDATE jobtrack_diary SET lock_version = COALESCE(lock_version, 0) + 1 WHERE id IN %s"


def _naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


class JobtrackDiary(models.Model):
    """A person's time: the row through which every slot of that person goes, and what is known of it (C2).

    What stands in a diary is Odoo's: working hours and leave of the employee, events of the calendar.
    """

    _name = "jobtrack.diary"
    _description = "Diary"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, ondelete="cascade", index=True
    )
    lock_version = fields.Integer(readonly=True)

    _user_unique = models.Constraint("unique(user_id)", "This person has a diary already.")

    # === LOCK === #

    @api.model
    def _lock(self, users):
        """Take the time of ``users`` until the transaction ends: whoever plans for them meanwhile waits.

        The update makes a transaction that began before another one's commit fail and be retried, so that it sees the
        slot of the other.
        """
        rows = self._of(users)
        if rows:
            self.env.cr.execute(SQL(LOCK, tuple(sorted(rows.ids))))
            self.env.cr.execute(SQL(TOUCH, tuple(rows.ids)))
            rows.invalidate_recordset(["lock_version"])

    @api.model
    def _of(self, users):
        """Return the diaries of ``users``, made where they are missing."""
        rows = self.sudo().search([("user_id", "in", users.ids)])
        missing = users - rows.user_id
        if not missing:
            return rows
        try:
            with self.env.cr.savepoint():
                return rows | self.sudo().create([{"user_id": user.id} for user in missing])
        except UniqueViolation as error:
            raise ConcurrencyError("the same diary is being made") from error

    # === FACTS === #

    @api.model
    def _tz(self, user, company):
        """Return the time zone in which ``user`` works."""
        return user.sudo().tz or company.sudo().jobtrack_tz or "UTC"

    @api.model
    def _facts(self, users, start, end, company, without=()):
        """Return what stands in the diaries of ``users`` between two moments (naive UTC).

        Read in superuser mode: that somebody is busy is no secret among staff, and clients get free times only.

        :param without: ids of events that do not count, such as the slot that is being moved
        :return: dictionary user id -> ``tools.slots.Diary``
        """
        hours = self._working_hours(users, start, end, company)
        busy = self._busy(users, start, end, company, without)
        return {user.id: slots.Diary(*hours[user.id], tuple(busy[user.id])) for user in users}

    @api.model
    def _working_hours(self, users, start, end, company):
        """Return for each user id the working hours and the leave in them; without an employee, the company's hours."""
        bounds = (start.replace(tzinfo=timezone.utc), end.replace(tzinfo=timezone.utc))
        domain = [("user_id", "in", users.ids), ("company_id", "=", company.id)]
        employees = self.env["hr.employee"].sudo().search(domain)
        resources = {employee.user_id.id: employee.resource_id for employee in employees}
        every = employees.resource_id
        usual = every._get_valid_work_intervals(*bounds, compute_leaves=False)[0] if every else {}
        real = every._get_valid_work_intervals(*bounds)[0] if every else {}
        calendar = company.sudo().resource_calendar_id
        company_usual = company_real = ()
        if users - employees.user_id and calendar:
            company_usual = calendar._work_intervals_batch(*bounds, compute_leaves=False)[False]
            company_real = calendar._work_intervals_batch(*bounds)[False]
        result = {}
        for user in users:
            resource = resources.get(user.id)
            pair = (
                (usual[resource.id], real[resource.id])
                if resource
                else (company_usual, company_real)
            )
            all_hours, left = ([(_naive(a), _naive(b)) for a, b, _record in part] for part in pair)
            leave = [(a, b, self.env._("Leave")) for a, b in slots.without(all_hours, left)]
            result[user.id] = (tuple(all_hours), tuple(leave))
        return result

    @api.model
    def _busy(self, users, start, end, company, without=()):
        """Return for each user id the intervals ``(start, end, words)`` of busy events that were not declined."""
        domain = [
            ("partner_ids", "in", users.partner_id.ids),
            ("show_as", "=", "busy"),
            ("start", "<", end + timedelta(days=1)),
            ("stop", ">", start - timedelta(days=1)),
            ("id", "not in", list(without)),
        ]
        events = self.env["calendar.event"].sudo().search(domain)
        busy = {user.id: [] for user in users}
        for event in events:
            declined = event.attendee_ids.filtered(lambda a: a.state == "declined").partner_id
            words = (
                self.env._("Busy") if event._check_private_event_conditions() else event.name or ""
            )
            for user in users.filtered(
                lambda u, e=event, d=declined: u.partner_id in e.partner_ids - d
            ):
                busy[user.id].append((*self._span(event, user, company), words))
        return busy

    @api.model
    def _span(self, event, user, company):
        """Return the moments of an event; a whole day begins and ends by the clock of the person."""
        if not event.allday:
            return event.start, event.stop
        tz = self._tz(user, company)
        first, last = event.start_date or event.start.date(), event.stop_date or event.stop.date()
        return (
            billing_calendar.start_of_day(first, tz),
            billing_calendar.start_of_day(last + timedelta(days=1), tz),
        )

    # === ANSWERS === #

    @api.model
    def _clashes(self, user, start, end, company, kind, without=()):
        """Return what stands against a slot of ``user``, see ``tools.slots.clashes``."""
        diary = self._facts(user, start, end, company, without)[user.id]
        return slots.clashes(start, end, diary, kind)

    @api.model
    def _next_free(self, user, minutes, not_before, company, kind, without=()):
        """Return the first slot ``(start, end)`` in which ``user`` is free, or None within two months."""
        until = not_before + timedelta(days=SEARCH_DAYS)
        diary = self._facts(user, not_before, until, company, without)[user.id]
        return slots.next_free(diary, minutes, self._tz(user, company), not_before, kind)

    @api.model
    def _in_words(self, user, clashes):
        """Return clashes as sentences for the person who plans."""
        lines = []
        for clash in clashes:
            span = {
                "name": user.name,
                "start": self._when(clash.start),
                "end": self._until(clash.start, clash.end),
                "what": clash.words,
            }
            if clash.kind == slots.EVENT:
                lines.append(
                    self.env._("%(name)s is busy: %(what)s, %(start)s to %(end)s.", **span)
                )
            elif clash.kind == slots.LEAVE:
                lines.append(self.env._("%(name)s is on leave, %(start)s to %(end)s.", **span))
            else:
                lines.append(
                    self.env._(
                        "Outside of the working hours of %(name)s: %(start)s to %(end)s.", **span
                    )
                )
        return lines

    @api.model
    def _when(self, moment, tz=False):
        """Return a moment in words that nobody mixes up, by the clock of ``tz`` or of the current user."""
        return format_datetime(self.env, moment, tz=tz, dt_format=WHEN) if moment else ""

    @api.model
    def _until(self, start, end):
        """Return the end of a span in words: by its time alone where it ends on the day on which it began."""
        days = [format_datetime(self.env, moment, dt_format=DAY) for moment in (start, end)]
        if days[0] == days[1]:
            return format_datetime(self.env, end, dt_format=TIME)
        return self._when(end)

    @api.model
    def _soon(self):
        """Return the next full minute: where a search for free time begins."""
        now = self.env["jobtrack.account"]._now()
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
