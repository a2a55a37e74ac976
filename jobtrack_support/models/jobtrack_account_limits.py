from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import billing_calendar, job_states, mandates
from ..tools.rounding import format_hours, to_hours, to_minutes
from . import guard

# What the client sets itself; field -> whether it counts hours.
LIMIT_FIELDS = {
    "task_limit_hours": True,
    "project_limit_hours": True,
    "limit_window": False,
    "emergency_minutes": False,
    "emergency_rate": False,
    "login_amount": False,
}
# What a contact may change in the portal: the rate of an emergency is offered by the host.
CLIENT_FIELDS = {
    "task_limit_hours",
    "project_limit_hours",
    "limit_window",
    "emergency_hours",
    "login_amount",
}


class JobtrackAccountLimits(models.AbstractModel):
    """What a client lets pass unasked: limits, mandates, emergencies; and who is told of changes (A12, M7)."""

    _name = "jobtrack.account.limits"
    _description = "Support Account: Limits and Mandates"

    currency_id = fields.Many2one("res.currency")
    mandate_ids = fields.One2many("jobtrack.mandate", "jobtrack_account_id", string="Mandates")
    emergency_minutes = fields.Integer(default=0, tracking=True)
    emergency_hours = fields.Float(
        string="Emergency: Hours",
        compute="_compute_emergency_hours",
        inverse="_inverse_emergency_hours",
        help="In an emergency so many hours may be worked without asking; 0: always ask.",
    )
    emergency_rate = fields.Monetary(
        string="Emergency: Rate per Hour",
        tracking=True,
        groups="base.group_user",
        help="The highest rate to which the client has agreed for emergencies.",
    )
    login_amount = fields.Monetary(
        string="Sign In to Approve above",
        tracking=True,
        groups="base.group_user",
        help="Estimates of more than this value are approved after signing in only, not by the link in a mail;"
        " 0: the link is enough.",
    )

    @api.depends("emergency_minutes")
    def _compute_emergency_hours(self):
        for account in self:
            account.emergency_hours = to_hours(account.emergency_minutes)

    def _inverse_emergency_hours(self):
        for account in self:
            account.emergency_minutes = to_minutes(account.emergency_hours)

    @api.constrains("emergency_minutes", "emergency_rate", "login_amount")
    def _check_limits_not_negative(self):
        for account in self.sudo():
            if min(account.emergency_minutes, account.emergency_rate, account.login_amount) < 0:
                raise ValidationError(self.env._("Limits and the rate cannot be negative."))

    # === CHANGES === #

    def write(self, vals):
        """Tell those who manage the account which of its limits changed, and from what to what."""
        changed = [name for name in LIMIT_FIELDS if name in vals]
        before = {account: account._limits_in_words(changed) for account in self if changed}
        result = super().write(vals)
        for account, words in before.items():
            after = account._limits_in_words(changed)
            news, copy = [], []
            for name, (label, old), (_label, new) in zip(changed, words, after, strict=True):
                if old == new:
                    continue
                line = self.env._(
                    "%(limit)s: %(before)s → %(after)s", limit=label, before=old, after=new
                )
                news.append(line)
                is_money = account._fields[name].type == "monetary"
                copy.append(self.env._("%(limit)s: changed", limit=label) if is_money else line)
            if news:
                account._tell_limits_changed(news, copy=copy)
        return result

    def _in_history(self, vals):
        """Return these accounts in a context that keeps changes of limits: a caller's does not leave them out."""
        if guard.is_system(self.env) or not LIMIT_FIELDS.keys() & vals.keys():
            return self
        return self.with_context(tracking_disable=False, mail_notrack=False)

    def _limits_in_words(self, names):
        """Return ``(label, value in words)`` of the limits called ``names``."""
        self.ensure_one()
        account = self.sudo()
        labels = {name: account._fields[name]._description_string(self.env) for name in names}
        windows = dict(account._fields["limit_window"]._description_selection(self.env))
        words = []
        for name in names:
            value = account[name]
            if name == "limit_window":
                text = windows.get(value, "")
            elif name == "emergency_minutes":
                text = self.env._("%(hours)s h", hours=format_hours(value))
            elif LIMIT_FIELDS[name]:
                text = self.env._("%(hours)s h", hours=format_hours(to_minutes(value)))
            else:
                text = account.currency_id.format(value)
            label = labels[name] if name != "emergency_minutes" else self.env._("Emergency: hours")
            words.append((label, text))
        return words

    def _limit_managers(self):
        """Return the contacts who manage limits: who approve and manage the team; without any, the main contact."""
        self.ensure_one()
        contacts = self._active_contacts()
        managers = contacts.filtered(lambda c: c.may_approve and c.may_manage_team)
        return managers or contacts & self.sudo().main_contact_id

    def _tell_limits_changed(self, news, managers=None, copy=None, silent=None):
        """Write to the managers of the accounts what changed, but for who changed it; the main contact gets a copy.

        :param list news: one sentence for each change
        :param managers: the contacts to tell; by default who manages the limits now
        :param list copy: what a main contact reads who is none of them, without amounts; by default the same
        :param silent: contacts who hear of it another way: they get no copy
        """
        for account in self.sudo():
            actor = self.env.user.partner_id
            people = account._limit_managers() if managers is None else managers.sudo()
            main = account.main_contact_id.filtered("active") - people
            main = main - silent if silent else main
            for readers, lines, is_copy in ((people, news, False), (main, copy, True)):
                readers.filtered(lambda c, a=actor: c.partner_id != a)._tell(
                    "jobtrack_support.mail_template_limits",
                    account,
                    "limits",
                    jobtrack_news=news if lines is None else lines,
                    jobtrack_actor=actor.name,
                    jobtrack_copy=is_copy,
                )

    def action_set_limits(self, values):
        """Change the limits as a contact who approves and manages the team; staff use the account's form.

        :param dict values: of ``task_limit_hours``, ``project_limit_hours``, ``limit_window``, ``emergency_hours`` and
            ``login_amount``, those that change
        :raise AccessError: when the user does not hold both roles on this account
        :raise UserError: when a value makes no sense
        """
        self.ensure_one()
        self._check_manages_limits()
        unknown = set(values) - CLIENT_FIELDS
        if unknown:
            raise UserError(self.env._("These limits cannot be changed here."))
        # Decisions that are being taken now end first: nothing passes a limit that has just been lowered.
        self.sudo()._lock()
        values = dict(values)
        if "emergency_hours" in values:
            values["emergency_minutes"] = to_minutes(values.pop("emergency_hours"))
        self.sudo().write(values)

    def action_set_mandate(self, contact_id, values):
        """Give a contact of this account a mandate, change it, or take it away, as :meth:`action_set_limits`.

        :param int contact_id: the ``jobtrack.account.contact``
        :param dict values: fields of ``jobtrack.mandate``; empty to take the mandate away
        """
        self.ensure_one()
        self._check_manages_limits()
        allowed = {"job_hours", "window_hours", "limit_window", "date_until", "step_up_contact_id"}
        if set(values) - allowed:
            raise UserError(self.env._("These limits cannot be changed here."))
        account = self.sudo()
        contact = account._active_contacts().filtered(lambda found: found.id == contact_id)
        if not contact:
            raise UserError(self.env._("This person is no contact of the account."))
        account._lock()
        mandate = account.mandate_ids.filtered(lambda found: found.contact_id == contact)
        if not values:
            mandate.active = False
        elif mandate:
            mandate.write(values)
        else:
            self.env["jobtrack.mandate"].sudo().create({"contact_id": contact.id, **values})

    def _check_manages_limits(self):
        """Refuse whoever is not a contact with both roles on this account."""
        self.check_access("read")
        user = self.env.user
        if not (user.share and self._may_manage_limits(user.partner_id)):
            raise AccessError(
                self.env._("Only contacts who approve and manage the team change limits here.")
            )

    def _may_manage_limits(self, partner):
        """Return whether ``partner`` is a contact who approves and manages the team."""
        self.ensure_one()
        contact = self._contact_of(partner)
        return bool(self.sudo().active and contact.may_approve and contact.may_manage_team)

    # === WINDOWS === #

    def _window_start(self, window=None):
        """Return the first day of the current window, the account's by default; None when all open work counts."""
        self.ensure_one()
        window = window or self.limit_window
        today = self._today()
        if window == "month":
            return today.replace(day=1)
        if window == "quarter":
            return billing_calendar.quarter_start(
                today, int(self.company_id.jobtrack_quarter_first_month)
            )
        return None

    def _window_minutes(self, window, counts=lambda _order: True):
        """Return what approved versions use of a window, under the account's lock when it decides something.

        :param counts: function of a work order: whether it counts; the others only say where the next begins
        """
        self.ensure_one()
        first_day = self._window_start(window)
        orders = self._orders_of_window(window, first_day)
        versions = [
            mandates.Version(
                order.task_id.id,
                order.minutes,
                self._local_date(order.decision_date),
                bool(counts(order)),
            )
            for order in orders
        ]
        return mandates.window_use(versions, first_day)

    def _orders_of_window(self, window, first_day):
        """Return all approved versions of the jobs that count in a window, in the order of their approval."""
        orders = self.env["jobtrack.work.order"].sudo()
        approved = [
            ("jobtrack_account_id", "=", self.id),
            ("state", "in", ("approved", "superseded")),
            ("decision_date", "!=", False),
        ]
        if window == "open":
            states = job_states.PENDING_BILLING
            found = orders.search([*approved, ("task_id.jobtrack_state", "in", states)])
        else:
            day_before = fields.Date.subtract(first_day, days=1)
            states = (*job_states.PENDING_BILLING, job_states.BILLED)
            recent = orders.search(
                [
                    *approved,
                    ("decision_date", ">=", day_before),
                    ("task_id.jobtrack_state", "in", states),
                ]
            )
            found = orders.search([*approved, ("task_id", "in", recent.task_id.ids)])
        return found.sorted(lambda order: (order.decision_date, order.version))
