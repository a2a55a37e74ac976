"""A client with one billed job, and one with many, for documents of all lengths."""

import json
import re

from e2e_scene import NOON_OF

MANY = 200
# Longer than any column is wide.
LONG = (
    "with a title that is so long that it needs several lines of every table, until the last word"
)

# Prints the ids of both as one line of JSON.
PAPERS = (
    NOON_OF
    + """
import json
from freezegun import freeze_time
from odoo.addons.jobtrack_support.tools.billing_calendar import add_months

company = env.company
employee = env["hr.employee"].create({"name": "Paper Technician", "company_id": company.id})
day = add_months(env["jobtrack.account"]._today(company), -2).replace(day=15)

def account(name):
    client = env["res.partner"].create({"name": name, "is_company": True})
    project = env["project.project"].create({"name": name + " shop"})
    return env["jobtrack.account"].create(
        {"project_id": project.id, "partner_id": client.id, "credit_limit": 1000000}
    )

def do(account, number, hours):
    title = f"Repair {number}" + (" " + long if number % 25 == 3 else "")
    job = env["project.task"].create({"name": title, "project_id": account.project_id.id})
    order = env["jobtrack.work.order"].create({"task_id": job.id, "hours": hours, "scope": title})
    order.action_send()
    order.action_approve()
    env["account.analytic.line"].create({
        "name": "Work", "task_id": job.id, "project_id": job.project_id.id,
        "employee_id": employee.id, "unit_amount": hours, "date": day,
    })
    job._jobtrack_complete("Done")
    return job

def figures(account, jobs):
    statement = account.statement_ids
    lines = statement.line_ids
    return {
        "account": account.id,
        "statement": statement.id,
        "invoice": statement.invoice_id.id,
        "number": statement.invoice_id.name,
        "references": jobs.mapped("jobtrack_reference"),
        "invoiced": lines.filtered("postpaid_minutes").task_id.mapped("jobtrack_reference"),
        "usage": len(statement.ledger_entry_ids),
        "long": sum(long in name for name in jobs.mapped("name")),
    }

with freeze_time(noon(day)):
    small, large = account("Small Paper"), account("Large Paper")
    large._grant_hours(many / 2, 40, None, None, "Pack")
    job = do(small, 0, 80 / 60)
    jobs = env["project.task"]
    for number in range(many):
        jobs |= do(large, number, 0.75)
with freeze_time(noon(day, hours_later=1)):
    run = env["jobtrack.billing.run"]._run(company, day)
    assert run.state == "done", run.problem_ids.mapped("name")
print("PAPERS " + json.dumps({"one": figures(small, job), "many": figures(large, jobs)}))
"""
)


def ids_of(output):
    """:return: the ids that the program printed."""
    return json.loads(re.search(r"^.*?PAPERS (\{.*\})$", output, re.MULTILINE).group(1))
