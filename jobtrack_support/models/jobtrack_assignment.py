from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.i18n import format_list

from ..tools import negotiation, slots
from .jobtrack_job_workflow import DISPATCH, STAFF

STATES = [
    (negotiation.OFFERED, "Offered"),
    (negotiation.ACCEPTED, "Accepted"),
    (negotiation.REJECTED, "Rejected"),
    (negotiation.COUNTERED, "Counter-Proposal"),
    (negotiation.WITHDRAWN, "Withdrawn"),
]


class JobtrackAssignment(models.Model):
    """An offer of a job to a person, and what the two make of it (C3). It changes by its steps only, never by typing.

    Who may make which step in which state stands in ``tools.negotiation``. Whoever accepts works on the job.
    """

    _name = "jobtrack.assignment"
    _description = "Offer of a Job"
    _inherit = ["jobtrack.assignment.mail"]
    _order = "date_offered desc, id desc"
    _rec_name = "task_id"  # heads the mail

    task_id = fields.Many2one(
        "project.task", string="Job", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    jobtrack_account_id = fields.Many2one(related="task_id.jobtrack_account_id")
    user_id = fields.Many2one(
        "res.users", string="Person", required=True, ondelete="cascade", index=True, readonly=True
    )
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    deadline = fields.Datetime(string="Done Until", readonly=True)
    slot_start = fields.Datetime(string="Slot", readonly=True)
    slot_minutes = fields.Integer(readonly=True)
    plan_anyway = fields.Boolean(readonly=True)
    counter_deadline = fields.Datetime(string="Proposed: Done Until", readonly=True)
    counter_start = fields.Datetime(string="Proposed Slot", readonly=True)
    words = fields.Text(string="What the Manager Says", readonly=True)
    reason = fields.Text(string="What the Person Says", readonly=True)
    offered_by_id = fields.Many2one("res.users", readonly=True)
    date_offered = fields.Datetime(string="Offered On", readonly=True)
    date_answered = fields.Datetime(string="Answered On", readonly=True)
    round = fields.Integer(readonly=True, default=1)
    slot_id = fields.Many2one(
        "calendar.event", string="Planned Slot", readonly=True, ondelete="set null"
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _person_unique = models.Constraint(
        "unique(task_id, user_id)", "This job was offered to this person already."
    )

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for offer in self:
            offer.is_mine = offer.user_id == self.env.user

    # === STEPS OF THE PERSON === #

    def action_accept(self):
        """Accept the offer as the current user, to whom it was made: the job is theirs from now on (C3)."""
        self._answer(negotiation.ACCEPT)

    def action_reject(self, reason=None):
        """Reject the offer, or give an accepted job back, as the current user.

        :param str reason: why; required
        """
        self._answer(negotiation.REJECT, reason)

    def action_counter(self, reason=None, deadline=None, start=None):
        """Propose another deadline, another slot or both as the current user.

        :param str reason: why; required
        :param datetime deadline: naive UTC; None leaves it as it was offered
        :param datetime start: when the slot should begin, naive UTC; None leaves it
        """
        self._answer(
            negotiation.COUNTER,
            reason,
            fields.Datetime.to_datetime(deadline or None),
            fields.Datetime.to_datetime(start or None),
        )

    def action_open_answer(self):
        """Open the form for a rejection or a counter-proposal, for the person to whom it was made."""
        self.ensure_one()
        self._check_mine()
        return self._open_wizard("jobtrack.answer.offer", self.env._("Answer the Offer"))

    def _answer(self, move, reason=None, deadline=None, start=None):
        """Make a step of the person to whom the job was offered: nobody else, not even their manager."""
        self.ensure_one()
        self._check_mine()
        # Only the one to whom it was offered comes here: that makes sudo safe.
        offer = self.sudo()
        reason = (reason or "").strip()
        offer._make(
            negotiation.ASSIGNEE,
            move,
            reason,
            (offer.deadline, offer.slot_start),
            (deadline, start),
        )
        values = {"date_answered": self.env["jobtrack.account"]._now()}
        if move != negotiation.ACCEPT:
            values |= {"reason": reason, "counter_deadline": deadline, "counter_start": start}
        offer.write(values)
        if offer.state == negotiation.ACCEPTED:
            offer._bind(offer.words)
        elif move == negotiation.REJECT:
            offer._release(reason)
        offer._note_answer(move)
        offer._remind()

    def _check_mine(self):
        self.check_access("read")
        user = self.env.user
        if user != self.user_id or user.share or not user.has_group(STAFF):
            raise AccessError(self.env._("This offer was made to somebody else."))

    def _note_answer(self, move):
        """Keep the answer in the job's history."""
        text = self._answer_words()
        if move == negotiation.ACCEPT:
            text = self.env._("%(name)s accepts the job.", name=self.user_id.name)
        self.task_id._jobtrack_note(text)

    def _answer_words(self):
        """Return the rejection or the counter-proposal as a sentence."""
        said = {"name": self.user_id.name, "reason": self.reason or ""}
        if self.state == negotiation.REJECTED:
            return self.env._("%(name)s rejects the job: %(reason)s", **said)
        diary = self.env["jobtrack.diary"]
        dates = [diary._when(date) for date in (self.counter_deadline, self.counter_start) if date]
        return self.env._(
            "%(name)s proposes %(dates)s instead: %(reason)s",
            dates=format_list(self.env, dates),
            **said,
        )

    # === STEPS OF THE MANAGER === #

    def action_agree(self):
        """Accept the counter-proposal: its dates stand from now on."""
        for offer in self._managed():
            offer._make(negotiation.MANAGER, negotiation.AGREE)
            reason = offer.reason
            offer.write(
                {
                    "deadline": offer.counter_deadline or offer.deadline,
                    "slot_start": offer.counter_start or offer.slot_start,
                    "counter_deadline": False,
                    "counter_start": False,
                }
            )
            offer._bind(reason)
            offer.task_id._jobtrack_note(
                self.env._("The proposal of %(name)s is agreed.", name=offer.user_id.name)
            )
            offer._remind()
            offer._tell_person(self.env._("Your proposal is agreed."))

    def action_insist(self, words=None):
        """Keep to the offer as it was; the person is asked again.

        :param str words: what the manager says to it
        """
        for offer in self._managed():
            offer._make(negotiation.MANAGER, negotiation.INSIST)
            offer._offer_again(words or offer.words)
            offer.task_id._jobtrack_note(
                self.env._(
                    "%(manager)s insists on the offer to %(name)s.",
                    manager=self.env.user.name,
                    name=offer.user_id.name,
                )
            )

    def action_withdraw(self, reason=None):
        """Take the offer back, or the person off the job; planned slots of theirs on it go.

        :param str reason: why, for the person and the timeline
        """
        for offer in self._managed():
            offer._make(negotiation.MANAGER, negotiation.WITHDRAW)
            offer._release(reason or self.env._("Taken off the job"))
            offer.task_id._jobtrack_note(
                self.env._("The offer to %(name)s is withdrawn.", name=offer.user_id.name)
            )
            offer._remind()
            offer._tell_person(self.env._("The offer is withdrawn. %s", reason or "").strip())

    def action_open_insist(self):
        """Open the form in which the manager insists with a word."""
        self.ensure_one()
        self._managed()
        return self._open_wizard("jobtrack.insist.offer", self.env._("Insist on the Offer"))

    def action_offer_to_other(self):
        """Open the form that offers the job to somebody else with the same dates."""
        self.ensure_one()
        self._managed()
        return self.task_id.action_jobtrack_offer() | {
            "context": {
                "default_task_id": self.task_id.id,
                "default_replaces_id": self.id,
                "default_deadline": self.deadline,
                "default_slot_start": self.slot_start,
                "default_slot_hours": (self.slot_minutes or 60) / 60,
                "dialog_size": "medium",
            }
        }

    def _managed(self):
        """Return these offers in superuser mode, if the current user manages them.

        :raise AccessError: otherwise
        """
        self.check_access("read")
        self.task_id._jobtrack_check_group(DISPATCH)
        return self.sudo()

    # === WHAT A STEP DOES === #

    def _make(self, actor, move, reason="", offered=(), proposed=()):
        """Change the state by the table, or say why that cannot be."""
        self.ensure_one()
        now = self.env["jobtrack.account"]._now()
        problem = negotiation.problem(self.state, actor, move, now, reason, offered, proposed)
        if problem:
            raise UserError(self._problem_words(problem))
        self.state = negotiation.next_state(self.state, actor, move)

    def _problem_words(self, problem):
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            negotiation.NOT_NOW: self.env._(
                "This offer is settled or was answered meanwhile. Its state: %(state)s.",
                state=states.get(self.state, ""),
            ),
            negotiation.NO_REASON: self.env._("Please say why."),
            negotiation.NO_DATE: self.env._("Please propose a date or a slot."),
            negotiation.PAST: self.env._("Please choose a time that is still to come."),
            negotiation.SAME: self.env._(
                "This is what was offered: accept it, or propose another time."
            ),
        }[problem]

    def _offer_again(self, words):
        """Ask the person (again): a new round, whose link replaces earlier ones."""
        for offer in self:
            offer.write(
                {
                    "round": offer.round + 1,
                    "words": words,
                    "reason": False,
                    "counter_deadline": False,
                    "counter_start": False,
                    "date_answered": False,
                    "offered_by_id": self.env.uid,
                    "date_offered": self.env["jobtrack.account"]._now(),
                }
            )
            offer._remind()
            offer._mail_offer()

    def _bind(self, reason):
        """Let the person work on the job, with the dates that were agreed."""
        job = self.task_id
        if self.user_id not in job.user_ids:
            job.user_ids = [fields.Command.link(self.user_id.id)]
        if self.deadline and self.deadline != job.date_deadline:
            why = reason or self.env._("Agreed with %s", self.user_id.name)
            job.with_context(jobtrack_date_reason=why).date_deadline = self.deadline
        if self.slot_start and self.slot_start > self.env["jobtrack.account"]._now():
            self._plan(reason)
        elif self.slot_start:
            self.task_id._jobtrack_note(
                self.env._(
                    "%(name)s takes the job, but the time that was offered is over: plan another one.",
                    name=self.user_id.name,
                )
            )

    def _plan(self, reason):
        """Put the agreed slot into the person's calendar, or move the one that stands there."""
        values = {
            "start": self.slot_start,
            "stop": self.slot_start + timedelta(minutes=self.slot_minutes or 60),
            "jobtrack_slot_reason": reason or False,
            "jobtrack_plan_anyway": self.plan_anyway,
        }
        slot = self.slot_id.with_context(
            jobtrack_slot_of_offer=True
        )  # only for the words of a refusal
        if slot.jobtrack_slot_state == slots.PLANNED:
            slot.write(values)
            return
        values |= {
            "jobtrack_job_id": self.task_id.id,
            "jobtrack_slot_kind": slots.WORK,
            "user_id": self.user_id.id,
        }
        self.slot_id = slot.create(values)

    def _release(self, reason):
        """Take the person off the job, if they are on it; what was planned for them goes from their calendar."""
        job = self.task_id
        job._jobtrack_free_time(self.user_id, reason)
        if self.user_id in job.user_ids:
            job.user_ids = [fields.Command.unlink(self.user_id.id)]
