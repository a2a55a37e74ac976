"""Two workers on one run against one: processes of their own, as Odoo's cron workers are.

The ceiling is the posting, which takes numbers of one journal and so waits for the other's commit.
"""

import subprocess
import sys
import time

import scenes
from odoo.tools import config

CLIENTS = 200
LOCK = 471147
# Waits at the parent's lock until all workers have loaded Odoo, works, and prints how long it took.
_PROGRAM = """
import time
env.cr.execute("SELECT pg_advisory_xact_lock_shared({lock})")
env.cr.rollback()
begin = time.perf_counter()
env["jobtrack.billing.run"].browse({run})._work_off()
print("SECONDS", time.perf_counter() - begin)
"""


def run(env):
    """Return the rows of the table; ours are two workers, the peer is one."""
    env.company._jobtrack_ensure_books()
    employee = scenes.make_employee(env)
    rows = []
    for kind in ("prepaid", "postpaid"):
        seconds = {}
        for workers in (1, 2, 1, 2, 1, 2):
            took = _work(env, employee, workers, kind == "prepaid")
            seconds.setdefault(workers, []).append(took)
        ours, peer = (sorted(seconds[workers])[1] for workers in (2, 1))
        name = f"bill {CLIENTS} accounts, {kind}, two workers"
        rows.append((name, (ours, 0), (peer, 0), "one worker"))
    return rows


def _work(env, employee, workers, prepaid):
    """Return how long the slowest of the workers took."""
    scenes.make_done_jobs(env, employee, CLIENTS, prepaid)
    run = env["jobtrack.billing.run"]._get_or_create(env.company, next(scenes.RUN_DATES))
    run.state = "running"
    env.flush_all()
    env.cr.commit()
    env.cr.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    env.cr.commit()
    processes = [_start(env.cr.dbname, run.id) for _worker in range(workers)]
    _wait_for(env, workers)
    env.cr.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    env.cr.commit()
    outputs = [process.communicate()[0] for process in processes]
    env.invalidate_all()
    if run.state != "done" or len(run.statement_ids) != CLIENTS or run.problem_ids:
        raise RuntimeError(f"not everything was billed: {str(outputs)[-2000:]}")
    return max(float(output.partition("SECONDS")[2].split()[0]) for output in outputs)


def _start(database, run_id):
    words = [sys.executable, "-m", "odoo", "shell", "-c", config["config"], "-d", database]
    folders = ",".join(config["addons_path"])
    words += ["--addons-path", folders, "--no-http", "--log-level=error"]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    process.stdin.write(_PROGRAM.format(lock=LOCK, run=run_id))
    process.stdin.close()
    process.stdin = None
    return process


def _wait_for(env, workers):
    """Wait until all workers stand at the lock."""
    while True:
        env.cr.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        waiting = env.cr.fetchone()[0]
        env.cr.commit()
        if waiting == workers:
            return
        time.sleep(0.2)
