from odoo import api, fields, models
from odoo.exceptions import UserError

from . import guard
from .project_task import STATES

# Columns of the board that are there also when they are empty: the way of a job that goes well.
BOARD_STATES = ("requested", "estimated", "approved", "on_hold", "done")


class ProjectTask(models.Model):
    """What the staff's screens of a job show and open; no rule lives here."""

    _inherit = "project.task"
    # People say the reference on the phone.
    _rec_names_search = ["name", "jobtrack_reference"]

    jobtrack_state = fields.Selection(group_expand="_jobtrack_group_expand_states")
    jobtrack_properties = fields.Properties(
        "Fields of Its Kind", definition="jobtrack_job_type_id.job_properties", copy=False
    )
    jobtrack_account_available_hours = fields.Float(
        related="jobtrack_account_id.available_hours", string="Available Hours of the Account"
    )
    jobtrack_contact_partner_ids = fields.Many2many(
        "res.partner",
        compute="_compute_jobtrack_contact_partner_ids",
        string="Authorised to Request",
    )
    jobtrack_change_order_waits = fields.Boolean(
        compute="_compute_jobtrack_counts", string="A Change Order Waits for the Client"
    )
    jobtrack_question_waits = fields.Boolean(
        compute="_compute_jobtrack_counts", string="The Client Asks about the Estimate"
    )
    jobtrack_has_waived = fields.Boolean(
        compute="_compute_jobtrack_has_waived", string="Has Waived Time"
    )
    jobtrack_work_order_count = fields.Integer(compute="_compute_jobtrack_counts")
    jobtrack_statement_count = fields.Integer(compute="_compute_jobtrack_counts")

    @api.model
    def default_get(self, fields):
        """A job is not silently its creator's: Odoo would assign a task that begins without a project (C1)."""
        tasks = self
        if self.env.context.get("jobtrack_jobs") and "default_user_ids" not in self.env.context:
            tasks = self.with_context(default_user_ids=[])
        return super(ProjectTask, tasks).default_get(fields)

    @api.model
    def _jobtrack_group_expand_states(self, states, domain):
        return [state for state, _label in STATES if state in BOARD_STATES or state in states]

    @api.depends("jobtrack_account_id")
    def _compute_jobtrack_contact_partner_ids(self):
        for task in self:
            contacts = task.sudo().jobtrack_account_id.contact_ids
            task.jobtrack_contact_partner_ids = contacts.filtered("may_request").partner_id

    @api.depends("jobtrack_time_ids.jobtrack_waive_reason")
    def _compute_jobtrack_has_waived(self):
        for task in self:
            task.jobtrack_has_waived = any(
                line.jobtrack_waive_reason and not line.jobtrack_statement_line_id
                for line in task.sudo().jobtrack_time_ids
            )

    @api.depends(
        "jobtrack_work_order_ids.state",
        "jobtrack_work_order_ids.question_waits",
        "jobtrack_statement_line_ids",
    )
    def _compute_jobtrack_counts(self):
        for task in self:
            orders = task.sudo().jobtrack_work_order_ids
            task.jobtrack_work_order_count = len(orders)
            task.jobtrack_change_order_waits = "sent" in orders.mapped("state")
            task.jobtrack_question_waits = any(orders.mapped("question_waits"))
            task.jobtrack_statement_count = len(
                task.sudo().jobtrack_statement_line_ids.statement_id
            )

    def action_jobtrack_estimate(self):
        """Open the estimate in a dialog with its own buttons."""
        action = super().action_jobtrack_estimate()
        view = self.env.ref("jobtrack_support.jobtrack_work_order_view_form_dialog")
        return action | {"views": [(view.id, "form")]}

    def action_jobtrack_answer_client(self):
        """Open the form that answers the question about the job's estimate; the work order checks who may."""
        self.ensure_one()
        self._jobtrack_check_group("jobtrack_support.group_technician")
        order = self.jobtrack_work_order_ids.filtered("question_waits")[:1]
        if not order:
            raise UserError(self.env._("No question about this estimate waits for an answer."))
        return order.action_open_answer()

    def action_jobtrack_split_time(self):
        """Make pending time billable as far as the approved hours reach, whoever logged it."""
        self._jobtrack_check_group("jobtrack_support.group_technician")
        # A technician reads own time only; what the client has consented to does not depend on who worked.
        for job in self.sudo():
            for line in job._jobtrack_time_for_room() or job._jobtrack_pending_time():
                if job.jobtrack_left_hours > 0:
                    line.action_jobtrack_split()

    def action_jobtrack_open_account(self):
        """Open the support account of the job."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return self._jobtrack_open("jobtrack_account_action", self.jobtrack_account_id)

    def action_jobtrack_open_work_orders(self):
        """Open the work orders of the job."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return self._jobtrack_open("jobtrack_work_order_action", self.jobtrack_work_order_ids)

    def action_jobtrack_open_statements(self):
        """Open the statements that billed the job."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return self._jobtrack_open(
            "jobtrack_statement_action", self.jobtrack_statement_line_ids.statement_id
        )

    def _jobtrack_open(self, action_name, records):
        """Return an action on ``records``: a form when there is one, else a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"jobtrack_support.{action_name}")
        if len(records) == 1:
            return action | {"res_id": records.id, "views": [(False, "form")], "view_mode": "form"}
        return action | {"domain": [("id", "in", records.ids)], "context": {}}
