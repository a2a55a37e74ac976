from odoo.exceptions import UserError
from odoo.http import request, route

from .home import SupportPortal


class SupportWorkOrderPortal(SupportPortal):
    """The page of an estimate. GET shows, POST decides; the work order itself checks who may (A2, D3)."""

    @route(
        "/my/support/work-orders/<int:order_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_work_order(self, order_id, decided=None, **_params):
        """Show a work order, with both answers while it waits for them."""
        return self._support_work_order_page(order_id, just_decided=bool(decided))

    @route(
        "/my/support/work-orders/<int:order_id>/approve",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_work_order_approve(self, order_id, seen=None, **_params):
        """Approve the work order as the logged-in user.

        :param seen: the minutes to pay later that the page showed
        """
        minutes = int(seen) if (seen or "").isdecimal() else None
        return self._support_decide(order_id, lambda order: order.action_approve(minutes))

    @route(
        "/my/support/work-orders/<int:order_id>/decline",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_work_order_decline(self, order_id, reason="", **_params):
        """Decline the work order as the logged-in user; the reason is required."""
        return self._support_decide(
            order_id, lambda order: order.action_decline(reason), declining=True
        )

    def _support_decide(self, order_id, decide, declining=False):
        """Let the work order decide; a refusal, such as a late answer, is shown in its own sentence."""
        order = self._support_order(order_id)[0]
        try:
            with request.env.cr.savepoint():
                decide(order)
        except UserError as error:
            return self._support_work_order_page(order_id, error=str(error), declining=declining)
        return request.redirect(f"/my/support/work-orders/{order_id}?decided=1")

    def _support_order(self, order_id):
        """Return the work order, its job, account and the user's contact, or raise ``NotFound``."""
        order = self._support_record("jobtrack.work.order", order_id)
        return order, *self._support_job(order.sudo().task_id.id)

    def _support_work_order_page(self, order_id, **values):
        order, job, account, contact = self._support_order(order_id)
        values = self._support_values(
            "support_work_order",
            account,
            contact,
            job={"id": job.id, "name": job.name, "reference": job.jobtrack_reference},
            work_order=order._portal_page(contact),
            work_order_url=f"/my/support/work-orders/{order.id}",
            **{"just_decided": False, "error": None, "declining": False, **values},
        )
        return request.render("jobtrack_support_portal.portal_support_work_order", values)
