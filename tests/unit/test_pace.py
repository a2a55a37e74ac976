"""Whether prepaid hours are used evenly."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import pace
from jobtrack_support.tools.pace import Purchase

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)  # a quarter of 90 days
HOUR = 60

# hours bought, hours used, first day, today, worked but not billed -> expected, deficit, percent
EXAMPLES = {
    "on the first day nothing is expected": (90, 0, FIRST, FIRST, 0, 0, 0, 0),
    "after 30 of 90 days a third is": (90, 30, FIRST, date(2026, 1, 31), 0, 30, 0, 0),
    "behind by a third of it": (90, 0, FIRST, date(2026, 1, 31), 0, 30, 30, 33),
    "ahead is no deficit": (90, 60, FIRST, date(2026, 1, 31), 0, 30, 0, 0),
    "unbilled work counts as used": (90, 10, FIRST, date(2026, 1, 31), 20, 30, 0, 0),
    "bought late, expected from then on": (
        60,
        0,
        date(2026, 3, 2),
        date(2026, 3, 17),
        0,
        30,
        30,
        50,
    ),
    "bought for the next quarter": (60, 0, date(2026, 4, 1), date(2026, 3, 17), 0, 0, 0, 0),
    "on the last day nearly all": (90, 89, FIRST, LAST, 0, 89, 0, 0),
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_pace(example):
    bought, used, start, today, unbilled, expected, deficit, share = example
    end = LAST if start <= LAST else date(2026, 6, 30)
    found = pace.pace([Purchase(bought * HOUR, used * HOUR, start, end)], unbilled * HOUR, today)
    assert (found.expected, found.deficit, found.share) == (expected * HOUR, deficit * HOUR, share)


def test_per_week_is_what_the_purchase_reserves():
    found = pace.pace([Purchase(90 * HOUR, 0, FIRST, LAST)], 0, FIRST)
    assert found.per_week == found.needed_per_week == 7 * HOUR


def test_in_the_last_days_all_that_is_left_is_needed_in_a_week():
    found = pace.pace([Purchase(90 * HOUR, 80 * HOUR, FIRST, LAST)], 0, LAST - timedelta(days=2))
    assert found.needed_per_week == 10 * HOUR


def test_without_hours_there_is_no_pace():
    assert pace.pace([], 100, FIRST) == pace.NO_PACE
    assert not pace.is_at_risk(pace.NO_PACE, 25)


@pytest.mark.parametrize(("share", "risk"), [(32, True), (33, False), (34, False), (0, False)])
def test_at_risk_is_above_the_set_share(share, risk):
    behind = pace.pace([Purchase(90 * HOUR, 0, FIRST, LAST)], 0, date(2026, 1, 31))
    assert pace.is_at_risk(behind, share) == risk


days = st.integers(0, 200).map(lambda day: FIRST + timedelta(days=day))


@st.composite
def purchases(draw):
    minutes = draw(st.integers(1, 10000))
    start = draw(days)
    length = draw(st.integers(0, 120))
    return Purchase(minutes, draw(st.integers(0, minutes)), start, start + timedelta(days=length))


@given(st.lists(purchases(), max_size=4), st.integers(0, 5000), days)
def test_working_more_never_makes_the_deficit_larger_nor_does_it_leave_its_bounds(
    some, unbilled, today
):
    found = pace.pace(some, unbilled, today)
    assert 0 <= found.deficit <= found.expected <= found.bought
    assert 0 <= found.share <= 100
    assert pace.pace(some, unbilled + 60, today).deficit <= found.deficit
    assert pace.pace(some, unbilled, today + timedelta(days=1)).deficit >= found.deficit
