from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize
from odoo.tools.misc import hmac

from odoo.addons.jobtrack_support.tools import intake

# What a form may hold; longer input is cut, a person notices nothing.
LONGEST = {"contact_name": 100, "client_name": 100, "phone": 40, "name": 200, "description": 10000}


class JobtrackAccessRequest(models.Model):
    """Requests from the public page: they join the same list, and start nothing either (D10)."""

    _inherit = "jobtrack.access.request"

    @api.model
    def _request_page_url(self):
        return f"{self.get_base_url()}/support/request"

    @api.model
    def _create_from_page(self, typed, address):
        """List what a visitor typed on the public page; nobody is answered, for nobody knows who typed it.

        :param dict typed: ``contact_name``, ``email``, ``client_name``, ``phone``, ``name``, ``description``
        :param str address: from where the visitor comes; kept as a keyed digest for an hour's count only
        :return: the row
        :raise UserError: with a sentence for the visitor, the same whether the address is known here or not
        """
        values = {
            name: (typed.get(name) or "").strip()[:longest] for name, longest in LONGEST.items()
        }
        values["email"] = email_normalize((typed.get("email") or "")[:200]) or ""
        if not (values["contact_name"] and values["email"] and values["description"]):
            raise UserError(
                self.env._("Please fill in your name, your e-mail address and what you need.")
            )
        requests = self.sudo()
        source = hmac(requests.env, "jobtrack-request-page", address or "")
        requests._check_flood(source)
        first_line = values["description"].split("\n")[0].strip()
        values["name"] = values["name"] or first_line[:80]
        return requests.create(
            {
                **values,
                "channel": "page",
                "reason": "page",
                "source": source,
                "company_id": self.env.company.id,
            }
        )

    @api.model
    def _check_flood(self, source):
        since = self.env["jobtrack.account"]._now() - timedelta(hours=1)
        recent = [("channel", "=", "page"), ("create_date", ">=", since)]
        from_one = self.search_count([*recent, ("source", "=", source)])
        if not intake.page_accepts(from_one, self.search_count(recent)):
            raise UserError(
                self.env._("There are many requests at the moment: please try again in an hour.")
            )
