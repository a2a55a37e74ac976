from odoo import models
from odoo.tools import email_normalize_all


class ResPartner(models.Model):
    """What changes about a person also changes in whose name somebody acts: the address, and whether they are there."""

    _inherit = "res.partner"

    def write(self, vals):
        """Let the accounts on which these people are contacts know of new addresses, and of people who are gone.

        Consent goes to the main address: a new one is kept in the history of the account, and told to the others who
        manage it and to the address that counted before. Who is archived is no contact any more.
        """
        if "email" not in vals and vals.get("active", True):
            return super().write(vals)
        # Whoever may change the person learns nothing of the contacts; that makes finding them in sudo safe.
        contacts = self.env["jobtrack.account.contact"].sudo().with_context(active_test=True)
        contacts = contacts.search([("partner_id", "in", self.ids)]) if self.ids else contacts
        before = {contact: contact.partner_id.email or "" for contact in contacts}
        result = super().write(vals)
        if not vals.get("active", True):
            contacts.active = False
        elif "email" in vals:
            contacts._after_main_address(
                {
                    contact: address
                    for contact, address in before.items()
                    # Several addresses in one field all get the mails.
                    if email_normalize_all(address)
                    != email_normalize_all(contact.partner_id.email or "")
                }
            )
        return result
