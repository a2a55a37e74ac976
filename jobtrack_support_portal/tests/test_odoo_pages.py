from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestOdooPages(PortalCommon):
    """In Odoo's own portal pages jobs appear only as far as the roles allow (I8)."""

    def setUp(self):
        super().setUp()
        self.job = self._make_job("Secret repair")
        # A follower of the same company opens a task to all its people in plain Odoo.
        self.job.message_subscribe(partner_ids=self.colleague.ids)
        self.project = self.account.project_id
        self.project.message_subscribe(partner_ids=self.colleague.ids)
        self._approve(self.job, 5)
        self._log(self.job, 1, name="Secret time")

    def test_lists_show_jobs_to_contacts_only(self):
        for user, seen in (
            (self.member_user, True),
            (self.colleague_user, False),
            (self.former_user, False),
            (self.other_user, False),
        ):
            with self.subTest(user=user.login):
                self._log_in(user)
                self.assertEqual("Secret repair" in self.url_open("/my/tasks").text, seen)
                self.assertEqual("Client shop" in self.url_open("/my/projects").text, seen)

    def test_time_entries_are_shown_to_no_client(self):
        for user in self.member_user | self.colleague_user | self.approver_user:
            with self.subTest(user=user.login):
                self._log_in(user)
                self.assertNotIn("Secret time", self.url_open("/my/timesheets").text)
                self.assertNotIn("Repair", self.url_open("/my/timesheets").text)

    def test_job_and_project_pages_lead_to_ours(self):
        token = self.job._portal_ensure_token()
        part = self.env["project.task"].create(
            {"name": "Part", "project_id": self.project.id, "parent_id": self.job.id}
        )
        ours = f"/my/support/jobs/{self.job.id}"
        pages = {
            f"/my/tasks/{self.job.id}": ours,
            f"/my/tasks/{self.job.id}?access_token={token}": ours,
            f"/my/tasks/{part.id}": ours,
            f"/my/projects/{self.project.id}/task/{self.job.id}": ours,
            f"/my/projects/{self.project.id}": f"/my/support/{self.account.id}",
            f"/my/projects/{self.project.id}/project_sharing": f"/my/support/{self.account.id}",
        }
        self._log_in(self.member_user)
        for url, target in pages.items():
            with self.subTest(url=url):
                response = self.url_open(url, allow_redirects=False)
                self.assertEqual(
                    response.headers["Location"].split("8069")[-1][-len(target) :], target
                )
        self._log_in(self.colleague_user)
        self.assertEqual(self.url_open(f"/my/tasks/{self.job.id}").status_code, 404)
        self.authenticate(None, None)
        response = self.url_open(f"/my/tasks/{self.job.id}?access_token={token}")
        self.assertNotIn("Secret repair", response.text)

    def test_other_tasks_keep_odoos_pages(self):
        project = self.env["project.project"].create(
            {"name": "Plain", "privacy_visibility": "portal", "company_id": self.company.id}
        )
        task = self.env["project.task"].create({"name": "Plain task", "project_id": project.id})
        project.message_subscribe(partner_ids=self.member.ids)
        task.message_subscribe(partner_ids=self.member.ids)
        self._log_in(self.member_user)
        for url in (
            f"/my/tasks/{task.id}",
            f"/my/projects/{project.id}",
            f"/my/projects/{project.id}/task/{task.id}",
        ):
            self.assertIn("Plain task", self.url_open(url).text)

    def test_links_in_mails_open_our_page(self):
        self.assertEqual(self.job.access_url, f"/my/support/jobs/{self.job.id}")

    def test_staff_keep_odoos_page(self):
        self.employee_user.group_ids |= self.env.ref("project.group_project_user")
        self._log_in(self.employee_user)
        response = self.url_open(f"/my/tasks/{self.job.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 200)
