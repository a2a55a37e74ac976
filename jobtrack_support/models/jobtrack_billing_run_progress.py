from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

# The preview of a large run is made in steps of this many accounts, so that memory stays bounded.
ACCOUNTS_AT_ONCE = 200
BILLERS = "jobtrack_support.group_billing"


class JobtrackBillingRunProgress(models.AbstractModel):
    """What a run would bill, how far it is, and what it did, for the people who look at it (A7).

    The preview is kept in rows, one per account, so that a run of thousands of accounts opens at once and its list
    is read page by page; the sums come from the database.
    """

    _name = "jobtrack.billing.run.progress"
    _description = "Billing Run: Preview, Progress and Report"

    # === PREVIEW === #

    def refresh_preview(self):
        """Make the preview anew: what each account would be billed now, and what stands in the way.

        :raise AccessError: when the user does not bill
        """
        if not (self.env.su or self.env.user.has_group(BILLERS)):
            raise AccessError(self.env._("Only the billing team makes previews."))
        self.check_access("write")
        self.filtered(lambda run: run.state == "draft")._refresh_preview()

    def _refresh_preview(self):
        for run in self.sudo():
            # Written first: of two people who look at once the second waits, and is tried again.
            run.preview_date = fields.Datetime.now()
            run.flush_recordset(["preview_date"])
            run.preview_ids.unlink()
            accounts = run._accounts_to_bill()
            for start in range(0, len(accounts), ACCOUNTS_AT_ONCE):
                part = accounts[start : start + ACCOUNTS_AT_ONCE]
                rows = self.env["jobtrack.statement"]._preview(run, part)
                run.preview_ids._create_rows(run, rows)

    def _prepare_screen(self):
        """Make the preview of new runs that wait for a person, and tell the accountants of those that wait for them."""
        for run in self.filtered(lambda run: run.state == "draft"):
            waits = self.env.su and self.env.context.get("jobtrack_by_cron")
            if waits:
                run._ask_for_confirmation()
            if waits or not self.env.su:
                run._refresh_preview()

    # === CONFIRMATION === #

    def _ask_for_confirmation(self):
        """Give each person who bills in this company an activity: the run waits for them."""
        self.ensure_one()
        for user in self._billing_people():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.env["jobtrack.account"]._today(self.company_id),
                summary=self.env._(
                    "Confirm the billing run of %(date)s", date=format_date(self.env, self.date)
                ),
                note=self.env._(
                    "Nothing is billed until somebody looks at the preview and starts the run."
                ),
                user_id=user.id,
            )

    def _billing_people(self):
        """Return the users who bill for this company; administrators only where nobody else does."""
        self.ensure_one()
        people = self.company_id._jobtrack_staff(BILLERS)
        administrators = self.company_id._jobtrack_staff("jobtrack_support.group_administrator")
        return (people - administrators) or people

    def write(self, vals):
        """Put the preview away once the run begins: from then on it shows what was done."""
        result = super().write(vals)
        if vals.get("state") in ("running", "done"):
            self.sudo().preview_ids.unlink()
            self.sudo().activity_feedback(["mail.mail_activity_data_todo"])
        return result

    # === PROGRESS === #

    def progress(self):
        """Return how far the run is, for the bar on its screen; a few counts, nothing that grows with the run.

        :return: dictionary of ``state``, ``is_going``, ``done`` and ``total`` (accounts), ``problems`` and
            ``share`` (percent)
        :raise AccessError: when the user may not read the run
        """
        self.ensure_one()
        self.check_access("read")
        run = self.sudo()
        billed = self.env["jobtrack.statement"].sudo().search_count([("run_id", "=", run.id)])
        problems = len(run.problem_ids)
        left = len(run._accounts_to_bill()) if run.state == "running" else 0
        done, total = billed + problems, billed + problems + left
        return {
            "state": run.state,
            # Without accounts left the cron still closes the run, unless problems keep it open.
            "is_going": run.state == "running" and bool(left or not problems),
            "done": done,
            "total": total,
            "problems": problems,
            "share": round(100 * done / total) if total else 0,
        }

    # === AFTERWARDS === #

    def action_retry_problems(self):
        """Try all accounts with problems again.

        :raise AccessError: when the user does not bill
        """
        self.ensure_one()
        self.check_access("read")
        self.problem_ids.action_retry()

    def action_open_invoices(self):
        """Return the action that lists the invoices of the run."""
        self.ensure_one()
        self.check_access("read")
        invoices = self.sudo().statement_ids.invoice_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices: %(run)s", run=self.display_name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", invoices.ids)],
            "context": {"create": False},
        }
