"""What the demo clients let pass by themselves, and what they say about estimates that wait."""

from odoo import fields

from .clients import CLIENTS, PLENTY


def tell(env, house, today):
    """Give the first client limits and a mandate, ask about its estimate, and send it a change order."""
    env.company.jobtrack_terms_version = f"{today.year}-01"
    account = house.accounts[PLENTY]
    account.write(
        {
            "task_limit_hours": 2,
            "project_limit_hours": 8,
            "limit_window": "month",
            "emergency_minutes": 240,
            "emergency_rate": 75,
            "login_amount": 500,
        }
    )
    owner, assistant = account.main_contact_id, account.contact_ids - account.main_contact_id
    owner.may_call_emergency = True
    env["jobtrack.mandate"].create(
        {
            "contact_id": assistant[:1].id,
            "job_hours": 1,
            "window_hours": 5,
            "date_until": fields.Date.add(today, months=3),
            "step_up_contact_id": owner.id,
        }
    )
    _ask_and_overrun(env, account, owner)


def _ask_and_overrun(env, account, owner):
    """Let the owner ask about the estimate that waits, and send a change order for the job that took longer."""
    titles = {
        title: outcome for _days, title, _kind, _est, _spent, outcome in CLIENTS[PLENTY]["jobs"]
    }
    for job in account.job_ids:
        if titles.get(job.name) == "overrun" and job.jobtrack_pending_hours:
            context = job._jobtrack_estimate_context()
            values = {name.removeprefix("default_"): value for name, value in context.items()}
            order = env["jobtrack.work.order"].create(
                values | {"scope": "As agreed, and the same fault in the kitchen printer."}
            )
            order.action_send()
        elif titles.get(job.name) == "estimated":
            sent = job.jobtrack_work_order_ids.filtered(lambda order: order.state == "sent")
            sent._ask(owner.partner_id, "Does the filter also work in the app?")
