from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import calls, intake
from ..tools.rounding import format_hours

DESK = "jobtrack_support.group_receptionist"


class JobtrackCall(models.Model):
    """A telephone call: who called, how the caller stands, and what came of it (A13, B3, C2)."""

    _name = "jobtrack.call"
    _description = "Call"
    _inherit = ["jobtrack.guarded"]
    _order = "date desc, id desc"

    name = fields.Char(string="Who Calls", compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users", string="Taken By", required=True, default=lambda self: self.env.user
    )
    date = fields.Datetime(
        string="When",
        required=True,
        default=fields.Datetime.now,
        help="The true time of the call, also when it is entered later.",
    )
    date_end = fields.Datetime(string="Ended", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "On the Phone"), ("ended", "Ended")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    outcome = fields.Selection(
        [
            ("job", "New job"),
            ("message", "Note on a job"),
            ("decision", "Decision told"),
            ("draft", "Draft request"),
            ("listed", "Access request"),
            ("nothing", "No job"),
        ],
        readonly=True,
        copy=False,
    )
    contact_id = fields.Many2one(
        "jobtrack.account.contact",
        string="Caller",
        index="btree_not_null",
        ondelete="set null",
        help="Type a number, a name, a company, a project or the reference of a job.",
    )
    caller_name = fields.Char(string="Name", help="Of somebody who is not in the list.")
    phone = fields.Char(string="Number")
    note = fields.Text(string="Details")

    # The job, on the same page.
    title = fields.Char(string="What Is Needed")
    job_type_id = fields.Many2one("jobtrack.job.type", string="Kind of Job")
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Medium"), ("2", "High"), ("3", "Urgent")], default="0"
    )
    is_emergency = fields.Boolean(string="Emergency")
    task_id = fields.Many2one(
        "project.task",
        string="About the Job",
        domain="[('jobtrack_account_id', '=', jobtrack_account_id), ('parent_id', '=', False)]",
        index="btree_not_null",
    )
    has_estimate = fields.Boolean(compute="_compute_has_estimate")
    draft_id = fields.Many2one("jobtrack.draft.request", readonly=True, copy=False)
    request_id = fields.Many2one("jobtrack.access.request", readonly=True, copy=False)

    # How the caller stands: looked up with the rights of who takes the call.
    jobtrack_account_id = fields.Many2one(
        related="contact_id.jobtrack_account_id",
        related_sudo=False,
        store=True,
        index="btree_not_null",
    )
    client_id = fields.Many2one(
        related="contact_id.jobtrack_account_id.partner_id", string="Client", related_sudo=False
    )
    standing = fields.Selection(
        [
            ("authorised", "Authorised"),
            ("no_role", "May not ask for jobs"),
            ("paused", "Paused: overdue invoices"),
            ("funds", "No hours and no credit"),
            ("closed", "The project is closed"),
            ("unknown", "Not in the list"),
        ],
        compute="_compute_standing",
    )
    available_hours = fields.Float(
        related="jobtrack_account_id.available_hours", related_sudo=False
    )
    overdue_count = fields.Integer(compute="_compute_standing", string="Overdue Invoices")
    emergency_words = fields.Char(
        compute="_compute_emergency_words", string="Emergency: What Is Agreed"
    )
    open_job_ids = fields.Many2many(
        "project.task", compute="_compute_open_job_ids", string="Open Jobs"
    )

    @api.depends("contact_id", "caller_name", "phone", "date")
    def _compute_name(self):
        for call in self:
            who = call.contact_id.name or call.caller_name or call.phone
            call.name = who or self.env._("New call")

    @api.depends("contact_id")
    def _compute_company_id(self):
        for call in self:
            company = call.contact_id.jobtrack_account_id.company_id
            call.company_id = company or call.company_id or self.env.company

    @api.depends("contact_id", "is_emergency")
    def _compute_standing(self):
        for call in self:
            contact = call.contact_id
            account = contact.jobtrack_account_id
            call.standing = calls.standing(
                known=bool(contact) and contact.active,
                may_request=contact.may_request,
                refusal=account._request_refusal() if account else "",
                may_call_emergency=contact.may_call_emergency,
                is_emergency=call.is_emergency,
            )
            call.overdue_count = len(account._overdue_invoices()) if account else 0

    @api.depends("contact_id", "is_emergency")
    def _compute_emergency_words(self):
        """Say whether work on an emergency begins with the client's consent, before anybody begins (B3)."""
        for call in self:
            contact = call.contact_id
            account = contact.jobtrack_account_id
            if not (call.is_emergency and contact):
                call.emergency_words = False
            elif not (account.emergency_minutes and account.emergency_rate):
                call.emergency_words = self.env._(
                    "No emergency mandate is agreed: the time waits for the client's consent."
                )
            elif not contact.may_call_emergency:
                call.emergency_words = self.env._(
                    "%(name)s may not use the emergency mandate: the time waits for the client's consent.",
                    name=contact.name,
                )
            else:
                call.emergency_words = self.env._(
                    "Emergency mandate: up to %(hours)s h at %(rate)s an hour are agreed beforehand.",
                    hours=format_hours(account.emergency_minutes),
                    rate=account.currency_id.format(account.emergency_rate),
                )

    @api.depends("contact_id")
    def _compute_open_job_ids(self):
        """Show the account's open jobs, the newest first; staff without the right to read them see none."""
        for call in self:
            account = call.contact_id.jobtrack_account_id
            domain = [
                ("jobtrack_account_id", "=", account.id),
                ("parent_id", "=", False),
                ("jobtrack_is_open", "=", True),
            ]
            jobs = self.env["project.task"]
            call.open_job_ids = jobs.search(domain, order="id desc", limit=10) if account else jobs

    @api.depends("task_id")
    def _compute_has_estimate(self):
        for call in self:
            orders = call.sudo().task_id.jobtrack_work_order_ids
            call.has_estimate = any(o.state == "sent" or o._may_be_told_late() for o in orders)

    # === WHAT COMES OF IT === #

    def _begin_step(self):
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group(DESK)):
            raise AccessError(self.env._("Calls are taken by the support team."))
        self.check_access("write")
        if self.state != "open":
            raise UserError(self.env._("This call has ended."))
        if self.date > self.env["jobtrack.account"]._now():
            raise UserError(self.env._("A call cannot have come in the future."))

    def _end(self, outcome, **values):
        now = self.env["jobtrack.account"]._now()
        self.sudo().write({"state": "ended", "date_end": now, "outcome": outcome, **values})

    def _words_of_standing(self):
        return dict(self._fields["standing"]._description_selection(self.env))[self.standing]

    def action_make_job(self):
        """Make the job that the caller asks for, with the true time of the call, and end the call.

        :return: the action that opens the job
        :raise UserError: when the caller may not ask for it now, or nothing says what is needed
        """
        self._begin_step()
        self.company_id._jobtrack_check_creator()
        if self.standing != calls.AUTHORISED:
            raise UserError(
                self.env._(
                    "No job for %(caller)s now: %(reason)s.",
                    caller=self.name,
                    reason=self._words_of_standing(),
                )
            )
        if not (self.title or "").strip():
            raise UserError(self.env._("Write in a few words what is needed."))
        # The checks above are what makes the sudo safe: staff of the desk, in the name of an authorised caller.
        job = self.jobtrack_account_id.sudo()._make_job(
            self.contact_id.partner_id,
            self.title.strip(),
            self.note,
            "phone",
            jobtrack_job_type_id=self.job_type_id.id,
            priority=self.priority or "0",
            jobtrack_is_emergency=self.is_emergency,
        )
        job._jobtrack_asked_at(self.date)
        self._end("job", task_id=job.id)
        return job.with_env(self.env)._jobtrack_open_form()

    def action_keep_draft(self):
        """Keep the request until hours are bought or invoices are paid; the caller is told so in writing."""
        self._begin_step()
        if self.standing not in (intake.PAUSED, intake.FUNDS):
            raise UserError(self.env._("This request does not have to wait: make the job."))
        if not (self.title or "").strip():
            raise UserError(self.env._("Write in a few words what is needed."))
        draft = (
            self.env["jobtrack.draft.request"]
            .sudo()
            .create(
                {
                    "name": self.title.strip(),
                    "description": self.note,
                    "channel": "phone",
                    "is_emergency": self.is_emergency,
                    "jobtrack_account_id": self.jobtrack_account_id.id,
                    "partner_id": self.contact_id.partner_id.id,
                    "company_id": self.company_id.id,
                }
            )
        )
        draft._answer(False)
        self._end("draft", draft_id=draft.id)

    def action_note_on_job(self):
        """Write what the caller said on the chosen job, and end the call."""
        self._begin_step()
        if not self.task_id or self.task_id.jobtrack_account_id != self.jobtrack_account_id:
            raise UserError(self.env._("Choose one of the caller's jobs first."))
        if not (self.note or self.title or "").strip():
            raise UserError(self.env._("Write what the caller said."))
        said = "\n".join(filter(None, (self.title, self.note)))
        body = self.env._("%(caller)s called: %(said)s", caller=self.name, said=said)
        self.task_id.message_post(body=body, subtype_xmlid="mail.mt_note")
        self._end("message")

    def action_record_decision(self):
        """Open the form for the caller's decision on the estimate of the chosen job; the call goes on."""
        self._begin_step()
        self.env["jobtrack.work.order"]._check_records_decisions()
        orders = self.task_id.jobtrack_work_order_ids
        order = orders.filtered(lambda o: o.state == "sent" or o._may_be_told_late())[:1]
        if not order or self.task_id.jobtrack_account_id != self.jobtrack_account_id:
            raise UserError(self.env._("No estimate of this job waits for a decision."))
        return order.action_record_decision()

    def action_list(self):
        """Put somebody who is not authorised into the list of access requests; nothing is started (D1)."""
        self._begin_step()
        if self.standing not in (calls.UNKNOWN, calls.NO_ROLE):
            raise UserError(self.env._("This caller is authorised."))
        who = (self.contact_id.name or self.caller_name or "").strip()
        if not (who or self.phone):
            raise UserError(self.env._("Write down the caller's name or number first."))
        request = (
            self.env["jobtrack.access.request"]
            .sudo()
            .create(
                {
                    "name": (self.title or "").strip() or self.env._("A call"),
                    "description": self.note,
                    "channel": "phone",
                    "reason": "no_role" if self.contact_id else "phone",
                    "contact_name": who,
                    "email": self.contact_id.partner_id.email_normalized,
                    "phone": self.phone or self.contact_id.phone,
                    "company_id": self.company_id.id,
                    "jobtrack_account_id": self.jobtrack_account_id.id,
                    "contact_id": self.contact_id.id,
                }
            )
        )
        self._end("listed", request_id=request.id)

    def action_end(self):
        """End a call of which no job comes; it stays in the log, with the decision that was told in it."""
        self._begin_step()
        told = self.sudo().task_id.jobtrack_work_order_ids.filtered(
            lambda order: order.recorded_by_id == self.env.user and order.decision_date >= self.date
        )
        self._end("decision" if told else "nothing")
