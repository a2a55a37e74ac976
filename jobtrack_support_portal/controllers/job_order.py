from odoo.http import request, route
from werkzeug.exceptions import NotFound

from .home import SupportPortal


class SupportJobOrder(SupportPortal):
    """The client's own order of its jobs (B1)."""

    @route(
        "/my/support/jobs/<int:job_id>/first",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_job_first(self, job_id, **_params):
        """Put the job before the others of its account, as the logged-in user."""
        job, account, contact = self._support_job(job_id)
        if not contact.may_request or not job.jobtrack_is_open:
            raise NotFound()
        account.action_put_first(job.id)
        return request.redirect(f"/my/support/jobs/{job.id}")
