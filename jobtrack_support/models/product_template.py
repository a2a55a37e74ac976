from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import plans
from ..tools.rounding import amount_of, money, to_minutes


class ProductTemplate(models.Model):
    _inherit = "product.template"

    jobtrack_is_plan = fields.Boolean(
        string="Support Plan", help="Sells prepaid support hours: one unit is one hour."
    )
    jobtrack_min_hours = fields.Float(
        string="Minimum Hours", help="Smallest number of hours in one purchase; 0 means no minimum."
    )
    jobtrack_expiry = fields.Selection(
        [
            ("quarter", "With the quarter"),
            ("date", "On a fixed date"),
            ("months", "After a number of months"),
            ("never", "Never"),
        ],
        string="Hours Expire",
        default="quarter",
    )
    jobtrack_expiry_months = fields.Integer(string="Months Until Expiry", default=12)
    jobtrack_expiry_date = fields.Date(
        string="Last Day", help="Last day of work that the hours pay, whenever they are bought."
    )

    @api.constrains("jobtrack_is_plan", "type", "uom_id", "service_tracking")
    def _check_jobtrack_plan(self):
        hour = self.env.ref("uom.product_uom_hour")
        for product in self.filtered("jobtrack_is_plan"):
            if product.type != "service" or product.service_tracking != "no":
                raise ValidationError(
                    self.env._(
                        "%(plan)s: a support plan is a service that creates no task.",
                        plan=product.name,
                    )
                )
            if product.uom_id._has_common_reference(hour):
                raise ValidationError(
                    self.env._(
                        "%(plan)s: sell support plans in the unit 'Support Hour'. With a unit of time, Odoo would"
                        " count timesheets against the order as well.",
                        plan=product.name,
                    )
                )

    @api.constrains(
        "jobtrack_is_plan", "jobtrack_expiry", "jobtrack_expiry_months", "jobtrack_expiry_date"
    )
    def _check_jobtrack_expiry(self):
        for product in self.filtered("jobtrack_is_plan"):
            if product.jobtrack_expiry == plans.AFTER_MONTHS and product.jobtrack_expiry_months < 1:
                raise ValidationError(self.env._("Hours are good for at least one month."))
            if product.jobtrack_expiry == plans.ON_DATE and not product.jobtrack_expiry_date:
                raise ValidationError(self.env._("Say on which day the hours of this plan expire."))
            if product.jobtrack_min_hours < 0:
                raise ValidationError(self.env._("The minimum of a plan cannot be negative."))

    @api.constrains("jobtrack_is_plan", "list_price", "jobtrack_min_hours", "company_id", "active")
    def _check_jobtrack_price(self):
        """Keep every plan cheaper than hours without a plan, at each company and account that may buy it (A6)."""
        for product in self.filtered(lambda product: product.jobtrack_is_plan and product.active):
            for company, currency, rate in product._jobtrack_rates():
                if not product._jobtrack_is_cheaper(rate, currency, company):
                    raise ValidationError(
                        self.env._(
                            "A plan is always cheaper than hours without a plan: %(plan)s does not fit the rate of"
                            " %(rate)s an hour at %(company)s. Lower its price or raise that rate.",
                            plan=product.name,
                            rate=currency.format(rate),
                            company=company.name,
                        )
                    )

    def _jobtrack_rates(self):
        """Return ``(company, currency, rate)`` of hours without a plan wherever this plan may be sold, of any kind."""
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id)] if self.company_id else []
        accounts = self.env["jobtrack.account"].sudo()
        rates = accounts._read_group(domain, ["company_id", "currency_id"], ["postpay_rate:min"])
        companies = {company for company, _currency, _rate in rates}
        companies.add(self.company_id or self.env.company)
        kinds = (
            self.env["jobtrack.job.type"].sudo().search([("rate", ">", 0)], order="rate", limit=1)
        )
        return [
            *rates,
            *(
                (company, company.currency_id, company.sudo().jobtrack_postpay_rate)
                for company in companies
            ),
            *((company, kind.currency_id, kind.rate) for company in companies for kind in kinds),
        ]

    def _jobtrack_is_cheaper(self, rate, currency, company):
        """Return whether an hour of this plan costs less than ``rate``, both in ``currency``."""
        self.ensure_one()
        today = self.env["jobtrack.account"]._today(company)
        price = self.currency_id._convert(self.list_price, currency, company, today)
        return plans.is_cheaper(
            money(price, currency.decimal_places),
            money(rate, currency.decimal_places),
            bool(self.jobtrack_min_hours),
        )

    def _jobtrack_expiry_date(self, company, day):
        """Return the last day of work that hours usable from ``day`` pay, or None when they never expire (B8, B10)."""
        self.ensure_one()
        return plans.expiry_date(
            self.jobtrack_expiry,
            day,
            first_month=int(company.jobtrack_quarter_first_month),
            months=self.jobtrack_expiry_months,
            fixed=self.jobtrack_expiry_date or None,
        )

    def _jobtrack_check_purchase(self, account, hours, amount):
        """Refuse to sell less than the plan's minimum, after its last day, or dearer than hours without a plan.

        :param account: the ``jobtrack.account`` that the hours are for
        :param float hours: hours of the purchase
        :param float amount: their price without tax, in the account's currency
        :raise UserError: with what to change
        """
        self.ensure_one()
        account = account.sudo()
        minutes = to_minutes(hours)
        if minutes < max(to_minutes(self.jobtrack_min_hours), 1):
            raise UserError(
                self.env._(
                    "%(plan)s is sold from %(minimum)g hours on.",
                    plan=self.display_name,
                    minimum=self.jobtrack_min_hours or 1,
                )
            )
        if self.jobtrack_expiry == plans.ON_DATE and self.jobtrack_expiry_date < account._today():
            raise UserError(
                self.env._("The last day of %(plan)s is over: sell another plan.", plan=self.name)
            )
        digits = account.currency_id.decimal_places
        later = amount_of(minutes, account.postpay_rate, digits)
        if not plans.is_cheaper(money(amount, digits), later, bool(self.jobtrack_min_hours)):
            raise UserError(
                self.env._(
                    "Hours without a plan cost %(rate)s at %(account)s: sell %(plan)s for less.",
                    rate=account.currency_id.format(account.postpay_rate),
                    account=account.name,
                    plan=self.display_name,
                )
            )
