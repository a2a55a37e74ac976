from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..tools import capacity
from ..tools.rounding import to_hours

READERS = ("jobtrack_support.group_dispatcher", "jobtrack_support.group_billing")


class JobtrackCapacity(models.TransientModel):
    """What people can work until the quarter ends and what was sold of it, as it stands when somebody looks (B6)."""

    _name = "jobtrack.capacity"
    _description = "Capacity"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    week_ids = fields.One2many(
        "jobtrack.capacity.week",
        "capacity_id",
        string="Weeks",
        readonly=True,
        default=lambda self: self._default_week_ids(),
    )
    free_hours = fields.Float(string="Can Still Be Sold", compute="_compute_free_hours")

    @api.model
    def _default_week_ids(self):
        """Look the weeks of the current company up.

        :raise AccessError: for anybody but dispatchers and billing
        """
        if not any(self.env.user.has_group(group) for group in READERS):
            raise AccessError(self.env._("The capacity is for dispatchers and billing."))
        # The sums say nothing about single people: who may read them needs no right to personnel files.
        rows = self.env.company.sudo()._jobtrack_capacity()
        return [
            Command.create(
                {
                    "date_from": row.start,
                    "date_to": row.end,
                    "capacity_hours": to_hours(row.capacity),
                    "sold_hours": to_hours(row.promised),
                    "free_hours": to_hours(row.free),
                    "load": capacity.PERCENT * row.promised / row.capacity if row.capacity else 0,
                }
            )
            for row in rows
        ]

    def _compute_display_name(self):
        self.display_name = self.env._("Capacity until the Quarter Ends")

    @api.depends("week_ids.free_hours")
    def _compute_free_hours(self):
        for record in self:
            record.free_hours = max(sum(record.week_ids.mapped("free_hours")), 0)


class JobtrackCapacityWeek(models.TransientModel):
    """A week of the quarter."""

    _name = "jobtrack.capacity.week"
    _description = "Capacity of a Week"
    _order = "date_from"

    capacity_id = fields.Many2one("jobtrack.capacity", required=True, ondelete="cascade")
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    capacity_hours = fields.Float(string="Can Be Worked", readonly=True)
    sold_hours = fields.Float(string="Sold", readonly=True)
    free_hours = fields.Float(string="Free", readonly=True)
    load = fields.Float(string="Load (%)", readonly=True)
