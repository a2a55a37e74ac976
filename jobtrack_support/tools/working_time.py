"""How much working time lies between two moments, and when so much of it will have passed (A5).

Moments are datetimes of one kind (all naive UTC, as Odoo stores them). Working time comes as ``(start, end)`` periods
from the company's calendar, leave taken out; what is asked about comes as periods as well.
"""

from datetime import timedelta


def merge(periods):
    """Return ``periods`` in order, those that touch or overlap made one, empty ones left out."""
    merged = []
    for start, end in sorted(period for period in periods if period[0] < period[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def overlap(first, second):
    """Return the periods that lie in both ``first`` and ``second``."""
    first, second = merge(first), merge(second)
    common, left, right = [], 0, 0
    while left < len(first) and right < len(second):
        start = max(first[left][0], second[right][0])
        end = min(first[left][1], second[right][1])
        if start < end:
            common.append((start, end))
        if first[left][1] < second[right][1]:
            left += 1
        else:
            right += 1
    return common


def length(periods):
    """Return how long ``periods`` are together; none is counted twice."""
    return sum((end - start for start, end in merge(periods)), timedelta())


def working_minutes(work, periods):
    """Return the whole working minutes in ``periods``; a minute that has begun is not counted."""
    return length(overlap(work, periods)) // timedelta(minutes=1)


def moment_after(work, begin, minutes):
    """Return the moment at which ``minutes`` of working time have passed since ``begin``.

    :return: None when ``work`` does not reach so far
    """
    left = timedelta(minutes=minutes)
    if left <= timedelta():
        return begin
    for start, end in merge(work):
        start = max(start, begin)
        if start >= end:
            continue
        if end - start >= left:
            return start + left
        left -= end - start
    return None


def rounded_minutes(begin, end):
    """Return the minutes between two moments rounded to the nearest one; work that was begun counts at least one."""
    return max((end - begin + timedelta(seconds=30)) // timedelta(minutes=1), 1)
