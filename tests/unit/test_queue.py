"""The order of the queue, as tables."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import queue
from jobtrack_support.tools.queue import JobFacts

LIFT = 25
BEGIN = datetime(2026, 3, 2, 9)


def job(number, account=1, age=0, **facts):
    """Return a job of an hour that was asked for ``age`` hours after the others."""
    return JobFacts(number, account, BEGIN + timedelta(hours=age), **facts)


PREPAID = {"covered": 60}
BEHIND = {"pace_share": 40}

# The jobs as they came in -> their order.
EXAMPLES = {
    "who asked first comes first": ([job(1, age=2), job(2, age=1)], [2, 1]),
    "asked at the same moment: the number decides": ([job(2), job(1)], [1, 2]),
    "an emergency passes all": (
        [job(1, **PREPAID, priority=3), job(2, account=2, age=9, is_emergency=True)],
        [2, 1],
    ),
    "an emergency passes although nobody has paid for it": (
        [job(1, **PREPAID), job(2, account=2, age=9, is_emergency=True)],
        [2, 1],
    ),
    "prepaid before pay-as-you-go": ([job(1), job(2, account=2, age=9, **PREPAID)], [2, 1]),
    "prepaid before pay-as-you-go, also when that is urgent": (
        [job(1, priority=3), job(2, account=2, age=9, **PREPAID)],
        [2, 1],
    ),
    "half of it reserved is prepaid": ([job(1), job(2, account=2, age=9, covered=30)], [2, 1]),
    "less than half is not": ([job(1), job(2, account=2, age=9, covered=29)], [1, 2]),
    "higher priority first": ([job(1), job(2, age=9, priority=1)], [2, 1]),
    "priority before age": (
        [job(1, priority=1), job(2, age=9, priority=3), job(3, age=5, priority=2)],
        [2, 3, 1],
    ),
    "who is behind the pace comes before who is not": (
        [job(1, **PREPAID), job(2, account=2, age=9, **PREPAID, pace_share=10)],
        [2, 1],
    ),
    "the further behind, the sooner": (
        [
            job(1, **PREPAID, pace_share=10),
            job(2, account=2, age=9, **PREPAID, pace_share=20),
        ],
        [2, 1],
    ),
    "far behind is lifted one level and meets the next priority": (
        [job(1, **PREPAID, priority=1), job(2, account=2, age=9, **PREPAID, **BEHIND)],
        [2, 1],
    ),
    "one level, not two": (
        [job(1, **PREPAID, priority=2), job(2, account=2, age=9, **PREPAID, **BEHIND)],
        [1, 2],
    ),
    "a deficit of the set share does not lift": (
        [job(1, **PREPAID, priority=1), job(2, account=2, age=9, **PREPAID, pace_share=25)],
        [1, 2],
    ),
    "nothing is lifted above the highest priority": (
        [
            job(1, **PREPAID, priority=3, is_emergency=True),
            job(2, account=2, **PREPAID, priority=3, **BEHIND),
        ],
        [1, 2],
    ),
    "a client's own order": (
        [job(1, age=0), job(2, age=1, client_order=1), job(3, age=2, client_order=2)],
        [2, 3, 1],
    ),
    "a client's order does not pass other clients": (
        [
            job(1, account=1, age=0),
            job(2, account=2, age=1),
            job(3, account=1, age=2, client_order=1),
        ],
        [3, 2, 1],
    ),
    "nor our own priority": (
        [job(1, age=0, priority=1), job(2, age=1, client_order=1)],
        [1, 2],
    ),
}


@pytest.mark.parametrize(("jobs", "order"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_order(jobs, order):
    assert [place.id for place in queue.rank(jobs, LIFT)] == order


def test_the_place_says_why():
    (place,) = queue.rank([job(1, **PREPAID, **BEHIND, priority=1)], LIFT)
    assert (place.lane, place.level, place.is_lifted) == ("prepaid", 2, True)


def test_switched_off_nothing_is_lifted():
    (place,) = queue.rank([job(1, **PREPAID, pace_share=100)], 0)
    assert (place.level, place.is_lifted) == (0, False)


@st.composite
def queues(draw):
    count = draw(st.integers(1, 12))
    # The pace belongs to the account, not to the job.
    paces = [draw(st.sampled_from([0, 10, 30, 60])) for _account in range(3)]
    jobs = []
    for number in range(count):
        account = draw(st.integers(0, 2))
        jobs.append(
            JobFacts(
                id=number,
                account=account,
                requested=BEGIN + timedelta(minutes=draw(st.integers(0, 20))),
                is_emergency=draw(st.booleans()),
                covered=draw(st.sampled_from([0, 30, 60])),
                priority=draw(st.integers(0, 3)),
                client_order=draw(st.integers(0, 4)),
                pace_share=paces[account],
            )
        )
    return jobs


@given(queues(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_jobs_are_listed(jobs, random):
    order = queue.rank(jobs, LIFT)
    random.shuffle(jobs)
    assert queue.rank(jobs, LIFT) == order
    assert sorted(place.id for place in order) == sorted(one.id for one in jobs)
    assert len({place.key for place in order}) == len(jobs)
    assert len({len(place.key) for place in order}) == 1


@given(queues())
def test_accounts_that_are_ranked_apart_give_the_same_order(jobs):
    apart = []
    for account in {one.account for one in jobs}:
        apart += queue.rank([one for one in jobs if one.account == account], LIFT)
    assert sorted(apart, key=lambda place: place.key) == queue.rank(jobs, LIFT)


@given(queues())
def test_a_clients_own_order_changes_nothing_for_others(jobs):
    def places_of_others(some):
        order = [place.id for place in queue.rank(some, LIFT)]
        return [(place, one) for place, one in enumerate(order) if jobs[one].account != 0]

    plain = [one._replace(client_order=0) if one.account == 0 else one for one in jobs]
    assert places_of_others(jobs) == places_of_others(plain)


@given(queues())
def test_lanes_and_levels_never_mix(jobs):
    order = queue.rank(jobs, LIFT)
    standing = [(queue.LANES.index(place.lane), -place.level) for place in order]
    assert standing == sorted(standing)
