from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import estimating
from ..tools.rounding import format_hours, to_minutes

# What was done longer ago says little about how work is done now.
JOBS_TO_LEARN_FROM = 200


class JobtrackJobType(models.Model):
    """A kind of job: what it usually takes and costs, how its time is divided, and what must not be forgotten."""

    _name = "jobtrack.job.type"
    _description = "Kind of Job"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    default_hours = fields.Float(string="Typical Hours")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    rate = fields.Monetary(
        string="Rate per Hour",
        help="Empty: the rate of the account is used. In other currencies it is converted on the day of the estimate.",
    )
    description = fields.Text(translate=True)
    category_ids = fields.Many2many(
        "jobtrack.time.category",
        string="Kinds of Time",
        help="What time on such a job is spent on; empty: all kinds.",
    )
    checklist_ids = fields.One2many(
        "jobtrack.job.type.check",
        "job_type_id",
        copy=True,
        help="Steps that every job of this kind gets.",
    )
    job_properties = fields.PropertiesDefinition("Fields of Jobs of This Kind")
    client_fields = fields.Char(
        string="Fields That Clients See",
        help="Names of added fields, separated by commas; the client sees them on the page of the job.",
    )
    typical_words = fields.Char(string="Learned from Jobs", compute="_compute_typical_words")

    @api.constrains("default_hours", "rate")
    def _check_not_negative(self):
        if any(min(kind.default_hours, kind.rate) < 0 for kind in self):
            raise ValidationError(self.env._("Typical hours and the rate cannot be negative."))

    def _compute_currency_id(self):
        """The catalogue has the currency of the main company, as the prices of plans have."""
        self.currency_id = self.env["res.company"]._get_main_company().currency_id

    @api.constrains("rate", "active")
    def _check_dearer_than_plans(self):
        """Keep hours without a plan dearer than every plan, whatever kind of job they are for (A6)."""
        accounts = self.env["jobtrack.account"].sudo()
        companies = self.env.company.sudo()
        companies |= companies.union(*(row[0] for row in accounts._read_group([], ["company_id"])))
        for kind in self.filtered(lambda kind: kind.active and kind.rate):
            for company in companies:
                plan = company._jobtrack_dear_plan(kind.rate, kind.currency_id)
                if plan:
                    raise ValidationError(
                        self.env._(
                            "Hours without a plan cost more than every plan: %(rate)s an hour for %(kind)s is too low"
                            " for %(plan)s. Raise the rate, or leave it empty.",
                            rate=kind.currency_id.format(kind.rate),
                            kind=kind.name,
                            plan=plan.display_name,
                        )
                    )

    def _rate_for(self, account):
        """Return the rate of this kind in the currency of an account; 0 where the account's own rate is used."""
        company = account.company_id
        if not self.rate:
            return 0.0
        return self.currency_id._convert(self.rate, account.currency_id, company, account._today())

    def write(self, vals):
        """Let what clients see follow fields that are renamed or deleted: it is marked by the name that people read."""
        before = {kind: kind._labels() for kind in self if "job_properties" in vals}
        result = super().write(vals)
        if "client_fields" not in vals:
            for kind, labels in before.items():
                kind._follow_labels(labels)
        return result

    def _labels(self):
        """Return the names of the added fields: technical name -> what people read."""
        self.ensure_one()
        return {
            field["name"]: (field.get("string") or "").strip()
            for field in self.job_properties or []
        }

    def _follow_labels(self, before):
        """Mark what was renamed by its new name, and take away the mark of what is gone.

        Another field that gets the old name later was not marked by anybody.
        """
        now = self._labels()
        stayed = {label.casefold() for name, label in before.items() if now.get(name) == label}
        changed = {
            label.casefold(): now.get(name, "")
            for name, label in before.items()
            if label and label.casefold() not in stayed
        }
        marked = [label.strip() for label in (self.client_fields or "").split(",")]
        kept = [changed.get(label.casefold(), label) for label in marked]
        if kept != marked:
            self.client_fields = ", ".join(filter(None, kept)) or False

    def _compute_typical_words(self):
        for kind in self:
            found = kind._origin._typical(self.env.company) if kind._origin else None
            kind.typical_words = self._typical_in_words(found) if found else False

    def _typical(self, company):
        """Return the ``estimating.Typical`` range of this kind at a company, or None while too few jobs are done (M10).

        Learned from billable hours of done and billed jobs, the newest ones.
        """
        self.ensure_one()
        jobs = (
            self.env["project.task"]
            .sudo()
            .search(
                [
                    ("jobtrack_job_type_id", "=", self.id),
                    ("jobtrack_state", "in", ("done", "billed")),
                    ("jobtrack_is_billable", "=", True),
                    ("jobtrack_account_id.company_id", "=", company.id),
                ],
                order="jobtrack_date_done desc, id desc",
                limit=JOBS_TO_LEARN_FROM,
            )
        )
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("jobtrack_job_id", "in", jobs.ids), ("jobtrack_billable", "=", True)],
                ["jobtrack_job_id"],
                ["unit_amount:sum"],
            )
        )
        return estimating.typical(to_minutes(hours) for _job, hours in rows)

    def _typical_in_words(self, found):
        """Return a range as people read it."""
        return self.env._(
            "%(jobs)s jobs of this kind: half took up to %(median)s h, nine of ten up to %(most)s h",
            jobs=found.jobs,
            median=format_hours(found.median),
            most=format_hours(found.most),
        )


class JobtrackJobTypeCheck(models.Model):
    """A step that every job of a kind gets."""

    _name = "jobtrack.job.type.check"
    _description = "Step of a Kind of Job"
    _order = "sequence, id"

    job_type_id = fields.Many2one(
        "jobtrack.job.type", string="Kind of Job", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="Step", required=True, translate=True)
    sequence = fields.Integer(default=10)
