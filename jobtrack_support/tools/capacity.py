"""What people can work per week until the quarter ends, against the hours that were sold (B6, B10)."""

from datetime import date, timedelta
from typing import NamedTuple

DAYS_PER_WEEK = 7
PERCENT = 100


class Promise(NamedTuple):
    """Hours that were sold and not used: minutes left, first and last day on which they can be used."""

    minutes: int
    start: date
    end: date


class Week(NamedTuple):
    """A week of the quarter, in minutes."""

    start: date
    end: date
    capacity: int
    promised: int

    @property
    def free(self):
        """What is left of the week; negative when more was sold than can be worked."""
        return self.capacity - self.promised


def spans(today, end):
    """Return the weeks from ``today`` to ``end`` as ``(first day, last day)``; weeks begin on Mondays."""
    found, first = [], today
    while first <= end:
        last = min(first + timedelta(days=DAYS_PER_WEEK - 1 - first.weekday()), end)
        found.append((first, last))
        first = last + timedelta(days=1)
    return found


def weeks(today, end, worked, promises, share=PERCENT):
    """Return the ``Week`` rows from ``today`` to ``end``.

    :param dict worked: day -> minutes that people work on it, leave taken out
    :param promises: ``Promise`` rows; each is spread evenly over the days that it has left
    :param int share: percent of the working time that goes to support
    """
    rows = []
    for first, last in spans(today, end):
        days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
        minutes = sum(worked.get(day, 0) for day in days)
        promised = sum(_promised_until(promise, today, last) for promise in promises) - sum(
            _promised_until(promise, today, first - timedelta(days=1)) for promise in promises
        )
        rows.append(Week(first, last, minutes * share // PERCENT, promised))
    return rows


def _promised_until(promise, today, day):
    """Return the minutes of a promise that fall on days up to ``day``; all of them on its last day."""
    start = max(promise.start, today)
    days = (promise.end - start).days + 1
    passed = min(max((day - start).days + 1, 0), days) if days > 0 else 0
    return promise.minutes * passed // days if days > 0 else 0


def free_minutes(rows, start=None):
    """Return what can still be sold for the time from ``start`` (by default all of it); never below zero.

    Hours are used when it suits: a full week in between does not matter as long as the sum fits.
    """
    counted = [row for row in rows if start is None or row.end >= start]
    return max(sum(row.free for row in counted), 0)


NOTHING, WARN, REFUSE = "nothing", "warn", "refuse"


def judge(minutes, free, policy):
    """Return what happens to a purchase of ``minutes``: nothing, a warning, or a refusal.

    :param str policy: what the company does about purchases beyond its capacity: one of the three
    """
    return policy if minutes > free else NOTHING
