"""Two done jobs of a client wait for their run, and the run itself."""

from e2e_scene import NOON_OF

# The client's project with an owner who decides; both jobs were done on the 21st of last month. Facts: project, titles.
DONE_JOBS = (
    NOON_OF
    + """
import json
from freezegun import freeze_time
from odoo.addons.jobtrack_support.tools.billing_calendar import add_months

company = env.company
owner = env["res.users"].search([("login", "=", "olga")]).partner_id
day = add_months(env["jobtrack.account"]._today(company), -1).replace(day=20)
employee = env["hr.employee"].create({"name": "Busy Technician", "company_id": company.id})
with freeze_time(noon(day)):
    account = env["jobtrack.account"].create({
        "project_id": env["project.project"].create({"name": project}).id,
        "partner_id": owner.parent_id.id,
    })
    env["jobtrack.account.contact"].create({
        "jobtrack_account_id": account.id,
        "partner_id": owner.id,
        "may_approve": True,
        "may_see_money": True,
    })
    jobs = []
    for title, hours in titles:
        job = env["project.task"].create({"name": title, "project_id": account.project_id.id})
        order = env["jobtrack.work.order"].create(
            {"task_id": job.id, "hours": hours, "scope": title}
        )
        order.action_send()
        order.action_approve()
        env["account.analytic.line"].create({
            "name": title,
            "task_id": job.id,
            "project_id": job.project_id.id,
            "employee_id": employee.id,
            "unit_amount": hours,
            "date": day,
        })
        job._jobtrack_complete(title)
        jobs.append(job.id)
print("SCENE " + json.dumps({"account": account.id, "jobs": jobs}))
"""
)

# The run of the 21st of last month bills what is not disputed. Prints the jobs on its statement. Facts: account.
BILL = (
    NOON_OF
    + """
import json
from freezegun import freeze_time
from odoo.addons.jobtrack_support.tools.billing_calendar import add_months

company = env.company
day = add_months(env["jobtrack.account"]._today(company), -1).replace(day=day)
with freeze_time(noon(day, hours_later=1)):
    run = env["jobtrack.billing.run"]._run(company, day)
lines = run.statement_ids.filtered(lambda found: found.jobtrack_account_id.id == account).line_ids
print("SCENE " + json.dumps({"state": run.state, "billed": lines.task_id.ids}))
problems = env["jobtrack.account"].browse(account)._verify_ledger()
assert not problems, problems
"""
)
