from odoo import api, fields, models
from odoo.exceptions import ValidationError


class JobtrackCompanyIntake(models.AbstractModel):
    """Settings of a company about requests: the general address, emergencies, when hours are low."""

    _name = "jobtrack.company.intake"
    _description = "Company: Intake of Requests"

    jobtrack_alias_id = fields.Many2one(
        "mail.alias", string="General Support Alias", copy=False, readonly=True, ondelete="set null"
    )
    jobtrack_general_alias = fields.Char(
        string="General Support Address",
        compute="_compute_jobtrack_general_alias",
        inverse="_inverse_jobtrack_general_alias",
        help="What stands before the @ of the address for everything that has no address of its own.",
    )
    jobtrack_general_address = fields.Char(compute="_compute_jobtrack_general_alias")
    jobtrack_escalation_minutes = fields.Integer(
        string="Minutes to Confirm an Emergency",
        default=15,
        help="If the person on call does not confirm in time, the next one is told.",
    )
    jobtrack_low_hours = fields.Float(
        string="Low Hours",
        default=2.0,
        help="Clients are told when fewer hours than this are available; 0: they are not.",
    )

    jobtrack_low_credit_percent = fields.Integer(
        string="Low Credit",
        default=20,
        help="Clients are told when less than this share of their credit is left, in percent; 0: they are not.",
    )

    @api.depends("jobtrack_alias_id.alias_name", "jobtrack_alias_id.alias_full_name")
    def _compute_jobtrack_general_alias(self):
        for company in self:
            alias = company.sudo().jobtrack_alias_id
            company.jobtrack_general_alias = alias.alias_name
            company.jobtrack_general_address = alias.alias_full_name

    def _inverse_jobtrack_general_alias(self):
        """Make, rename or remove the alias; whoever may write the company's settings may do so."""
        for company in self.sudo():
            name = company.jobtrack_general_alias
            if company.jobtrack_alias_id and not name:
                company.jobtrack_alias_id.unlink()
            elif company.jobtrack_alias_id:
                company.jobtrack_alias_id.alias_name = name
            elif name:
                company.jobtrack_alias_id = (
                    self.env["mail.alias"]
                    .sudo()
                    .create(
                        {
                            "alias_name": name,
                            "alias_domain_id": company.alias_domain_id.id,
                            "alias_model_id": self.env["ir.model"]
                            ._get("jobtrack.access.request")
                            .id,
                            "alias_defaults": repr({"company_id": company.id}),
                            "alias_contact": "everyone",
                        }
                    )
                )

    @api.constrains("jobtrack_low_credit_percent")
    def _check_jobtrack_low_credit(self):
        for company in self:
            if not 0 <= company.jobtrack_low_credit_percent <= 100:
                raise ValidationError(self.env._("Low credit is a share from 0 to 100 percent."))

    @api.constrains("jobtrack_escalation_minutes", "jobtrack_low_hours")
    def _check_jobtrack_intake(self):
        for company in self:
            if company.jobtrack_escalation_minutes < 1 or company.jobtrack_low_hours < 0:
                raise ValidationError(
                    self.env._(
                        "Emergencies are confirmed in at least one minute; hours are not negative."
                    )
                )
