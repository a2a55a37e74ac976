from odoo.exceptions import UserError
from odoo.http import request, route
from werkzeug.exceptions import NotFound

from odoo.addons.jobtrack_support.controllers.consent_more import answers_of
from odoo.addons.jobtrack_support.tools.answers import read_shown

from .home import SupportPortal

REPORT = "jobtrack_support.action_report_consent"


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
    def support_work_order(self, order_id, decided=None, asked=None, **_params):
        """Show a work order, with its answers while it waits for them."""
        return self._support_work_order_page(
            order_id, just_decided=bool(decided), just_asked=bool(asked)
        )

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
        return self._support_decide(order_id, lambda order: order.action_approve(read_shown(seen)))

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

    @route(
        "/my/support/work-orders/<int:order_id>/ask",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_work_order_ask(self, order_id, text="", **_params):
        """Ask about the estimate as the logged-in user, or for a new one when it was declined or has expired."""
        order = self._support_order(order_id)[0]
        try:
            with request.env.cr.savepoint():
                order.action_ask_question(text)
        except UserError as error:
            return self._support_work_order_page(order_id, error=str(error), asking=True)
        return request.redirect(f"/my/support/work-orders/{order_id}?asked=1")

    @route(
        "/my/support/work-orders/<int:order_id>/pdf",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def support_work_order_pdf(self, order_id, **_params):
        """Download the record of the decision, for contacts who see what the estimate costs."""
        order, _job, account, contact = self._support_order(order_id)
        if not (order.sudo().consent_record and order._portal_sees_amounts(contact)):
            raise NotFound()
        title = f"Consent {order.display_name}"
        return self._support_pdf(REPORT, order, account.company_id, title)

    # === SEVERAL AT ONCE === #

    @route(
        "/my/support/<int:account_id>/decide",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_decide_all(self, account_id, **_params):
        """Show all estimates of the account that wait, each with its answers."""
        return self._support_decide_all_page(account_id)

    @route(
        "/my/support/<int:account_id>/decide",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_decide_all_post(self, account_id, everything=None, **params):
        """Take the answers of the logged-in user; the work orders check for each whether the user may decide."""
        account, contact = self._support_account(account_id)
        orders = account._portal_orders_to_decide()
        if not (contact.may_approve or contact.mandate_id):
            raise NotFound()
        answers = answers_of(orders, params, everything == "approve")
        problems = orders._answer_all(answers, contact.partner_id, "portal")
        return self._support_decide_all_page(account_id, orders, problems)

    def _support_decide_all_page(self, account_id, answered=None, problems=None):
        account, contact = self._support_account(account_id)
        if not (contact.may_approve or contact.mandate_id):
            raise NotFound()
        orders = account._portal_orders_to_decide() if answered is None else answered
        orders.invalidate_recordset()
        values = self._support_values(
            "support_decide",
            account,
            contact,
            # Found with the user's own rights; who decides sees what it costs.
            orders=orders.sudo(),
            partner=contact.partner_id,
            form_url=f"/my/support/{account_id}/decide",
            problems=problems or {},
            decided=answered is not None,
            by_mail=False,
        )
        return request.render("jobtrack_support_portal.portal_support_decide", values)

    # === SHARED === #

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
            **{
                "just_decided": False,
                "just_asked": False,
                "error": None,
                "declining": False,
                "asking": False,
                **values,
            },
        )
        return request.render("jobtrack_support_portal.portal_support_work_order", values)
