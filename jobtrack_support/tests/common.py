from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class JobtrackCommon(BaseCommon):
    """A host company with books, a client with an approver and a member, and helpers that tell the story briefly."""

    suffix = ""  # makes unique names, for tests that commit

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls._set_scene()

    @classmethod
    def _set_scene(cls):
        """Make the host company and its first client in ``cls.env``."""
        cls.company = cls._make_company(f"Host & Co{cls.suffix}")
        cls.env.user.write(
            {"company_ids": [Command.link(cls.company.id)], "company_id": cls.company.id}
        )
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.company = cls.company.with_env(cls.env)
        cls.client_company = cls.env["res.partner"].create(
            {"name": "Client Ltd", "is_company": True}
        )
        cls.approver = cls._make_person("Ann Approver")
        cls.member = cls._make_person("Max Member")
        cls.account = cls._make_account("Client shop")
        cls._make_contact(
            cls.account, cls.approver, may_approve=True, may_see_money=True, may_buy=True
        )
        cls._make_contact(cls.account, cls.member)
        cls.employee_user = cls._make_user(f"tess{cls.suffix}", "jobtrack_support.group_technician")
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Tess Technician",
                "user_id": cls.employee_user.id,
                "company_id": cls.company.id,
            }
        )

    # === FACTORIES === #

    @classmethod
    def _make_company(cls, name, currency="USD"):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "currency_id": cls.env.ref(f"base.{currency}").id,
                "country_id": cls.env.ref("base.us").id,
                "jobtrack_tz": "UTC",
                "email": "desk@host.example",
            }
        )
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        company._jobtrack_ensure_books()
        return company

    @classmethod
    def _make_person(cls, name, parent=None):
        login = name.split()[0].lower()
        parent = cls.client_company if parent is None else parent
        return cls.env["res.partner"].create(
            {
                "name": name,
                # What is committed stays in the database: its people never share an address with those of other tests.
                "email": f"{login}@{cls.suffix.strip() or 'client'}.example",
                "parent_id": parent.id,
                "function": "Manager",
            }
        )

    @classmethod
    def _make_account(cls, name, partner=None, company=None, **values):
        company = company or cls.company
        project = cls.env["project.project"].create({"name": name, "company_id": company.id})
        return cls.env["jobtrack.account"].create(
            {
                "project_id": project.id,
                "partner_id": (partner or cls.client_company).id,
                "company_id": company.id,
                **values,
            }
        )

    @classmethod
    def _make_contact(cls, account, partner, **roles):
        return cls.env["jobtrack.account.contact"].create(
            {"jobtrack_account_id": account.id, "partner_id": partner.id, **roles}
        )

    @classmethod
    def _make_user(cls, login, *groups, partner=None):
        values = {
            "name": login.capitalize(),
            "login": login,
            "email": f"{login}@host.example",
            "password": f"{login}-{login}",
            "company_id": cls.company.id,
            "company_ids": [Command.set(cls.company.ids)],
            "group_ids": [Command.set([cls.env.ref(group).id for group in groups])],
        }
        if partner:
            values |= {"partner_id": partner.id, "name": partner.name, "email": partner.email}
        return cls.env["res.users"].with_context(no_reset_password=True).create(values)

    @classmethod
    def _make_portal_user(cls, partner):
        return cls._make_user(partner.name.split()[0].lower(), "base.group_portal", partner=partner)

    @classmethod
    def _make_job(cls, name="Repair the shop", account=None, **values):
        account = account or cls.account
        return cls.env["project.task"].create(
            {
                "name": name,
                "project_id": account.project_id.id,
                "jobtrack_requester_id": cls.member.id,
                **values,
            }
        )

    @classmethod
    def _make_estimate(cls, job, hours, **values):
        return cls.env["jobtrack.work.order"].create(
            {"task_id": job.id, "hours": hours, "scope": "Everything that is needed", **values}
        )

    # === STEPS === #

    @classmethod
    def _approve(cls, job, hours, **values):
        order = cls._make_estimate(job, hours, **values)
        order.action_send()
        order.action_approve()
        return order

    @classmethod
    def _log(cls, job, hours, date=None, **values):
        return cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "task_id": job.id,
                "project_id": job.project_id.id,
                "employee_id": cls.employee.id,
                "unit_amount": hours,
                "date": date or fields.Date.today(),
                **values,
            }
        )

    @classmethod
    def _do_job(cls, hours, approved=None, account=None, date=None, name="Repair the shop"):
        """Take a job from request to done with ``hours`` of time."""
        job = cls._make_job(name, account=account)
        cls._approve(job, approved or hours)
        cls._log(job, hours, date=date)
        job._jobtrack_complete("Done as agreed")
        return job

    @classmethod
    def _sell_plan(
        cls,
        plan="jobtrack_support.plan_20",
        hours=20,
        account=None,
        confirm=True,
        quarter="this",
    ):
        """Return the confirmed order of a plan; its invoice is posted and not paid."""
        account = account or cls.account
        product = cls.env.ref(plan).product_variant_id
        order = cls.env["sale.order"].create(
            {
                "partner_id": account.partner_id.id,
                "company_id": account.company_id.id,
                "currency_id": account.currency_id.id,
                "jobtrack_account_id": account.id,
                "jobtrack_quarter": quarter,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": hours})
                ],
            }
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _pay(cls, invoice, **values):
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(values)
        )
        return wizard._create_payments()

    @classmethod
    def _card_provider(cls):
        """Return the company's provider of card payments, Odoo's demo one."""
        demo = cls.env["payment.provider"].search([("code", "=", "demo")])
        provider = demo.filtered(lambda found: found.company_id == cls.company)[:1]
        provider = provider or demo[:1].copy({"company_id": cls.company.id})
        provider.state = "test"
        provider.journal_id = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        return provider

    @classmethod
    def _pay_by_card(cls, order, operation="online_direct"):
        """Return the payment of an order by card that has begun."""
        return cls.env["payment.transaction"].create(
            {
                "provider_id": cls._card_provider().id,
                "payment_method_id": cls.env.ref("payment.payment_method_unknown").id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "reference": order.name,
                "operation": operation,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def _run(self, date):
        return self.env["jobtrack.billing.run"]._run(self.company, date)

    def assertSound(self, accounts=None):
        """Assert that ledger, packs, statements and books agree (I1 to I7)."""
        accounts = accounts or self.env["jobtrack.account"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(accounts._verify_ledger(), [])
