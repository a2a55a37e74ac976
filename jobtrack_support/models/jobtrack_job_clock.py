from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import estimating, job_states
from ..tools.rounding import to_hours, to_minutes

# How far ahead of now the working time is looked up for the promised moment.
AHEAD = timedelta(days=30)
# Written by the clock only.
CLOCK = {"jobtrack_date_estimated", "jobtrack_estimate_minutes", "jobtrack_estimate_due"}
ANSWERS = ("comment", "email", "email_outgoing")
MAIL = "jobtrack_support.mail_template_question"


class JobtrackJobClock(models.AbstractModel):
    """The clock from request to estimate, in working hours; it stands while the client is asked (A5)."""

    _name = "jobtrack.job.clock"
    _description = "Job: The Time to Its Estimate"

    jobtrack_date_estimated = fields.Datetime(string="Estimated On", readonly=True, copy=False)
    jobtrack_estimate_minutes = fields.Integer(
        string="Minutes to Estimate",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Working minutes from the request to the first estimate, without those in which the client was asked.",
    )
    jobtrack_estimate_hours = fields.Float(
        string="Time to Estimate",
        compute="_compute_jobtrack_estimate_hours",
        help="Working hours until the estimate, or so far.",
    )
    jobtrack_estimate_due = fields.Datetime(
        string="Estimate Due",
        compute="_compute_jobtrack_estimate_due",
        store=True,
        copy=False,
        index="btree_not_null",
        help="When the promised time will be over; empty while the client is asked.",
    )
    jobtrack_is_estimate_late = fields.Boolean(
        string="Estimate Late",
        compute="_compute_jobtrack_is_estimate_late",
        search="_search_jobtrack_is_estimate_late",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "jobtrack_state",
        "jobtrack_is_billable",
        "jobtrack_waiting_ids.waiting_for",
        "jobtrack_waiting_ids.date_from",
        "jobtrack_waiting_ids.date_to",
    )
    def _compute_jobtrack_estimate_due(self):
        waiting = self.filtered(lambda job: job._jobtrack_awaits_estimate())
        (self - waiting).jobtrack_estimate_due = False
        clocks = waiting._jobtrack_clocks()
        for job in waiting:
            job.jobtrack_estimate_due = clocks[job].due

    @api.depends("jobtrack_estimate_minutes", "jobtrack_date_estimated", "jobtrack_estimate_due")
    def _compute_jobtrack_estimate_hours(self):
        waiting = self.filtered(lambda job: job._jobtrack_awaits_estimate())
        clocks = waiting.sudo()._jobtrack_clocks()
        for job in self:
            clock = clocks.get(job)
            minutes = clock.minutes if clock else job.jobtrack_estimate_minutes
            job.jobtrack_estimate_hours = to_hours(minutes)

    @api.depends("jobtrack_estimate_due")
    def _compute_jobtrack_is_estimate_late(self):
        now = self.env["jobtrack.account"]._now()
        for job in self:
            job.jobtrack_is_estimate_late = estimating.is_late(
                job.jobtrack_estimate_due or None, now
            )

    def _search_jobtrack_is_estimate_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("jobtrack_estimate_due", "<", self.env["jobtrack.account"]._now())
        return Domain.OR([late if wanted else ~late for wanted in value])

    def _jobtrack_awaits_estimate(self):
        """Return whether this job is a request that has to be estimated."""
        return bool(self.jobtrack_state == job_states.REQUESTED and self.jobtrack_is_billable)

    def _jobtrack_clocks(self):
        """Return a dictionary: job -> ``estimating.Clock`` as it stands now; the calendars are read once."""
        now = self.env["jobtrack.account"]._now()
        clocks = {}
        for company, jobs in self.grouped(
            lambda job: job.sudo().jobtrack_account_id.company_id
        ).items():
            histories = {job: job._jobtrack_request_history() for job in jobs}
            begins = [begin for history in histories.values() for _who, begin, _end in history]
            work = company._jobtrack_work(min(begins, default=now), now + AHEAD)
            target = to_minutes(company.jobtrack_estimate_target_hours)
            for job, history in histories.items():
                clocks[job] = estimating.read_clock(history, now, work, target)
        return clocks

    def _jobtrack_request_history(self):
        """Return who was waited for while the job was a request: since it was asked for, or asked for again."""
        self.ensure_one()
        since = self.jobtrack_date_estimated
        return [
            (period.waiting_for, period.date_from, period.date_to or None)
            for period in self.sudo().jobtrack_waiting_ids
            if period.job_state == job_states.REQUESTED and not (since and period.date_from < since)
        ]

    # === STEPS === #

    def _jobtrack_set_state(self, new_state, **values):
        """Stop the clock with the first estimate, or with the approval of one that a mandate makes needless."""
        answered = self.browse()
        if new_state in (job_states.ESTIMATED, job_states.APPROVED):
            answered = self.sudo().filtered(
                lambda job: job._jobtrack_awaits_estimate() and not job.jobtrack_date_estimated
            )
        clocks = answered._jobtrack_clocks()
        result = super()._jobtrack_set_state(new_state, **values)
        now = self.env["jobtrack.account"]._now()
        for job, clock in clocks.items():
            job.write({"jobtrack_date_estimated": now, "jobtrack_estimate_minutes": clock.minutes})
        return result

    def action_jobtrack_ask(self):
        """Open the form in which the client is asked something before the estimate."""
        self.ensure_one()
        self._jobtrack_check_group("jobtrack_support.group_receptionist")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the Client"),
            "res_model": "jobtrack.ask.client",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "dialog_size": "medium"},
        }

    def _jobtrack_ask(self, question):
        """Ask the requester; the clock stands until somebody of the client answers.

        The question stands in the conversation, and goes out by the mail of its row: with a copy to the main contact.

        :param str question: plain text, required
        :raise UserError: when the job is no request any more, or there is nobody to ask
        """
        self.ensure_one()
        job = self.sudo()
        if job.jobtrack_state != job_states.REQUESTED:
            raise UserError(
                self.env._("%(job)s is estimated already: write a message.", job=job.display_name)
            )
        asked = job.jobtrack_requester_id or job.jobtrack_account_id.main_contact_id.partner_id
        if not job.jobtrack_account_id._contact_of(asked):
            raise UserError(
                self.env._("Choose who asked for the job first: there is nobody to ask.")
            )
        if not (question or "").strip():
            raise UserError(self.env._("Write what you need to know."))
        self._jobtrack_told_apart(asked).message_post(
            body=question.strip(), message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        job._jobtrack_wait_for(job_states.CLIENT)
        job.message_subscribe(partner_ids=asked.ids)
        job.with_context(
            jobtrack_question=question.strip(), jobtrack_asking=self.env.user.name
        )._jobtrack_mail(MAIL, asked, secret=True)

    def action_jobtrack_answered(self):
        """Let the clock go on: the client has answered, by whatever way."""
        self._jobtrack_check_group("jobtrack_support.group_receptionist")
        self.sudo()._jobtrack_wait_for(job_states.HOST)

    def _jobtrack_wait_for(self, who):
        """Let requests wait for ``who``, and keep since when; those that do already stay as they are."""
        now = self.env["jobtrack.account"]._now()
        for job in self:
            if job.jobtrack_state == job_states.REQUESTED and job.jobtrack_waiting_for != who:
                job.jobtrack_waiting_for = who
                job._jobtrack_note_waiting(job.jobtrack_state, who, now)

    def _message_post_after_hook(self, message, msg_vals):
        """An answer of the client ends the pause; what its answering machine writes is kept as a note and does not."""
        result = super()._message_post_after_hook(message, msg_vals)
        asked = self.sudo().filtered(lambda job: job._jobtrack_waits_for_words())
        if asked and message.message_type in ANSWERS and not message.subtype_id.internal:
            for job in asked:
                if job.jobtrack_account_id._contact_of(message.sudo().author_id):
                    job._jobtrack_take_answer()
        return result

    def _jobtrack_waits_for_words(self):
        """Return whether the job waits for an answer of the client: to a question of ours, or paused until it comes."""
        paused = self.jobtrack_state == job_states.ON_HOLD and self.jobtrack_hold_reason == "client"
        asked = self.jobtrack_state == job_states.REQUESTED or paused
        return asked and self.jobtrack_waiting_for == job_states.CLIENT

    def _jobtrack_take_answer(self):
        """Let the job wait for us; one that is paused goes on when somebody has read the answer and releases it."""
        if self.jobtrack_state == job_states.REQUESTED:
            self._jobtrack_wait_for(job_states.HOST)
        else:
            self.jobtrack_hold_answered = True
            self._jobtrack_refresh_waiting()

    def _jobtrack_next_step_words(self):
        """A request that waits for an answer says so."""
        asked = self.jobtrack_waiting_for == job_states.CLIENT
        if self.jobtrack_state == job_states.REQUESTED and asked:
            return self.env._("The client answers our question")
        return super()._jobtrack_next_step_words()

    # === WHAT JOBS OF A KIND TAKE === #

    def _jobtrack_typical(self):
        """Return a dictionary: job -> ``estimating.Typical`` of its kind, or None (M10)."""
        kinds = {}
        for job in self:
            key = (job.jobtrack_job_type_id, job.sudo().jobtrack_account_id.company_id)
            if key not in kinds:
                kinds[key] = key[0]._typical(key[1]) if key[0] else None
        return {
            job: kinds[job.jobtrack_job_type_id, job.sudo().jobtrack_account_id.company_id]
            for job in self
        }
