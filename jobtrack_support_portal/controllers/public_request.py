from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

FIELDS = ("contact_name", "email", "client_name", "phone", "name", "description")
# A field that people do not see: who fills it in is a machine.
TRAP = "homepage"


class PublicRequest(http.Controller):
    """The page on which anybody may ask for support (D10). It tells nobody who is known here."""

    @http.route("/support/request", type="http", auth="public", website=True, methods=["GET"])
    def request_form(self, sent=None, **_params):
        """Show the form, or thanks when it was sent."""
        return self._page({}, sent=bool(sent))

    @http.route("/support/request", type="http", auth="public", website=True, methods=["POST"])
    def request_send(self, **post):
        """List what was typed; whoever typed it reads the same answer."""
        typed = {name: post.get(name, "") for name in FIELDS}
        if not post.get(TRAP):
            requests = request.env["jobtrack.access.request"]
            try:
                with request.env.cr.savepoint():
                    requests._create_from_page(typed, request.httprequest.remote_addr)
            except UserError as error:
                return self._page(typed, error=str(error))
        return request.redirect("/support/request?sent=1")

    def _page(self, typed, error=None, sent=False):
        company = request.env.company.sudo()
        values = {"typed": typed, "error": error, "sent": sent, "company": company}
        response = request.render("jobtrack_support_portal.public_request", values)
        response.headers["Cache-Control"] = "no-store"
        return response
