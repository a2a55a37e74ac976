from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import billing_calendar


class JobtrackBillingRunDate(models.AbstractModel):
    """Which billing day a run bills: what is proposed, what is refused and why, and up to when work belongs to it."""

    _name = "jobtrack.billing.run.date"
    _description = "Billing Run: Its Day"

    date_note = fields.Char(compute="_compute_date_note", string="About This Day")

    @api.model
    def _default_date(self):
        """Return the day a person who opens a new run is offered: the first that has no run yet."""
        company = self.env.company
        last_run = self.search([("company_id", "=", company.id)], order="date desc", limit=1)
        return billing_calendar.billing_date_to_offer(
            self.env["jobtrack.account"]._today(company),
            last_run.date or None,
            company._jobtrack_billing_days_list(),
        )

    @api.model
    def _last_due_date(self, company):
        """Return the last billing day of a company that has come, whether it has its run or not.

        :param company: ``res.company`` record
        """
        return billing_calendar.last_billing_date(
            self.env["jobtrack.account"]._today(company), company._jobtrack_billing_days_list()
        )

    @api.depends("date", "company_id")
    def _compute_date_note(self):
        """Say before the click what a click would be refused for."""
        for run in self:
            run.date_note = False if run._origin or not run.date else run._why_not_begun()

    def _why_not_begun(self):
        """Return why no run of this day can begin by hand, in a sentence, or an empty string."""
        self.ensure_one()
        return (
            self._why_no_billing_date()
            or self._why_not_free(self.company_id, self.date)
            or self._why_not_come()
        )

    @api.model
    def _why_not_free(self, company, date):
        if not self.search_count([("company_id", "=", company.id), ("date", "=", date)], limit=1):
            return ""
        return self.env._(
            "%(date)s has its billing run already: open it, or wait for the next billing day.",
            date=format_date(self.env, date),
        )

    def _why_no_billing_date(self):
        days = self.company_id._jobtrack_billing_days_list()
        if billing_calendar.is_billing_date(self.date, days):
            return ""
        return self.env._(
            "%(date)s is not a billing day: %(company)s bills on the %(days)s of each month.",
            date=format_date(self.env, self.date),
            company=self.company_id.name,
            days=", ".join(map(str, days)),
        )

    def _why_not_come(self):
        if self.date <= self.env["jobtrack.account"]._today(self.company_id):
            return ""
        return self.env._(
            "%(date)s is still to come: the run of this billing day opens on that day.",
            date=format_date(self.env, self.date),
        )

    @api.model
    def _check_date_free(self, vals_list):
        """Refuse a second run of a billing day in words, before the database does."""
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            if words := self._why_not_free(company, vals.get("date") or self._default_date()):
                raise UserError(words)

    def _check_billing_date(self):
        """Refuse dates on which this company does not bill, and dates to come."""
        self.ensure_one()
        if words := self._why_no_billing_date() or self._why_not_come():
            raise UserError(words)

    def _make_cutoff(self, by_hand):
        self.ensure_one()
        # A job completed in this very second is done: by hand it belongs to the run.
        now = self.env["jobtrack.account"]._now() + timedelta(seconds=1)
        return billing_calendar.run_cutoff(self.date, now, self.company_id.jobtrack_tz, by_hand)
