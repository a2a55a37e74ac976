from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import job_states
from ..tools.rounding import to_hours, to_minutes
from . import guard
from .jobtrack_job_clock import CLOCK
from .jobtrack_job_dispute import FACTS
from .jobtrack_job_emergency import ALARM_FACTS
from .jobtrack_job_queue import PLACE

STATES = [
    ("requested", "Requested"),
    ("estimated", "Estimated"),
    ("approved", "Approved"),
    ("on_hold", "On Hold"),
    ("done", "Done"),
    ("billed", "Billed"),
    ("declined", "Declined"),
    ("cancelled", "Cancelled"),
]
CHANNELS = [("portal", "Portal"), ("mail", "E-mail"), ("phone", "Phone"), ("staff", "Staff")]
# Written by transitions only, which work in sudo.
PROTECTED = (
    {
        "jobtrack_state",
        "jobtrack_waiting_for",
        "jobtrack_approved_minutes",
        "jobtrack_summary",
        "jobtrack_date_done",
        "jobtrack_date_requested",
        "jobtrack_reference",
        "jobtrack_hold_reason",
        "jobtrack_hold_manual",
        "jobtrack_waiting_ids",
        "jobtrack_account_id",
        "jobtrack_statement_line_ids",
        "jobtrack_time_ids",
        "jobtrack_is_open",
        "jobtrack_warned_minutes",
        "jobtrack_work_order_id",
    }
    | FACTS
    | ALARM_FACTS
    | CLOCK
    | PLACE
)


class ProjectTask(models.Model):
    """A top-level task of a support project is a job: a request with consent, time and a bill."""

    _name = "project.task"
    _inherit = [
        # Before Odoo's own, whose methods they extend.
        "jobtrack.job.clock",
        "jobtrack.job.kind",
        "jobtrack.job.queue",
        "jobtrack.job.timer",
        "project.task",
        "jobtrack.job.hours",
        "jobtrack.job.intake",
        "jobtrack.job.calls",
        "jobtrack.job.dates",
        "jobtrack.job.fields",
        "jobtrack.job.notes",
        "jobtrack.job.photos",
        "jobtrack.job.offers",
        "jobtrack.job.dispute",
        "jobtrack.job.dispute.decision",
        "jobtrack.job.estimate",
        "jobtrack.job.emergency",
        "jobtrack.job.invoicing",
        "jobtrack.job.mail",
        "jobtrack.job.prebill",
        "jobtrack.job.workflow",
        "jobtrack.job.next.step",
        "jobtrack.job.billing",
        "jobtrack.job.waiver",
    ]

    jobtrack_account_id = fields.Many2one(
        related="project_id.jobtrack_account_id",
        string="Support Account",
        store=True,
        index="btree_not_null",
    )
    jobtrack_is_job = fields.Boolean(compute="_compute_jobtrack_is_job", string="Is a Job")
    jobtrack_reference = fields.Char(string="Reference", readonly=True, copy=False, index="trigram")
    jobtrack_state = fields.Selection(
        STATES,
        string="Job State",
        readonly=True,
        copy=False,
        index="btree_not_null",
        group_expand=True,
    )
    jobtrack_is_open = fields.Boolean(
        compute="_compute_jobtrack_is_open",
        store=True,
        index=True,
        string="Open Job",
        help="Not billed, not given up, and not done without anything to bill.",
    )
    jobtrack_is_billable = fields.Boolean(
        string="Billable Job",
        default=True,
        copy=False,
        help="A question, a warranty case or goodwill is not billable: it needs no consent and costs nothing.",
    )
    jobtrack_is_emergency = fields.Boolean(string="Emergency", copy=False)
    jobtrack_job_type_id = fields.Many2one(
        "jobtrack.job.type",
        string="Kind of Job",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    jobtrack_channel = fields.Selection(CHANNELS, string="Came By", default="staff", copy=False)
    jobtrack_requester_id = fields.Many2one(
        "res.partner", string="Requested By", copy=False, index="btree_not_null", tracking=True
    )
    jobtrack_waiting_for = fields.Selection(
        [("host", "Us"), ("client", "Client")], string="Waiting For", readonly=True, copy=False
    )
    jobtrack_waiting_ids = fields.One2many("jobtrack.waiting", "task_id", string="Waiting History")
    jobtrack_hold_reason = fields.Selection(
        [
            ("overdue", "Overdue invoice"),
            ("funds", "No hours or credit"),
            ("client", "Client"),
            ("other", "Other"),
        ],
        string="On Hold Because Of",
        readonly=True,
        copy=False,
    )
    jobtrack_hold_manual = fields.Selection(
        [("client", "Client"), ("other", "Other")],
        string="Paused By Hand",
        readonly=True,
        copy=False,
    )
    jobtrack_work_order_ids = fields.One2many(
        "jobtrack.work.order", "task_id", string="Work Orders"
    )
    jobtrack_work_order_id = fields.Many2one(
        "jobtrack.work.order",
        compute="_compute_jobtrack_work_order_id",
        store=True,
        string="Work Order in Force",
        index="btree_not_null",
    )
    jobtrack_approved_minutes = fields.Integer(readonly=True, copy=False)
    jobtrack_approved_hours = fields.Float(
        compute="_compute_jobtrack_hours", string="Approved Hours"
    )
    jobtrack_billable_hours = fields.Float(
        compute="_compute_jobtrack_hours", string="Billable Time"
    )
    jobtrack_pending_hours = fields.Float(
        compute="_compute_jobtrack_hours",
        string="Pending Time",
        help="Time without the client's consent: not billed unless the client approves it.",
    )
    jobtrack_total_hours = fields.Float(compute="_compute_jobtrack_hours", string="Total Time")
    jobtrack_left_hours = fields.Float(
        compute="_compute_jobtrack_hours", string="Approved Hours Left"
    )
    jobtrack_time_ids = fields.One2many(
        "account.analytic.line", "jobtrack_job_id", string="Job Time"
    )
    jobtrack_date_requested = fields.Datetime(readonly=True, copy=False)
    jobtrack_date_done = fields.Datetime(string="Done On", readonly=True, copy=False)
    jobtrack_summary = fields.Text(string="Delivery Summary", readonly=True, copy=False)
    jobtrack_statement_line_ids = fields.One2many(
        "jobtrack.statement.line", "task_id", string="Billed On", readonly=True
    )
    jobtrack_next_step = fields.Char(compute="_compute_jobtrack_next_step", string="Next Step")

    # === COMPUTE METHODS === #

    @property
    def TASK_PORTAL_READABLE_FIELDS(self):
        return (
            super().TASK_PORTAL_READABLE_FIELDS
            | CLOCK
            | {
                "jobtrack_reference",
                "jobtrack_state",
                "jobtrack_is_job",
                "jobtrack_is_open",
                "jobtrack_is_billable",
                # Odoo asks it for the definition of the kind's own fields whenever a portal user saves any task.
                "jobtrack_job_type_id",
                "jobtrack_waiting_for",
                "jobtrack_summary",
                "jobtrack_date_done",
                "jobtrack_date_requested",
                "jobtrack_client_priority",
            }
        )

    @api.depends("jobtrack_account_id", "parent_id", "jobtrack_state")
    def _compute_jobtrack_is_job(self):
        """Tasks from before their project became a support project are no jobs: they have no job state."""
        for task in self:
            top_level = task._jobtrack_may_be_job()
            task.jobtrack_is_job = top_level and bool(task.jobtrack_state or not task._origin.id)

    def _jobtrack_may_be_job(self):
        """Return whether the task is a top-level task of a support project, and no template."""
        task = self.sudo()
        if task.is_template or task.has_template_ancestor:
            return False
        return bool(task.jobtrack_account_id and not task.parent_id)

    @api.depends("jobtrack_state", "jobtrack_is_billable")
    def _compute_jobtrack_is_open(self):
        for task in self:
            state = task.jobtrack_state
            task.jobtrack_is_open = bool(state) and not job_states.is_finished(
                state, task.jobtrack_is_billable
            )

    @api.depends("jobtrack_account_id", "parent_id")
    def _compute_partner_id(self):
        """A job's client is its account's client, also where Odoo would empty the customer of unbillable projects."""
        jobs = self.filtered("jobtrack_account_id")
        for job in jobs:
            job.partner_id = job.jobtrack_account_id.partner_id
        return super(ProjectTask, self - jobs)._compute_partner_id()

    @api.depends("jobtrack_work_order_ids.state")
    def _compute_jobtrack_work_order_id(self):
        for task in self:
            approved = task.jobtrack_work_order_ids.filtered(
                lambda order: order.state == "approved"
            )
            task.jobtrack_work_order_id = approved[:1]

    @api.depends(
        "jobtrack_approved_minutes",
        "jobtrack_time_ids.unit_amount",
        "jobtrack_time_ids.jobtrack_billable",
        "jobtrack_time_ids.jobtrack_pending",
        "jobtrack_time_ids.jobtrack_after_hours",
        "jobtrack_time_ids.jobtrack_statement_line_id",
        "jobtrack_work_order_ids.state",
        "jobtrack_statement_line_ids.minutes",
    )
    def _compute_jobtrack_hours(self):
        """Approved, billable and pending hours are billing hours; the total is the time as it was worked."""
        # Asked of all jobs together: the terms of each come from its work order.
        self.sudo().jobtrack_work_order_id.mapped("basis")
        for task in self:
            lines = task.sudo().jobtrack_time_ids
            billable = task.sudo()._jobtrack_used_minutes()
            pending = lines.filtered("jobtrack_pending")._jobtrack_minutes()
            task.jobtrack_approved_hours = to_hours(task.jobtrack_approved_minutes)
            task.jobtrack_billable_hours = to_hours(billable)
            task.jobtrack_pending_hours = to_hours(pending)
            task.jobtrack_total_hours = to_hours(
                sum(to_minutes(line.unit_amount) for line in lines)
            )
            task.jobtrack_left_hours = to_hours(task.jobtrack_approved_minutes - billable)

    # === CONSTRAINTS === #

    @api.constrains("sale_line_id", "project_id", "parent_id")
    def _check_jobtrack_no_sale_line(self):
        if any(task.jobtrack_account_id and task.sale_line_id for task in self.sudo()):
            raise ValidationError(
                self.env._("Support work is billed by JobTrack: a job has no sales order item.")
            )

    @api.constrains("project_id", "parent_id")
    def _check_jobtrack_stays(self):
        """A job with consent or time keeps its project: its hours belong to the account that approved them."""
        for task in self.sudo():
            for order in task.jobtrack_work_order_ids:
                account = order.funding_ids.jobtrack_account_id or order.jobtrack_account_id
                if account != task.jobtrack_account_id or task.parent_id:
                    raise ValidationError(
                        self.env._("A job with a work order stays in its project.")
                    )
            billed = task.jobtrack_time_ids.filtered("jobtrack_statement_line_id")
            if (
                billed
                and billed.jobtrack_statement_line_id.jobtrack_account_id
                != task.jobtrack_account_id
            ):
                raise ValidationError(self.env._("A job with billed time stays in its project."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._jobtrack_check_protected(vals_list)
        vals_list = self._jobtrack_add_first_state(vals_list)
        tasks = super(ProjectTask, guard.without_defaults(self, PROTECTED)).create(vals_list)
        tasks.filtered(lambda task: task._jobtrack_may_be_job())._jobtrack_begin()
        return tasks

    def write(self, vals):
        self._jobtrack_check_protected([vals])
        if "jobtrack_is_billable" in vals:
            self._jobtrack_check_triage(vals["jobtrack_is_billable"])
        if {"state", "stage_id"} & vals.keys():
            self._jobtrack_check_closing(vals)
        moves = bool({"project_id", "parent_id"} & vals.keys())
        if moves:
            self._jobtrack_check_move(vals)
            old_jobs = self._jobtrack_subtree_time().jobtrack_job_id
        result = super().write(vals)
        if moves:
            self.filtered(
                lambda task: task._jobtrack_may_be_job() and not task.jobtrack_state
            )._jobtrack_begin()
            self._jobtrack_rehome_time(old_jobs)
        if vals.get("jobtrack_is_emergency"):
            self._jobtrack_begin_emergency()
        return result

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a job of a letter to a support project (B2)."""
        model, letter = self._jobtrack_prepare_letter(msg_dict, custom_values)
        return super(ProjectTask, model).message_new(letter, custom_values)

    def message_update(self, msg_dict, update_vals=None):
        """Take a letter on a job without letting its other recipients follow the job."""
        return super().message_update(self._jobtrack_slim_letter(msg_dict), update_vals)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Write no second mail to who hears of a message by a mail of the table."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return self._jobtrack_without_told_apart(recipients)

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Let Odoo's loop detection see the jobs that a contact's mail has made."""
        return self._jobtrack_mail_domain(email_from_normalized)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_consented(self):
        if any(
            task.jobtrack_work_order_ids or task.jobtrack_statement_line_ids for task in self.sudo()
        ):
            raise UserError(
                self.env._("A job with work orders is kept as a record: cancel it instead.")
            )

    def _jobtrack_check_protected(self, vals_list):
        error = AccessError(self.env._("A job changes its state through its steps, not by typing."))
        if not self.env.su:
            guard.refuse(self, vals_list, PROTECTED | guard.filled_in(self, "jobtrack_"), error)

    def _jobtrack_check_triage(self, billable):
        """Refuse to make a job billable or not once consent was asked for; steps do it later (D3)."""
        for job in self.filtered(
            lambda task: task.jobtrack_is_job and task.jobtrack_is_billable != billable
        ):
            if job.jobtrack_state not in (False, "requested") and not self.env.su:
                raise UserError(
                    self.env._("Decide whether a job is billable before its estimate is sent.")
                )

    def _jobtrack_check_move(self, vals):
        """Refuse to take a job with time out of its project, or a part with billed time out of its job."""
        for task in self.sudo().filtered("jobtrack_account_id"):
            other_project = "project_id" in vals and vals["project_id"] != task.project_id.id
            other_parent = "parent_id" in vals and (vals["parent_id"] or False) != task.parent_id.id
            if not (other_project or other_parent):
                continue
            if task.jobtrack_is_job and (task.jobtrack_work_order_ids or task.jobtrack_time_ids):
                raise UserError(
                    self.env._("A job with a work order or with time stays in its project.")
                )
            if any(line.jobtrack_statement_line_id for line in task._jobtrack_subtree_time()):
                raise UserError(self.env._("A part with billed time stays in its job."))

    def _jobtrack_check_closing(self, vals):
        """Refuse to close a job through Odoo's own state or a folded stage before it is completed here."""
        stage = self.env["project.task.type"].browse(vals.get("stage_id"))
        closes = vals.get("state") in ("1_done", "1_canceled") or stage.fold
        if not closes:
            return
        for job in self.filtered("jobtrack_is_job"):
            if job.jobtrack_state in job_states.OPEN and not job.is_template:
                raise UserError(
                    self.env._(
                        "%(job)s is not completed yet: use 'Complete' and write what was delivered, or cancel it.",
                        job=job.display_name,
                    )
                )
