"""How much of their working hours people spend on jobs (C9)."""

from datetime import timedelta
from typing import NamedTuple

_DAYS = 7
_PERCENT = 100


class Week(NamedTuple):
    """A week of a person, in minutes."""

    monday: object
    available: int
    worked: int
    consented: int

    @property
    def share(self):
        """Return the time on jobs in percent of the working hours; 0 where there are none."""
        return _PERCENT * self.worked / self.available if self.available else 0


def mondays(today, count):
    """Return the first days of the last ``count`` weeks; that of ``today`` comes last."""
    last = today - timedelta(days=today.weekday())
    return [last - timedelta(weeks=back) for back in reversed(range(count))]


def weeks(first_days, available, worked):
    """Return the ``Week`` rows of a person, without those in which it neither could work nor did.

    :param first_days: the Mondays
    :param dict available: day -> minutes that the person can work
    :param dict worked: (day, whether the client has consented) -> minutes on jobs
    """
    rows = []
    for monday in first_days:
        days = [monday + timedelta(days=number) for number in range(_DAYS)]
        consented = sum(worked.get((day, True), 0) for day in days)
        row = Week(
            monday,
            sum(available.get(day, 0) for day in days),
            consented + sum(worked.get((day, False), 0) for day in days),
            consented,
        )
        if row.available or row.worked:
            rows.append(row)
    return rows
