"""Which approved jobs wait for money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.holds import unfunded

EXAMPLES = {
    "what fits goes on": (100, [(1, 100)], set()),
    "a cent too much waits": (100, [(1, 101)], {1}),
    "first approved, first served": (100, [(1, 60), (2, 60)], {2}),
    "a smaller job passes one that waits": (100, [(1, 101), (2, 100)], {1}),
    "work that packs pay never waits, however little credit there is": (-50, [(1, 0)], set()),
    "without credit everything to pay waits": (0, [(1, 1), (2, 1)], {1, 2}),
}


@pytest.mark.parametrize(("credit", "promised", "waiting"), EXAMPLES.values(), ids=EXAMPLES)
def test_who_waits(credit, promised, waiting):
    assert unfunded(credit, promised) == waiting


@given(st.integers(-100, 500), st.lists(st.integers(0, 200), max_size=8))
def test_what_goes_on_never_exceeds_the_credit_and_waiting_has_a_reason(credit, amounts):
    promised = list(enumerate(amounts))
    waiting = unfunded(credit, promised)
    left = credit
    for job, amount in promised:
        assert (job in waiting) == (amount > 0 and amount > left)
        left -= 0 if job in waiting else amount
    going = sum(amount for job, amount in promised if job not in waiting)
    assert going <= max(credit, 0)
