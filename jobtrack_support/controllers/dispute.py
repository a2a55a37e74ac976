from odoo import http
from odoo.http import request

from .signed_page import SignedPage


class DisputeController(SignedPage, http.Controller):
    """The pages behind the links in delivery mails and pre-bill notices (M6).

    GET shows, POST disputes: mail scanners press every link. Whoever holds the link acts as the person it was sent to,
    for one job or for reading the coming bills, as long as that person's roles allow it.
    """

    @http.route(
        "/jobtrack/upcoming/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def upcoming(self, token, **_params):
        """Show the coming bills of a person as of now."""
        accounts, partner = request.env["jobtrack.prebill.notice"]._from_upcoming_token(token)
        if not accounts:
            return self._not_valid()
        env = self._speak_to(partner, accounts.company_id)
        bills = env["jobtrack.billing.run"]._upcoming_bills(accounts.with_env(env))
        values = {
            "bills": bills,
            "company": accounts.company_id,
            "dispute_url": lambda job: job._jobtrack_dispute_url(partner),
        }
        return self._show("upcoming_page", values)

    @http.route(
        "/jobtrack/dispute/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def dispute(self, token, **_params):
        """Show the job on the coming bill, and the form that keeps it out."""
        return self._answer(token)

    @http.route(
        "/jobtrack/dispute/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def send(self, token, reason="", **_params):
        """Dispute the job in the name of the person the link was sent to; the reason is required."""
        return self._answer(token, lambda job, partner: job._jobtrack_dispute(partner, reason))

    @http.route(
        "/jobtrack/dispute/<string:token>/withdraw",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def withdraw(self, token, **_params):
        """Take the dispute back: the job is billed with the next run."""
        return self._answer(token, lambda job, partner: job._jobtrack_withdraw_dispute(partner))

    def _answer(self, token, act=None):
        """Let the job act, and show what stands now."""
        job, partner = request.env["project.task"]._jobtrack_from_dispute_token(token)
        if not job:
            return self._not_valid()
        env = self._speak_to(partner, job.jobtrack_account_id.company_id)
        job, partner = job.with_env(env), partner.with_env(env)
        said = error = None
        if act:
            said, error = self._attempt(lambda: act(job, partner) or "withdrawn")
        job.invalidate_recordset()
        values = job._jobtrack_dispute_page(partner) | {
            "said": said,
            "error": error,
            "partner": partner,
            "form_url": f"/jobtrack/dispute/{token}",
        }
        return self._show("dispute_page", values)
