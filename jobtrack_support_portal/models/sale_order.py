from odoo import models


class SaleOrder(models.Model):
    """In the last days of a quarter a client chooses the quarter of an order before it is signed and paid (B11)."""

    _inherit = "sale.order"

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self.jobtrack_asks_quarter

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self.jobtrack_asks_quarter
