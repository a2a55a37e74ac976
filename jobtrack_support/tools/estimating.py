"""The clock from request to estimate (A5), and what jobs of a kind usually take (M10)."""

from typing import NamedTuple

from . import working_time

HOST = "host"
# Fewer jobs than these are stories, not a range.
ENOUGH_JOBS = 3


class Clock(NamedTuple):
    """Where the clock of a request stands."""

    minutes: int  # working minutes for which the host was waited for
    due: object  # the moment at which the target is reached; None while the clock stands still
    is_running: bool


def read_clock(waiting, now, work, target):
    """Return the ``Clock`` of a request that waits for its estimate.

    The clock runs in working hours, and only while the host is waited for: it stands while the client is asked.

    :param waiting: list of ``(who, begin, end or None)``, the job's waiting history since the request
    :param now: the moment at which it is read
    :param work: working time as ``(start, end)`` periods, beyond ``now``
    :param int target: minutes that are promised
    """
    ours = [(begin, min(end or now, now)) for who, begin, end in waiting if who == HOST]
    minutes = working_time.working_minutes(work, ours)
    running = [begin for who, begin, end in waiting if who == HOST and end is None]
    if not running:
        return Clock(minutes, None, False)
    closed = [(begin, end) for who, begin, end in waiting if who == HOST and end is not None]
    left = target - working_time.working_minutes(work, closed)
    return Clock(minutes, working_time.moment_after(work, min(running), left), True)


def is_late(due, now):
    """Return whether the promise is broken: the target was reached before ``now`` and nothing was sent."""
    return due is not None and due < now


class Typical(NamedTuple):
    """What jobs of a kind took, in minutes."""

    jobs: int
    median: int
    most: int  # nine of ten took at most this


def typical(figures):
    """Return the ``Typical`` range of ``figures`` (billable minutes of finished jobs), or None for too few of them.

    Both are figures that a job really took, or for the median of an even number the middle of two.
    """
    figures = sorted(figure for figure in figures if figure > 0)
    count = len(figures)
    if count < ENOUGH_JOBS:
        return None
    middle = count // 2
    median = figures[middle] if count % 2 else (figures[middle - 1] + figures[middle]) // 2
    rank = -(-count * 9 // 10)  # nearest rank: at least nine of ten are not above it
    return Typical(count, median, figures[rank - 1])


LOW, USUAL, HIGH = "low", "usual", "high"


def judge(minutes, range_):
    """Return how an estimate stands to the typical range: below what half took, usual, or above nine of ten."""
    if minutes < range_.median:
        return LOW
    return HIGH if minutes > range_.most else USUAL
