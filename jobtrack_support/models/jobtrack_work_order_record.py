from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..tools.rounding import format_hours
from . import guard

# Who decided what, when, how and on what: nothing changes these once they are kept, not even our own methods.
RECORD = {
    "decided_by_id",
    "decided_name",
    "decided_email",
    "decision_date",
    "decision_channel",
    "decision_ip",
    "decline_reason",
    "recorded_by_id",
    "told_date",
    "terms_version",
    "terms_copy",
    "hours",
    "minutes",
    "rate",
    "scope",
    "consent_record",
}


class JobtrackWorkOrderRecord(models.AbstractModel):
    """The record of a decision, with copies of all it was taken on; it cannot change and prints as a PDF (D3)."""

    _name = "jobtrack.work.order.record"
    _description = "Work Order: Record of Consent"

    terms_version = fields.Char(
        readonly=True, copy=False, help="Version of the company's terms when it was sent."
    )
    terms_copy = fields.Char(string="Billing Terms When Sent", readonly=True, copy=False)
    consent_record = fields.Json(readonly=True, copy=False, groups="base.group_user")

    def write(self, vals):
        if RECORD & vals.keys():
            for order in self.sudo():
                if order.consent_record and order._changes_record(vals):
                    raise UserError(
                        self.env._("The record of a decision stays as it is, for good.")
                    )
        return super().write(vals)

    def _changes_record(self, vals):
        """Return whether ``vals`` would change anything of the record."""
        for name in RECORD & vals.keys():
            old = self._fields[name].convert_to_write(self[name], self)
            if (old or False) != (vals[name] or False):
                return True
        return False

    def _keep_record(self):
        """Keep what was decided and on what, as copies: later changes of names, packs or rates do not reach it."""
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        order = self.sudo().with_context(
            lang=account.partner_id.lang or self.env.lang, tz=account.company_id.jobtrack_tz
        )
        order.consent_record = (
            order._record_of_job() | order._record_of_decision() | order._record_of_offer()
        )

    def _record_of_job(self):
        """Return which version of which job of whom was decided on."""
        account = self.jobtrack_account_id
        return {
            "reference": self.task_id.jobtrack_reference,
            "job": self.task_id.name,
            "version": self.version,
            "account": account.name,
            "client": account.partner_id.name,
            "company": account.company_id.name,
            "requester": self.task_id.jobtrack_requester_id.name or "",
        }

    def _record_of_decision(self):
        """Return what was decided, by whom, when, how and from where, in words of the client's language."""
        states = dict(self._fields["state"]._description_selection(self.env))
        channels = dict(self._fields["decision_channel"]._description_selection(self.env))
        return {
            "decision": states[self.state],
            "state": self.state,
            "name": self.decided_name or "",
            "email": self.decided_email or "",
            "date": self._record_moment(self.decision_date),
            "date_utc": fields.Datetime.to_string(self.decision_date),
            "channel": channels[self.decision_channel],
            "address": self.decision_ip or "",
            "told": self._record_moment(self.told_date),
            "recorded_by": self.recorded_by_id.name or "",
            "reason": self.decline_reason or self.decision_reason or "",
            "mandate": self.mandate_id._in_words() if self.mandate_id else "",
        }

    def _record_of_offer(self):
        """Return what the decision was taken on: scope, hours, rate, terms, named time and who pays."""
        currency = self.currency_id
        return {
            "sent": self._record_moment(self.sent_date),
            "valid_until": format_date(self.env, self.valid_until),
            "scope": self.scope or "",
            "hours": format_hours(self.minutes),
            "minutes": self.minutes,
            "rate": currency.format(self.rate),
            "terms": self.terms_copy or self.terms_text or "",
            "terms_version": self.terms_version or "",
            "time": [
                {
                    "date": format_date(self.env, line.date),
                    "name": line.name,
                    "hours": format_hours(line._jobtrack_minutes()),
                }
                for line in self.time_ids.sorted(lambda line: (line.date, line.id))
            ],
            "funding": [
                {
                    "name": row.name,
                    "hours": format_hours(row.minutes),
                    "minutes": row.minutes,
                    "rate": currency.format(row.rate),
                    "amount": currency.format(row.amount),
                    "prepaid": bool(row.pack_id),
                }
                for row in self.funding_ids.filtered(lambda row: not row.is_returned)
            ],
        }

    def _record_moment(self, moment):
        """Return a moment by the company's clock, in words: the same for everybody who reads of the decision."""
        zone = self.sudo().jobtrack_account_id.company_id.jobtrack_tz
        return format_datetime(self.env, moment, tz=zone, dt_format="medium") if moment else ""

    def _record_to_print(self):
        """Return the record for the paper: for staff, and for the page that has checked whether a contact sees amounts.

        :raise AccessError: for visitors who ask Odoo for the report by its own address
        """
        self.ensure_one()
        guard.check_staff_reads(self)
        return self.sudo().consent_record or {}

    def action_print_record(self):
        """Return the PDF of the record, for staff who may read the work order.

        :raise UserError: when nothing was decided yet
        """
        self.ensure_one()
        guard.check_staff_reads(self)
        if not self.sudo().consent_record:
            raise UserError(self.env._("Nothing was decided on this work order yet."))
        return self.env.ref("jobtrack_support.action_report_consent").report_action(
            self, config=False
        )
