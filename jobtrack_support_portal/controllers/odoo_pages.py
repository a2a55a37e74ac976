from odoo.http import request, route

from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class SupportInProjectPortal(ProjectCustomerPortal):
    """Odoo's own project pages send jobs and support projects to the support pages.

    Odoo's pages show them to whoever holds a link with a token; ours ask who is logged in (I8).
    """

    def _support_page_of_project(self, project_id):
        """Return the address of the support page of a project, None when it has none or staff ask."""
        if request.env.user._is_internal():
            return None
        project = request.env["project.project"].sudo().browse(project_id).exists()
        account = project.jobtrack_account_id
        return f"/my/support/{account.id}" if account else None

    def _support_page_of_task(self, task_id):
        """Return the address of the page of a job, for its parts too, None when it is no job or staff ask."""
        task = request.env["project.task"].sudo().browse(task_id).exists()
        if request.env.user._is_internal() or not task.jobtrack_account_id:
            return None
        while task.parent_id:
            task = task.parent_id
        return f"/my/support/jobs/{task.id}"

    @route()
    def portal_my_project(self, project_id=None, **params):
        """Send support projects to their own page."""
        page = self._support_page_of_project(project_id)
        return request.redirect(page) if page else super().portal_my_project(project_id, **params)

    @route()
    def portal_my_project_task(self, project_id=None, task_id=None, **params):
        """Send jobs to their own page."""
        page = self._support_page_of_task(task_id) or self._support_page_of_project(project_id)
        if page:
            return request.redirect(page)
        return super().portal_my_project_task(project_id, task_id, **params)

    @route()
    def portal_my_task(self, task_id, **params):
        """Send jobs to their own page."""
        page = self._support_page_of_task(task_id)
        return request.redirect(page) if page else super().portal_my_task(task_id, **params)

    @route()
    def render_project_backend_view(self, project_id, subpath=None):
        """Send support projects to their own page instead of the shared project view."""
        page = self._support_page_of_project(project_id)
        if page:
            return request.redirect(page)
        return super().render_project_backend_view(project_id, subpath)
