from odoo import models
from odoo.tools import format_date, format_datetime

from ..tools import terms
from ..tools.rounding import format_hours


class JobtrackStatementLineExplain(models.AbstractModel):
    """Each line of a statement says why it was billed, and why what packs did not pay is on the invoice (M5)."""

    _name = "jobtrack.statement.line.explain"
    _description = "Statement Line: Why"

    def _explain(self, money=True):
        """Return in sentences why this run, which hours packs paid, and why the rest is postpaid at this rate.

        :param bool money: whether the reader may see rates and amounts
        """
        self.ensure_one()
        line = self.sudo()
        if line.reverses_id:
            return self.env._(
                "Takes back what statement %(number)s billed: %(reason)s.",
                number=line.reverses_id.statement_id.name,
                reason=line.statement_id.correction_reason or "",
            )
        sentences = [
            line._explain_run(),
            line._explain_prepaid(),
            line._explain_postpaid(money),
            line._explain_difference(),
        ]
        return " ".join(filter(None, sentences))

    def _explain_run(self):
        """Return why the job is on this statement."""
        statement = self.statement_id
        if not statement:
            return ""
        run, done = statement.run_id, self.task_id.jobtrack_date_done
        if not run:
            return self.env._("On statement %(number)s.", number=statement.name)
        figures = {"number": statement.name, "run": format_date(self.env, run.date)}
        if not done or done >= run.cutoff:  # completed again since
            return self.env._("Statement %(number)s, billing of %(run)s.", **figures)
        account = self.jobtrack_account_id
        done_on, closed_on = account._local_date(done), account._local_date(run.cutoff)
        if done_on < closed_on:
            return self.env._(
                "Completed on %(done)s, in time for the billing of %(run)s: statement %(number)s.",
                done=format_date(self.env, done_on),
                **figures,
            )
        zone = run.company_id.jobtrack_tz
        return self.env._(
            "Completed on %(done)s, in time for the billing of %(run)s, which took jobs until %(cutoff)s: statement"
            " %(number)s.",
            done=format_datetime(self.env, done, tz=zone, dt_format="short"),
            cutoff=format_datetime(self.env, run.cutoff, tz=zone, dt_format="short"),
            **figures,
        )

    def _explain_prepaid(self):
        if not self.prepaid_minutes:
            return ""
        packs = ", ".join(
            f"{entry.pack_id.name} {format_hours(-entry.minutes)}"
            for entry in self.ledger_entry_ids.sorted("number")
        )
        return self.env._(
            "%(hours)s h paid from packs: %(packs)s.",
            hours=format_hours(self.prepaid_minutes),
            packs=packs,
        )

    def _explain_postpaid(self, money):
        if not self.postpaid_minutes:
            return ""
        figures = {"hours": format_hours(self.postpaid_minutes)}
        if not money:
            invoiced = self.env._("%(hours)s h on the invoice.", **figures)
        elif order := self.work_order_id:
            invoiced = self.env._(
                "%(hours)s h on the invoice at %(rate)s per hour, as agreed in version %(version)s of the work order.",
                rate=self.currency_id.format(self.rate),
                version=order.version,
                **figures,
            )
        else:
            invoiced = self.env._(
                "%(hours)s h on the invoice at %(rate)s per hour, the account's rate.",
                rate=self.currency_id.format(self.rate),
                **figures,
            )
        return f"{invoiced} {self._why_postpaid()}"

    def _why_postpaid(self):
        """Return why no pack paid: none had hours, what was left was kept for other jobs, or none was valid."""
        statement = self.statement_id
        left = statement.closing_minutes
        if left <= 0:
            if not statement.opening_minutes:
                return self.env._("The account had no prepaid hours.")
            return self.env._("The prepaid hours were used up by then.")
        if statement.reserved_minutes >= left:
            return self.env._(
                "The %(hours)s h that were left are reserved for other approved jobs.",
                hours=format_hours(left),
            )
        days = self.time_ids.mapped("date")
        if not days:
            return self.env._("No pack with free hours was valid for this work.")
        first, last = min(days), max(days)
        if first == last:
            return self.env._(
                "No pack with free hours was valid for work of %(day)s.",
                day=format_date(self.env, first),
            )
        return self.env._(
            "No pack with free hours was valid for work from %(first)s to %(last)s.",
            first=format_date(self.env, first),
            last=format_date(self.env, last),
        )

    def _explain_difference(self):
        """Return why the billed hours are not those worked."""
        order = self.work_order_id
        missing = self.worked_minutes - self.minutes
        is_fixed = bool(order) and order.basis == terms.FIXED
        if not missing or self.minutes < 0:
            return ""
        if missing > 0 and not is_fixed:
            return self.env._(
                "%(hours)s h beyond what was approved are not billed.", hours=format_hours(missing)
            )
        if not order:
            return ""
        return self.env._(
            "%(hours)s h were worked. %(terms)s",
            hours=format_hours(self.worked_minutes),
            terms=order._terms_in_words(),
        )
