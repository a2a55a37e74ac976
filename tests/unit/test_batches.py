"""The size of the next batch follows from the time that the last one took."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.batches import LARGEST, SECONDS, SMALLEST, next_size

# accounts in the last batch, its seconds, how many it could have had, accounts in the next
EXAMPLES = [
    (25, 1.0, 25, 25),  # just right
    (25, 2.0, 25, 12),  # twice too long: half of it
    (25, 0.5, 25, 50),  # half the time: twice as many
    (25, 0.1, 25, 50),  # never more than doubled at once
    (80, 0.1, 80, 100),  # never more than fit in memory
    (25, 60.0, 25, 5),  # never less than a few
    (3, 0.2, 25, 25),  # the last three of a run say nothing about a full batch
    (3, 3.0, 25, 5),  # three slow ones do
]


@pytest.mark.parametrize(("done", "seconds", "size", "expected"), EXAMPLES)
def test_examples(done, seconds, size, expected):
    assert next_size(done, seconds, size) == expected


@given(
    price=st.floats(0.0005, 0.15),
    size=st.integers(SMALLEST, LARGEST),
)
def test_a_steady_price_leads_to_batches_of_the_right_time(price, size):
    for _batch in range(10):
        size = next_size(size, size * price, size)
    assert size * price <= SECONDS or size == SMALLEST
    assert size in (LARGEST, SMALLEST) or (size + 1) * price > SECONDS * 0.8
