from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import job_states, negotiation, slots
from .jobtrack_job_workflow import DISPATCH, STAFF


class JobtrackJobOffers(models.AbstractModel):
    """Who works on a job: offered by a manager, agreed by the person (C1, C3).

    Odoo assigns a task without assignees to whoever creates it. A job comes in through people who only take the
    request, so that it belongs to nobody until somebody is named, takes it or accepts an offer.
    """

    _name = "jobtrack.job.offers"
    _description = "Job: Who Works on It"

    jobtrack_assignment_ids = fields.One2many(
        "jobtrack.assignment", "task_id", string="Offers", readonly=True
    )
    jobtrack_my_offer_id = fields.Many2one(
        "jobtrack.assignment", compute="_compute_jobtrack_my_offer_id", string="My Offer"
    )
    jobtrack_my_offer_state = fields.Char(
        compute="_compute_jobtrack_my_offer_id", string="State of My Offer"
    )
    jobtrack_my_offer_deadline = fields.Datetime(
        compute="_compute_jobtrack_my_offer_id", string="Offered: Done Until"
    )
    jobtrack_my_offer_start = fields.Datetime(
        compute="_compute_jobtrack_my_offer_id", string="Offered Slot"
    )
    jobtrack_open_counter_id = fields.Many2one(
        "jobtrack.assignment", compute="_compute_jobtrack_open_counter_id", string="Offer to Answer"
    )
    jobtrack_open_counter_state = fields.Char(
        compute="_compute_jobtrack_open_counter_id", string="State of the Offer to Answer"
    )
    jobtrack_open_counter_words = fields.Char(
        compute="_compute_jobtrack_open_counter_id", string="What Was Answered"
    )

    @api.depends_context("uid")
    @api.depends(
        "jobtrack_assignment_ids.state",
        "jobtrack_assignment_ids.deadline",
        "jobtrack_assignment_ids.slot_start",
    )
    def _compute_jobtrack_my_offer_id(self):
        for job in self:
            mine = job.sudo().jobtrack_assignment_ids.filtered(
                lambda offer: offer.user_id == self.env.user
            )
            offer = mine.filtered(
                lambda offer: offer.state in (negotiation.OFFERED, negotiation.COUNTERED)
            )[:1]
            job.jobtrack_my_offer_id = offer
            job.jobtrack_my_offer_state = offer.state
            job.jobtrack_my_offer_deadline = offer.deadline
            job.jobtrack_my_offer_start = offer.slot_start

    @api.depends("jobtrack_assignment_ids.state")
    def _compute_jobtrack_open_counter_id(self):
        """Find the counter-proposal, or the rejection of a job that nobody has, which a manager has to answer."""
        for job in self:
            offers = job.sudo().jobtrack_assignment_ids
            rejected = offers.filtered(lambda offer: offer.state == negotiation.REJECTED)
            settled = offers.filtered(
                lambda offer: offer.state in (negotiation.OFFERED, negotiation.ACCEPTED)
            )
            countered = offers.filtered(lambda offer: offer.state == negotiation.COUNTERED)
            alone = rejected if not settled and not job.user_ids else rejected.browse()
            offer = (countered or alone)[:1]
            job.jobtrack_open_counter_id = offer
            job.jobtrack_open_counter_state = offer.state
            job.jobtrack_open_counter_words = offer._answer_words() if offer else False

    # === ANSWERS FROM THE JOB'S FORM === #

    def action_jobtrack_accept_offer(self):
        """Accept the offer of this job to the current user."""
        self._jobtrack_offer_at_hand("jobtrack_my_offer_id", STAFF).action_accept()

    def action_jobtrack_answer_offer(self):
        """Reject the offer of this job to the current user, or propose another time."""
        return self._jobtrack_offer_at_hand("jobtrack_my_offer_id", STAFF).action_open_answer()

    def action_jobtrack_agree_offer(self):
        """Agree to the counter-proposal on this job; the offer checks who may."""
        self._jobtrack_offer_at_hand("jobtrack_open_counter_id").action_agree()

    def action_jobtrack_insist_offer(self):
        """Insist on the offer that was countered; the offer checks who may."""
        return self._jobtrack_offer_at_hand("jobtrack_open_counter_id").action_open_insist()

    def action_jobtrack_offer_to_other(self):
        """Offer the job to somebody else than the one who rejected or countered; the job checks who may."""
        return self._jobtrack_offer_at_hand("jobtrack_open_counter_id").action_offer_to_other()

    def _jobtrack_offer_at_hand(self, name, group=DISPATCH):
        self.ensure_one()
        self._jobtrack_check_group(group)
        if not self[name]:
            raise UserError(self.env._("This offer is settled already."))
        # What the form shows is found in superuser mode; the offer's own steps ask who acts.
        return self[name].sudo(False)

    def _jobtrack_dispatcher(self):
        """Return who plans this job: the project's manager, if that is one of dispatch, else the first of dispatch.

        Administrators hold every role: whoever has only this one comes first.
        """
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        dispatch = account._staff_of(DISPATCH)
        manager = self.sudo().project_id.user_id & dispatch
        others = dispatch - account._staff_of("jobtrack_support.group_administrator")
        return manager or (others or dispatch).sorted("id")[:1]

    # === OFFERING === #

    def action_jobtrack_offer(self):
        """Open the form that offers the job to people (C3)."""
        self.ensure_one()
        self._jobtrack_check_group(DISPATCH)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Offer the Job"),
            "res_model": "jobtrack.offer.job",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_task_id": self.id,
                "default_deadline": self.date_deadline,
                "dialog_size": "medium",
            },
        }

    def action_jobtrack_take(self):
        """Take jobs that nobody has, as the current user.

        :raise UserError: when somebody has one of them already
        """
        self._jobtrack_check_group(STAFF)
        for job in self:
            if job.user_ids and self.env.user not in job.user_ids:
                raise UserError(
                    self.env._(
                        "%(job)s belongs to %(names)s already.",
                        job=job.display_name,
                        names=", ".join(job.user_ids.mapped("name")),
                    )
                )
            job.user_ids = [fields.Command.link(self.env.uid)]

    def _jobtrack_offer(self, users, deadline=None, start=None, minutes=0, words="", **values):
        """Offer the job to ``users``, each of whom answers for themselves; the caller has checked the manager.

        :param users: staff who work on jobs of this company
        :param datetime deadline: until when, naive UTC; None when it is open
        :param datetime start: when the work is planned to begin, naive UTC; None when it is not planned
        :param int minutes: how long the slot is
        :param str words: what the manager says
        :return: the offers, ``jobtrack.assignment``
        :raise UserError: when the job is over, or one of them cannot take it or has it already
        """
        self.ensure_one()
        self._jobtrack_check_offer(users)
        Assignment = self.env["jobtrack.assignment"].sudo()
        now = self.env["jobtrack.account"]._now()
        facts = {
            "deadline": deadline,
            "slot_start": start,
            "slot_minutes": minutes,
            "words": words,
            **values,
        }
        offers = Assignment.browse()
        for user in users:
            offer = self.sudo().jobtrack_assignment_ids.filtered(lambda o, u=user: o.user_id == u)
            if offer:
                offer._make(
                    negotiation.MANAGER, negotiation.OFFER, "", (None, None), (deadline, start)
                )
                offer.write(facts)
            else:
                if any(date and date <= now for date in (deadline, start)):
                    raise UserError(Assignment._problem_words(negotiation.PAST))
                first = {"task_id": self.id, "user_id": user.id, "state": "offered", "round": 0}
                offer = Assignment.create({**first, **facts})
            offers |= offer
        offers._offer_again(words)
        self._jobtrack_note(
            self.env._("Offered to %(names)s", names=", ".join(users.mapped("name")))
        )
        return offers

    def _jobtrack_check_offer(self, users):
        """Refuse to offer a job that is over, to somebody who cannot work on it, or twice."""
        if self.jobtrack_state not in job_states.OPEN:
            raise UserError(self.env._("%(job)s is not open any more.", job=self.display_name))
        if not users:
            raise UserError(self.env._("Choose at least one person."))
        staff = self.sudo().jobtrack_account_id._staff_of(STAFF)
        for user in users - staff:
            raise UserError(
                self.env._("%(name)s does not work on jobs of this company.", name=user.sudo().name)
            )
        for offer in self.sudo().jobtrack_assignment_ids.filtered(lambda o: o.user_id in users):
            if offer.state == negotiation.ACCEPTED:
                raise UserError(
                    self.env._("%(name)s has accepted this job already.", name=offer.user_id.name)
                )
            if offer.state == negotiation.COUNTERED:
                raise UserError(
                    self.env._(
                        "%(name)s has made a counter-proposal: agree, insist or withdraw the offer.",
                        name=offer.user_id.name,
                    )
                )

    # === WHO CREATES JOBS === #

    def _jobtrack_begin(self):
        """Refuse staff outside of the groups that create jobs (C7); what comes by mail or portal was checked there."""
        if self.env.user.share and not self.env.su:
            self._jobtrack_ask_as_client()
        else:
            self.sudo().jobtrack_account_id.company_id.with_env(self.env)._jobtrack_check_creator()
        return super()._jobtrack_begin()

    def _jobtrack_ask_as_client(self):
        """Let a client with whom the project is shared ask for a job there as on our pages: who may, in the own name.

        :raise UserError: with the reason why the account or the person may not ask for one now
        """
        partner = self.env.user.partner_id
        # Each account is asked before anything is written: that makes the sudo safe.
        for job in self.sudo():
            allowed, reason = job.jobtrack_account_id._may_request(partner)
            if not allowed:
                raise UserError(reason)
            job.write({"jobtrack_requester_id": partner.id, "jobtrack_channel": "portal"})

    def _jobtrack_set_state(self, new_state, **values):
        """Take back the offers that nobody has answered of jobs that are over, and what reminds of them."""
        result = super()._jobtrack_set_state(new_state, **values)
        if new_state in job_states.OVER:
            offers = self.sudo().jobtrack_assignment_ids
            waiting = (negotiation.OFFERED, negotiation.COUNTERED)
            offers.filtered(lambda o: o.state in waiting).state = negotiation.WITHDRAWN
            offers.activity_id.unlink()
        return result

    # === ASSIGNEES === #

    def _jobtrack_add_first_state(self, vals_list):
        """A new job without assignees has none, whoever types it in."""
        vals_list = super()._jobtrack_add_first_state(vals_list)
        if "default_user_ids" in self.env.context:
            return vals_list
        return [
            {"user_ids": [], **vals} if vals.get("jobtrack_state") else vals for vals in vals_list
        ]

    def write(self, vals):
        """Settle the offers of people who are assigned or taken off by hand: an offer never says other than the job."""
        before = {job: job.user_ids for job in self} if "user_ids" in vals else {}
        result = super().write(vals)
        for job, users in before.items():
            offers = job.sudo().jobtrack_assignment_ids
            added, gone = job.user_ids - users, users - job.user_ids
            accepted = offers.filtered(
                lambda o, people=added: o.state == negotiation.OFFERED and o.user_id in people
            )
            withdrawn = offers.filtered(
                lambda o, people=gone: o.state == negotiation.ACCEPTED and o.user_id in people
            )
            accepted.state = negotiation.ACCEPTED
            withdrawn.state = negotiation.WITHDRAWN
            (accepted | withdrawn)._remind()
            if gone:
                job._jobtrack_free_time(gone, self.env._("Taken off the job"))
        return result

    def _jobtrack_free_time(self, users, reason):
        """Take from the calendars of these people what work was planned for them on the job; what has begun stays.

        :param str reason: why, for the timeline
        """
        now = self.env["jobtrack.account"]._now()
        coming = self.sudo().jobtrack_slot_ids.filtered(
            lambda slot: (
                slot.user_id in users
                and slot.jobtrack_slot_kind == slots.WORK
                and slot.jobtrack_slot_state == slots.PLANNED
                and slot.start > now
            )
        )
        coming._jobtrack_cancel(reason)
