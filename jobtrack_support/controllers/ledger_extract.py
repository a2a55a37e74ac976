from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request
from werkzeug.exceptions import BadRequest, NotFound

FILE_TYPES = ("csv", "xlsx", "pdf")


class LedgerExtractController(http.Controller):
    """Downloads of the support ledger for staff; clients have their own in the portal."""

    @http.route(
        "/jobtrack/ledger.<string:file_type>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def ledger_extract(self, file_type, accounts="", date_from=None, date_to=None, **_params):
        """Download the extract of the named accounts, read with the rights of the user.

        :param accounts: ids of accounts, separated by commas
        """
        ids = [int(part) for part in accounts.split(",") if part.isdecimal()]
        if (
            file_type not in FILE_TYPES
            or not ids
            or not request.env.user.has_group("jobtrack_support.group_user")
        ):
            raise NotFound()
        found = request.env["jobtrack.account"].search([("id", "in", ids)])
        if len(found) != len(set(ids)):
            raise NotFound()
        try:
            days = [fields.Date.to_date(day or None) for day in (date_from, date_to)]
            content, extension, mime = found._extract_file(file_type, *days)
        except AccessError as error:
            raise NotFound() from error
        except (UserError, ValueError) as error:
            raise BadRequest(str(error)) from error
        name = found.name if len(found) == 1 else request.env._("Support ledger")
        headers = [
            ("Content-Type", mime),
            ("Content-Disposition", content_disposition(f"{name}.{extension}")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)
