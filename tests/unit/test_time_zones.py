"""Where a day begins: Odoo stores moments in UTC, money follows the days of the company (F4).

The oracle walks minute by minute through UTC and asks the time zone database which day it is there.
"""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.billing_calendar import local_date, run_cutoff, start_of_day

ONE_MINUTE = timedelta(minutes=1)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Cairo",
]

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
zones = st.sampled_from(ZONES)


def moment(text):
    return datetime.fromisoformat(text)


def day_there(some_moment, zone):
    return some_moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).date()


def first_minute_of(day, zone):
    """Return the first minute (naive UTC) at which it is ``day`` or later in ``zone``."""
    minute = datetime(day.year, day.month, day.day) - timedelta(hours=15)
    while day_there(minute, zone) < day:
        minute += ONE_MINUTE
    return minute


@pytest.mark.parametrize(
    ("day", "zone", "answer"),
    [
        pytest.param("2026-03-08", "UTC", "2026-03-08 00:00", id="UTC"),
        pytest.param("2026-03-08", "", "2026-03-08 00:00", id="no time zone set means UTC"),
        pytest.param("2026-03-08", None, "2026-03-08 00:00", id="nor this"),
        pytest.param("2026-01-01", "Europe/Berlin", "2025-12-31 23:00", id="New Year in Berlin"),
        pytest.param("2026-01-01", "America/New_York", "2026-01-01 05:00", id="and in New York"),
        pytest.param("2026-01-01", "Asia/Kolkata", "2025-12-31 18:30", id="half hours in India"),
        pytest.param("2026-03-29", "Europe/Berlin", "2026-03-28 23:00", id="clocks go on today"),
        pytest.param("2026-03-30", "Europe/Berlin", "2026-03-29 22:00", id="and went yesterday"),
        pytest.param("2026-10-25", "Europe/Berlin", "2026-10-24 22:00", id="clocks go back today"),
        pytest.param("2026-10-26", "Europe/Berlin", "2026-10-25 23:00", id="and went back"),
        pytest.param("2028-02-29", "Europe/Berlin", "2028-02-28 23:00", id="a leap day"),
        pytest.param("2023-04-28", "Africa/Cairo", "2023-04-27 22:00", id="there is no midnight"),
        pytest.param("2025-11-02", "America/Havana", "2025-11-02 04:00", id="midnight comes twice"),
    ],
)
def test_a_day_begins_at_its_own_midnight(day, zone, answer):
    assert start_of_day(date.fromisoformat(day), zone) == moment(answer)


@pytest.mark.parametrize(
    ("stored", "zone", "answer"),
    [
        pytest.param("2026-03-07 23:30", "UTC", "2026-03-07", id="half past eleven in UTC"),
        pytest.param("2026-03-07 23:30", "", "2026-03-07", id="no time zone set means UTC"),
        pytest.param("2026-03-07 23:30", "Europe/Berlin", "2026-03-08", id="is tomorrow in Berlin"),
        pytest.param("2026-03-08 04:59", "America/New_York", "2026-03-07", id="late in New York"),
        pytest.param("2026-03-08 05:00", "America/New_York", "2026-03-08", id="midnight there"),
        pytest.param("2026-07-01 04:00", "America/New_York", "2026-07-01", id="in summer earlier"),
        pytest.param("2026-10-25 22:59", "Europe/Berlin", "2026-10-25", id="a day of 25 hours"),
        pytest.param("2026-03-29 22:00", "Europe/Berlin", "2026-03-30", id="a day of 23 hours"),
        pytest.param("2025-12-31 23:00", "Europe/Berlin", "2026-01-01", id="the year ends earlier"),
    ],
)
def test_a_moment_falls_on_the_day_of_the_company(stored, zone, answer):
    assert local_date(moment(stored), zone).isoformat() == answer


@given(days, zones)
def test_walking_minute_by_minute_finds_the_same_start_of_the_day(day, zone):
    start = start_of_day(day, zone)
    assert start == first_minute_of(day, zone)
    assert start.tzinfo is None


@given(days, zones)
def test_a_day_holds_its_first_minute_and_not_the_one_before(day, zone):
    start = start_of_day(day, zone)
    assert local_date(start, zone) == day
    assert local_date(start - ONE_MINUTE, zone) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        pytest.param("2026-03-07 12:00", "2026-03-07 23:00", id="started before its day"),
        pytest.param("2026-03-08 03:00", "2026-03-07 23:00", id="started in the night"),
        pytest.param("2026-03-11 09:00", "2026-03-07 23:00", id="started three days late"),
    ],
)
def test_a_run_that_starts_by_itself_bills_what_was_done_before_its_day(now, answer):
    assert run_cutoff(date(2026, 3, 8), moment(now), "Europe/Berlin") == moment(answer)


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        pytest.param("2026-03-08 09:00", "2026-03-08 09:00", id="in the morning: up to now"),
        pytest.param("2026-03-08 22:59", "2026-03-08 22:59", id="the last minute of the day"),
        pytest.param("2026-03-08 23:00", "2026-03-08 23:00", id="the end of the day"),
        pytest.param("2026-03-08 23:01", "2026-03-08 23:00", id="a minute later: the day's end"),
        pytest.param("2026-03-11 09:00", "2026-03-08 23:00", id="three days late: the day's end"),
        pytest.param("2026-03-07 12:00", "2026-03-07 12:00", id="the day before: up to now"),
    ],
)
def test_a_run_by_hand_bills_up_to_now_but_not_beyond_its_day(now, answer):
    cutoff = run_cutoff(date(2026, 3, 8), moment(now), "Europe/Berlin", by_hand=True)
    assert cutoff == moment(answer)


@pytest.mark.parametrize(
    ("day", "by_itself", "by_hand"),
    [
        pytest.param("2026-03-29", "2026-03-28 23:00", "2026-03-29 22:00", id="clocks go on"),
        pytest.param("2026-10-25", "2026-10-24 22:00", "2026-10-25 23:00", id="clocks go back"),
        pytest.param("2026-12-31", "2026-12-30 23:00", "2026-12-31 23:00", id="the year ends"),
    ],
)
def test_the_cutoff_follows_the_clocks_of_the_company(day, by_itself, by_hand):
    day, much_later = date.fromisoformat(day), datetime(2030, 1, 1)
    assert run_cutoff(day, much_later, "Europe/Berlin") == moment(by_itself)
    assert run_cutoff(day, much_later, "Europe/Berlin", by_hand=True) == moment(by_hand)
