import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from psycopg2 import OperationalError

from ..tools import billing_calendar
from . import guard

_logger = logging.getLogger(__name__)

# In one transaction, whose locks last until its end anyway; the cron's batches are sized by the time they take.
BATCH_SIZE = 100


PROTECTED = {
    "state",
    "cutoff",
    "statement_ids",
    "problem_ids",
    "preview_ids",
    "preview_date",
    "name",
    "date_from",
    "date_to",
}


class JobtrackBillingRun(models.Model):
    """One billing day of one company: which jobs it bills, statement by statement (A7)."""

    _name = "jobtrack.billing.run"
    _description = "Billing Run"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "jobtrack.billing.run.date",
        "jobtrack.billing.prebill",
        "jobtrack.billing.run.progress",
        "jobtrack.billing.run.cron",
    ]
    _order = "date desc, company_id"

    name = fields.Char(string="Day", compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Billing Date", required=True, default=lambda self: self._default_date(), index=True
    )
    date_from = fields.Date(string="Period From", compute="_compute_period", store=True)
    date_to = fields.Date(string="Period To", compute="_compute_period", store=True)
    cutoff = fields.Datetime(readonly=True, help="Jobs completed before this moment are billed.")
    state = fields.Selection(
        [("draft", "Preview"), ("running", "Running"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    statement_ids = fields.One2many("jobtrack.statement", "run_id", readonly=True)
    statement_count = fields.Integer(compute="_compute_totals", string="Statements")
    problem_ids = fields.One2many("jobtrack.billing.problem", "run_id", readonly=True)
    problem_count = fields.Integer(compute="_compute_totals", string="Problems")
    hours = fields.Float(string="Billed Hours", compute="_compute_totals")
    prepaid_hours = fields.Float(string="From Packs", compute="_compute_totals")
    postpaid_hours = fields.Float(string="Invoiced Hours", compute="_compute_totals")
    accounts_left = fields.Integer(compute="_compute_accounts_left", string="Accounts to Bill")

    _date_unique = models.Constraint(
        "unique(company_id, date)", "This billing date has its run already."
    )

    # === COMPUTE METHODS === #

    @api.depends("date")
    def _compute_name(self):
        """Keep what does not depend on who made the run; people read ``display_name``."""
        for run in self:
            run.name = fields.Date.to_string(run.date)

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            date = format_date(self.env, run.date)
            run.display_name = self.env._("Billing of %(date)s", date=date)

    @api.depends("date", "company_id")
    def _compute_period(self):
        """The period is that of the billing days of its time: other days later do not change what was billed."""
        for run in self:
            days = run.company_id._jobtrack_billing_days_list()
            run.date_from, run.date_to = (
                billing_calendar.billed_period(run.date, days) if run.date else (False, False)
            )

    @api.depends("statement_ids.line_ids", "problem_ids")
    def _compute_totals(self):
        groups = self.env["jobtrack.statement"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id"],
            ["__count", "hours:sum", "prepaid_hours:sum", "postpaid_hours:sum"],
        )
        sums = {run.id: values for run, *values in groups}
        for run in self:
            run.problem_count = len(run.problem_ids)
            run.statement_count, run.hours, run.prepaid_hours, run.postpaid_hours = sums.get(
                run._origin.id, (0, 0.0, 0.0, 0.0)
            )

    def _compute_accounts_left(self):
        for run in self:
            run.accounts_left = len(run._accounts_to_bill()) if run.state != "done" else 0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        error = AccessError(self.env._("A run begins as a preview."))
        guard.refuse(self, vals_list, PROTECTED, error)
        self._check_date_free(vals_list)
        runs = super(JobtrackBillingRun, guard.without_defaults(self, PROTECTED)).create(vals_list)
        for run in runs:
            if not self.env.su:
                run._check_billing_date()
            if not run.cutoff:
                run.sudo().cutoff = run._make_cutoff(
                    by_hand=not self.env.context.get("jobtrack_by_cron")
                )
        runs._prepare_screen()
        return runs

    def write(self, vals):
        guard.refuse(
            self, [vals], PROTECTED, AccessError(self.env._("Billing itself moves a run on."))
        )
        if {"date", "company_id"} & vals.keys() and any(run.state != "draft" for run in self):
            raise UserError(self.env._("A run that has begun keeps its date."))
        result = super().write(vals)
        if "date" in vals:
            for run in self:
                run._check_billing_date()
                run.sudo().cutoff = run._make_cutoff(by_hand=True)
            self._prepare_screen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_statements(self):
        if any(run.statement_ids for run in self):
            raise UserError(self.env._("A run with statements is kept as a record."))

    # === ACTIONS === #

    def action_bill(self):
        """Bill what the preview shows, in the background; the screen shows the progress.

        :raise AccessError: when the user does not bill
        """
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team starts a run."))
        self.check_access("write")
        for run in self.sudo().filtered(lambda run: run.state == "draft"):
            run.problem_ids.unlink()
            run.state = "running"
        self._wake_workers()

    def action_open_statements(self):
        """Return the action that lists the statements of the run."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_statement_action"
        )
        return action | {"domain": [("run_id", "=", self.id)], "context": {}}

    # === THE RUN === #

    @api.model
    def _run(self, company, date):
        """Make or resume the run of a billing date and bill all that belongs to it, without committing (A7).

        Running it again changes nothing (I9).

        :param company: ``res.company`` record
        :param date: the billing date; a date or its ISO notation
        :return: the run
        """
        run = self.sudo()._get_or_create(company, fields.Date.to_date(date))
        if run.state == "done":
            return run
        run.state = "running"
        while accounts := run._accounts_to_bill(limit=BATCH_SIZE):
            run._bill_batch(accounts)
        run._finish()
        return run

    @api.model
    def _get_or_create(self, company, date):
        run = self.search([("company_id", "=", company.id), ("date", "=", date)])
        return run or self.with_company(company).create({"company_id": company.id, "date": date})

    def _jobs_domain(self):
        """Return the domain of the jobs that this run bills."""
        self.ensure_one()
        return [
            ("project_id.jobtrack_account_id.company_id", "=", self.company_id.id),
            ("jobtrack_state", "=", "done"),
            ("jobtrack_is_billable", "=", True),
            ("jobtrack_disputed", "=", False),
            ("jobtrack_date_done", "<", self.cutoff),
            # A job that a correction or a decision queues again waits for the next run.
            ("jobtrack_account_id", "not any", [("statement_ids.run_id", "in", self.ids)]),
        ]

    def _accounts_to_bill(self, limit=None):
        """Return the accounts with jobs to bill that this run has neither billed nor found a problem with."""
        self.ensure_one()
        if not self.cutoff:
            return self.env["jobtrack.account"]
        groups = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                self._jobs_domain()
                + [
                    (
                        "jobtrack_account_id",
                        "not in",
                        self.sudo().problem_ids.jobtrack_account_id.ids,
                    )
                ],
                ["jobtrack_account_id"],
                order="jobtrack_account_id",
            )
        )
        accounts = self.env["jobtrack.account"].browse(sorted(account.id for (account,) in groups))
        return accounts[:limit].sudo()._with_invoice_group(accounts).with_env(self.env)

    def _bill_batch(self, accounts):
        """Bill a batch of accounts; one that fails is taken out, tried alone, and listed with what to do.

        :param accounts: ``jobtrack.account`` records
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self.env["jobtrack.statement"]._bill(self, accounts)
                return
        except OperationalError:
            raise  # a conflict: the whole transaction is tried again
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one account must not stop the others
            if len(accounts) == 1:
                self._note_problem(accounts, error)
                return
        self.env.invalidate_all()
        groups = accounts.sudo()._invoice_groups()
        for group in groups if len(groups) > 1 else self._without_problems(accounts):
            self._bill_batch(group)

    def _without_problems(self, accounts):
        """Find out which accounts of one client cannot be billed, so that the others still share one invoice.

        Each is billed alone and that is undone; what fails is listed as a problem.

        :return: list of recordsets that are to be billed
        """
        sound = accounts.browse()
        for account in accounts:
            try:
                with self.env.cr.savepoint() as savepoint:
                    self.env["jobtrack.statement"]._bill(self, account)
                    savepoint.rollback()
                sound |= account
            except OperationalError:
                raise  # a conflict: the whole transaction is tried again
            except Exception as error:  # noqa: BLE001 - as above
                self._note_problem(account, error)
            self.env.invalidate_all()
        if sound == accounts:  # they fail together only
            return list(accounts)
        return [sound] if sound else []

    def _note_problem(self, account, error):
        """List an account that could not be billed, in words for the accountant; details go to the log."""
        self.env.invalidate_all()
        if isinstance(error, UserError):
            words = str(error)
            _logger.info("Billing %s: %s", account.display_name, words)
        else:
            words = self.env._(
                "Unexpected error: %(error)s. Please tell your administrator.", error=error
            )
            _logger.error("Billing of support account %s failed", account.id, exc_info=error)
        self.env["jobtrack.billing.problem"].sudo().create(
            {"run_id": self.id, "jobtrack_account_id": account.id, "name": words}
        )

    def _finish(self):
        """Close the run when no account is left; accounts with problems keep it open for the next try."""
        self.ensure_one()
        if not self.problem_ids:
            self.state = "done"
        self.env.ref("jobtrack_support.ir_cron_statement_mail").sudo()._trigger()

    # === CRON === #

    @api.model
    def _cron_create_due_runs(self):
        """Create the run of the last billing date for companies that have accounts and lack it."""
        for company in self._companies_to_bill():
            run_model = self.with_company(company).with_context(jobtrack_by_cron=True)
            date = run_model._last_due_date(company)
            run = self.search([("company_id", "=", company.id), ("date", "=", date)])
            if not run:
                state = "draft" if company.jobtrack_review_runs else "running"
                run_model.create({"company_id": company.id, "date": date, "state": state})
            elif not company.jobtrack_review_runs:
                if run.state == "draft":  # somebody looked at the preview and left
                    run.write({"state": "running", "cutoff": run._make_cutoff(by_hand=False)})
                self._cron_retry_problems(company, date)

    @api.model
    def _companies_to_bill(self):
        """Return the companies with accounts in use, or with done work of accounts that were archived since."""
        accounts = self.env["jobtrack.account"].sudo().with_context(active_test=False)
        to_bill = [("jobtrack_state", "=", "done"), ("jobtrack_is_billable", "=", True)]
        return accounts.search(
            ["|", ("active", "=", True), ("job_ids", "any", to_bill)]
        ).company_id.with_env(self.env)

    def _cron_retry_problems(self, company, date):
        """Try accounts with problems again, once a day, with the next look of the cron."""
        run = self.search(
            [("company_id", "=", company.id), ("date", "=", date), ("state", "=", "running")]
        )
        day_ago = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        run.problem_ids.filtered(lambda problem: problem.create_date < day_ago).unlink()
