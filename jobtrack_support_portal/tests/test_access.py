from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestAccess(PortalCommon):
    """The pages' methods are no way round the roles: what a portal user can call over RPC is checked by the models."""

    def test_accounts_of_the_user(self):
        Account = self.env["jobtrack.account"]
        self.assertEqual(Account.with_user(self.member_user)._portal_accounts(), self.account)
        self.assertEqual(Account.with_user(self.other_user)._portal_accounts(), self.other_account)
        for user in (self.former_user, self.colleague_user, self.employee_user):
            self.assertFalse(Account.with_user(user)._portal_accounts())
        public = self.env.ref("base.public_user")
        self.assertFalse(Account.with_user(public)._portal_accounts())

    def test_what_waits_is_read_as_the_user(self):
        self._make_estimate(self._make_job(), 1).action_send()
        account = self.account.with_user(self.member_user)
        self.assertEqual(len(account._portal_orders_to_decide()), 1)
        self.assertEqual(len(account._portal_jobs_waiting()), 1)
        for user in self.strangers:
            account = self.account.with_user(user)
            self.assertFalse(account._portal_orders_to_decide())

    def test_money_is_for_those_who_see_it(self):
        account = self.account.with_user(self.member_user)
        self.assertEqual(account._portal_credit(self.account._contact_of(self.member)), {})
        self.assertTrue(account._portal_credit(self.account._contact_of(self.approver)))
        self.assertFalse(account._portal_overdue(self.account._contact_of(self.member)))

    def test_portal_users_read_no_key_and_no_rate_over_rpc(self):
        job = self._make_job()
        order = self._approve(job, 1)
        with self.assertRaises(AccessError):
            job.with_user(self.member_user).read(["jobtrack_request_key"])
        with self.assertRaises(AccessError):
            order.with_user(self.approver_user).read(["rate"])
        for model in (
            "jobtrack.account.contact",
            "jobtrack.work.order.funding",
            "jobtrack.waiting",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.approver_user).search([])

    def test_links_of_other_peoples_mails_are_not_read_over_rpc(self):
        order = self._make_estimate(self._make_job(), 1)
        order.action_send()
        self.env["mail.mail"].search([]).flush_recordset()
        messages = (
            self.env["mail.message"]
            .with_user(self.member_user)
            .search([("model", "=", "jobtrack.work.order"), ("res_id", "=", order.id)])
        )
        self.assertFalse([body for body in messages.mapped("body") if "jobtrack/consent" in body])

    def test_portal_users_write_nothing_over_rpc(self):
        job = self._make_job()
        for values in ({"name": "x"}, {"priority": "3"}, {"jobtrack_is_emergency": True}):
            with self.assertRaises(AccessError):
                job.with_user(self.approver_user).write(values)
        for values in ({"state": "1_done"}, {"jobtrack_state": "approved"}):
            with self.assertRaises(UserError):
                job.with_user(self.approver_user).write(values)
        with self.assertRaises(AccessError):
            self.account.with_user(self.approver_user).write({"task_limit_hours": 99})
        with self.assertRaises(AccessError):
            self.env["project.task"].with_user(self.approver_user).create(
                {"name": "x", "project_id": self.account.project_id.id}
            )
