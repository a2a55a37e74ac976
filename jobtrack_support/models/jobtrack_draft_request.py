import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext
from psycopg2 import OperationalError

from ..tools import intake, letters

_logger = logging.getLogger(__name__)

DESK = "jobtrack_support.group_receptionist"
MAIL = "jobtrack_support.mail_template_draft"


class JobtrackDraftRequest(models.Model):
    """A request that may not be made yet: it waits for hours, a payment or the project, and then submits itself."""

    _name = "jobtrack.draft.request"
    _description = "Draft Request"
    _inherit = ["jobtrack.guarded", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Subject", required=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("submitted", "Submitted"), ("withdrawn", "Withdrawn")],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Asked By", required=True, ondelete="cascade", index=True
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("portal", "Portal"), ("phone", "Phone")],
        required=True,
        default="mail",
        string="Came By",
    )
    description = fields.Text()
    waits_for = fields.Selection(
        [
            ("project", "Which project"),
            ("paused", "Payment of overdue invoices"),
            ("funds", "Hours or credit"),
            ("closed", "Project is closed"),
            ("role", "Person may not ask for jobs"),
            ("ready", "Nothing: it is submitted next"),
        ],
        compute="_compute_waits_for",
    )
    is_emergency = fields.Boolean(
        string="Emergency",
        readonly=True,
        help="It becomes an emergency when it is submitted: the person on call is told then.",
    )
    job_id = fields.Many2one("project.task", readonly=True, copy=False)
    answer_date = fields.Datetime(string="Answered", readonly=True, copy=False)

    @api.depends("jobtrack_account_id", "partner_id", "state")
    def _compute_waits_for(self):
        for draft in self:
            draft.waits_for = draft._obstacle()

    def _obstacle(self):
        """Return what the request waits for now: a value of ``waits_for``, ``ready`` for nothing."""
        self.ensure_one()
        account = self.jobtrack_account_id
        if not account:
            return "project"
        if refusal := account._request_refusal():
            return refusal
        contact = account._contact_of(self.partner_id)
        may = contact.may_request or (self.is_emergency and contact.may_call_emergency)
        return "ready" if may else "role"

    # === MAIL === #

    def _is_of_sender(self, sender):
        draft = self.exists()
        contacts = self.env["jobtrack.account.contact"]._of_address(sender)
        return draft.state == "waiting" and draft.partner_id in contacts.partner_id

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Keep a letter whose request has to wait, and say why, with the way out."""
        draft = self.create(
            {
                "name": letters.clean_subject(msg_dict.get("subject"), self.env._("Request")),
                "description": html2plaintext(msg_dict.get("body") or "").strip(),
                "channel": "mail",
                **(custom_values or {}),
            }
        )
        draft._answer(msg_dict.get("message_id"))
        return draft

    def _answer(self, letter_id):
        """Tell the sender why the request waits, and the main contact, who may be able to end that.

        An answering machine that is not marked gets few of these.
        """
        self.ensure_one()
        now = self.env["jobtrack.account"]._now()
        since = fields.Datetime.subtract(now, days=1)
        domain = [("partner_id", "=", self.partner_id.id), ("answer_date", ">=", since)]
        if not intake.answers_draft(self.search_count(domain)):
            return
        self.answer_date = now
        headers = {"headers": repr(self.env["jobtrack.access.request"]._answer_headers())}
        own = {"references": letter_id or False, **headers}
        self._own_contacts()[:1]._tell(MAIL, self, "hold", own)
        main = self.sudo().jobtrack_account_id.main_contact_id.filtered("active")
        copy = main.filtered(lambda contact: contact.partner_id != self.partner_id)
        copy._tell(MAIL, self, "hold", headers, jobtrack_copy=True)

    def _own_contacts(self):
        """Return the sender's contacts on the projects for which this request may be meant."""
        roles = Domain("may_request", "=", True)
        if self.is_emergency:
            roles |= Domain("may_call_emergency", "=", True)
        domain = roles & Domain("partner_id", "=", self.partner_id.id)
        if self.jobtrack_account_id:
            domain &= Domain("jobtrack_account_id", "=", self.jobtrack_account_id.id)
        return self.env["jobtrack.account.contact"].sudo().search(domain)

    def _buy_url(self):
        """Return where the account's hours are bought; when invoices are overdue, the page that shows them."""
        page = f"{self.get_base_url()}/my/support/{self.jobtrack_account_id.id}"
        return page if self.waits_for == "paused" else f"{page}/buy"

    # === SUBMITTING === #

    @api.model
    def _cron_submit(self):
        """Submit what may be submitted now: after a purchase, a payment, or a new day."""
        drafts = self.sudo().search(
            [("state", "=", "waiting"), ("jobtrack_account_id", "!=", False)]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(drafts))
        for draft in drafts:
            try:
                with self.env.cr.savepoint():
                    draft._submit()
            except OperationalError:
                raise  # a conflict: the next run takes what is left
            except Exception:
                _logger.exception("The draft request %s could not be submitted", draft.id)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _submit(self):
        """Make the job when the account and the person may ask for it now.

        :return: the job, empty while the request has to wait
        """
        self.ensure_one()
        draft = self.sudo().with_company(self.company_id)
        if draft.state != "waiting" or draft._obstacle() != "ready":
            return draft.job_id
        job = draft.jobtrack_account_id._make_job(
            draft.partner_id,
            draft.name,
            draft.description,
            draft.channel,
            jobtrack_is_emergency=draft.is_emergency,
        )
        draft._move_conversation(draft, job, draft.partner_id)
        if draft.channel == "portal":
            # Requests by mail and phone are answered when the job begins; nobody sits before the page now.
            job._jobtrack_mail("jobtrack_support.mail_template_received", draft.partner_id)
        draft.write({"state": "submitted", "job_id": job.id})
        return job

    @api.model
    def _move_conversation(self, record, job, author):
        """Move the letters of ``record`` with their files to ``job``, as written by ``author``."""
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        written = (
            self.env["mail.message"]
            .sudo()
            .search([*domain, ("message_type", "in", ("email", "comment"))])
        )
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", record._name), ("res_id", "=", record.id)])
        )
        (files | written.attachment_ids).write({"res_model": job._name, "res_id": job.id})
        written.write({"model": job._name, "res_id": job.id})
        comment = self.env.ref("mail.mt_comment")
        written.filtered(lambda message: message.message_type == "email").write(
            {
                "author_id": author.id,
                "subtype_id": comment.id,
                "record_name": job.display_name,
            }
        )

    def _check_desk(self):
        if not (self.env.su or self.env.user.has_group(DESK)):
            raise AccessError(self.env._("Draft requests belong to the support team."))
        self.check_access("write")

    def action_submit(self):
        """Submit the drafts now; staff see at once what is still missing.

        :raise UserError: with what one of them waits for
        """
        self._check_desk()
        self.company_id._jobtrack_check_creator()
        words = dict(self._fields["waits_for"]._description_selection(self.env))
        for draft in self.filtered(lambda draft: draft.state == "waiting"):
            if not draft._submit():
                raise UserError(
                    self.env._(
                        "%(draft)s still waits for: %(reason)s.",
                        draft=draft.name,
                        reason=words[draft._obstacle()],
                    )
                )

    def action_withdraw(self):
        """Take drafts back that nobody wants any more."""
        self._check_desk()
        self.filtered(lambda draft: draft.state == "waiting").sudo().state = "withdrawn"
