from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .signed_page import SignedPage


class OfferController(SignedPage, http.Controller):
    """The page behind the link in the mail of an offer (C3).

    GET shows, POST answers: mail scanners press every link. Whoever holds the link acts as the person it was sent to,
    for this one round of this one offer, as long as that person works on jobs of the company.
    """

    @http.route(
        "/jobtrack/offer/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def offer(self, token, **_params):
        """Show the job, the dates and the three answers."""
        return self._answer(token)

    @http.route(
        "/jobtrack/offer/<string:token>/accept",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def accept(self, token, **_params):
        """Accept the offer in the name of the person the link was sent to."""
        return self._answer(token, lambda offer, _tz: offer.action_accept())

    @http.route(
        "/jobtrack/offer/<string:token>/reject",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def reject(self, token, reason="", **_params):
        """Reject the offer; the reason is required."""
        return self._answer(token, lambda offer, _tz: offer.action_reject(reason), reason=reason)

    @http.route(
        "/jobtrack/offer/<string:token>/counter",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def counter(self, token, reason="", deadline="", start="", **_params):
        """Propose another deadline or slot, typed by the clock of the person; the reason is required."""
        return self._answer(
            token,
            lambda offer, tz: offer.action_counter(
                reason, self._moment(deadline, tz), self._moment(start, tz)
            ),
            reason=reason,
            typed_deadline=deadline,
            typed_start=start,
        )

    def _answer(self, token, act=None, **typed):
        """Let the offer act as its person, and show what stands now."""
        offer = request.env["jobtrack.assignment"]._from_offer_token(token)
        if not offer:
            return self._not_valid()
        self._speak_to(offer.user_id.partner_id, offer.sudo().company_id)
        offer = offer.with_context(**request.env.context)
        tz = offer._page_tz()
        error = self._attempt(lambda: act(offer, tz))[1] if act else None
        offer.invalidate_recordset()
        values = {"reason": "", "typed_deadline": "", "typed_start": "", **typed, **offer._page()}
        values |= {
            "error": error,
            "just_answered": bool(act) and not error,
            "form_url": f"/jobtrack/offer/{token}",
        }
        return self._show("offer_page", values)

    @staticmethod
    def _moment(text, tz):
        """Return the moment (naive UTC) that a person typed by the clock of ``tz``, or None when nothing was typed.

        :raise UserError: when it is no moment at all
        """
        if not (text or "").strip():
            return None
        try:
            local = datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(tz))
            return local.astimezone(timezone.utc).replace(tzinfo=None)
        except (ValueError, OverflowError) as error:
            raise UserError(request.env._("Please choose a date and a time.")) from error
