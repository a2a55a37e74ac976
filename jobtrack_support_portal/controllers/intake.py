from odoo.http import request, route
from werkzeug.exceptions import NotFound

from .home import SupportPortal


class SupportIntakePortal(SupportPortal):
    """Which mails a contact gets, drafts that wait, and the main contact who takes a job over."""

    @route(
        "/my/support/<int:account_id>/mail",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_mail(self, account_id, **_params):
        """Show which mails the user gets about this project."""
        account, contact = self._support_account(account_id)
        return self._support_mail_page(account, contact)

    @route(
        "/my/support/<int:account_id>/mail",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_mail_save(self, account_id, digest="", **_params):
        """Keep the user's own choice."""
        account, contact = self._support_account(account_id)
        contact._set_mail_settings(request.httprequest.form.getlist("wanted"), digest)
        return self._support_mail_page(account, contact, saved=True)

    def _support_mail_page(self, account, contact, saved=False):
        values = self._support_values(
            "support_mail", account, contact, settings=contact._mail_settings(), saved=saved
        )
        return request.render("jobtrack_support_portal.portal_support_mail", values)

    @route(
        "/my/support/drafts/<int:draft_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_draft_withdraw(self, draft_id, **_params):
        """Take an own draft back."""
        mine = request.env["jobtrack.account"]._portal_accounts()._portal_drafts()
        draft = mine.filtered(lambda candidate: candidate.id == draft_id)
        if not draft:
            raise NotFound()
        account = draft.jobtrack_account_id
        # The user's own draft on an account that authorises the user: safe in sudo.
        draft.action_withdraw()
        return request.redirect(f"/my/support/{account.id}")

    @route(
        "/my/support/jobs/<int:job_id>/take-over",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_job_take_over(self, job_id, **_params):
        """Let the main contact become the one who asked for the job (B4)."""
        job, _account, contact = self._support_job(job_id)
        job._jobtrack_take_over(contact)
        return request.redirect(f"/my/support/jobs/{job.id}")
