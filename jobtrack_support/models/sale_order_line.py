from odoo import models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _jobtrack_check_plan_lines(self):
        """Refuse discounts on plans, purchases below a plan's minimum, and prices above pay-as-you-go (A6, B7)."""
        for line in self:
            if line.discount:
                raise UserError(
                    self.env._(
                        "Plans have a price of their own: remove the discount on %(plan)s.",
                        plan=line.name,
                    )
                )
            line.product_id.product_tmpl_id._jobtrack_check_purchase(
                line.order_id.jobtrack_account_id, line.product_uom_qty, line.price_subtotal
            )

    def _jobtrack_make_invoiceable(self):
        """Make plan lines invoiceable by their ordered quantity, whatever the product's policy says."""
        for line in self.filtered("product_id.jobtrack_is_plan"):
            line.qty_to_invoice = line.product_uom_qty - line.qty_invoiced

    def _prepare_invoice_line(self, **optional_values):
        """Book plans as deferred revenue, never as income, and leave the analytic side to their use."""
        values = super()._prepare_invoice_line(**optional_values)
        if self.product_id.jobtrack_is_plan and not self.display_type:
            company = self.order_id.company_id
            company._jobtrack_ensure_books()
            values["account_id"] = company.jobtrack_deferred_gl_id.id
            values["analytic_distribution"] = False
            values["jobtrack_account_id"] = self.order_id.jobtrack_account_id.id
            values["jobtrack_date_start"] = self.order_id.jobtrack_date_start
        return values
