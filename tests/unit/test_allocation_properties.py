"""The allocator against an oracle that pays minute by minute, and what must hold for any input.

The oracle does not sort and does not subtract blocks: for each single minute it looks at every pack
there is and takes the best one. It is slow and cannot share a mistake with the allocator.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.allocation import Job, Pack, Work, allocate, plan_funding

FIRST_DAY = date(2026, 3, 25)
BILLING_DAY = FIRST_DAY + timedelta(days=6)

days = st.integers(0, 9).map(lambda number: FIRST_DAY + timedelta(days=number))
few_minutes = st.integers(0, 9)
pack_ids = st.integers(1, 5)


@st.composite
def accounts(draw):
    """Jobs and packs of one account; a reserve may also stand in a pack that is not active."""
    ids = draw(st.lists(pack_ids, unique=True))
    packs = [
        Pack(number, draw(few_minutes), draw(days), draw(st.none() | days), draw(days))
        for number in ids
    ]
    job_ids = draw(st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=3))
    work_ids = iter(draw(st.permutations(range(1, 13))))
    jobs = [
        Job(
            number,
            tuple(
                Work(next(work_ids), day, minutes)
                for day, minutes in draw(st.lists(st.tuples(days, few_minutes), max_size=4))
            ),
            draw(st.dictionaries(pack_ids, few_minutes, max_size=3)),
        )
        for number in job_ids
    ]
    return jobs, packs


def is_better(one, other):
    """Return whether source ``one`` is used before ``other``; a source is (is reserved, pack)."""
    (reserved, pack), (other_reserved, other_pack) = one, other
    if reserved != other_reserved:
        return reserved
    if pack.date_expiry != other_pack.date_expiry:
        if pack.date_expiry is None or other_pack.date_expiry is None:
            return other_pack.date_expiry is None
        return pack.date_expiry < other_pack.date_expiry
    if pack.purchased != other_pack.purchased:
        return pack.purchased < other_pack.purchased
    return pack.id < other_pack.id


def best_source(day, packs, own, free):
    best = None
    for pack in packs:
        expired = pack.date_expiry is not None and day > pack.date_expiry
        if expired or pack.date_start > BILLING_DAY:
            continue
        for reserved, left in ((True, own), (False, free)):
            if left[pack.id] > 0 and (best is None or is_better((reserved, pack), best)):
                best = reserved, pack
    return best


def pay_minute_by_minute(jobs, packs):
    """Return one ``(job, work, pack or None, from reserve)`` per minute, in order of payment."""
    free = Counter({pack.id: pack.free_minutes for pack in packs})
    paid = []
    for job in jobs:
        own, waiting = Counter(job.reserved), list(job.work)
        while waiting:
            piece = waiting[0]
            for other in waiting:
                if other.date < piece.date or (other.date == piece.date and other.id < piece.id):
                    piece = other
            waiting.remove(piece)
            for _ in range(piece.minutes):
                source = best_source(piece.date, packs, own, free)
                if source is None:
                    paid.append((job.id, piece.id, None, False))
                    continue
                reserved, pack = source
                (own if reserved else free)[pack.id] -= 1
                paid.append((job.id, piece.id, pack.id, reserved))
    return paid


def bill(jobs, packs):
    return allocate(jobs, packs, BILLING_DAY)


def minutes_by(draws, key):
    totals = Counter()
    for draw in draws:
        totals[key(draw)] += draw.minutes
    return totals


@given(accounts())
def test_each_minute_is_paid_by_the_pack_that_a_search_through_all_packs_finds(account):
    by_block = [
        (draw.job_id, draw.work_id, draw.pack_id, draw.from_reserve)
        for draw in bill(*account)
        for _ in range(draw.minutes)
    ]
    assert by_block == pay_minute_by_minute(*account)


@given(accounts())
def test_every_minute_of_work_is_paid_once_and_no_draw_is_empty(account):
    jobs, packs = account
    draws = bill(jobs, packs)
    worked = Counter({(job.id, piece.id): piece.minutes for job in jobs for piece in job.work})
    assert minutes_by(draws, lambda draw: (draw.job_id, draw.work_id)) == worked
    assert all(draw.minutes > 0 for draw in draws)


@given(accounts())
def test_no_job_gets_more_than_its_own_reserve_and_all_together_no_more_than_is_free(account):
    jobs, packs = account
    draws = bill(jobs, packs)
    reserved = [draw for draw in draws if draw.from_reserve]
    for job in jobs:
        of_job = [draw for draw in reserved if draw.job_id == job.id]
        assert minutes_by(of_job, lambda draw: draw.pack_id) <= Counter(job.reserved)
    free = [draw for draw in draws if draw.pack_id is not None and not draw.from_reserve]
    available = Counter({pack.id: pack.free_minutes for pack in packs})
    assert minutes_by(free, lambda draw: draw.pack_id) <= available


@given(accounts(), st.data())
def test_what_is_reserved_for_one_job_changes_nothing_for_the_jobs_before_it(account, data):
    jobs, packs = account
    chosen = data.draw(st.sampled_from(range(len(jobs))))
    more = data.draw(st.dictionaries(pack_ids, few_minutes))
    changed = [*jobs[:chosen], replace(jobs[chosen], reserved=more), *jobs[chosen + 1 :]]
    before = {job.id for job in jobs[:chosen]}
    assert [draw for draw in bill(jobs, packs) if draw.job_id in before] == [
        draw for draw in bill(changed, packs) if draw.job_id in before
    ]


@given(accounts())
def test_work_after_the_expiry_is_never_covered_and_a_pack_for_later_never_pays(account):
    jobs, packs = account
    pack_of = {pack.id: pack for pack in packs}
    day_of = {piece.id: piece.date for job in jobs for piece in job.work}
    for draw in bill(jobs, packs):
        if draw.pack_id is not None:
            pack = pack_of[draw.pack_id]
            assert pack.date_start <= BILLING_DAY
            assert pack.date_expiry is None or day_of[draw.work_id] <= pack.date_expiry


@given(accounts())
def test_nothing_is_postpaid_while_a_pack_that_covers_the_day_has_free_minutes(account):
    jobs, packs = account
    draws = bill(jobs, packs)
    used = minutes_by([draw for draw in draws if not draw.from_reserve], lambda draw: draw.pack_id)
    day_of = {piece.id: piece.date for job in jobs for piece in job.work}
    with_rest = [
        pack
        for pack in packs
        if pack.free_minutes > used[pack.id] and pack.date_start <= BILLING_DAY
    ]
    for draw in draws:
        if draw.pack_id is None:
            day = day_of[draw.work_id]
            assert all(pack.date_expiry and pack.date_expiry < day for pack in with_rest)


@given(accounts(), st.integers(1, 9))
def test_work_before_the_purchase_is_covered_when_it_is_billed_after_it(account, days_later):
    jobs, _packs = account
    bought = max([piece.date for job in jobs for piece in job.work], default=FIRST_DAY)
    bought += timedelta(days=days_later)
    draws = allocate(jobs, [Pack(6, 999, bought, None, bought)], bought)
    assert {draw.pack_id for draw in draws} <= {6}


@given(accounts(), st.data())
def test_the_order_of_typing_never_decides_which_day_is_covered(account, data):
    """I10: other ids and another order of the entries give the same cover for every day."""
    jobs, packs = account
    old = [piece.id for job in jobs for piece in job.work]
    new_id = dict(zip(old, data.draw(st.permutations(old)), strict=True))
    retyped = []
    for job in jobs:
        work = tuple(replace(piece, id=new_id[piece.id]) for piece in job.work)
        retyped.append(replace(job, work=tuple(data.draw(st.permutations(work)))))

    def cover(some_jobs):
        day_of = {piece.id: piece.date for job in some_jobs for piece in job.work}
        return minutes_by(
            bill(some_jobs, packs),
            lambda draw: (draw.job_id, day_of[draw.work_id], draw.pack_id, draw.from_reserve),
        )

    assert cover(jobs) == cover(retyped)


@given(accounts(), st.data())
def test_the_order_in_which_packs_and_time_are_read_changes_no_draw(account, data):
    jobs, packs = account
    shuffled = [replace(job, work=tuple(data.draw(st.permutations(job.work)))) for job in jobs]
    assert bill(shuffled, data.draw(st.permutations(packs))) == bill(jobs, packs)


@given(accounts(), st.integers(0, 40))
def test_the_preview_shows_what_the_billing_of_the_same_day_takes(account, minutes):
    _jobs, packs = account
    estimate = Job(1, (Work(1, BILLING_DAY, minutes),))
    billed = Counter(pack for _job, _work, pack, _own in pay_minute_by_minute([estimate], packs))
    preview = plan_funding(minutes, packs, BILLING_DAY)
    assert Counter(dict(preview)) == billed
    assert len(preview) == len(billed)
