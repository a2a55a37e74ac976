import calendar
from zoneinfo import available_timezones

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import billing_calendar
from ..tools.posting import BREAKAGE, DEFERRED, GRANTED, REVENUE

DEFAULT_RATE = 50.0
MONTHS = [(str(month), calendar.month_name[month]) for month in range(1, 13)]

# role in the books -> (field of the company, account type, code to start from)
BOOKS = {
    DEFERRED: ("jobtrack_deferred_gl_id", "liability_current", "251000"),
    REVENUE: ("jobtrack_revenue_gl_id", "income", "451000"),
    BREAKAGE: ("jobtrack_breakage_gl_id", "income_other", "452000"),
    GRANTED: ("jobtrack_granted_gl_id", "income", "453000"),
}


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = [
        "res.company",
        "jobtrack.company.books",
        "jobtrack.company.desk",
        "jobtrack.company.intake",
        "jobtrack.company.slots",
    ]

    jobtrack_tz = fields.Selection(
        selection="_jobtrack_tz_selection",
        string="Billing Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Billing days, quarters and all dates of money are days in this time zone.",
    )
    jobtrack_billing_days = fields.Char(
        string="Billing Days",
        required=True,
        default=", ".join(map(str, billing_calendar.DEFAULT_BILLING_DAYS)),
        help="Days of the month on which completed jobs are billed, for example: 1, 8, 15, 21",
    )
    jobtrack_quarter_first_month = fields.Selection(
        MONTHS,
        string="First Month of the Year's Quarters",
        required=True,
        default="1",
        help="Month in which a quarter begins; 1 means January, April, July and October.",
    )
    jobtrack_postpay_rate = fields.Monetary(
        string="Priority Rate per Hour",
        compute="_compute_jobtrack_postpay_rate",
        store=True,
        readonly=False,
        help="Rate of new support accounts for hours that no pack pays.",
    )
    jobtrack_credit_limit = fields.Monetary(
        string="Credit Limit of New Accounts",
        default=1000.0,
        help="What a new support account may owe for work before it is asked to pay.",
    )
    jobtrack_adjustment_hours = fields.Float(
        string="Hours That One Person Moves Alone",
        default=4.0,
        help="Above so many hours a day on an account, a second person approves adjustments and grants.",
    )
    jobtrack_estimate_days = fields.Integer(
        string="Days to Answer an Estimate",
        default=14,
        help="How long the approval links in an estimate's e-mail are valid.",
    )
    jobtrack_terms_version = fields.Char(
        string="Version of Your Terms",
        help="Kept in each record of consent, for example: 2026-01. Raise it when your terms of business change.",
    )
    jobtrack_prebill_days = fields.Integer(
        string="Days of the Pre-Bill Window",
        default=2,
        help="So many days before a billing day clients who see money are shown what it would bill; 0: not at all.",
    )
    jobtrack_prebill_told = fields.Date(
        readonly=True,
        copy=False,
        help="Billing date of the last window of which all clients were told.",
    )
    jobtrack_dispute_days = fields.Integer(
        string="Days to Decide on a Dispute",
        default=5,
        help="Working days, Monday to Friday, after which the administrators are told.",
    )
    jobtrack_review_runs = fields.Boolean(
        string="Confirm Billing Runs by Hand",
        help="The run waits for an accountant who looks at its preview; otherwise it bills by itself.",
    )
    jobtrack_emergency_phone = fields.Char(
        string="Emergency Phone",
        help="Shown on every page and mail to clients, for the case that a system is down.",
    )
    jobtrack_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms of Support Invoices",
        help="Used when the client has no payment terms of its own.",
    )
    jobtrack_journal_id = fields.Many2one(
        "account.journal", string="Support Ledger Journal", domain=[("type", "=", "general")]
    )
    jobtrack_deferred_gl_id = fields.Many2one("account.account", string="Deferred Support Revenue")
    jobtrack_revenue_gl_id = fields.Many2one("account.account", string="Support Revenue")
    jobtrack_breakage_gl_id = fields.Many2one("account.account", string="Lapsed Support Hours")
    jobtrack_granted_gl_id = fields.Many2one("account.account", string="Support Hours Granted")
    # The relation has a name of its own: the default one is that of the accounts' companies.
    jobtrack_write_off_gl_ids = fields.Many2many(
        "account.account",
        "jobtrack_company_write_off_gl_rel",
        string="Accounts for Bank Fees and Small Differences",
        help="What is written off on these accounts when a plan is paid does not keep its hours back.",
    )
    jobtrack_write_off_tolerance = fields.Monetary(
        string="Small Difference Accepted",
        help="How much of a plan's invoice may be written off as a bank fee or small difference; 0 means nothing.",
    )

    @api.model
    def _jobtrack_tz_selection(self):
        return [(name, name) for name in sorted(available_timezones())]

    @api.constrains("jobtrack_billing_days")
    def _check_jobtrack_billing_days(self):
        for company in self:
            try:
                billing_calendar.parse_billing_days(company.jobtrack_billing_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Write the billing days as days of the month from 1 to 28: 1, 8, 15, 21"
                    )
                ) from error

    @api.constrains(*(field_name for field_name, _type, _code in BOOKS.values()))
    def _check_jobtrack_gls(self):
        self._jobtrack_check_gls()

    @api.constrains("jobtrack_journal_id")
    def _check_jobtrack_journal(self):
        self._jobtrack_check_journal()

    @api.constrains("jobtrack_write_off_tolerance")
    def _check_jobtrack_write_off_tolerance(self):
        if any(company.jobtrack_write_off_tolerance < 0 for company in self):
            raise ValidationError(self.env._("The small difference cannot be negative."))

    @api.depends("currency_id")
    def _compute_jobtrack_postpay_rate(self):
        """Begin with the default rate, which is in the currency of the catalogue's prices: that of the main company."""
        main_currency = self._get_main_company().currency_id
        for company in self:
            if not company.jobtrack_postpay_rate and company.currency_id:
                company.jobtrack_postpay_rate = main_currency._convert(
                    DEFAULT_RATE,
                    company.currency_id,
                    company._origin or self.env.company,
                    fields.Date.context_today(self),
                )

    def write(self, vals):
        if "jobtrack_deferred_gl_id" in vals:
            self._jobtrack_check_deferred_stays(vals["jobtrack_deferred_gl_id"])
        result = super().write(vals)
        if "jobtrack_postpay_rate" in vals:
            self._jobtrack_check_rate()
        return result

    def _jobtrack_check_rate(self):
        """Keep hours without a plan dearer than every plan (A6); not at the creation of any company."""
        for company in self.sudo():
            plan = company._jobtrack_dear_plan(company.jobtrack_postpay_rate, company.currency_id)
            if plan:
                raise ValidationError(
                    self.env._(
                        "Hours without a plan cost more than every plan: a rate of %(rate)s an hour is too low for"
                        " %(plan)s.",
                        rate=company.currency_id.format(company.jobtrack_postpay_rate),
                        plan=plan.display_name,
                    )
                )

    def _jobtrack_dear_plan(self, rate, currency):
        """Return a plan on sale at this company that is not cheaper than ``rate`` an hour, if there is one."""
        self.ensure_one()
        plans = (
            self.env["product.template"]
            .sudo()
            .search([("jobtrack_is_plan", "=", True), ("company_id", "in", (False, self.id))])
        )
        return plans.filtered(lambda plan: not plan._jobtrack_is_cheaper(rate, currency, self))[:1]

    @api.constrains("jobtrack_prebill_days", "jobtrack_dispute_days")
    def _check_jobtrack_window_days(self):
        for company in self:
            if min(company.jobtrack_prebill_days, company.jobtrack_dispute_days) < 0:
                raise ValidationError(self.env._("A number of days cannot be negative."))

    def _jobtrack_billing_days_list(self):
        """Return the billing days of the month as a tuple of integers."""
        self.ensure_one()
        return billing_calendar.parse_billing_days(self.jobtrack_billing_days)

    def _jobtrack_quarter_end(self, day):
        """Return the last day of the quarter of ``day`` in this company (B8)."""
        self.ensure_one()
        return billing_calendar.quarter_end(day, int(self.jobtrack_quarter_first_month))

    def _jobtrack_ensure_books(self):
        """Give the company the journal and the four ledger accounts of the support ledger, where they are missing.

        Called where money is about to be booked, so that a new company works without a setup step; an accountant may
        choose other accounts in the settings at any time before.

        :raise UserError: when the company has no chart of accounts
        """
        self.ensure_one()
        company = self.sudo()
        if not company.chart_template:
            raise UserError(
                self.env._(
                    "%(company)s has no chart of accounts yet: install one in Invoicing > Configuration first.",
                    company=company.name,
                )
            )
        names = company._jobtrack_gl_names()
        for role, (field_name, account_type, code) in BOOKS.items():
            if not company[field_name]:
                company[field_name] = company._jobtrack_create_gl(names[role], account_type, code)
        if not company.jobtrack_journal_id:
            company.jobtrack_journal_id = company._jobtrack_find_or_create_journal()

    def _jobtrack_find_or_create_journal(self):
        """Return the general journal of the support ledger; an earlier installation may have left it."""
        self.ensure_one()
        journals = self.env["account.journal"].sudo()
        values = {"code": "SUPL", "type": "general", "company_id": self.id}
        found = journals.search([(name, "=", value) for name, value in values.items()], limit=1)
        return found or journals.create({"name": self.env._("Support Ledger"), **values})

    def _jobtrack_gl_names(self):
        return {
            DEFERRED: self.env._("Deferred support revenue"),
            REVENUE: self.env._("Support revenue"),
            BREAKAGE: self.env._("Lapsed support hours"),
            GRANTED: self.env._("Support hours granted"),
        }

    def _jobtrack_create_gl(self, name, account_type, code):
        accounts = self.env["account.account"].sudo().with_company(self)
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(code),
                "account_type": account_type,
                "reconcile": False,
                "company_ids": [fields.Command.link(self.id)],
            }
        )

    def _jobtrack_gl(self, role):
        """Return the ledger account that plays ``role`` (see ``tools.posting``) in this company's books."""
        self.ensure_one()
        return self[BOOKS[role][0]]
