from odoo import http
from odoo.http import request

from .signed_page import SignedPage


class MailSettingsController(SignedPage, http.Controller):
    """The page behind the link under mails that may be muted: GET shows, POST decides."""

    @http.route(
        "/jobtrack/mail/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def show(self, token, **_params):
        """Show which mails the person gets."""
        contact, event = self._resolve(token)
        return self._page(contact, event, token) if contact else self._not_valid()

    @http.route(
        "/jobtrack/mail/<string:token>/save",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def save(self, token, digest="", **_params):
        """Keep the choice of the person the mail was sent to."""
        contact, event = self._resolve(token)
        if not contact:
            return self._not_valid()
        contact._set_mail_settings(request.httprequest.form.getlist("wanted"), digest)
        return self._page(contact, event, token, saved=True)

    @http.route(
        "/jobtrack/mail/<string:token>/mute",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def mute(self, token, **_params):
        """Mute the kind of mail under which the link stood."""
        contact, event = self._resolve(token)
        if not contact:
            return self._not_valid()
        settings = contact._mail_settings()
        wanted = {row["name"] for row in settings["events"] if row["wanted"]} - {event}
        contact._set_mail_settings(wanted, settings["digest"])
        return self._page(contact, event, token, saved=True)

    def _resolve(self, token):
        contact, event = request.env["jobtrack.account.contact"]._from_mail_settings_token(token)
        if contact:
            env = self._speak_to(contact.partner_id, contact.jobtrack_account_id.company_id)
            contact = contact.with_env(env)
        return contact, event

    def _page(self, contact, event, token, saved=False):
        settings = contact._mail_settings()
        wanted = {row["name"] for row in settings["events"] if row["wanted"]}
        values = {
            "contact": contact,
            "settings": settings,
            "token": token,
            "saved": saved,
            "muted_label": contact._mail_event_words().get(event) if event in wanted else "",
        }
        return self._show("mail_settings_page", values)
