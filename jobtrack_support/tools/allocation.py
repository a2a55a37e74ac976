"""Which minutes of which packs pay which work, and what is left over.

One allocator serves the funding preview, the reservation and the billing run, so that what the client is shown
before is what the client is billed after (M1, M2, A7, I10).

A pack pays work dated on or before its expiry if it has been activated and its start is not after the billing date.
Order of use: earliest expiry, never-expiring last, then purchase, then id. For one job: its own reserved minutes first,
free minutes next, postpaid last; another job's reserve never.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Pack:
    """Minutes of one pack that no job has reserved, with what decides whether and when they are used."""

    id: int
    free_minutes: int
    date_start: date
    date_expiry: date | None = None
    purchased: date = date.min
    # The pack from which these minutes rolled over: they keep its place in the order of use.
    root_id: int = 0

    def pays(self, work_date, billing_date):
        """Return whether this pack covers work of ``work_date`` billed on ``billing_date``."""
        in_time = self.date_expiry is None or work_date <= self.date_expiry
        return in_time and self.date_start <= billing_date


@dataclass(frozen=True)
class Work:
    """One piece of work: whole minutes on a day."""

    id: int
    date: date
    minutes: int


@dataclass(frozen=True)
class Job:
    """The work of one job in the order in which jobs are served, and the minutes reserved for it by pack id."""

    id: int
    work: tuple[Work, ...]
    reserved: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Draw:
    """``minutes`` of work paid by a pack, or postpaid when ``pack_id`` is None."""

    job_id: int
    work_id: int
    pack_id: int | None
    minutes: int
    from_reserve: bool = False


def order_of_use(packs):
    """Return ``packs`` in the order in which they are used up."""
    return sorted(
        packs,
        key=lambda pack: (
            pack.date_expiry or date.max,
            pack.purchased,
            pack.root_id or pack.id,
            pack.id,
        ),
    )


def order_of_work(work):
    """Return the pieces of work of a job in the order in which they are paid."""
    return sorted(work, key=lambda piece: (piece.date, piece.id))


def allocate(jobs, packs, billing_date):
    """Return the draws that pay ``jobs``, in the given order of jobs.

    What a job leaves of its own reserve stays its own during this call: the caller frees it when the job is billed.

    :param jobs: :class:`Job` in order of completion, then id
    :param packs: activated :class:`Pack` with their free minutes (reserved minutes are in the jobs)
    :param date billing_date: the day of the billing
    :return: list of :class:`Draw`; per piece of work their minutes add up to its minutes
    """
    ordered = order_of_use(packs)
    free = {pack.id: pack.free_minutes for pack in ordered}
    draws = []
    for job in jobs:
        own = dict(job.reserved)
        for piece in order_of_work(job.work):
            usable = [pack for pack in ordered if pack.pays(piece.date, billing_date)]
            draws += _pay(job.id, piece, usable, own, free)
    return draws


def _pay(job_id, piece, usable, own, free):
    """Yield the draws for one piece of work: from ``own``, then from ``free`` (both are used up), the rest postpaid."""
    due = piece.minutes
    for minutes_of, from_reserve in ((own, True), (free, False)):
        for pack in usable:
            minutes = min(due, minutes_of.get(pack.id, 0))
            if minutes > 0:
                minutes_of[pack.id] -= minutes
                due -= minutes
                yield Draw(job_id, piece.id, pack.id, minutes, from_reserve)
    if due > 0:
        yield Draw(job_id, piece.id, None, due)


def plan_funding(minutes, packs, today):
    """Return how an estimate of ``minutes`` would be paid if it were worked and billed ``today``.

    The same allocator as the billing run, on one piece of work that does not exist yet (M1).

    :return: list of ``(pack_id or None, minutes)`` in order of use, postpaid last
    """
    draws = allocate([Job(0, (Work(0, today, minutes),))], packs, today)
    return [(draw.pack_id, draw.minutes) for draw in draws]
