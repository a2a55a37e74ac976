"""What plans cost, until when their hours are good, and which quarter a purchase is for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import plans

# price of an hour, rate of an hour without a plan, has the plan a minimum purchase; is that allowed?
PRICES = {
    "20 % off": (40, 50, True, True),
    "a cent less": (49.99, 50, True, True),
    "the same": (50, 50, True, False),
    "dearer": (51, 50, True, False),
    "pay-as-you-go, paid ahead": (50, 50, False, True),
    "dearer than pay-as-you-go": (50.01, 50, False, False),
}

# kind, day on which the hours become usable, last day of work that they pay
EXPIRIES = {
    "with the quarter": ("quarter", date(2026, 2, 10), date(2026, 3, 31)),
    "on the last day of the quarter": ("quarter", date(2026, 3, 31), date(2026, 3, 31)),
    "on the first day of the quarter": ("quarter", date(2026, 4, 1), date(2026, 6, 30)),
    "after three months": ("months", date(2026, 11, 30), date(2027, 2, 28)),
    "on a fixed day": ("date", date(2026, 2, 10), date(2026, 12, 24)),
    "on a fixed day that is over when the money comes": (
        "date",
        date(2026, 12, 25),
        date(2026, 12, 31),
    ),
    "never": ("never", date(2026, 2, 10), None),
}

# day of the purchase: days left, must it say the quarter, is it time for the renewal, first day of the next quarter
QUARTERS = {
    "early": (date(2026, 2, 10), 49, False, False, date(2026, 4, 1)),
    "a day before the renewal": (date(2026, 3, 16), 15, False, False, date(2026, 4, 1)),
    "the renewal, 14 days before": (date(2026, 3, 17), 14, False, True, date(2026, 4, 1)),
    "the first of the last 14 days": (date(2026, 3, 18), 13, True, True, date(2026, 4, 1)),
    "the last day": (date(2026, 3, 31), 0, True, True, date(2026, 4, 1)),
    "the next quarter": (date(2026, 4, 1), 90, False, False, date(2026, 7, 1)),
    "at the end of a year": (date(2026, 12, 31), 0, True, True, date(2027, 1, 1)),
}


@pytest.mark.parametrize(("price", "rate", "minimum", "allowed"), PRICES.values(), ids=PRICES)
def test_plans_are_cheaper_than_paying_later(price, rate, minimum, allowed):
    assert plans.is_cheaper(price, rate, minimum) is allowed


@pytest.mark.parametrize(("kind", "day", "expiry"), EXPIRIES.values(), ids=EXPIRIES)
def test_when_hours_expire(kind, day, expiry):
    assert plans.expiry_date(kind, day, months=3, fixed=date(2026, 12, 24)) == expiry


@pytest.mark.parametrize(
    ("day", "left", "asks", "renews", "start"), QUARTERS.values(), ids=QUARTERS
)
def test_the_end_of_a_quarter(day, left, asks, renews, start):
    assert plans.days_left(day) == left
    assert plans.asks_for_quarter(day) is asks
    assert plans.is_renewal_time(day) is renews
    assert plans.next_quarter_start(day) == start


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_the_next_quarter_begins_the_day_after_this_one(day, first_month):
    start = plans.next_quarter_start(day, first_month)
    assert (start - day).days == plans.days_left(day, first_month) + 1
    assert start.day == 1
    assert (start.month - first_month) % 3 == 0


def test_hours_begin_with_this_quarter_or_the_next():
    day = date(2026, 3, 20)
    assert plans.is_quarter_ahead(date(2026, 4, 1), day)
    assert plans.is_quarter_ahead(date(2026, 1, 1), day), "a quotation that was answered late"
    assert not plans.is_quarter_ahead(date(2026, 7, 1), day)
    assert not plans.is_quarter_ahead(date(2026, 4, 2), day)
