from odoo import models
from odoo.exceptions import AccessError, UserError

from ..tools import answers
from ..tools.rounding import money


class JobtrackWorkOrderLogin(models.AbstractModel):
    """Whether a decision is taken by somebody who may, and when the link in a mail is not enough for it."""

    _name = "jobtrack.work.order.login"
    _description = "Work Order: Links and Signing In"

    def _check_decider(self, state, partner, channel):
        """Refuse a decision of somebody who may not take it, or not by the link in a mail; staff, limits were checked.

        :raise AccessError: when ``partner`` may not decide on this version
        :raise UserError: when approving it takes a sign-in
        """
        if channel not in ("mail", "portal"):
            return
        if not self._may_decide(partner):
            raise AccessError(
                self.env._("You are not authorised to approve work of this size on this project.")
            )
        if state == "approved" and channel == "mail" and self._needs_login(partner):
            raise UserError(self.env._("%(reason)s Please sign in.", reason=self._login_words()))

    def _needs_login(self, partner=None):
        """Return whether these versions, approved together, are worth so much that a mail link is not enough.

        :param partner: who approves: what this person approved by links shortly before counts as well
        """
        given = self._given_by_link(partner)
        return answers.needs_login(self._login_amount(), self._as_approvals(), given)

    def _login_words(self):
        """Return why a link is not enough: for this estimate alone, or with what its reader approved shortly before."""
        if self._needs_login():
            return self.env._("Estimates of this size are approved after signing in.")
        return self.env._(
            "With what you approved by links within a day, this one is approved after signing in."
        )

    def _within_link(self, partner):
        """Return those of these versions that ``partner`` may approve by the link in a mail, each for itself."""
        most, given = self._login_amount(), self._given_by_link(partner)
        return self.filtered(
            lambda order: not answers.needs_login(most, order._as_approvals(), given)
        )

    def _login_amount(self):
        account = self.sudo().jobtrack_account_id[:1]
        return money(account.login_amount, account.currency_id.decimal_places)

    def _as_approvals(self):
        """Return these versions for the rule that adds up what links approve."""
        return [
            answers.Approval(
                order.task_id.id, money(order.amount, order.currency_id.decimal_places)
            )
            for order in self.sudo()
        ]

    def _given_by_link(self, partner):
        """Return what ``partner`` approved on this account by links within a day; nothing where links are enough."""
        account = self.sudo().jobtrack_account_id[:1]
        if not (partner and account.login_amount):
            return []
        orders = self.sudo().search(
            [
                ("jobtrack_account_id", "=", account.id),
                ("decided_by_id", "=", partner.id),
                ("decision_channel", "=", "mail"),
                ("state", "in", ("approved", "superseded")),
                ("decision_date", ">", account._now() - answers.LINK_WINDOW),
            ]
        )
        return orders._as_approvals()

    def _login_url(self):
        """Return where to decide after signing in; the portal addon has a page of its own for it."""
        return "/web/login?redirect=/my"
