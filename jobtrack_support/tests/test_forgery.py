from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-03 10:00:00")
class TestForgery(JobtrackCommon):
    """Consent, billed time and whose work it is follow from steps; no value and no context sent over RPC makes them."""

    def _as_technician(self, record, **context):
        return record.with_user(self.employee_user).with_context(**context)

    def test_a_context_does_not_make_consent(self):
        job = self._make_job()
        orders = self._as_technician(
            self.env["jobtrack.work.order"],
            default_state="approved",
            default_decided_name="Ann Approver",
            default_decision_channel="portal",
            default_minutes=300,
            default_sent_date="2026-03-01",
        )
        order = orders.create({"task_id": job.id, "hours": 1, "scope": "All"})
        self.assertEqual((order.state, order.hours), ("draft", 1))
        self.assertFalse(order.decided_name or order.decision_channel or order.sent_date)

    def test_a_context_does_not_approve_a_job(self):
        tasks = self._as_technician(
            self.env["project.task"],
            default_jobtrack_approved_minutes=6000,
            default_jobtrack_state="approved",
        )
        job = tasks.create({"name": "Sly", "project_id": self.account.project_id.id})
        self.assertEqual((job.jobtrack_approved_minutes, job.jobtrack_state), (0, "requested"))

    def test_a_context_does_not_make_time_billable_or_billed(self):
        billed = self._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        job = self._make_job()
        lines = self._as_technician(
            self.env["account.analytic.line"],
            default_jobtrack_statement_line_id=billed.jobtrack_statement_line_ids.id,
            default_jobtrack_billable=True,
        )
        line = lines.create(
            {"name": "Sly", "task_id": job.id, "project_id": job.project_id.id, "unit_amount": 9}
        )
        self.assertFalse(line.jobtrack_statement_line_id or line.jobtrack_billable)
        self.assertTrue(line.jobtrack_pending)

    def test_nobody_moves_work_to_another_client(self):
        other = self._make_account("Other project")
        manager = self._make_user(
            "mara", "project.group_project_manager", "jobtrack_support.group_technician"
        )
        job = self._make_job()
        order = self._make_estimate(job, 1)
        for record in (job, order, self.account.project_id):
            with self.subTest(record=record._name), self.assertRaises(UserError):
                record.with_user(manager).jobtrack_account_id = other
        with self.assertRaises(AccessError):
            self.account.project_id.with_user(manager).write({"jobtrack_account_id": False})

    def test_an_estimate_names_time_of_its_own_job_only(self):
        worked = self._make_job()
        self._approve(worked, 4)
        line = self._log(worked, 4)
        with self.assertRaisesRegex(UserError, "its own job"):
            self._make_estimate(self._make_job(), 1, time_ids=line.ids)

    def test_declining_leaves_consented_time_alone_and_waived_time_stays_waived(self):
        job = self._make_job()
        self._approve(job, 4)
        self._log(job, 3)
        over = self._log(job, 2)
        order = self._make_estimate(job, 5, time_ids=over.ids)
        over.action_jobtrack_split()
        order.action_send()
        self.assertTrue(over.jobtrack_billable)
        rest = job.jobtrack_time_ids.filtered("jobtrack_pending")
        order.action_decline("No")
        self.assertTrue(over.jobtrack_billable, "the version in force covers it")
        later = self._make_estimate(job, 6, time_ids=rest.ids)
        later.action_send()
        later.action_decline("Still no")
        self.assertTrue(rest.jobtrack_waived)
        rest.unit_amount = 0.5
        self.assertFalse(rest.jobtrack_billable or rest.jobtrack_pending)

    def test_staff_of_one_company_take_no_steps_in_another(self):
        other_company = self._make_company("Other host")
        client = self.env["res.partner"].create({"name": "Their client"})
        account = self._make_account("Theirs", partner=client, company=other_company)
        self._make_contact(account, client, may_approve=True)
        order = self._make_estimate(self._make_job(account=account), 1)
        order.action_send()
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        with self.assertRaises(AccessError):
            order.with_user(dispatcher).action_approve()
        run = self.env["jobtrack.billing.run"].create(
            {"company_id": other_company.id, "date": "2026-03-01"}
        )
        billing = self._make_user("bill", "jobtrack_support.group_billing")
        with self.assertRaises(AccessError):
            run.with_user(billing).action_bill()
        self.assertFalse(
            self.env["jobtrack.work.order.funding"]
            .with_user(billing)
            .search([("work_order_id", "=", order.id)])
        )

    # === CLOCK AND DEFAULTS OF A PERSON WHO DECIDES ===

    def _as_approver(self, order, **context):
        user = self._make_portal_user(self.approver)
        return order.with_user(user).with_context(**context)

    def test_a_context_does_not_turn_the_clock_back(self):
        order = self._make_estimate(self._make_job(), 1)
        order.action_send()
        with freeze_time("2026-05-01 10:00:00"):
            late = self._as_approver(order, jobtrack_now="2026-03-04 10:00:00")
            with self.assertRaises(UserError):
                late.action_approve()
        self.assertNotEqual(order.state, "approved")

    def test_a_context_does_not_end_a_quarter(self):
        pack = self.account._grant_hours(5, 40, None, "2026-03-31", "Gift")
        order = self._make_estimate(self._make_job(), 1)
        order.action_send()
        self._as_approver(order, jobtrack_now="2026-07-02 10:00:00").action_approve()
        self.assertEqual((str(order.decision_date)[:10], pack.is_lapsed), ("2026-03-03", False))

    def test_a_context_does_not_reserve_hours_that_are_not_there(self):
        self.account.credit_limit = 0
        order = self._make_estimate(self._make_job(), 10)
        order.action_send()
        self._as_approver(order, default_reserved_minutes=600).action_approve()
        self.assertEqual(sum(order.funding_ids.mapped("reserved_minutes")), 0)
        self.assertEqual(order.task_id.jobtrack_hold_reason, "funds")

    def test_a_context_does_not_fill_a_pack_that_is_rolled_over(self):
        self.company.jobtrack_estimate_days = 60
        self.account._grant_hours(2, 40, None, "2026-03-31", "Gift")
        self._approve(self._make_job(), 2)
        order = self._make_estimate(self._make_job(), 1)
        order.action_send()
        with freeze_time("2026-04-01 10:00:00"):
            self._as_approver(order, default_minutes_remaining=60000).action_approve()
            rolled = self.account.pack_ids.filtered(lambda pack: pack.source == "rollover")
            self.assertEqual(rolled.minutes_remaining, 120)
            self.assertSound()

    def test_a_billing_run_is_not_declared_done(self):
        billing = self._make_user("bill", "jobtrack_support.group_billing")
        run = self.env["jobtrack.billing.run"].with_user(billing).create({"date": "2026-03-01"})
        with self.assertRaises(AccessError):
            run.state = "done"

    def test_an_account_in_use_keeps_its_project_and_currency(self):
        self._do_job(1, date="2026-03-02")
        billing = self._make_user("bill", "jobtrack_support.group_billing")
        account = self.account.with_user(billing)
        for values in (
            {"currency_id": self.env.ref("base.EUR").id},
            {"project_id": self._make_project().id},
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "stay once"):
                account.write(values)

    def _make_project(self):
        return self.env["project.project"].create({"name": "Plain", "company_id": self.company.id})

    def test_a_rate_below_zero_is_refused(self):
        with self.assertRaisesRegex(UserError, "0 or more"):
            self._make_estimate(self._make_job(), 1, rate=-5)
