"""Billing the same time by a run, by sale_timesheet, and as the platform's own invoices.

N clients with 5 jobs of 3 time entries each. Ours is the run from lock to commit. One peer creates
and posts the invoices of sale_timesheet for the same time; the other, the platform's floor, creates
and posts equal invoices in one batch, without any time.
"""

import scenes
from odoo import Command

CLIENTS = (50, 200)


def run(env):
    """Return the rows of the table: name, our seconds, the peer's seconds, what the peer is."""
    env.company._jobtrack_ensure_books()
    employee = scenes.make_employee(env)
    rows = []
    for count in CLIENTS:
        rows += _compare(env, employee, count)
    return rows


def _compare(env, employee, count):
    """Return the rows for so many clients."""
    prepaid, postpaid, peer, floor = scenes.compare(
        env,
        (lambda: scenes.make_done_jobs(env, employee, count, prepaid=True), scenes.bill),
        (lambda: scenes.make_done_jobs(env, employee, count, prepaid=False), scenes.bill),
        (lambda: _sales_orders(env, employee, count), _invoice_orders),
        (lambda: scenes.make_accounts(env, count), _equal_invoices),
    )
    return [
        prepaid.against(peer, f"bill {count} accounts, prepaid", "sale_timesheet"),
        postpaid.against(peer, f"bill {count} accounts, postpaid", "sale_timesheet"),
        postpaid.against(floor, f"bill {count} accounts, postpaid", "equal invoices"),
    ]


def _sales_orders(env, employee, count):
    """Return confirmed orders with a line and a task per job, and the same time on the tasks."""
    product = env["product.product"].create(
        {
            "name": "Consulting",
            "type": "service",
            "invoice_policy": "delivery",
            "service_type": "timesheet",
            "uom_id": env.ref("uom.product_uom_hour").id,
            "list_price": scenes.RATE,
        }
    )
    partners = scenes.make_clients(env, count)
    line = {"product_id": product.id, "product_uom_qty": scenes.ENTRIES * scenes.HOURS}
    orders = env["sale.order"].create(
        [
            {"partner_id": partner.id, "order_line": [Command.create(line)] * scenes.JOBS}
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
    scenes.log_time(env, employee, tasks)
    return orders


def _invoice_orders(env, orders):
    invoices = orders._create_invoices()
    invoices.action_post()
    if len(invoices) != len(orders):
        raise RuntimeError("not everything was invoiced")


def _equal_invoices(env, accounts):
    """Create and post what our run invoices, as anybody would: clients, lines, analytic accounts."""
    product = env.ref("jobtrack_support.product_postpaid_hour")
    gl = env.company.jobtrack_revenue_gl_id
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": account.partner_id.id,
                "invoice_date": "2001-01-08",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": f"Job {index}",
                            "quantity": scenes.ENTRIES * scenes.HOURS,
                            "price_unit": scenes.RATE,
                            "account_id": gl.id,
                            "analytic_distribution": _analytic(account),
                        }
                    )
                    for index in range(scenes.JOBS)
                ],
            }
            for account in accounts
        ]
    )
    invoices._post(soft=False)


def _analytic(account):
    analytic = account.project_id.account_id
    return {str(analytic.id): 100} if analytic else False
