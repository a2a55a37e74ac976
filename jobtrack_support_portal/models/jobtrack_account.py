from odoo import Command, api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import plaintext2html
from psycopg2.errors import UniqueViolation

from odoo.addons.jobtrack_support.tools import intake

MAX_FILES = 10
MAX_MEGABYTES = 20
MAX_TITLE = 200
# What a client chooses -> priority of the task.
PRIORITIES = {"normal": "0", "high": "2"}


class JobtrackAccount(models.Model):
    """What a contact sees of an account, and how a contact asks for a job."""

    _name = "jobtrack.account"
    _inherit = ["jobtrack.account", "jobtrack.account.portal.limits"]

    # === WHO MAY SEE WHAT === #

    @api.model
    def _portal_accounts(self):
        """Return the accounts that authorise the current user, read with the user's own rights (A13)."""
        if not self.has_access("read"):
            return self.browse()
        mine = self._portal_contacts().jobtrack_account_id
        return self.search([("active", "=", True), ("id", "in", mine.ids)])

    @api.model
    def _portal_contacts(self):
        """Return the current user's own contact records, in superuser mode: clients do not read contacts."""
        return (
            self.env["jobtrack.account.contact"]
            .sudo()
            .search([("partner_id", "=", self.env.user.partner_id.id)])
        )

    def _portal_job_domain(self):
        """Return the domain of the accounts' jobs in fields that a portal user may read."""
        return [
            ("project_id", "in", self.project_id.ids),
            ("parent_id", "=", False),
            ("is_template", "=", False),
        ]

    # === WHAT WAITS === #

    def _portal_orders_to_decide(self):
        """Return the sent work orders of these accounts whose job the current user may read, oldest first."""
        orders = self.env["jobtrack.work.order"].search(
            [("jobtrack_account_id", "in", self.ids), ("state", "=", "sent")],
            order="sent_date, id",
        )
        jobs = orders.sudo().task_id.with_env(self.env)._filtered_access("read")
        return orders.filtered(lambda order: order.sudo().task_id.id in jobs.ids)

    def _portal_orders_waiting(self):
        """Return the work orders whose decision is the client's turn: not those with a question that we answer."""
        return self._portal_orders_to_decide().filtered(
            lambda order: not order.sudo().question_waits
        )

    def _portal_jobs_waiting(self):
        """Return the jobs that wait for the client: for a decision, an answer or money."""
        waiting = self.env["project.task"].search(
            [*self._portal_job_domain(), ("jobtrack_waiting_for", "=", "client")]
        )
        decide = self._portal_orders_waiting().sudo().task_id.with_env(self.env)
        return waiting | decide

    def _portal_jobs_waiting_for_me(self):
        """Return those of the waiting jobs that wait for the current user, not for a colleague's decision."""
        rows = self._portal_jobs_waiting()._jobtrack_portal_rows()
        return self.env["project.task"].browse(row["id"] for row in rows if row["waits_for_you"])

    def _portal_overview(self):
        """Return one dictionary per account for the list of support projects; the queries do not grow with them.

        :return: list of ``account``, ``contact``, ``waiting`` (number of jobs that wait for the user) and ``paused``
        """
        waiting = {}
        for job in self._portal_jobs_waiting_for_me().sudo():
            waiting[job.jobtrack_account_id.id] = waiting.get(job.jobtrack_account_id.id, 0) + 1
        contacts = self._portal_contacts()
        contact_of = {contact.jobtrack_account_id.id: contact for contact in contacts}
        overdue = self._overdue_by_account()
        return [
            {
                "account": account,
                "contact": contact_of.get(account.id, contacts.browse()),
                "waiting": waiting.get(account.id, 0),
                "paused": account in overdue,
            }
            for account in self
        ]

    # === FIGURES === #

    def _portal_hours(self):
        """Return the hours at a glance: left, reserved, available, and their shares in percent for a bar."""
        self.ensure_one()
        left = self.balance_hours
        held = min(self.held_hours, left)
        available = self.available_hours
        whole = left or 1.0
        return {
            "left": left,
            "reserved": held,
            "available": available,
            "coming": self.coming_hours,
            "pace": self.pace_words,
            "available_share": round(100 * available / whole),
            "reserved_share": round(100 * held / whole),
        }

    def _portal_credit(self, contact):
        """Return the credit figures for a contact who sees money, otherwise nothing (A10)."""
        self.ensure_one()
        if not contact.may_see_money:
            return {}
        account = self.sudo()
        return {
            "limit": account.credit_limit,
            "used": account.credit_used,
            "available": max(account.credit_available, 0.0),
        }

    def _portal_overdue(self, contact):
        """Return the overdue invoices that pause the account, for a contact who sees money (D9)."""
        self.ensure_one()
        invoices = self._overdue_invoices()
        return invoices if contact.may_see_money else invoices.browse()

    # === ASKING FOR A JOB === #

    def _create_request(self, partner, values, files=()):
        """Create the job that ``partner`` asks for, tell them its reference and follow it up (A1, A11, A13, D9).

        :param partner: the contact who asks
        :param dict values: ``name``, ``description`` (plain text), ``priority`` (``normal`` or ``high``) and optionally
            ``key``, by which a form that is sent twice is known: it makes one job
        :param files: list of ``(file name, content)``
        :return: the job, with the rights of the current user
        :raise UserError: with one sentence for a person, when the account, the person or the input does not allow it
        """
        self.ensure_one()
        job = self._request_made_before(partner, values.get("key"))
        if job:
            return job
        allowed, reason = self._may_request(partner)
        if not allowed:
            raise UserError(reason)
        self._check_request(values, files)
        job = self._create_request_job(self._prepare_request(partner, values))
        job.message_subscribe(partner_ids=partner.ids)
        self._attach_to_request(job, files)
        job._jobtrack_mail("jobtrack_support.mail_template_received", partner)
        return job.with_env(self.env)

    def _may_keep_request(self, contact):
        """Return whether ``contact`` may write a request down that has to wait for hours or a payment."""
        self.ensure_one()
        return contact.may_request and self._request_refusal() in (intake.PAUSED, intake.FUNDS)

    def _keep_request(self, partner, values, files=()):
        """Keep what ``partner`` asks for as a draft that submits itself when it may; a second click changes nothing.

        :raise UserError: when it need not wait, or the input makes no job
        """
        self.ensure_one()
        if not self._may_keep_request(self._contact_of(partner)):
            raise UserError(self.env._("This request cannot be kept as a draft: please send it."))
        self._check_request(values, files)
        drafts = self.env["jobtrack.draft.request"].sudo()
        vals = {
            "name": values["name"].strip(),
            "description": (values.get("description") or "").strip(),
            "jobtrack_account_id": self.id,
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "channel": "portal",
        }
        same = [(name, "=", value) for name, value in vals.items()]
        draft = drafts.search([*same, ("state", "=", "waiting")], limit=1)
        if not draft:
            draft = drafts.create(vals)
            self._attach_to_request(draft, files)
        return draft

    def _portal_drafts(self):
        """Return the drafts on these accounts that the current user wrote, in sudo: they are the user's own."""
        domain = [
            ("jobtrack_account_id", "in", self.ids),
            ("partner_id", "=", self.env.user.partner_id.id),
            ("state", "=", "waiting"),
        ]
        return self.env["jobtrack.draft.request"].sudo().search(domain)

    def _request_key(self, partner, key):
        """Return the key of a form, which is the person's own: nobody can block another's form with it."""
        return f"{self.id}-{partner.id}-{key[:64]}" if key else False

    def _request_made_before(self, partner, key):
        if not key:
            return self.env["project.task"]
        domain = [("jobtrack_request_key", "=", self._request_key(partner, key))]
        return self.env["project.task"].sudo().search(domain, limit=1).with_env(self.env)

    def _create_request_job(self, vals):
        try:
            with self.env.cr.savepoint():
                return (
                    self.env["project.task"]
                    .sudo()
                    .with_context(mail_create_nosubscribe=True)
                    .create(vals)
                )
        except UniqueViolation as error:
            # The same form arrives twice at once: the retry finds the job of the other.
            raise ConcurrencyError("the same request is being made") from error

    def _prepare_request(self, partner, values):
        """Return the values of the job; what the client wrote is text, never markup."""
        return {
            "name": values["name"].strip(),
            "project_id": self.project_id.id,
            "description": plaintext2html(values.get("description", "").strip()),
            # Without a value Odoo would assign the job to the client.
            "user_ids": [Command.clear()],
            "priority": PRIORITIES[values.get("priority") or "normal"],
            "jobtrack_requester_id": partner.id,
            "jobtrack_channel": "portal",
            "jobtrack_request_key": self._request_key(partner, values.get("key")),
        }

    def _check_request(self, values, files):
        """Refuse input that makes no job.

        :raise UserError: with the sentence for the person who typed it
        """
        name = (values.get("name") or "").strip()
        if not name:
            raise UserError(self.env._("Please give the job a title."))
        if len(name) > MAX_TITLE:
            raise UserError(
                self.env._("Please write a title of at most %(count)s characters.", count=MAX_TITLE)
            )
        if (values.get("priority") or "normal") not in PRIORITIES:
            raise UserError(self.env._("Please choose one of the priorities."))
        if len(files) > MAX_FILES:
            raise UserError(
                self.env._("Please attach at most %(count)s files to a job.", count=MAX_FILES)
            )
        if sum(len(content) for _name, content in files) > MAX_MEGABYTES * 1024 * 1024:
            raise UserError(
                self.env._(
                    "The files are larger than %(size)s MB together: please attach smaller ones.",
                    size=MAX_MEGABYTES,
                )
            )

    def _attach_to_request(self, job, files):
        self.env["ir.attachment"].sudo().create(
            [
                {"name": name, "raw": content, "res_model": job._name, "res_id": job.id}
                for name, content in files
            ]
        )
