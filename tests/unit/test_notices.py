"""When clients are told that their credit runs low."""

from decimal import Decimal

import pytest

from jobtrack_support.tools.notices import is_low_credit

# limit, left, told below so many percent -> told
EXAMPLES = [
    ("1000", "1000", 20, False),
    ("1000", "200", 20, False),
    ("1000", "199.99", 20, True),
    ("1000", "0", 20, True),
    ("1000", "-50", 20, True),
    ("1000", "1", 0, False),
    ("0", "0", 20, False),
    ("0", "-10", 20, False),
    ("1000", "999", 100, True),
]


@pytest.mark.parametrize(("limit", "left", "percent", "expected"), EXAMPLES)
def test_low_credit(limit, left, percent, expected):
    assert is_low_credit(Decimal(limit), Decimal(left), percent) is expected
