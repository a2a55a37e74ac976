from odoo import http
from odoo.http import request

from ..tools.answers import read_shown
from .signed_page import SignedPage

ANSWERS = ("approve", "decline", "ask")


class ConsentTogetherController(SignedPage, http.Controller):
    """The page behind the link in a mail about several estimates. GET shows, POST decides, for each by itself."""

    @http.route(
        "/jobtrack/consents/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def show(self, token, **_params):
        """Show all estimates of the mail, with the answers of those that wait."""
        return self._answer(token, {})

    @http.route(
        "/jobtrack/consents/<string:token>/answer",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def answer(self, token, everything=None, **params):
        """Take the answers that were chosen; ``everything`` approves all that wait."""
        return self._answer(token, params, everything == "approve", decide=True)

    def _answer(self, token, params, everything=False, decide=False):
        orders, partner = request.env["jobtrack.work.order"].sudo()._from_together_token(token)
        if not orders:
            return self._not_valid()
        env = self._speak_to(partner, orders[:1].company_id)
        orders, partner = orders.with_env(env), partner.with_env(env)
        problems = {}
        if decide:
            answers = answers_of(orders, params, everything)
            problems = orders._answer_all(answers, partner, "mail")
            orders.invalidate_recordset()
        values = {
            "orders": orders,
            "partner": partner,
            "form_url": f"/jobtrack/consents/{token}/answer",
            "problems": problems,
            "decided": decide,
        }
        return self._show("consents_page", values)


def answers_of(orders, params, everything=False):
    """Return the answers of a form about several estimates, as ``_answer_all`` takes them."""
    answers = {}
    for order in orders.filtered(lambda order: order.state == "sent"):
        answer = "approve" if everything else params.get(f"answer_{order.id}", "")
        answers[order.id] = (
            answer if answer in ANSWERS else "",
            params.get(f"text_{order.id}", ""),
            read_shown(params.get(f"seen_{order.id}")),
        )
    return answers


class DisagreeController(SignedPage, http.Controller):
    """The page behind "I did not agree" in the copy of a decision that was told by phone."""

    @http.route(
        "/jobtrack/disagree/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def show(self, token, **_params):
        """Show what was written down, and the form that contests it."""
        return self._page(token)

    @http.route(
        "/jobtrack/disagree/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def send(self, token, reason="", **_params):
        """Contest the decision in the name of the person the link was sent to; the reason is required."""
        return self._page(token, lambda order, partner: order._disagree(partner, reason))

    def _page(self, token, act=None):
        order, partner = request.env["jobtrack.work.order"].sudo()._from_disagree_token(token)
        if not order:
            return self._not_valid()
        env = self._speak_to(partner, order.company_id)
        order, partner = order.with_env(env), partner.with_env(env)
        error = self._attempt(lambda: act(order, partner))[1] if act else None
        order.invalidate_recordset()
        values = {"order": order, "partner": partner, "token": token, "error": error}
        return self._show("disagree_page", values)
