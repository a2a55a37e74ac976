from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import terms
from ..tools.rounding import format_hours

BASES = [("actual", "Time worked"), ("fixed", "Fixed: the approved hours")]
PERIODS = [("job", "Job"), ("entry", "Time entry")]
TERM_FIELDS = (
    "basis",
    "increment_minutes",
    "increment_per",
    "minimum_minutes",
    "after_hours_multiplier",
)


class JobtrackBillingTerms(models.AbstractModel):
    """How worked time becomes billed time: the words for it, and the plain values for the rule."""

    _name = "jobtrack.billing.terms"
    _description = "Terms of Billing"

    # Prefix of the names of the five fields.
    _terms_prefix = ""

    def _term(self, name):
        return self[self._terms_prefix + name]

    def _terms(self):
        """Return the terms as plain values for ``tools.terms``."""
        self.ensure_one()
        return terms.Terms(
            basis=self._term("basis"),
            increment=self._term("increment_minutes"),
            per=self._term("increment_per"),
            minimum=self._term("minimum_minutes"),
            multiplier=Decimal(str(self._term("after_hours_multiplier"))),
        )

    def _check_terms(self):
        """Refuse terms that make no sense, in words."""
        for record in self.sudo():
            if record._term("increment_minutes") not in terms.INCREMENTS:
                raise ValidationError(
                    self.env._(
                        "Bill in steps of %(steps)s minutes, or in none (0).",
                        steps=", ".join(str(step) for step in terms.INCREMENTS if step),
                    )
                )
            if record._term("minimum_minutes") < 0:
                raise ValidationError(self.env._("The minimum per job is 0 minutes or more."))
            if record._term("after_hours_multiplier") < 1:
                raise ValidationError(self.env._("Work after hours counts 1 time or more."))

    def _terms_in_words(self):
        """Return the terms in one sentence that a client understands before it consents to them."""
        self.ensure_one()
        plain = self._terms()
        if plain.basis == terms.FIXED:
            return self.env._(
                "A fixed price: the approved hours are billed, whatever the work takes."
            )
        parts = [self._increment_in_words(plain)]
        if plain.minimum:
            parts.append(
                self.env._("at least %(minutes)s minutes per job", minutes=plain.minimum)
                if plain.minimum < 60
                else self.env._("at least %(hours)s h per job", hours=format_hours(plain.minimum))
            )
        if plain.multiplier > 1:
            parts.append(
                self.env._(
                    "work after hours counts %(times)s times",
                    times=f"{plain.multiplier.normalize():f}",
                )
            )
        return self.env._("%(terms)s; never more than the approved hours.", terms=", ".join(parts))

    def _increment_in_words(self, plain):
        if not plain.increment:
            return self.env._("Billed as worked")
        if plain.per == terms.PER_JOB:
            return self.env._(
                "Billed in steps of %(minutes)s minutes per job", minutes=plain.increment
            )
        return self.env._(
            "Billed in steps of %(minutes)s minutes per time entry", minutes=plain.increment
        )


class JobtrackWorkOrderTerms(models.AbstractModel):
    """The terms of one work order: copied from the version before or from the account, frozen once sent."""

    _name = "jobtrack.work.order.terms"
    _description = "Work Order: Terms of Billing"
    _inherit = ["jobtrack.billing.terms"]

    task_id = fields.Many2one("project.task")
    basis = fields.Selection(
        BASES,
        string="Billed by",
        required=True,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="Time worked: what was worked, up to the approved hours. Fixed: the approved hours, whatever was worked.",
    )
    increment_minutes = fields.Integer(
        string="In Steps of (minutes)",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="0, 6, 15, 30 or 60: time is rounded up to whole steps.",
    )
    increment_per = fields.Selection(
        PERIODS,
        string="Steps per",
        required=True,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    minimum_minutes = fields.Integer(
        string="At Least (minutes)",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="Billed for a job with any billable time at all.",
    )
    after_hours_multiplier = fields.Float(
        string="After Hours Counts",
        digits=(4, 2),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="One minute of work after hours is billed as this many minutes.",
    )
    terms_text = fields.Char(string="Terms", compute="_compute_terms_text")

    @api.depends("task_id")
    def _compute_terms(self):
        """A new version keeps the terms of the one before: the client knows them."""
        for order in self:
            older = order.task_id.sudo().jobtrack_work_order_ids.filtered(
                lambda other, o=order: other._origin.id and other._origin.id != o._origin.id
            )
            source = older.sorted("version")[-1:] or order.task_id.sudo().jobtrack_account_id
            for name in TERM_FIELDS:
                empty = {"basis": "actual", "increment_per": "job", "after_hours_multiplier": 1.0}
                order[name] = source._term(name) if source else empty.get(name, 0)

    @api.depends(*TERM_FIELDS)
    def _compute_terms_text(self):
        for order in self:
            order.terms_text = order._terms_in_words()

    @api.constrains(*TERM_FIELDS)
    def _check_order_terms(self):
        self._check_terms()


class JobtrackAccountTerms(models.AbstractModel):
    """The terms that new estimates of an account begin with."""

    _name = "jobtrack.account.terms"
    _description = "Support Account: Terms of Billing"
    _inherit = ["jobtrack.billing.terms"]
    _terms_prefix = "billing_"

    billing_basis = fields.Selection(
        BASES,
        string="Billed by",
        required=True,
        default="actual",
        tracking=True,
        help="What new estimates begin with; each keeps what it was sent with.",
    )
    billing_increment_minutes = fields.Integer(
        string="In Steps of (minutes)",
        tracking=True,
        help="0, 6, 15, 30 or 60: time is rounded up to whole steps.",
    )
    billing_increment_per = fields.Selection(
        PERIODS, string="Steps per", required=True, default="job", tracking=True
    )
    billing_minimum_minutes = fields.Integer(
        string="At Least (minutes)",
        tracking=True,
        help="Billed for a job with any billable time at all.",
    )
    billing_after_hours_multiplier = fields.Float(
        string="After Hours Counts",
        digits=(4, 2),
        default=1.0,
        tracking=True,
        help="One minute of work after hours is billed as this many minutes.",
    )

    @api.constrains(*(f"billing_{name}" for name in TERM_FIELDS))
    def _check_account_terms(self):
        self._check_terms()
