"""Which accounts a movement of value touches, told as an accountant would write it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.posting import roles

BOOKED = ["usage", "expiry", "grant", "adjustment"]
BOOKED_ELSEWHERE = ["purchase", "refund", "rollover"]

amounts = st.decimals(-10000, 10000, places=2)
values = amounts.filter(bool)


@pytest.mark.parametrize(
    ("kind", "value", "debit", "credit"),
    [
        pytest.param("usage", -40, "deferred", "revenue", id="used hours become revenue"),
        pytest.param("expiry", -40, "deferred", "breakage", id="lapsed hours become breakage"),
        pytest.param("grant", 40, "granted", "deferred", id="granted hours are owed"),
        pytest.param("adjustment", 40, "granted", "deferred", id="hours added are owed"),
        pytest.param("adjustment", -40, "deferred", "granted", id="hours taken off are not owed"),
        pytest.param("usage", Decimal("-0.01"), "deferred", "revenue", id="a cent is booked too"),
    ],
)
def test_a_movement_debits_one_account_and_credits_another(kind, value, debit, credit):
    assert roles(kind, value) == (debit, credit)


@pytest.mark.parametrize(
    ("reversed_kind", "value", "debit", "credit"),
    [
        pytest.param("usage", 40, "revenue", "deferred", id="a bill reversed: owed again"),
        pytest.param("expiry", 40, "breakage", "deferred", id="a lapse reversed: owed again"),
        pytest.param("grant", -40, "deferred", "granted", id="a grant taken back"),
    ],
)
def test_a_reversal_books_the_other_way_round(reversed_kind, value, debit, credit):
    assert roles("reversal", value, reversed_kind) == (debit, credit)


@pytest.mark.parametrize("kind", BOOKED_ELSEWHERE)
@given(value=values)
def test_what_an_invoice_books_or_what_moves_nothing_is_not_booked_again(kind, value):
    assert roles(kind, value) is None
    assert roles("reversal", -value, kind) is None


@pytest.mark.parametrize("kind", BOOKED)
@pytest.mark.parametrize("nothing", [0, 0.0, -0.0, Decimal("0.00")])
def test_hours_without_value_are_not_booked(kind, nothing):
    assert roles(kind, nothing) is None
    assert roles("reversal", nothing, kind) is None


@given(st.sampled_from(BOOKED), values)
def test_a_movement_and_its_reversal_leave_every_account_as_it_was(kind, value):
    balance = {}
    for debit, credit in (roles(kind, value), roles("reversal", -value, kind)):
        balance[debit] = balance.get(debit, 0) + abs(value)
        balance[credit] = balance.get(credit, 0) - abs(value)
    assert set(balance.values()) == {0}


@given(st.lists(st.tuples(st.sampled_from(BOOKED), values)))
def test_what_the_host_owes_in_the_books_follows_the_ledger(movements):
    """I6: the balance of deferred revenue moves by exactly the value of the ledger entries."""
    owed = 0
    for kind, value in movements:
        debit, credit = roles(kind, value)
        owed += abs(value) if credit == "deferred" else 0
        owed -= abs(value) if debit == "deferred" else 0
    assert owed == sum(value for _kind, value in movements)


def test_a_reversal_is_booked_by_what_it_reverses_and_not_by_itself():
    assert roles("reversal", 40) is None
    assert roles("usage", -40, reversed_kind="expiry") == ("deferred", "revenue")
