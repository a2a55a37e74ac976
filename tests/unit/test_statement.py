"""From the time of done jobs to the figures of a statement."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.allocation import Pack
from jobtrack_support.tools.statement import DoneJob, bill_jobs
from jobtrack_support.tools.terms import FIXED, INCREMENTS, PER_JOB, Terms

DAY = date(2026, 3, 8)


def done(job_id, *work, approved=600, billed=0, rate=50, reserved=None, **more):
    pieces = tuple(
        (index, DAY - timedelta(days=ago), minutes) for index, (ago, minutes) in enumerate(work)
    )
    return DoneJob(job_id, pieces, approved, billed, rate, reserved or {}, **more)


def pack(pack_id, minutes, expires_in=30):
    return Pack(pack_id, minutes, DAY - timedelta(days=30), DAY + timedelta(days=expires_in))


def test_packs_first_and_the_rest_at_the_jobs_rate():
    (bill,) = bill_jobs([done(1, (2, 80))], [pack(7, 60)], DAY)
    assert (bill.worked, bill.minutes, bill.by_pack, bill.postpaid) == (80, 80, {7: 60}, 20)
    assert bill.amount == Decimal("16.67")


def test_time_beyond_the_approval_is_not_billed_and_the_earliest_work_is():
    (bill,) = bill_jobs([done(1, (1, 60), (5, 60), approved=90)], [pack(7, 60, expires_in=-3)], DAY)
    assert (bill.worked, bill.minutes) == (120, 90)
    assert bill.by_pack == {7: 60}, "the work of five days ago is covered"
    assert bill.postpaid == 30


def test_what_was_billed_before_counts_towards_the_approval():
    (bill,) = bill_jobs([done(1, (1, 60), approved=90, billed=60)], [], DAY)
    assert bill.minutes == 30


def test_a_correction_is_taken_off():
    (bill,) = bill_jobs([done(1, (3, 60), (2, -20))], [], DAY)
    assert (bill.worked, bill.minutes, bill.postpaid) == (40, 40, 40)


def test_corrections_beyond_all_work_bill_nothing():
    (bill,) = bill_jobs([done(1, (3, 20), (2, -60))], [], DAY)
    assert (bill.minutes, bill.postpaid, bill.amount) == (0, 0, 0)


def test_a_job_never_uses_what_another_keeps():
    keeper = done(1, (1, 30), reserved={7: 60})
    other = done(2, (1, 60))
    bills = bill_jobs([keeper, other], [pack(7, 0)], DAY)
    assert [bill.prepaid for bill in bills] == [30, 0]


def test_waived_time_is_on_the_bill_and_costs_nothing():
    (bill,) = bill_jobs([done(1, (2, 60), waived=30)], [pack(7, 600)], DAY)
    assert (bill.worked, bill.minutes, bill.waived) == (90, 90, 30)
    assert (bill.by_pack, bill.postpaid) == ({7: 60}, 0)


def test_waived_time_counts_towards_the_approval():
    (bill,) = bill_jobs([done(1, (2, 60), approved=80, waived=30)], [], DAY)
    assert (bill.minutes, bill.waived, bill.postpaid) == (80, 30, 50)


def test_the_minimum_is_not_charged_for_a_job_that_is_waived():
    (bill,) = bill_jobs([done(1, waived=10, terms=Terms(minimum=60))], [], DAY)
    assert (bill.minutes, bill.waived, bill.postpaid) == (10, 10, 0)


def test_minutes_that_the_terms_add_are_dated_like_the_latest_work():
    """Of 50 minutes billed as 60, the ten that are added come with the work of yesterday."""
    job = done(1, (5, 30), (1, 20), terms=Terms(increment=60))
    (bill,) = bill_jobs([job], [pack(7, 600, expires_in=-3)], DAY)
    assert (bill.minutes, bill.by_pack, bill.postpaid) == (60, {7: 30}, 30)


def test_a_fixed_price_without_work_is_dated_by_the_completion():
    old, new = pack(7, 600, expires_in=-3), pack(8, 600)
    job = done(1, approved=90, terms=Terms(basis=FIXED), done=DAY - timedelta(days=1))
    (bill,) = bill_jobs([job], [old, new], DAY)
    assert (bill.worked, bill.minutes, bill.by_pack) == (0, 90, {8: 90})


def test_a_fixed_price_is_waived_in_part_or_as_a_whole():
    terms = Terms(basis=FIXED)
    part, whole = bill_jobs(
        [
            done(1, (1, 30), approved=120, waived=30, terms=terms),
            done(2, approved=120, waived=30, terms=terms),
        ],
        [],
        DAY,
    )
    assert (part.minutes, part.waived, part.postpaid) == (120, 30, 90)
    assert (whole.minutes, whole.waived, whole.postpaid) == (120, 120, 0)


def test_a_second_bill_goes_on_with_the_steps_of_the_first():
    """Ten minutes were billed as fifteen: five more are inside that step, twelve more begin the next."""
    terms = Terms(increment=15)
    first = {"billed": 15, "charged": 15, "work_before": 10, "terms": terms}
    inside, beyond = bill_jobs([done(1, (1, 5), **first), done(2, (1, 12), **first)], [], DAY)
    assert (inside.minutes, beyond.minutes) == (0, 15)


def test_what_was_billed_is_not_counted_anew_under_dearer_terms():
    """An evening hour was billed before evenings counted double; ninety minutes were worked for a fixed hour."""
    double = Terms(multiplier=Decimal(2))
    evening = {"billed": 60, "charged": 60, "work_before": 120, "terms": double}
    fixed_before = {"billed": 60, "charged": 60, "work_before": 90}
    one, other = bill_jobs([done(1, (1, 60), **evening), done(2, (1, 30), **fixed_before)], [], DAY)
    assert (one.minutes, other.minutes) == (60, 30)


@pytest.mark.parametrize(
    ("what", "charged", "work_before", "terms", "new_work", "billed"),
    [
        (
            "a quarter of an hour with a minimum of an hour, then without it",
            60,
            15,
            Terms(),
            20,
            20,
        ),
        ("an evening hour counted double, then single", 120, 60, Terms(), 30, 30),
        ("a fixed price for little work, then what is worked", 240, 60, Terms(), 45, 45),
        ("a fixed price without work, then steps of 15", 60, 0, Terms(increment=15), 20, 30),
        ("steps of an hour, then of 15", 60, 20, Terms(increment=15), 5, 0),
        ("steps of an hour, then of 15, beyond the step", 60, 20, Terms(increment=15), 15, 15),
        ("what is worked, then a minimum of an hour", 20, 20, Terms(minimum=60), 10, 40),
        ("what is worked, then a fixed price", 20, 20, Terms(basis=FIXED), 10, 580),
    ],
)
def test_new_work_is_billed_by_new_terms_whatever_the_old_ones_cost(
    what, charged, work_before, terms, new_work, billed
):
    job = done(
        1,
        (1, new_work),
        approved=600,
        billed=charged,
        charged=charged,
        work_before=work_before,
        terms=terms,
    )
    (bill,) = bill_jobs([job], [], DAY)
    assert bill.minutes == billed, what


minutes = st.integers(0, 200)
jobs = st.lists(st.tuples(st.lists(minutes, max_size=3), minutes, minutes), max_size=5)


@given(jobs, st.lists(minutes, max_size=4))
def test_every_minute_is_paid_once_and_packs_are_never_overdrawn(plan, sizes):
    todo = [
        done(index, *[(1, length) for length in work], approved=approved + billed, billed=billed)
        for index, (work, approved, billed) in enumerate(plan)
    ]
    packs = [pack(index, size) for index, size in enumerate(sizes)]
    bills = bill_jobs(todo, packs, DAY)
    for job, bill in zip(todo, bills, strict=True):
        assert bill.minutes == min(bill.worked, job.approved - job.billed)
        assert bill.prepaid + bill.postpaid == bill.minutes
    for one in packs:
        assert sum(bill.by_pack.get(one.id, 0) for bill in bills) <= one.free_minutes
    free = sum(sizes)
    assert sum(bill.prepaid for bill in bills) == min(free, sum(bill.minutes for bill in bills))


@given(
    st.lists(st.integers(-60, 200), max_size=4),
    st.integers(0, 200),
    st.integers(0, 600),
    st.builds(
        Terms,
        basis=st.sampled_from(("actual", FIXED)),
        increment=st.sampled_from(INCREMENTS),
        per=st.just(PER_JOB),
        minimum=st.integers(0, 90),
    ),
)
def test_prepaid_postpaid_and_waived_are_the_bill_and_the_bill_is_approved(
    work, waived, approved, terms
):
    pieces = [(1, length) for length in work]
    (bill,) = bill_jobs(
        [done(1, *pieces, approved=approved, waived=waived, terms=terms)], [pack(7, 90)], DAY
    )
    assert bill.prepaid + bill.postpaid + bill.waived == bill.minutes
    assert 0 <= bill.minutes <= approved
    assert bill.waived <= max(waived, approved if terms.basis == FIXED else 0)
