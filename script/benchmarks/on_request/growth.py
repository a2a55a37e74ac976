"""A run over 200 accounts against one over 2000, as the scheduled action bills: batch by batch, with a commit each.

Shown per account, prepaid and postpaid: the large run once, the small one as the median of three; with the queries
per account, the longest time for which a batch held its locks, and the peak of memory. Takes half an hour.
"""

import statistics
import time
from pathlib import Path

import scenes

SMALL, LARGE = 200, 2000
AT_ONCE = 200


def run(env):
    """Return the rows of the table; ours is the large run, the peer the small one, both per account."""
    env.company._jobtrack_ensure_books()
    employee = scenes.make_employee(env)
    _bill(env, employee, 50, prepaid=True)  # loads what is loaded once
    rows = []
    for kind in ("prepaid", "postpaid"):
        small = [_bill(env, employee, SMALL, kind == "prepaid") for _round in range(3)]
        peer = [
            statistics.median(column) for column in zip(*(row[0] for row in small), strict=True)
        ]
        peer_words = small[-1][1]
        ours, words = _bill(env, employee, LARGE, kind == "prepaid")
        name = f"{kind}, per account of {LARGE} ({words})"
        rows.append((name, ours, peer, f"per account of {SMALL} ({peer_words})"))
    return rows


def _bill(env, employee, count, prepaid):
    """Return both kinds of seconds per account, and the longest lock and the peak of memory in words."""
    for begin in range(0, count, AT_ONCE):
        scenes.make_done_jobs(env, employee, min(AT_ONCE, count - begin), prepaid)
        env.cr.commit()
    run = env["jobtrack.billing.run"]._get_or_create(env.company, next(scenes.RUN_DATES))
    run.state = "running"
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    held = _note_batches(env)
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    queries = env.cr.sql_log_count
    begin, processor = time.perf_counter(), time.process_time()
    run._work_off()
    seconds, processor = time.perf_counter() - begin, time.process_time() - processor
    if run.state != "done" or len(run.statement_ids) != count:
        raise RuntimeError(f"not everything was billed: {run.problem_ids.mapped('name')}")
    queries = (env.cr.sql_log_count - queries) / count
    words = f"{queries:.1f} queries, {len(held)} batches, longest {max(held):.1f} s, {_peak_memory()} MB"
    return (seconds / count, processor / count), words


def _note_batches(env):
    """Return a list to which the seconds of each batch are added, from its locks to its commit."""
    held, begun = [], []
    run_class, cron_class = type(env["jobtrack.billing.run"]), type(env["ir.cron"])

    def claim(run, size):
        begun[:] = [time.perf_counter()]
        return super(run_class, run)._claim(size)

    def commit_progress(cron, processed=0, **kwargs):
        result = super(cron_class, cron)._commit_progress(processed, **kwargs)
        if processed:
            held.append(time.perf_counter() - begun[0])
        return result

    run_class._claim, cron_class._commit_progress = claim, commit_progress
    return held


def _peak_memory():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
