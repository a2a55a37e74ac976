from odoo.tests import tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestWorkers(JobtrackCommon):
    """Several scheduled actions bill at the same time; their number is a setting."""

    def setUp(self):
        super().setUp()
        self.runs = self.env["jobtrack.billing.run"]

    def test_two_workers_are_there_after_the_installation(self):
        workers = self.runs._workers()
        self.assertEqual(len(workers), 2)
        self.assertEqual(workers[0], self.env.ref("jobtrack_support.ir_cron_billing"))
        self.assertEqual(set(workers.mapped("code")), {"model._cron_run()"})

    def test_the_setting_makes_and_removes_workers(self):
        for wanted, expected in ((4, 4), (1, 1), (0, 1), (99, 8), (2, 2)):
            with self.subTest(wanted):
                self.env["res.config.settings"].create(
                    {"jobtrack_billing_workers": wanted}
                ).execute()
                self.assertEqual(len(self.runs._workers()), expected)
                values = self.env["res.config.settings"].get_values()
                self.assertEqual(values["jobtrack_billing_workers"], expected)

    def test_each_worker_belongs_to_the_addon_and_goes_with_it(self):
        self.runs._set_workers(3)
        for worker in self.runs._workers():
            self.assertTrue(worker.get_external_id()[worker.id].startswith("jobtrack_support."))

    def test_starting_a_run_wakes_all_workers(self):
        triggers = self.env["ir.cron.trigger"]
        run = self.runs._get_or_create(self.company, "2026-03-15")
        before = triggers.search([])
        run.action_bill()
        woken = (triggers.search([]) - before).cron_id
        self.assertEqual(woken, self.runs._workers())

    def test_only_the_first_worker_begins_runs(self):
        first, second = self.runs._workers()
        for worker, begins in ((first, True), (second, False)):
            runs = self.runs.with_context(cron_id=worker.id)
            self.assertEqual(runs._is_first_worker(), begins)
