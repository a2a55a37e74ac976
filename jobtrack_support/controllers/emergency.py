from odoo import http
from odoo.http import request

from .signed_page import SignedPage


class EmergencyController(SignedPage, http.Controller):
    """The page behind the link in the mail to the person on call (B3): GET shows, POST takes the emergency."""

    @http.route(
        "/jobtrack/emergency/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def emergency(self, token, **_params):
        """Show the emergency and who has taken it."""
        return self._answer(token)

    @http.route(
        "/jobtrack/emergency/<string:token>/take",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def take(self, token, **_params):
        """Take the emergency in the name of the person the link was sent to."""
        return self._answer(token, take=True)

    def _answer(self, token, take=False):
        visitor = request.env.user
        alert = request.env["jobtrack.on.call.alert"]._from_confirm_token(token)
        if not alert:
            return self._not_valid()
        alert = alert.with_env(self._speak_to(alert.user_id.partner_id, alert.company_id))
        error = self._attempt(lambda: alert._confirm(visitor))[1] if take else None
        alert.invalidate_recordset()
        job = alert.task_id
        values = {
            "alert": alert,
            "job": job,
            "company": alert.company_id,
            "account": job.jobtrack_account_id,
            "caller": job.jobtrack_account_id._contact_of(job.jobtrack_requester_id),
            "is_mine": job.jobtrack_emergency_user_id == alert.user_id,
            "refusal": error or alert._refusal(visitor),
            "form_url": f"/jobtrack/emergency/{token}",
        }
        return self._show("emergency_page", values)
