from odoo import fields
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route
from werkzeug.exceptions import BadRequest, NotFound

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .home import SupportPortal

STEP = 40
FILE_TYPES = ("pdf", "xlsx", "csv")


class SupportLedgerPortal(SupportPortal):
    """The support ledger: where the hours came from and where they went (A9), for contacts who see money."""

    @route(
        [
            "/my/support/<int:account_id>/ledger",
            "/my/support/<int:account_id>/ledger/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_ledger(self, account_id, page=1, **params):
        """Show balance, packs and entries, newest first."""
        account, contact = self._support_ledger_account(account_id)
        chosen = self._support_ledger_filter(params)
        domain = self._support_ledger_domain(account, chosen)
        Entry = request.env["jobtrack.ledger.entry"]
        url = f"/my/support/{account.id}/ledger"
        # Numbers have no gap: all entries need not be counted, which takes long where they are many.
        total = Entry.search_count(domain) if any(chosen.values()) else account.sudo().last_number
        pager = portal_pager(url, total, page, STEP, url_args=chosen)
        entries = Entry.search(domain, order="number desc", limit=STEP, offset=pager["offset"])
        packs = request.env["jobtrack.hour.pack"].search(
            [("jobtrack_account_id", "=", account.id)], order="date_expiry desc, id desc"
        )
        values = self._support_values(
            "support_ledger",
            account,
            contact,
            hours=account._portal_hours(),
            rows=entries._portal_rows(),
            packs=packs,
            pager=pager,
            chosen=chosen,
            is_filtered=any(chosen.values()),
            kinds=Entry._fields["kind"]._description_selection(request.env),
            ledger_url=url,
        )
        return request.render("jobtrack_support_portal.portal_support_ledger", values)

    @route(
        "/my/support/<int:account_id>/ledger/<string:file_type>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def support_ledger_download(self, account_id, file_type, **params):
        """Download the extract of the period that the filter names, with the balances before and after."""
        account, contact = self._support_ledger_account(account_id)
        if file_type not in FILE_TYPES:
            raise NotFound()
        chosen = self._support_ledger_filter(params)
        try:
            content, extension, mime = account._extract_file(
                file_type,
                chosen["date_from"],
                chosen["date_to"],
                chosen["kind"],
                contact.may_see_money,
            )
        except UserError as error:
            raise BadRequest(str(error)) from error
        headers = [
            ("Content-Type", mime),
            ("Content-Disposition", content_disposition(f"ledger-{account.name}.{extension}")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)

    def _support_ledger_account(self, account_id):
        """Return account and contact, or raise ``NotFound`` for who may not see money."""
        account, contact = self._support_account(account_id)
        if not contact.may_see_money:
            raise NotFound()
        return account, contact

    def _support_ledger_filter(self, params):
        """Return kind and period from the address, without what is no kind and no date."""
        kinds = dict(request.env["jobtrack.ledger.entry"]._fields["kind"].selection)
        kind = params.get("kind")
        return {
            "kind": kind if kind in kinds else "",
            "date_from": self._support_date(params.get("date_from")),
            "date_to": self._support_date(params.get("date_to")),
        }

    @staticmethod
    def _support_date(text):
        try:
            return fields.Date.to_string(fields.Date.to_date(text)) or ""
        except ValueError:
            return ""

    def _support_ledger_domain(self, account, chosen):
        domain = [("jobtrack_account_id", "=", account.id)]
        for name, leaf in (
            ("kind", ("kind", "=")),
            ("date_from", ("date", ">=")),
            ("date_to", ("date", "<=")),
        ):
            if chosen[name]:
                domain.append((*leaf, chosen[name]))
        return domain
