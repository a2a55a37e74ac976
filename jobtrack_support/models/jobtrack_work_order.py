from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.allocation import plan_funding
from ..tools.rounding import amount_of, draw_value, to_hours, to_minutes
from . import guard
from .jobtrack_billing_terms import TERM_FIELDS

STATES = [
    ("draft", "Draft"),
    ("sent", "Sent"),
    ("approved", "Approved"),
    ("declined", "Declined"),
    ("superseded", "Superseded"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
]
# What the client consents to; frozen once the estimate has left the house.
FROZEN = {"task_id", "version", "hours", "minutes", "rate", "scope", "time_ids", *TERM_FIELDS}
# The record of the consent itself; written by the decision only.
DECISION = {
    "state",
    "decided_by_id",
    "decided_name",
    "decided_email",
    "decision_date",
    "decision_channel",
    "decision_ip",
    "decision_reason",
    "decline_reason",
    "version",
    "minutes",
    "sent_date",
    "valid_until",
    "funding_ids",
    "jobtrack_account_id",
    "company_id",
    "mandate_id",
    "recorded_by_id",
    "told_date",
    "terms_version",
    "terms_copy",
    "consent_record",
    "question",
    "question_name",
    "question_by_id",
    "question_date",
    "question_waits",
    "answer",
    "answer_name",
    "answer_date",
    "reminded_days",
    "disagreed_date",
    "disagreed_name",
    "disagreed_reason",
}


class JobtrackWorkOrder(models.Model):
    """One version of an estimate and the record of the client's consent to it."""

    _name = "jobtrack.work.order"
    _description = "Work Order"
    _inherit = [
        "mail.thread",
        "jobtrack.work.order.decision",
        "jobtrack.work.order.rule",
        "jobtrack.work.order.funds",
        "jobtrack.work.order.login",
        "jobtrack.work.order.told",
        "jobtrack.work.order.record",
        "jobtrack.work.order.question",
        "jobtrack.work.order.due",
        "jobtrack.work.order.versions",
        "jobtrack.work.order.together",
        "jobtrack.work.order.terms",
    ]
    _order = "task_id desc, version desc"

    task_id = fields.Many2one(
        "project.task", string="Job", required=True, ondelete="restrict", index=True
    )
    jobtrack_account_id = fields.Many2one(
        related="task_id.jobtrack_account_id", string="Support Account", store=True, index=True
    )
    company_id = fields.Many2one(related="jobtrack_account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="jobtrack_account_id.currency_id")
    partner_id = fields.Many2one(related="jobtrack_account_id.partner_id", string="Client")
    version = fields.Integer(readonly=True, copy=False, default=1)
    minutes = fields.Integer(readonly=True)
    hours = fields.Float(compute="_compute_hours", inverse="_inverse_hours", required=True)
    rate = fields.Monetary(string="Rate per Hour", groups="base.group_user")
    amount = fields.Monetary(
        string="Value",
        compute="_compute_amount",
        groups="base.group_user",
        help="Hours at this rate; packs may make it cheaper, see the funding.",
    )
    scope = fields.Text(help="What will be done, and what will not, in the client's words.")
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, index=True
    )
    sent_date = fields.Datetime(readonly=True, copy=False)
    valid_until = fields.Date(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.partner", readonly=True, copy=False)
    decided_name = fields.Char(readonly=True, copy=False)
    decided_email = fields.Char(readonly=True, copy=False, groups="base.group_user")
    decision_date = fields.Datetime(readonly=True, copy=False)
    decision_channel = fields.Selection(
        [
            ("mail", "Mail link"),
            ("portal", "Portal"),
            ("staff", "Told to staff"),
            ("limit", "By the limits"),
            ("emergency", "By the emergency mandate"),
        ],
        readonly=True,
        copy=False,
    )
    decision_ip = fields.Char(
        string="From Address", readonly=True, copy=False, groups="base.group_user"
    )
    decision_reason = fields.Char(string="Why", readonly=True, copy=False)
    decline_reason = fields.Text(readonly=True, copy=False)
    funding_ids = fields.One2many(
        "jobtrack.work.order.funding", "work_order_id", readonly=True, copy=False
    )
    time_ids = fields.Many2many(
        "account.analytic.line",
        "jobtrack_work_order_time_rel",
        string="Time Already Spent",
        copy=False,
        help="Time that was logged without consent; approving makes exactly this time billable.",
    )

    _version_unique = models.Constraint(
        "unique(task_id, version)", "A job has one work order of each version."
    )

    # === COMPUTE METHODS === #

    @api.depends("minutes")
    def _compute_hours(self):
        for order in self:
            order.hours = to_hours(order.minutes)

    def _inverse_hours(self):
        # Minutes follow the hours that were typed; write() has checked these.
        for order in self.sudo():
            order.minutes = to_minutes(order.hours)

    @api.depends("hours", "rate", "currency_id")
    def _compute_amount(self):
        for order in self:
            digits = order.currency_id.decimal_places if order.currency_id else 2
            order.amount = float(amount_of(to_minutes(order.hours), order.rate, digits))

    @api.depends("task_id.jobtrack_reference", "version")
    def _compute_display_name(self):
        for order in self:
            reference = order.task_id.sudo().jobtrack_reference or order.task_id.sudo().name
            order.display_name = f"{reference} v{order.version}"

    # === CONSTRAINTS === #

    @api.constrains("minutes", "task_id", "rate", "time_ids")
    def _check_estimate(self):
        for order in self.sudo():
            if order.rate < 0:
                raise ValidationError(self.env._("The rate of an estimate is 0 or more."))
            if any(line.jobtrack_job_id != order.task_id for line in order.time_ids):
                raise ValidationError(self.env._("An estimate names time of its own job only."))
            if order.minutes <= 0:
                raise ValidationError(self.env._("An estimate has more than 0 hours."))
            if not order.task_id.jobtrack_is_job:
                raise ValidationError(self.env._("Estimates belong to a job of a support project."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        error = UserError(
            self.env._("A work order begins as a draft; its decision is recorded, not typed.")
        )
        guard.refuse(self, vals_list, DECISION, error)
        versions = {}
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            task_id = vals.get("task_id", self.env.context.get("default_task_id"))
            task = self.env["project.task"].browse(task_id)
            latest = versions.get(
                task, max(task.sudo().jobtrack_work_order_ids.mapped("version"), default=0)
            )
            vals["version"] = versions[task] = latest + 1
            if "hours" in vals:
                vals["minutes"] = to_minutes(vals["hours"])
            vals.setdefault("rate", task.sudo().jobtrack_account_id.postpay_rate)
        return super(JobtrackWorkOrder, guard.without_defaults(self, DECISION)).create(vals_list)

    def write(self, vals):
        error = UserError(self.env._("The decision on a work order is recorded, not typed."))
        guard.refuse(self, [vals], DECISION, error)
        if not self.env.su and any(vals.get("task_id", o.task_id.id) != o.task_id.id for o in self):
            raise UserError(self.env._("An estimate stays with its job: write a new one there."))
        if FROZEN & vals.keys() and any(order.state != "draft" for order in self):
            raise UserError(
                self.env._("An estimate that was sent stays as it is: write a new version.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(order.state != "draft" for order in self):
            raise UserError(self.env._("Work orders that were sent are kept as a record."))

    # === FUNDING === #

    def _plan_funding(self):
        """Replace the funding rows by what would pay this version now (M1).

        :return: the new ``jobtrack.work.order.funding`` records, without reservation
        """
        self.ensure_one()
        values = self._prepare_funding(self._funding_plan())
        self.sudo().funding_ids.unlink()
        return self.env["jobtrack.work.order.funding"].sudo().create(values)

    def _funding_plan(self):
        """Return what would pay this version now, as ``(pack id or None, minutes)`` in order of use."""
        account = self.jobtrack_account_id.sudo()
        packs = account._usable_packs()._as_plain(self._reserve_to_replace())
        return plan_funding(self._minutes_to_fund(), packs, account._today())

    def _minutes_to_fund(self):
        """Return the minutes that are still to be paid: a version of a job that was billed before counts its total."""
        return max(self.minutes - self.task_id._jobtrack_billed_minutes(), 0)

    def _funding_rows(self):
        """Return the funding to show: what would pay now while a decision is due, else what was decided.

        Packs may have been used since the estimate was sent; nobody approves a price that is not true any more. Rows
        that are not decided are not stored, so that showing them writes nothing.
        """
        self.ensure_one()
        if self.state != "sent":
            return self.sudo().funding_ids.filtered(lambda row: not row.is_returned)
        funding = self.env["jobtrack.work.order.funding"].sudo()
        rows = [funding.new(values) for values in self._prepare_funding(self._funding_plan())]
        return funding.concat(*rows)

    def _postpaid_minutes(self):
        """Return the minutes that no pack pays, of the funding that is shown."""
        return sum(self._funding_rows().filtered(lambda row: not row.pack_id).mapped("minutes"))

    def _reserve_to_replace(self):
        """Return the minutes by pack id that the version in force keeps, which this version would take over."""
        return self.task_id.sudo().jobtrack_work_order_ids._reserved_by_pack()

    def _reserved_by_pack(self):
        """Return the minutes that these versions keep now, by pack id."""
        reserved = {}
        for row in self.sudo().funding_ids.filtered("reserved_minutes"):
            reserved[row.pack_id.id] = reserved.get(row.pack_id.id, 0) + row.reserved_minutes
        return reserved

    def _prepare_funding(self, plan):
        """Return the values of funding rows for a plan of ``(pack id or None, minutes)``, with exact amounts."""
        rows = []
        digits = self.currency_id.decimal_places
        for sequence, (pack_id, minutes) in enumerate(plan):
            pack = self.env["jobtrack.hour.pack"].sudo().browse(pack_id)
            if pack:
                amount = draw_value(pack.value_remaining, minutes, pack.minutes_remaining, digits)
            else:
                amount = amount_of(minutes, self.sudo().rate, digits)
            rows.append(
                {
                    "work_order_id": self.id,
                    "sequence": sequence,
                    "pack_id": pack.id,
                    "minutes": minutes,
                    "rate": pack.rate if pack else self.sudo().rate,
                    "amount": float(amount),
                }
            )
        return rows

    def _reserve(self):
        """Keep the planned minutes of packs for this version, instead of those of the version before."""
        self.ensure_one()
        self._release_reserve(self.task_id.sudo().jobtrack_work_order_ids - self)
        for funding in self.sudo().funding_ids.filtered("pack_id"):
            funding.reserved_minutes = funding.minutes

    @api.model
    def _release_reserve(self, orders):
        """Free what these work orders keep of packs."""
        orders.sudo().funding_ids.filtered("reserved_minutes").write({"reserved_minutes": 0})

    def _postpaid_amount(self):
        """Return the money of this version that no pack pays, in the account's currency.

        Once approved, this is what is neither billed nor reserved: also hours whose reservation was lost when a
        purchase was un-paid.
        """
        order = self.sudo()
        if order.state == "approved":
            digits = order.currency_id.decimal_places
            return float(amount_of(order._uncovered_minutes(), order.rate, digits))
        return sum(order.funding_ids.filtered(lambda row: not row.pack_id).mapped("amount"))
