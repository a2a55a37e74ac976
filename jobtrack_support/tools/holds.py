"""Which approved jobs must wait for money, and which free hours let them begin."""

from dataclasses import dataclass

from .rounding import amount_of


@dataclass(frozen=True)
class Promise:
    """Approved work that is not done: the minutes that no pack keeps for it, and what an hour of them costs.

    ``waits``: it is on hold for money now, so that hours which come are kept for it.
    """

    job_id: int
    minutes: int
    rate: object
    waits: bool = True


def unfunded(credit, promised):
    """Return the ids of jobs whose postpaid part does not fit into ``credit``, first approved first served.

    :param credit: money that may be owed for approved work (limit less what is owed already)
    :param promised: list of ``(job id, amount)`` in order of approval; amounts of 0 always fit
    """
    waiting = set()
    for job_id, amount in promised:
        if _fits(amount, credit):
            credit -= amount
        else:
            waiting.add(job_id)
    return waiting


def minutes_to_keep(credit, promises, free, digits=2):
    """Return a dictionary: job id -> free minutes to keep for it, so that jobs that wait for money can begin.

    First approved, first served, and as an approval of today would do: hours first, the rest on credit. A job that
    could not begin even so gets none: the hours stay free for other work.

    :param credit: money that may be owed for approved work
    :param promises: :class:`Promise` in order of approval
    :param int free: minutes of packs that nobody keeps
    """
    kept = {}
    for promise in promises:
        amount = amount_of(promise.minutes, promise.rate, digits)
        minutes = min(promise.minutes, free)
        if promise.waits and minutes > 0 and not _fits(amount, credit):
            rest = amount_of(promise.minutes - minutes, promise.rate, digits)
            if _fits(rest, credit):
                kept[promise.job_id], amount = minutes, rest
                free -= minutes
        if _fits(amount, credit):
            credit -= amount
    return kept


def _fits(amount, credit):
    return not amount or amount <= credit
