from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..tools import rollover
from ..tools.expiry import earned
from ..tools.rounding import format_hours, to_hours, to_minutes
from . import guard

DAYS_TO_DECIDE = 7
# What people may write while a proposal waits; all else follows from steps.
OPEN_FIELDS = {"granted_hours", "reason"}


class JobtrackRollover(models.Model):
    """Hours that expired unused, and that the clocks say lapsed through the host's fault: staff decide (M3, B9)."""

    _name = "jobtrack.rollover"
    _description = "Proposed Rollover of Hours"
    _inherit = ["jobtrack.machine.written", "mail.thread", "mail.activity.mixin"]
    _order = "deadline desc, id desc"

    name = fields.Char(compute="_compute_name")
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="jobtrack_account_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="jobtrack_account_id.partner_id", string="Client")
    pack_id = fields.Many2one(
        "jobtrack.hour.pack", required=True, readonly=True, ondelete="restrict", index=True
    )
    date_expired = fields.Date(related="pack_id.date_expiry", string="Expired On")
    task_ids = fields.Many2many("project.task", string="Jobs That Waited", readonly=True)
    minutes = fields.Integer(readonly=True, required=True)
    hours = fields.Float(string="Proposed", compute="_compute_hours")
    granted_hours = fields.Float(
        string="To Roll Over", help="May be lowered before it is confirmed; the rest lapses."
    )
    evidence = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("proposed", "To Decide"),
            ("confirmed", "Rolled Over"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    deadline = fields.Date(
        string="Decide By",
        readonly=True,
        required=True,
        help="What nobody decides by then rolls over: in doubt the client keeps the hours.",
    )
    reason = fields.Char(tracking=True, help="Why it is refused, or lowered.")
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    new_pack_id = fields.Many2one(
        "jobtrack.hour.pack", string="Rolled Over Into", readonly=True, ondelete="restrict"
    )

    @api.depends("pack_id", "minutes")
    def _compute_name(self):
        for proposal in self:
            proposal.name = self.env._(
                "%(hours)s h of %(pack)s",
                hours=format_hours(proposal.minutes),
                pack=proposal.pack_id.sudo().display_name,
            )

    @api.depends("name")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = proposal.name

    @api.depends("minutes")
    def _compute_hours(self):
        for proposal in self:
            proposal.hours = to_hours(proposal.minutes)

    @api.constrains("granted_hours")
    def _check_granted(self):
        for proposal in self:
            if not 0 < to_minutes(proposal.granted_hours) <= proposal.minutes:
                raise ValidationError(
                    self.env._(
                        "Roll over more than 0 and at most %(hours)s h; refuse the proposal to roll over nothing.",
                        hours=format_hours(proposal.minutes),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Rollovers are proposed by the clocks, not typed."))
        return super().create(vals_list)

    def write(self, vals):
        error = AccessError(self.env._("A proposal is decided by its buttons, not by typing."))
        guard.refuse(self, [vals], self._fields.keys() - OPEN_FIELDS - self._mail_fields(), error)
        if OPEN_FIELDS & vals.keys() and any(proposal.state != "proposed" for proposal in self):
            raise UserError(self.env._("This proposal is decided: it stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Proposals are kept as evidence."))

    def _mail_fields(self):
        """Return the fields of messages and activities, which Odoo's own screens write."""
        return {
            name
            for name, field in self._fields.items()
            if name.startswith(("message_", "activity_", "my_activity", "website_message"))
        }

    # === PROPOSING === #

    @api.model
    def _propose(self, account, pack, by_job, day):
        """Make the proposal for one pack that expired on ``day``, with what the clocks say.

        :param dict by_job: minutes by job id that could have been used
        """
        end = account._end_of_day(day)
        requests = {request.job_id: request for request in account._requests_at(end)}
        minutes = sum(by_job.values())
        proposal = self.create(
            {
                "jobtrack_account_id": account.id,
                "pack_id": pack.id,
                "task_ids": [fields.Command.set(list(by_job))],
                "minutes": minutes,
                "granted_hours": to_hours(minutes),
                "deadline": account._today() + timedelta(days=DAYS_TO_DECIDE),
                "evidence": "\n".join(
                    self._evidence_of(pack, requests[job_id], job_minutes, end)
                    for job_id, job_minutes in by_job.items()
                ),
            }
        )
        manager = account.project_id.user_id
        if manager:
            proposal.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=proposal.deadline,
                summary=self.env._("Did these hours lapse through our fault?"),
                user_id=manager.id,
            )
        return proposal

    @api.model
    def _evidence_of(self, pack, request, minutes, end):
        """Return in a sentence how long a job waited for whom, while the hours were there.

        :param request: the job's ``tools.rollover.Request``
        :param datetime end: the end of the last day of the hours, naive UTC
        """
        account = pack.jobtrack_account_id
        job = self.env["project.task"].browse(request.job_id)
        start = account._end_of_day(pack.date_start - timedelta(days=1))
        with_host, altogether = rollover.waited(request.periods, start, end)
        asked = account._local_date(job.jobtrack_date_requested or job.create_date)
        return self.env._(
            "%(job)s %(name)s, asked for on %(asked)s: waited for us %(host)s of %(days)s days; %(hours)s h",
            job=job.jobtrack_reference,
            name=job.name,
            asked=format_date(self.env, asked),
            host=f"{with_host / timedelta(days=1):.1f}",
            days=f"{altogether / timedelta(days=1):.1f}",
            hours=format_hours(minutes),
        )

    # === DECIDING === #

    def action_confirm(self):
        """Roll the hours over into the next quarter; what was lowered lapses. Again changes nothing.

        :raise AccessError: when the user neither dispatches nor bills
        """
        self._check_may_decide()
        self.sudo().jobtrack_account_id._lock()
        for proposal in self.sudo():
            proposal._confirm(self.env.user)

    def action_refuse(self):
        """Let the hours lapse, for the reason on the form. Again changes nothing.

        :raise AccessError: when the user neither dispatches nor bills
        :raise UserError: without a reason, or when they rolled over already
        """
        self._check_may_decide()
        self.sudo().jobtrack_account_id._lock()
        for proposal in self.sudo():
            proposal._refuse(self.env.user)

    def _check_may_decide(self):
        user = self.env.user
        groups = ("jobtrack_support.group_dispatcher", "jobtrack_support.group_billing")
        if not (self.env.su or any(user.has_group(group) for group in groups)):
            raise AccessError(self.env._("Only dispatchers and the billing team decide this."))
        self.check_access("write")

    def _begin_decision(self, state):
        """Lock the account and return whether there is something to decide.

        :raise UserError: when it has been decided otherwise
        """
        self.ensure_one()
        self.jobtrack_account_id._lock()
        self.invalidate_recordset(["state"])
        if self.state == state:
            return False
        if self.state != "proposed":
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(proposal)s is decided: %(state)s.",
                    proposal=self.name,
                    state=states[self.state],
                )
            )
        return True

    def _confirm(self, user, minutes=None):
        """Roll over what was granted, as far as earlier work has not earned it meanwhile.

        :param user: who decides; empty when nobody did in time
        :param int minutes: how many; by default what stands on the form
        """
        if not self._begin_decision("confirmed"):
            return
        account, pack = self.jobtrack_account_id, self.pack_id
        if not pack.is_activated:
            raise UserError(
                self.env._(
                    "The payment of %(pack)s was taken back: decide when it is paid, or refuse.",
                    pack=pack.display_name,
                )
            )
        account._revive_lapsed()
        minutes = min(minutes or to_minutes(self.granted_hours), self._free_minutes())
        self._decided("confirmed", user)
        if minutes > 0:
            reason = self.env._("Not used because the work waited for us")
            self.new_pack_id = account._roll_over(
                pack,
                minutes,
                account._rollover_expiry(pack.date_expiry),
                reason,
                self._for_ledger(),
            )
        account._close_packs(pack, pack.date_expiry, self._lowered_words())
        account._reserve_lost()
        account._refresh_holds()

    def _refuse(self, user):
        if not self._begin_decision("refused"):
            return
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason first: the client may ask for it."))
        self._decided("refused", user)
        words = self.env._("Not rolled over: %(reason)s", reason=reason)
        self.jobtrack_account_id._close_packs(self.pack_id, self.pack_id.date_expiry, words)

    def _decided(self, state, user):
        self.write(
            {
                "state": state,
                "decided_by_id": user.id,
                "decided_on": self.jobtrack_account_id._now(),
            }
        )
        self.activity_ids.unlink()

    def _free_minutes(self):
        """Return what is left of the pack that neither a job has reserved nor earlier work has earned."""
        account, pack = self.jobtrack_account_id, self.pack_id
        needed, _own = earned(
            pack.ids,
            account._usable_packs()._as_plain(),
            account._unbilled_work(),
            pack.date_expiry,
        )
        return pack.minutes_remaining - pack.reserved_minutes - needed[pack.id]

    def _for_ledger(self):
        return "; ".join((self.evidence or "").splitlines())

    def _lowered_words(self):
        return self.reason and self.env._("Not rolled over: %(reason)s", reason=self.reason)

    @api.model
    def _decide_overdue(self, account):
        """Decide in the client's favour what nobody decided in time; hours that are not paid any more wait for it."""
        overdue = self.sudo().search(
            [
                ("jobtrack_account_id", "=", account.id),
                ("pack_id.is_activated", "=", True),
                ("state", "=", "proposed"),
                ("deadline", "<", account._today()),
            ]
        )
        for proposal in overdue:
            proposal._confirm(self.env["res.users"], proposal.minutes)

    @api.model
    def _withdraw(self, pack, reason):
        """End the proposals of a pack whose hours live on by other means."""
        waiting = self.sudo().search([("pack_id", "=", pack.id), ("state", "=", "proposed")])
        for proposal in waiting:
            proposal.reason = reason
            proposal._decided("withdrawn", self.env.user)
