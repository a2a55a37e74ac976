from odoo import api, fields, models

from ..tools.rounding import format_hours, to_hours, to_minutes

REFERENCES_AT_MOST = 3


class JobtrackBillingPreview(models.Model):
    """What a run that waits would bill one account, as of the moment the preview was made."""

    _name = "jobtrack.billing.preview"
    _description = "Billing Preview"
    _inherit = ["jobtrack.machine.written"]
    _order = "run_id, is_obstacle desc, has_note desc, id"
    _rec_name = "jobtrack_account_id"

    run_id = fields.Many2one(
        "jobtrack.billing.run", required=True, readonly=True, ondelete="cascade", index=True
    )
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    job_count = fields.Integer(string="Jobs", readonly=True)
    jobs = fields.Char(string="References", readonly=True)
    hours = fields.Float(readonly=True)
    prepaid_hours = fields.Float(string="From Packs", readonly=True)
    postpaid_hours = fields.Float(string="Invoiced Hours", readonly=True)
    waived_hours = fields.Float(string="Free of Charge", readonly=True)
    amount = fields.Monetary(readonly=True)
    note = fields.Char(string="To Expect", readonly=True)
    has_note = fields.Boolean(readonly=True)
    is_obstacle = fields.Boolean(readonly=True, help="The account cannot be billed like this.")
    preview_html = fields.Html(string="Job by Job", compute="_compute_preview_html", sanitize=False)

    _run_account_unique = models.Constraint(
        "unique(run_id, jobtrack_account_id)", "A preview shows an account once."
    )

    @api.depends("run_id", "jobtrack_account_id")
    def _compute_preview_html(self):
        """Show the jobs of one account, as they would be billed now."""
        for preview in self:
            run = preview.run_id.sudo()
            rows = (
                self.env["jobtrack.statement"]._preview(run, preview.jobtrack_account_id)
                if run.state == "draft"
                else []
            )
            preview.preview_html = self.env["ir.qweb"]._render(
                "jobtrack_support.billing_run_preview", {"rows": rows, "run": run}
            )

    # === HOW IT IS MADE === #

    def _create_rows(self, run, rows):
        """Write a row for each account of ``rows``, which ``jobtrack.statement._preview`` returned."""
        expected = self._what_to_expect(run, rows)
        self.create([self._prepare_row(run, row, expected[row["account"]]) for row in rows])

    def _prepare_row(self, run, row, expected):
        bills = [line["bill"] for line in row["jobs"]]
        obstacles, notes = expected
        return {
            "run_id": run.id,
            "jobtrack_account_id": row["account"].id,
            "currency_id": row["account"].currency_id.id,
            "job_count": len(bills),
            "jobs": self._references([line["job"].jobtrack_reference for line in row["jobs"]]),
            "hours": to_hours(sum(bill.minutes for bill in bills)),
            "prepaid_hours": to_hours(sum(bill.prepaid for bill in bills)),
            "postpaid_hours": to_hours(sum(bill.postpaid for bill in bills)),
            "waived_hours": to_hours(sum(bill.waived for bill in bills)),
            "amount": float(row["amount"]),
            "note": " ".join([*obstacles, *notes]) or False,
            "has_note": bool(obstacles or notes),
            "is_obstacle": bool(obstacles),
        }

    def _references(self, references):
        """Return the first references, and how many more there are."""
        named = ", ".join(filter(None, references[:REFERENCES_AT_MOST]))
        more = len(references) - REFERENCES_AT_MOST
        if more <= 0:
            return named
        return self.env._("%(jobs)s and %(count)s more", jobs=named, count=more)

    def _what_to_expect(self, run, rows):
        """Return what a person should know before: account -> (what will fail, what will be left out), in sentences."""
        jobs = self.env["project.task"].union(
            *(line["job"] for row in rows for line in row["jobs"])
        )
        pending = self._pending_minutes(jobs)
        told = self._accounts_with_reader([row["account"].id for row in rows])
        accounts = self.env["jobtrack.account"].union(*(row["account"] for row in rows)).sudo()
        ended, _lapsed = accounts._last_days(accounts._today(run.company_id))
        expected = {}
        for row in rows:
            account = row["account"]
            notes = []
            waiting = sum(pending.get(line["job"].id, 0) for line in row["jobs"])
            if waiting:
                notes.append(
                    self.env._(
                        "%(hours)s h wait for the client's consent and are left out.",
                        hours=format_hours(waiting),
                    )
                )
            if account in ended:
                notes.append(
                    self.env._(
                        "Hours past their last day are closed before the bill: it may differ."
                    )
                )
            if account.id not in told:
                notes.append(
                    self.env._("Nobody gets the statement: no contact with a mail sees money.")
                )
            is_invoiced = any(line["bill"].postpaid for line in row["jobs"])
            expected[account] = (self._obstacles(account, is_invoiced), notes)
        return expected

    @api.model
    def _obstacles(self, account, is_invoiced):
        """Return the sentences that say why this account cannot be billed as it is, and what to do."""
        company = account.company_id
        if not company.chart_template:
            return [self.env._("The company has no chart of accounts: install one first.")]
        if is_invoiced:
            client = account.partner_id.with_company(company)
            receivable = client.property_account_receivable_id
            if not receivable or not receivable.active:
                return [
                    self.env._(
                        "%(client)s has no receivable account in use: choose one on the client's Accounting page.",
                        client=client.name,
                    )
                ]
            if not client.active:
                return [
                    self.env._(
                        "%(client)s is archived: restore the client first.", client=client.name
                    )
                ]
        return []

    def _pending_minutes(self, jobs):
        """Return a dictionary: job id -> minutes that wait for consent."""
        groups = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("jobtrack_job_id", "in", jobs.ids), ("jobtrack_pending", "=", True)],
                ["jobtrack_job_id"],
                ["unit_amount:sum"],
            )
        )
        return {job.id: to_minutes(hours) for job, hours in groups}

    def _accounts_with_reader(self, account_ids):
        """Return the ids of the accounts that somebody who sees money reads mail for."""
        groups = (
            self.env["jobtrack.account.contact"]
            .sudo()
            ._read_group(
                [
                    ("jobtrack_account_id", "in", account_ids),
                    ("may_see_money", "=", True),
                    ("partner_id.email", "!=", False),
                ],
                ["jobtrack_account_id"],
            )
        )
        return {account.id for (account,) in groups}
