"""What becomes of the hours of a pack when its last day is over: worked examples to check with pencil and paper.

One pack ends on 31 March. Each example says what is in it, what the jobs are, and what becomes of each minute:

- ``600 free``: no job has reserved these minutes
- a job: ``name: minutes worked by 31 March, minutes reserved, who it waited for at the end of 31 March``
- a request: ``name wants minutes, days with us of days altogether, who it waits for``
- the answer: ``earned``, ``kept``, ``rolled``, ``proposed``, ``lost`` and ``lapsed`` minutes

"Earned" and "kept" stay in the pack until the work is billed; "rolled" goes on into the next quarter by itself;
"proposed" waits for a decision of staff; "lost" was reserved and lapses; "lapsed" was free and lapses.
"""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.allocation import Job, Pack, Work
from jobtrack_support.tools.rollover import (
    Period,
    Request,
    Want,
    split,
    waited,
    waits_for,
    wanted,
)

START, LAST_DAY = date(2026, 1, 1), date(2026, 3, 31)
END = datetime(2026, 4, 1)
DAY = timedelta(days=1)


def read_job(text):
    name, worked, reserved, waits = re.fullmatch(
        r"(\w+): (\d+) worked, (\d+) reserved, (us|client|nobody)", text
    ).groups()
    pieces = (Work(1, LAST_DAY, int(worked)),) if int(worked) else ()
    return Job(name, pieces, {1: int(reserved)} if int(reserved) else {}), waits == "us"


def read_request(text):
    name, minutes, ours, days, waits = re.fullmatch(
        r"(\w+) wants (\d+), (\d+) of (\d+) days, (us|client|nobody)", text
    ).groups()
    ours, days = int(ours) * DAY, int(days) * DAY
    with_client = Period("client", END - days, END - ours)
    with_us = Period("host", END - ours, None)
    if waits != "us":
        with_us = Period("host", END - days, END - days + ours)
        with_client = Period("client", END - days + ours, END - DAY if waits == "nobody" else None)
    return Request(name, int(minutes), (with_us, with_client))


def answer(free, jobs=(), requests=(), promised=0):
    """Return in words what becomes of the minutes."""
    read = [read_job(job) for job in jobs]
    parts = split(
        [1],
        [Pack(1, free, START, LAST_DAY)],
        [job for job, _with_us in read],
        LAST_DAY,
        {job.id for job, with_us in read if with_us},
        wanted([read_request(request) for request in requests], datetime(2026, 1, 1), END),
        {1: promised},
    )[1]
    words = [f"{parts.earned} earned"] if parts.earned else []
    words += [f"{minutes} kept for {job}" for job, minutes in parts.kept.items()]
    words += [f"{minutes} rolled for {job}" for job, minutes in parts.rolled.items()]
    words += [f"{parts.promised} promised"] if parts.promised else []
    words += [f"{minutes} proposed for {job}" for job, minutes in parts.proposed.items()]
    words += [f"{minutes} lost by {job}" for job, minutes in parts.lost.items()]
    words += [f"{parts.lapsed} lapsed"] if parts.lapsed else []
    assert parts.total == free + sum(sum(job.reserved.values()) for job, _with_us in read)
    return words


@pytest.mark.parametrize(
    ("free", "jobs", "becomes"),
    [
        pytest.param(600, [], ["600 lapsed"], id="nobody needed it: all lapses"),
        pytest.param(0, [], [], id="nothing left, nothing to do"),
        pytest.param(
            600,
            ["J: 180 worked, 0 reserved, us"],
            ["180 earned", "420 lapsed"],
            id="3 h were worked: they stay, 7 h lapse",
        ),
        pytest.param(
            600,
            ["J: 0 worked, 240 reserved, us"],
            ["240 rolled for J", "600 lapsed"],
            id="4 h are reserved for a job that waits for us: they roll over",
        ),
        pytest.param(
            600,
            ["J: 0 worked, 240 reserved, client"],
            ["240 lost by J", "600 lapsed"],
            id="4 h are reserved for a job that waits for the client: they lapse",
        ),
        pytest.param(
            600,
            ["J: 60 worked, 240 reserved, us"],
            ["60 kept for J", "180 rolled for J", "600 lapsed"],
            id="1 of 4 reserved hours is worked: 1 stays, 3 roll over",
        ),
        pytest.param(
            600,
            ["J: 60 worked, 240 reserved, client"],
            ["60 kept for J", "180 lost by J", "600 lapsed"],
            id="1 of 4 reserved hours is worked, then the client was asked: 1 stays, 3 lapse",
        ),
        pytest.param(
            600,
            ["J: 180 worked, 240 reserved, nobody"],
            ["180 kept for J", "60 lost by J", "600 lapsed"],
            id="done for less than was reserved: the rest is not needed and lapses",
        ),
        pytest.param(
            100,
            ["J: 300 worked, 240 reserved, us"],
            ["60 earned", "240 kept for J", "40 lapsed"],
            id="worked beyond the reserve: the rest earns free minutes",
        ),
        pytest.param(
            100,
            ["A: 80 worked, 0 reserved, us", "B: 80 worked, 0 reserved, us"],
            ["100 earned"],
            id="more was worked than is left: all stays",
        ),
        pytest.param(
            0,
            ["A: 0 worked, 60 reserved, us", "B: 0 worked, 30 reserved, client"],
            ["60 rolled for A", "30 lost by B"],
            id="each job for itself",
        ),
    ],
)
def test_what_becomes_of_reserved_and_free_minutes(free, jobs, becomes):
    assert answer(free, jobs) == becomes


@pytest.mark.parametrize(
    ("free", "requests", "becomes"),
    [
        pytest.param(
            600,
            ["R wants 120, 20 of 20 days, us"],
            ["120 proposed for R", "480 lapsed"],
            id="a request waited 20 days for our estimate: its hours are proposed",
        ),
        pytest.param(
            60,
            ["R wants 120, 20 of 20 days, us"],
            ["60 proposed for R"],
            id="never more than what would lapse",
        ),
        pytest.param(
            600,
            ["R wants 120, 1 of 1 days, us"],
            ["600 lapsed"],
            id="asked for yesterday: not our fault",
        ),
        pytest.param(
            600,
            ["R wants 120, 2 of 2 days, us"],
            ["120 proposed for R", "480 lapsed"],
            id="with us for two days: our fault",
        ),
        pytest.param(
            600,
            ["R wants 120, 15 of 20 days, client"],
            ["120 proposed for R", "480 lapsed"],
            id="the client answers now, but most of the time it was with us",
        ),
        pytest.param(
            600,
            ["R wants 120, 10 of 20 days, client"],
            ["600 lapsed"],
            id="as long with the client as with us: it lapses",
        ),
        pytest.param(
            600,
            ["R wants 120, 15 of 20 days, nobody"],
            ["600 lapsed"],
            id="given up before the end: nobody would have used the hours",
        ),
        pytest.param(
            200,
            ["A wants 120, 20 of 20 days, us", "B wants 120, 10 of 10 days, us"],
            ["120 proposed for A", "80 proposed for B"],
            id="first asked, first served",
        ),
        pytest.param(
            600,
            ["R wants 0, 20 of 20 days, us"],
            ["600 lapsed"],
            id="it needs no hours of the pack",
        ),
    ],
)
def test_what_becomes_of_minutes_that_requests_could_have_used(free, requests, becomes):
    assert answer(free, requests=requests) == becomes


def test_what_a_proposal_holds_already_stays_until_it_is_decided():
    assert answer(200, ["J: 60 worked, 0 reserved, us"], promised=120) == [
        "60 earned",
        "120 promised",
        "20 lapsed",
    ]


def test_earlier_work_comes_before_a_proposal():
    assert answer(150, ["J: 60 worked, 0 reserved, us"], promised=120) == [
        "60 earned",
        "90 promised",
    ]


def test_who_is_waited_for_is_asked_of_the_end_of_the_last_day():
    clock = (
        Period("host", END - 3 * DAY, END - DAY),
        Period("client", END - DAY, END),
        Period("host", END, None),
    )
    assert waits_for(clock, END) == "client"
    assert waits_for(clock, END - DAY) == "host"
    assert waits_for(clock, END + DAY) == "host"
    assert waits_for(clock, END - 3 * DAY) is None
    assert waits_for((), END) is None


def test_waiting_is_counted_between_two_moments():
    clock = (Period("host", END - 9 * DAY, END - 4 * DAY), Period("client", END - 4 * DAY, None))
    assert waited(clock, END - 7 * DAY, END) == (3 * DAY, 7 * DAY)
    assert waited(clock, END - 2 * DAY, END) == (timedelta(), 2 * DAY)
    assert waited(clock, END - 30 * DAY, END - 9 * DAY) == (timedelta(), timedelta())


MINUTES = st.integers(0, 600)
JOBS = st.lists(st.tuples(MINUTES, MINUTES, MINUTES, st.booleans()), max_size=5)


@given(MINUTES, MINUTES, JOBS, st.lists(MINUTES, max_size=4), MINUTES)
def test_each_minute_goes_one_way_and_none_is_made_or_lost(first, second, rows, wants, promised):
    jobs, with_host = [], set()
    for number, (worked, in_first, in_second, waits) in enumerate(rows):
        reserved = {pack: m for pack, m in ((1, in_first), (2, in_second)) if m}
        jobs.append(Job(number, (Work(number, LAST_DAY, worked),), reserved))
        if waits:
            with_host.add(number)
    packs = [Pack(1, first, START, LAST_DAY), Pack(2, second, START, LAST_DAY)]
    wants = [Want(100 + number, minutes, DAY, DAY) for number, minutes in enumerate(wants)]
    parts = split([1, 2], packs, jobs, LAST_DAY, with_host, wants, {1: promised})
    for pack in packs:
        part = parts[pack.id]
        figures = [part.earned, part.promised, part.lapsed]
        for group in (part.kept, part.rolled, part.proposed, part.lost):
            figures += group.values()
        assert min(figures) >= 0
        reserved = sum(job.reserved.get(pack.id, 0) for job in jobs)
        assert sum(figures) == part.total == pack.free_minutes + reserved
        assert part.promised <= promised
        assert set(part.rolled) <= with_host
        assert not set(part.lost) & with_host
    for want in wants:
        proposed = sum(part.proposed.get(want.job_id, 0) for part in parts.values())
        assert proposed <= want.minutes


@given(MINUTES, JOBS)
def test_the_second_look_changes_nothing(free, rows):
    jobs, with_host = [], set()
    for number, (worked, reserved, _other, waits) in enumerate(rows):
        jobs.append(
            Job(number, (Work(number, LAST_DAY, worked),), {1: reserved} if reserved else {})
        )
        if waits:
            with_host.add(number)
    first = split([1], [Pack(1, free, START, LAST_DAY)], jobs, LAST_DAY, with_host)[1]
    kept = [
        Job(job.id, job.work, {1: first.kept[job.id]} if first.kept.get(job.id) else {})
        for job in jobs
    ]
    again = split([1], [Pack(1, first.earned, START, LAST_DAY)], kept, LAST_DAY, with_host)[1]
    assert (again.earned, again.kept) == (first.earned, first.kept)
    assert not again.lapsing and not again.rolled
