from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.rounding import format_hours, to_hours


class JobtrackStatementLine(models.Model):
    """What one job cost on one statement; once written it never changes."""

    _name = "jobtrack.statement.line"
    _description = "Statement Line"
    _inherit = [
        "jobtrack.machine.written",
        "jobtrack.statement.line.invoice",
        "jobtrack.statement.line.correction",
        "jobtrack.statement.line.explain",
        "jobtrack.statement.line.proof",
    ]
    _order = "statement_id, id"
    _rec_name = "task_id"

    statement_id = fields.Many2one(
        "jobtrack.statement", required=True, readonly=True, ondelete="restrict", index=True
    )
    jobtrack_account_id = fields.Many2one(
        related="statement_id.jobtrack_account_id",
        string="Support Account",
        store=True,
        precompute=True,
        index=True,
    )
    date = fields.Date(related="statement_id.date", store=True, precompute=True)
    task_id = fields.Many2one(
        "project.task", string="Job", required=True, readonly=True, ondelete="restrict", index=True
    )
    work_order_id = fields.Many2one("jobtrack.work.order", readonly=True, ondelete="restrict")
    worked_minutes = fields.Integer(readonly=True)
    minutes = fields.Integer(readonly=True)
    prepaid_minutes = fields.Integer(readonly=True)
    postpaid_minutes = fields.Integer(readonly=True)
    waived_minutes = fields.Integer(readonly=True)
    hours = fields.Float(compute="_compute_hours", store=True, precompute=True)
    prepaid_hours = fields.Float(
        string="From Packs", compute="_compute_hours", store=True, precompute=True
    )
    postpaid_hours = fields.Float(
        string="Invoiced Hours", compute="_compute_hours", store=True, precompute=True
    )
    waived_hours = fields.Float(
        string="Waived", compute="_compute_hours", store=True, precompute=True
    )
    rate = fields.Monetary(string="Rate per Hour", readonly=True, aggregator="avg")
    amount = fields.Monetary(
        string="Invoiced", readonly=True, help="For the invoiced hours, untaxed."
    )
    prepaid_value = fields.Monetary(string="Paid from Packs", readonly=True)
    currency_id = fields.Many2one(related="statement_id.currency_id", store=True, precompute=True)
    time_ids = fields.One2many("account.analytic.line", "jobtrack_statement_line_id")
    reverses_id = fields.Many2one(
        "jobtrack.statement.line",
        string="Takes Back",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="On a correction: the line that was wrong.",
    )
    reversal_ids = fields.One2many("jobtrack.statement.line", "reverses_id", string="Taken Back By")
    is_reversed = fields.Boolean(string="Corrected", compute="_compute_is_reversed")
    ledger_entry_ids = fields.One2many(
        "jobtrack.ledger.entry", "statement_line_id", string="Ledger"
    )

    _reverses_once = models.Constraint("unique(reverses_id)", "A line is corrected once.")

    @api.depends("reversal_ids")
    def _compute_is_reversed(self):
        for line in self:
            line.is_reversed = bool(line.reversal_ids)

    @api.depends("minutes", "prepaid_minutes", "postpaid_minutes", "waived_minutes")
    def _compute_hours(self):
        for line in self:
            line.hours = to_hours(line.minutes)
            line.prepaid_hours = to_hours(line.prepaid_minutes)
            line.postpaid_hours = to_hours(line.postpaid_minutes)
            line.waived_hours = to_hours(line.waived_minutes)

    def _waived_in_words(self):
        """Return how many of the line's hours are free of charge and why, or nothing when none is."""
        self.ensure_one()
        if self.waived_minutes <= 0:
            return ""
        waived = self.sudo().time_ids.filtered("jobtrack_waive_reason")
        reasons = dict.fromkeys(waived.mapped("jobtrack_waive_reason"))
        words = self.env._("%(hours)s h free of charge", hours=format_hours(self.waived_minutes))
        return ": ".join(filter(None, (words, "; ".join(reasons))))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Statements are kept as a record."))
