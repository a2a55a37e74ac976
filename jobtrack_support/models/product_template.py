from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import billing_calendar


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
            ("months", "After a number of months"),
            ("never", "Never"),
        ],
        string="Hours Expire",
        default="quarter",
    )
    jobtrack_expiry_months = fields.Integer(string="Months Until Expiry", default=12)

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

    def _jobtrack_expiry_date(self, company, day):
        """Return the last day of work that hours activated on ``day`` pay, or None when they never expire (B8, B10)."""
        self.ensure_one()
        if self.jobtrack_expiry == "quarter":
            return company._jobtrack_quarter_end(day)
        if self.jobtrack_expiry == "months":
            return billing_calendar.add_months(day, self.jobtrack_expiry_months)
        return None
