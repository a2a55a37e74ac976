from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools import approval
from ..tools.rounding import format_hours, to_hours, to_minutes

WINDOWS = [("open", "Open work"), ("month", "Each month"), ("quarter", "Each quarter")]


class JobtrackMandate(models.Model):
    """What a client has authorised one person for: hours a job, hours in a window, until a day (M7).

    It lets a person without the role "approve" decide by hand up to its hours, and narrows what is approved by itself
    for that person's requests. Above it the person named there is asked.
    """

    _name = "jobtrack.mandate"
    _description = "Mandate of a Contact"
    _inherit = ["jobtrack.guarded"]
    _order = "jobtrack_account_id, contact_id"

    contact_id = fields.Many2one(
        "jobtrack.account.contact", string="Person", required=True, ondelete="restrict", index=True
    )
    jobtrack_account_id = fields.Many2one(
        related="contact_id.jobtrack_account_id", string="Support Account", store=True, index=True
    )
    company_id = fields.Many2one(related="jobtrack_account_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    job_minutes = fields.Integer(default=0)
    window_minutes = fields.Integer(default=0)
    job_hours = fields.Float(
        string="Hours a Job",
        compute="_compute_job_hours",
        readonly=False,
        help="The total of one estimate, with its change orders; 0: not bounded by job.",
    )
    window_hours = fields.Float(
        string="Hours in the Window",
        compute="_compute_window_hours",
        readonly=False,
        help="All that this mandate lets pass in its window; 0: not bounded by a window.",
    )
    limit_window = fields.Selection(WINDOWS, string="Window", required=True, default="month")
    date_until = fields.Date(string="Until", help="Last day on which it counts; empty: for ever.")
    step_up_contact_id = fields.Many2one(
        "jobtrack.account.contact",
        string="Above It Ask",
        ondelete="restrict",
        domain="[('jobtrack_account_id', '=', jobtrack_account_id), ('id', '!=', contact_id)]",
        help="Who is asked first about estimates that this mandate does not cover; empty: all who approve.",
    )
    used_hours = fields.Float(compute="_compute_used_hours", string="Used of the Window")

    _contact_unique = models.UniqueIndex(
        "(contact_id) WHERE active", "This person has a mandate already: change that one."
    )
    _not_negative = models.Constraint(
        "CHECK(job_minutes >= 0 AND window_minutes >= 0)", "A mandate has 0 hours or more."
    )

    # === COMPUTE METHODS === #

    @api.depends("job_minutes")
    def _compute_job_hours(self):
        for mandate in self:
            mandate.job_hours = to_hours(mandate.job_minutes)

    @api.depends("window_minutes")
    def _compute_window_hours(self):
        for mandate in self:
            mandate.window_hours = to_hours(mandate.window_minutes)

    @api.depends("limit_window", "contact_id")
    def _compute_used_hours(self):
        for mandate in self:
            mandate.used_hours = to_hours(mandate._used_minutes()) if mandate._origin.id else 0.0

    @api.depends("contact_id.name")
    def _compute_display_name(self):
        for mandate in self:
            mandate.display_name = self.env._("Mandate of %(name)s", name=mandate.contact_id.name)

    # === CONSTRAINTS === #

    @api.constrains("contact_id", "step_up_contact_id", "job_minutes", "window_minutes", "active")
    def _check_mandate(self):
        for mandate in self.filtered("active"):
            contact, above = mandate.contact_id, mandate.step_up_contact_id
            if not (mandate.job_minutes or mandate.window_minutes):
                raise ValidationError(
                    self.env._("Say how many hours the mandate covers: a job, a window, or both.")
                )
            if contact.may_approve:
                raise ValidationError(
                    self.env._(
                        "%(name)s approves everything: take that role away before you give a mandate.",
                        name=contact.name,
                    )
                )
            if above == contact or (
                above and above.jobtrack_account_id != contact.jobtrack_account_id
            ):
                raise ValidationError(
                    self.env._("Above a mandate another contact of the same account is asked.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        mandates = super().create([self._in_minutes(vals) for vals in vals_list])
        for mandate in mandates:
            mandate._tell_managers("")
        return mandates

    def write(self, vals):
        before = {mandate: mandate._in_words() for mandate in self}
        result = super().write(self._in_minutes(vals))
        for mandate in self:
            if mandate._in_words() != before[mandate]:
                mandate._tell_managers(before[mandate])
        return result

    @staticmethod
    def _in_minutes(vals):
        """Return the values with whole minutes instead of the hours that were typed."""
        typed = {"job_hours": "job_minutes", "window_hours": "window_minutes"}
        return {
            typed.get(name, name): to_minutes(value or 0) if name in typed else value
            for name, value in vals.items()
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_and_tell(self):
        orders = self.env["jobtrack.work.order"].sudo()
        if orders.search_count([("mandate_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "This mandate has let work pass and is kept as a record: set its last day, or archive it."
                )
            )
        for mandate in self.filtered("active"):
            mandate.active = False

    # === WORDS === #

    def _in_words(self):
        """Return the mandate in one sentence; empty when it is archived."""
        self.ensure_one()
        if not self.active:
            return ""
        windows = {
            "open": self.env._("%(hours)s h of open work"),
            "month": self.env._("%(hours)s h a month"),
            "quarter": self.env._("%(hours)s h a quarter"),
        }
        parts = []
        if self.job_minutes:
            parts.append(
                self.env._("up to %(hours)s h a job", hours=format_hours(self.job_minutes))
            )
        if self.window_minutes:
            parts.append(windows[self.limit_window] % {"hours": format_hours(self.window_minutes)})
        if self.date_until:
            parts.append(self.env._("until %(date)s", date=format_date(self.env, self.date_until)))
        if self.step_up_contact_id:
            parts.append(
                self.env._("above it %(name)s is asked", name=self.step_up_contact_id.name)
            )
        return ", ".join(parts)

    def _tell_managers(self, before):
        """Keep the change in the account's history, and tell those who manage it."""
        # Without a mandate nothing narrows what passes by itself: whoever takes it away should know.
        after = self._in_words() or self.env._(
            "none any more; what they ask for passes by itself within the limits of the account"
        )
        words = self.env._("Mandate of %(name)s: %(after)s", name=self.contact_id.name, after=after)
        if before:
            words = self.env._("%(words)s (before: %(before)s)", words=words, before=before)
        account = self.jobtrack_account_id.sudo()
        account.message_post(
            body=words, author_id=self.env.user.partner_id.id, subtype_xmlid="mail.mt_note"
        )
        account._tell_limits_changed([words])

    # === WHAT IT COVERS === #

    def _used_minutes(self):
        """Return the minutes that this person's mandates have let pass in the window of this one."""
        self.ensure_one()
        contact = self.contact_id
        return self.jobtrack_account_id.sudo()._window_minutes(
            self.limit_window, lambda order: order.mandate_id.contact_id == contact
        )

    def _as_rule(self):
        """Return the plain mandate for ``tools.approval``; None without a mandate."""
        if not self:
            return None
        self.ensure_one()
        return approval.Mandate(
            per_job=self.job_minutes,
            per_window=self.window_minutes,
            date_until=self.date_until or None,
            window_used=self._used_minutes(),
        )
