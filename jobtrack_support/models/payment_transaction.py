from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _invoice_sale_orders(self):
        """Keep plan orders out: their invoice exists since they were confirmed."""
        plan_transactions = self.filtered(
            lambda tx: tx.sale_order_ids.filtered("jobtrack_is_plan_order")
        )
        return super(PaymentTransaction, self - plan_transactions)._invoice_sale_orders()

    def _create_payment(self, **extra_create_values):
        """Reconcile the payment of a plan order with the invoice that its confirmation made.

        Odoo links it only when ``sale.automatic_invoice`` is on; a plan is paid either way.
        """
        plan_orders = self.sale_order_ids.filtered("jobtrack_is_plan_order")
        invoices = plan_orders.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        if invoices and not self.invoice_ids:
            self.invoice_ids = [fields.Command.set(invoices.ids)]
        return super()._create_payment(**extra_create_values)
