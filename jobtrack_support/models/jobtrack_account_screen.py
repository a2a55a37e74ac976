from odoo import api, fields, models

from . import guard


class JobtrackAccount(models.Model):
    """What the staff's screens of an account show and open; no rule lives here."""

    _inherit = "jobtrack.account"

    pack_count = fields.Integer(compute="_compute_screen_counts")
    statement_count = fields.Integer(compute="_compute_screen_counts")
    invoice_count = fields.Integer(compute="_compute_screen_counts")
    overdue_count = fields.Integer(compute="_compute_overdue_count", string="Overdue Invoices")

    credit_share = fields.Float(
        compute="_compute_credit_share", groups="base.group_user", string="Credit Used (%)"
    )

    @api.depends("credit_used", "credit_limit")
    def _compute_credit_share(self):
        for account in self:
            limit = account.credit_limit
            account.credit_share = 100 * account.credit_used / limit if limit else 0.0

    def _compute_screen_counts(self):
        for account in self:
            known = account.sudo()
            account.pack_count = len(known.pack_ids)
            account.statement_count = len(known.statement_ids)
            account.invoice_count = len(known._screen_invoices())

    def _compute_overdue_count(self):
        """Count for a whole list at once."""
        overdue = self.sudo()._overdue_by_account()
        for account in self:
            account.overdue_count = len(overdue.get(account._origin.sudo(), ()))

    def _screen_invoices(self):
        """Return the invoices for work and for packs of this account."""
        return self.statement_ids.invoice_id | self.pack_ids.invoice_id

    def action_open_invoices(self):
        """Open the invoices for work and for packs of the account."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        invoices = self.sudo()._screen_invoices()
        return action | {"domain": [("id", "in", invoices.ids)], "context": {"create": False}}

    def action_sell_plan(self):
        """Open a new sales order for a support plan of this account."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sell a Plan"),
            "res_model": "sale.order",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_currency_id": self.currency_id.id,
                "default_jobtrack_account_id": self.id,
            },
        }
