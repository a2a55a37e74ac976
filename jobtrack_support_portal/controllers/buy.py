from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from .home import SupportPortal


class SupportBuyPortal(SupportPortal):
    """The page on which a contact who buys chooses a plan; the account checks who may and what is sold (A11, B7)."""

    @route(
        "/my/support/<int:account_id>/buy",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_buy(self, account_id, plan=None, hours=None, **_params):
        """Show the plans; with ``plan`` and ``hours`` what that costs, to be confirmed. Nothing is ordered."""
        return self._support_buy_page(account_id, plan, hours)

    @route(
        "/my/support/<int:account_id>/buy",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_buy_post(self, account_id, plan=None, hours=None, **_params):
        """Order what was chosen, and go to Odoo's page on which the order is paid."""
        account, contact = self._support_account(account_id)
        try:
            with request.env.cr.savepoint():
                order = account._purchase(contact.partner_id, self._support_plan_id(plan), hours)
        except AccessError:
            return self._support_buy_page(account_id)
        except UserError as error:
            return self._support_buy_page(account_id, plan, hours, str(error))
        return request.redirect(f"/my/orders/{order.id}")

    @staticmethod
    def _support_plan_id(text):
        return int(text) if (text or "").isdecimal() and len(text) < 10 else 0

    def _support_buy_page(self, account_id, plan=None, hours=None, error=""):
        """Return the page; for people who do not buy a page that says so, with the status of a refusal."""
        account, contact = self._support_account(account_id)
        may_buy = account._may_buy(contact.partner_id)
        values = {"may_buy": may_buy, "buyers": account._buyers(), "chosen": None, "warning": ""}
        if may_buy and plan and not error:
            try:
                product, order = account._choose_purchase(
                    contact.partner_id, self._support_plan_id(plan), hours
                )
                values["warning"] = account._capacity_words(order)
                values["chosen"] = account._offer(product, order)
            except UserError as refusal:
                error = str(refusal)
        values |= {
            "error": error,
            "offers": account._offers() if may_buy and not values["chosen"] else [],
            "typed": {"plan": self._support_plan_id(plan), "hours": hours or ""},
            # Those that hours let pass: an overdue invoice is not paid by buying more.
            "drafts": account._portal_drafts().filtered(lambda draft: draft.waits_for == "funds"),
            "currency": account.sudo().currency_id,
        }
        page = self._support_values("support_buy", account, contact, **values)
        response = request.render("jobtrack_support_portal.portal_support_buy", page)
        if not may_buy:
            response.status_code = 403
        return response
