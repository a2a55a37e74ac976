"""The clock from request to estimate, and what jobs of a kind usually take."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import estimating
from jobtrack_support.tools.estimating import Clock, Typical

US, CLIENT = "host", "client"


def at(hour, minute=0, day=9):
    """Return a moment in March 2026; the 9th is a Monday."""
    return datetime(2026, 3, day, hour, minute)


# Working days 9-17.
WORK = [(at(9, day=day), at(17, day=day)) for day in (9, 10, 11, 12, 13)]
TARGET = 180

CLOCKS = {
    "just asked": ([(US, at(9), None)], at(9), Clock(0, at(12), True)),
    "an hour later": ([(US, at(9), None)], at(10), Clock(60, at(12), True)),
    "too late": ([(US, at(9), None)], at(14), Clock(300, at(12), True)),
    "asked at night": ([(US, at(22), None)], at(9, 30, 10), Clock(30, at(12, 0, 10), True)),
    "asked in the afternoon": ([(US, at(16), None)], at(17), Clock(60, at(11, 0, 10), True)),
    "the client was asked at once": (
        [(US, at(9), at(9)), (CLIENT, at(9), None)],
        at(16),
        Clock(0, None, False),
    ),
    "the clock stands while the client is asked": (
        [(US, at(9), at(10)), (CLIENT, at(10), None)],
        at(15),
        Clock(60, None, False),
    ),
    "and goes on with the answer": (
        [(US, at(9), at(10)), (CLIENT, at(10), at(15)), (US, at(15), None)],
        at(16),
        Clock(120, at(17), True),
    ),
    "the promise was broken before the question": (
        [(US, at(9), at(13)), (CLIENT, at(13), at(15)), (US, at(15), None)],
        at(16),
        Clock(300, at(15), True),
    ),
}


@pytest.mark.parametrize(("waiting", "now", "clock"), CLOCKS.values(), ids=CLOCKS)
def test_the_clock(waiting, now, clock):
    assert estimating.read_clock(waiting, now, WORK, TARGET) == clock


def test_late_is_after_the_due_moment():
    assert not estimating.is_late(at(12), at(12))
    assert estimating.is_late(at(12), at(12, 1))
    assert not estimating.is_late(None, at(12))


RANGES = {
    "nothing is known": ([], None),
    "two jobs are no range": ([60, 120], None),
    "jobs without billable time say nothing": ([0, 60, 120], None),
    "three jobs": ([120, 60, 240], Typical(3, 120, 240)),
    "four jobs: the middle of two": ([60, 120, 180, 240], Typical(4, 150, 240)),
    "nine of ten": ([10, 20, 30, 40, 50, 60, 70, 80, 90, 1000], Typical(10, 55, 90)),
    "one that went wrong does not spoil the range": ([60] * 19 + [6000], Typical(20, 60, 60)),
}


@pytest.mark.parametrize(("figures", "range_"), RANGES.values(), ids=RANGES)
def test_the_typical_range(figures, range_):
    assert estimating.typical(figures) == range_


@pytest.mark.parametrize(
    ("minutes", "word"), [(59, "low"), (60, "usual"), (120, "usual"), (121, "high")]
)
def test_an_estimate_against_the_range(minutes, word):
    assert estimating.judge(minutes, Typical(5, 60, 120)) == word


@given(st.lists(st.integers(1, 5000), min_size=3, max_size=60))
def test_half_are_within_the_median_and_nine_of_ten_within_the_most(figures):
    range_ = estimating.typical(figures)
    count = len(figures)
    assert 2 * sum(figure >= range_.median for figure in figures) >= count
    assert 2 * sum(figure <= range_.median for figure in figures) >= count - 1
    assert 10 * sum(figure <= range_.most for figure in figures) >= 9 * count
    assert range_.median <= range_.most and range_.most in figures


moments = st.integers(0, 72 * 60).map(lambda minute: at(0) + timedelta(minutes=minute))


@given(st.lists(moments, min_size=1, max_size=6, unique=True), st.integers(0, 600), st.booleans())
def test_a_request_is_late_exactly_when_more_than_the_target_was_worked(turns, target, ask_first):
    turns = sorted(turns)
    who = (CLIENT, US) if ask_first else (US, CLIENT)
    waiting = [
        (who[index % 2], begin, end)
        for index, (begin, end) in enumerate(zip(turns, [*turns[1:], None], strict=True))
    ]
    now = turns[-1] + timedelta(hours=5)
    clock = estimating.read_clock(waiting, now, WORK, target)
    if clock.is_running and clock.due is not None and clock.minutes > target:
        assert estimating.is_late(clock.due, now)
    if clock.is_running and clock.minutes < target:
        assert not estimating.is_late(clock.due, now)
    assert clock.is_running == (waiting[-1][0] == US)
