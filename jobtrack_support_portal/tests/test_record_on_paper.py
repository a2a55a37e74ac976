from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortalCommon


@tagged("post_install", "-at_install", "security")
class TestRecordOnPaper(PortalCommon):
    """The record of a decision names rates and persons: who may not see those gets no paper either (D3, I8)."""

    @mute_logger("odoo.http")
    def test_odoo_prints_it_by_its_number_for_staff_alone(self):
        """A contact who sees what it costs has a page of its own for it."""
        order = self._approve(self._make_job(), 3, rate=77.13)
        self.assertTrue(order.consent_record)
        for user, may in (
            (self.approver_user, False),
            (self.employee_user, True),
            (self.member_user, False),
            (self.former_user, False),
            (self.colleague_user, False),
            (self.other_user, False),
        ):
            with self.subTest(user=user.name):
                self._log_in(user)
                page = self.url_open(f"/report/html/jobtrack_support.report_consent/{order.id}")
                self.assertEqual("77.13" in page.text, may)
                self.assertEqual(page.status_code == 200, may)
