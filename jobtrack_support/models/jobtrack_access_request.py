from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, html2plaintext, parse_contact_from_email

from ..tools import letters

DESK = "jobtrack_support.group_receptionist"
DISPATCH = "jobtrack_support.group_dispatcher"
REASONS = [
    ("stranger", "Nobody knows the sender"),
    ("no_role", "A contact who may not ask for jobs"),
    ("closed", "The project is closed"),
    ("unverified", "The sender may be forged"),
    ("several", "Names several senders"),
    ("automatic", "Looks like an automatic answer"),
    ("bulk", "Sent to many"),
    ("staff", "From a colleague, without a project"),
    ("page", "Public request page"),
    ("phone", "By phone"),
]


class JobtrackAccessRequest(models.Model):
    """Somebody who is not authorised asks for something: a row in a list, and nothing else until staff decide (D10)."""

    _name = "jobtrack.access.request"
    _description = "Access Request"
    _inherit = ["jobtrack.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "create_date desc, id desc"
    _check_company_auto = True
    _primary_email = "email"

    name = fields.Char(string="Subject", required=True, tracking=True)
    state = fields.Selection(
        [("new", "New"), ("accepted", "Accepted"), ("declined", "Declined")],
        default="new",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("page", "Request Page"), ("phone", "Phone"), ("staff", "Staff")],
        required=True,
        default="staff",
        string="Came By",
    )
    reason = fields.Selection(REASONS, string="Why It Is Here", readonly=True)
    email = fields.Char(index=True)
    contact_name = fields.Char(string="Person")
    client_name = fields.Char(string="Company Name")
    phone = fields.Char()
    description = fields.Text(string="What They Ask For")
    task_id = fields.Many2one(
        "project.task",
        string="Meant for the Job",
        help="The job whose conversation was answered from an address that nobody knows.",
    )
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        check_company=True,
        help="Empty: a new client with a project of its own is made.",
    )
    contact_id = fields.Many2one(
        "jobtrack.account.contact",
        string="This Is the Contact",
        domain="[('jobtrack_account_id', '=', jobtrack_account_id)]",
        help="Choose a person who is known already: the address is added to that contact.",
    )
    may_approve = fields.Boolean(string="May Approve Estimates")
    job_id = fields.Many2one("project.task", readonly=True, copy=False, index="btree_not_null")
    known_account_ids = fields.Many2many(
        "jobtrack.account", compute="_compute_known_account_ids", string="Known On"
    )
    redirect_date = fields.Datetime(string="Answered", readonly=True, copy=False)
    source = fields.Char(readonly=True, copy=False, groups="base.group_system")

    @api.depends("email")
    def _compute_known_account_ids(self):
        for request in self:
            contacts = self.env["jobtrack.account.contact"]._of_address(request.email)
            request.known_account_ids = contacts.jobtrack_account_id.filtered(
                lambda account, r=request: account.company_id == r.company_id
            )

    # === MAIL === #

    @api.model
    def _open_row(self, sender, company_id):
        """Return the undecided row of this sender, to which further letters are added."""
        domain = [
            ("state", "=", "new"),
            ("email", "=", sender),
            ("company_id", "=", company_id),
            ("channel", "=", "mail"),
        ]
        return self.search(domain, limit=1) if sender else self.browse()

    @api.model
    def _letters_since(self, sender, since):
        """Return how many letters of ``sender`` were listed since a moment."""
        rows = self.search([("email", "=", sender)]) if sender else self
        domain = [
            ("model", "=", self._name),
            ("res_id", "in", rows.ids),
            ("message_type", "=", "email"),
            ("create_date", ">=", since),
        ]
        return self.env["mail.message"].sudo().search_count(domain) if rows else 0

    @api.model
    def _answers_since(self, sender, since):
        """Return how often ``sender`` was answered since a moment."""
        domain = [("email", "=", sender), ("redirect_date", ">=", since)]
        return self.search_count(domain) if sender else 0

    def _is_of_sender(self, sender):
        row = self.exists()
        return row.state == "new" and row.email == sender

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """List a letter of somebody who may not ask for jobs; answer it once where the rule says so."""
        values = dict(custom_values or {})
        sender = msg_dict.get("email_from") or ""
        person = parse_contact_from_email(sender)[0]
        address = email_normalize(sender) or ""
        contacts = self.env["jobtrack.account.contact"]._of_address(address)
        accounts = contacts.jobtrack_account_id.filtered(
            lambda account: account.company_id.id == values.get("company_id")
        )
        request = self.create(
            {
                "name": letters.clean_subject(msg_dict.get("subject"), self.env._("No subject")),
                "channel": "mail",
                "email": address,
                "contact_name": person,
                "description": html2plaintext(msg_dict.get("body") or "").strip(),
                "jobtrack_account_id": accounts.id if len(accounts) == 1 else False,
                **values,
            }
        )
        if msg_dict.pop("jobtrack_redirect", False):
            request._redirect(msg_dict.get("message_id"))
        return request

    def message_update(self, msg_dict, update_vals=None):
        """Add a further letter to the row; a day after the last answer its sender gets another one."""
        if msg_dict.pop("jobtrack_redirect", False):
            self._redirect(msg_dict.get("message_id"))
        return super().message_update(msg_dict, update_vals)

    def _redirect(self, letter_id):
        """Answer courteously that nothing was started, and where to go; marked so that no machine answers back."""
        self.ensure_one()
        company = self.company_id
        self.redirect_date = self.env["jobtrack.account"]._now()
        template = self.env.ref("jobtrack_support.mail_template_redirect").sudo()
        template.with_company(company).send_mail(
            self.id,
            email_values={
                "email_to": self.email,
                "recipient_ids": [],
                "references": letter_id or False,
                "headers": repr(self._answer_headers()),
            },
            email_layout_xmlid="jobtrack_support.mail_layout",
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _answer_headers(self):
        """Return the headers of our own automatic answers (RFC 3834)."""
        return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}

    def _main_contacts(self):
        """Return who could authorise the sender: the main contacts of the projects on which the sender is known."""
        return self.known_account_ids.sudo().main_contact_id

    @api.model
    def _request_page_url(self):
        """Return the address of the public request page; there is none without the portal."""
        return ""

    # === DECISIONS === #

    def _check_desk(self, group=DESK):
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(
                self.env._("A new client is made by a dispatcher: please ask one.")
                if group == DISPATCH
                else self.env._("Access requests belong to the support team.")
            )
        self.check_access("write")

    def action_accept(self):
        """Make client, contact and job in one step; of them only what is missing (D10).

        :return: the action that opens the job
        :raise UserError: when the row was decided before, or names nobody
        """
        self.ensure_one()
        self._check_desk()
        if self.state != "new":
            raise UserError(self.env._("This request was decided before."))
        if not (self.contact_id or (self.email and (self.contact_name or "").strip())):
            raise UserError(
                self.env._(
                    "Fill in the person's name and e-mail address first, or choose a contact."
                )
            )
        self._check_contact()
        self.company_id._jobtrack_check_creator()
        if not self.jobtrack_account_id:
            self._check_desk(DISPATCH)
        if self.may_approve and not self.contact_id:
            self.contact_id._check_gives_spending()
        # The checks above make the sudo safe: a receptionist adds people, a dispatcher clients.
        request = self.sudo().with_company(self.company_id)
        account = request.jobtrack_account_id or request._make_account()
        contact = request._make_contact(account)
        job = request.task_id.filtered(lambda task: task.jobtrack_account_id == account)
        job = job or request._make_job(account, contact)
        request._move_letters(job, contact.partner_id)
        request.write(
            {
                "state": "accepted",
                "jobtrack_account_id": account.id,
                "contact_id": contact.id,
                "job_id": job.id,
            }
        )
        return job.with_env(self.env)._jobtrack_open_form()

    def _check_contact(self):
        """Refuse a contact of another account: a new person would be made in its place, with the roles asked for."""
        if self.contact_id and self.contact_id.jobtrack_account_id != self.jobtrack_account_id:
            raise UserError(
                self.env._(
                    "%(name)s is a contact of %(account)s: choose that support account, or no contact.",
                    name=self.contact_id.name,
                    account=self.contact_id.jobtrack_account_id.name,
                )
            )

    def _make_account(self):
        name = (self.client_name or self.contact_name).strip()
        client = self.env["res.partner"].create(
            {"name": name, "is_company": bool((self.client_name or "").strip())}
        )
        project = self.env["project.project"].create(
            {"name": name, "company_id": self.company_id.id, "partner_id": client.id}
        )
        return self.env["jobtrack.account"].create(
            {
                "project_id": project.id,
                "partner_id": client.id,
                "company_id": self.company_id.id,
            }
        )

    def _make_contact(self, account):
        """Return the contact: the one chosen, which learns the address, or a new one."""
        contact = self.contact_id
        if contact:
            if self.email and self.email not in contact._addresses():
                known = [contact.other_emails] if contact.other_emails else []
                contact.other_emails = ", ".join([*known, self.email])
            return contact
        partners = self.env["res.partner"]
        family = [("id", "child_of", account.partner_id.commercial_partner_id.id)]
        partner = partners.search([*family, ("email_normalized", "=", self.email)], limit=1)
        if not partner and not account.partner_id.is_company and not account.contact_ids:
            partner = account.partner_id
            partner.email = self.email
        partner = partner or partners.create(
            {
                "name": self.contact_name.strip(),
                "email": self.email,
                "phone": self.phone,
                "parent_id": account.partner_id.commercial_partner_id.id,
            }
        )
        contact = account._contact_of(partner) or self._bring_back(account, partner)
        return contact or self.env["jobtrack.account.contact"].create(
            {
                "jobtrack_account_id": account.id,
                "partner_id": partner.id,
                "may_request": True,
                "may_approve": self.may_approve,
            }
        )

    def _bring_back(self, account, partner):
        """Return the contact of who was one before, with the roles of a new one; empty for who never was."""
        contacts = self.env["jobtrack.account.contact"].with_context(active_test=False)
        former = contacts.search(
            [("jobtrack_account_id", "=", account.id), ("partner_id", "=", partner.id)], limit=1
        )
        if former:
            former.mandate_ids.filtered("active").active = False
            roles = ("may_buy", "may_see_money", "may_manage_team", "may_call_emergency")
            former.write(
                dict.fromkeys(roles, False)
                | {"active": True, "may_request": True, "may_approve": self.may_approve}
            )
        return former.with_context(active_test=True)

    def _make_job(self, account, contact):
        channel = {"page": "portal", "phone": "phone", "mail": "mail"}.get(self.channel, "staff")
        return account._make_job(contact.partner_id, self.name, self.description, channel)

    def _move_letters(self, job, author):
        """Let the letters go on in the job's conversation, as the contact's."""
        self.env["jobtrack.draft.request"]._move_conversation(self, job, author)

    def action_decline(self):
        """Take the rows out of the list: nothing was started, nobody is told."""
        self._check_desk()
        self.filtered(lambda request: request.state == "new").sudo().state = "declined"

    def action_reopen(self):
        """Put declined rows back into the list."""
        self._check_desk()
        self.filtered(lambda request: request.state == "declined").sudo().state = "new"
