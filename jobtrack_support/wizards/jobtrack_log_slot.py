from odoo import api, fields, models
from odoo.exceptions import UserError


class JobtrackLogSlot(models.TransientModel):
    """Logs what was done in a slot; with a call that was held, its billing begins (C6)."""

    _name = "jobtrack.log.slot"
    _description = "Log a Slot"

    event_id = fields.Many2one("calendar.event", string="Slot", required=True, readonly=True)
    task_id = fields.Many2one(related="event_id.jobtrack_job_id", related_sudo=False)
    approved_left = fields.Float(
        related="task_id.jobtrack_left_hours", string="Approved Hours Left", related_sudo=False
    )
    is_billable = fields.Boolean(related="task_id.jobtrack_is_billable", related_sudo=False)
    hours = fields.Float(
        required=True, compute="_compute_hours", store=True, readonly=False, precompute=True
    )
    category_id = fields.Many2one("jobtrack.time.category", string="Kind of Time")
    note = fields.Char(string="What Was Done", required=True)
    complete = fields.Boolean(string="The Job Is Done With It")

    @api.depends("event_id")
    def _compute_hours(self):
        for wizard in self:
            wizard.hours = wizard.event_id.duration

    def action_log(self):
        """Log the time as the current user; the time itself follows the client's consent.

        :return: the form that completes the job, when it is done with this
        :raise UserError: when the slot was logged before, or no time is given
        """
        self.ensure_one()
        event = self.event_id
        event._jobtrack_check_slot_access({})
        event._jobtrack_check_still_planned()
        if self.hours <= 0:
            raise UserError(self.env._("Please say how long it took."))
        event._jobtrack_log(self.hours, self.note, self.category_id)
        if self.complete:
            return event.jobtrack_job_id.action_jobtrack_complete()
        return {"type": "ir.actions.act_window_close"}
