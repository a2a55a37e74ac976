from odoo import models


class JobtrackWorkOrder(models.Model):
    """A work order as the client reads it; call these methods after the user's access was checked."""

    _inherit = "jobtrack.work.order"

    def _portal_page(self, contact):
        """Return what the page shows to ``contact``: amounts only to those who approve or see money."""
        self.ensure_one()
        order = self.sudo()
        sees_amounts = bool(contact.may_approve or contact.may_see_money)
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
            "status": "" if order.state == "sent" else order._why_not_waiting(),
            "decline_reason": order.decline_reason,
            "valid_until": order.valid_until,
            "sees_amounts": sees_amounts,
            "rate": order.rate if sees_amounts else False,
            # The template of the funding table reads the work order itself.
            "funding_of": order if sees_amounts else order.browse(),
            "seen": order._postpaid_minutes(),
            "time_hours": sum(order.time_ids.mapped("unit_amount")),
            "may_decide": order.state == "sent" and bool(contact.may_approve),
            "approvers": order.jobtrack_account_id._approvers().mapped("name"),
        }

    def _portal_steps(self):
        """Return the steps of this version for the history of its job: list of (moment, text, note)."""
        self.ensure_one()
        names = {"version": self.version, "hours": self._hours_in_words()}
        steps = [
            (self.sent_date, self.env._("Estimate %(version)s sent: %(hours)s h", **names), "")
        ]
        if not self.decision_date:
            return steps
        names["name"] = self.decided_name
        if self.decline_reason:
            text = self.env._("Estimate %(version)s declined by %(name)s", **names)
        elif self.decision_channel == "limit":
            text = self.env._(
                "Estimate %(version)s approved by itself, within your limits", **names
            )
        else:
            text = self.env._("Estimate %(version)s approved by %(name)s", **names)
        return [*steps, (self.decision_date, text, self.decline_reason or "")]
