from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import adjustment, billing_calendar
from ..tools.rounding import format_hours, money, to_hours, to_minutes
from . import guard

# Follow from steps; our methods write them in sudo.
PROTECTED = {
    "state",
    "requested_by_id",
    "decided_by_id",
    "request_date",
    "decision_date",
    "entry_id",
    "minutes",
    "company_id",
}
# What was asked for stays as it was asked.
ASKED = {
    "kind",
    "jobtrack_account_id",
    "pack_id",
    "hours",
    "rate",
    "date_expiry",
    "reason",
}


class JobtrackAdjustment(models.Model):
    """Hours that people move by hand, with a reason; above a number of hours a second person decides."""

    _name = "jobtrack.adjustment"
    _description = "Adjustment of Hours"
    _inherit = ["jobtrack.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    kind = fields.Selection(
        [("adjustment", "Correct a pack"), ("grant", "Give hours without a sale")],
        required=True,
        default="adjustment",
    )
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account", string="Support Account", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="jobtrack_account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="jobtrack_account_id.currency_id")
    pack_id = fields.Many2one(
        "jobtrack.hour.pack",
        domain="[('jobtrack_account_id', '=', jobtrack_account_id),"
        " ('state', 'in', ('active', 'exhausted'))]",
        index="btree_not_null",
        ondelete="restrict",
    )
    hours = fields.Float(
        required=True, tracking=True, help="More than 0 gives hours, less than 0 takes them."
    )
    minutes = fields.Integer(compute="_compute_minutes", store=True)
    rate = fields.Monetary(
        string="Value per Hour", help="0: a gift without value in the books. For grants only."
    )
    date_expiry = fields.Date(
        string="Expires On", help="Last day of work that granted hours pay. Empty: never."
    )
    reason = fields.Char(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for Approval"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    request_date = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    decision_date = fields.Datetime(readonly=True, copy=False)
    entry_id = fields.Many2one(
        "jobtrack.ledger.entry", readonly=True, copy=False, ondelete="restrict"
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    # === COMPUTE METHODS AND CONSTRAINTS === #

    @api.depends("hours")
    def _compute_minutes(self):
        for asked in self:
            asked.minutes = to_minutes(asked.hours)

    @api.depends("minutes", "jobtrack_account_id", "pack_id")
    def _compute_display_name(self):
        for asked in self:
            of = asked.pack_id.display_name if asked.pack_id else asked.jobtrack_account_id.name
            asked.display_name = f"{format_hours(asked.minutes)} h: {of or ''}"

    @api.depends_context("uid")
    @api.depends("state", "requested_by_id")
    def _compute_may_decide(self):
        for asked in self:
            asked.may_decide = asked.state == "waiting" and asked.requested_by_id != self.env.user

    @api.constrains("kind", "pack_id", "jobtrack_account_id", "hours", "rate", "reason")
    def _check_asked(self):
        for asked in self.sudo():
            if not asked.minutes or not (asked.reason or "").strip():
                raise ValidationError(self.env._("Say how many hours, and why."))
            if asked.kind == "adjustment":
                if asked.pack_id.jobtrack_account_id != asked.jobtrack_account_id:
                    raise ValidationError(self.env._("Choose a pack of this support account."))
            elif asked.pack_id or asked.minutes < 0 or asked.rate < 0:
                raise ValidationError(
                    self.env._("Grant more than 0 hours, at a rate of 0 or more; they make a pack.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_forgery(vals_list)
        return super(JobtrackAdjustment, guard.without_defaults(self, PROTECTED)).create(vals_list)

    def write(self, vals):
        self._refuse_forgery([vals])
        if ASKED & vals.keys() and any(asked.state != "draft" for asked in self):
            raise UserError(self.env._("This was asked for already: it stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(asked.state != "draft" for asked in self):
            raise UserError(self.env._("What was asked for is kept as a record."))

    def _refuse_forgery(self, vals_list):
        guard.refuse(
            self,
            vals_list,
            PROTECTED,
            UserError(self.env._("An adjustment changes by its buttons only.")),
        )

    # === STEPS === #

    def action_submit(self):
        """Move the hours at once, or ask a second person where they are more than one person moves alone.

        :raise AccessError: when the user is not of the billing team
        :raise UserError: when it is no draft, or the pack does not allow it
        """
        self.ensure_one()
        asked = self._as_team("draft")
        asked._check_possible()
        asked.write(
            {
                "requested_by_id": self.env.user.id,
                "request_date": asked.jobtrack_account_id._now(),
            }
        )
        if asked._needs_second_person(self.env.user):
            asked.state = "waiting"
            asked._ask_others(self.env.user)
        else:
            asked._carry_out()

    def action_approve(self):
        """Move the hours as the second person.

        :raise AccessError: when the user is not of the billing team
        :raise UserError: when it does not wait, the same person asked for it, or the pack does not allow it any more
        """
        self.ensure_one()
        asked = self._as_team("waiting")
        if asked.requested_by_id == self.env.user:
            raise UserError(
                self.env._("You asked for this yourself: another person of the team approves it.")
            )
        asked._check_possible()
        asked._decide(self.env.user)
        asked._carry_out()

    def action_refuse(self):
        """Refuse, or take back, what waits for approval.

        :raise AccessError: when the user is not of the billing team
        :raise UserError: when it does not wait
        """
        self.ensure_one()
        asked = self._as_team("waiting")
        asked._decide(self.env.user)
        asked.state = "refused"

    def _as_team(self, state):
        """Return the record in sudo, once the user's right and the state are checked."""
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team moves hours by hand."))
        self.check_access("write")
        account = self.jobtrack_account_id.sudo()
        account._begin_change()
        self.invalidate_recordset(["state"])
        if self.state != state:
            raise UserError(
                self.env._(
                    "This was dealt with already. Its state: %(state)s.",
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )
        return self.sudo()

    def _decide(self, user):
        self.write({"decided_by_id": user.id, "decision_date": self.jobtrack_account_id._now()})
        self.activity_ids.unlink()

    def _needs_second_person(self, user):
        limit = to_minutes(self.company_id.jobtrack_adjustment_hours)
        today = self.jobtrack_account_id._today()
        start = billing_calendar.start_of_day(today, self.company_id.jobtrack_tz)
        alone = self.search(
            [
                ("jobtrack_account_id", "=", self.jobtrack_account_id.id),
                ("requested_by_id", "=", user.id),
                ("decided_by_id", "=", False),
                ("state", "=", "done"),
                ("request_date", ">=", start),
            ]
        )
        moved = sum(abs(minutes) for minutes in alone.mapped("minutes"))
        return adjustment.needs_second_person(self.minutes, limit, moved)

    def _ask_others(self, user):
        """Give everybody else of the billing team in the company an activity."""
        for other in self.company_id._jobtrack_staff("jobtrack_support.group_billing") - user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Approve or refuse"),
                note=self.reason,
                user_id=other.id,
            )

    # === WHAT IT DOES === #

    def _check_possible(self):
        """Refuse what the pack does not allow now."""
        pack = self.pack_id
        if self.kind == "grant":
            return
        if pack.state not in ("active", "exhausted"):
            raise UserError(
                self.env._(
                    "%(pack)s is not active: grant hours or extend the pack instead.",
                    pack=pack.display_name,
                )
            )
        free = pack.minutes_remaining - pack.reserved_minutes
        if -self.minutes > free:
            raise UserError(
                self.env._(
                    "Only %(hours)s h of %(pack)s are left and not reserved.",
                    hours=format_hours(free),
                    pack=pack.display_name,
                )
            )

    def _carry_out(self):
        account = self.jobtrack_account_id
        if self.kind == "grant":
            pack = account._grant_hours(
                to_hours(self.minutes), self.rate, date_expiry=self.date_expiry, reason=self.reason
            )
            self.write({"entry_id": pack.ledger_entry_ids.id, "state": "done"})
            return
        entry = self.env["jobtrack.ledger.entry"]._record([self._prepare_movement()])
        self.write({"entry_id": entry.id, "state": "done"})
        account._reserve_lost()
        account._refresh_holds()

    def _prepare_movement(self):
        """Return the movement: hours more are worth what the pack cost, hours less are drawn from what is left."""
        pack = self.pack_id
        movement = {
            "pack": pack,
            "kind": "adjustment",
            "minutes": self.minutes,
            "date": self.jobtrack_account_id._today(),
            "reason": self.reason,
        }
        if self.minutes > 0:
            for name, currency in (
                ("value", pack.currency_id),
                ("value_company", pack.company_currency_id),
            ):
                digits = currency.decimal_places
                movement[name] = float(
                    adjustment.worth(money(pack[name], digits), self.minutes, pack.minutes, digits)
                )
        return movement
