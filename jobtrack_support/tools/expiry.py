"""What work has earned of the packs that expire.

The billing allocator runs as of the day of expiry over the work that is not billed yet: what it would draw stays until
that work is billed, whenever it was typed (I10).
"""

from collections import defaultdict

from .allocation import allocate

# Time that is typed so many days after an expiry brings lapsed hours back by itself; later a manager decides.
DAYS_TO_TYPE = 10
# A client hears of hours that are about to lapse so many days before.
NOTICE_DAYS = (30, 14, 7, 2)


def earned(pack_ids, packs, jobs, day):
    """Return what unbilled work draws from packs that expire, as two dictionaries.

    :param pack_ids: the packs that expire
    :param packs: all activated ``allocation.Pack`` of the account with their free minutes
    :param jobs: ``allocation.Job`` with unbilled work, in the order of billing
    :param day: the last day of these packs
    :return: ``(free, own)``: minutes by pack id that come from free minutes, and minutes by ``(pack id, job id)`` that
        come from what the job itself has reserved
    """
    free, own = defaultdict(int), defaultdict(int)
    wanted = set(pack_ids)
    for draw in allocate(jobs, packs, day):
        if draw.pack_id not in wanted:
            continue
        if draw.from_reserve:
            own[draw.pack_id, draw.job_id] += draw.minutes
        else:
            free[draw.pack_id] += draw.minutes
    return free, own


def due_notice(days_left, told, active_days, thresholds=NOTICE_DAYS):
    """Return which of the notices before an expiry is due now, or None.

    A day that was missed is made up for by the next; nobody hears twice of the same or of an earlier one, nor right
    after buying.

    :param int days_left: days until the last day of the hours
    :param int told: the last notice that was sent, in days before the expiry; 0 when none was
    :param int active_days: for how many days the hours have been there
    """
    if days_left < 0:
        return None
    reached = min((days for days in thresholds if days >= days_left), default=None)
    if reached is None or reached >= days_left + active_days or (told and reached >= told):
        return None
    return reached
