from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 12:00:00")
class TestUtilisation(JobtrackCommon):
    """Who could work how much and worked how much on jobs, week by week (C9); 12 March 2026 is a Thursday."""

    def _rows(self, user):
        action = self.env["jobtrack.utilisation"].with_user(user).action_open()
        return self.env["jobtrack.utilisation"].with_user(user).search(action["domain"])

    def test_working_hours_leave_and_time_on_jobs(self):
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ski",
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.employee.resource_calendar_id.id,
                "date_from": "2026-03-02 00:00:00",
                "date_to": "2026-03-03 23:59:59",
            }
        )
        job = self._approve(self._make_job(), 5).task_id
        for day, hours in (
            ("2026-03-09", 2),
            ("2026-03-15", 3),
            ("2026-03-15", 1),
            ("2026-03-04", 0.5),
        ):
            self._log(job, hours, day)
        rows = self._rows(dora)
        self.assertEqual(rows.employee_id, self.employee)
        self.assertEqual(len(rows), 13)
        week, before, earlier = rows[:3]
        self.assertEqual(str(week.date_from), "2026-03-09")
        self.assertEqual((week.available_hours, week.job_hours), (40, 6))
        self.assertEqual(week.consented_hours, 5)
        self.assertEqual(week.utilisation, 15)
        self.assertEqual((before.available_hours, before.job_hours), (24, 0.5))
        self.assertEqual((earlier.available_hours, earlier.job_hours), (40, 0))

    def test_time_of_other_companies_and_without_a_job_does_not_count(self):
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        plain = self.env["project.project"].create({"name": "Plain", "company_id": self.company.id})
        task = self.env["project.task"].create({"name": "Clean up", "project_id": plain.id})
        self._log(task, 8, "2026-03-09")
        self.assertEqual(self._rows(dora)[0].job_hours, 0)
        other = self._make_company("Other Host")
        dora.company_ids |= other
        rows = self.env["jobtrack.utilisation"].with_user(dora).with_company(other)
        self.assertFalse(rows.search(rows.action_open()["domain"]))

    def test_dispatchers_see_it_and_others_do_not(self):
        strangers = (
            self.employee_user,
            self._make_user("rita", "jobtrack_support.group_receptionist"),
            self._make_user("berta", "jobtrack_support.group_billing"),
            self._make_portal_user(self.approver),
        )
        for user in strangers:
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["jobtrack.utilisation"].with_user(user).action_open()
