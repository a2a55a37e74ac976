from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    jobtrack_tz = fields.Selection(related="company_id.jobtrack_tz", readonly=False)
    jobtrack_billing_days = fields.Char(related="company_id.jobtrack_billing_days", readonly=False)
    jobtrack_quarter_first_month = fields.Selection(
        related="company_id.jobtrack_quarter_first_month", readonly=False
    )
    jobtrack_postpay_rate = fields.Monetary(
        related="company_id.jobtrack_postpay_rate", readonly=False
    )
    jobtrack_credit_limit = fields.Monetary(
        related="company_id.jobtrack_credit_limit", readonly=False
    )
    jobtrack_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    jobtrack_estimate_days = fields.Integer(
        related="company_id.jobtrack_estimate_days", readonly=False
    )
    jobtrack_terms_version = fields.Char(
        related="company_id.jobtrack_terms_version", readonly=False
    )
    jobtrack_prebill_days = fields.Integer(
        related="company_id.jobtrack_prebill_days", readonly=False
    )
    jobtrack_dispute_days = fields.Integer(
        related="company_id.jobtrack_dispute_days", readonly=False
    )
    jobtrack_review_runs = fields.Boolean(related="company_id.jobtrack_review_runs", readonly=False)
    jobtrack_emergency_phone = fields.Char(
        related="company_id.jobtrack_emergency_phone", readonly=False
    )
    jobtrack_general_alias = fields.Char(
        related="company_id.jobtrack_general_alias", readonly=False
    )
    jobtrack_general_address = fields.Char(related="company_id.jobtrack_general_address")
    jobtrack_escalation_minutes = fields.Integer(
        related="company_id.jobtrack_escalation_minutes", readonly=False
    )
    jobtrack_low_hours = fields.Float(related="company_id.jobtrack_low_hours", readonly=False)
    jobtrack_low_credit_percent = fields.Integer(
        related="company_id.jobtrack_low_credit_percent", readonly=False
    )
    jobtrack_trusted_mail_server = fields.Char(
        string="Trusted Mail Server", config_parameter="jobtrack_support.trusted_mail_server"
    )
    jobtrack_accept_unchecked_mail = fields.Boolean(
        string="Accept Mail without a Check",
        config_parameter="jobtrack_support.accept_unchecked_mail",
    )
    jobtrack_payment_term_id = fields.Many2one(
        related="company_id.jobtrack_payment_term_id", readonly=False
    )
    jobtrack_journal_id = fields.Many2one(related="company_id.jobtrack_journal_id", readonly=False)
    jobtrack_deferred_gl_id = fields.Many2one(
        related="company_id.jobtrack_deferred_gl_id", readonly=False
    )
    jobtrack_revenue_gl_id = fields.Many2one(
        related="company_id.jobtrack_revenue_gl_id", readonly=False
    )
    jobtrack_breakage_gl_id = fields.Many2one(
        related="company_id.jobtrack_breakage_gl_id", readonly=False
    )
    jobtrack_granted_gl_id = fields.Many2one(
        related="company_id.jobtrack_granted_gl_id", readonly=False
    )
    jobtrack_write_off_gl_ids = fields.Many2many(
        related="company_id.jobtrack_write_off_gl_ids", readonly=False
    )
    jobtrack_write_off_tolerance = fields.Monetary(
        related="company_id.jobtrack_write_off_tolerance",
        readonly=False,
        currency_field="jobtrack_currency_id",
    )
    jobtrack_adjustment_hours = fields.Float(
        related="company_id.jobtrack_adjustment_hours", readonly=False
    )
    jobtrack_estimate_target_hours = fields.Float(
        related="company_id.jobtrack_estimate_target_hours", readonly=False
    )
    jobtrack_lift_share = fields.Integer(related="company_id.jobtrack_lift_share", readonly=False)
    jobtrack_capacity_share = fields.Integer(
        related="company_id.jobtrack_capacity_share", readonly=False
    )
    jobtrack_capacity_policy = fields.Selection(
        related="company_id.jobtrack_capacity_policy", readonly=False
    )
    jobtrack_worker_ids = fields.Many2many(related="company_id.jobtrack_worker_ids", readonly=False)
    jobtrack_timer_hours = fields.Float(related="company_id.jobtrack_timer_hours", readonly=False)
    jobtrack_creator_group_ids = fields.Many2many(
        related="company_id.jobtrack_creator_group_ids", readonly=False
    )
    jobtrack_call_minutes = fields.Integer(
        related="company_id.jobtrack_call_minutes", readonly=False
    )
    jobtrack_call_notice_hours = fields.Integer(
        related="company_id.jobtrack_call_notice_hours", readonly=False
    )
    jobtrack_call_days = fields.Integer(related="company_id.jobtrack_call_days", readonly=False)
    jobtrack_call_cancel_hours = fields.Integer(
        related="company_id.jobtrack_call_cancel_hours", readonly=False
    )
    jobtrack_billing_workers = fields.Integer(
        string="Billing Workers",
        help="How many scheduled actions bill at the same time, on all hosts together.",
    )

    @api.model
    def get_values(self):
        workers = self.env["jobtrack.billing.run"]._workers()
        return super().get_values() | {"jobtrack_billing_workers": len(workers)}

    def set_values(self):
        result = super().set_values()
        self.env["jobtrack.billing.run"]._set_workers(self.jobtrack_billing_workers)
        return result
