"""Billing the same time twice: by a JobTrack run, and by Odoo's sale_timesheet invoicing.

N clients with 5 jobs of 3 time entries each. Ours is the run from lock to commit; the peer creates and posts its
invoices. Medians of three rounds, each on clients of its own; the number of queries stands in the name.
"""

import statistics
import time

from odoo import Command

ROUNDS = 3
JOBS, ENTRIES, HOURS = 5, 3, 1.0
RUN_DATES = iter(f"20{year:02d}-03-08" for year in range(1, 99))


def run(env):
    """Return the rows of the table: name, our seconds, the peer's seconds, what the peer is."""
    env["jobtrack.account"]._cron_verify_ledger()
    env.company._jobtrack_ensure_books()
    employee = env["hr.employee"].create(
        {"name": "Bench", "company_id": env.company.id, "hourly_cost": 10}
    )
    rows = []
    for clients in (50,):
        peer, peer_queries = _median(
            env, lambda n=clients: _sales_orders(env, employee, n), _invoice_orders
        )
        for kind, prepaid in (("prepaid", True), ("postpaid", False)):
            ours, our_queries = _median(
                env, lambda n=clients, p=prepaid: _done_jobs(env, employee, n, p), _bill_jobs
            )
            name = f"bill {clients} accounts, {kind} ({our_queries} queries)"
            rows.append((name, ours, peer, f"sale_timesheet invoices ({peer_queries} queries)"))
    return rows


def _median(env, prepare, work):
    """Return the median seconds and queries of ``work`` over fresh data of ``prepare``."""
    seconds, queries = [], []
    for _round in range(ROUNDS):
        data = prepare()
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
        queries_before, begin = env.cr.sql_log_count, time.perf_counter()
        work(env, data)
        env.flush_all()
        env.cr.commit()
        seconds.append(time.perf_counter() - begin)
        queries.append(env.cr.sql_log_count - queries_before)
    return statistics.median(seconds), int(statistics.median(queries))


def _clients(env, count):
    return env["res.partner"].create(
        [{"name": f"Client {index}", "is_company": True} for index in range(count)]
    )


def _log_time(env, employee, tasks):
    env["account.analytic.line"].create(
        [
            {
                "name": "Work",
                "task_id": task.id,
                "project_id": task.project_id.id,
                "employee_id": employee.id,
                "unit_amount": HOURS,
                "date": "2001-01-01",
            }
            for task in tasks
            for _entry in range(ENTRIES)
        ]
    )


def _done_jobs(env, employee, count, prepaid):
    """Return accounts with approved, done jobs; consent is written directly, it is not what is measured."""
    partners = _clients(env, count)
    projects = env["project.project"].create([{"name": partner.name} for partner in partners])
    accounts = env["jobtrack.account"].create(
        [
            {
                "project_id": project.id,
                "partner_id": partner.id,
                "company_id": env.company.id,
                "credit_limit": 1e6,
            }
            for project, partner in zip(projects, partners, strict=True)
        ]
    )
    if prepaid:
        for account in accounts:
            account._grant_hours(JOBS * ENTRIES * HOURS, 40, "2001-01-01", None, "Bench")
    jobs = env["project.task"].create(
        [
            {"name": f"Job {index}", "project_id": project.id}
            for project in projects
            for index in range(JOBS)
        ]
    )
    env["jobtrack.work.order"].create(
        [{"task_id": job.id, "hours": ENTRIES * HOURS} for job in jobs]
    ).write({"state": "approved"})
    jobs.write(
        {"jobtrack_state": "approved", "jobtrack_approved_minutes": int(ENTRIES * HOURS * 60)}
    )
    _log_time(env, employee, jobs)
    jobs.write({"jobtrack_state": "done", "jobtrack_date_done": "2001-01-02 10:00:00"})
    return accounts


def _bill_jobs(env, accounts):
    billed = env["jobtrack.billing.run"]._run(env.company, next(RUN_DATES))
    if len(billed.statement_ids) != len(accounts) or billed.problem_ids:
        raise RuntimeError(f"not everything was billed: {billed.problem_ids.mapped('name')}")


def _sales_orders(env, employee, count):
    """Return confirmed orders with a line and a task per job, and the same time on the tasks."""
    product = env["product.product"].create(
        {
            "name": "Consulting",
            "type": "service",
            "invoice_policy": "delivery",
            "service_type": "timesheet",
            "uom_id": env.ref("uom.product_uom_hour").id,
            "list_price": 50,
        }
    )
    partners = _clients(env, count)
    line = {"product_id": product.id, "product_uom_qty": ENTRIES * HOURS}
    orders = env["sale.order"].create(
        [
            {"partner_id": partner.id, "order_line": [Command.create(line)] * JOBS}
            for partner in partners
        ]
    )
    orders.action_confirm()
    projects = env["project.project"].create(
        [
            {"name": partner.name, "partner_id": partner.id, "allow_billable": True}
            for partner in partners
        ]
    )
    tasks = env["project.task"].create(
        [
            {
                "name": line.name,
                "project_id": project.id,
                "sale_line_id": line.id,
                "partner_id": project.partner_id.id,
            }
            for order, project in zip(orders, projects, strict=True)
            for line in order.order_line
        ]
    )
    _log_time(env, employee, tasks)
    return orders


def _invoice_orders(env, orders):
    invoices = orders._create_invoices()
    invoices.action_post()
    if len(invoices) != len(orders):
        raise RuntimeError("not everything was invoiced")
