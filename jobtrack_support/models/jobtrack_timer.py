from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import job_states, working_time
from ..tools.rounding import to_hours

RUNNING, TO_LOG, LOGGED, DROPPED = "running", "to_log", "logged", "dropped"


class JobtrackTimer(models.Model):
    """A stretch of work that is measured. Its start is in the database: a crash or a closed browser loses nothing.

    A timer never bills by itself: its owner turns it into a time entry. One that was forgotten stops at the longest
    time that the company allows, and asks for the true one.
    """

    _name = "jobtrack.timer"
    _description = "Work Timer"
    _order = "date_start desc, id desc"

    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    task_id = fields.Many2one(
        "project.task", string="Job", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    date_start = fields.Datetime(string="Started", required=True, readonly=True)
    date_stop = fields.Datetime(string="Stopped", readonly=True)
    is_capped = fields.Boolean(
        string="Forgotten", readonly=True, help="It ran too long and was stopped by itself."
    )
    is_dropped = fields.Boolean(readonly=True)
    time_line_id = fields.Many2one(
        "account.analytic.line",
        string="Time Entry",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    hours = fields.Float(string="Measured", compute="_compute_hours")
    state = fields.Selection(
        [
            (RUNNING, "Running"),
            (TO_LOG, "To Log"),
            (LOGGED, "Logged"),
            (DROPPED, "Dropped"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )

    _one_running = models.UniqueIndex(
        "(user_id) WHERE date_stop IS NULL", "You have a timer running already."
    )

    @api.depends("date_stop", "is_dropped", "time_line_id")
    def _compute_state(self):
        for timer in self:
            if not timer.date_stop:
                timer.state = RUNNING
            elif timer.is_dropped:
                timer.state = DROPPED
            else:
                timer.state = LOGGED if timer.time_line_id else TO_LOG

    @api.depends("date_start", "date_stop")
    def _compute_hours(self):
        now = self.env["jobtrack.account"]._now()
        for timer in self:
            timer.hours = to_hours(
                working_time.rounded_minutes(timer.date_start, timer.date_stop or now)
            )

    @api.depends("task_id", "date_start")
    def _compute_display_name(self):
        for timer in self:
            timer.display_name = timer.task_id.display_name

    # === STEPS === #

    @api.model
    def _start(self, job):
        """Start the current user's timer on ``job``; one that runs elsewhere stops and waits to be logged."""
        running = self._running()
        running._stop()
        # The database allows one running timer: the old one has to be stopped there before the new one comes.
        running.flush_recordset()
        values = {
            "user_id": self.env.uid,
            "task_id": job.id,
            "date_start": self.env["jobtrack.account"]._now(),
        }
        return self.sudo().create(values)

    @api.model
    def _running(self):
        """Return the current user's running timer, if there is one."""
        return self.sudo().search([("user_id", "=", self.env.uid), ("date_stop", "=", False)])

    def _stop(self):
        """Stop these timers now, or at the longest time where they were forgotten."""
        now = self.env["jobtrack.account"]._now()
        for timer in self.sudo().filtered(lambda timer: not timer.date_stop):
            company = timer.company_id or self.env.company
            latest = timer.date_start + timedelta(hours=company.jobtrack_timer_hours)
            timer.write({"date_stop": min(now, latest), "is_capped": latest < now})

    def _check_own(self):
        if not self.env.su and any(timer.user_id != self.env.user for timer in self):
            raise AccessError(self.env._("This timer belongs to somebody else."))

    def action_log(self):
        """Stop the timer and open the form that makes a time entry of it."""
        self.ensure_one()
        self._check_own()
        self._stop()
        if self.state != TO_LOG:
            raise UserError(self.env._("This time was logged or dropped already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log the Time"),
            "res_model": "jobtrack.log.timer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_timer_id": self.id, "dialog_size": "medium"},
        }

    def action_drop(self):
        """Forget what was measured: it was no work on the job."""
        self._check_own()
        self._stop()
        if any(timer.state == LOGGED for timer in self):
            raise UserError(self.env._("This time is logged: change the time entry instead."))
        self.sudo().is_dropped = True

    @api.model
    def _cron_stop_forgotten(self):
        """Stop timers that run longer than their company allows; they wait to be logged with the true time."""
        now = self.env["jobtrack.account"]._now()
        running = self.sudo().search([("date_stop", "=", False)])
        running.filtered(
            lambda timer: (
                timer.date_start
                + timedelta(hours=(timer.company_id or self.env.company).jobtrack_timer_hours)
                < now
            )
        )._stop()


class JobtrackJobTimer(models.AbstractModel):
    """The timer on a job, for whoever looks at it."""

    _name = "jobtrack.job.timer"
    _description = "Job: Its Timer"

    jobtrack_timer_start = fields.Datetime(
        string="Timer Runs Since", compute="_compute_jobtrack_timer"
    )
    jobtrack_timer_hours = fields.Float(
        string="Measured, Not Logged", compute="_compute_jobtrack_timer"
    )

    @api.depends_context("uid")
    def _compute_jobtrack_timer(self):
        timers = (
            self.env["jobtrack.timer"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.env.uid),
                    ("task_id", "in", self._origin.ids),
                    ("state", "in", (RUNNING, TO_LOG)),
                ]
            )
        )
        by_job = timers.grouped("task_id")
        for job in self:
            own = by_job.get(job._origin, timers.browse())
            running = own.filtered(lambda timer: timer.state == RUNNING)
            job.jobtrack_timer_start = running.date_start
            job.jobtrack_timer_hours = sum((own - running).mapped("hours"))

    def action_jobtrack_timer_start(self):
        """Start the current user's timer on this job.

        :raise UserError: when the job takes no time any more, or the user is no employee
        """
        self.ensure_one()
        self._jobtrack_check_group("jobtrack_support.group_technician")
        if self.jobtrack_state not in job_states.OPEN:
            raise UserError(self.env._("%(job)s takes no time any more.", job=self.display_name))
        if not self.env.user.with_company(self.company_id).employee_id:
            raise UserError(
                self.env._("Only employees log time: ask the administrator to add you as one.")
            )
        self.env["jobtrack.timer"]._start(self)

    def action_jobtrack_timer_stop(self):
        """Stop the current user's timer on this job, and open the form that makes a time entry of it."""
        self.ensure_one()
        self._jobtrack_check_group("jobtrack_support.group_technician")
        timers = self.env["jobtrack.timer"].search(
            [
                ("user_id", "=", self.env.uid),
                ("task_id", "=", self.id),
                ("state", "in", (RUNNING, TO_LOG)),
            ],
            limit=1,
        )
        if not timers:
            raise UserError(self.env._("You have no timer on this job."))
        return timers.action_log()
