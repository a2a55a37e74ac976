"""Working time between two moments."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import working_time

# A week in March 2026: Monday to Friday, 9-12 and 13-17; Wednesday is a holiday.
MONDAY, TUESDAY, THURSDAY, FRIDAY = 9, 10, 12, 13


def at(day, hour, minute=0):
    """Return a moment in March 2026."""
    return datetime(2026, 3, day, hour, minute)


WORK = [
    period
    for day in (MONDAY, TUESDAY, THURSDAY, FRIDAY, 16)
    for period in ((at(day, 9), at(day, 12)), (at(day, 13), at(day, 17)))
]

MINUTES = {
    "within a morning": (at(MONDAY, 9, 30), at(MONDAY, 11), 90),
    "lunch does not count": (at(MONDAY, 11, 30), at(MONDAY, 13, 30), 60),
    "overnight": (at(MONDAY, 16), at(TUESDAY, 10), 120),
    "over a holiday": (at(TUESDAY, 16), at(THURSDAY, 10), 120),
    "over the weekend": (at(FRIDAY, 16, 30), at(16, 9, 15), 45),
    "asked at night, answered at night": (at(MONDAY, 20), at(TUESDAY, 6), 0),
    "a begun minute is none": (at(MONDAY, 9), at(MONDAY, 9) + timedelta(seconds=119), 1),
}


@pytest.mark.parametrize(("begin", "end", "minutes"), MINUTES.values(), ids=MINUTES)
def test_working_minutes(begin, end, minutes):
    assert working_time.working_minutes(WORK, [(begin, end)]) == minutes


MOMENTS = {
    "three hours of a morning": (at(MONDAY, 9), 180, at(MONDAY, 12)),
    "over lunch": (at(MONDAY, 10), 180, at(MONDAY, 14)),
    "asked in the evening": (at(MONDAY, 19), 180, at(TUESDAY, 12)),
    "over the holiday": (at(TUESDAY, 16), 180, at(THURSDAY, 11)),
    "over the weekend": (at(FRIDAY, 15), 180, at(16, 10)),
    "nothing left": (at(MONDAY, 10), 0, at(MONDAY, 10)),
    "more than the calendar knows": (at(16, 16), 180, None),
}


@pytest.mark.parametrize(("begin", "minutes", "moment"), MOMENTS.values(), ids=MOMENTS)
def test_moment_after(begin, minutes, moment):
    assert working_time.moment_after(WORK, begin, minutes) == moment


hours = st.integers(0, 200).map(lambda hour: at(1, 0) + timedelta(hours=hour))
periods = st.lists(st.tuples(hours, hours), max_size=8)


@given(periods, periods)
def test_the_overlap_counts_each_hour_that_is_in_both_once(first, second):
    def covered(some):
        return {
            begin + timedelta(hours=index)
            for begin, end in some
            for index in range(int((end - begin) / timedelta(hours=1)))
        }

    both = covered(first) & covered(second)
    assert working_time.length(working_time.overlap(first, second)) == timedelta(hours=len(both))


@given(periods, hours, st.integers(1, 3000))
def test_the_moment_after_has_so_many_minutes_before_it(work, begin, minutes):
    moment = working_time.moment_after(work, begin, minutes)
    if moment is None:
        later = [(max(start, begin), end) for start, end in working_time.merge(work)]
        assert working_time.length(later) < timedelta(minutes=minutes)
    else:
        assert working_time.working_minutes(work, [(begin, moment)]) == minutes


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 1), (20, 1), (89, 1), (90, 2), (3600, 60), (4360, 73)]
)
def test_a_timer_is_rounded_to_the_minute_and_begun_work_counts_one(seconds, minutes):
    end = at(MONDAY, 9) + timedelta(seconds=seconds)
    assert working_time.rounded_minutes(at(MONDAY, 9), end) == minutes
