from odoo.http import content_disposition, request, route
from werkzeug.exceptions import NotFound

from odoo.addons.portal.controllers.portal import CustomerPortal


class SupportPortal(CustomerPortal):
    """The card on the portal's home, the list of support projects, and what all support pages share.

    Pages find every record with the user's own rights; what a stranger asks for is not found.
    """

    # === SHARED === #

    def _support_account(self, account_id):
        """Return the account if it authorises the current user, and the user's contact on it (I8).

        :raise NotFound: otherwise, also when there is no such account
        """
        account = request.env["jobtrack.account"]._portal_accounts()
        account = account.filtered(lambda candidate: candidate.id == account_id)
        if not account:
            raise NotFound()
        return account, account._contact_of(request.env.user.partner_id)

    def _support_record(self, model, record_id):
        """Return the record if the current user may read it.

        :raise NotFound: otherwise, also when there is no such record
        """
        if not request.env[model].has_access("read"):
            raise NotFound()
        record = request.env[model].search([("id", "=", record_id)])
        if not record:
            raise NotFound()
        return record

    def _support_job(self, job_id):
        """Return the job, its account and the user's contact on it.

        :raise NotFound: when the user may not read the job
        """
        job = self._support_record("project.task", job_id)
        if not job.jobtrack_is_job:
            raise NotFound()
        account, contact = self._support_account(job.sudo().jobtrack_account_id.id)
        return job, account, contact

    def _support_values(self, page_name, account=None, contact=None, **values):
        """Return what every support page is rendered with; the emergency phone stands on each of them (B3)."""
        accounts = account or request.env["jobtrack.account"]._portal_accounts()
        companies = accounts.company_id.sudo()
        return {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            "support_account": account,
            "contact": contact,
            "emergency_companies": companies.filtered("jobtrack_emergency_phone"),
            **values,
        }

    def _support_pdf(self, report, record, company, title):
        """Return a printed record as a download; the caller has found it with the user's own rights.

        :param str report: external id of the report
        :param str title: the file's name without its ending: ``html`` where no PDF can be made
        """
        reports = request.env["ir.actions.report"].sudo().with_company(company.id)
        content, extension = reports._render_qweb_pdf(report, record.ids)
        kind = "application/pdf" if extension == "pdf" else "text/html; charset=utf-8"
        headers = [
            ("Content-Type", kind),
            ("Content-Disposition", content_disposition(f"{title}.{extension}")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)

    # === PAGES === #

    def _prepare_home_portal_values(self, counters):
        """Count for the card and the alert on the portal's home; reads only."""
        values = super()._prepare_home_portal_values(counters)
        # Only what is asked for: the page has no place for another figure, and its script stops there.
        wanted = {"jobtrack_account_count", "jobtrack_waiting_count"}.intersection(counters)
        accounts = request.env["jobtrack.account"]
        if wanted:
            accounts = accounts._portal_accounts()
        if "jobtrack_account_count" in wanted:
            values["jobtrack_account_count"] = len(accounts)
        if "jobtrack_waiting_count" in wanted:
            mine = accounts._portal_jobs_waiting_for_me() if accounts else ()
            values["jobtrack_waiting_count"] = len(mine)
        return values

    @route("/my/support", type="http", auth="user", website=True, methods=["GET"], readonly=True)
    def support_home(self, **_params):
        """List the support projects that authorise the user (A14)."""
        accounts = request.env["jobtrack.account"]._portal_accounts()
        values = self._support_values("support", overview=accounts._portal_overview())
        return request.render("jobtrack_support_portal.portal_support_home", values)
