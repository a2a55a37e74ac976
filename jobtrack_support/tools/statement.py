"""How the draws of the allocator become the figures of statement lines."""

from collections import defaultdict
from dataclasses import dataclass, field

from .allocation import Job, Work, allocate
from .rounding import amount_of, billable_minutes


@dataclass
class JobBill:
    """What one job costs: minutes by pack, and what is left to pay at the job's rate."""

    job_id: int
    worked: int
    minutes: int
    by_pack: dict = field(default_factory=dict)
    postpaid: int = 0
    amount: object = 0

    @property
    def prepaid(self):
        """Return the minutes that packs pay."""
        return sum(self.by_pack.values())


@dataclass(frozen=True)
class DoneJob:
    """A completed job as the run finds it; ``work`` holds ``(id, date, minutes)`` of its billable time."""

    id: int
    work: tuple
    approved: int
    billed: int
    rate: object
    reserved: dict


def bill_jobs(jobs, packs, billing_date, digits=2):
    """Return a :class:`JobBill` per job, in the order of the jobs (A7, I5, I10).

    Billed minutes never exceed the approved ones: time beyond them is cut from the latest work, not from the earliest.

    :param jobs: :class:`DoneJob` in order of completion, then id
    :param packs: ``allocation.Pack`` with their free minutes
    :param int digits: decimal places of the account's currency
    """
    bills, plans = {}, []
    for job in jobs:
        worked = sum(minutes for _id, _date, minutes in job.work)
        minutes = billable_minutes(worked, job.approved - job.billed)
        bills[job.id] = JobBill(job.id, worked, minutes)
        plans.append(Job(job.id, tuple(_cut(job.work, minutes)), job.reserved))
    by_pack = defaultdict(lambda: defaultdict(int))
    for draw in allocate(plans, packs, billing_date):
        by_pack[draw.job_id][draw.pack_id] += draw.minutes
    for job in jobs:
        bill = bills[job.id]
        bill.postpaid = by_pack[job.id].pop(None, 0)
        bill.by_pack = dict(by_pack[job.id])
        bill.amount = amount_of(bill.postpaid, job.rate, digits)
    return [bills[job.id] for job in jobs]


def _cut(work, minutes):
    """Yield the pieces of work, earliest first, until ``minutes`` are reached."""
    for work_id, work_date, worked in sorted(work, key=lambda piece: (piece[1], piece[0])):
        taken = min(worked, minutes)
        if taken > 0:
            minutes -= taken
            yield Work(work_id, work_date, taken)
