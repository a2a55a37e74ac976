from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import verify_hash_signed

from . import guard

TOGETHER_SCOPE = "jobtrack-consents"


class JobtrackWorkOrderTogether(models.AbstractModel):
    """Several estimates of one client in one mail and on one page, each with its own answer."""

    _name = "jobtrack.work.order.together"
    _description = "Work Order: Several in One Approval"

    def action_send_together(self):
        """Send drafts and waiting estimates of one account in one mail; limits approve what they let pass.

        :raise AccessError: when the user does not estimate jobs
        :raise UserError: when they belong to several accounts, or one of them is decided already
        """
        self._check_staff()
        if len(self.jobtrack_account_id) != 1:
            raise UserError(self.env._("Choose estimates of one support account."))
        for order in self.filtered(lambda order: order.state not in ("draft", "sent")):
            raise UserError(order._why_not_waiting())
        self._check_not_over()
        self.sudo().jobtrack_account_id._begin_change()
        for order in self.filtered(lambda order: order.state == "draft").sorted("id"):
            order._send(ask=False)
        waiting = self.filtered(lambda order: order.state == "sent").sorted("id")
        if len(waiting) == 1:
            waiting._ask_approvers(waiting._people_to_ask())
        elif waiting:
            waiting._ask_together()

    def _ask_together(self):
        """Write one mail to each person who may decide on any of these, about those."""
        people = self.env["jobtrack.account.contact"].sudo()
        for order in self:
            people |= order._people_to_ask()
        for contact in people:
            own = self.filtered(lambda order, c=contact: c in order._deciders())
            if own:
                first = own[0].sudo()
                secret = {"model": False, "res_id": False} | first.task_id._jobtrack_reply_values()
                contact._tell(
                    "jobtrack_support.mail_template_estimates",
                    first,
                    "estimate",
                    secret,
                    jobtrack_order_ids=own.ids,
                )
        for order in self.sudo():
            job = order.task_id
            copies = job._jobtrack_copies("estimate") - people
            copies._tell(
                "jobtrack_support.mail_template_estimate_copy",
                order,
                "estimate",
                jobtrack_copy=True,
            )
            job._jobtrack_note(
                self.env._(
                    "Estimate sent together with others to %(people)s",
                    people=", ".join(people.mapped("name")),
                )
                if people
                else self.env._("Nobody at the client may approve this estimate yet.")
            )

    def _of_this_mail(self):
        """Return the work orders that the mail which is being written is about."""
        ids = guard.is_ours(self.env) and self.env.context.get("jobtrack_order_ids")
        return self.browse(ids or self.ids)

    # === LINKS === #

    def _together_url(self, partner):
        """Return the address of the page on which ``partner`` answers all of these."""
        versions = [[order.id, order.version] for order in self]
        payload = [versions, partner.id, guard.address_mark(partner)]
        token = guard.signed_link(self.env, TOGETHER_SCOPE, payload, self._link_hours())
        return f"{self[:1].get_base_url()}/jobtrack/consents/{token}"

    @api.model
    def _from_together_token(self, token):
        """Return ``(work orders, partner)`` of a link, or two empty recordsets when anything about it is wrong."""
        nothing = self.browse(), self.env["res.partner"]
        try:
            versions, partner_id, mark = verify_hash_signed(self.sudo().env, TOGETHER_SCOPE, token)
            wanted = dict(versions)
        except (ValueError, TypeError, OverflowError):
            return nothing
        orders = self.sudo().browse(list(wanted)).exists()
        partner = self.env["res.partner"].sudo().browse(partner_id).exists()
        if not partner or len(orders) != len(wanted) or mark != guard.address_mark(partner):
            return nothing
        if any(wanted[o.id] != o.version or not o._may_look(partner) for o in orders):
            return nothing
        return orders, partner

    # === ANSWERS === #

    def _answer_all(self, answers, partner, channel):
        """Take the answer to each of these estimates; what one refuses does not stop the others.

        The caller has made sure that ``partner`` is who answers; whether they may decide is checked for each.

        :param dict answers: work order id -> ``(answer, text, seen)``, where answer is ``approve``, ``decline``,
            ``ask`` or empty for later, and seen the minutes to pay later that were shown
        :return: dictionary: work order id -> the sentence that says why it was refused
        """
        orders = self.sudo()
        orders.jobtrack_account_id._begin_change()
        problems = orders._refuse_too_much(answers, partner) if channel == "mail" else {}
        for order in orders.filtered(lambda order: order.id not in problems):
            answer, text, seen = answers.get(order.id, ("", "", None))
            try:
                with self.env.cr.savepoint():
                    order._answer_one(answer, text, seen, partner, channel)
            except UserError as error:
                problems[order.id] = str(error)
        return problems

    def _refuse_too_much(self, answers, partner):
        """Return why the approvals of one post by mail link are refused, where together they need a sign-in."""
        chosen = self.filtered(
            lambda order: order.state == "sent" and answers.get(order.id, ("",))[0] == "approve"
        )
        if len(chosen) < 2 or not chosen._needs_login(partner):
            return {}
        words = self.env._(
            "Together these estimates are of a size that is approved after signing in: please sign in."
        )
        return dict.fromkeys(chosen.ids, words)

    def _answer_one(self, answer, text, seen, partner, channel):
        if answer == "approve":
            self._decide("approved", partner, channel, seen=seen)
        elif answer == "decline":
            self._decide("declined", partner, channel, reason=text)
        elif answer == "ask":
            self._ask(partner, text)
