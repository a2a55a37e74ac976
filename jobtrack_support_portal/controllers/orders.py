from odoo.exceptions import UserError
from odoo.http import request, route

from .home import SupportPortal


class SupportOrderPortal(SupportPortal):
    """Which quarter the hours of an order are for: the order itself checks who may choose (B11)."""

    @route(
        "/my/support/orders/<int:order_id>/quarter",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_order_quarter(self, order_id, quarter=None, **_params):
        """Note the choice of the logged-in user and go back to the order, which can be paid now."""
        order = self._support_record("sale.order", order_id)
        refused = ""
        try:
            with request.env.cr.savepoint():
                order._jobtrack_choose_quarter(quarter, request.env.user.partner_id)
        except UserError:
            refused = "?refused=1"
        return request.redirect(f"/my/orders/{order.id}{refused}")
