from odoo.exceptions import UserError
from odoo.http import request, route
from werkzeug.exceptions import NotFound

from .home import SupportPortal


class SupportLimitsPortal(SupportPortal):
    """The page on which contacts who approve and manage the team set limits and mandates (A12, M7)."""

    @route(
        "/my/support/<int:account_id>/limits",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_limits(self, account_id, saved=None, **_params):
        """Show what is approved by itself, what of it is used, and who holds which mandate."""
        return self._support_limits_page(account_id, saved=bool(saved))

    @route(
        "/my/support/<int:account_id>/limits",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_limits_post(self, account_id, **params):
        """Change the limits; the account checks who may and tells the other managers."""
        return self._support_limits_change(account_id, lambda a: a._portal_set_limits(params))

    @route(
        "/my/support/<int:account_id>/limits/mandates/<int:contact_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_mandate_post(self, account_id, contact_id, remove=None, **params):
        """Give a contact a mandate, change it, or take it away with ``remove``."""
        values = {} if remove else params
        return self._support_limits_change(
            account_id, lambda a: a._portal_set_mandate(contact_id, values)
        )

    def _support_limits_change(self, account_id, change):
        account, _contact = self._support_manager(account_id)
        try:
            with request.env.cr.savepoint():
                change(account)
        except UserError as error:
            return self._support_limits_page(account_id, error=str(error))
        return request.redirect(f"/my/support/{account_id}/limits?saved=1")

    def _support_manager(self, account_id):
        """Return the account and contact of a user who manages limits there; nobody else finds the page."""
        account, contact = self._support_account(account_id)
        if not account._may_manage_limits(contact.partner_id):
            raise NotFound()
        return account, contact

    def _support_limits_page(self, account_id, **values):
        account, contact = self._support_manager(account_id)
        values = self._support_values(
            "support_limits",
            account,
            contact,
            limits=account._portal_limits(),
            **{"error": None, "saved": False, **values},
        )
        return request.render("jobtrack_support_portal.portal_support_limits", values)
