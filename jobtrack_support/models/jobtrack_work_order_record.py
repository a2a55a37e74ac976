from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..tools.rounding import format_hours

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
        order = self.sudo()
        account = order.jobtrack_account_id
        lang = account.partner_id.lang or self.env.lang
        order = order.with_context(lang=lang, tz=account.company_id.jobtrack_tz)
        states = dict(order._fields["state"]._description_selection(order.env))
        channels = dict(order._fields["decision_channel"]._description_selection(order.env))

        def moment(value):
            return value and format_datetime(order.env, value, dt_format="medium") or ""

        currency = order.currency_id
        order.consent_record = {
            "reference": order.task_id.jobtrack_reference,
            "job": order.task_id.name,
            "version": order.version,
            "account": account.name,
            "client": account.partner_id.name,
            "company": account.company_id.name,
            "requester": order.task_id.jobtrack_requester_id.name or "",
            "decision": states[order.state],
            "state": order.state,
            "name": order.decided_name or "",
            "email": order.decided_email or "",
            "date": moment(order.decision_date),
            "date_utc": fields.Datetime.to_string(order.decision_date),
            "channel": channels[order.decision_channel],
            "address": order.decision_ip or "",
            "told": moment(order.told_date),
            "recorded_by": order.recorded_by_id.name or "",
            "reason": order.decline_reason or order.decision_reason or "",
            "mandate": order.mandate_id._in_words() if order.mandate_id else "",
            "sent": moment(order.sent_date),
            "valid_until": format_date(order.env, order.valid_until),
            "scope": order.scope or "",
            "hours": format_hours(order.minutes),
            "minutes": order.minutes,
            "rate": currency.format(order.rate),
            "terms": order.terms_copy or order.terms_text or "",
            "terms_version": order.terms_version or "",
            "time": [
                {
                    "date": format_date(order.env, line.date),
                    "name": line.name,
                    "hours": format_hours(line._jobtrack_minutes()),
                }
                for line in order.time_ids.sorted(lambda line: (line.date, line.id))
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
                for row in order.funding_ids.filtered(lambda row: not row.is_returned)
            ],
        }

    def action_print_record(self):
        """Return the PDF of the record, for staff who may read the work order.

        :raise UserError: when nothing was decided yet
        """
        self.ensure_one()
        self.check_access("read")
        if not self.sudo().consent_record:
            raise UserError(self.env._("Nothing was decided on this work order yet."))
        return self.env.ref("jobtrack_support.action_report_consent").report_action(
            self, config=False
        )
