from odoo import Command, fields, models
from odoo.exceptions import UserError


class JobtrackPlanJobs(models.TransientModel):
    """Assigns, dates and prioritises the chosen jobs without opening them; what is left empty stays as it is."""

    _name = "jobtrack.plan.jobs"
    _description = "Plan Jobs"

    task_ids = fields.Many2many(
        "project.task", string="Jobs", required=True, default=lambda self: self._default_task_ids()
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Assign To",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("jobtrack_support.group_technician").ids)
        ],
    )
    date_deadline = fields.Datetime(string="Deadline")
    reason = fields.Char(help="Why the date changes: it is kept with the dates of the job.")
    priority = fields.Selection(
        selection=lambda self: self.env["project.task"]._fields["priority"].selection
    )

    def _default_task_ids(self):
        if self.env.context.get("active_model") != "project.task":
            return False
        return [Command.set(self.env.context.get("active_ids", []))]

    def action_plan(self):
        """Write what was filled in on all of the jobs.

        :raise UserError: when nothing was filled in, or one of the tasks is no open job
        """
        self.ensure_one()
        jobs = self.task_ids
        jobs._jobtrack_check_group("jobtrack_support.group_dispatcher")
        if not jobs or not all(job.jobtrack_is_job and job.jobtrack_is_open for job in jobs):
            raise UserError(self.env._("Choose open jobs only."))
        vals = {}
        if self.user_ids:
            vals["user_ids"] = [Command.set(self.user_ids.ids)]
        if self.date_deadline:
            vals["date_deadline"] = self.date_deadline
        if self.priority:
            vals["priority"] = self.priority
        if not vals:
            raise UserError(self.env._("Choose a person, a deadline or a priority."))
        jobs.with_context(jobtrack_date_reason=(self.reason or "").strip() or None).write(vals)
        return {"type": "ir.actions.act_window_close"}
