from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestJobFields(JobtrackCommon):
    """Administrators add fields to a kind of job; people fill them in, search them, and clients see some (C8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._make_user("ada", "jobtrack_support.group_administrator")
        cls.kind = (
            cls.env["jobtrack.job.type"]
            .with_user(cls.boss)
            .create({"name": "Till", "client_fields": "till number, In Use"})
        )
        cls.kind.job_properties = [
            {"name": "till", "string": "Till Number", "type": "char"},
            {"name": "used", "string": "In use", "type": "boolean"},
            {
                "name": "maker",
                "string": "Maker",
                "type": "selection",
                "selection": [["a", "Acme"], ["b", "Best"]],
            },
        ]
        cls.job = cls._make_job(jobtrack_job_type_id=cls.kind.id)
        cls.job.with_user(cls.employee_user).jobtrack_properties = {"till": "T7", "maker": "a"}

    def test_what_was_filled_in_is_found(self):
        jobs = self.env["project.task"].with_user(self.employee_user)
        self.assertEqual(jobs.search([("jobtrack_properties.till", "=", "T7")]), self.job)
        self.assertFalse(jobs.search([("jobtrack_properties.till", "=", "T8")]))

    def test_the_client_sees_the_marked_ones(self):
        shown = [(row["label"], row["value"]) for row in self.job._jobtrack_client_fields()]
        self.assertEqual(shown, [("Till Number", "T7"), ("In use", "No")])
        self.kind.client_fields = "Maker"
        shown = [(row["label"], row["value"]) for row in self.job._jobtrack_client_fields()]
        self.assertEqual(shown, [("Maker", "Acme")])
        self.kind.client_fields = False
        self.assertEqual(self.job._jobtrack_client_fields(), [])

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_administrators_add_fields(self):
        with self.assertRaises(AccessError):
            self.kind.with_user(self.employee_user).job_properties = []
        client = self._make_portal_user(self.approver)
        with self.assertRaises(AccessError):
            self.job.with_user(client).jobtrack_properties = {"till": "T8"}
        with self.assertRaises(AccessError):
            self.job.with_user(client).read(["jobtrack_properties"])
