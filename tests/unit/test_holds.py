"""Which approved jobs wait for money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.holds import Promise, minutes_to_keep, unfunded
from jobtrack_support.tools.rounding import amount_of

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


# At 50 an hour: credit, (job, minutes, waits) in order of approval, free minutes -> minutes kept by job.
HOURS = {
    "hours that come let the job begin": (100, [(1, 180, True)], 1200, {1: 180}),
    "what the credit bears comes on the invoice": (100, [(1, 180, True)], 90, {1: 90}),
    "hours that do not help stay free": (100, [(1, 600, True)], 60, {}),
    "a smaller job is helped where a larger is not": (
        0,
        [(1, 600, True), (2, 60, True)],
        60,
        {2: 60},
    ),
    "first approved, first served": (0, [(1, 60, True), (2, 60, True)], 60, {1: 60}),
    "overdrawn credit stops no work that hours pay": (-50, [(1, 60, True)], 60, {1: 60}),
    "a job that goes on keeps its credit": (100, [(1, 120, False), (2, 60, True)], 30, {}),
    "a job that runs on without credit gets none": (0, [(1, 60, False)], 60, {}),
    "without free hours nothing changes": (0, [(1, 60, True)], 0, {}),
}


@pytest.mark.parametrize(("credit", "promised", "free", "kept"), HOURS.values(), ids=HOURS)
def test_which_hours_let_a_job_begin(credit, promised, free, kept):
    promises = [Promise(job, minutes, 50, waits) for job, minutes, waits in promised]
    assert minutes_to_keep(credit, promises, free) == kept


@given(
    st.integers(-100, 500),
    st.lists(st.tuples(st.integers(0, 600), st.booleans()), max_size=8),
    st.integers(0, 1200),
)
def test_kept_hours_are_there_and_each_lets_its_job_begin(credit, jobs, free):
    promises = [Promise(job, minutes, 50, waits) for job, (minutes, waits) in enumerate(jobs)]
    kept = minutes_to_keep(credit, promises, free)
    assert sum(kept.values()) <= free
    after = [
        (promise.job_id, amount_of(promise.minutes - kept.get(promise.job_id, 0), 50))
        for promise in promises
    ]
    assert not set(kept) & unfunded(credit, after)
