"""Programs for the Odoo shell: what stands on the stage before a story begins."""

import json
import re
from datetime import timedelta, timezone

NOON = 12
LAST_BILLING_DAY = 28
USUAL_BILLING_DAYS = {1, 8, 15, 21}


def noon_zone(now):
    """:return: the time zone in which it is past noon at a moment in UTC: no story ends after midnight there."""
    east = NOON - now.hour
    return f"Etc/GMT{-east:+d}" if east else "UTC"


def local_day(now):
    """:return: the day on which a moment falls in its ``noon_zone``."""
    return now.astimezone(timezone(timedelta(hours=NOON - now.hour))).date()


def billing_day(today):
    """:return: the newest day up to today on which a company can bill: no month bills after the 28th."""
    return min(today, today.replace(day=LAST_BILLING_DAY))


def billing_days(today):
    """:return: the days on which the company of the story bills, today among them where that can be."""
    return sorted(USUAL_BILLING_DAYS | {billing_day(today).day})


def no_billing_day(today):
    """:return: a day of the last week on which the company of the story does not bill."""
    days = billing_days(today)
    week = [billing_day(today) - timedelta(days=back) for back in range(1, 8)]
    return next(day for day in week if day.day not in days)


def told(program, **facts):
    """:return: a program that knows some facts by name."""
    return "".join(f"{name} = {fact!r}\n" for name, fact in facts.items()) + program


def shown(odoo_shell, program, **facts):
    """:return: what a program printed as one line of JSON."""
    output = odoo_shell(told(program, **facts))
    return json.loads(re.search(r"^.*?SCENE (\{.*\})$", output, re.MULTILINE).group(1))


# The company with its books and its staff. Facts: zone, days, staff (login, name, groups).
HOST = """
from odoo import Command
company = env.company
company.write({
    "name": "Harbour Support",
    "email": "desk@harbour.example",
    "country_id": env.ref("base.us").id,
    "jobtrack_tz": zone,
    "jobtrack_billing_days": ", ".join(map(str, days)),
    "jobtrack_emergency_phone": "+1 555 0911",
    "portal_confirmation_sign": False,
    "external_report_layout_id": env.ref("web.external_layout_standard").id,
})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
company._jobtrack_ensure_books()
env["payment.provider"].search([("code", "=", "demo"), ("company_id", "=", company.id)]).write(
    {"state": "test", "is_published": True}
)
env.ref("base.user_admin").write({"tz": zone, "email": "admin@harbour.example"})
for login, name, groups in staff:
    user = env["res.users"].with_context(no_reset_password=True).create({
        "name": name,
        "login": login,
        "password": login,
        "email": login + "@harbour.example",
        "tz": zone,
        "group_ids": [Command.set([env.ref(group).id for group in groups])],
    })
    env["hr.employee"].create({"name": name, "user_id": user.id, "company_id": company.id})
"""

# Functions for other programs: a portal user, whose name is the password too and whose mail goes to the last word of
# the company's name; an account with its contacts and their roles.
CLIENTS = """
from odoo import Command

def person(login, company, **values):
    domain = company.name.split()[-1].lower() if company else "nobody"
    partner = env["res.partner"].create({
        "name": login.capitalize(),
        "email": f"{login}@{domain}.example",
        "parent_id": company and company.id,
        **values,
    })
    env["res.users"].with_context(no_reset_password=True).create({
        "login": login,
        "password": login,
        "partner_id": partner.id,
        "group_ids": [Command.set([env.ref("base.group_portal").id])],
    })
    return partner

def account(name, client, contacts, **values):
    project = env["project.project"].create({"name": name})
    account = env["jobtrack.account"].create(
        {"project_id": project.id, "partner_id": client.id, **values}
    )
    for partner, roles in contacts.items():
        env["jobtrack.account.contact"].create(
            {"jobtrack_account_id": account.id, "partner_id": partner.id, **roles}
        )
    return account
"""

# A function for other programs: noon of the company's day as a naive moment in UTC, to freeze the clock at. A fixed
# hour in UTC falls on another day of the company in some hour of the day in which the tests run.
NOON_OF = """
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

def noon(day, hours_later=0):
    local = datetime(day.year, day.month, day.day, 12 + hours_later, tzinfo=ZoneInfo(env.company.jobtrack_tz))
    return local.astimezone(timezone.utc).replace(tzinfo=None)
"""

# Days on which nobody can bill: what happened in the story happened some days ago. Only who owns the database can say
# so: the trigger that protects the ledger has to go first. Facts: back (days), project.
SET_BACK = """
env.flush_all()
env.cr.execute("alter table jobtrack_ledger_entry disable trigger user")
for table, column, where in (
    ("jobtrack_hour_pack", "date_start", "jobtrack_account_id"),
    ("jobtrack_ledger_entry", "date", "jobtrack_account_id"),
    ("jobtrack_account", "last_entry_date", "id"),
    ("project_task", "jobtrack_date_done", "jobtrack_account_id"),
):
    env.cr.execute(
        f"update {table} set {column} = {column} - interval '{back} days' "
        f"where {where} in (select id from jobtrack_account where project_id = {project})"
    )
env.cr.execute(
    f"update account_analytic_line set date = date - {back} "
    f"where jobtrack_job_id in (select id from project_task where project_id = {project})"
)
env.cr.execute("alter table jobtrack_ledger_entry enable trigger user")
env.invalidate_all()
"""

# What must be true of all ledgers, always; the program fails when it is not.
VERIFY = """
problems = env["jobtrack.account"].search([])._verify_ledger()
assert not problems, problems
"""
