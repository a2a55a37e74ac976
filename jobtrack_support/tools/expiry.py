"""What lapses when a pack expires.

The billing allocator runs as of the day of expiry over the work that is not billed yet: minutes that such work has
earned stay, and so do minutes that approved jobs keep. The rest lapses (B8, I10).
"""

from .allocation import allocate


def lapsing_minutes(pack_ids, packs, jobs, remaining, reserved, day):
    """Return a dictionary: pack id -> minutes that lapse at the end of ``day``.

    :param pack_ids: the packs that expire
    :param packs: all activated ``allocation.Pack`` of the account with their free minutes
    :param jobs: ``allocation.Job`` with unbilled work, in the order of billing
    :param dict remaining: minutes left by pack id
    :param dict reserved: reserved minutes by pack id
    """
    earned = dict.fromkeys(pack_ids, 0)
    for draw in allocate(jobs, packs, day):
        if draw.pack_id in earned and not draw.from_reserve:
            earned[draw.pack_id] += draw.minutes
    return {
        pack_id: max(remaining[pack_id] - reserved[pack_id] - earned[pack_id], 0)
        for pack_id in pack_ids
    }
