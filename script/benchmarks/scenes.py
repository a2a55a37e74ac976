"""What the benchmarks measure on: clients, accounts, done jobs and time; and how they measure."""

import statistics
import time
from typing import NamedTuple

ROUNDS = 3
JOBS, ENTRIES, HOURS = 5, 3, 1.0
RATE = 50
# Billing days that no other round has used.
RUN_DATES = iter(f"20{year:02d}-{month:02d}-08" for year in range(2, 25) for month in range(1, 13))


def compare(env, *contenders, rounds=ROUNDS):
    """Measure several ways of doing something in turn, round by round, so that none has the quieter hour.

    :param contenders: pairs of ``prepare()``, which makes fresh data, and ``work(env, data)``
    :return: a ``Figure`` for each: the medians of the rounds
    """
    figures = [[] for _contender in contenders]
    for _round in range(rounds):
        for (prepare, work), measured in zip(contenders, figures, strict=True):
            measured.append(measure(env, prepare(), work))
    return [
        Figure(*(statistics.median(column) for column in zip(*measured, strict=True)))
        for measured in figures
    ]


def measure(env, data, work):
    """Return the ``Figure`` of ``work(env, data)``, from cold caches to its commit."""
    env.flush_all()
    env.cr.commit()
    env.invalidate_all()
    queries = env.cr.sql_log_count
    begin, processor = time.perf_counter(), time.process_time()
    work(env, data)
    env.flush_all()
    env.cr.commit()
    seconds, processor = time.perf_counter() - begin, time.process_time() - processor
    return Figure(seconds, processor, env.cr.sql_log_count - queries)


class Figure(NamedTuple):
    """What something cost."""

    seconds: float
    processor: (
        float  # seconds of Odoo's process alone: hardly changed by what else the machine does
    )
    queries: int

    def against(self, peer, name, peer_name):
        """Return the row of the table that compares this with a peer."""
        words = f"{peer_name}, {peer.queries:.0f} queries"
        mine, theirs = (self.seconds, self.processor), (peer.seconds, peer.processor)
        return (f"{name}, {self.queries:.0f} queries", mine, theirs, words)


def make_employee(env):
    """Return somebody who logs time."""
    values = {"name": "Bench", "company_id": env.company.id, "hourly_cost": 10}
    return env["hr.employee"].create(values)


def make_clients(env, count):
    """Return companies that are clients."""
    return env["res.partner"].create(
        [{"name": f"Client {index}", "is_company": True} for index in range(count)]
    )


def make_accounts(env, count):
    """Return support accounts, each of a client and a project of its own, with credit enough."""
    partners = make_clients(env, count)
    projects = env["project.project"].create([{"name": partner.name} for partner in partners])
    return env["jobtrack.account"].create(
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


def log_time(env, employee, tasks):
    """Log the same time on each of the tasks."""
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


def make_done_jobs(env, employee, count, prepaid):
    """Return accounts with approved, done jobs; consent is written directly, it is not what is measured."""
    accounts = make_accounts(env, count)
    if prepaid:
        for account in accounts:
            account._grant_hours(JOBS * ENTRIES * HOURS, 40, "2001-01-01", None, "Bench")
    jobs = env["project.task"].create(
        [
            {"name": f"Job {index}", "project_id": account.project_id.id}
            for account in accounts
            for index in range(JOBS)
        ]
    )
    env["jobtrack.work.order"].create(
        [{"task_id": job.id, "hours": ENTRIES * HOURS, "rate": RATE} for job in jobs]
    ).write({"state": "approved"})
    approved = {"jobtrack_approved_minutes": int(ENTRIES * HOURS * 60)}
    jobs.write({"jobtrack_state": "approved"} | approved)
    log_time(env, employee, jobs)
    jobs.write({"jobtrack_state": "done", "jobtrack_date_done": "2001-01-02 10:00:00"})
    return accounts


def bill(env, accounts):
    """Bill the done jobs of these accounts, which are all that wait, in one transaction."""
    run = env["jobtrack.billing.run"]._run(env.company, next(RUN_DATES))
    if len(run.statement_ids) != len(accounts) or run.problem_ids:
        raise RuntimeError(f"not everything was billed: {run.problem_ids.mapped('name')}")
