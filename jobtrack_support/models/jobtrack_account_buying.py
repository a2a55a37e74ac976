from odoo import api, fields, models
from odoo.exceptions import ValidationError


class JobtrackAccountBuying(models.AbstractModel):
    """How the client of an account buys hours."""

    _name = "jobtrack.account.buying"
    _description = "Support Account: Buying Hours"

    currency_id = fields.Many2one("res.currency")
    company_id = fields.Many2one("res.company")
    postpay_rate = fields.Monetary()

    @api.constrains("postpay_rate", "currency_id", "company_id")
    def _check_dearer_than_plans(self):
        """Keep hours without a plan dearer than every plan (A6)."""
        for account in self.sudo():
            plan = account.company_id._jobtrack_dear_plan(account.postpay_rate, account.currency_id)
            if plan:
                raise ValidationError(
                    self.env._(
                        "Hours without a plan cost more than every plan: at %(rate)s an hour, the rate of %(account)s"
                        " is too low for %(plan)s. Raise the rate or lower the price of the plan.",
                        rate=account.currency_id.format(account.postpay_rate),
                        account=account.name,
                        plan=plan.display_name,
                    )
                )
