from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestTime(JobtrackCommon):
    """Time is billable as far as the client consented; nothing typed is ever lost."""

    def test_time_before_an_approval_is_pending(self):
        job = self._make_job()
        line = self._log(job, 1)
        self.assertTrue(line.jobtrack_pending)
        self.assertFalse(line.jobtrack_billable)
        self.assertSound()

    def test_approving_a_version_that_names_pending_time_makes_it_billable(self):
        job = self._make_job()
        line = self._log(job, 1)
        order = self._make_estimate(job, 3, time_ids=[Command.set(line.ids)])
        order.action_send()
        self.assertTrue(line.jobtrack_pending, "sent is not approved")
        order.action_approve()
        self.assertTrue(line.jobtrack_billable)
        self.assertFalse(line.jobtrack_pending)

    def test_declining_a_version_waives_the_time_it_names(self):
        job = self._make_job()
        line = self._log(job, 1)
        order = self._make_estimate(job, 3, time_ids=[Command.set(line.ids)])
        order.action_send()
        order.action_decline("Too dear")
        self.assertFalse(line.jobtrack_billable or line.jobtrack_pending)

    def test_time_beyond_the_approved_hours_is_pending_and_can_be_split(self):
        job = self._make_job()
        self._approve(job, 2)
        line = self._log(job, 3)
        self.assertTrue(line.jobtrack_pending)
        line.action_jobtrack_split()
        self.assertEqual((line.unit_amount, line.jobtrack_billable), (2, True))
        rest = job.jobtrack_time_ids - line
        self.assertEqual((rest.unit_amount, rest.jobtrack_pending), (1, True))
        with self.assertRaisesRegex(UserError, "No approved hours are left"):
            rest.action_jobtrack_split()
        self.assertEqual(job.jobtrack_total_hours, 3)
        self.assertSound()

    def test_only_a_version_that_names_it_makes_time_before_it_or_after_it_billable(self):
        with freeze_time("2026-03-02 10:00:00"):
            job = self._make_job()
            early = self._log(job, 1)
        with freeze_time("2026-03-03 10:00:00"):
            self._approve(job, 3)
            with self.assertRaisesRegex(UserError, "before the approval"):
                early.action_jobtrack_split()
            over = self._log(job, 4)
            job.action_jobtrack_split_time()
            self.assertEqual((over.unit_amount, over.jobtrack_billable), (3, True))
            over.unit_amount = 2
            self.assertTrue(over.jobtrack_billable)
            job._jobtrack_complete("Done")
            late = self._log(job, 1)
            with self.assertRaisesRegex(UserError, "after its completion"):
                late.action_jobtrack_split()
        self.assertEqual((early.jobtrack_pending, late.jobtrack_pending), (True, True))
        self.assertSound()

    def test_a_change_order_covers_the_overrun(self):
        job = self._make_job()
        first = self._approve(job, 2)
        self._log(job, 2)
        over = self._log(job, 1)
        context = job.action_jobtrack_estimate()["context"]
        self.assertEqual(context["default_hours"], 3)
        second = self._make_estimate(
            job, context["default_hours"], time_ids=context["default_time_ids"]
        )
        self.assertIn("Ask the client", job.jobtrack_next_step)
        second.action_send()
        job.invalidate_recordset(["jobtrack_next_step"])
        self.assertIn("The client decides", job.jobtrack_next_step)
        self.assertEqual(
            (first.state, job.jobtrack_state), ("approved", "approved"), "v1 stays in force"
        )
        second.action_approve()
        self.assertEqual((first.state, second.state), ("superseded", "approved"))
        self.assertTrue(over.jobtrack_billable)
        self.assertEqual(job.allocated_hours, 3)
        self.assertSound()

    def test_a_declined_change_order_leaves_the_first_in_force(self):
        job = self._make_job()
        first = self._approve(job, 2)
        second = self._make_estimate(job, 5)
        second.action_send()
        second.action_decline("No")
        self.assertEqual((first.state, job.jobtrack_state), ("approved", "approved"))
        self.assertEqual(job.jobtrack_approved_hours, 2)

    def test_time_on_a_part_counts_on_its_job(self):
        job = self._make_job()
        self._approve(job, 2)
        part = self.env["project.task"].create(
            {"name": "A part", "parent_id": job.id, "project_id": job.project_id.id}
        )
        self.assertFalse(part.jobtrack_is_job or part.jobtrack_state)
        line = self._log(part, 1.5)
        self.assertEqual(line.jobtrack_job_id, job)
        self.assertTrue(line.jobtrack_billable)
        self.assertEqual(job.jobtrack_billable_hours, 1.5)

    def test_time_on_a_job_that_is_not_billable_costs_nothing(self):
        job = self._make_job()
        early = self._log(job, 1)
        job.action_jobtrack_not_billable()
        late = self._log(job, 1)
        for line in early | late:
            self.assertFalse(line.jobtrack_billable or line.jobtrack_pending)
        job._jobtrack_complete("Answered")
        self.assertFalse(job.jobtrack_is_open)

    def test_correcting_time_keeps_consent_in_step(self):
        job = self._make_job()
        self._approve(job, 2)
        line = self._log(job, 2)
        line.unit_amount = 2.5
        self.assertTrue(line.jobtrack_pending)
        line.unit_amount = 1
        self.assertTrue(line.jobtrack_billable)
        self.assertSound()

    def test_billed_time_keeps_its_figures(self):
        job = self._do_job(1, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        line = job.jobtrack_time_ids
        self.assertTrue(line.jobtrack_statement_line_id)
        for values in (
            {"unit_amount": 9},
            {"date": "2026-01-01"},
            {"task_id": self._make_job().id},
        ):
            with self.assertRaisesRegex(UserError, "billed"):
                line.write(values)
        with self.assertRaisesRegex(UserError, "billed"):
            line.unlink()
        line.name = "A better text"

    def test_a_technician_logs_time_but_never_decides_what_is_billable(self):
        job = self._make_job()
        self._approve(job, 2)
        as_technician = self.env["account.analytic.line"].with_user(self.employee_user)
        values = {
            "name": "Work",
            "task_id": job.id,
            "project_id": job.project_id.id,
            "unit_amount": 1,
        }
        category = self.env.ref("jobtrack_support.time_category_analysis")
        line = as_technician.create(values | {"jobtrack_category_id": category.id})
        self.assertTrue(line.jobtrack_billable)
        with self.assertRaisesRegex(UserError, "consent"):
            as_technician.create(values | {"jobtrack_billable": True})
        with self.assertRaisesRegex(UserError, "consent"):
            line.write({"jobtrack_pending": False})

    def test_a_technician_does_not_split_the_time_of_others(self):
        job = self._make_job()
        self._approve(job, 2)
        line = self._log(job, 3)
        other_user = self._make_user("otto", "jobtrack_support.group_technician")
        self.env["hr.employee"].create(
            {"name": "Otto", "user_id": other_user.id, "company_id": self.company.id}
        )
        with self.assertRaises(AccessError):
            line.with_user(other_user).action_jobtrack_split()
        line.with_user(self.employee_user).action_jobtrack_split()

    def test_typing_beyond_the_limit_warns(self):
        job = self._make_job()
        self._approve(job, 2)
        line = self.env["account.analytic.line"].new(
            {
                "task_id": job.id,
                "project_id": job.project_id.id,
                "unit_amount": 3,
                "jobtrack_job_id": job.id,
            }
        )
        self.assertIn("2:00 h are approved", line._onchange_jobtrack_limit()["warning"]["message"])
        line.unit_amount = 2
        self.assertIsNone(line._onchange_jobtrack_limit())


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBesideSalesTimesheet(JobtrackCommon):
    """JobTrack's time is never billed by Odoo's timesheet invoicing as well, on any of its paths."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env["product.product"].create(
            {
                "name": "Consulting",
                "type": "service",
                "invoice_policy": "delivery",
                "service_type": "timesheet",
                "uom_id": cls.env.ref("uom.product_uom_hour").id,
                "list_price": 90,
            }
        )
        cls.other_order = cls.env["sale.order"].create(
            {
                "partner_id": cls.client_company.id,
                "company_id": cls.company.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 10})],
            }
        )
        cls.other_order.action_confirm()
        cls.other_line = cls.other_order.order_line

    def _assert_other_order_untouched(self):
        self.assertEqual(self.other_line.qty_delivered, 0)
        self.assertEqual(self.other_line.qty_to_invoice, 0)

    def test_a_new_job_is_not_linked_to_the_clients_other_orders(self):
        job = self._make_job()
        self._approve(job, 2)
        line = self._log(job, 2)
        self.assertFalse(job.sale_line_id or line.so_line)
        self.assertEqual(job.partner_id, self.client_company)
        self._assert_other_order_untouched()

    def test_a_support_project_cannot_be_made_billable(self):
        with self.assertRaises(ValidationError):
            self.account.project_id.allow_billable = True

    def test_a_job_takes_no_sales_order_item(self):
        job = self._make_job()
        with self.assertRaises(ValidationError):
            job.sale_line_id = self.other_line
        with self.assertRaises(ValidationError):
            self._make_job(sale_line_id=self.other_line.id)

    def test_time_on_a_job_takes_no_sales_order_item(self):
        job = self._make_job()
        with self.assertRaises(ValidationError):
            self._log(job, 1, so_line=self.other_line.id)
        line = self._log(job, 1)
        with self.assertRaises(ValidationError):
            line.write({"so_line": self.other_line.id, "is_so_line_edited": True})

    def test_a_project_with_billable_tasks_becomes_a_support_project_without_links(self):
        project = self.env["project.project"].create(
            {
                "name": "Was billable",
                "company_id": self.company.id,
                "partner_id": self.client_company.id,
                "allow_billable": True,
                "sale_line_id": self.other_line.id,
            }
        )
        task = self.env["project.task"].create({"name": "Old", "project_id": project.id})
        self._log(task, 1)
        self.assertEqual(self.other_line.qty_delivered, 1, "it is billable before")
        account = self.env["jobtrack.account"].create(
            {
                "project_id": project.id,
                "partner_id": self.client_company.id,
                "company_id": self.company.id,
            }
        )
        self.assertFalse(project.allow_billable)
        new = self._make_job("New", account=account)
        self._log(new, 2)
        self.assertFalse(new.sale_line_id)
        self.assertEqual(new.partner_id, self.client_company)
        self.assertLessEqual(self.other_line.qty_delivered, 1, "new time never counts on the order")

    def test_moving_a_job_keeps_its_client(self):
        job = self._make_job()
        other = self._make_account("Second project")
        job.project_id = other.project_id
        self.assertEqual(job.partner_id, self.client_company)
        self.assertEqual(job.jobtrack_account_id, other)
        self.assertFalse(job.sale_line_id)

    def test_a_job_with_time_does_not_move(self):
        job = self._make_job()
        self._log(job, 1)
        with self.assertRaisesRegex(UserError, "stays in its project"):
            job.project_id = self._make_account("Second project").project_id

    def test_billing_the_job_leaves_the_order_alone_and_the_other_way_round(self):
        self._do_job(2, date="2026-03-02")
        project = self.env["project.project"].create(
            {
                "name": "Consulting",
                "company_id": self.company.id,
                "allow_billable": True,
                "partner_id": self.client_company.id,
                "sale_line_id": self.other_line.id,
            }
        )
        task = self.env["project.task"].create({"name": "Consult", "project_id": project.id})
        self._log(task, 3)
        with freeze_time("2026-03-08 10:00:00"):
            run = self._run("2026-03-08")
        self.assertEqual(run.statement_ids.line_ids.mapped("hours"), [2])
        invoice = self.other_order._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.mapped("quantity"), [3])
        self.assertSound()

    def test_old_tasks_and_their_time_stay_out_of_a_new_support_project(self):
        project = self.env["project.project"].create({"name": "Old", "company_id": self.company.id})
        old = self.env["project.task"].create({"name": "Old task", "project_id": project.id})
        before = self._log(old, 1)
        account = self.env["jobtrack.account"].create(
            {
                "project_id": project.id,
                "partner_id": self.client_company.id,
                "company_id": self.company.id,
            }
        )
        after = self._log(old, 1)
        self.assertFalse(old.jobtrack_is_job or before.jobtrack_job_id or after.jobtrack_job_id)
        old.state = "1_done"
        self.assertTrue(self._make_job(account=account).jobtrack_is_job)
