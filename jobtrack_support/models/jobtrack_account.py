from math import inf

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import billing_calendar, intake
from ..tools.rounding import to_hours
from . import guard


class JobtrackAccount(models.Model):
    """The client's side of one support project: rate, limits, contacts, hours and credit."""

    _name = "jobtrack.account"
    _description = "Support Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        # First, for they add to what others do when hours change.
        "jobtrack.account.intake",
        "jobtrack.account.pace",
        "jobtrack.account.funds",
        "jobtrack.account.buying",
        "jobtrack.account.credit",
        "jobtrack.account.dispute",
        "jobtrack.account.expiry",
        "jobtrack.account.extract",
        "jobtrack.account.invoicing",
        "jobtrack.account.ledger",
        "jobtrack.account.limits",
        "jobtrack.account.mail",
        "jobtrack.account.notice",
        "jobtrack.account.purchase",
        "jobtrack.account.rollover",
        "jobtrack.account.past",
        "jobtrack.account.renewal",
        "jobtrack.account.terms",
    ]
    _order = "name, id"
    _check_company_auto = True

    project_id = fields.Many2one(
        "project.project", required=True, ondelete="restrict", index=True, tracking=True, copy=False
    )
    # Copied and not related: a project's name is translated, a stored copy of it must not depend on who saves it.
    name = fields.Char(compute="_compute_name", store=True, compute_sudo=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_from_company",
        store=True,
        readonly=False,
        precompute=True,
    )
    postpay_rate = fields.Monetary(
        string="Rate per Hour",
        groups="base.group_user",
        compute="_compute_from_company",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="For hours that no pack pays. Each work order keeps the rate it was approved with.",
    )
    contact_ids = fields.One2many(
        "jobtrack.account.contact", "jobtrack_account_id", string="Contacts"
    )
    main_contact_id = fields.Many2one(
        "jobtrack.account.contact",
        domain="[('jobtrack_account_id', '=', id)]",
        ondelete="set null",
        help="The person who is told first.",
    )
    task_limit_hours = fields.Float(
        string="Limit per Job (hours)",
        tracking=True,
        help="Estimates up to this many hours are approved by themselves; 0 means: always ask.",
    )
    project_limit_hours = fields.Float(
        string="Limit per Project (hours)",
        tracking=True,
        help="Approved hours up to this many are approved by themselves; 0 means: always ask.",
    )
    limit_window = fields.Selection(
        [("open", "Open work"), ("month", "Each month"), ("quarter", "Each quarter")],
        required=True,
        default="open",
        tracking=True,
        help="Which approved hours count towards the limit per project.",
    )
    pack_ids = fields.One2many("jobtrack.hour.pack", "jobtrack_account_id", string="Packs")
    ledger_entry_ids = fields.One2many(
        "jobtrack.ledger.entry", "jobtrack_account_id", string="Ledger"
    )
    statement_ids = fields.One2many(
        "jobtrack.statement", "jobtrack_account_id", string="Statements"
    )
    job_ids = fields.One2many(
        "project.task", "jobtrack_account_id", string="Jobs", domain=[("parent_id", "=", False)]
    )
    balance_minutes = fields.Integer(readonly=True, copy=False)
    balance_hours = fields.Float(string="Hours Left", compute="_compute_balance_hours")
    held_hours = fields.Float(string="Reserved", compute="_compute_held_hours")
    available_hours = fields.Float(string="Available", compute="_compute_held_hours")
    last_number = fields.Integer(
        readonly=True, copy=False, help="Number of the newest ledger entry."
    )
    last_entry_date = fields.Date(readonly=True, copy=False)
    lock_version = fields.Integer(
        readonly=True, copy=False, help="Raised each time hours are about to change."
    )
    open_job_count = fields.Integer(compute="_compute_open_job_count")

    _project_unique = models.Constraint(
        "unique(project_id)", "This project already has a support account."
    )

    # === COMPUTE METHODS === #

    @api.depends("project_id.name")
    def _compute_name(self):
        for account in self:
            account.name = account.project_id.with_context(lang=None).name

    @api.depends("company_id")
    def _compute_from_company(self):
        for account in self:
            company = account.company_id or self.env.company
            account.currency_id = account.currency_id or company.currency_id
            account.postpay_rate = account.postpay_rate or company.currency_id._convert(
                company.jobtrack_postpay_rate,
                account.currency_id,
                company,
                self._today(company),
            )

    @api.depends("balance_minutes")
    def _compute_balance_hours(self):
        for account in self:
            account.balance_hours = to_hours(account.balance_minutes)

    @api.depends("balance_minutes", "pack_ids.funding_ids.reserved_minutes")
    def _compute_held_hours(self):
        """What expired packs still hold is kept for earlier work or a decision: nothing of it is available."""
        reserved = self._reserved_minutes()
        usable = self._reserved_minutes(("pack_id.state", "=", "active"))
        live = self._minutes_left([("state", "=", "active")])
        coming = self._coming_minutes()
        for account in self:
            account.held_hours = to_hours(reserved.get(account._origin, 0))
            later = coming.get(account._origin, 0)
            account.coming_hours = to_hours(later)
            left = live.get(account._origin, 0) - later - usable.get(account._origin, 0)
            account.available_hours = to_hours(max(left, 0))

    def _reserved_minutes(self, *domain):
        """Return a dictionary: account -> minutes of its packs that approved jobs keep.

        :param domain: conditions on the funding rows, to count some of them only
        """
        return dict(
            self.env["jobtrack.work.order.funding"]
            .sudo()
            ._read_group(
                [("jobtrack_account_id", "in", self.ids), ("reserved_minutes", ">", 0), *domain],
                ["jobtrack_account_id"],
                ["reserved_minutes:sum"],
            )
        )

    def _compute_open_job_count(self):
        counts = dict(
            self.env["project.task"]._read_group(
                [("jobtrack_account_id", "in", self.ids), ("jobtrack_is_open", "=", True)],
                ["jobtrack_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.open_job_count = counts.get(account._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains("task_limit_hours", "project_limit_hours", "postpay_rate")
    def _check_not_negative(self):
        for account in self.sudo():
            figures = (account.task_limit_hours, account.project_limit_hours, account.postpay_rate)
            # False as well for what is no figure at all: JSON carries NaN and Infinity.
            if not all(0 <= figure < inf for figure in figures):
                raise ValidationError(self.env._("Limits and the rate cannot be negative."))

    @api.constrains("main_contact_id")
    def _check_main_contact(self):
        for account in self:
            if account.main_contact_id and account.main_contact_id.jobtrack_account_id != account:
                raise ValidationError(
                    self.env._("The main contact must be a contact of this account.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_protected(vals_list)
        accounts = super(
            JobtrackAccount, guard.without_defaults(self, guard.filled_in(self))
        ).create(vals_list)
        for account in accounts:
            account._adopt_project()
        return accounts

    def write(self, vals):
        self._check_protected([vals])
        self._check_frozen(vals)
        old_projects = self.project_id
        result = super(JobtrackAccount, self._in_history(vals)).write(vals)
        if "partner_id" in vals or "project_id" in vals:
            left = (old_projects - self.project_id).sudo()
            left.jobtrack_account_id = False
            for account in self:
                account._adopt_project()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_ledger(self):
        if any(account._is_in_use() for account in self):
            raise UserError(
                self.env._(
                    "An account with work or ledger entries cannot be deleted; archive it instead."
                )
            )

    def _check_protected(self, vals_list):
        """Refuse values that only the ledger may write; its writer works in sudo."""
        guard.refuse(
            self,
            vals_list,
            guard.filled_in(self),
            UserError(self.env._("Hours change through the ledger only.")),
        )

    def _check_frozen(self, vals):
        """Refuse to change whose account it is and in which currency, once work or hours depend on it."""
        for name in {"project_id", "company_id", "currency_id"} & vals.keys():
            for account in self:
                if account[name].id != (vals[name] or False) and account._is_in_use():
                    raise UserError(
                        self.env._(
                            "The project, company and currency of an account stay once work or hours depend on them."
                        )
                    )

    def _is_in_use(self):
        """Return whether ledger entries, statements or work orders stand on this account."""
        self.ensure_one()
        account = self.sudo()
        orders = self.env["jobtrack.work.order"].sudo()
        return bool(
            account.last_number
            or account.statement_ids
            or orders.search_count([("jobtrack_account_id", "=", self.id)], limit=1)
        )

    def _adopt_project(self):
        """Make the project a support project: same client and company, seen by clients, billed by JobTrack alone."""
        self.ensure_one()
        project = self.project_id.sudo()
        if project.company_id and project.company_id != self.company_id:
            raise ValidationError(self.env._("The project belongs to another company."))
        project.write(
            {
                "jobtrack_account_id": self.id,
                "allow_billable": False,
                "allow_timesheets": True,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "privacy_visibility": "portal",
            }
        )

    # === BUSINESS METHODS === #

    @api.model
    def _now(self):
        """Return the moment in naive UTC; the program itself may set it for data of the past by ``jobtrack_now``."""
        told = self.env.context.get("jobtrack_now")
        if told and guard.is_system(self.env):
            return fields.Datetime.to_datetime(told)
        return fields.Datetime.now()

    def _today(self, company=None):
        """Return today's date in the time zone of ``company``, by default the account's company (F4)."""
        company = company or self.company_id[:1] or self.env.company
        return billing_calendar.local_date(self._now(), company.sudo().jobtrack_tz)

    def _local_date(self, moment):
        """Return the day of a naive UTC ``moment`` in the time zone of the account's company."""
        return billing_calendar.local_date(moment, self.company_id.sudo().jobtrack_tz)

    def _contact_of(self, partner):
        """Return the active contact of this account that is ``partner``; an empty recordset also without an account."""
        if not self:
            return self.env["jobtrack.account.contact"]
        self.ensure_one()
        return (
            self.env["jobtrack.account.contact"]
            .sudo()
            .with_context(active_test=True)  # whatever the caller's context says
            .search(
                [("jobtrack_account_id", "=", self.id), ("partner_id", "=", partner.id)], limit=1
            )
        )

    def _active_contacts(self):
        """Return the contacts of these accounts without archived ones, whatever the caller's context says.

        Jobs are often looked up with archived ones, and that context would bring people back who have left.
        """
        return self.sudo().with_context(active_test=True).contact_ids

    def _may_request(self, partner=None):
        """Return whether ``partner`` may ask for a job on this account now (A11, A13, D9).

        :param partner: the person asking; None when staff ask in the client's name
        :return: ``(True, "")`` or ``(False, reason for a person)``
        """
        self.ensure_one()
        refusal = self._request_refusal()
        stranger = partner is not None and not self._contact_of(partner).may_request
        if stranger and refusal != intake.CLOSED:
            return False, self.env._(
                "%(name)s is not authorised to request support on %(project)s.",
                name=partner.name,
                project=self.name,
            )
        words = {
            intake.CLOSED: self.env._("This support project is closed."),
            intake.PAUSED: self.env._("New jobs are paused until the overdue invoices are paid."),
            intake.FUNDS: self.env._(
                "There are no prepaid hours and no credit left: please buy hours first."
            ),
        }
        return not refusal, words.get(refusal, "")

    def _approvers(self):
        """Return the contacts who may approve work orders; the main contact comes first."""
        self.ensure_one()
        approvers = self._active_contacts().filtered("may_approve")
        return approvers.sorted(lambda contact: contact != self.sudo().main_contact_id)

    def action_open_jobs(self):
        """Return the action that lists the account's jobs."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.project_task_action_jobs"
        )
        return action | {
            "domain": [("jobtrack_account_id", "=", self.id), ("parent_id", "=", False)],
            "context": {"default_project_id": self.project_id.id, "search_default_open_jobs": 1},
        }

    def action_open_ledger(self):
        """Return the action that lists the account's ledger."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_ledger_entry_action"
        )
        return action | {"domain": [("jobtrack_account_id", "=", self.id)], "context": {}}

    def action_open_packs(self):
        """Return the action that lists the account's packs."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_hour_pack_action"
        )
        return action | {"domain": [("jobtrack_account_id", "=", self.id)], "context": {}}

    def action_open_statements(self):
        """Return the action that lists the account's statements."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_statement_action"
        )
        return action | {"domain": [("jobtrack_account_id", "=", self.id)], "context": {}}
