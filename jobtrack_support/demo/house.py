"""The demo company itself: books, staff, clients, accounts."""

import base64

from odoo import Command
from odoo.tools import file_open

from .clients import CLIENTS, STAFF

EURO_RATE = 0.9


class House:
    """What is there before the first job comes in."""

    def __init__(self, env):
        self.env = env
        self.accounts = {}
        self.employees = {}

    def build(self):
        """Make everything; the order matters, because accounts need books and contacts need accounts."""
        self._make_company()
        self._make_staff()
        for name, client in CLIENTS.items():
            self.accounts[name] = self._make_client(name, client)

    def _make_company(self):
        company = self.env.company
        company.write(
            {
                "name": "Brightdesk Support",
                "email": "desk@brightdesk.example",
                "phone": "+1 555 0100",
                "country_id": self.env.ref("base.us").id,
                "jobtrack_tz": "America/New_York",
                "jobtrack_emergency_phone": "+1 555 0911",
                "external_report_layout_id": self.env.ref("web.external_layout_standard").id,
                "logo": self._logo(),
            }
        )
        if not company.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        company._jobtrack_ensure_books()
        company.jobtrack_payment_term_id = self.env.ref("account.account_payment_term_15days")
        self.env.ref("base.user_admin").write(
            {"name": "Ada Admin", "email": "ada@brightdesk.example"}
        )
        self._make_currency(company)
        self._open_demo_provider(company)

    @staticmethod
    def _logo():
        with file_open("jobtrack_support/static/description/icon.png", "rb") as icon:
            return base64.b64encode(icon.read())

    def _make_currency(self, company):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": company.id,
                "name": "2020-01-01",
                "rate": EURO_RATE,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": company.id}
        )
        self.env["product.pricelist.item"].create(
            [
                {
                    "pricelist_id": pricelist.id,
                    "applied_on": "1_product",
                    "product_tmpl_id": plan.id,
                    "compute_price": "fixed",
                    "fixed_price": plan.list_price,
                }
                for plan in self.env["product.template"].search([("jobtrack_is_plan", "=", True)])
            ]
        )
        self.pricelists = {"EUR": pricelist}

    def _open_demo_provider(self, company):
        """Let clients pay by Odoo's demo card, where that addon is installed."""
        provider = self.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", company.id)], limit=1
        )
        if provider:
            provider.write({"state": "test", "is_published": True})

    def _make_staff(self):
        for name, login, group in STAFF:
            user = self._make_user(
                name, login, f"{login}@brightdesk.example", f"jobtrack_support.{group}"
            )
            self.employees[login] = self.env["hr.employee"].create(
                {
                    "name": name,
                    "user_id": user.id,
                    "company_id": self.env.company.id,
                    "hourly_cost": 25,
                }
            )

    def _make_user(self, name, login, email, group, partner=None):
        values = {
            "login": login,
            "password": login,
            "group_ids": [Command.set([self.env.ref(group).id])],
            "company_id": self.env.company.id,
            "company_ids": [Command.set(self.env.company.ids)],
            "tz": self.env.company.jobtrack_tz,
        }
        values |= {"partner_id": partner.id} if partner else {"name": name, "email": email}
        return self.env["res.users"].with_context(no_reset_password=True).create(values)

    def _make_client(self, name, client):
        company = self.env["res.partner"].create(
            {"name": name, "is_company": True, "email": f"office@{name.split()[0].lower()}.example"}
        )
        currency = self.env.ref(f"base.{client.get('currency', 'USD')}")
        project = self.env["project.project"].create(
            {"name": client["project"], "company_id": self.env.company.id}
        )
        account = self.env["jobtrack.account"].create(
            {"project_id": project.id, "partner_id": company.id, "currency_id": currency.id}
        )
        for person in client["people"]:
            self._make_contact(account, company, *person)
        return account

    def _make_contact(self, account, company, name, login, position, phone, roles):
        domain = company.email.split("@")[1]
        partner = self.env["res.partner"].create(
            {
                "name": name,
                "parent_id": company.id,
                "email": f"{login}@{domain}",
                "function": position,
                "phone": phone,
            }
        )
        self.env["jobtrack.account.contact"].create(
            {"jobtrack_account_id": account.id, "partner_id": partner.id}
            | dict.fromkeys(roles, True)
        )
        self._make_user(name, login, partner.email, "base.group_portal", partner=partner)
