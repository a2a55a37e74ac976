from odoo import api, fields, models

from ..tools import billing_calendar, prebill
from ..tools.rounding import format_hours
from . import guard


class JobtrackBillingPrebill(models.AbstractModel):
    """The bill that is coming: what the next run would bill if it ran now; nothing here writes (M6)."""

    _name = "jobtrack.billing.prebill"
    _description = "Billing Run: The Coming Bill"

    disputed_count = fields.Integer(compute="_compute_disputed_count", string="Disputed Jobs")
    notice_count = fields.Integer(compute="_compute_notice_count", string="People Told Before")

    def _compute_disputed_count(self):
        for run in self:
            open_run = run.cutoff and run.state != "done"
            run.disputed_count = len(run._disputed_jobs()) if open_run else 0

    def _compute_notice_count(self):
        for run in self:
            run.notice_count = self.env["jobtrack.prebill.notice"].search_count(
                run._notices_domain()
            )

    def _notices_domain(self):
        self.ensure_one()
        return [("company_id", "=", self.company_id.id), ("date", "=", self.date)]

    def action_open_disputed(self):
        """Return the action that lists the jobs that this run leaves out because they are disputed."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.project_task_action_jobs"
        )
        jobs = self._disputed_jobs()
        return action | {"domain": [("id", "in", jobs.ids)], "context": {"active_test": False}}

    def action_open_notices(self):
        """Return the action that lists who was shown this bill before the run."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_prebill_notice_action"
        )
        return action | {"domain": self._notices_domain()}

    @api.model
    def _upcoming(self, company):
        """Return the next run of a company as a record that is not saved: its own, or one that is still to be made.

        :param company: ``res.company`` record
        """
        today = self.env["jobtrack.account"]._today(company)
        days = company._jobtrack_billing_days_list()
        date = billing_calendar.next_billing_date(today, days)
        done = [("company_id", "=", company.id), ("date", "=", date), ("state", "=", "done")]
        if self.sudo().search_count(done, limit=1):
            date = prebill.billing_date_of(date, days)
        cutoff = billing_calendar.start_of_day(date, company.jobtrack_tz)
        return self.sudo().new({"company_id": company.id, "date": date, "cutoff": cutoff})

    @api.model
    def _upcoming_bills(self, accounts):
        """Return the coming bill of each account with something to bill or disputed, by the run's own allocator.

        :param accounts: ``jobtrack.account`` records; the caller has checked that their reader may see them
        :return: list of dictionaries: ``account``, ``date``, ``rows`` (one per job, see :meth:`_upcoming_row`),
            ``disputed`` (jobs that are kept out), and the totals ``hours``, ``prepaid``, ``postpaid``, ``amount``
        """
        bills = []
        for company, company_accounts in accounts.sudo().grouped("company_id").items():
            run = self.with_company(company)._upcoming(company)
            preview = self.env["jobtrack.statement"]._preview(run, company_accounts)
            by_account = {found["account"]: found for found in preview}
            disputed = run._disputed_jobs(company_accounts).grouped("jobtrack_account_id")
            for account in company_accounts:
                found = by_account.get(account, {"jobs": [], "amount": 0})
                kept_out = disputed.get(account, self.env["project.task"])
                if found["jobs"] or kept_out:
                    bills.append(self._upcoming_bill(run, account, found, kept_out))
        return bills

    @api.model
    def _upcoming_bill(self, run, account, preview, disputed):
        made = [line["bill"] for line in preview["jobs"]]
        return {
            "account": account,
            "date": run.date,
            "rows": [self._upcoming_row(line["job"], line["bill"]) for line in preview["jobs"]],
            "disputed": disputed,
            "hours": format_hours(sum(bill.minutes for bill in made)),
            "prepaid": format_hours(sum(bill.prepaid for bill in made)),
            "postpaid": format_hours(sum(bill.postpaid for bill in made)),
            "amount": float(preview["amount"]),
        }

    @api.model
    def _upcoming_row(self, job, bill):
        return {
            "job": job,
            "hours": format_hours(bill.minutes),
            "prepaid": format_hours(bill.prepaid),
            "postpaid": format_hours(bill.postpaid),
            "amount": float(bill.amount),
            "to_invoice": bool(bill.postpaid),
            "waived": format_hours(bill.waived) if bill.waived else "",
            "charged": bill.prepaid + bill.postpaid,
        }

    def _disputed_jobs(self, accounts=None):
        """Return the jobs that this run leaves out because they are disputed."""
        self.ensure_one()
        domain = [
            ("jobtrack_account_id.company_id", "=", self.company_id.id),
            ("jobtrack_disputed", "=", True),
            ("jobtrack_state", "=", "done"),
            ("jobtrack_date_done", "<", self.cutoff),
        ]
        if accounts is not None:
            domain.append(("jobtrack_account_id", "in", accounts.ids))
        jobs = self.env["project.task"].sudo().with_context(active_test=False)
        return jobs.search(domain, order="jobtrack_date_done, id").with_env(self.env)
