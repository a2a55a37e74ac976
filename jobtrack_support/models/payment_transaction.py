from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _set_error(self, state_message, extra_allowed_states=()):
        """Tell the client's people who see money that a payment for support failed."""
        failed = super()._set_error(state_message, extra_allowed_states=extra_allowed_states)
        failed._jobtrack_tell_failed()
        return failed

    def _set_canceled(self, state_message=None, extra_allowed_states=()):
        """Tell them as well of a charge that was refused while nobody sat before it; who cancels a payment knows."""
        refused = super()._set_canceled(state_message, extra_allowed_states=extra_allowed_states)
        refused.filtered(lambda tx: tx.operation == "offline")._jobtrack_tell_failed()
        return refused

    def _jobtrack_accounts(self):
        """Return the support accounts whose invoices or plans these transactions pay."""
        transactions = self.sudo()
        invoices = transactions.invoice_ids | transactions.sale_order_ids.invoice_ids
        return (
            invoices.jobtrack_account_id
            | invoices.jobtrack_account_ids
            | transactions.sale_order_ids.jobtrack_account_id
        )

    def _jobtrack_tell_failed(self):
        for transaction in self:
            transaction._jobtrack_accounts()._tell_failed_charge(transaction)

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
