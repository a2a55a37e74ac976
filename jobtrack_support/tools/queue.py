"""The order in which jobs are attended to (B1, B5, B6).

Emergencies; prepaid before pay-as-you-go; priority; weekly pace; age. A pace deficit above a set share lifts a job one
level of priority. A client's own order says which of *its* jobs comes first: it fills the places that its jobs have
anyway, so that no other client gains or loses by it.
"""

from datetime import datetime
from typing import NamedTuple

HIGHEST_PRIORITY = 3
EMERGENCY, PREPAID, PAY_LATER = "emergency", "prepaid", "postpaid"
LANES = (EMERGENCY, PREPAID, PAY_LATER)
_PERCENT = 100
_KEY_DATE = "%Y%m%d%H%M%S"


class JobFacts(NamedTuple):
    """What decides the place of a job in the queue."""

    id: int
    account: int
    requested: datetime
    is_emergency: bool = False
    wanted: int = 60  # minutes that the job takes
    covered: int = 0  # minutes of packs that are reserved for it, or would be on approval
    priority: int = 0  # 0 to 3, as the host set it
    client_order: int = 0  # the client's own order among its jobs: 1 is first, 0 none
    pace_share: int = 0  # percent of its prepaid hours by which the account is behind


class Place(NamedTuple):
    """The place of a job, and why."""

    id: int
    lane: str
    level: int  # priority that counts
    is_lifted: bool
    key: str  # digits of fixed length: their order is the order of the queue


def is_prepaid(wanted, covered):
    """Return whether reserved hours cover at least half of a job."""
    return wanted > 0 and 2 * covered >= wanted


def lane(job):
    """Return the lane of a job: emergency, prepaid or pay-as-you-go."""
    if job.is_emergency:
        return EMERGENCY
    return PREPAID if is_prepaid(job.wanted, job.covered) else PAY_LATER


def level(job, lift_above):
    """Return the priority that counts, and whether the pace has lifted it.

    :param int lift_above: percent of deficit above which a job is lifted; 0: never
    """
    lifted = lift_above > 0 and job.pace_share > lift_above and job.priority < HIGHEST_PRIORITY
    return job.priority + lifted, lifted


def rank(jobs, lift_above=0):
    """Return the ``Place`` of each job, in the order of the queue.

    Keys of jobs that were ranked apart compare as well, as long as all jobs of an account were ranked together.
    """
    bands = {}
    for job in jobs:
        band = (job.account, lane(job), *level(job, lift_above))
        bands.setdefault(band, []).append(job)
    places = []
    for (_account, lane_, level_, lifted), members in bands.items():
        in_turn = sorted(members, key=_age)
        ordered = sorted(members, key=lambda job: (job.client_order or float("inf"), *_age(job)))
        for job, slot in zip(ordered, in_turn, strict=True):
            key = _key(lane_, level_, slot.pace_share, slot)
            places.append(Place(job.id, lane_, level_, lifted, key))
    return sorted(places, key=lambda place: place.key)


def _age(job):
    return job.requested, job.id


def _key(lane_, level_, pace_share, slot):
    behind = _PERCENT - min(max(pace_share, 0), _PERCENT)
    age = slot.requested.strftime(_KEY_DATE)
    return f"{LANES.index(lane_)}{HIGHEST_PRIORITY - level_}{behind:03d}{age}{slot.id:010d}"
