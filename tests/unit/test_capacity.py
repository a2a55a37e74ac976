"""What can be worked against what was sold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import capacity
from jobtrack_support.tools.capacity import Promise

HOUR = 60
MONDAY = date(2026, 3, 9)
LAST = date(2026, 3, 31)  # a Tuesday


def working(first=MONDAY, last=LAST, hours=8, without=()):
    """Return what one person works: Monday to Friday."""
    days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    return {day: hours * HOUR for day in days if day.weekday() < 5 and day not in without}


def test_weeks_begin_on_mondays_and_end_with_the_quarter():
    assert capacity.spans(date(2026, 3, 12), LAST) == [
        (date(2026, 3, 12), date(2026, 3, 15)),
        (date(2026, 3, 16), date(2026, 3, 22)),
        (date(2026, 3, 23), date(2026, 3, 29)),
        (date(2026, 3, 30), LAST),
    ]


def test_a_person_without_anything_sold():
    rows = capacity.weeks(MONDAY, LAST, working(), [])
    assert [row.capacity for row in rows] == [40 * HOUR, 40 * HOUR, 40 * HOUR, 16 * HOUR]
    assert capacity.free_minutes(rows) == 136 * HOUR


def test_leave_takes_capacity_away():
    away = {MONDAY + timedelta(days=index) for index in range(7)}
    rows = capacity.weeks(MONDAY, LAST, working(without=away), [])
    assert [row.capacity for row in rows][:2] == [0, 40 * HOUR]


def test_a_share_of_the_time_goes_to_support():
    rows = capacity.weeks(MONDAY, LAST, working(), [], share=75)
    assert rows[0].capacity == 30 * HOUR


def test_hours_sold_are_spread_evenly_until_their_end():
    rows = capacity.weeks(MONDAY, LAST, working(), [Promise(23 * HOUR, date(2026, 1, 1), LAST)])
    assert [row.promised for row in rows] == [7 * HOUR, 7 * HOUR, 7 * HOUR, 2 * HOUR]


def test_hours_for_later_count_from_their_first_day():
    rows = capacity.weeks(MONDAY, LAST, working(), [Promise(60, date(2026, 3, 30), LAST)])
    assert [row.promised for row in rows] == [0, 0, 0, 60]


def test_hours_that_outlast_the_quarter_count_with_their_part():
    rows = capacity.weeks(MONDAY, LAST, {}, [Promise(46 * HOUR, MONDAY, date(2026, 4, 23))])
    assert sum(row.promised for row in rows) == 23 * HOUR


def test_a_full_week_does_not_matter_when_the_sum_fits():
    away = {MONDAY + timedelta(days=index) for index in range(7)}
    sold = [Promise(23 * HOUR, MONDAY, LAST)]
    rows = capacity.weeks(MONDAY, LAST, working(without=away), sold)
    assert rows[0].free == -7 * HOUR
    assert capacity.free_minutes(rows) == (96 - 23) * HOUR


JUDGED = [
    (100, 100, "refuse", "nothing"),
    (101, 100, "refuse", "refuse"),
    (101, 100, "warn", "warn"),
    (101, 100, "nothing", "nothing"),
]


@pytest.mark.parametrize(("minutes", "free", "policy", "answer"), JUDGED)
def test_a_purchase(minutes, free, policy, answer):
    assert capacity.judge(minutes, free, policy) == answer


promises = st.builds(
    lambda minutes, start, length: Promise(
        minutes, MONDAY + timedelta(days=start), MONDAY + timedelta(days=start + length)
    ),
    st.integers(0, 9000),
    st.integers(-60, 10),
    st.integers(0, 90),
)


@given(st.lists(promises, max_size=5), st.integers(0, 100))
def test_weeks_together_hold_what_falls_into_the_time(some, share):
    rows = capacity.weeks(MONDAY, LAST, working(), some, share)
    inside = [one for one in some if MONDAY <= one.end <= LAST]
    assert sum(row.promised for row in rows) >= sum(one.minutes for one in inside)
    assert sum(row.promised for row in rows) <= sum(one.minutes for one in some)
    assert all(row.promised >= 0 and row.capacity >= 0 for row in rows)
    assert capacity.free_minutes(rows) >= 0
