"""Creating jobs and time entries on a support project against a plain project."""

import scenes

JOBS, ENTRIES = 50, 100


def run(env):
    """Return the rows of the table; ours is on a support project, the peer on a plain one."""
    employee = scenes.make_employee(env)
    account = scenes.make_accounts(env, 1)
    plain = env["project.project"].create({"name": "Plain", "company_id": env.company.id})
    job = env["project.task"].create({"name": "Job", "project_id": account.project_id.id})
    env["jobtrack.work.order"].create({"task_id": job.id, "hours": 1000}).write(
        {"state": "approved"}
    )
    job.write({"jobtrack_state": "approved", "jobtrack_approved_minutes": 60000})
    task = env["project.task"].create({"name": "Task", "project_id": plain.id})
    works = {
        f"create {JOBS} jobs one by one": (_create_jobs, account.project_id, plain),
        f"create {JOBS} jobs at once": (_import_jobs, account.project_id, plain),
        f"log {ENTRIES} time entries one by one": (_log(employee), job, task),
    }
    rows = []
    for name, (work, ours, theirs) in works.items():
        work(env, theirs)  # loads what is loaded once
        seconds, queries = scenes.median(env, lambda data=ours: data, work, rounds=5)
        peer, peer_queries = scenes.median(env, lambda data=theirs: data, work, rounds=5)
        label = f"{name} ({queries} queries)"
        rows.append((label, seconds, peer, f"plain project ({peer_queries} queries)"))
    return rows


def _create_jobs(env, project):
    for _job in range(JOBS):
        env["project.task"].create({"name": "Job", "project_id": project.id})
        env.flush_all()


def _import_jobs(env, project):
    env["project.task"].create([{"name": "Job", "project_id": project.id}] * JOBS)


def _log(employee):
    def work(env, task):
        for _entry in range(ENTRIES):
            env["account.analytic.line"].create(
                {
                    "name": "Work",
                    "task_id": task.id,
                    "project_id": task.project_id.id,
                    "employee_id": employee.id,
                    "unit_amount": 0.25,
                    "date": "2001-01-01",
                }
            )
            env.flush_all()

    return work
