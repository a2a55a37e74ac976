from odoo import Command

from . import test_companies
from .common import JobtrackCommon

ROLES = ("receptionist", "technician", "dispatcher", "billing", "administrator")


class StrangersCommon(JobtrackCommon):
    """A record of every model, the people of the team and of the client, and every kind of stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = test_companies.TestCompanies
        # The scene of the test of two companies, told of ours: a record of every model.
        cls.other_company, cls.other_account = cls.company, cls.account
        cls.other_employee = cls.employee
        cls.technician = cls.employee_user
        others._live.__func__(cls)
        cls.account.pack_ids.date_expiry = "2026-03-31"
        cls.people = cls._make_people()
        cls.their_administrator = cls.technician
        others._live_office.__func__(cls)
        cls.job = cls._make_job("In question", user_ids=[Command.set(cls.technician.ids)])
        cls.order = cls._make_estimate(cls.job, 2)
        cls.order.action_send()
        cls.slot = cls.env["calendar.event"].create(
            {
                "jobtrack_job_id": cls.job.id,
                "user_id": cls.technician.id,
                "start": "2026-03-20 10:00:00",
                "duration": 1,
            }
        )
        cls.assignment = cls.env["jobtrack.assignment"].search(
            [("user_id", "=", cls.technician.id)], limit=1
        )
        accounts = cls.env.ref("jobtrack_support.jobtrack_account_action")
        cls.tile = cls.env["jobtrack.board.tile"].create({"name": "All", "action_id": accounts.id})
        cls.disputed = cls._make_job("Disputed")
        cls._approve(cls.disputed, 1)
        cls._log(cls.disputed, 1, date="2026-03-15")
        cls.disputed._jobtrack_complete("Done")
        cls.disputed._jobtrack_dispute(cls.approver, "Too much")

    @classmethod
    def _make_people(cls):
        """Return one user of each kind: the team's roles, the client's people, and strangers."""
        cls.account.contact_ids.filtered(
            lambda contact: contact.partner_id == cls.approver
        ).may_manage_team = True
        people = {
            "reader": cls._make_user("reader", "jobtrack_support.group_user"),
            "technician": cls.technician,
            "plain": cls._make_user("plain", "base.group_user", "project.group_project_user"),
            "approver": cls._make_portal_user(cls.approver),
            "member": cls._make_portal_user(cls.member),
            "public": cls.env.ref("base.public_user"),
        }
        for role in ROLES:
            if role not in people:
                people[role] = cls._make_user(role, f"jobtrack_support.group_{role}")
        looker = cls._make_person("Lou Looker")
        cls._make_contact(cls.account, looker, may_request=False)
        people["looker"] = cls._make_portal_user(looker)
        former = cls._make_person("Fay Former")
        cls._make_contact(cls.account, former, may_approve=True).active = False
        people["former"] = cls._make_portal_user(former)
        client = cls.env["res.partner"].create({"name": "Other Ltd", "is_company": True})
        other = cls._make_person("Otto Other", parent=client)
        cls._make_contact(
            cls._make_account("Other shop", partner=client), other, may_approve=True, may_buy=True
        )
        people["client"] = cls._make_portal_user(other)
        elsewhere = cls._make_company("Elsewhere")
        people["foreign"] = cls._make_user("foreign", "jobtrack_support.group_administrator")
        people["foreign"].write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        return people

    def _record(self, model):
        """Return the record of ours on which the methods of a model are called."""
        kept = {
            "calendar.event": self.slot,
            "jobtrack.account": self.account,
            "jobtrack.assignment": self.assignment,
            "jobtrack.work.order": self.order,
            "project.project": self.account.project_id,
            "project.task": self.job,
            "account.analytic.line": self.disputed.jobtrack_time_ids,
            "jobtrack.board.tile": self.tile,
        }
        if model in kept:
            return kept[model]
        company = test_companies.COMPANY_OF[model]
        return self.env[model].search([(company, "=", self.company.id)], limit=1)

    def _as(self, user):
        """Return the environment of a session of ``user``."""
        context = {"allowed_company_ids": user.company_ids.ids}
        return self.env(user=user, su=False, context=context)
