from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.misc import verify_hash_signed

from ..tools import dispute, job_states
from ..tools.prebill import add_working_days
from . import guard

DISPUTE_SCOPE = "jobtrack-dispute"
# Long enough for the day of the bill and the weeks after it, in which the page takes a request for a correction.
LINK_DAYS = 60
ACTIVITY = "jobtrack_support.mail_activity_type_dispute"
CORRECTION = "jobtrack_support.mail_activity_type_correction"
ESCALATION = "jobtrack_support.mail_activity_type_escalation"
DECIDERS = ("jobtrack_support.group_billing", "jobtrack_support.group_dispatcher")
# What disputing and deciding write; our methods do it in sudo.
FACTS = {
    "jobtrack_disputed",
    "jobtrack_dispute_reason",
    "jobtrack_disputed_by_id",
    "jobtrack_disputed_name",
    "jobtrack_dispute_date",
    "jobtrack_dispute_decision",
    "jobtrack_dispute_answer",
    "jobtrack_dispute_decided_name",
    "jobtrack_dispute_decided_date",
    "jobtrack_dispute_is_escalated",
}
# What the people who decide may change while they do.
CARE = {"jobtrack_dispute_user_id", "jobtrack_dispute_deadline"}


class JobtrackJobDispute(models.AbstractModel):
    """A client objects to a line of the coming bill: it stays out of the run until a person has decided (M6).

    Who may object: contacts who approve or see money, and whoever asked for the job: the delivery mail invites them.
    """

    _name = "jobtrack.job.dispute"
    _description = "Job: Disputing Its Bill"

    jobtrack_disputed = fields.Boolean(string="Disputed", readonly=True, copy=False)
    jobtrack_dispute_reason = fields.Text(string="What the Client Says", readonly=True, copy=False)
    jobtrack_disputed_by_id = fields.Many2one(
        "res.partner", string="Disputed By", readonly=True, copy=False
    )
    jobtrack_disputed_name = fields.Char(string="Disputed By (Name)", readonly=True, copy=False)
    jobtrack_dispute_date = fields.Datetime(string="Disputed On", readonly=True, copy=False)
    jobtrack_dispute_user_id = fields.Many2one(
        "res.users",
        string="Decides on the Dispute",
        copy=False,
        domain=lambda self: [("all_group_ids", "in", self._jobtrack_decider_groups().ids)],
        help="Who answers the client: the project manager, or somebody of the billing team.",
    )
    jobtrack_dispute_deadline = fields.Date(
        string="Decide Until",
        copy=False,
        help="After this day the administrators are told; the job stays out of the bill.",
    )
    jobtrack_dispute_decision = fields.Selection(
        [
            (dispute.BILL, "Billed as it is"),
            (dispute.WAIVE, "Waived"),
            (dispute.CORRECT, "Time corrected"),
            (dispute.WITHDRAWN, "Withdrawn by the client"),
            (dispute.REOPENED, "Job taken up again"),
        ],
        string="Last Dispute",
        readonly=True,
        copy=False,
    )
    jobtrack_dispute_answer = fields.Text(string="Our Answer", readonly=True, copy=False)
    jobtrack_dispute_decided_name = fields.Char(
        string="Dispute Decided By", readonly=True, copy=False
    )
    jobtrack_dispute_decided_date = fields.Datetime(
        string="Dispute Decided On", readonly=True, copy=False
    )
    jobtrack_dispute_is_escalated = fields.Boolean(readonly=True, copy=False)

    # === WHO === #

    @api.model
    def _jobtrack_decider_groups(self):
        """Return the groups whose members decide on disputes."""
        groups = self.env["res.groups"]
        return groups.union(*(self.env.ref(name) for name in DECIDERS))

    @api.model
    def _jobtrack_decides_disputes(self, user):
        """Return whether ``user`` is one of the staff who decide on disputes."""
        return any(user.has_group(group) for group in DECIDERS)

    def _jobtrack_may_dispute(self, partner):
        """Return whether ``partner`` is a contact of the account who may object to this job's bill."""
        self.ensure_one()
        job = self.sudo()
        account = job.jobtrack_account_id
        return bool(account.active and partner and account._contact_of(partner)._may_dispute(job))

    def _jobtrack_disputer(self):
        """Return the current user's person, if the user may object to these jobs: a contact, or staff in their name.

        :raise AccessError: otherwise
        """
        self.check_access("read")
        user = self.env.user
        if self.env.su or (not user.share and self._jobtrack_decides_disputes(user)):
            self.check_access("write")
        elif not all(user.share and job._jobtrack_may_dispute(user.partner_id) for job in self):
            raise AccessError(
                self.env._("You are not authorised to dispute bills of this project.")
            )
        return user.partner_id

    def _jobtrack_default_decider(self):
        """Return who decides: the project manager, else the first of the billing team, of dispatch, of all."""
        self.ensure_one()
        job = self.sudo()
        manager = job.project_id.user_id
        if manager.active and self._jobtrack_decides_disputes(manager):
            return manager
        for group in (*DECIDERS, "jobtrack_support.group_administrator"):
            staff = job.jobtrack_account_id._staff_of(group)
            # Administrators hold every role: whoever has only this one comes first.
            people = staff - job.jobtrack_account_id._staff_of(
                "jobtrack_support.group_administrator"
            )
            if people or staff:
                return (people or staff).sorted("id")[0]
        return manager

    # === DISPUTING === #

    def action_jobtrack_dispute(self, reason=None):
        """Object to the bill of these jobs as the current user; doing so again changes nothing (M6, I9).

        :param str reason: what is wrong; required
        :return: dictionary: job id -> ``keep_out``, ``stands`` or ``ask``, see ``tools.dispute``
        :raise AccessError: when the user may not object here
        :raise UserError: when the job is not done, costs nothing, or no reason is given
        """
        partner = self._jobtrack_disputer()
        return {job.id: job._jobtrack_dispute(partner, reason) for job in self}

    def action_jobtrack_withdraw_dispute(self):
        """Take the objection back as the current user: the job is billed with the next run."""
        partner = self._jobtrack_disputer()
        for job in self:
            job._jobtrack_withdraw_dispute(partner)

    def _jobtrack_dispute(self, partner, reason):
        """Keep the job out of every run until somebody has decided; the caller has checked that ``partner`` may.

        Under the account's lock, which a run takes as well: either the run finds the job disputed, or the objection
        finds it billed and becomes a request for a correction.

        :return: what the objection did, see ``tools.dispute.objection``
        """
        self.ensure_one()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Please say what is wrong, so that somebody can decide."))
        job = self.sudo()
        job.jobtrack_account_id._lock()
        job.invalidate_recordset()
        effect = job._jobtrack_objection()
        if effect == dispute.FREE:
            raise UserError(self.env._("This job costs nothing: there is nothing to dispute."))
        if effect == dispute.TOO_EARLY:
            raise UserError(
                self.env._("Only a job that is done and not billed yet can be disputed.")
            )
        if effect == dispute.ASK:
            job._jobtrack_ask_for_correction(partner, reason)
        elif effect == dispute.KEEP_OUT:
            job._jobtrack_keep_out(partner, reason)
        return effect

    def _jobtrack_objection(self):
        """Return what an objection would do to the job now; staff may always look at a decided job again."""
        self.ensure_one()
        staff = self._jobtrack_decides_disputes(self.env.user)
        decision = None if staff else self.jobtrack_dispute_decision
        return dispute.objection(
            self.jobtrack_state, self.jobtrack_is_billable, self.jobtrack_disputed, decision
        )

    def _jobtrack_keep_out(self, partner, reason):
        """Write the dispute, start the clock of who is waited for, and give somebody the task to decide."""
        account = self.jobtrack_account_id
        days = account.company_id.jobtrack_dispute_days
        decider = self._jobtrack_default_decider()
        now = account._now()
        self.write(
            {
                "jobtrack_disputed": True,
                "jobtrack_dispute_reason": reason,
                "jobtrack_disputed_by_id": partner.id,
                "jobtrack_disputed_name": partner.name,
                "jobtrack_dispute_date": now,
                "jobtrack_dispute_user_id": decider.id,
                "jobtrack_dispute_deadline": add_working_days(account._today(), days),
                "jobtrack_dispute_decision": False,
                "jobtrack_dispute_answer": False,
                "jobtrack_dispute_decided_name": False,
                "jobtrack_dispute_decided_date": False,
                "jobtrack_dispute_is_escalated": False,
                "jobtrack_waiting_for": job_states.HOST,
            }
        )
        self._jobtrack_note_waiting("disputed", job_states.HOST, now)
        self._jobtrack_schedule_decision()
        self._jobtrack_note(
            self.env._(
                "%(name)s disputes the bill of this job: %(reason)s. It is kept out of billing; %(decider)s decides"
                " until %(date)s.",
                name=partner.name,
                reason=reason.rstrip("."),
                decider=decider.name or self.env._("somebody"),
                date=format_date(self.env, self.jobtrack_dispute_deadline),
            )
        )

    def _jobtrack_schedule_decision(self):
        """Give the person who decides the activity, and nobody else."""
        self.activity_unlink([ACTIVITY])
        self.activity_schedule(
            ACTIVITY,
            date_deadline=self.jobtrack_dispute_deadline,
            summary=self.env._("%(name)s disputes the bill", name=self.jobtrack_disputed_name),
            note=self.jobtrack_dispute_reason,
            user_id=self.jobtrack_dispute_user_id.id or self.env.uid,
        )

    def _jobtrack_ask_for_correction(self, partner, reason):
        """Pass the words of a client whose job is billed or decided on to the staff, in the job's conversation."""
        account = self.jobtrack_account_id
        self.message_post(
            body=reason,
            author_id=partner.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        if self.activity_search([CORRECTION]):
            return
        days = account.company_id.jobtrack_dispute_days
        self.activity_schedule(
            CORRECTION,
            date_deadline=add_working_days(account._today(), days),
            summary=self.env._("%(name)s asks for a correction", name=partner.name),
            note=reason,
            user_id=self._jobtrack_default_decider().id or self.env.uid,
        )

    def _jobtrack_withdraw_dispute(self, partner):
        """End the dispute in the client's name; without one nothing changes."""
        self.ensure_one()
        job = self.sudo()
        job.jobtrack_account_id._lock()
        job.invalidate_recordset()
        if job.jobtrack_disputed:
            job._jobtrack_end_dispute(dispute.WITHDRAWN, partner.name)
            job._jobtrack_note(
                self.env._(
                    "%(name)s withdraws the dispute: the job is billed with the next run.",
                    name=partner.name,
                )
            )

    def _jobtrack_end_dispute(self, decision, name, answer=False):
        """Let the job be billed again, and keep how it ended; the caller holds the lock and writes the history."""
        now = self.env["jobtrack.account"]._now()
        waiting_for = job_states.waiting_for(self.jobtrack_state, self.jobtrack_hold_reason)
        self.write(
            {
                "jobtrack_disputed": False,
                "jobtrack_dispute_decision": decision,
                "jobtrack_dispute_answer": answer,
                "jobtrack_dispute_decided_name": name,
                "jobtrack_dispute_decided_date": now,
                "jobtrack_waiting_for": waiting_for,
            }
        )
        self._jobtrack_note_waiting(self.jobtrack_state, waiting_for, now)
        self.activity_unlink([ACTIVITY, ESCALATION])

    # === WHAT FOLLOWS FROM IT === #

    def write(self, vals):
        """Let the people who decide hand a dispute on or give it more time; nobody else."""
        cares = CARE & vals.keys()
        if cares and not self.env.su:
            self._jobtrack_check_care(vals)
        if "jobtrack_dispute_deadline" in vals:
            vals = {"jobtrack_dispute_is_escalated": False, **vals}
        result = super().write(vals)
        if cares and not self.env.su:
            for job in self.sudo():
                job.activity_unlink([ESCALATION])
                job._jobtrack_schedule_decision()
        return result

    def _jobtrack_check_care(self, vals):
        """Refuse to give a dispute to somebody who may not decide, or to leave it without person and date."""
        if not self._jobtrack_decides_disputes(self.env.user):
            raise AccessError(self.env._("Dispatch and billing decide on disputes."))
        if not all(self.sudo().mapped("jobtrack_disputed")):
            raise UserError(self.env._("This job is not disputed."))
        if not all(vals[name] for name in CARE & vals.keys()):
            raise UserError(self.env._("A dispute has a person who decides and a date."))
        user = self.env["res.users"].sudo().browse(vals.get("jobtrack_dispute_user_id"))
        companies = self.sudo().jobtrack_account_id.company_id
        if user and (user.share or not self._jobtrack_decides_disputes(user)):
            raise UserError(
                self.env._(
                    "%(name)s may not decide on disputes: choose somebody of dispatch or billing.",
                    name=user.name,
                )
            )
        if user and companies - user.company_ids:
            raise UserError(self.env._("%(name)s does not work for this company.", name=user.name))

    def _jobtrack_set_state(self, new_state, **values):
        """A job that is taken up again is not on the coming bill: its dispute ends with that.

        A job that is done, or waits for a run, once more has new figures: what was decided on the old ones stands in
        its history, and binds nobody.
        """
        for job in self.sudo():
            again = new_state == job_states.DONE and job.jobtrack_state != new_state
            if again and job.jobtrack_dispute_date:
                job.write(dict.fromkeys(FACTS | CARE, False))
            elif new_state not in (job_states.DONE, job_states.BILLED) and job.jobtrack_disputed:
                job._jobtrack_end_dispute(dispute.REOPENED, self.env.user.name)
        return super()._jobtrack_set_state(new_state, **values)

    def _jobtrack_set_billed(self):
        """Never bill a disputed job, whichever way it came here."""
        disputed = self.sudo().filtered("jobtrack_disputed")
        if disputed:
            raise UserError(
                self.env._(
                    "%(job)s is disputed: decide on the dispute first.",
                    job=disputed[0].display_name,
                )
            )
        return super()._jobtrack_set_billed()

    def _jobtrack_next_step_words(self):
        """Return who decides on the dispute and until when, as long as there is one."""
        job = self.sudo()
        if not job.jobtrack_disputed:
            return super()._jobtrack_next_step_words()
        return self.env._(
            "%(name)s decides on the dispute until %(date)s",
            name=job.jobtrack_dispute_user_id.name or self.env._("Dispatch or billing"),
            date=format_date(self.env, job.jobtrack_dispute_deadline),
        )

    # === LINKS === #

    def _jobtrack_dispute_url(self, partner):
        """Return the address of the page on which ``partner`` disputes this job's bill."""
        self.ensure_one()
        payload = [self.id, partner.id]
        token = guard.signed_link(self.env, DISPUTE_SCOPE, payload, 24 * LINK_DAYS)
        return f"{self.get_base_url()}/jobtrack/dispute/{token}"

    @api.model
    def _jobtrack_from_dispute_token(self, token):
        """Return ``(job, partner)`` of a link, or two empty recordsets when anything about it is wrong."""
        nothing = self.browse(), self.env["res.partner"]
        try:
            job_id, partner_id = verify_hash_signed(self.sudo().env, DISPUTE_SCOPE, token)
        except (ValueError, TypeError, OverflowError):
            return nothing
        job = self.sudo().browse(job_id).exists()
        partner = self.env["res.partner"].sudo().browse(partner_id).exists()
        if not (job and partner) or not job._jobtrack_may_dispute(partner):
            return nothing
        return job, partner
