from odoo import api, models


class JobtrackCalendarWatch(models.AbstractModel):
    """Part of the working hours: with a change, what was remembered of a company's working time is forgotten."""

    _name = "jobtrack.calendar.watch"
    _description = "Part of the Working Hours"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "jobtrack.calendar.watch"]


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "jobtrack.calendar.watch"]


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "jobtrack.calendar.watch"]
