"""Deferred revenue by the quarter of its expiry, as a table to check by head."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.deferred import by_quarter

HOLDINGS = [
    # pack, expires, minutes, value
    (1, date(2026, 3, 31), 600, Decimal("400.00")),
    (2, date(2026, 6, 30), 60, Decimal("33.33")),
    (3, date(2026, 2, 10), 30, Decimal("20.00")),
    (4, None, 120, Decimal("100.00")),
    (5, date(2027, 3, 31), 60, Decimal("40.00")),
]


def figures(buckets):
    return [(bucket.end, bucket.minutes, bucket.value, bucket.pack_ids) for bucket in buckets]


def test_quarters_of_the_calendar_year():
    assert figures(by_quarter(HOLDINGS)) == [
        (date(2026, 3, 31), 630, Decimal("420.00"), [1, 3]),
        (date(2026, 6, 30), 60, Decimal("33.33"), [2]),
        (date(2027, 3, 31), 60, Decimal("40.00"), [5]),
        (None, 120, Decimal("100.00"), [4]),
    ]


def test_quarters_of_a_year_that_begins_in_february():
    assert [bucket.end for bucket in by_quarter(HOLDINGS, first_month=2)] == [
        date(2026, 4, 30),
        date(2026, 7, 31),
        date(2027, 4, 30),
        None,
    ]


def test_nothing_is_nothing():
    assert by_quarter([]) == []


holdings = st.lists(
    st.tuples(
        st.integers(1, 99),
        st.none() | st.dates(date(2026, 1, 1), date(2029, 12, 31)),
        st.integers(0, 6000),
        st.decimals(0, 5000, places=2),
    )
)


@given(holdings, st.integers(1, 12))
def test_no_minute_and_no_cent_is_lost(rows, first_month):
    buckets = by_quarter(rows, first_month)
    assert sum(bucket.minutes for bucket in buckets) == sum(row[2] for row in rows)
    assert sum(bucket.value for bucket in buckets) == sum(row[3] for row in rows)
    assert len({bucket.end for bucket in buckets}) == len(buckets)
