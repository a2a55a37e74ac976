"""How much of their working hours people spend on jobs (C9)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.utilisation import Week, mondays, weeks

MONDAY = date(2026, 3, 9)
DAYS = st.dates(date(2026, 3, 2), date(2026, 3, 22))


@pytest.mark.parametrize("day", [9, 12, 15])
def test_the_last_week_is_the_one_that_has_begun(day):
    assert mondays(date(2026, 3, day), 2) == [date(2026, 3, 2), MONDAY]


def test_a_week_of_work():
    available = {date(2026, 3, day): 480 for day in range(9, 14)}
    worked = {
        (date(2026, 3, 9), True): 120,
        (date(2026, 3, 9), False): 30,
        (date(2026, 3, 15), True): 210,
    }
    (week,) = weeks([MONDAY], available, worked)
    assert week == Week(MONDAY, 2400, 360, 330)
    assert week.share == 15


def test_work_without_working_hours_is_shown_and_an_empty_week_is_not():
    assert weeks([MONDAY], {}, {}) == []
    (week,) = weeks([MONDAY], {}, {(MONDAY, False): 60})
    assert (week.worked, week.share) == (60, 0)


@given(st.dictionaries(st.tuples(DAYS, st.booleans()), st.integers(1, 600), max_size=20))
def test_no_minute_is_lost_or_counted_twice(worked):
    first_days = mondays(date(2026, 3, 22), 3)
    rows = weeks(first_days, {}, worked)
    assert sum(row.worked for row in rows) == sum(worked.values())
    assert sum(row.consented for row in rows) == sum(
        minutes for (_day, consented), minutes in worked.items() if consented
    )
