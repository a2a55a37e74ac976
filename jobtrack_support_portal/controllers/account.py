from odoo.http import request, route

from .home import SupportPortal

SHOWN = 8


class SupportAccountPortal(SupportPortal):
    """The page of one support project."""

    @route(
        "/my/support/<int:account_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_account(self, account_id, **_params):
        """Show hours, what waits for the client, and the jobs of one support project (A14)."""
        account, contact = self._support_account(account_id)
        allowed, reason = account._may_request(request.env.user.partner_id)
        orders = account._portal_orders_waiting()
        partner = contact.partner_id
        values = self._support_values(
            "support_account",
            account,
            contact,
            hours=account._portal_hours(),
            credit=account._portal_credit(contact),
            overdue=account._portal_overdue(contact),
            paused=account._is_paused(),
            packs=self._support_packs(account, contact),
            orders=orders,
            # With the role all of them; with a mandate those that it covers.
            to_decide=orders.filtered(lambda o: contact.may_approve or o._may_decide(partner)),
            manages_limits=account._may_manage_limits(contact.partner_id),
            may_request=allowed,
            why_not=reason,
            may_draft=account._may_keep_request(contact),
            **self._support_job_lists(account),
        )
        return request.render("jobtrack_support_portal.portal_support_account", values)

    def _support_job_lists(self, account):
        """Return the jobs of the page in three groups: what waits for an answer, what is open, what was done."""
        Job = request.env["project.task"]
        domain = account._portal_job_domain()
        waiting = account._portal_jobs_waiting()
        deciding = account._portal_orders_waiting().sudo().task_id
        going = [
            *domain,
            ("jobtrack_state", "in", ("requested", "estimated", "approved", "on_hold", "declined")),
        ]
        newest = "jobtrack_date_requested desc, id desc"
        running = Job.search([*going, ("id", "not in", waiting.ids)], order=newest, limit=SHOWN)
        done = Job.search(
            [*domain, ("jobtrack_state", "=", "done")],
            order="jobtrack_date_done desc, id desc",
            limit=SHOWN,
        )
        return {
            "waiting_rows": (waiting - deciding)._jobtrack_portal_rows(),
            "open_rows": running._jobtrack_portal_rows(),
            "done_rows": done._jobtrack_portal_rows(),
        }

    def _support_packs(self, account, contact):
        """Return the packs with hours left, those that expire first in front, for a contact who sees money."""
        Pack = request.env["jobtrack.hour.pack"]
        if not contact.may_see_money:
            return Pack
        return Pack.search(
            [("jobtrack_account_id", "=", account.id), ("state", "=", "active")],
            order="date_expiry, id",
        )
