"""The pre-bill window and disputes: tables of worked examples, and an oracle that walks day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.billing_calendar import is_billing_date
from jobtrack_support.tools.dispute import objection
from jobtrack_support.tools.prebill import (
    add_working_days,
    billing_date_of,
    window_of,
    window_start,
)

ONE_DAY = timedelta(days=1)
days = st.dates(date(1999, 1, 1), date(2101, 12, 31))
billing_days = st.lists(st.integers(1, 28), min_size=1, max_size=6, unique=True).map(tuple)


@pytest.mark.parametrize(
    ("completed", "billed"),
    [
        pytest.param("2026-03-07", "2026-03-08", id="completed the day before: billed tomorrow"),
        pytest.param("2026-03-08", "2026-03-15", id="completed on a billing day: the next one"),
        pytest.param("2026-03-22", "2026-04-01", id="after the 21st: the 1st of next month"),
        pytest.param("2028-02-29", "2028-03-01", id="the leap day is billed on 1 March"),
        pytest.param("2026-12-31", "2027-01-01", id="New Year's Eve is billed on New Year"),
    ],
)
def test_a_job_is_billed_on_the_first_billing_day_after_it_is_completed(completed, billed):
    assert billing_date_of(date.fromisoformat(completed)) == date.fromisoformat(billed)


@pytest.mark.parametrize(
    ("billing_date", "window", "start"),
    [
        pytest.param("2026-03-08", 2, "2026-03-06", id="two days before the 8th: the 6th"),
        pytest.param("2026-03-01", 2, "2026-02-27", id="over the end of February"),
        pytest.param("2028-03-01", 1, "2028-02-29", id="the leap day is one day before 1 March"),
        pytest.param("2026-03-08", 7, "2026-03-01", id="the whole period"),
        pytest.param("2026-03-08", 30, "2026-03-01", id="longer than the period: the period"),
        pytest.param("2026-03-08", 0, None, id="0 days: no window"),
        pytest.param("2026-03-08", -1, None, id="below 0: no window"),
    ],
)
def test_the_first_day_of_the_window(billing_date, window, start):
    expected = date.fromisoformat(start) if start else None
    assert window_start(date.fromisoformat(billing_date), window) == expected


@pytest.mark.parametrize(
    ("day", "window", "billing_date"),
    [
        pytest.param("2026-03-05", 2, None, id="the day before the window"),
        pytest.param("2026-03-06", 2, "2026-03-08", id="its first day"),
        pytest.param("2026-03-07", 2, "2026-03-08", id="its last day"),
        pytest.param("2026-03-08", 2, None, id="the billing day itself: the run has begun"),
        pytest.param("2026-03-08", 7, "2026-03-15", id="a billing day in the next, long window"),
        pytest.param("2026-03-07", 0, None, id="no window"),
    ],
)
def test_whether_a_day_lies_in_a_window(day, window, billing_date):
    expected = date.fromisoformat(billing_date) if billing_date else None
    assert window_of(date.fromisoformat(day), window) == expected


@given(days, st.integers(1, 40), billing_days)
def test_every_day_lies_in_the_window_of_the_next_run_or_in_none(day, window, chosen):
    found = window_of(day, window, chosen)
    ahead = [day + ONE_DAY * number for number in range(1, window + 1)]
    expected = next((other for other in ahead if is_billing_date(other, chosen)), None)
    assert found == expected


@pytest.mark.parametrize(
    ("day", "count", "answer"),
    [
        pytest.param("2026-03-02", 5, "2026-03-09", id="Monday and five working days: Monday"),
        pytest.param("2026-03-06", 1, "2026-03-09", id="Friday and one: Monday"),
        pytest.param("2026-03-07", 1, "2026-03-09", id="Saturday and one: Monday"),
        pytest.param("2026-03-08", 5, "2026-03-13", id="Sunday and five: Friday"),
        pytest.param("2026-03-04", 0, "2026-03-04", id="none: the same day"),
    ],
)
def test_working_days_are_monday_to_friday(day, count, answer):
    assert add_working_days(date.fromisoformat(day), count) == date.fromisoformat(answer)


@given(days, st.integers(0, 60))
def test_between_lie_exactly_so_many_working_days(day, count):
    end = add_working_days(day, count)
    between = [day + ONE_DAY * number for number in range(1, (end - day).days + 1)]
    assert sum(other.weekday() < 5 for other in between) == count
    assert not count or end.weekday() < 5


@pytest.mark.parametrize(
    ("state", "billable", "disputed", "decision", "answer"),
    [
        pytest.param("done", True, False, None, "keep_out", id="a done job is kept out"),
        pytest.param("done", True, True, None, "stands", id="a disputed one stays disputed"),
        pytest.param("done", True, False, "withdrawn", "keep_out", id="withdrawn, and again"),
        pytest.param("done", True, False, "correct", "keep_out", id="other figures, another look"),
        pytest.param("done", True, False, "reopened", "keep_out", id="done a second time"),
        pytest.param("done", True, False, "bill", "ask", id="decided: the words go to the staff"),
        pytest.param("done", True, False, "waive", "ask", id="waived: decided as well"),
        pytest.param("billed", True, False, None, "ask", id="billed: asks for a correction"),
        pytest.param("approved", True, False, None, "too_early", id="still being worked on"),
        pytest.param("on_hold", True, False, None, "too_early", id="paused"),
        pytest.param("requested", True, False, None, "too_early", id="not even estimated"),
        pytest.param("cancelled", True, False, None, "too_early", id="given up: on no bill"),
        pytest.param("done", False, False, None, "free", id="costs nothing"),
        pytest.param("approved", False, False, None, "free", id="costs nothing, not done"),
    ],
)
def test_what_an_objection_does(state, billable, disputed, decision, answer):
    assert objection(state, billable, disputed, decision) == answer
