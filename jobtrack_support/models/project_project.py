from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from . import guard


class ProjectProject(models.Model):
    _inherit = "project.project"

    # jobtrack.account.project_id is the truth; this mirror is written when an account is created.
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    jobtrack_is_support = fields.Boolean(
        compute="_compute_jobtrack_is_support", string="Support Project"
    )
    jobtrack_available_hours = fields.Float(
        related="jobtrack_account_id.available_hours", string="Available Support Hours"
    )

    @api.depends("jobtrack_account_id")
    def _compute_jobtrack_is_support(self):
        for project in self:
            project.jobtrack_is_support = bool(project.sudo().jobtrack_account_id)

    @api.model_create_multi
    def create(self, vals_list):
        self._jobtrack_check_protected(vals_list)
        return super(ProjectProject, guard.without_defaults(self, {"jobtrack_account_id"})).create(
            vals_list
        )

    def write(self, vals):
        self._jobtrack_check_protected([vals])
        return super().write(vals)

    def _jobtrack_check_protected(self, vals_list):
        error = AccessError(
            self.env._("A project becomes a support project by its support account.")
        )
        guard.refuse(self, vals_list, {"jobtrack_account_id"}, error)

    @api.constrains("allow_billable", "jobtrack_account_id")
    def _check_jobtrack_not_billable(self):
        """Support work is billed by JobTrack alone, never by Odoo's timesheet invoicing as well."""
        if any(project.jobtrack_account_id and project.allow_billable for project in self):
            raise ValidationError(
                self.env._(
                    "A support project is billed by JobTrack: leave 'Billable' switched off."
                )
            )

    @api.constrains("company_id", "jobtrack_account_id")
    def _check_jobtrack_company(self):
        for project in self.filtered("jobtrack_account_id"):
            if project.company_id != project.jobtrack_account_id.company_id:
                raise ValidationError(
                    self.env._("A support project stays in the company of its account.")
                )

    def _alias_get_error(self, message, message_dict, alias):
        """Let the desk's own rule decide who may write to a support project, whatever the alias says (D1)."""
        if self.sudo().jobtrack_account_id:
            return False
        return super()._alias_get_error(message, message_dict, alias)

    def action_jobtrack_account(self):
        """Open the support account of the project, or the form to make one."""
        self.ensure_one()
        guard.check_staff_reads(self)
        if not self.jobtrack_account_id and not self.env.user.has_group(
            "jobtrack_support.group_administrator"
        ):
            raise UserError(
                self.env._("Only a JobTrack administrator turns a project into a support project.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Support Account"),
            "res_model": "jobtrack.account",
            "res_id": self.jobtrack_account_id.id,
            "view_mode": "form",
            "context": {
                "default_project_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": (self.company_id or self.env.company).id,
            },
        }
