from odoo import api, fields, models
from odoo.tools import SQL


class JobtrackBillingRun(models.Model):
    """The sums on the screen of a billing run, from the database; no rule lives here."""

    _inherit = "jobtrack.billing.run"

    preview_ids = fields.One2many("jobtrack.billing.preview", "run_id", readonly=True)
    preview_date = fields.Datetime(
        string="Preview Made", readonly=True, copy=False, help="The moment the preview shows."
    )
    may_refresh = fields.Boolean(compute="_compute_may_refresh")
    account_count = fields.Integer(compute="_compute_account_count", string="Accounts")
    preview_jobs = fields.Integer(compute="_compute_preview", string="Jobs to Bill")
    preview_accounts = fields.Integer(compute="_compute_preview", string="Accounts Previewed")
    preview_hours = fields.Float(compute="_compute_preview", string="Hours")
    preview_prepaid_hours = fields.Float(compute="_compute_preview", string="From Packs (preview)")
    preview_postpaid_hours = fields.Float(
        compute="_compute_preview", string="Invoiced Hours (preview)"
    )
    preview_amounts = fields.Char(compute="_compute_preview", string="To Invoice")
    preview_notes = fields.Integer(compute="_compute_preview", string="Accounts to Look At")
    bill_label = fields.Char(compute="_compute_preview")
    job_count = fields.Integer(compute="_compute_report", string="Jobs")
    amounts = fields.Char(compute="_compute_report", string="Amount Invoiced")
    invoice_count = fields.Integer(compute="_compute_report", string="Invoices")

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_refresh(self):
        bills = self.env.user.has_group("jobtrack_support.group_billing")
        for run in self:
            run.may_refresh = bills and run.state == "draft"

    def _compute_account_count(self):
        for run in self:
            run.account_count = run.statement_count + run.problem_count + run.accounts_left

    @api.depends("preview_ids")
    def _compute_preview(self):
        groups = self.env["jobtrack.billing.preview"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id"],
            [
                "job_count:sum",
                "__count",
                "hours:sum",
                "prepaid_hours:sum",
                "postpaid_hours:sum",
            ],
        )
        sums = {run.id: values for run, *values in groups}
        notes = dict(
            self.env["jobtrack.billing.preview"]._read_group(
                [("run_id", "in", self.ids), ("has_note", "=", True)], ["run_id"], ["__count"]
            )
        )
        amounts = self._amounts_in_words("jobtrack.billing.preview")
        for run in self:
            (
                run.preview_jobs,
                run.preview_accounts,
                run.preview_hours,
                run.preview_prepaid_hours,
                run.preview_postpaid_hours,
            ) = sums.get(run._origin.id, (0, 0, 0.0, 0.0, 0.0))
            run.preview_notes = notes.get(run._origin, 0)
            run.preview_amounts = amounts.get(run._origin.id, "")
            run.bill_label = run._label_of_button()

    @api.depends("statement_ids.line_ids")
    def _compute_report(self):
        statements = self.env["jobtrack.statement"]
        invoices = dict(
            statements._read_group(
                [("run_id", "in", self.ids), ("invoice_id", "!=", False)],
                ["run_id"],
                ["invoice_id:count_distinct"],
            )
        )
        jobs = self._billed_jobs()
        amounts = self._amounts_in_words("jobtrack.statement")
        for run in self:
            run.job_count = jobs.get(run._origin.id, 0)
            run.invoice_count = invoices.get(run._origin, 0)
            run.amounts = amounts.get(run._origin.id, "")

    def _billed_jobs(self):
        """Return a dictionary: run id -> number of statement lines."""
        if not self.ids:
            return {}
        lines = self.env["jobtrack.statement.line"]
        lines.flush_model(["statement_id"])
        self.env["jobtrack.statement"].flush_model(["run_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT statement.run_id, COUNT(*) FROM jobtrack_statement_line line
                         JOIN jobtrack_statement statement ON statement.id = line.statement_id
                        WHERE statement.run_id IN %s GROUP BY statement.run_id""",
                    tuple(self.ids),
                )
            )
        )

    def _amounts_in_words(self, model):
        """Return a dictionary: run id -> the amounts of its rows, one per currency."""
        groups = self.env[model]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "currency_id"], ["amount:sum"]
        )
        words = {}
        for run, currency, amount in groups:
            if currency and not currency.is_zero(amount):
                words.setdefault(run.id, []).append(currency.format(amount))
        return {run_id: " + ".join(parts) for run_id, parts in words.items()}

    def _label_of_button(self):
        """Return what the primary button says: it names what it does."""
        self.ensure_one()
        if not self.preview_accounts:
            return self.env._("Nothing to Bill: Finish the Run")
        jobs, accounts = self.preview_jobs, self.preview_accounts
        if accounts == 1:
            return (
                self.env._("Bill 1 Job of 1 Account")
                if jobs == 1
                else self.env._("Bill %(jobs)s Jobs of 1 Account", jobs=jobs)
            )
        return self.env._(
            "Bill %(jobs)s Jobs of %(accounts)s Accounts", jobs=jobs, accounts=accounts
        )
