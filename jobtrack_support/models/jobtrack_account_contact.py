from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class JobtrackAccountContact(models.Model):
    """A person whom the client authorises on one support account, with the five roles (A13)."""

    _name = "jobtrack.account.contact"
    _description = "Authorised Contact"
    _inherit = [
        "jobtrack.guarded",
        "jobtrack.contact.roles",
        "jobtrack.contact.mail",
        "jobtrack.contact.search",
    ]
    _order = "name, id"

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account", string="Support Account", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, ondelete="restrict", index=True
    )
    name = fields.Char(related="partner_id.name", store=True)
    function = fields.Char(related="partner_id.function", string="Position", readonly=False)
    email = fields.Char(related="partner_id.email", readonly=False)
    phone = fields.Char(related="partner_id.phone", readonly=False)
    active = fields.Boolean(default=True)
    may_request = fields.Boolean(string="Requests", default=True, help="May ask for jobs.")
    may_approve = fields.Boolean(
        string="Approves", help="May approve estimates, which includes seeing their amounts."
    )
    may_buy = fields.Boolean(string="Buys", help="May buy hours.")
    may_see_money = fields.Boolean(
        string="Sees Money", help="Sees ledger, statements and invoices."
    )
    may_manage_team = fields.Boolean(string="Manages Team", help="May authorise other people.")
    may_call_emergency = fields.Boolean(
        string="Calls in Emergencies",
        help="May use the account's emergency mandate: work starts at once, within its hours and rate.",
    )
    mandate_ids = fields.One2many("jobtrack.mandate", "contact_id", string="Mandates")
    mandate_id = fields.Many2one("jobtrack.mandate", compute="_compute_mandate_id")
    has_portal_access = fields.Boolean(compute="_compute_has_portal_access")

    _partner_unique = models.Constraint(
        "unique(jobtrack_account_id, partner_id)",
        "This person is already a contact of the account.",
    )

    @api.depends("mandate_ids.active")
    def _compute_mandate_id(self):
        for contact in self:
            contact.mandate_id = contact.mandate_ids.filtered("active")[:1]

    @api.constrains("may_approve")
    def _check_mandate_needs_bounds(self):
        for contact in self.sudo().filtered("may_approve"):
            if contact.mandate_ids.filtered("active"):
                raise ValidationError(
                    self.env._(
                        "%(name)s has a mandate: take it away before you let them approve everything.",
                        name=contact.name,
                    )
                )

    def _compute_has_portal_access(self):
        users = self.env["res.users"].sudo().search([("partner_id", "in", self.partner_id.ids)])
        partners = users.filtered(lambda user: user.share and user._is_portal()).partner_id
        for contact in self:
            contact.has_portal_access = contact.partner_id in partners

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        for contact in contacts:
            account = contact.jobtrack_account_id
            if not account.main_contact_id:
                # Whoever may add contacts may add the first, which becomes the main one.
                account.sudo().main_contact_id = contact
        contacts._admit_to_company()
        return contacts

    def write(self, vals):
        if {"jobtrack_account_id", "partner_id"} & vals.keys():
            raise UserError(self.env._("Add a new contact instead of changing who a contact is."))
        result = super().write(vals)
        if vals.get("active"):
            self._admit_to_company()
        return result

    def _may_dispute(self, job):
        """Return whether this contact may object to the bill of ``job``: by a role, or having asked for it (M6)."""
        if not self or self.jobtrack_account_id != job.jobtrack_account_id:
            return False
        asked = self.partner_id == job.jobtrack_requester_id
        return self.may_approve or self.may_see_money or asked

    def _admit_to_company(self):
        """Let portal users among the contacts read the account's company, or its records stay hidden from them.

        Adds the one company whose account authorises the person, nothing else: safe in sudo.
        """
        for contact in self:
            company = contact.jobtrack_account_id.company_id
            users = contact.partner_id.sudo().with_context(active_test=False).user_ids
            outside = users.filtered(
                lambda user, c=company: user.share and c not in user.company_ids
            )
            outside.write({"company_ids": [fields.Command.link(company.id)]})

    def action_invite(self):
        """Invite the contacts to the portal through Odoo's own portal wizard.

        :raise UserError: when one has no e-mail address, or the user may not invite
        """
        if not self.env.user.has_group("jobtrack_support.group_receptionist"):
            raise AccessError(self.env._("Only support staff invite contacts."))
        self.check_access("write")
        for contact in self:
            if not contact.email:
                raise UserError(
                    self.env._("%(name)s needs an e-mail address to be invited.", name=contact.name)
                )
            # The group check above is what makes this sudo safe: receptionists may invite, not administer users.
            wizard = (
                self.env["portal.wizard"]
                .sudo()
                .with_company(contact.jobtrack_account_id.company_id)
                .create({"partner_ids": [fields.Command.link(contact.partner_id.id)]})
            )
            line = wizard.user_ids.filtered(lambda user, c=contact: user.partner_id == c.partner_id)
            if line.is_portal:
                line.action_invite_again()
            elif not line.is_internal:
                line.action_grant_access()
        self._admit_to_company()
