"""Creating jobs and time entries on a support project against a plain project."""

import scenes

JOBS, ENTRIES_PER_JOB = 30, 5


def run(env):
    """Return the rows of the table; ours is on a support project, the peer on a plain one."""
    employee = scenes.make_employee(env)
    account = scenes.make_accounts(env, 1)
    plain = env["project.project"].create({"name": "Plain", "company_id": env.company.id})
    support = account.project_id
    log = _log(employee)
    works = {
        f"create {JOBS} jobs one by one": (_create_jobs, lambda: support, lambda: plain),
        f"log {JOBS * ENTRIES_PER_JOB} time entries one by one": (
            log,
            lambda: _approved_jobs(env, support),
            lambda: _tasks(env, plain),
        ),
    }
    rows = []
    for name, (work, ours, theirs) in works.items():
        work(env, theirs())  # loads what is loaded once
        mine, peer = scenes.compare(env, (ours, work), (theirs, work), rounds=5)
        rows.append(mine.against(peer, name, "plain project"))
    return rows


def _create_jobs(env, project):
    for _job in range(JOBS):
        env["project.task"].create({"name": "Job", "project_id": project.id})
        env.flush_all()


def _tasks(env, project):
    return env["project.task"].create([{"name": "Job", "project_id": project.id}] * JOBS)


def _approved_jobs(env, project):
    jobs = _tasks(env, project)
    env["jobtrack.work.order"].create([{"task_id": job.id, "hours": 10} for job in jobs]).write(
        {"state": "approved"}
    )
    jobs.write({"jobtrack_state": "approved", "jobtrack_approved_minutes": 600})
    return jobs


def _log(employee):
    def work(env, tasks):
        for task in tasks:
            for _entry in range(ENTRIES_PER_JOB):
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
