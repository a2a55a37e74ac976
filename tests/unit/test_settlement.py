"""Which settlements of an invoice are money, so that its hours are given."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.settlement import (
    DISCOUNT,
    OTHER,
    SMALL_DIFFERENCE,
    Settlement,
    is_paid,
)


def money(**values):
    return Settlement(**values)


def lost(kind, amount):
    return Settlement(write_offs=((kind, Decimal(amount)),))


# What settled it; what is left; discount of the terms, tolerance; is it paid?
EXAMPLES = {
    "nothing came": ([], 920, 0, 0, False),
    "all of it came": ([money()], 0, 0, 0, True),
    "a cent is missing": ([money()], Decimal("0.01"), 0, 0, False),
    "two payments": ([money(), money()], 0, 0, 0, True),
    "one of two payments is a draft again": ([money(), money(is_posted=False)], 0, 0, 0, False),
    "a credit note over something else": ([money(is_foreign_credit=True)], 0, 0, 0, False),
    "written off": ([lost(OTHER, 1)], 0, 100, 100, False),
    "a fee within the tolerance": ([lost(SMALL_DIFFERENCE, 5)], 0, 0, 5, True),
    "two fees are counted together": ([lost(SMALL_DIFFERENCE, 3)] * 2, 0, 0, 5, False),
    "no tolerance": ([lost(SMALL_DIFFERENCE, 1)], 0, 0, 0, False),
    "the discount of the terms": ([lost(DISCOUNT, "18.40")], 0, Decimal("18.40"), 0, True),
    "more than the discount": ([lost(DISCOUNT, "18.41")], 0, Decimal("18.40"), 0, False),
    "a discount without terms": ([lost(DISCOUNT, 1)], 0, 0, 5, False),
}


@pytest.mark.parametrize(
    ("parts", "residual", "discount", "tolerance", "paid"), EXAMPLES.values(), ids=EXAMPLES
)
def test_what_is_money(parts, residual, discount, tolerance, paid):
    assert is_paid(residual, parts, discount, tolerance) is paid


def test_a_stricter_rule_takes_nothing_back():
    assert is_paid(0, [lost(SMALL_DIFFERENCE, 5)], tolerance=0, accepted=5)
    assert not is_paid(0, [lost(SMALL_DIFFERENCE, 6)], tolerance=0, accepted=5)


@given(
    st.lists(st.sampled_from([DISCOUNT, SMALL_DIFFERENCE, OTHER]), min_size=1, max_size=5),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_what_was_lost_never_exceeds_what_was_allowed(kinds, discount, tolerance):
    parts = [lost(kind, 3) for kind in kinds]
    if is_paid(0, parts, discount, tolerance):
        assert OTHER not in kinds
        assert 3 * len(kinds) <= discount + tolerance
