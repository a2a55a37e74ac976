"""5,000 open jobs: the first page of the queue, the form of a job, all places anew, and one job that is prioritised.

Page and form are compared with Odoo's own of as many plain tasks; the daily look at all places with one at 500 jobs.
"""

import scenes
from odoo.tests import Form

JOBS, FEW, ACCOUNTS = 5000, 500, 100
PAGE = 80
LANES = ("emergency", "prepaid", "postpaid")
OURS = ("name", "priority", "jobtrack_queue_reason", "jobtrack_state", "jobtrack_left_hours")
THEIRS = ("name", "priority", "state", "allocated_hours", "effective_hours", "remaining_hours")


def run(env):
    """Return the rows of the table."""
    few = _make_jobs(env, FEW)
    many = few | _make_jobs(env, JOBS - FEW)
    _make_tasks(env, JOBS)
    env.cr.execute("ANALYZE")
    env.cr.commit()
    page, tasks = scenes.compare(env, (lambda: None, _open_queue), (lambda: None, _open_tasks))
    form, task_form = scenes.compare(
        env, (lambda: many[7], _open_form), (lambda: _one_task(env), _open_form)
    )
    rank, rank_few = scenes.compare(env, (lambda: many, _rank), (lambda: few, _rank))
    rise, rise_task = scenes.compare(
        env, (lambda: many[:1], _raise), (lambda: _one_task(env), _raise)
    )
    per_job = scenes.Figure(rank.seconds / JOBS, rank.processor / JOBS, rank.queries)
    per_few = scenes.Figure(rank_few.seconds / FEW, rank_few.processor / FEW, rank_few.queries)
    return [
        page.against(tasks, f"open the queue of {JOBS} jobs", f"list of {JOBS} plain tasks"),
        form.against(task_form, f"open the form of one of {JOBS} jobs", "of a plain task"),
        per_job.against(per_few, f"all places anew, per job of {JOBS}", f"per job of {FEW}"),
        rise.against(rise_task, "prioritise a job", "prioritise a plain task"),
    ]


def _make_jobs(env, count):
    """Return requested jobs of accounts with and without hours."""
    accounts = scenes.make_accounts(env, ACCOUNTS)
    for account in accounts[::2]:
        account._grant_hours(20, 40, None, None, "Bench")
    return env["project.task"].create(
        [
            {
                "name": f"Job {index}",
                "project_id": accounts[index % ACCOUNTS].project_id.id,
                "priority": str(index % 4),
            }
            for index in range(count)
        ]
    )


def _make_tasks(env, count):
    project = env["project.project"].create({"name": "Plain tasks"})
    return env["project.task"].create(
        [{"name": f"Task {index}", "project_id": project.id} for index in range(count)]
    )


def _one_task(env):
    return env["project.task"].search([("project_id.name", "=", "Plain tasks")], limit=1)


def _open_queue(env, _data):
    domain = [("jobtrack_queue_lane", "in", LANES)]
    _page(env, domain, OURS, "jobtrack_queue_key, jobtrack_date_requested, id")


def _open_tasks(env, _data):
    _page(env, [("project_id.name", "=", "Plain tasks")], THEIRS, None)


def _page(env, domain, names, order):
    found = env["project.task"].web_search_read(
        domain, {name: {} for name in names}, limit=PAGE, order=order
    )
    if len(found["records"]) != PAGE:
        raise RuntimeError("the page is not full")


def _open_form(env, task):
    Form(task)


def _rank(env, jobs):
    jobs.mapped("jobtrack_queue_key")
    jobs._jobtrack_requeue()
    env.flush_all()


def _raise(env, task):
    task.priority = "3" if task.priority != "3" else "0"
    env.flush_all()
