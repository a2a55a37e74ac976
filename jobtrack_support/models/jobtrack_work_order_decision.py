from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import format_date
from odoo.tools.misc import verify_hash_signed

from ..tools import answers, approval
from ..tools.rounding import format_hours
from . import guard

LINK_SCOPE = "jobtrack-consent"


class JobtrackWorkOrderDecision(models.AbstractModel):
    """How a work order leaves the house and comes back decided; every way in ends in :meth:`_decide`."""

    _name = "jobtrack.work.order.decision"
    _description = "Work Order: Sending and Deciding"

    # === ACTIONS === #

    def action_send(self):
        """Send the estimate to the client's approvers, or approve it at once where limits allow (A2, A12).

        :raise AccessError: when the user does not estimate jobs
        :raise UserError: when the job is not in a state to be estimated, or nobody can approve
        """
        self._check_staff()
        self.sudo().jobtrack_account_id._begin_change()
        for order in self.sorted("version"):
            order._send()

    def action_approve(self, seen_postpaid_minutes=None):
        """Approve as the current user, a contact with the role; staff write down what they are told in a form.

        Approving again changes nothing. See :meth:`action_record_decision` for decisions by phone.

        :param int seen_postpaid_minutes: minutes to pay later on the page that was approved; more than these are
            refused, because packs were used elsewhere since. A page that cannot say what it showed passes
            ``answers.NOT_SHOWN`` and is refused; None is for programs, which show nothing

        :raise AccessError: when the user may not decide for this account
        :raise UserError: when it has been decided otherwise, or is not the version that waits
        """
        for order, decider in self._with_deciders():
            order._decide("approved", *decider, seen=seen_postpaid_minutes)

    def action_decline(self, reason=None):
        """Decline as the current user, for the same people as :meth:`action_approve`.

        :param str reason: what the client says; required
        """
        for order, decider in self._with_deciders():
            order._decide("declined", *decider, reason=reason)

    def action_send_again(self):
        """Send an estimate that waits for its answer to the approvers once more.

        :raise UserError: when it does not wait for an answer, or still nobody may approve
        """
        self._check_staff()
        self._check_not_over()
        for order in self:
            if order.state != "sent":
                raise UserError(order._why_not_waiting())
            if not order._deciders():
                raise UserError(
                    self.env._(
                        "%(account)s has no contact who may approve: add one first.",
                        account=order.jobtrack_account_id.name,
                    )
                )
            order._ask_approvers(order._deciders())

    def action_cancel(self):
        """Withdraw an estimate that was not decided; who was asked is told, and the links stop working."""
        self._check_staff()
        self.sudo().jobtrack_account_id._lock()
        for order in self:
            if order.state not in ("draft", "sent"):
                raise UserError(
                    self.env._("Only an estimate that was not decided can be withdrawn.")
                )
            asked = order.state == "sent"
            order.sudo().write({"state": "cancelled", "question_waits": False})
            if not asked:
                continue  # who is waited for is another matter: an earlier version, or a question of ours, may wait
            if order.task_id.jobtrack_state == "estimated":
                order.task_id._jobtrack_set_state("requested")
            order.task_id._jobtrack_refresh_waiting()
            order._tell_end()

    def _check_staff(self):
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_technician")):
            raise AccessError(self.env._("Only support staff send estimates."))
        self.check_access("write")

    def _with_deciders(self):
        """Return ``(work order, decider)`` of each, once the user may decide on all; their accounts are locked."""
        deciders = [(order, order._decider()) for order in self]
        self.sudo().jobtrack_account_id._begin_change()
        return deciders

    def _decider(self):
        """Return ``(partner, channel)`` of the current user, if the user may decide on this work order.

        :raise AccessError: otherwise
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if self.env.su:
            return user.partner_id, "staff"
        if user.share and self._may_decide(user.partner_id):
            return user.partner_id, "portal"
        if user.has_group("jobtrack_support.group_dispatcher"):
            raise AccessError(
                self.env._("The client decides: record who told you, with 'Record a Decision'.")
            )
        raise AccessError(self.env._("You are not authorised to approve work on this project."))

    # === SENDING === #

    def _send(self, ask=True):
        """Freeze the draft, show who would pay, and ask the approvers or the limits.

        :param bool ask: write to the approvers; the caller does where several estimates go in one mail
        """
        self.ensure_one()
        job, order = self.task_id, self.sudo()
        if self.state != "draft":
            raise UserError(self.env._("This version was sent before: write a new version."))
        if any(other.sent_date and other.version > order.version for other in order._of_job()):
            # An old draft would take back what was agreed or declined since.
            raise UserError(self.env._("A later version was sent meanwhile: write a new version."))
        if not job.jobtrack_is_billable:
            raise UserError(self.env._("This job is not billable: it needs no approval."))
        if job.jobtrack_state == "cancelled":
            raise UserError(self.env._("This job is cancelled: reopen it before you estimate it."))
        self._check_covers_work()
        account = order.jobtrack_account_id
        now = account._now()
        account._lock()
        order._plan_funding()
        older = order._of_job().filtered(lambda other: other.state == "sent")
        older.write({"state": "superseded"})
        (order._of_job() - order).write({"question_waits": False})
        days = account.company_id.jobtrack_estimate_days
        order.write(
            {
                "state": "sent",
                "sent_date": now,
                "valid_until": account._today() + timedelta(days=days),
                "terms_version": account.company_id.jobtrack_terms_version,
                "terms_copy": order.terms_text,
            }
        )
        if job.jobtrack_state in ("requested", "estimated", "declined"):
            job._jobtrack_set_state("estimated")
        job._jobtrack_refresh_waiting()
        decision, mandate = order._rule_answer()
        reason = self._decision_words(decision)
        if decision.outcome == approval.APPROVE:
            channel = "emergency" if decision.code == "emergency" else "limit"
            order.mandate_id = mandate
            self._decide("approved", self.env["res.partner"], channel, reason=reason)
        else:
            order.decision_reason = reason
            if ask:
                self._ask_approvers(order._people_to_ask())

    def _check_covers_work(self):
        """Refuse a version of fewer hours than the client has consented to and were worked already (I5)."""
        worked = self.task_id.sudo()._jobtrack_used_minutes(self._terms())
        if self.minutes < worked:
            raise UserError(
                self.env._(
                    "%(hours)s h are worked with consent or billed already: a new version has at least these.",
                    hours=format_hours(worked),
                )
            )

    def _ask_approvers(self, people):
        """Send each of these contacts a mail with links of their own."""
        account = self.jobtrack_account_id
        if not people:
            self.task_id._jobtrack_note(
                self.env._(
                    "Nobody at %(client)s may approve yet: add a contact with that role and send the estimate again.",
                    client=account.partner_id.name,
                )
            )
        self.task_id._jobtrack_mail(
            "jobtrack_support.mail_template_estimate",
            people.partner_id,
            record=self.sudo(),
            secret=True,
            event="estimate",
        )

    # === DECIDING === #

    def _decide(self, state, partner, channel, reason=None, seen=None, **told):
        """Record the decision and let its effects follow; the caller has checked that ``partner`` may decide.

        Under the account's lock, so that the first decision wins and hours are never promised twice.

        :param str state: ``approved`` or ``declined``
        :param partner: who decides; empty when limits do
        :param str channel: ``mail``, ``portal``, ``staff``, ``limit`` or ``emergency``
        :param str reason: why it was declined, or how the limits approved it
        :param int seen: postpaid minutes that the person was shown, see :meth:`action_approve`
        :param told: of a decision by phone: who wrote it down and when it was told, see :meth:`_record_told`
        :raise UserError: when it has been decided otherwise before, is not waiting for a decision, or would cost more
            than was shown
        """
        self.ensure_one()
        order = self.sudo()
        order.jobtrack_account_id._begin_change()
        order.invalidate_recordset()
        if order.state == state:
            return
        order._check_not_too_late(channel, told.get("told_date"))
        # Under the lock: two decisions at the same moment never pass a mandate or the login amount together.
        order._check_decider(state, partner, channel)
        order._check_decidable(state, reason, seen)
        order.write(order._prepare_decision(state, partner, channel, reason) | told)
        if state == "approved":
            order._apply_approval()
        else:
            order._apply_decline()
        order._keep_record()
        order.task_id._jobtrack_refresh_waiting()
        order._tell_decision()

    def _check_decidable(self, state, reason, seen):
        """Refuse a decision without a reason, or on a price that is not true any more."""
        if state == "declined" and not (reason or "").strip():
            raise UserError(self.env._("Please say why, so that we can offer something better."))
        if state == "approved":
            self._check_covers_work()
            self._check_shown(seen)

    def _check_shown(self, seen):
        """Refuse an approval by a page that showed other figures, or cannot say which it showed."""
        problem = answers.check_shown(seen, self._postpaid_minutes())
        words = {
            answers.MISSING: self.env._(
                "Your answer came without the figures of the estimate: please look at it again, then approve."
            ),
            answers.RISEN: self.env._(
                "Prepaid hours were used elsewhere meanwhile: please look at the new figures."
            ),
        }
        if problem:
            raise UserError(words[problem])

    def _check_not_too_late(self, channel, told_date):
        """Refuse a decision after the last day; what was told by phone before may be written down later."""
        if told_date and self._may_be_told_late():
            if self._was_told_in_time(told_date):
                return
            raise UserError(
                self.env._(
                    "This estimate was valid until %(date)s: only what was told by then can be recorded.",
                    date=format_date(self.env, self.valid_until),
                )
            )
        if self.state != "sent":
            raise UserError(self._why_not_waiting())
        if channel in ("mail", "portal") and self._is_over():
            raise UserError(self._over_words())

    def _prepare_decision(self, state, partner, channel, reason):
        """Return the record of consent: who, when, how, from where and why; names are kept as copies."""
        by_rule = channel in ("limit", "emergency")
        contact = self.jobtrack_account_id._contact_of(partner)
        mandate = self.mandate_id if by_rule else self._covering_mandate(contact)
        nobody = self.env._("Emergency mandate") if channel == "emergency" else self.env._("Limits")
        return {
            "state": state,
            "question_waits": False,
            "mandate_id": mandate.id if state == "approved" else False,
            "decided_by_id": partner.id,
            "decided_name": partner.name or nobody,
            "decided_email": partner.email,
            "decision_date": self.jobtrack_account_id._now(),
            "decision_channel": channel,
            "decision_ip": request.httprequest.remote_addr if request else False,
            "decline_reason": reason if state == "declined" else False,
            "decision_reason": reason if by_rule else self.decision_reason,
        }

    def _why_not_waiting(self):
        """Return the sentence for someone who decides too late: what was decided, by whom and when."""
        order = self.sudo()
        states = dict(order._fields["state"]._description_selection(self.env))
        if order.decision_date:
            return order._decided_words()
        words = self.env._(
            "%(order)s is not waiting for a decision. Its state: %(state)s.",
            order=order.display_name,
            state=states[order.state],
        )
        return " ".join(filter(None, (words, order._later_words())))

    def _apply_approval(self):
        """Put this version in force: reserve its hours, make the time it names billable, let the job go on."""
        job = self.task_id
        self._plan_funding()
        self._reserve()
        (job.jobtrack_work_order_ids - self).filtered(
            lambda other: other.state == "approved"
        ).write({"state": "superseded"})
        job._jobtrack_put_in_force(self)
        if job.jobtrack_state not in ("approved", "on_hold"):
            job._jobtrack_set_state("approved")
        self.time_ids._jobtrack_consent()
        self.jobtrack_account_id._refresh_holds()

    def _apply_decline(self):
        """Waive the time this version names; a job whose first estimate is declined waits for the host's answer."""
        job = self.task_id
        self.time_ids._jobtrack_waive()
        if job.jobtrack_state == "estimated":
            job._jobtrack_set_state("declined")

    def _tell_decision(self):
        """Tell requester and approvers, once each, and keep it in the job's history."""
        self.task_id._jobtrack_note(
            " ".join(filter(None, (self._why_not_waiting(), self.decline_reason)))
        )
        if self.recorded_by_id:
            self._confirm_in_writing()
        account = self.jobtrack_account_id
        people = self.task_id.jobtrack_requester_id | account._approvers().partner_id
        if self.recorded_by_id:
            people -= self.decided_by_id  # has the copy in writing
        self.task_id._jobtrack_mail(
            "jobtrack_support.mail_template_decided", people, record=self, event="decided"
        )

    def _tell_end(self):
        """Tell who had been asked, and who asked for the job, that these estimates are not to be decided any more."""
        for order in self.sudo():
            job = order.task_id
            people = order._deciders().partner_id | job.jobtrack_requester_id
            job._jobtrack_mail(
                "jobtrack_support.mail_template_ended", people, record=order, event="decided"
            )

    # === LINKS === #

    def _consent_token(self, partner):
        """Return the signed payload of a mail link: this version, this person and mailbox, a day longer than valid."""
        self.ensure_one()
        order = self.sudo()
        payload = [order.id, order.version, partner.id, guard.address_mark(partner)]
        return guard.signed_link(order.env, LINK_SCOPE, payload, order._link_hours())

    def _consent_url(self, partner):
        """Return the address of the page on which ``partner`` decides."""
        return f"{self.get_base_url()}/jobtrack/consent/{self._consent_token(partner)}"

    def _hours_in_words(self):
        """Return the hours as people write them, for mails."""
        return format_hours(self.minutes)

    @api.model
    def _from_consent_token(self, token):
        """Return ``(work order, partner)`` of a link, or two empty recordsets when anything about it is wrong.

        Who holds a mandate may look at what it does not cover; a decision is checked again by :meth:`_may_decide`.
        """
        nothing = self.browse(), self.env["res.partner"]
        try:
            values = verify_hash_signed(self.sudo().env, LINK_SCOPE, token)
            order_id, version, partner_id, mark = values
        except (ValueError, TypeError, OverflowError):
            return nothing
        order = self.sudo().browse(order_id).exists()
        partner = self.env["res.partner"].sudo().browse(partner_id).exists()
        if not (order and partner) or order.version != version or not order._may_look(partner):
            return nothing
        if mark != guard.address_mark(partner):
            return nothing
        return order, partner
