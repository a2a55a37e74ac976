from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JobtrackCommon

CLIENT_MODELS = (
    "jobtrack.account",
    "jobtrack.work.order",
    "jobtrack.hour.pack",
    "jobtrack.ledger.entry",
    "jobtrack.statement",
    "jobtrack.statement.line",
)
STAFF_ONLY_MODELS = (
    "jobtrack.account.contact",
    "jobtrack.work.order.funding",
    "jobtrack.billing.run",
    "jobtrack.billing.problem",
    "jobtrack.waiting",
    "jobtrack.job.type",
    "jobtrack.time.category",
    "jobtrack.complete.job",
    "jobtrack.correct.bill",
    "jobtrack.waive.time",
    "jobtrack.grant.hours",
    "jobtrack.extend.pack",
    "jobtrack.adjustment",
    "jobtrack.give.back",
    "jobtrack.rollover",
    "jobtrack.record.decision",
    "jobtrack.answer.client",
    "jobtrack.mandate",
)
MONEY_MODELS = CLIENT_MODELS[2:]


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-03 10:00:00")
class TestAccess(JobtrackCommon):
    """A client reads what the account authorises it for, and nothing else; strangers read nothing (I8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account._grant_hours(10, 40, None, "2026-03-31", "Pack")
        cls.job = cls._do_job(2, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            cls.env["jobtrack.billing.run"]._run(cls.company, "2026-03-08")
        cls.draft = cls._make_estimate(cls._make_job("Draft"), 2)
        cls.other_client = cls.env["res.partner"].create({"name": "Other Ltd", "is_company": True})
        cls.other_account = cls._make_account("Other project", partner=cls.other_client)
        cls.boss = cls._make_portal_user(cls.approver)
        cls.worker = cls._make_portal_user(cls.member)
        other = cls._make_person("Olga Other", parent=cls.other_client)
        cls._make_contact(cls.other_account, other, may_approve=True, may_see_money=True)
        cls.stranger = cls._make_portal_user(other)
        cls.colleague = cls._make_portal_user(cls._make_person("Carl Colleague"))
        former = cls._make_person("Fred Former")
        contact = cls._make_contact(cls.account, former, may_approve=True, may_see_money=True)
        contact.active = False
        cls.former = cls._make_portal_user(former)
        cls.public = cls.env.ref("base.public_user")

    def _strangers(self):
        """Every kind of person who has no business with the account."""
        return {
            "other client": self.stranger,
            "colleague without a role": self.colleague,
            "former contact": self.former,
        }

    def _ours(self, model, user):
        field_name = "id" if model == "jobtrack.account" else "jobtrack_account_id"
        return self.env[model].with_user(user).search([(field_name, "=", self.account.id)])

    def test_a_contact_who_sees_money_reads_all_of_the_account(self):
        for model in CLIENT_MODELS:
            with self.subTest(model=model):
                self.assertTrue(self._ours(model, self.boss))

    def test_a_contact_without_that_role_reads_jobs_and_work_orders_only(self):
        for model in MONEY_MODELS:
            with self.subTest(model=model):
                self.assertFalse(self._ours(model, self.worker))
        self.assertTrue(self._ours("jobtrack.account", self.worker))
        self.assertTrue(self._ours("jobtrack.work.order", self.worker))

    def test_strangers_read_nothing(self):
        for kind, user in self._strangers().items():
            for model in CLIENT_MODELS:
                with self.subTest(kind=kind, model=model):
                    self.assertFalse(self._ours(model, user))
                    record = self._ours(model, self.boss)[:1]
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])

    def test_the_public_has_no_access_at_all(self):
        for model in CLIENT_MODELS + STAFF_ONLY_MODELS:
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(self.public).has_access("read"))

    def test_clients_have_no_access_to_what_staff_use(self):
        for model in STAFF_ONLY_MODELS:
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(self.env[model].with_user(self.boss).has_access(operation))

    def test_clients_write_none_of_our_records(self):
        for model in CLIENT_MODELS:
            record = self._ours(model, self.boss)[:1]
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(record.has_access(operation))

    def test_clients_do_not_see_drafts_of_estimates(self):
        self.assertNotIn(self.draft, self._ours("jobtrack.work.order", self.boss))

    def test_money_of_the_account_is_not_readable_by_its_clients(self):
        account = self.account.with_user(self.boss)
        for name in ("credit_limit", "credit_used", "credit_available", "postpay_rate"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                account.read([name])
        with self.assertRaises(AccessError):
            self.job.jobtrack_work_order_ids[:1].with_user(self.worker).read(["rate"])

    def test_jobs_are_read_by_contacts_and_by_nobody_else(self):
        for user in (self.boss, self.worker):
            self.assertIn(self.job, self.env["project.task"].with_user(user).search([]))
            self.assertIn(
                self.account.project_id, self.env["project.project"].with_user(user).search([])
            )
        for kind, user in self._strangers().items():
            with self.subTest(kind=kind):
                self.assertNotIn(self.job, self.env["project.task"].with_user(user).search([]))
                self.assertNotIn(
                    self.account.project_id, self.env["project.project"].with_user(user).search([])
                )

    def test_following_a_job_opens_it_to_nobody_without_a_role(self):
        self.job.message_subscribe(self.colleague.partner_id.ids)
        self.account.project_id.message_subscribe(self.colleague.partner_id.ids)
        self.assertNotIn(self.job, self.env["project.task"].with_user(self.colleague).search([]))

    def test_clients_see_no_single_time_entries(self):
        self.account.project_id._add_collaborators(self.worker.partner_id)
        lines = self.env["account.analytic.line"].with_user(self.worker)
        if lines.has_access("read"):
            self.assertFalse(lines.search([("jobtrack_job_id", "=", self.job.id)]))

    def test_clients_read_only_the_fields_of_a_job_that_are_meant_for_them(self):
        job = self.job.with_user(self.worker)
        self.assertEqual(job.read(["jobtrack_state"])[0]["jobtrack_state"], "billed")
        for name in (
            "jobtrack_requester_id",
            "jobtrack_approved_minutes",
            "jobtrack_work_order_ids",
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                job.read([name])

    def test_a_collaborator_who_may_edit_cannot_move_a_job(self):
        job = self._make_job("Shared")
        self.account.project_id._add_collaborators(self.worker.partner_id)
        for values in (
            {"jobtrack_state": "approved"},
            {"jobtrack_is_billable": False},
            {"state": "1_done"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                job.with_user(self.worker).write(values)
        self.assertEqual((job.jobtrack_state, job.state), ("requested", "01_in_progress"))

    def test_who_shares_the_project_asks_for_jobs_by_the_own_role_and_in_the_own_name(self):
        contact = self.account._contact_of(self.worker.partner_id)
        self.account.project_id._add_collaborators(self.worker.partner_id)

        def ask(account):
            tasks = self.env["project.task"].with_user(self.worker)
            shared = tasks.with_context(default_project_id=account.project_id.id)
            return shared.create({"name": "From the shared project"}).sudo()

        job = ask(self.account)
        self.assertEqual(job.jobtrack_state, "requested")
        self.assertEqual(job.jobtrack_requester_id, self.worker.partner_id)
        self.assertEqual(job.jobtrack_channel, "portal")
        contact.may_request = False
        with self.assertRaisesRegex(UserError, "not authorised"):
            ask(self.account)
        bare = self._make_account("Without hours", credit_limit=0)
        self._make_contact(bare, self.worker.partner_id)
        bare.project_id._add_collaborators(self.worker.partner_id)
        with self.assertRaisesRegex(UserError, "buy hours"):
            ask(bare)

    def test_a_deadline_that_a_collaborator_moves_is_kept_as_well(self):
        job = self._make_job("Shared", date_deadline="2026-03-06 16:00:00")
        self.account.project_id._add_collaborators(self.worker.partner_id)
        job.with_user(self.worker).write({"date_deadline": "2026-03-09 16:00:00"})
        kept = job.jobtrack_date_change_ids.sorted("id")[-1]
        self.assertEqual(
            (str(kept.date_old), str(kept.date_new)), ("2026-03-06 16:00:00", "2026-03-09 16:00:00")
        )
        self.assertEqual(kept.user_id, self.worker)
        with self.assertRaises(AccessError):
            job.with_user(self.worker).write({"jobtrack_date_reason": "Because"})

    def test_support_invoices_and_orders_are_closed_to_colleagues_without_the_role(self):
        order = self._sell_plan()
        self._do_job(20, date="2026-03-02")
        with freeze_time("2026-03-15 10:00:00"):
            self.env["jobtrack.billing.run"]._run(self.company, "2026-03-15")
        invoices = self.account.statement_ids.invoice_id | order.invoice_ids
        self.assertEqual(len(invoices), 2)
        for record in (*invoices, order):
            self.assertTrue(record.with_user(self.boss).has_access("read"))
            for user in (self.worker, *self._strangers().values()):
                with self.subTest(record=record.name, user=user.name):
                    self.assertFalse(record.with_user(user).has_access("read"))

    # === STEPS === #

    def test_who_may_take_which_step_of_a_job(self):
        steps = {
            "action_jobtrack_estimate": "technician",
            "action_jobtrack_not_billable": "technician",
            "action_jobtrack_complete": "technician",
            "action_jobtrack_billable": "technician",
            "action_jobtrack_cancel": "dispatcher",
            "action_jobtrack_hold": "dispatcher",
            "action_jobtrack_release": "dispatcher",
            "action_jobtrack_reopen": "dispatcher",
        }
        order = ("receptionist", "technician", "dispatcher", "administrator")
        users = {
            name: self._make_user(f"u{name}", f"jobtrack_support.group_{name}") for name in order
        }
        plain = self._make_user("plain", "project.group_project_user")
        for step, lowest in steps.items():
            denied = [users[name] for name in order[: order.index(lowest)]] + [
                self.boss,
                self.stranger,
                plain,
            ]
            for user in denied:
                job = self._make_job().with_user(user)
                with self.subTest(step=step, denied=user.login), self.assertRaises(AccessError):
                    getattr(job, step)()
            for name in order[order.index(lowest) :]:
                job = self._make_job()
                if step == "action_jobtrack_reopen":
                    job.action_jobtrack_cancel()
                elif step == "action_jobtrack_billable":
                    job.action_jobtrack_not_billable()
                with self.subTest(step=step, allowed=name):
                    getattr(job.with_user(users[name]), step)()

    def test_who_may_send_and_withdraw_an_estimate(self):
        for user in (
            self.boss,
            self.stranger,
            self._make_user("rita", "jobtrack_support.group_receptionist"),
        ):
            for step in ("action_send", "action_send_again", "action_cancel"):
                with self.subTest(user=user.login, step=step), self.assertRaises(AccessError):
                    getattr(self.draft.with_user(user), step)()
        self.draft.with_user(self.employee_user).action_send()
        self.draft.with_user(self.employee_user).action_send_again()
        self.draft.with_user(self.employee_user).action_cancel()
        self.assertEqual(
            (self.draft.state, self.draft.task_id.jobtrack_state), ("cancelled", "requested")
        )

    def test_who_may_send_a_statement_again_and_retry_a_problem(self):
        statement = self.account.statement_ids
        problem = self.env["jobtrack.billing.problem"].create(
            {
                "run_id": statement.run_id.id,
                "jobtrack_account_id": self.account.id,
                "name": "Something",
            }
        )
        foreign = self._make_user("fay", "jobtrack_support.group_billing")
        elsewhere = self._make_company("Elsewhere")
        foreign.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        for user in (self.boss, self.stranger, dispatcher, foreign):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                statement.with_user(user).with_context(allowed_company_ids=None).action_send_again()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                problem.with_user(user).with_context(allowed_company_ids=None).action_retry()
        billing = self._make_user("bill", "jobtrack_support.group_billing")
        statement.with_user(billing).action_send_again()
        self.assertEqual(statement.mail_state, "sent")
        problem.with_user(billing).action_retry()
        self.assertFalse(problem.exists())

    def test_who_may_invite_contacts(self):
        contact = self.account.contact_ids.filtered(
            lambda contact: contact.partner_id == self.approver
        )
        plain = self._make_user("plain", "project.group_project_user")
        for user in (self.boss, self.stranger, plain):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                contact.with_user(user).action_invite()

    def test_inviting_gives_portal_access_in_the_accounts_company(self):
        person = self._make_person("Nora New")
        contact = self._make_contact(self.account, person)
        receptionist = self._make_user("rita", "jobtrack_support.group_receptionist")
        contact.with_user(receptionist).action_invite()
        user = person.user_ids
        self.assertTrue(user._is_portal())
        self.assertIn(self.company, user.company_ids)
        self.assertIn(self._make_job("Seen"), self.env["project.task"].with_user(user).search([]))

    def test_a_person_without_an_address_cannot_be_invited(self):
        person = self.env["res.partner"].create({"name": "Paul Paper"})
        contact = self._make_contact(self.account, person)
        with self.assertRaisesRegex(UserError, "needs an e-mail address"):
            contact.action_invite()

    def test_a_client_of_two_hosts_reads_both(self):
        second = self._make_company("Second host")
        account = self._make_account("At the second host", company=second)
        self._make_contact(account, self.approver, may_approve=True)
        job = self._make_job("There", account=account)
        visible = (
            self.env["project.task"]
            .with_user(self.boss)
            .with_context(allowed_company_ids=None)
            .search([])
        )
        self.assertIn(job, visible)
        self.assertIn(self.job, visible)

    def test_only_administrators_make_support_projects(self):
        project = self.env["project.project"].create(
            {"name": "Plain", "company_id": self.company.id}
        )
        values = {
            "project_id": project.id,
            "partner_id": self.client_company.id,
            "company_id": self.company.id,
        }
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        with self.assertRaises(AccessError):
            self.env["jobtrack.account"].with_user(dispatcher).create(values)
        with self.assertRaises(UserError):
            project.with_user(dispatcher).action_jobtrack_account()
        administrator = self._make_user("adam", "jobtrack_support.group_administrator")
        project.with_user(administrator).action_jobtrack_account()
        account = self.env["jobtrack.account"].with_user(administrator).create(values)
        self.assertEqual(project.jobtrack_account_id, account)
