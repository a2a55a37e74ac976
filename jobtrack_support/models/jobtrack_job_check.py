from odoo import api, fields, models


class JobtrackJobCheck(models.Model):
    """A step of a job's checklist, and who ticked it."""

    _name = "jobtrack.job.check"
    _description = "Step of a Job"
    _inherit = ["jobtrack.guarded"]
    _order = "sequence, id"

    task_id = fields.Many2one(
        "project.task", string="Job", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="task_id.jobtrack_account_id.company_id", store=True)
    name = fields.Char(string="Step", required=True)
    sequence = fields.Integer(default=10)
    is_of_kind = fields.Boolean(
        readonly=True,
        help="It came with the kind of job, and goes with it as long as nobody ticks it.",
    )
    is_ticked = fields.Boolean(string="Done")
    ticked_by_id = fields.Many2one("res.users", string="Done By", readonly=True, copy=False)
    ticked_date = fields.Datetime(string="Done On", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.filtered("is_ticked")._note_tick()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if "is_ticked" in vals:
            self._note_tick()
        return result

    def _note_tick(self):
        """Keep who ticked and when; nobody writes that by hand."""
        now = self.env["jobtrack.account"]._now()
        for is_ticked, steps in self.grouped("is_ticked").items():
            steps.sudo().write(
                {
                    "ticked_by_id": self.env.uid if is_ticked else False,
                    "ticked_date": now if is_ticked else False,
                }
            )


class JobtrackJobKind(models.AbstractModel):
    """What a job gets from its kind: a checklist and kinds of time."""

    _name = "jobtrack.job.kind"
    _description = "Job: Its Kind"

    jobtrack_job_type_id = fields.Many2one("jobtrack.job.type")
    jobtrack_check_ids = fields.One2many("jobtrack.job.check", "task_id", string="Checklist")
    jobtrack_check_open = fields.Integer(
        string="Steps Left", compute="_compute_jobtrack_check_open"
    )
    jobtrack_check_words = fields.Char(string="Steps", compute="_compute_jobtrack_check_open")
    jobtrack_category_ids = fields.Many2many(
        "jobtrack.time.category",
        string="Kinds of Time of This Job",
        compute="_compute_jobtrack_category_ids",
    )

    @api.depends("jobtrack_check_ids.is_ticked")
    def _compute_jobtrack_check_open(self):
        for job in self:
            checks = job.jobtrack_check_ids
            ticked = len(checks.filtered("is_ticked"))
            job.jobtrack_check_open = len(checks) - ticked
            job.jobtrack_check_words = f"{ticked}/{len(checks)}" if checks else False

    @api.depends("jobtrack_job_type_id.category_ids")
    def _compute_jobtrack_category_ids(self):
        every = self.env["jobtrack.time.category"].search([("active", "=", True)])
        for job in self:
            job.jobtrack_category_ids = job.jobtrack_job_type_id.category_ids or every

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks.filtered("jobtrack_job_type_id")._jobtrack_take_checklist()
        return tasks

    def write(self, vals):
        changed = self.browse()
        if "jobtrack_job_type_id" in vals:
            changed = self.filtered(
                lambda task: task.jobtrack_job_type_id.id != vals["jobtrack_job_type_id"]
            )
        result = super().write(vals)
        changed._jobtrack_take_checklist()
        return result

    def _jobtrack_take_checklist(self):
        """Give jobs the steps of their kind; of an earlier one those go that nobody ticked. What people added stays."""
        jobs = self.sudo()
        jobs.jobtrack_check_ids.filtered(
            lambda check: check.is_of_kind and not check.is_ticked
        ).unlink()
        self.env["jobtrack.job.check"].sudo().create(
            [
                {
                    "task_id": job.id,
                    "name": step.name,
                    "sequence": step.sequence,
                    "is_of_kind": True,
                }
                for job in jobs
                for step in job.jobtrack_job_type_id.checklist_ids
            ]
        )
