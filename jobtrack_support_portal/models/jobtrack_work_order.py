from odoo import models


class JobtrackWorkOrder(models.Model):
    """A work order as the client reads it; call these methods after the user's access was checked."""

    _inherit = "jobtrack.work.order"

    def _portal_page(self, contact):
        """Return what the page shows to ``contact``: amounts only to those who approve or see money."""
        self.ensure_one()
        order = self.sudo()
        sees_amounts = order._portal_sees_amounts(contact)
        states = dict(order._fields["state"]._description_selection(self.env))
        return {
            "name": order.display_name,
            "version": order.version,
            "hours": order.hours,
            "scope": order.scope,
            "terms": order.terms_text,
            "state": order.state,
            "state_words": self.env._("Waiting for a decision")
            if order.state == "sent"
            else states[order.state],
            "on_hold": order.task_id.jobtrack_state == "on_hold",
            "status": "" if order.state == "sent" else order._why_not_waiting(),
            "decline_reason": order.decline_reason,
            "rule_reason": order._rule_reason(sees_amounts),
            "valid_until": order.valid_until,
            "sees_amounts": sees_amounts,
            "rate": order.rate if sees_amounts else False,
            # The template of the funding table reads the work order itself.
            "funding_of": order if sees_amounts else order.browse(),
            "seen": order._postpaid_minutes(),
            "time_hours": sum(order.time_ids.mapped("unit_amount")),
            "may_decide": order.state == "sent" and order._may_decide(contact.partner_id),
            "approvers": order._deciders().mapped("name"),
            "may_ask": order._is_askable() and order._may_ask(contact.partner_id),
            "asks_anew": order.state != "sent",
            "waits_for_us": order.question_waits,
            # The templates of the conversation and of the versions read these.
            "conversation_of": order,
            "changes": order._changes(with_money=sees_amounts) if order.state == "sent" else [],
            "has_record": bool(order.consent_record) and sees_amounts,
        }

    def _login_url(self):
        """Return the page of the estimate, which asks to sign in first."""
        self.ensure_one()
        return f"/my/support/work-orders/{self.id}"

    def _portal_sees_amounts(self, contact):
        """Return whether ``contact`` sees what this estimate costs: who approves it, or sees money."""
        may_see = contact.may_approve or contact.may_see_money
        return bool(may_see or self.sudo()._may_decide(contact.partner_id))

    def _portal_steps(self):
        """Return the steps of this version for the history of its job: list of (moment, text, note)."""
        self.ensure_one()
        names = {"version": self.version, "hours": self._hours_in_words()}
        steps = [
            (self.sent_date, self.env._("Estimate %(version)s sent: %(hours)s h", **names), "")
        ]
        if self.question_date:
            text = self.env._("%(name)s asked about the estimate", name=self.question_name)
            steps.append((self.question_date, text, self.question))
        if self.answer_date:
            text = self.env._("We answered")
            steps.append((self.answer_date, text, self.answer))
        if not self.decision_date:
            return steps
        names["name"] = self.decided_name
        if self.decline_reason:
            text = self.env._("Estimate %(version)s declined by %(name)s", **names)
        elif self.decision_channel == "limit":
            text = self.env._(
                "Estimate %(version)s approved by itself, within your limits", **names
            )
        elif self.decision_channel == "emergency":
            text = self.env._("Estimate %(version)s approved by your emergency mandate", **names)
        else:
            text = self.env._("Estimate %(version)s approved by %(name)s", **names)
        why = self.decline_reason or self._rule_reason(sees_amounts=False)
        return [*steps, (self.decision_date, text, why)]
