"""When a person is free: slots out of plain intervals, clashes of a slot, and new slots for an absence (C2, C10).

All moments are naive UTC, as Odoo stores them: an hour that a clock skips never comes up, one that it repeats is two
different hours. The time zone only decides where slots begin, on the hours and halves of the reader's clock. An
interval ``(start, end)`` takes in its start and leaves out its end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from . import job_states
from .working_time import merge

WORK = "work"
CALL = "call"
# Work goes on after lunch; a call is not interrupted for it.
BREAK_MINUTES = {WORK: 120, CALL: 0}

# What became of a slot.
PLANNED = "planned"
DONE = "done"
MISSED = "missed"
CANCELLED = "cancelled"

# What is planned on a job goes with it when the job is over; a call about a job that is done may still be wanted.
GOES_WITH = {job_states.DONE: (WORK,), job_states.CANCELLED: (WORK, CALL)}

# What stands against a slot.
OUTSIDE = "outside"
LEAVE = "leave"
EVENT = "event"


@dataclass(frozen=True)
class Diary:
    """What is known of a person's time.

    :param attendance: intervals of working hours, leave not taken out
    :param leaves: intervals ``(start, end, words)`` of leave
    :param events: intervals ``(start, end, words)`` in which the person is busy
    """

    attendance: tuple = ()
    leaves: tuple = ()
    events: tuple = ()


@dataclass(frozen=True)
class Clash:
    """Why a slot does not fit: ``kind`` is ``outside``, ``leave`` or ``event``; the interval is what is in the way."""

    kind: str
    start: datetime
    end: datetime
    words: str = ""


@dataclass(frozen=True)
class Wanted:
    """A slot that has to be found anew: ``key`` names it, ``start`` is where it stood."""

    key: object
    start: datetime
    minutes: int
    kind: str = WORK


# === INTERVALS === #


def merged(intervals):
    """Return the same time as sorted intervals that neither overlap nor touch, without the words some of them have."""
    return merge(interval[:2] for interval in intervals)


def without(intervals, taken):
    """Return what is left of ``intervals`` when all of ``taken`` is cut out of them."""
    result = []
    taken = merged(taken)
    for start, end in merged(intervals):
        for taken_start, taken_end in taken:
            if taken_end <= start:
                continue
            if taken_start >= end:
                break
            if taken_start > start:
                result.append((start, taken_start))
            start = taken_end
            if start >= end:
                break
        if start < end:
            result.append((start, end))
    return result


def bridged(attendance, minutes):
    """Return working hours in which breaks of up to ``minutes`` do not interrupt."""
    result = []
    for start, end in merged(attendance):
        if result and start - result[-1][1] <= timedelta(minutes=minutes):
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


# === FREE TIME === #


def free_time(diary, kind=CALL):
    """Return the intervals in which a person works and is neither on leave nor busy."""
    attendance = bridged(diary.attendance, BREAK_MINUTES[kind])
    return without(attendance, [*diary.leaves, *diary.events])


def on_the_clock(moment, step, tz_name):
    """Return the first moment, not before ``moment``, at which a clock in ``tz_name`` shows a multiple of ``step``.

    :param int step: minutes that divide a day, counted from midnight by the clock
    """
    zone = ZoneInfo(tz_name or "UTC")
    if moment.second or moment.microsecond:
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while True:
        local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
        over = (local.hour * 60 + local.minute) % step
        if not over:
            return moment
        moment += timedelta(minutes=step - over)


def free_slots(free, minutes, tz_name, not_before, step=30, not_after=None, limit=None):
    """Return slots ``(start, end)`` of ``minutes`` that lie in free time, in order; they may overlap each other.

    :param free: intervals, see :func:`free_time`
    :param datetime not_before: where the first slot may begin
    :param datetime not_after: where the last slot must have ended; None for no end
    :param int limit: how many slots at most; None for all
    """
    length = timedelta(minutes=minutes)
    result = []
    for start, end in merged(free):
        end = min(end, not_after) if not_after else end
        start = on_the_clock(max(start, not_before), step, tz_name)
        while start + length <= end:
            if limit is not None and len(result) >= limit:
                return result
            result.append((start, start + length))
            start = on_the_clock(start + timedelta(minutes=1), step, tz_name)
    return result


def next_free(diary, minutes, tz_name, not_before, kind=CALL, step=30):
    """Return the first free slot ``(start, end)`` from ``not_before`` on, or None when the diary holds none."""
    found = free_slots(free_time(diary, kind), minutes, tz_name, not_before, step, limit=1)
    return found[0] if found else None


# === CLASHES AND ABSENCES === #


def clashes(start, end, diary, kind=CALL):
    """Return why a slot does not fit into a diary, in order of time; an empty list when it does."""
    found = [
        Clash(clash_kind, *interval)
        for clash_kind, intervals in ((LEAVE, diary.leaves), (EVENT, diary.events))
        for interval in intervals
        if interval[0] < end and start < interval[1]
    ]
    at_work = [*bridged(diary.attendance, BREAK_MINUTES[kind]), *diary.leaves]
    found += [Clash(OUTSIDE, *piece) for piece in without([(start, end)], at_work)]
    return sorted(found, key=lambda clash: (clash.start, clash.end, clash.kind, clash.words))


def replan(wanted, diary, tz_name, not_before, step=30):
    """Find a new place for each slot of an absent person: the earliest free one, in the order in which they stood.

    :param wanted: list of :class:`Wanted`
    :param Diary diary: the absence is one of its leaves, the slots to move are not among its events
    :return: dictionary ``key -> (start, end)``, or None for a slot that fits nowhere
    """
    result = {}
    taken = []
    for slot in sorted(wanted, key=lambda slot: (slot.start, str(slot.key))):
        free = without(free_time(diary, slot.kind), taken)
        found = free_slots(free, slot.minutes, tz_name, not_before, step, limit=1)
        result[slot.key] = found[0] if found else None
        taken += found
    return result
