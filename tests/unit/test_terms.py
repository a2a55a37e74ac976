"""Increments, minimum, after hours and fixed price: what is billed of what was worked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.terms import (
    FIXED,
    INCREMENTS,
    PER_ENTRY,
    PER_JOB,
    Terms,
    entry_minutes,
    job_minutes,
    least_minutes,
    worked_within,
)

QUARTERS = Terms(increment=15)
QUARTERS_EACH = Terms(increment=15, per=PER_ENTRY)
HALF_HOUR_LEAST = Terms(increment=15, minimum=30)
EVENINGS = Terms(multiplier=Decimal("1.5"))
FIXED_PRICE = Terms(basis=FIXED)

# terms, entries (worked minutes, after hours), approved -> billed
BILLS = {
    "no terms: as worked": (Terms(), [(50, False), (7, False)], 120, 57),
    "steps of 15 per job: 57 becomes 60": (QUARTERS, [(50, False), (7, False)], 120, 60),
    "steps of 15 per entry: 50 and 7 become 60 and 15": (
        QUARTERS_EACH,
        [(50, False), (7, False)],
        120,
        75,
    ),
    "an exact step stays": (QUARTERS, [(45, False)], 120, 45),
    "at least 30: 5 becomes 30": (HALF_HOUR_LEAST, [(5, False)], 120, 30),
    "at least 40 in steps of 15: 5 becomes 45": (
        Terms(increment=15, minimum=40),
        [(5, False)],
        120,
        45,
    ),
    "nothing worked is nothing billed, whatever the minimum": (HALF_HOUR_LEAST, [], 120, 0),
    "never more than approved: 57 of 58 approved is 58, not 60": (
        QUARTERS,
        [(50, False), (7, False)],
        58,
        58,
    ),
    "the minimum does not exceed the approval": (HALF_HOUR_LEAST, [(5, False)], 20, 20),
    "after hours counts one and a half times": (EVENINGS, [(60, False), (60, True)], 300, 150),
    "after hours to the whole minute: 15 x 1.5 = 22.5 is 23": (EVENINGS, [(15, True)], 300, 23),
    "after hours first, then the step per entry: 25 x 1.5 = 38 is 45": (
        Terms(increment=15, per=PER_ENTRY, multiplier=Decimal("1.5")),
        [(25, True)],
        300,
        45,
    ),
    "an entry that takes back counts as what it takes back": (
        QUARTERS_EACH,
        [(50, False), (-50, False), (20, False)],
        120,
        30,
    ),
    "fixed: less was worked": (FIXED_PRICE, [(30, False)], 120, 120),
    "fixed: nothing was worked": (FIXED_PRICE, [], 120, 120),
}

# terms, approved minutes left, after hours -> worked minutes that fit
SPLITS = {
    "as worked": (Terms(), 45, False, 45),
    "nothing left": (Terms(), 0, False, 0),
    "per entry: 40 left hold two steps of 15": (QUARTERS_EACH, 40, False, 30),
    "after hours: 45 left hold 30 worked": (EVENINGS, 45, True, 30),
    "one minute left of an evening": (EVENINGS, 1, True, 0),
}


@pytest.mark.parametrize(("terms", "entries", "approved", "billed"), BILLS.values(), ids=BILLS)
def test_a_job_is_billed(terms, entries, approved, billed):
    minutes = sum(entry_minutes(worked, terms, evening) for worked, evening in entries)
    assert job_minutes(minutes, terms, approved) == billed


@pytest.mark.parametrize(("terms", "left", "evening", "worked"), SPLITS.values(), ids=SPLITS)
def test_an_entry_is_split_where_the_approval_ends(terms, left, evening, worked):
    assert worked_within(left, terms, evening) == worked


@pytest.mark.parametrize(
    ("terms", "least"),
    [
        (Terms(), 1),
        (Terms(increment=30), 30),
        (Terms(increment=30, per=PER_ENTRY), 30),
        (Terms(increment=15, minimum=40), 45),
        (Terms(minimum=2000), 2000),
        (Terms(basis=FIXED, minimum=60), 1),
    ],
)
def test_the_shortest_job(terms, least):
    assert least_minutes(terms) == least


terms_of_any_kind = st.builds(
    Terms,
    increment=st.sampled_from(INCREMENTS),
    per=st.sampled_from((PER_JOB, PER_ENTRY)),
    minimum=st.integers(0, 120),
    multiplier=st.decimals("1", "4", places=2),
)
worked_minutes = st.integers(0, 2000)


@given(terms_of_any_kind, worked_minutes, worked_minutes)
def test_never_above_the_approval_and_never_below_what_was_worked_inside_it(
    terms, worked, approved
):
    billed = job_minutes(worked, terms, approved)
    assert 0 <= billed <= approved
    assert billed >= min(worked, approved)


@given(terms_of_any_kind, worked_minutes, st.integers(0, 60), worked_minutes, st.booleans())
def test_more_work_is_never_billed_less(terms, worked, more, approved, evening):
    first, second = (
        job_minutes(entry_minutes(minutes, terms, evening), terms, approved)
        for minutes in (worked, worked + more)
    )
    assert first <= second


@given(terms_of_any_kind, worked_minutes, worked_minutes)
def test_a_bill_is_a_whole_number_of_steps_or_the_approval(terms, worked, approved):
    billed = job_minutes(worked, terms, approved)
    if terms.job_increment:
        assert billed % terms.job_increment == 0 or billed == approved


@given(terms_of_any_kind, worked_minutes, st.booleans())
def test_an_entry_taken_back_leaves_nothing(terms, worked, evening):
    assert entry_minutes(worked, terms, evening) + entry_minutes(-worked, terms, evening) == 0


@given(terms_of_any_kind, worked_minutes, st.booleans())
def test_a_split_uses_as_much_as_fits(terms, left, evening):
    worked = worked_within(left, terms, evening)
    assert entry_minutes(worked, terms, evening) <= left
    assert entry_minutes(worked + 1, terms, evening) > left
