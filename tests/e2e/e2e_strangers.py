"""A client with something to hide, and people whom it does not concern."""

import re

import requests
from e2e_scene import CLIENTS, NOON_OF

SECRET = "Willow and oak"

# The client, its people, and what they have: a billed job with statement and invoice, a job that waits for an answer.
# Prints the ids as one line of JSON.
SCENE = (
    CLIENTS
    + NOON_OF
    + """
import json
from datetime import timedelta
from freezegun import freeze_time
from odoo import fields
from odoo.addons.jobtrack_support.tools.billing_calendar import add_months

def job(account, hours):
    job = env["project.task"].create({"name": secret, "project_id": account.project_id.id})
    order = env["jobtrack.work.order"].create(
        {"task_id": job.id, "hours": hours, "scope": secret}
    )
    order.action_send()
    return job, order

company = env.company
toys = env["res.partner"].create({"name": "Oak Toys", "is_company": True})
music = env["res.partner"].create({"name": "Cedar Music", "is_company": True})
everything = dict.fromkeys(("may_approve", "may_buy", "may_see_money", "may_manage_team"), True)
owner, member = person("olga", toys), person("mike", toys)
other, nobody = person("carl", music), person("pete", None)
billing_day = add_months(env["jobtrack.account"]._today(company), -1).replace(day=15)
with freeze_time(noon(billing_day)):
    mine = account(secret, toys, {owner: everything, member: {"may_request": False}})
    account("Cedar shop", music, {other: everything})
    mine._grant_hours(2, 30, reason="Goodwill")
    done, order = job(mine, 3)
    order.action_approve()
    employee = env["hr.employee"].create({"name": "Some Technician", "company_id": company.id})
    env["account.analytic.line"].create({
        "name": secret,
        "task_id": done.id,
        "project_id": done.project_id.id,
        "employee_id": employee.id,
        "unit_amount": 3,
        "date": billing_day,
    })
    done._jobtrack_complete(secret)
with freeze_time(noon(billing_day, hours_later=1)):
    run = env["jobtrack.billing.run"]._run(company, billing_day)
    assert run.state == "done", run.problem_ids.mapped("name")
    invoice = run.statement_ids.invoice_id
    payment = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    payment.create({})._create_payments()
waiting, order = job(mine, 1)
# Who attached a file decides who sees it: this one came with the request.
file = env["ir.attachment"].with_user(owner.user_ids).sudo().create(
    {"name": "secret.txt", "raw": secret.encode(), "res_model": "project.task", "res_id": waiting.id}
)
tradesman = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Toby Tradesman",
    "login": "toby",
    "email": "toby@harbour.example",
    "group_ids": [Command.set([env.ref("jobtrack_support.group_technician").id])],
})
offer = waiting._jobtrack_offer(tradesman, deadline=fields.Datetime.now() + timedelta(days=2))
statement = run.statement_ids
print("SCENE " + json.dumps({
    "account": mine.id,
    "project": mine.project_id.id,
    "job": waiting.id,
    "order": order.id,
    "file": file.id,
    "statement": statement.id,
    "invoice": statement.invoice_id.id,
    "link": order._consent_url(owner),
    "together": order._together_url(owner),
    "offer": offer._offer_url(),
}))
"""
)

MONEY = (
    "/my/support/{account}/ledger",
    "/my/support/{account}/ledger/csv",
    "/my/support/{account}/ledger/pdf",
    "/my/support/statements/{statement}",
    "/my/support/statements/{statement}/pdf",
    "/my/invoices/{invoice}",
)
PAGES = (
    "/my/support/{account}",
    "/my/support/{account}/jobs",
    "/my/support/{account}/jobs/new",
    "/my/support/jobs/{job}",
    "/my/support/jobs/{job}/files/{file}",
    "/my/support/jobs/{job}/dispute",
    "/my/support/{account}/upcoming",
    "/my/support/work-orders/{order}",
    *MONEY,
)
# Addresses of Odoo's own that lead to the same records.
OTHER_WAYS = (
    "/my/projects/{project}",
    "/my/tasks/{job}",
    "/my/projects/{project}/task/{job}",
    "/web/content/{file}",
    "/odoo/project.task/{job}",
    "/jobtrack/ledger.csv?accounts={account}",
    "/report/pdf/jobtrack_support.report_ledger_extract/{account}",
    "/report/pdf/jobtrack_support.report_statement/{statement}",
)
POSTS = {
    "/my/support/{account}/jobs/new": {"name": "Let me in", "priority": "high"},
    "/my/support/work-orders/{order}/approve": {},
    "/my/support/work-orders/{order}/decline": {"reason": "I may not"},
    "/my/support/jobs/{job}/dispute/send": {"reason": "I may not"},
    "/my/support/jobs/{job}/dispute/withdraw": {},
}
MODELS = {
    "jobtrack.account": "name",
    "jobtrack.account.contact": "name",
    "jobtrack.work.order": "scope",
    "jobtrack.work.order.funding": "minutes",
    "jobtrack.hour.pack": "name",
    "jobtrack.ledger.entry": "reason",
    "jobtrack.statement": "name",
    "jobtrack.statement.line": "minutes",
    "jobtrack.billing.preview": "jobs",
    "jobtrack.billing.run": "name",
    "jobtrack.prebill.notice": "date",
    "account.analytic.line": "name",
    "project.task": "name",
}


class Visitor:
    """Somebody who knows addresses: with a login, or without."""

    def __init__(self, url, database, login=None):
        self._url, self._database, self._login = url, database, login
        self._session = requests.Session()
        if login:
            parameters = {"db": database, "login": login, "password": login}
            assert self._call("/web/session/authenticate", parameters)["result"]["uid"], login

    def __repr__(self):
        return self._login or "anonymous"

    def _call(self, path, parameters):
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        return self._session.post(self._url + path, json=body, timeout=60).json()

    def get(self, path):
        """:return: the answer, where redirects lead."""
        return self._session.get(self._url + path, timeout=60)

    def post(self, path, values):
        """Send a form that is valid but for its sender.

        :return: the answer
        """
        page = self._session.get(f"{self._url}/web/login", timeout=60).text
        token = re.search(r'csrf_token: "([^"]+)"', page).group(1)
        data = {**values, "csrf_token": token}
        return self._session.post(self._url + path, data=data, timeout=60)

    def read(self, model, field):
        """:return: what the web client's way of reading records gives."""
        parameters = {
            "model": model,
            "method": "search_read",
            "args": [[]],
            "kwargs": {"fields": [field]},
        }
        return self._call(f"/web/dataset/call_kw/{model}/search_read", parameters).get("result")
