from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import verify_hash_signed

from . import guard
from .jobtrack_job_dispute import ACTIVITY

DISAGREE_SCOPE = "jobtrack-disagree"
# As long as the work may still be on a coming bill.
LINK_DAYS = 60


class JobtrackWorkOrderTold(models.AbstractModel):
    """Decisions that the client told staff by phone: written down with name and time, and confirmed in writing."""

    _name = "jobtrack.work.order.told"
    _description = "Work Order: Decisions by Phone"

    recorded_by_id = fields.Many2one(
        "res.users", string="Written Down By", readonly=True, copy=False, groups="base.group_user"
    )
    told_date = fields.Datetime(string="Told On", readonly=True, copy=False)
    disagreed_date = fields.Datetime(string="Contested On", readonly=True, copy=False)
    disagreed_name = fields.Char(string="Contested By", readonly=True, copy=False)
    disagreed_reason = fields.Text(string="What They Say", readonly=True, copy=False)

    # === WRITING IT DOWN === #

    def action_record_decision(self):
        """Open the form in which staff write down what the client's person said on the phone.

        :raise AccessError: when the user does not record decisions
        :raise UserError: when the work order does not wait for an answer, and is not the last version, expired
        """
        self.ensure_one()
        self._check_records_decisions()
        if self.state != "sent" and not self._may_be_told_late():
            raise UserError(self._why_not_waiting())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Decision"),
            "res_model": "jobtrack.record.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_work_order_id": self.id, "dialog_size": "medium"},
        }

    def _check_records_decisions(self):
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_dispatcher")):
            raise AccessError(self.env._("Dispatch records decisions that were told by phone."))
        self.check_access("write")

    def _record_told(self, state, contact, told_date, reason=None):
        """Record the decision of the client's person; the caller has checked that the user records decisions.

        :param contact: the ``jobtrack.account.contact`` who decided
        :param datetime told_date: when, in naive UTC; not before the estimate was sent and not in the future
        :raise UserError: when this person may not decide, or the time makes no sense; on an expired estimate, when it
            was told after the last day
        """
        self.ensure_one()
        order = self.sudo()
        order.jobtrack_account_id._lock()
        if contact not in order._deciders():
            raise UserError(
                self.env._(
                    "%(name)s may not decide on this estimate: it is not in their role or mandate.",
                    name=contact.name,
                )
            )
        sent = order.sent_date
        if told_date > order.jobtrack_account_id._now() or (
            sent and told_date < sent.replace(second=0)
        ):
            raise UserError(
                self.env._("A decision is told after the estimate was sent, and not in the future.")
            )
        order._decide(
            state,
            contact.partner_id,
            "staff",
            reason=reason,
            told_date=told_date,
            recorded_by_id=self.env.user.id,
        )

    def _confirm_in_writing(self):
        """Send who decided a copy with a link to say that they did not agree.

        Where that reaches nobody, for want of a name or an address, all others who may decide get it.
        """
        contact = self.jobtrack_account_id._contact_of(self.decided_by_id)
        job = self.task_id
        secret = {"model": False, "res_id": False} | job._jobtrack_reply_values()
        template = "jobtrack_support.mail_template_told"
        reached = contact._tell(template, self, "estimate", secret)
        reached = reached or (self._deciders() - contact)._tell(template, self, "estimate", secret)
        job._jobtrack_note(
            self.env._(
                "Copy of the decision by phone sent to %(people)s",
                people=", ".join(reached.mapped("name")),
            )
            if reached
            else self.env._("Nobody has an e-mail address for a copy of the decision by phone.")
        )

    # === I DID NOT AGREE === #

    def _disagree_url(self, partner):
        """Return the address of the page on which ``partner`` says that the decision was not theirs."""
        self.ensure_one()
        payload = [self.id, self.version, partner.id]
        token = guard.signed_link(self.env, DISAGREE_SCOPE, payload, 24 * LINK_DAYS)
        return f"{self.get_base_url()}/jobtrack/disagree/{token}"

    @api.model
    def _from_disagree_token(self, token):
        """Return ``(work order, partner)`` of a link, or two empty recordsets when anything about it is wrong.

        Works for a person whose role was taken away since: the decision stands in their name.
        """
        nothing = self.browse(), self.env["res.partner"]
        try:
            order_id, version, partner_id = verify_hash_signed(
                self.sudo().env, DISAGREE_SCOPE, token
            )
        except (ValueError, TypeError, OverflowError):
            return nothing
        order = self.sudo().browse(order_id).exists()
        partner = self.env["res.partner"].sudo().browse(partner_id).exists()
        if not (order and partner) or order.version != version or not order.recorded_by_id:
            return nothing
        if partner != order.decided_by_id and not order._may_look(partner):
            return nothing
        return order, partner

    def _disagree(self, partner, reason):
        """Keep that ``partner`` contests the decision, stop the work, and give somebody the task to clear it up.

        Doing so again changes nothing. The record of the decision stays as it is: this stands beside it.

        :raise UserError: without a reason
        """
        self.ensure_one()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Please say what is wrong, so that somebody can decide."))
        order = self.sudo()
        order.jobtrack_account_id._begin_change()
        order.invalidate_recordset()
        if order.disagreed_date:
            return
        job = order.task_id
        order.write(
            {
                "disagreed_date": order.jobtrack_account_id._now(),
                "disagreed_name": partner.name,
                "disagreed_reason": reason,
            }
        )
        if job.jobtrack_state in ("approved", "on_hold") and order.state == "approved":
            job.jobtrack_hold_manual = "other"
            job._jobtrack_refresh_hold()
        job.activity_schedule(
            ACTIVITY,
            date_deadline=order.jobtrack_account_id._today(),
            summary=self.env._(
                "%(name)s did not agree to %(order)s", name=partner.name, order=order.display_name
            ),
            note=reason,
            user_id=job._jobtrack_default_decider().id or order.recorded_by_id.id,
        )
        job._jobtrack_note(
            self.env._(
                "%(name)s says that the decision on %(order)s, told to %(staff)s, was not theirs: %(reason)s",
                name=partner.name,
                order=order.display_name,
                staff=order.recorded_by_id.name,
                reason=reason,
            )
        )
        if job.jobtrack_state == "done" and not job.jobtrack_disputed and order.state == "approved":
            job._jobtrack_dispute(partner, reason)
