from odoo import api, fields, models
from odoo.exceptions import AccessError


class JobtrackGrantHours(models.TransientModel):
    """Gives hours without a sale, with a reason that stands in the ledger."""

    _name = "jobtrack.grant.hours"
    _description = "Grant Hours"

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account", string="Support Account", required=True
    )
    currency_id = fields.Many2one(related="jobtrack_account_id.currency_id", related_sudo=False)
    hours = fields.Float(required=True)
    rate = fields.Monetary(
        string="Value per Hour",
        help="0: a gift without value in the books. Otherwise booked as granted.",
    )
    date_expiry = fields.Date(
        string="Expires On",
        compute="_compute_date_expiry",
        store=True,
        readonly=False,
        help="Last day of work that the hours pay. Empty: they never expire.",
    )
    reason = fields.Char(required=True)

    @api.depends("jobtrack_account_id")
    def _compute_date_expiry(self):
        for grant in self:
            account = grant.jobtrack_account_id
            grant.date_expiry = account and account.company_id._jobtrack_quarter_end(
                account._today()
            )

    def action_grant(self):
        """Give the hours at once, or ask a second person where they are more than one person gives alone.

        :return: the action that closes the dialog, or opens what waits for approval
        :raise AccessError: when the user may not grant hours
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team grants hours."))
        asked = self.env["jobtrack.adjustment"].create(
            {
                "kind": "grant",
                "jobtrack_account_id": self.jobtrack_account_id.id,
                "hours": self.hours,
                "rate": self.rate,
                "date_expiry": self.date_expiry,
                "reason": self.reason,
            }
        )
        asked.action_submit()
        if asked.state == "done":
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waiting for Approval"),
            "res_model": "jobtrack.adjustment",
            "res_id": asked.id,
            "view_mode": "form",
        }
