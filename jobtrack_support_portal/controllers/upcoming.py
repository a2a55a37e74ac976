from odoo.exceptions import UserError
from odoo.http import request, route

from .home import SupportPortal


class SupportUpcomingPortal(SupportPortal):
    """The coming bill, and disputing a job on it. GET shows, POST disputes; the job itself checks who may (M6)."""

    @route(
        "/my/support/<int:account_id>/upcoming",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_upcoming(self, account_id, **_params):
        """Show what the next run would bill now: hours to every contact, amounts to who sees money."""
        account, contact = self._support_account(account_id)
        # The account authorises the user, whose contacts read all its jobs: that makes sudo safe here.
        bills = request.env["jobtrack.billing.run"].sudo()._upcoming_bills(account.sudo())
        values = self._support_values(
            "support_upcoming",
            account,
            contact,
            bill=bills[0] if bills else None,
            sees_money=contact.may_see_money,
            dispute_url=lambda job: (
                f"/my/support/jobs/{job.id}/dispute" if contact._may_dispute(job) else False
            ),
        )
        return request.render("jobtrack_support_portal.portal_support_upcoming", values)

    @route(
        "/my/support/jobs/<int:job_id>/dispute",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_dispute(self, job_id, **_params):
        """Show the job on the coming bill, and the form that keeps it out."""
        return self._support_dispute_page(job_id)

    @route(
        "/my/support/jobs/<int:job_id>/dispute/send",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_dispute_send(self, job_id, reason="", **_params):
        """Dispute the job as the logged-in user; the reason is required."""
        return self._support_dispute_page(
            job_id, lambda job: job.action_jobtrack_dispute(reason)[job.id]
        )

    @route(
        "/my/support/jobs/<int:job_id>/dispute/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_dispute_withdraw(self, job_id, **_params):
        """Take the dispute back as the logged-in user."""
        return self._support_dispute_page(
            job_id, lambda job: job.action_jobtrack_withdraw_dispute() or "withdrawn"
        )

    def _support_dispute_page(self, job_id, act=None):
        """Let the job act, and show what stands now; a refusal is shown in its own sentence."""
        job, account, contact = self._support_job(job_id)
        result = {"said": None, "error": None}
        if act:
            try:
                with request.env.cr.savepoint():
                    result["said"] = act(job)
            except UserError as error:
                result["error"] = str(error)
            job.invalidate_recordset()
        page = job._jobtrack_dispute_page(request.env.user.partner_id)
        values = self._support_values("support_dispute", account, contact)
        values |= page | result | {"form_url": f"/my/support/jobs/{job.id}/dispute"}
        return request.render("jobtrack_support_portal.portal_support_dispute", values)
