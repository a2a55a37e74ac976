from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import JobtrackCommon

# Where each model's records have their company.
COMPANY_OF = {
    "jobtrack.access.request": "company_id",
    "jobtrack.account": "company_id",
    "jobtrack.adjustment": "company_id",
    "jobtrack.account.contact": "jobtrack_account_id.company_id",
    "jobtrack.assignment": "company_id",
    "jobtrack.billing.preview": "run_id.company_id",
    "jobtrack.billing.problem": "run_id.company_id",
    "jobtrack.billing.run": "company_id",
    "jobtrack.call": "company_id",
    "jobtrack.draft.request": "company_id",
    "jobtrack.hour.pack": "company_id",
    "jobtrack.job.check": "company_id",
    "jobtrack.job.date.change": "company_id",
    "jobtrack.ledger.entry": "company_id",
    "jobtrack.mail.digest": "contact_id.jobtrack_account_id.company_id",
    "jobtrack.mandate": "company_id",
    "jobtrack.note": "company_id",
    "jobtrack.on.call.alert": "company_id",
    "jobtrack.on.call.shift": "company_id",
    "jobtrack.photo": "company_id",
    "jobtrack.prebill.notice": "company_id",
    "jobtrack.rollover": "company_id",
    "jobtrack.statement": "company_id",
    "jobtrack.statement.line": "jobtrack_account_id.company_id",
    "jobtrack.timer": "company_id",
    "jobtrack.waiting": "task_id.company_id",
    "jobtrack.work.order": "company_id",
    "jobtrack.work.order.funding": "jobtrack_account_id.company_id",
}
# Shared by all companies of a database; a diary is the lock of a person, with nothing in it to read.
CATALOGUES = {
    "jobtrack.board.tile",
    "jobtrack.diary",
    "jobtrack.job.type",
    "jobtrack.job.type.check",
    "jobtrack.note.kind",
    "jobtrack.time.category",
}
ROLES = ("receptionist", "technician", "dispatcher", "billing", "administrator")


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-16 10:00:00")
class TestCompanies(JobtrackCommon):
    """Two hosts in one database: the staff of one see and change nothing of the other (F4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls._make_company("Other Host")
        cls.env.user.company_ids |= cls.other_company
        companies = (cls.company | cls.other_company).ids
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=companies))
        cls.other_account = cls._make_account("Other shop", company=cls.other_company)
        cls._make_contact(cls.other_account, cls.approver, may_approve=True)
        cls.other_employee = cls.env["hr.employee"].create(
            {"name": "Otto Other", "company_id": cls.other_company.id}
        )
        cls._live()
        cls.ours = {
            role: cls._make_user(f"our {role}", f"jobtrack_support.group_{role}") for role in ROLES
        }
        cls.their_administrator = cls._make_user("their", "jobtrack_support.group_administrator")
        cls.their_administrator.write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )
        cls._live_office()

    @classmethod
    def _live(cls):
        """Make a record of every model in the other company."""
        account = cls.other_account
        account._grant_hours(10, 40, "2026-03-01", None, "Ten hours")
        cls.env["jobtrack.adjustment"].create(
            {
                "kind": "grant",
                "jobtrack_account_id": account.id,
                "hours": 1,
                "reason": "Their grant",
            }
        )
        contact = cls._make_contact(account, cls._make_person("Mandy Mandate"))
        cls.env["jobtrack.mandate"].create({"contact_id": contact.id, "job_hours": 2})
        job = cls._make_job("Their job", account=account)
        cls._approve(job, 3)
        cls._log(job, 3, date="2026-03-10", employee_id=cls.other_employee.id)
        with freeze_time("2026-03-12 10:00:00"):
            job._jobtrack_complete("Done")
        run = cls.env["jobtrack.billing.run"]._run(cls.other_company, "2026-03-15")
        cls.env["jobtrack.billing.problem"].create(
            {"run_id": run.id, "jobtrack_account_id": account.id, "name": "A problem"}
        )
        cls.env["jobtrack.billing.preview"].create(
            {
                "run_id": run.id,
                "jobtrack_account_id": account.id,
                "currency_id": account.currency_id.id,
            }
        )
        cls.env["jobtrack.prebill.notice"].create(
            {
                "company_id": cls.other_company.id,
                "date": "2026-03-21",
                "partner_id": cls.approver.id,
                "account_ids": [Command.set(account.ids)],
            }
        )
        cls.env["jobtrack.rollover"].create(
            {
                "jobtrack_account_id": account.id,
                "pack_id": account.pack_ids[0].id,
                "minutes": 60,
                "granted_hours": 1,
                "deadline": "2026-03-23",
            }
        )
        cls._approve(cls._make_job("Their next job", account=account), 2)

    @classmethod
    def _live_office(cls):
        """Make a record of every model of the office in the other company."""
        account, user = cls.other_account, cls.their_administrator
        job = cls._make_job("Their call", account=account)
        company = {"company_id": cls.other_company.id}
        hours = {"date_start": "2026-03-16 08:00:00", "date_end": "2026-03-16 18:00:00"}
        on_job = {"task_id": job.id, "user_id": user.id}
        for name, values in {
            "access.request": {"name": "May I?", "email": "who@example.com", **company},
            "assignment": {**on_job, "state": "offered"},
            "call": {"user_id": user.id, "contact_id": account.contact_ids[0].id, **company},
            "draft.request": {
                "name": "Later",
                "jobtrack_account_id": account.id,
                "partner_id": cls.approver.id,
                **company,
            },
            "job.check": {"task_id": job.id, "name": "Backup made"},
            "job.date.change": {**on_job, "kind": "deadline", "name": "Them"},
            "mail.digest": {
                "contact_id": account.contact_ids[0].id,
                "event": "done",
                "name": "A job is done",
            },
            "note": {"task_id": job.id, "text": "Their risk"},
            "on.call.shift": {"user_id": user.id, **hours, **company},
            "on.call.alert": {**on_job, "date": "2026-03-16 09:00:00", **company},
            "photo": {"task_id": job.id, "name": "Their rack"},
            "timer": {**on_job, "date_start": "2026-03-16 09:00:00"},
        }.items():
            cls.env[f"jobtrack.{name}"].create(values)

    def test_no_model_is_forgotten_here(self):
        stored = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "jobtrack_support"
            and not (model._abstract or model._transient)
        }
        self.assertEqual(stored, COMPANY_OF.keys() | CATALOGUES)

    def _as(self, user, records):
        """Return the records as seen in a session of that user, who has no other company."""
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def test_staff_find_and_read_nothing_of_the_other_company(self):
        for name, company in COMPANY_OF.items():
            model = self.env[name]
            theirs = model.sudo().search([(company, "=", self.other_company.id)])
            self.assertTrue(theirs, f"no record of {name}: the test proves nothing")
            seen_there = self._as(self.their_administrator, model).search([])
            self.assertEqual(seen_there.sudo(), theirs, f"{name}: they see their own, and no other")
            for role, user in self.ours.items():
                with self.subTest(model=name, role=role):
                    if self._as(user, model).has_access("read"):
                        self.assertFalse(self._as(user, model).search([]).sudo() & theirs)
                    with self.assertRaises(AccessError):
                        self._as(user, theirs[:1]).read(["display_name"])

    def test_jobs_projects_and_time_of_the_other_company_stay_there(self):
        project = self.other_account.project_id
        for records in (project, project.task_ids, project.task_ids.jobtrack_time_ids):
            for role, user in self.ours.items():
                model = self._as(user, records.browse())
                if model.has_access("read"):
                    with self.subTest(model=records._name, role=role):
                        self.assertFalse(model.search([("id", "in", records.ids)]))

    def test_steps_of_the_other_companys_records_are_refused(self):
        administrator = self.ours["administrator"]
        order = self.other_account.project_id.task_ids.jobtrack_work_order_ids[:1]
        job = self._as(administrator, order.task_id)
        steps = {
            "write an estimate": lambda: self._as(administrator, order).write({"scope": "Ours"}),
            "cancel a job": job.action_jobtrack_cancel,
            "add a contact": lambda: self._as(
                administrator, self.env["jobtrack.account.contact"]
            ).create(
                {
                    "jobtrack_account_id": self.other_account.id,
                    "partner_id": self.member.id,
                }
            ),
            "change limits": lambda: self._as(administrator, self.other_account).write(
                {"task_limit_hours": 99}
            ),
            "send together": self._as(administrator, order).action_send_together,
            "answer a client": lambda: self._as(administrator, order).action_answer_question("Yes"),
            "record a decision": self._as(administrator, order).action_record_decision,
            "print a record": self._as(administrator, order).action_print_record,
            "set a limit": lambda: self._as(administrator, self.other_account).action_set_limits(
                {"task_limit_hours": 99}
            ),
            "change a mandate": lambda: self._as(
                administrator, self.other_account.mandate_ids
            ).write({"date_until": "2030-01-01"}),
        }
        for name, step in steps.items():
            with self.subTest(step=name), self.assertRaises(AccessError):
                step()

    def test_a_run_bills_its_own_company_only(self):
        self.assertEqual(self.other_account.statement_ids.run_id.company_id, self.other_company)
        run = self.env["jobtrack.billing.run"]._run(self.company, "2026-03-15")
        self.assertFalse(run.statement_ids)
        self.assertEqual(self.other_account._verify_ledger(), [])
