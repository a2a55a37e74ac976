from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        domain="[('company_id', '=', company_id)]",
        index="btree_not_null",
        help="The account that the support plans of this order fill.",
    )
    jobtrack_is_plan_order = fields.Boolean(compute="_compute_jobtrack_is_plan_order")

    @api.depends("order_line.product_id.jobtrack_is_plan")
    def _compute_jobtrack_is_plan_order(self):
        for order in self:
            order.jobtrack_is_plan_order = any(
                order.order_line.product_id.mapped("jobtrack_is_plan")
            )

    @api.depends("jobtrack_is_plan_order")
    def _compute_require_payment(self):
        """Plans are paid in full before their hours are there."""
        result = super()._compute_require_payment()
        self.filtered("jobtrack_is_plan_order").require_payment = True
        return result

    @api.depends("jobtrack_is_plan_order")
    def _compute_prepayment_percent(self):
        result = super()._compute_prepayment_percent()
        self.filtered("jobtrack_is_plan_order").prepayment_percent = 1.0
        return result

    @api.onchange("jobtrack_account_id")
    def _onchange_jobtrack_account_id(self):
        if self.jobtrack_account_id and not self.partner_id:
            self.partner_id = self.jobtrack_account_id.partner_id

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {"jobtrack_account_id": self.jobtrack_account_id.id}

    def action_confirm(self):
        for order in self.filtered("jobtrack_is_plan_order"):
            order._jobtrack_check_plan_order()
        return super().action_confirm()

    def _action_confirm(self):
        """Invoice support plans at once: hours are there when the invoice is paid, however it is paid."""
        result = super()._action_confirm()
        for order in self.filtered("jobtrack_is_plan_order"):
            order._jobtrack_invoice_plans()
        return result

    def _jobtrack_check_plan_order(self):
        """Refuse a plan order that could not become a pack, with the sentence that says why (B7)."""
        self.ensure_one()
        account = self.jobtrack_account_id
        lines = self.order_line.filtered(lambda line: not line.display_type)
        if not account:
            raise UserError(self.env._("Choose the support account that these hours are for."))
        if account.company_id != self.company_id or account.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "%(account)s is kept in %(currency)s at %(company)s: sell its hours there and in that currency.",
                    account=account.name,
                    currency=account.currency_id.name,
                    company=account.company_id.name,
                )
            )
        if self.partner_id.commercial_partner_id != account.partner_id.commercial_partner_id:
            raise UserError(
                self.env._("The customer of the order is not the client of the support account.")
            )
        if not all(lines.product_id.mapped("jobtrack_is_plan")):
            raise UserError(
                self.env._(
                    "Sell support plans on an order of their own: their hours wait for their payment."
                )
            )
        lines._jobtrack_check_plan_lines()

    def _jobtrack_invoice_plans(self):
        """Create and post the invoice of a plan order; does nothing when there is one."""
        self.ensure_one()
        if self.invoice_ids.filtered(lambda move: move.state != "cancel"):
            return
        self.company_id._jobtrack_ensure_books()
        self.order_line._jobtrack_make_invoiceable()
        # The right to confirm the order was checked by action_confirm; sellers may invoice what they sell.
        invoice = self.sudo()._create_invoices(final=True)
        invoice.invoice_date = self.env["jobtrack.account"]._today(self.company_id)
        invoice._post(soft=False)
        invoice._portal_ensure_token()
