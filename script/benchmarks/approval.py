"""Approving a work order on an account with 200 live packs against one with 2."""

import scenes

FEW, MANY = 2, 200
ORDERS = 10


def run(env):
    """Return the row of the table; ours is the account with many packs."""
    _approve(env, _sent_orders(env, FEW))  # loads what is loaded once
    ours, peer = scenes.compare(
        env, (lambda: _sent_orders(env, MANY), _approve), (lambda: _sent_orders(env, FEW), _approve)
    )
    return [ours.against(peer, f"approve {ORDERS} work orders, {MANY} packs", f"{FEW} packs")]


def _sent_orders(env, packs):
    account = scenes.make_accounts(env, 1)
    for index in range(packs):
        account._grant_hours(2000 / packs, 40, None, f"2099-{index % 12 + 1:02d}-15", "Bench")
    values = [{"name": "Job", "project_id": account.project_id.id}] * ORDERS
    jobs = env["project.task"].create(values)
    orders = env["jobtrack.work.order"].create([{"task_id": job.id, "hours": 7} for job in jobs])
    for order in orders:
        order.action_send()
    return orders


def _approve(env, orders):
    for order in orders:
        order.action_approve()
    if set(orders.mapped("state")) != {"approved"}:
        raise RuntimeError("not everything was approved")
