import uuid

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route
from werkzeug.exceptions import NotFound

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.jobtrack_account import MAX_FILES, MAX_MEGABYTES, MAX_TITLE
from .home import SupportPortal

STEP = 20
SEARCHED = {
    "all": ("name", "jobtrack_reference", "description"),
    "reference": ("jobtrack_reference",),
    "name": ("name",),
}


class SupportJobPortal(SupportPortal):
    """Jobs in the portal: the list, the form for a new one, the page of one."""

    # === LIST === #

    @route(
        [
            "/my/support/<int:account_id>/jobs",
            "/my/support/<int:account_id>/jobs/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_jobs(
        self,
        account_id,
        page=1,
        sortby=None,
        filterby=None,
        search=None,
        search_in="all",
        **_params,
    ):
        """List jobs; billed ones only where they are asked for, by filter or by search (A8)."""
        account, contact = self._support_account(account_id)
        filters, sortings = self._support_job_filters(account), self._support_job_sortings()
        search_in = search_in if search_in in SEARCHED else "all"
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else ("all" if search else "open")
        domain = Domain(account._portal_job_domain()) & Domain(filters[filterby]["domain"])
        if search:
            domain &= Domain.OR([(name, "ilike", search)] for name in SEARCHED[search_in])
        Job = request.env["project.task"]
        url = f"/my/support/{account.id}/jobs"
        url_args = {
            "sortby": sortby,
            "filterby": filterby,
            "search": search,
            "search_in": search_in,
        }
        pager = portal_pager(url, Job.search_count(domain), page, STEP, url_args=url_args)
        jobs = Job.search(
            domain, order=sortings[sortby]["order"], limit=STEP, offset=pager["offset"]
        )
        values = self._support_values(
            "support_jobs",
            account,
            contact,
            rows=jobs._jobtrack_portal_rows(),
            may_request=account._may_request(request.env.user.partner_id)[0],
            pager=pager,
            default_url=url,
            searchbar_filters=filters,
            searchbar_sortings=sortings,
            searchbar_inputs=self._support_job_inputs(),
            **url_args,
        )
        return request.render("jobtrack_support_portal.portal_support_jobs", values)

    def _support_job_filters(self, account):
        waiting = account._portal_jobs_waiting().ids
        words = request.env._
        return {
            "open": {"label": words("Open"), "domain": [("jobtrack_is_open", "=", True)]},
            "waiting": {"label": words("Waiting for You"), "domain": [("id", "in", waiting)]},
            "done": {"label": words("Done"), "domain": [("jobtrack_state", "=", "done")]},
            "billed": {"label": words("Billed"), "domain": [("jobtrack_state", "=", "billed")]},
            "all": {"label": words("All"), "domain": []},
        }

    def _support_job_sortings(self):
        words = request.env._
        newest = "jobtrack_date_requested desc, id desc"
        return {
            "date": {"label": words("Newest"), "order": newest},
            "oldest": {"label": words("Oldest"), "order": "jobtrack_date_requested, id"},
            "priority": {"label": words("Priority"), "order": f"priority desc, {newest}"},
            "name": {"label": words("Title"), "order": "name, id"},
        }

    def _support_job_inputs(self):
        words = request.env._
        return {
            "all": {"input": "all", "label": words("Search in Everything")},
            "reference": {"input": "reference", "label": words("Search in Reference")},
            "name": {"input": "name", "label": words("Search in Title")},
        }

    # === NEW === #

    @route(
        "/my/support/<int:account_id>/jobs/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_job_form(self, account_id, **_params):
        """Show the form for a new job, or why there can be none now."""
        account, contact = self._support_account(account_id)
        return self._support_job_form(account, contact, {"key": uuid.uuid4().hex})

    @route(
        "/my/support/<int:account_id>/jobs/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_job_create(self, account_id, **post):
        """Create the job; what was typed stays when it cannot be created (A1)."""
        account, contact = self._support_account(account_id)
        typed = {name: post.get(name, "") for name in ("name", "description", "priority", "key")}
        uploads = request.httprequest.files.getlist("files")
        files = [(upload.filename, upload.read()) for upload in uploads if upload.filename]
        try:
            with request.env.cr.savepoint():
                if post.get("draft"):
                    account._keep_request(request.env.user.partner_id, typed, files)
                    return request.redirect(f"/my/support/{account.id}")
                job = account._create_request(request.env.user.partner_id, typed, files)
        except UserError as error:
            return self._support_job_form(account, contact, typed, str(error), bool(files))
        return request.redirect(f"/my/support/jobs/{job.id}?created=1")

    def _support_job_form(self, account, contact, typed, error=None, had_files=False):
        allowed, reason = account._may_request(request.env.user.partner_id)
        values = self._support_values(
            "support_job_form",
            account,
            contact,
            typed=typed,
            error=error,
            had_files=had_files,
            may_request=allowed,
            why_not=reason,
            may_draft=account._may_keep_request(contact),
            max_files=MAX_FILES,
            max_megabytes=MAX_MEGABYTES,
            max_title=MAX_TITLE,
        )
        return request.render("jobtrack_support_portal.portal_support_job_form", values)

    # === ONE === #

    @route(
        "/my/support/jobs/<int:job_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_job(self, job_id, created=None, **_params):
        """Show one job with its conversation: one place for question, approval, delivery and bill (D2)."""
        return self._support_job_page(job_id, created=bool(created))

    def _support_job_page(self, job_id, **values):
        """Return the page of a job, with what a step that was just tried has to say."""
        job, account, contact = self._support_job(job_id)
        values = self._support_values(
            "support_job",
            account,
            contact,
            # The conversation acts as the logged-in user: no token that could be passed on.
            object=job,
            job=job._jobtrack_portal_page(contact),
            **{"created": False, "photo_error": None, **values},
        )
        return request.render("jobtrack_support_portal.portal_support_job", values)

    @route(
        "/my/support/jobs/<int:job_id>/files/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_job_file(self, job_id, file_id, **_params):
        """Download a file of the job; its address opens nothing for people who may not read the job."""
        job = self._support_job(job_id)[0]
        files = job.sudo()._jobtrack_client_files()
        file = files.filtered(lambda candidate: candidate.id == file_id)
        if not file:
            raise NotFound()
        return request.env["ir.binary"]._get_stream_from(file).get_response(as_attachment=True)
