"""What becomes of the minutes of a pack when its last day is over (M2, M3, B8, B9).

Each remaining minute goes one of five ways, in this order:

- earned: unbilled work of that day or before will draw it; it stays in the pack until that work is billed
- rolled over: reserved for an approved job that waited for the host; it goes on by itself
- promised: held by a proposal that waits for its decision
- proposed: free, and a request that was with the host for long could have used it; staff decide
- lapsed: all the rest, also what is reserved for jobs that waited for the client
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .allocation import order_of_use
from .expiry import earned
from .job_states import HOST

# A request must have been with the host for so long before hours that lapse are the host's fault.
LONG_WITH_HOST = timedelta(days=2)


@dataclass(frozen=True)
class Period:
    """One period of a job's waiting-for clock; ``end`` is None while it lasts."""

    waiting_for: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Request:
    """A job that could have used hours: what it still needs in minutes, and whom it waited for when."""

    job_id: int
    minutes: int
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Want:
    """Minutes that a job could have used if the host had not let it wait: so long, of so long altogether."""

    job_id: int
    minutes: int
    with_host: timedelta
    altogether: timedelta


@dataclass
class Split:
    """What becomes of the minutes of one pack; dictionaries are minutes by job id."""

    pack_id: int
    earned: int = 0
    kept: dict = field(default_factory=dict)
    rolled: dict = field(default_factory=dict)
    promised: int = 0
    proposed: dict = field(default_factory=dict)
    lost: dict = field(default_factory=dict)
    lapsed: int = 0

    @property
    def lapsing(self):
        """Return the minutes that leave the pack for good: free ones, and reserves that are lost."""
        return self.lapsed + sum(self.lost.values())

    @property
    def staying(self):
        """Return the minutes that stay in the pack for now."""
        held = self.promised + sum(self.proposed.values())
        return self.earned + sum(self.kept.values()) + held

    @property
    def total(self):
        """Return all the minutes of the pack."""
        return self.staying + sum(self.rolled.values()) + self.lapsing


def waits_for(periods, moment):
    """Return who was waited for just before ``moment``, or None when nobody was."""
    for period in periods:
        if period.start < moment and (period.end is None or period.end >= moment):
            return period.waiting_for
    return None


def waited(periods, start, end):
    """Return how long a job waited for the host, and how long for anybody, between two moments."""
    with_host = altogether = timedelta()
    for period in periods:
        length = min(period.end or end, end) - max(period.start, start)
        if length > timedelta():
            altogether += length
            if period.waiting_for == HOST:
                with_host += length
    return with_host, altogether


def wanted(requests, start, end):
    """Return the :class:`Want` of requests that could not use hours through the host's fault.

    A request counts when it was with the host for two days or more, and at the end still was, or had been for longer
    than with the client.

    :param requests: :class:`Request` in the order in which they were made
    :param start: when the hours that lapse began to be there
    :param end: the end of their last day
    """
    found = []
    for request in requests:
        with_host, altogether = waited(request.periods, start, end)
        last = waits_for(request.periods, end)
        at_fault = last is not None and (last == HOST or with_host * 2 > altogether)
        if request.minutes > 0 and at_fault and with_host >= LONG_WITH_HOST:
            found.append(Want(request.job_id, request.minutes, with_host, altogether))
    return found


def split(pack_ids, packs, jobs, day, with_host=(), wants=(), promised=None):
    """Return a dictionary: pack id -> :class:`Split` of its minutes at the end of ``day``.

    :param pack_ids: the packs that expire
    :param packs: all activated ``allocation.Pack`` of the account with their free minutes
    :param jobs: ``allocation.Job`` with unbilled work or with a reserve, in the order of billing
    :param day: the last day of these packs
    :param with_host: ids of the jobs that waited for the host at the end of the day
    :param wants: :class:`Want` of requests, first asked first served
    :param dict promised: free minutes by pack id that a proposal holds already
    """
    from_free, from_own = earned(pack_ids, packs, jobs, day)
    open_wants = [[want.job_id, want.minutes] for want in wants]
    splits = {}
    for pack in order_of_use(pack for pack in packs if pack.id in set(pack_ids)):
        part = splits[pack.id] = Split(pack.id, earned=from_free[pack.id])
        _split_reserve(part, jobs, from_own, with_host)
        left = pack.free_minutes - part.earned
        part.promised = min((promised or {}).get(pack.id, 0), left)
        left -= part.promised
        part.proposed = _take(open_wants, left)
        part.lapsed = left - sum(part.proposed.values())
    return splits


def _split_reserve(part, jobs, from_own, with_host):
    """Fill in what becomes of the minutes of the pack that jobs have reserved."""
    for job in jobs:
        reserved = job.reserved.get(part.pack_id, 0)
        kept = from_own[part.pack_id, job.id]
        if kept:
            part.kept[job.id] = kept
        if reserved > kept:
            fate = part.rolled if job.id in with_host else part.lost
            fate[job.id] = reserved - kept


def _take(open_wants, minutes):
    """Return the minutes by job id that serve the wants, at most ``minutes``; the wants are lowered by them."""
    taken = {}
    for want in open_wants:
        served = min(want[1], minutes)
        if served > 0:
            want[1] -= served
            minutes -= served
            taken[want[0]] = taken.get(want[0], 0) + served
    return taken
