from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools import capacity
from ..tools.rounding import to_minutes

POLICIES = [
    (capacity.NOTHING, "Sell without looking"),
    (capacity.WARN, "Warn"),
    (capacity.REFUSE, "Refuse"),
]
TECHNICIANS = "jobtrack_support.group_technician"
DISPATCHERS = "jobtrack_support.group_dispatcher"


class ResCompanyDesk(models.AbstractModel):
    """What the desk of a company promises, and how much its people can work."""

    _name = "jobtrack.company.desk"
    _description = "Company: The Desk"

    jobtrack_estimate_target_hours = fields.Float(
        string="Promised Time to Estimate",
        default=3.0,
        help="Working hours from a request to its estimate, without those in which the client is asked.",
    )
    jobtrack_lift_share = fields.Integer(
        string="Pace Deficit That Lifts a Job",
        default=25,
        help="A client who is behind the even use of its prepaid hours by more than so many percent of them goes up"
        " one level in the queue; 0: never.",
    )
    jobtrack_capacity_share = fields.Integer(
        string="Share of Working Time for Support",
        default=80,
        help="So many percent of the technicians' working time can be sold.",
    )
    jobtrack_capacity_policy = fields.Selection(
        POLICIES,
        string="Purchases beyond the Capacity",
        default=capacity.WARN,
        required=True,
        help="What happens when more hours are bought than people can work until the quarter ends.",
    )
    jobtrack_worker_ids = fields.Many2many(
        "hr.employee",
        "jobtrack_company_worker_rel",
        string="Who Works on Jobs",
        help="Whose working time can be sold; empty: everybody with the role Technician.",
    )
    jobtrack_timer_hours = fields.Float(
        string="Longest Time of a Timer",
        default=8.0,
        help="A timer that runs longer was forgotten: it stops there, and its owner is asked for the true time.",
    )

    @api.constrains(
        "jobtrack_estimate_target_hours",
        "jobtrack_lift_share",
        "jobtrack_capacity_share",
        "jobtrack_timer_hours",
    )
    def _check_jobtrack_desk(self):
        for company in self:
            if company.jobtrack_estimate_target_hours <= 0 or company.jobtrack_timer_hours <= 0:
                raise ValidationError(
                    self.env._("The promised time and the time of a timer are more than 0 hours.")
                )
            shares = (company.jobtrack_lift_share, company.jobtrack_capacity_share)
            if not all(0 <= share <= capacity.PERCENT for share in shares):
                raise ValidationError(self.env._("A share lies between 0 and 100 percent."))

    def _jobtrack_staff(self, group):
        """Return the staff who work for this company and hold ``group``, given by its external id."""
        return (
            self.env.ref(group)
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active and not user.share and self in user.company_ids
            )
        )

    # === WORKING TIME === #

    def _jobtrack_work(self, begin, end):
        """Return the company's working time on the days between two moments as ``(start, end)`` periods, all naive UTC.

        Public holidays are taken out. A company without working hours works always. The first and the last day are
        given whole: every request of a day asks for the same, and finds it in the cache.
        """
        self.ensure_one()
        calendar = self.sudo().resource_calendar_id
        if not calendar or begin >= end:
            return [(begin, end)]
        return self._jobtrack_work_of_days(calendar.id, begin.date(), end.date())

    @ormcache("self.id", "calendar_id", "first", "last")
    def _jobtrack_work_of_days(self, calendar_id, first, last):
        """Return the working time of whole days; ``resource.calendar`` and its parts clear the cache."""
        calendar = self.env["resource.calendar"].sudo().browse(calendar_id)
        begin = datetime.combine(first, time.min, timezone.utc)
        end = datetime.combine(last + timedelta(days=1), time.min, timezone.utc)
        found = calendar._work_intervals_batch(begin, end, domain=self._jobtrack_leave_domain())
        return tuple(
            tuple(moment.astimezone(timezone.utc).replace(tzinfo=None) for moment in (start, stop))
            for start, stop, _meta in found[False]
        )

    def _jobtrack_leave_domain(self):
        """Return which leave counts: that of this company, not that of others with the same calendar."""
        return [("time_type", "=", "leave"), ("company_id", "in", (False, self.id))]

    def _jobtrack_technicians(self):
        """Return the employees whose time is sold: those that were chosen, else those whose role is Technician.

        Dispatchers may do what technicians do, but are counted only where they were chosen.
        """
        self.ensure_one()
        employees = self.env["hr.employee"].sudo().with_company(self)
        found = self.sudo().jobtrack_worker_ids.with_env(employees.env) or employees.search(
            [
                ("company_id", "=", self.id),
                ("user_id.all_group_ids", "in", self.env.ref(TECHNICIANS).ids),
            ]
        ).filtered(lambda employee: not employee.user_id.has_group(DISPATCHERS))
        return found.filtered("resource_calendar_id")

    def _jobtrack_worked_per_day(self, first, last):
        """Return a dictionary: day -> minutes that technicians can work on it, their leave taken out."""
        worked = {}
        available = self._jobtrack_available(self._jobtrack_technicians(), first, last)
        for (_employee, day), minutes in available.items():
            worked[day] = worked.get(day, 0) + minutes
        return worked

    def _jobtrack_available(self, employees, first, last):
        """Return a dictionary: (employee, day) -> minutes that the person can work on it, leave taken out."""
        self.ensure_one()
        zone = ZoneInfo(self.jobtrack_tz or "UTC")
        begin = datetime.combine(first, time.min, zone)
        end = datetime.combine(last + timedelta(days=1), time.min, zone)
        available = {}
        for calendar, people in employees.grouped("resource_calendar_id").items():
            if not calendar:
                continue
            found = calendar._work_intervals_batch(
                begin, end, people.resource_id, domain=self._jobtrack_leave_domain()
            )
            for employee in people:
                for start, stop, _meta in found[employee.resource_id.id]:
                    key = employee, start.astimezone(zone).date()
                    minutes = (stop - start) // timedelta(minutes=1)
                    available[key] = available.get(key, 0) + minutes
        return available

    # === CAPACITY === #

    def _jobtrack_capacity(self, until=None):
        """Return the ``capacity.Week`` rows from today until the quarter ends (B6, B10).

        :param date until: a later last day, for hours of the next quarter
        """
        self.ensure_one()
        today = self.env["jobtrack.account"]._today(self)
        last = until or self._jobtrack_quarter_end(today)
        return capacity.weeks(
            today,
            last,
            self._jobtrack_worked_per_day(today, last),
            self._jobtrack_promises(today),
            self.jobtrack_capacity_share,
        )

    def _jobtrack_promises(self, today):
        """Return the hours that were sold and not used, as plain promises; those without an end reserve no week."""
        packs = (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", self.id),
                    ("state", "in", ("pending", "active")),
                    ("date_expiry", ">=", today),
                    ("minutes_remaining", ">", 0),
                ],
                ["minutes_remaining", "date_start", "date_expiry"],
            )
        )
        return [
            capacity.Promise(pack.minutes_remaining, pack.date_start or today, pack.date_expiry)
            for pack in packs
        ]

    def _jobtrack_judge_purchase(self, hours, start=None):
        """Return what happens to a purchase of ``hours``, and the minutes that can still be sold.

        A company without technicians keeps no calendars here: nothing is known, and nothing refused.

        :param date start: first day of use, where that is in the next quarter
        :return: ``(tools.capacity answer, free minutes)``
        """
        self.ensure_one()
        policy = self.jobtrack_capacity_policy
        if policy == capacity.NOTHING or not self._jobtrack_technicians():
            return capacity.NOTHING, 0
        until = self._jobtrack_quarter_end(start) if start else None
        free = capacity.free_minutes(self._jobtrack_capacity(until), start)
        return capacity.judge(to_minutes(hours), free, policy), free
