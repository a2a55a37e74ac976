import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import mail_table
from ..tools.rounding import format_hours, to_minutes
from . import guard

_logger = logging.getLogger(__name__)


class JobtrackStatement(models.Model):
    """What one billing run billed one account: jobs, hours by source, invoice."""

    _name = "jobtrack.statement"
    _description = "Billing Statement"
    _inherit = [
        "jobtrack.machine.written",
        "mail.thread",
        "jobtrack.statement.billing",
        "jobtrack.statement.invoice",
        "jobtrack.statement.correction",
        "jobtrack.statement.paper",
    ]
    _order = "date desc, id desc"

    name = fields.Char(string="Number", required=True, readonly=True, copy=False)
    kind = fields.Selection(
        [("bill", "Bill"), ("correction", "Correction")],
        required=True,
        readonly=True,
        default="bill",
        index=True,
    )
    run_id = fields.Many2one(
        "jobtrack.billing.run",
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Empty on a correction, which is made on any day.",
    )
    date = fields.Date(
        string="Billing Date",
        readonly=True,
        required=True,
        index=True,
        help="The billing day; on a correction the day on which it was made.",
    )
    corrects_id = fields.Many2one(
        "jobtrack.statement",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    correction_ids = fields.One2many("jobtrack.statement", "corrects_id", string="Corrections")
    correction_reason = fields.Char(string="What Was Wrong", readonly=True)
    is_correctable = fields.Boolean(compute="_compute_is_correctable")
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(
        related="jobtrack_account_id.partner_id", string="Client", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="jobtrack_account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(
        related="jobtrack_account_id.currency_id", store=True, precompute=True
    )
    line_ids = fields.One2many("jobtrack.statement.line", "statement_id", readonly=True)
    ledger_entry_ids = fields.One2many(
        "jobtrack.ledger.entry", string="Ledger", compute="_compute_ledger_entry_ids"
    )
    invoice_id = fields.Many2one(
        "account.move", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    client_order_ref = fields.Char(
        string="Client's Order Number",
        readonly=True,
        help="Of the account, as it was on the day of this statement.",
    )
    invoice_state = fields.Selection(related="invoice_id.payment_state", string="Payment")
    opening_minutes = fields.Integer(
        readonly=True, help="Balance of the account before this billing."
    )
    closing_minutes = fields.Integer(readonly=True)
    reserved_minutes = fields.Integer(
        readonly=True, help="Reserved for other jobs after this billing."
    )
    ledger_number = fields.Integer(
        readonly=True, help="The newest ledger entry of the account after this billing."
    )
    hours = fields.Float(compute="_compute_totals", store=True)
    prepaid_hours = fields.Float(string="From Packs", compute="_compute_totals", store=True)
    postpaid_hours = fields.Float(string="Invoiced Hours", compute="_compute_totals", store=True)
    amount = fields.Monetary(string="Invoiced", compute="_compute_totals", store=True)
    mail_state = fields.Selection(
        [("to_send", "To Send"), ("sent", "Sent"), ("no_address", "Nobody to Tell")],
        default="to_send",
        readonly=True,
        index=True,
    )

    _run_account_unique = models.Constraint(
        "unique(run_id, jobtrack_account_id)", "A run bills an account once."
    )
    _kind_has_its_origin = models.Constraint(
        "CHECK((kind = 'bill') = (run_id IS NOT NULL) AND (kind = 'correction') = (corrects_id IS NOT NULL))",
        "A bill belongs to a run, and a correction to what it corrects.",
    )

    @api.depends("line_ids.minutes", "line_ids.amount")
    def _compute_totals(self):
        for statement in self:
            lines = statement.line_ids
            statement.hours = sum(lines.mapped("minutes")) / 60
            statement.prepaid_hours = sum(lines.mapped("prepaid_minutes")) / 60
            statement.postpaid_hours = sum(lines.mapped("postpaid_minutes")) / 60
            statement.amount = sum(lines.mapped("amount"))

    @api.depends("kind", "line_ids.is_reversed")
    def _compute_is_correctable(self):
        for statement in self:
            standing = any(not line.is_reversed for line in statement.line_ids)
            statement.is_correctable = statement.kind == "bill" and standing

    def _compute_ledger_entry_ids(self):
        for statement in self:
            statement.ledger_entry_ids = self.env["jobtrack.ledger.entry"].search(
                [("statement_line_id", "in", statement.line_ids.ids)], order="number"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Statements are kept as a record."))

    # === AFTER THE RUN === #

    @api.model
    def _cron_send_mail(self):
        """Send the statements that wait, each with its PDF, to the people who see money."""
        waiting = self.search([("mail_state", "=", "to_send")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for statement in waiting:
            try:
                with self.env.cr.savepoint():
                    statement._send_mail()
            except Exception:
                _logger.exception("Sending statement %s failed", statement.name)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _send_mail(self):
        """Send one statement once; sending again needs :meth:`action_send_again`."""
        self.ensure_one()
        if self.mail_state != "to_send":
            return
        account = self.jobtrack_account_id
        people = account._active_contacts().filtered(lambda c: c.may_see_money and c.email)
        self.mail_state = "sent" if people else "no_address"
        people._tell("jobtrack_support.mail_template_statement", self, mail_table.BILL)
        account._tell_bill_copy(self.env._("Billing statement %s", self.name), people)

    def _hours_in_words(self, field_name):
        """Return one of the statement's figures in hours as people write them, for mails."""
        if field_name == "waived_hours":
            return format_hours(sum(self.line_ids.mapped("waived_minutes")))
        minutes = self.closing_minutes if field_name == "closing" else to_minutes(self[field_name])
        return format_hours(minutes)

    def _may_see_invoice_total(self, partner):
        """Return whether ``partner`` sees the money of all accounts that the invoice bills, and so its total."""
        self.ensure_one()
        statement = self.sudo()
        accounts = statement.invoice_id.jobtrack_account_ids | statement.jobtrack_account_id
        return all(account._contact_of(partner).may_see_money for account in accounts)

    def action_send_again(self):
        """Send the statements once more."""
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team sends statements."))
        self.check_access("read")
        for statement in self.sudo():
            statement.mail_state = "to_send"
            statement._send_mail()

    def action_open_invoice(self):
        """Return the action that opens the invoice of the statement."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }
