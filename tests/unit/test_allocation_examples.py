"""Which pack pays which work: worked examples that can be checked with pencil and paper.

Each example has its packs, its jobs and the answer as text:

- a pack: ``name minutes start..expiry``, an open end never expires; bought in the order listed
- a job: ``name: minutes on day, ... [reserved minutes of pack, ...]``, in order of completion
- the answer: ``job: minutes from pack`` with ``reserved`` in front when they were the job's own

Days are days of March 2026 (35 is 4 April); the billing day is the 21st unless the example says so.
"""

import re
from datetime import date, timedelta

import pytest

from jobtrack_support.tools.allocation import (
    Job,
    Pack,
    Work,
    allocate,
    order_of_use,
    order_of_work,
    plan_funding,
)


def march(day):
    """Return a day counted from 1 March 2026."""
    return date(2026, 3, 1) + timedelta(days=int(day) - 1)


def read_packs(lines):
    packs = []
    for number, line in enumerate(lines):
        name, minutes, start, expiry = re.fullmatch(r"(\w+) (\d+) (\d+)\.\.(\d*)", line).groups()
        expires = march(expiry) if expiry else None
        packs.append(Pack(name, int(minutes), march(start), expires, march(number + 1)))
    return packs


def read_job(line):
    name, work, reserved = re.fullmatch(r"(\w+): ([^\[]*)(?:\[(.*)\])?", line).groups()
    pieces = [
        Work(number, march(day), int(minutes))
        for number, (minutes, day) in enumerate(re.findall(r"(\d+) on (\d+)", work))
    ]
    kept = {pack: int(minutes) for minutes, pack in re.findall(r"(\d+) of (\w+)", reserved or "")}
    return Job(name, tuple(pieces), kept)


def write(draw):
    source = f"from {draw.pack_id}" if draw.pack_id else "postpaid"
    return f"{draw.job_id}: {draw.minutes} {'reserved ' * draw.from_reserve}{source}"


def bill(packs, jobs, billing_day=21):
    jobs = [read_job(job) for job in jobs]
    return [write(draw) for draw in allocate(jobs, read_packs(packs), march(billing_day))]


@pytest.mark.parametrize(
    ("packs", "jobs", "answer"),
    [
        pytest.param([], ["J: 60 on 2"], ["J: 60 postpaid"], id="no packs, all postpaid"),
        pytest.param(["A 60 1..31"], ["J: 60 on 2"], ["J: 60 from A"], id="a pack pays it all"),
        pytest.param(
            ["A 40 1..31"],
            ["J: 60 on 2"],
            ["J: 40 from A", "J: 20 postpaid"],
            id="a pack pays what it can, the rest is postpaid",
        ),
        pytest.param(
            ["A 30 1..", "B 30 1..31", "C 30 1..30"],
            ["J: 100 on 2"],
            ["J: 30 from C", "J: 30 from B", "J: 30 from A", "J: 10 postpaid"],
            id="earliest expiry first, the pack that never expires last",
        ),
        pytest.param(
            ["Z 30 1..31", "A 30 1..31"],
            ["J: 40 on 2"],
            ["J: 30 from Z", "J: 10 from A"],
            id="of two packs that expire together the one bought first goes first",
        ),
        pytest.param(
            ["Z 30 1..", "A 30 1.."],
            ["J: 40 on 2"],
            ["J: 30 from Z", "J: 10 from A"],
            id="of two packs that never expire the one bought first goes first",
        ),
        pytest.param(
            ["A 60 1..10"], ["J: 60 on 10"], ["J: 60 from A"], id="the expiry day itself is covered"
        ),
        pytest.param(
            ["A 60 1..10"],
            ["J: 60 on 11"],
            ["J: 60 postpaid"],
            id="work on the day after the expiry is not covered",
        ),
        pytest.param(
            ["A 60 1..10", "B 60 1..31"],
            ["J: 20 on 11, 20 on 10"],
            ["J: 20 from A", "J: 20 from B"],
            id="of two days only the one before the expiry draws on the pack that expires",
        ),
        pytest.param(
            ["A 60 15..31"],
            ["J: 60 on 2"],
            ["J: 60 from A"],
            id="work before the purchase is covered when it is billed after it",
        ),
        pytest.param(
            ["A 60 21..31"],
            ["J: 60 on 2"],
            ["J: 60 from A"],
            id="a pack that starts on the billing day pays",
        ),
        pytest.param(
            ["A 60 22..31"],
            ["J: 60 on 2"],
            ["J: 60 postpaid"],
            id="a pack for later, that starts the day after billing, does not pay yet",
        ),
        pytest.param(
            ["A 30 1..31"],
            ["J: 20 on 9, 20 on 3"],
            ["J: 20 from A", "J: 10 from A", "J: 10 postpaid"],
            id="the earlier day is paid first, whatever was typed first",
        ),
        pytest.param(
            ["A 30 1..31"],
            ["Late: 20 on 9", "Early: 20 on 3"],
            ["Late: 20 from A", "Early: 10 from A", "Early: 10 postpaid"],
            id="jobs are paid in order of completion, not by the day of their work",
        ),
        pytest.param(
            ["A 60 1..31"], ["J: 0 on 2, 10 on 2"], ["J: 10 from A"], id="no minutes, no draw"
        ),
    ],
)
def test_free_minutes_pay_in_the_order_of_use(packs, jobs, answer):
    assert bill(packs, jobs) == answer


@pytest.mark.parametrize(
    ("packs", "jobs", "answer"),
    [
        pytest.param(
            ["A 30 1..25", "B 0 1..31"],
            ["J: 40 on 2 [20 of B]"],
            ["J: 20 reserved from B", "J: 20 from A"],
            id="own reserved minutes go first, even of a pack that expires later",
        ),
        pytest.param(
            ["A 0 1..25", "B 0 1..31"],
            ["J: 30 on 2 [20 of B, 20 of A]"],
            ["J: 20 reserved from A", "J: 10 reserved from B"],
            id="own reserved minutes of several packs go in the order of use",
        ),
        pytest.param(
            ["A 5 1..31"],
            ["J: 30 on 2 [20 of A]"],
            ["J: 20 reserved from A", "J: 5 from A", "J: 5 postpaid"],
            id="reserved, then free, then postpaid, in one piece of work",
        ),
        pytest.param(
            ["A 0 1..31"],
            ["First: 30 on 2", "Second: 10 on 3 [40 of A]"],
            ["First: 30 postpaid", "Second: 10 reserved from A"],
            id="another job's reserve is not touched, however much is left of it",
        ),
        pytest.param(
            ["A 0 1..31"],
            ["First: 10 on 2 [40 of A]", "Second: 20 on 3"],
            ["First: 10 reserved from A", "Second: 20 postpaid"],
            id="what a job leaves of its reserve is not yet free for the next job",
        ),
        pytest.param(
            ["A 0 1..10"],
            ["J: 20 on 10, 20 on 11 [40 of A]"],
            ["J: 20 reserved from A", "J: 20 postpaid"],
            id="a reserve does not reach beyond the expiry of its pack",
        ),
        pytest.param(
            ["A 0 22..31"],
            ["J: 20 on 2 [20 of A]"],
            ["J: 20 postpaid"],
            id="a reserve in a pack for later does not pay yet",
        ),
        pytest.param(
            ["A 10 1..31"],
            ["J: 20 on 2 [30 of Unpaid]"],
            ["J: 10 from A", "J: 10 postpaid"],
            id="a reserve in a pack that is not active pays nothing",
        ),
    ],
)
def test_reserved_minutes_belong_to_their_job(packs, jobs, answer):
    assert bill(packs, jobs) == answer


def test_a_pack_for_the_next_quarter_pays_once_that_quarter_is_billed():
    packs, jobs = ["Next 60 32..122"], ["J: 60 on 30"]
    assert bill(packs, jobs, billing_day=31) == ["J: 60 postpaid"]
    assert bill(packs, jobs, billing_day=32) == ["J: 60 from Next"]


def test_packs_alike_in_expiry_and_purchase_are_used_by_their_number():
    packs = [Pack(number, 10, march(1), march(31), march(1)) for number in (3, 1, 2)]
    assert [pack.id for pack in order_of_use(packs)] == [1, 2, 3]


def test_rolled_over_hours_keep_the_place_of_their_purchase():
    first = Pack(1, 0, march(1), march(10), march(1))
    later = Pack(2, 10, march(1), march(31), march(1))
    rolled = Pack(3, 10, march(1), march(31), march(1), root_id=first.id)
    assert [pack.id for pack in order_of_use([later, rolled])] == [3, 2]


def test_work_on_the_same_day_is_paid_by_its_number_and_earlier_days_before_later_ones():
    work = [Work(2, march(5), 10), Work(1, march(5), 10), Work(3, march(4), 10)]
    assert [piece.id for piece in order_of_work(work)] == [3, 1, 2]


def test_allocating_leaves_jobs_and_packs_as_they_were():
    job = Job(1, (Work(1, march(2), 10),), {7: 5})
    packs = [Pack(7, 5, march(1)), Pack(8, 5, march(1), march(31))]
    first = allocate([job], packs, march(21))
    assert job.reserved == {7: 5}
    assert [pack.id for pack in packs] == [7, 8]
    assert allocate([job], packs, march(21)) == first


@pytest.mark.parametrize(
    ("packs", "minutes", "answer"),
    [
        pytest.param([], 90, [(None, 90)], id="without packs all is postpaid"),
        pytest.param(["A 60 1.."], 0, [], id="an estimate of nothing needs no funding"),
        pytest.param(
            ["A 60 1..", "B 20 1..9", "C 20 1..10"],
            90,
            [("C", 20), ("A", 60), (None, 10)],
            id="on the 10th: not the pack that ended yesterday, first the one that ends today",
        ),
        pytest.param(
            ["A 60 11.."], 30, [(None, 30)], id="on the 10th: not the pack that starts tomorrow"
        ),
    ],
)
def test_the_funding_preview_shows_the_client_which_pack_pays(packs, minutes, answer):
    assert plan_funding(minutes, read_packs(packs), march(10)) == answer
