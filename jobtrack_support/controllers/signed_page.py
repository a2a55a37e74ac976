from odoo.exceptions import UserError
from odoo.http import request

from ..models import guard


class SignedPage:
    """What pages behind signed links in mails share: they speak the reader's language and stay out of caches.

    GET shows, POST acts: mail scanners press every link. What the records refuse is shown in their own sentence.
    """

    def _speak_to(self, partner, company):
        """Return the environment in which a page for ``partner`` is read.

        A link is signed and its bearer was checked: that makes reading in sudo safe where this is called.
        """
        request.update_context(
            lang=partner.lang or request.env.lang, tz=partner.tz or company.jobtrack_tz
        )
        return guard.signing(request.env["res.partner"].sudo()).env

    @staticmethod
    def _attempt(act):
        """Let ``act`` happen.

        :return: ``(what it returned, None)``, or ``(None, why it was refused)`` with nothing of it done
        """
        try:
            with request.env.cr.savepoint():
                return act(), None
        except UserError as refusal:
            return None, str(refusal)

    def _show(self, template, values):
        return request.render(
            f"jobtrack_support.{template}", values, headers=self._private_headers()
        )

    def _not_valid(self):
        response = self._show("consent_not_valid", {})
        response.status_code = 404
        return response

    @staticmethod
    def _private_headers():
        """Return headers that keep the link out of caches, search engines and other sites' logs."""
        return {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        }
