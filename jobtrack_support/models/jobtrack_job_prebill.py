from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from ..tools import dispute, prebill
from ..tools.rounding import format_hours


class JobtrackJobPrebill(models.AbstractModel):
    """What the client is told about the coming bill of a job: in the delivery mail, and where it is disputed (M6)."""

    _name = "jobtrack.job.prebill"
    _description = "Job: Its Coming Bill"

    def _jobtrack_window_words(self):
        """Return for the delivery mail when this job, done now, is billed, and until when it can be disputed.

        :return: dictionary: ``date``, ``last_day`` and ``inside`` (whether the window is open, so that the job comes on
            a bill of which the client may have seen the preview)
        """
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        company = account.company_id or self.env.company
        today = account._today(company)
        days = company._jobtrack_billing_days_list()
        date = prebill.billing_date_of(today, days)
        return {
            "date": date,
            "last_day": date - timedelta(days=1),
            "inside": bool(prebill.window_of(today, company.jobtrack_prebill_days, days)),
        }

    def _jobtrack_charged_in_words(self):
        """Return the hours of this job that the next run would take from packs or invoice; empty when it is none."""
        self.ensure_one()
        bills = self.env["jobtrack.billing.run"]._upcoming_bills(self.sudo().jobtrack_account_id)
        rows = {row["job"]: row for bill in bills for row in bill["rows"]}
        charged = rows.get(self.sudo(), {}).get("charged")
        return format_hours(charged) if charged else ""

    def _jobtrack_dispute_page(self, partner):
        """Return what the page on which ``partner`` disputes this job shows; amounts only to who sees money.

        :return: dictionary: ``job``, ``account``, ``company``, ``row`` and ``date`` (the line of the coming bill, empty
            when it is on none), ``sees_money``, ``may_dispute``, ``effect`` (see ``tools.dispute``) and
            ``status`` (a sentence)
        """
        self.ensure_one()
        job = self.sudo()
        account = job.jobtrack_account_id
        bills = self.env["jobtrack.billing.run"]._upcoming_bills(account)
        rows = {row["job"]: row for bill in bills for row in bill["rows"]}
        effect = job._jobtrack_objection()
        return {
            "job": job,
            "account": account,
            "company": account.company_id,
            "row": rows.get(job, {}),
            "date": bills[0]["date"] if job in rows else False,
            "may_dispute": job._jobtrack_may_dispute(partner),
            "sees_money": bool(account._contact_of(partner).may_see_money),
            "effect": effect,
            "status": job._jobtrack_dispute_status(effect),
        }

    def _jobtrack_dispute_status(self, effect):
        """Return where the job stands between done and billed, in a sentence for the client."""
        words = {
            dispute.FREE: self.env._("This job costs you nothing."),
            dispute.TOO_EARLY: self.env._("This job is not done yet: nothing of it is billed."),
        }
        if effect == dispute.STANDS:
            return self.env._(
                "Disputed by %(name)s on %(date)s and kept out of the bill. %(decider)s decides until %(deadline)s.",
                name=self.jobtrack_disputed_name,
                date=format_date(
                    self.env, self.jobtrack_account_id._local_date(self.jobtrack_dispute_date)
                ),
                decider=self.jobtrack_dispute_user_id.name
                or self.jobtrack_account_id.company_id.name,
                deadline=format_date(self.env, self.jobtrack_dispute_deadline),
            )
        if self.jobtrack_state == "billed":
            date = self.jobtrack_statement_line_ids[-1:].statement_id.date
            return self.env._(
                "This job was billed on %(date)s. If the bill is wrong, ask for a correction.",
                date=format_date(self.env, date),
            )
        if effect == dispute.ASK:
            return self.env._(
                "This dispute was decided on %(date)s.",
                date=format_date(
                    self.env,
                    self.jobtrack_account_id._local_date(self.jobtrack_dispute_decided_date),
                ),
            )
        return words.get(effect, "")
