from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.http import request, route
from werkzeug.exceptions import NotFound

from .home import SupportPortal


class SupportCallPortal(SupportPortal):
    """Booking a call on a job. GET shows, POST books; the job itself checks who may and what is free (C10)."""

    @route(
        "/my/support/jobs/<int:job_id>/call",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_call(self, job_id, move=None, **_params):
        """Show the free times, by the reader's clock.

        :param move: id of the booked call that is being moved
        """
        return self._support_call_page(job_id, self._support_number(move))

    @route(
        "/my/support/jobs/<int:job_id>/call/book",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_call_book(self, job_id, start="", move=None, **_params):
        """Book the chosen time as the logged-in user, or move the booked call there."""
        job = self._support_job(job_id)[0]
        call_id = self._support_number(move)
        try:
            moment = datetime.strptime(start, "%Y-%m-%d %H:%M:%S")
        except ValueError:
            words = request.env._("Please choose one of the times.")
            return self._support_call_page(job_id, call_id, words)
        return self._support_call_act(
            job, lambda: job.action_jobtrack_book_call(moment, call_id), call_id
        )

    @route(
        "/my/support/jobs/<int:job_id>/call/<int:call_id>/cancel",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_call_cancel(self, job_id, call_id, **_params):
        """Cancel a booked call as the logged-in user."""
        job = self._support_job(job_id)[0]
        return self._support_call_act(job, lambda: job.action_jobtrack_cancel_call(call_id))

    def _support_call_act(self, job, act, call_id=None):
        """Let the job act; a refusal, such as a time that was just taken, is shown beside what is free now."""
        try:
            with request.env.cr.savepoint():
                act()
        except AccessError as error:
            raise NotFound() from error
        except UserError as error:
            return self._support_call_page(job.id, call_id, str(error))
        return request.redirect(f"/my/support/jobs/{job.id}")

    def _support_call_page(self, job_id, call_id=None, error=None):
        job, account, contact = self._support_job(job_id)
        if not job._jobtrack_may_call(request.env.user.partner_id):
            raise NotFound()
        tz = job._jobtrack_portal_tz(request.cookies.get("tz"))
        values = self._support_values(
            "support_call",
            account,
            contact,
            job={"id": job.id, "name": job.name, "reference": job.jobtrack_reference},
            page=job._jobtrack_portal_call_page(tz, call_id),
            error=error,
        )
        return request.render("jobtrack_support_portal.portal_support_call", values)

    @staticmethod
    def _support_number(text):
        """Return what a form or an address names as a number, or None."""
        return int(text) if (text or "").isdecimal() else None
