from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import verify_hash_signed

from ..tools import negotiation, slots
from ..tools.rounding import format_hours
from . import guard
from .jobtrack_job_workflow import DISPATCH, STAFF

OFFER_SCOPE = "jobtrack-offer"
LINK_DAYS = 30
ANSWER_ACTIVITY = "jobtrack_support.mail_activity_type_offer"
DECIDE_ACTIVITY = "jobtrack_support.mail_activity_type_counter"
MAIL = "jobtrack_support.mail_template_offer"


class JobtrackAssignmentMail(models.AbstractModel):
    """Who is told of an offer and of its answers, and the page behind the link in its mail."""

    _name = "jobtrack.assignment.mail"
    _description = "Offer of a Job: Who Is Told"

    def _manager(self):
        """Return who answers for the offer: who made it, else who manages the project, else dispatch."""
        self.ensure_one()
        dispatch = self.task_id.jobtrack_account_id._staff_of(DISPATCH)
        return self.offered_by_id & dispatch or self.task_id._jobtrack_dispatcher()

    def _remind(self):
        """Leave the one activity on the job that the offer needs now: the person's, the manager's, or none."""
        self.sudo().activity_id.unlink()
        for offer in self.sudo():
            # The offer's own mail tells the person; the activity stands in the list of what is to do.
            job = offer.task_id
            today = job.jobtrack_account_id._today()
            waits_for = negotiation.waits_for(offer.state)
            if waits_for == negotiation.ASSIGNEE:
                quiet = job.with_context(mail_activity_quick_update=True)
                offer.activity_id = quiet.activity_schedule(
                    ANSWER_ACTIVITY,
                    date_deadline=today,
                    summary=self.env._("Offer of %s", offer._manager().name or ""),
                    user_id=offer.user_id.id,
                )
            elif waits_for == negotiation.MANAGER:
                offer.activity_id = job.activity_schedule(
                    DECIDE_ACTIVITY,
                    date_deadline=today,
                    summary=self.env._("Offer to %s", offer.user_id.name),
                    note=offer.reason,
                    user_id=offer._manager().id or self.env.uid,
                )

    def _tell_person(self, text):
        """Tell the person what the manager decided, in the inbox that they chose."""
        if self.user_id != self.env.user:
            self.task_id.message_notify(
                partner_ids=self.user_id.partner_id.ids,
                subject=self.task_id.display_name,
                body=text,
            )

    def _mail_offer(self):
        """Send the offer with its link, which is kept out of the job's history: it acts for its reader."""
        for offer in self.filtered(lambda offer: offer.user_id != self.env.user):
            partner = offer.user_id.partner_id
            if not partner.email:
                continue
            values = {"recipient_ids": [fields.Command.set(partner.ids)], "email_to": False}
            values |= {"model": False, "res_id": False, **offer.task_id._jobtrack_reply_values()}
            guard.signing(self.env.ref(MAIL).sudo()).with_context(
                jobtrack_recipient=partner.id, lang=partner.lang
            ).send_mail(
                offer.id, email_values=values, email_layout_xmlid="jobtrack_support.mail_layout"
            )
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_assignment_id": self.id, "dialog_size": "medium"},
        }

    # === LINKS === #

    def _offer_url(self):
        """Return the address on which the person answers this round of the offer without logging in."""
        self.ensure_one()
        payload = [self.id, self.user_id.id, self.round]
        token = guard.signed_link(self.env, OFFER_SCOPE, payload, 24 * LINK_DAYS)
        return f"{self.get_base_url()}/jobtrack/offer/{token}"

    @api.model
    def _from_offer_token(self, token):
        """Return the offer of a link, as seen by its person; empty when anything about the link is wrong."""
        try:
            offer_id, user_id, number = verify_hash_signed(self.sudo().env, OFFER_SCOPE, token)
        except (ValueError, TypeError, OverflowError):
            return self.browse()
        offer = self.sudo().browse(offer_id).exists()
        user = offer.user_id
        if not offer or user.id != user_id or offer.round != number:
            return self.browse()
        may = user.active and not user.share and user.has_group(STAFF)
        if not may or (offer.company_id and offer.company_id not in user.company_ids):
            return self.browse()
        return offer.with_user(user).with_company(offer.company_id)

    def _page_tz(self):
        """Return by whose clock the page shows times and takes them: the person's."""
        offer = self.sudo()
        return self.env["jobtrack.diary"]._tz(offer.user_id, offer.company_id or self.env.company)

    def _page(self):
        """Return what the page behind a link shows: the job in short, the dates, what stands against the slot."""
        self.ensure_one()
        offer = self.sudo()
        job, diary = offer.task_id, self.env["jobtrack.diary"]
        company = offer.company_id or self.env.company
        tz = offer._page_tz()
        clashes = []
        if offer.slot_start and offer.state == negotiation.OFFERED:
            end = offer.slot_start + timedelta(minutes=offer.slot_minutes or 60)
            clashes = diary._in_words(
                offer.user_id,
                diary._clashes(offer.user_id, offer.slot_start, end, company, slots.WORK),
            )
        return {
            "offer": offer,
            "job": job,
            "account": job.jobtrack_account_id,
            "company": company,
            "tz": tz,
            "deadline": diary._when(offer.deadline, tz),
            "slot": diary._when(offer.slot_start, tz),
            "slot_hours": format_hours(offer.slot_minutes or 60),
            "counter_deadline": diary._when(offer.counter_deadline, tz),
            "counter_slot": diary._when(offer.counter_start, tz),
            "clashes": clashes,
            "may": {
                move: bool(negotiation.next_state(offer.state, negotiation.ASSIGNEE, move))
                for move in (negotiation.ACCEPT, negotiation.REJECT, negotiation.COUNTER)
            },
        }
