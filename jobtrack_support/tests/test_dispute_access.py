from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_dispute import DisputeCommon


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-05 10:00:00")
class TestDisputeAccess(DisputeCommon):
    """Who disputes: contacts who approve or see money, and who asked for the job. Who decides: dispatch and billing."""

    def test_who_may_dispute_and_withdraw(self):
        bookkeeper = self._make_person("Bea Books")
        self._make_contact(self.account, bookkeeper, may_request=False, may_see_money=True)
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        for user in (
            self.approver_user,
            self._make_portal_user(bookkeeper),
            self._make_portal_user(self.member),  # asked for the job
            self.billing_user,
            dispatcher,
        ):
            with self.subTest(user=user.login):
                self._dispute(user=user)
                self.assertEqual(self.job.jobtrack_disputed_by_id, user.partner_id)
                self.job.with_user(user).action_jobtrack_withdraw_dispute()
                self.assertFalse(self.job.jobtrack_disputed)

    def _strangers(self):
        """Return everybody who has no say: another client, contacts without a role, former ones, other staff."""
        looker = self._make_person("Lou Looker")
        self._make_contact(self.account, looker)
        former = self._make_person("Fay Former")
        self._make_contact(
            self.account, former, may_approve=True, may_see_money=True
        ).active = False
        other_client = self.env["res.partner"].create({"name": "Other", "is_company": True})
        other = self._make_person("Otto Other", parent=other_client)
        other_account = self._make_account("Other shop", partner=other_client)
        self._make_contact(other_account, other, may_approve=True, may_see_money=True)
        elsewhere = self._make_company("Other host")
        theirs = self._make_user("theo", "jobtrack_support.group_administrator")
        theirs.write({"company_id": elsewhere.id, "company_ids": [Command.set(elsewhere.ids)]})
        desk = self._make_user("rita", "jobtrack_support.group_receptionist")
        clients = [self._make_portal_user(person) for person in (looker, former, other)]
        return [*clients, theirs, desk, self.employee_user]

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_strangers_neither_dispute_nor_withdraw(self):
        strangers = self._strangers()
        for user in strangers:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.job.with_user(user).action_jobtrack_dispute("No")
        self.assertFalse(self.job.jobtrack_disputed)
        self._dispute()
        for user in strangers:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.job.with_user(user).action_jobtrack_withdraw_dispute()
        self.assertTrue(self.job.jobtrack_disputed)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_strangers_and_clients_do_not_decide(self):
        self._dispute()
        for user in (*self._strangers(), self.approver_user):
            job = self.job.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    job.action_jobtrack_decide_dispute()
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    job._jobtrack_decide_dispute("bill", "Fine")
                with self.assertRaises(AccessError):
                    self.env["jobtrack.decide.dispute"].with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    ).create({"task_id": self.job.id, "answer": "Fine"}).action_decide()
        self.assertTrue(self.job.jobtrack_disputed)

    def test_dispatch_decides_as_well(self):
        self._dispute()
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        self._decide("waive", user=dispatcher)
        self.assertEqual(self.job.jobtrack_dispute_decided_name, "Dora")

    def test_staff_record_what_a_client_says_by_phone(self):
        wizard = self.env["jobtrack.record.dispute"].with_user(self.billing_user)
        wizard.create({"task_id": self.job.id, "reason": "Ann called: too much."}).action_record()
        self.assertEqual(self.job.jobtrack_dispute_reason, "Ann called: too much.")
        self.assertEqual(self.job.jobtrack_disputed_name, "Bo")

    def test_no_value_and_no_context_makes_or_ends_a_dispute(self):
        self._dispute()
        for user in (self.employee_user, self.billing_user):
            for values in (
                {"jobtrack_disputed": False},
                {"jobtrack_dispute_reason": "Never mind"},
                {"jobtrack_dispute_decision": "bill"},
                {"jobtrack_disputed_name": "Somebody"},
            ):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    self.job.with_user(user).write(values)
        tasks = self.env["project.task"].with_user(self.employee_user)
        job = tasks.with_context(default_jobtrack_disputed=True).create(
            {"name": "Sly", "project_id": self.account.project_id.id}
        )
        self.assertFalse(job.jobtrack_disputed)
        self.assertFalse(self.job.copy().jobtrack_disputed)
