"""Billing days, what they bill, quarters and months, against an oracle that walks day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.billing_calendar import (
    add_months,
    billed_period,
    billing_date_to_offer,
    is_billing_date,
    last_billing_date,
    next_billing_date,
    parse_billing_days,
    previous_billing_date,
    quarter_end,
    quarter_start,
)

ONE_DAY = timedelta(days=1)
# Seven years with two leap years, each day of them.
EVERY_DAY = [date(2023, 1, 1) + timedelta(days=number) for number in range(2557)]

days = st.dates(date(1999, 1, 1), date(2101, 12, 31))
billing_days = st.lists(st.integers(1, 28), min_size=1, max_size=6, unique=True).map(tuple)
first_months = st.integers(1, 12)


def walk(day, step, is_there):
    """Return the first day from ``day`` on, walking by ``step``, for which ``is_there``."""
    while not is_there(day):
        day += step
    return day


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("1, 8, 15, 21", (1, 8, 15, 21), id="the days of the house"),
        pytest.param("21,1 , 8", (1, 8, 21), id="in any order, with any spaces"),
        pytest.param("5, 5", (5,), id="a day written twice counts once"),
        pytest.param("1,,28,", (1, 28), id="a comma too many does no harm"),
        pytest.param("07", (7,), id="a leading zero does no harm"),
    ],
)
def test_billing_days_are_read_as_people_write_them(text, answer):
    assert parse_billing_days(text) == answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "Write the billing days", id="nothing"),
        pytest.param(None, "Write the billing days", id="never set"),
        pytest.param(" , ", "Write the billing days", id="only a comma"),
        pytest.param("1; 8", "Write the billing days", id="semicolons"),
        pytest.param("1st", "Write the billing days", id="a word"),
        pytest.param("-1", "Write the billing days", id="a negative day"),
        pytest.param("1.5", "Write the billing days", id="half a day"),
        pytest.param("8, 1²", "Write the billing days", id="a raised digit"),
        pytest.param("0, 8", "between 1 and 28", id="day 0"),
        pytest.param("1, 29", "between 1 and 28", id="day 29, which February may lack"),
    ],
)
def test_what_is_no_billing_day_is_refused_with_a_sentence_that_helps(text, words):
    with pytest.raises(ValueError, match=words):
        parse_billing_days(text)


@pytest.mark.parametrize(
    ("billing_date", "first", "last"),
    [
        pytest.param(
            "2026-03-08", "2026-03-01", "2026-03-07", id="the 8th bills the 1st to the 7th"
        ),
        pytest.param("2026-03-15", "2026-03-08", "2026-03-14", id="the 15th bills from the 8th"),
        pytest.param("2026-03-21", "2026-03-15", "2026-03-20", id="the 21st bills from the 15th"),
        pytest.param("2026-05-01", "2026-04-21", "2026-04-30", id="1 May bills the end of April"),
        pytest.param("2026-03-01", "2026-02-21", "2026-02-28", id="1 March bills to 28 February"),
        pytest.param("2028-03-01", "2028-02-21", "2028-02-29", id="in a leap year to 29 February"),
        pytest.param("2027-01-01", "2026-12-21", "2026-12-31", id="1 January bills last year"),
    ],
)
def test_a_billing_day_bills_from_the_billing_day_before_to_the_day_before_it(
    billing_date, first, last
):
    period = billed_period(date.fromisoformat(billing_date))
    assert [day.isoformat() for day in period] == [first, last]


def test_with_one_billing_day_a_month_a_whole_month_is_billed():
    assert billed_period(date(2027, 1, 10), (10,)) == (date(2026, 12, 10), date(2027, 1, 9))
    assert next_billing_date(date(2026, 12, 11), (10,)) == date(2027, 1, 10)


def test_a_billing_day_is_the_next_one_of_itself_but_not_the_previous():
    assert next_billing_date(date(2026, 3, 8)) == date(2026, 3, 8)
    assert previous_billing_date(date(2026, 3, 8)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("today", "last_run", "offered"),
    [
        pytest.param("2026-03-03", None, "2026-03-01", id="the first run ever: the last day due"),
        pytest.param(
            "2026-03-03", "2026-02-21", "2026-03-01", id="the last day due was not billed"
        ),
        pytest.param("2026-03-03", "2026-03-01", "2026-03-08", id="it was: the next one"),
        pytest.param("2026-03-08", "2026-03-01", "2026-03-08", id="today is due"),
        pytest.param("2026-03-08", "2026-03-08", "2026-03-15", id="today was billed"),
        pytest.param("2026-03-20", "2026-03-01", "2026-03-15", id="of two days due the last one"),
        pytest.param("2026-03-03", "2026-03-15", "2026-03-21", id="somebody was ahead of time"),
        pytest.param(
            "2026-12-30", "2026-12-21", "2027-01-01", id="the next one is in the new year"
        ),
    ],
)
def test_a_new_run_is_offered_the_first_day_that_has_none(today, last_run, offered):
    last_run = last_run and date.fromisoformat(last_run)
    assert billing_date_to_offer(date.fromisoformat(today), last_run).isoformat() == offered


@given(days, billing_days, st.none() | st.integers(0, 90))
def test_the_day_offered_never_has_a_run_and_is_the_last_due_or_the_next(day, chosen, ahead):
    due = last_billing_date(day, chosen)
    last_run = None
    if ahead is not None:
        last_run = next_billing_date(due - ahead * ONE_DAY, chosen)
    offered = billing_date_to_offer(day, last_run, chosen)
    assert is_billing_date(offered, chosen)
    assert last_run is None or offered > last_run
    assert offered == due or (
        last_run == due and offered == next_billing_date(day + ONE_DAY, chosen)
    )


def test_every_day_of_seven_years_is_billed_by_exactly_one_run():
    billed = []
    for day in EVERY_DAY:
        if is_billing_date(day):
            first, last = billed_period(day)
            billed += [first + timedelta(days=number) for number in range((last - first).days + 1)]
    up_to = len(billed)
    assert billed == [date(2022, 12, 21) + timedelta(days=number) for number in range(up_to)]
    assert billed[-1] == date(2029, 12, 20)


@given(days, billing_days)
def test_walking_day_by_day_finds_the_same_billing_days(day, chosen):
    def is_there(some_day):
        return some_day.day in chosen

    assert is_billing_date(day, chosen) == is_there(day)
    assert next_billing_date(day, chosen) == walk(day, ONE_DAY, is_there)
    assert last_billing_date(day, chosen) == walk(day, -ONE_DAY, is_there)
    previous = walk(day - ONE_DAY, -ONE_DAY, is_there)
    assert previous_billing_date(day, chosen) == previous
    assert billed_period(day, chosen) == (previous, day - ONE_DAY)


@pytest.mark.parametrize(
    ("day", "first_month", "start", "end"),
    [
        pytest.param("2026-01-01", 1, "2026-01-01", "2026-03-31", id="New Year, calendar quarters"),
        pytest.param("2026-03-31", 1, "2026-01-01", "2026-03-31", id="the last day of March"),
        pytest.param("2026-04-01", 1, "2026-04-01", "2026-06-30", id="the first day of April"),
        pytest.param("2026-12-31", 1, "2026-10-01", "2026-12-31", id="New Year's Eve"),
        pytest.param("2026-12-31", 2, "2026-11-01", "2027-01-31", id="quarters from February"),
        pytest.param("2027-01-01", 2, "2026-11-01", "2027-01-31", id="over the year end"),
        pytest.param("2026-01-15", 3, "2025-12-01", "2026-02-28", id="quarters from March"),
        pytest.param("2028-02-29", 3, "2027-12-01", "2028-02-29", id="a leap day ends a quarter"),
        pytest.param("2026-05-31", 4, "2026-04-01", "2026-06-30", id="quarters from April"),
        pytest.param("2026-11-30", 12, "2026-09-01", "2026-11-30", id="quarters from December"),
    ],
)
def test_a_quarter_has_a_first_and_a_last_day(day, first_month, start, end):
    day = date.fromisoformat(day)
    assert quarter_start(day, first_month).isoformat() == start
    assert quarter_end(day, first_month).isoformat() == end


@given(days, first_months)
def test_walking_day_by_day_finds_the_same_quarter(day, first_month):
    opening = next(
        months for months in ({1, 4, 7, 10}, {2, 5, 8, 11}, {3, 6, 9, 12}) if first_month in months
    )

    def opens(some_day):
        return some_day.day == 1 and some_day.month in opening

    assert quarter_start(day, first_month) == walk(day, -ONE_DAY, opens)
    assert quarter_end(day, first_month) == walk(day + ONE_DAY, ONE_DAY, opens) - ONE_DAY


def test_quarters_follow_the_calendar_year_unless_a_company_says_otherwise():
    assert quarter_start(date(2026, 2, 3)) == date(2026, 1, 1)
    assert quarter_end(date(2026, 2, 3)) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("day", "months", "answer"),
    [
        pytest.param("2026-01-31", 1, "2026-02-28", id="a month after 31 January"),
        pytest.param("2028-01-31", 1, "2028-02-29", id="a month after 31 January of a leap year"),
        pytest.param("2028-02-29", 12, "2029-02-28", id="a year after a leap day"),
        pytest.param("2026-03-31", -1, "2026-02-28", id="a month before 31 March"),
        pytest.param("2026-12-15", 1, "2027-01-15", id="into the next year"),
        pytest.param("2026-01-15", -1, "2025-12-15", id="into the year before"),
        pytest.param("2026-11-30", 3, "2027-02-28", id="a quarter on, over the year end"),
        pytest.param("2026-02-28", 1, "2026-03-28", id="the end of a month does not stick"),
        pytest.param("2026-05-05", 0, "2026-05-05", id="no months, the same day"),
    ],
)
def test_moving_by_months_stays_inside_the_month_it_lands_in(day, months, answer):
    assert add_months(date.fromisoformat(day), months).isoformat() == answer


@given(days, st.integers(-30, 30))
def test_walking_month_by_month_lands_on_the_same_day(day, months):
    step = ONE_DAY if months > 0 else -ONE_DAY
    landed = day
    for _ in range(abs(months)):
        left = landed.month
        landed = walk(landed, step, lambda some_day, left=left: some_day.month != left)
    first = walk(landed, -ONE_DAY, lambda some_day: some_day.day == 1)
    last = walk(landed, ONE_DAY, lambda some_day: (some_day + ONE_DAY).day == 1)
    month = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert add_months(day, months) == max(one for one in month if one.day <= day.day)
