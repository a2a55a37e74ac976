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

    def _shown(self):
        return {row["label"]: row["value"] for row in self.job._jobtrack_client_fields()}

    def test_each_kind_of_field_reads_as_people_write_it(self):
        self.kind.job_properties = [
            {"name": "words_html", "string": "Words", "type": "html"},
            {"name": "seats", "string": "Seats", "type": "integer"},
            {"name": "empty", "string": "Empty", "type": "integer"},
            {"name": "worth", "string": "Worth", "type": "monetary"},
            {"name": "day", "string": "Day", "type": "date"},
            {"name": "who", "string": "Who", "type": "many2one", "comodel": "res.partner"},
            {
                "name": "tags",
                "string": "Tags",
                "type": "tags",
                "tags": [["a", "Old", 1], ["b", "New", 2]],
            },
        ]
        self.kind.client_fields = "Words, Seats, Empty, Worth, Day, Who, Tags"
        self.job.jobtrack_properties = {
            "words_html": "<p>Two<br>lines &amp; more</p>",
            "seats": 0,
            "worth": 12.5,
            "day": "2026-03-05",
            "who": self.member.id,
            "tags": ["b"],
        }
        self.env.flush_all()
        self.env.invalidate_all()
        shown = self._shown()
        self.assertEqual(shown.pop("Words").split(), ["Two", "lines", "&", "more"])
        self.assertEqual(
            shown,
            {
                "Seats": "0",
                "Worth": self.account.currency_id.format(12.5),
                "Day": "03/05/2026",
                "Who": self.member.display_name,
                "Tags": "New",
            },
        )

    def test_a_field_that_is_renamed_stays_marked_and_one_that_is_gone_does_not(self):
        till, used, maker = self.kind.job_properties
        self.kind.job_properties = [till | {"string": "Cash desk"}, used, maker]
        self.assertEqual(self.kind.client_fields, "Cash desk, In Use")
        self.assertEqual(self._shown(), {"Cash desk": "T7", "In use": "No"})
        self.kind.job_properties = [used, maker]
        self.assertEqual(self.kind.client_fields, "In Use")
        again = {"name": "internal", "string": "Cash desk", "type": "char"}
        self.kind.job_properties = [again, used, maker]
        self.job.jobtrack_properties = {"internal": "secret"}
        self.assertNotIn("Cash desk", self._shown(), "nobody marked the new one")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_administrators_add_fields(self):
        with self.assertRaises(AccessError):
            self.kind.with_user(self.employee_user).job_properties = []
        client = self._make_portal_user(self.approver)
        with self.assertRaises(AccessError):
            self.job.with_user(client).jobtrack_properties = {"till": "T8"}
        with self.assertRaises(AccessError):
            self.job.with_user(client).read(["jobtrack_properties"])
