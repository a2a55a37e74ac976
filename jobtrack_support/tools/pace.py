"""Whether prepaid hours are used evenly until they expire (B6).

A purchase reserves an average number of hours per week until its last day. Who is behind has hours that may lapse.
"""

from datetime import date, timedelta
from typing import NamedTuple

DAYS_PER_WEEK = 7


class Purchase(NamedTuple):
    """Hours that end on a day: minutes bought, minutes used of them, first and last day of use."""

    minutes: int
    used: int
    start: date
    end: date


class Pace(NamedTuple):
    """How far an account is with its hours, in minutes."""

    bought: int
    expected: int  # would be used by now at an even pace
    used: int
    deficit: int  # behind the even pace; 0 when ahead
    per_week: int  # what the purchases reserve per week
    needed_per_week: int  # what is left, per week until its end

    @property
    def share(self):
        """The deficit in percent of what was bought."""
        return 100 * self.deficit // self.bought if self.bought else 0


NO_PACE = Pace(0, 0, 0, 0, 0, 0)


def pace(purchases, unbilled, today):
    """Return the ``Pace`` of an account on ``today``.

    :param purchases: its live ``Purchase`` rows; hours that never expire have no pace and are left out by the caller
    :param int unbilled: minutes worked that these hours will pay at the next billing
    """
    bought = sum(purchase.minutes for purchase in purchases)
    if not bought:
        return NO_PACE
    expected = sum(_expected(purchase, today) for purchase in purchases)
    used = min(sum(purchase.used for purchase in purchases) + max(unbilled, 0), bought)
    needed = sum(
        _per_week(purchase.minutes - purchase.used, max(today, purchase.start), purchase.end)
        for purchase in purchases
    )
    per_week = sum(
        _per_week(purchase.minutes, purchase.start, purchase.end) for purchase in purchases
    )
    return Pace(bought, expected, used, max(expected - used, 0), per_week, needed)


def _expected(purchase, today):
    """Return the minutes that an even use takes until the morning of ``today``."""
    days = (purchase.end - purchase.start).days + 1
    passed = min(max((today - purchase.start).days, 0), days)
    return purchase.minutes * passed // days if days > 0 else purchase.minutes


def _per_week(minutes, start, end):
    """Return ``minutes`` per week from ``start`` to ``end``; all of them in the last week."""
    days = max((end - start + timedelta(days=1)).days, DAYS_PER_WEEK)
    return minutes * DAYS_PER_WEEK // days


def is_at_risk(pace_, share):
    """Return whether the deficit is above ``share`` percent of what was bought; 0 percent switches it off."""
    return share > 0 and pace_.share > share
