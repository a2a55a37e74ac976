from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.jobtrack_timer import TO_LOG
from ..tools.rounding import to_hours, to_minutes


class JobtrackLogTimer(models.TransientModel):
    """Makes a time entry of what a timer measured."""

    _name = "jobtrack.log.timer"
    _description = "Log a Timer"

    timer_id = fields.Many2one("jobtrack.timer", required=True, readonly=True)
    task_id = fields.Many2one(related="timer_id.task_id", string="Job", related_sudo=False)
    is_capped = fields.Boolean(related="timer_id.is_capped", related_sudo=False)
    date_start = fields.Datetime(related="timer_id.date_start", related_sudo=False)
    left_hours = fields.Float(
        related="task_id.jobtrack_left_hours", string="Approved Hours Left", related_sudo=False
    )
    date = fields.Date(
        required=True, compute="_compute_from_timer", store=True, readonly=False, precompute=True
    )
    hours = fields.Float(
        string="Time",
        required=True,
        compute="_compute_from_timer",
        store=True,
        readonly=False,
        precompute=True,
    )
    name = fields.Char(string="What was done", required=True)
    category_ids = fields.Many2many(related="task_id.jobtrack_category_ids", related_sudo=False)
    category_id = fields.Many2one(
        "jobtrack.time.category",
        string="Kind of Time",
        domain="[('id', 'in', category_ids)]",
        compute="_compute_category_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("timer_id")
    def _compute_from_timer(self):
        for wizard in self:
            timer = wizard.timer_id
            account = timer.sudo().task_id.jobtrack_account_id
            wizard.hours = timer.hours
            start = timer.date_start or self.env["jobtrack.account"]._now()
            wizard.date = account._local_date(start) if account else start.date()

    @api.depends("timer_id")
    def _compute_category_id(self):
        for wizard in self:
            wizard.category_id = wizard.timer_id.task_id.jobtrack_category_ids[:1]

    def action_log(self):
        """Write the time entry, whole minutes, in the name of the timer's owner.

        :raise UserError: when the timer was logged or dropped meanwhile, or no time is left of it
        """
        self.ensure_one()
        timer, job = self.timer_id, self.timer_id.task_id
        timer._check_own()
        job._jobtrack_check_group("jobtrack_support.group_technician")
        # Two clicks at the same moment do not log the same time twice: one of them waits or is tried again.
        timer.sudo().lock_for_update()
        minutes = to_minutes(self.hours)
        if timer.state != TO_LOG:
            raise UserError(self.env._("This time was logged or dropped already."))
        if minutes <= 0:
            raise UserError(self.env._("Log at least a minute, or drop the timer."))
        line = self.env["account.analytic.line"].create(
            {
                "name": self.name,
                "task_id": job.id,
                "project_id": job.project_id.id,
                "employee_id": self.env.user.with_company(job.company_id).employee_id.id,
                "date": self.date,
                "unit_amount": to_hours(minutes),
                "jobtrack_category_id": self.category_id.id,
            }
        )
        timer.sudo().time_line_id = line
        return {"type": "ir.actions.act_window_close"}

    def action_drop(self):
        """Drop what was measured."""
        self.timer_id.action_drop()
        return {"type": "ir.actions.act_window_close"}
