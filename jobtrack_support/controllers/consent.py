from odoo import http
from odoo.http import request

from ..tools.answers import read_shown
from .signed_page import SignedPage


class ConsentController(SignedPage, http.Controller):
    """The pages behind the links in an estimate's mail.

    GET shows, POST decides: mail scanners press every link. Whoever holds the link acts as the person it was sent to,
    for this one version of this one work order, as long as that person may approve.
    """

    @http.route("/jobtrack/consent/<string:token>", type="http", auth="public", sitemap=False)
    def show(self, token, decline=None, ask=None, **_params):
        """Show the estimate with its answers; ``decline`` and ``ask`` open the page at the refusal or the question."""
        order, partner = self._resolve(token)
        if not order:
            return self._not_valid()
        return self._page(order, partner, token, declining=bool(decline), asking=bool(ask))

    @http.route(
        "/jobtrack/consent/<string:token>/approve",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def approve(self, token, seen=None, **_params):
        """Approve the work order in the name of the person the link was sent to.

        :param seen: the minutes to pay later that the page showed
        """
        return self._decide(token, "approved", seen=read_shown(seen))

    @http.route(
        "/jobtrack/consent/<string:token>/decline",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def decline(self, token, reason="", **_params):
        """Decline the work order; the reason is required."""
        return self._decide(token, "declined", reason=reason)

    @http.route(
        "/jobtrack/consent/<string:token>/ask",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def ask(self, token, text="", **_params):
        """Ask a question instead of deciding; on a declined or expired estimate, ask for a new one."""
        order, partner = self._resolve(token)
        if not order:
            return self._not_valid()
        _done, error = self._attempt(lambda: order._ask(partner, text))
        if error:
            return self._page(order, partner, token, asking=True, error=error)
        return self._page(order, partner, token, just_asked=True)

    def _decide(self, token, state, reason=None, seen=None):
        """Let the work order decide, and show what stands now; a late decision shows what was decided before."""
        order, partner = self._resolve(token)
        if not order:
            return self._not_valid()
        if order.state != "sent":
            return self._page(order, partner, token)
        _done, error = self._attempt(
            lambda: order._decide(state, partner, "mail", reason=reason, seen=seen)
        )
        if error:
            return self._page(order, partner, token, declining=state == "declined", error=error)
        return self._page(order, partner, token, just_decided=True)

    def _resolve(self, token):
        order, partner = request.env["jobtrack.work.order"].sudo()._from_consent_token(token)
        if order:
            # The token is signed and its bearer may approve.
            env = self._speak_to(partner, order.company_id)
            order, partner = order.with_env(env), partner.with_env(env)
        return order, partner

    def _status(self, order):
        """Return why nothing can be decided, or nothing while the estimate waits."""
        if order._is_over():
            return order._over_words()
        return "" if order.state == "sent" else order._why_not_waiting()

    def _page(self, order, partner, token, **values):
        order.invalidate_recordset()
        values = {
            "order": order,
            "job": order.task_id,
            "partner": partner,
            "token": token,
            "declining": False,
            "asking": False,
            "error": None,
            "just_decided": False,
            "just_asked": False,
            "may_decide": order._may_decide(partner),
            "needs_login": order._needs_login(partner),
            "login_url": order._login_url(),
            "is_over": order._is_over(),
            "status": self._status(order),
            # A link is for one version: the later one is opened by its own link, or after signing in.
            "later": order._version_that_waits(),
            **values,
        }
        return self._show("consent_page", values)
