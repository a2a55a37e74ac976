"""How the draws of the allocator become the figures of statement lines."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from .allocation import Job, Work, allocate
from .rounding import amount_of
from .terms import FIXED, PLAIN, Terms, job_minutes


@dataclass
class JobBill:
    """What one job costs: minutes by pack, what is waived, and what is left to pay at the job's rate."""

    job_id: int
    worked: int
    minutes: int
    waived: int = 0
    by_pack: dict = field(default_factory=dict)
    postpaid: int = 0
    amount: object = 0

    @property
    def prepaid(self):
        """Return the minutes that packs pay."""
        return sum(self.by_pack.values())


@dataclass(frozen=True)
class DoneJob:
    """A completed job as the run finds it.

    ``work`` holds ``(id, date, billing minutes)`` of its unbilled time that is to be paid; ``waived`` the billing
    minutes of its waived time; ``worked`` all its unbilled time as it was typed (the sum of ``work`` by default).
    ``billed`` is what its earlier lines billed, ``charged`` the part of it that was not waived, and ``work_before`` the
    billing minutes of the time on them: minimum and increments hold for the job, not for each of its bills.
    """

    id: int
    work: tuple
    approved: int
    billed: int
    rate: object
    reserved: dict
    terms: Terms = PLAIN
    waived: int = 0
    worked: int | None = None
    charged: int = 0
    work_before: int = 0
    done: date = date.min


def bill_jobs(jobs, packs, billing_date, digits=2):
    """Return a :class:`JobBill` per job, in the order of the jobs (A7, I5, I10).

    Billed minutes never exceed the approved ones: time beyond them is cut from the latest work, not from the earliest.
    Minutes that terms add to the work belong to the latest work.

    :param jobs: :class:`DoneJob` in order of completion, then id
    :param packs: ``allocation.Pack`` with their free minutes
    :param int digits: decimal places of the account's currency
    """
    bills, plans = {}, []
    for job in jobs:
        worked = sum(piece[2] for piece in job.work) + job.waived
        paid, waived = minutes_to_bill(job)
        bills[job.id] = JobBill(
            job.id, worked if job.worked is None else job.worked, paid + waived, waived
        )
        plans.append(Job(job.id, tuple(_dated(job, paid)), job.reserved))
    by_pack = defaultdict(lambda: defaultdict(int))
    for draw in allocate(plans, packs, billing_date):
        by_pack[draw.job_id][draw.pack_id] += draw.minutes
    for job in jobs:
        bill = bills[job.id]
        bill.postpaid = by_pack[job.id].pop(None, 0)
        bill.by_pack = dict(by_pack[job.id])
        bill.amount = amount_of(bill.postpaid, job.rate, digits)
    return [bills[job.id] for job in jobs]


def minutes_to_bill(job):
    """Return ``(minutes to pay, waived minutes)`` of a job's next line; together at most what is approved and unbilled.

    A fixed price of which all time is waived is waived as a whole.
    """
    left = max(job.approved - job.billed, 0)
    work = sum(minutes for _id, _date, minutes in job.work)
    fixed = job.terms.basis == FIXED
    if fixed and job.waived and not job.work:
        return 0, left
    waived = min(job.waived, left)
    if not fixed and work <= 0:
        return 0, waived
    # What was billed under other terms is billed: a new version neither makes it dearer nor gives it back in new work.
    before = min(job.work_before, job.charged)
    counted = job_minutes(before, job.terms, job.charged)
    total = job_minutes(before + work, job.terms, counted + left - waived)
    return max(total - counted, 0), waived


def _dated(job, minutes):
    """Yield the pieces of work that make up ``minutes``, earliest first.

    What rounding, a minimum or a fixed price adds is dated like the latest work, because it is due with the work as a
    whole: a pack that expired before the work ended does not pay for what was not done by then. A fixed price without
    any work is dated by the completion.
    """
    work = sorted(job.work, key=lambda piece: (piece[1], piece[0]))
    last = work[-1] if work else (0, job.done, 0)
    for work_id, work_date, worked in work:
        taken = min(worked, minutes)
        if taken > 0:
            minutes -= taken
            yield Work(work_id, work_date, taken)
    if minutes > 0:
        yield Work(last[0], last[1], minutes)
