"""Hours that people move by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.adjustment import given_back, needs_second_person, refundable, worth

# minutes; what one person may move alone, moved alone today; does a second person decide?
SECOND_PERSON = {
    "four hours of four": (240, 240, 0, False),
    "a minute more": (241, 240, 0, True),
    "taken away counts as well": (-241, 240, 0, True),
    "in small steps": (120, 240, 121, True),
    "two steps that fit": (120, 240, 120, False),
    "nobody alone": (1, 0, 0, True),
}

# left, reserved, sold and not credited; what can be paid back?
REFUNDABLE = {
    "untouched": (1200, 0, 1200, 1200),
    "partly used": (900, 0, 1200, 900),
    "partly reserved": (900, 300, 1200, 600),
    "all reserved": (300, 300, 1200, 0),
    "a gift on top is not paid back": (1320, 0, 1200, 1200),
    "credited before": (600, 0, 600, 600),
}


@pytest.mark.parametrize(
    ("minutes", "limit", "today", "second"), SECOND_PERSON.values(), ids=SECOND_PERSON
)
def test_when_a_second_person_decides(minutes, limit, today, second):
    assert needs_second_person(minutes, limit, today) is second


@pytest.mark.parametrize(
    ("left", "reserved", "sold", "minutes"), REFUNDABLE.values(), ids=REFUNDABLE
)
def test_what_can_be_paid_back(left, reserved, sold, minutes):
    assert refundable(left, reserved, sold) == minutes


def test_what_an_hour_more_is_worth():
    assert worth(Decimal("800.00"), 60, 1200) == Decimal("40.00")
    assert worth(Decimal("100.00"), 60, 420) == Decimal("14.29")
    assert worth(Decimal(100), 840, 420) == Decimal("200.00")


@given(
    st.integers(0, 100_000),
    st.lists(st.integers(1, 300), min_size=1, max_size=10),
)
def test_a_usage_that_is_given_back_in_parts_returns_exactly_its_value(cents, parts):
    value = Decimal(cents) / 100
    used = sum(parts)
    minutes, returned = 0, Decimal(0)
    for part in parts:
        share = given_back(value, part, used, minutes, returned)
        assert share >= 0
        minutes, returned = minutes + part, returned + share
    assert returned == value
