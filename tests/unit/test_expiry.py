"""What lapses when a pack expires."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.allocation import Job, Pack, Work
from jobtrack_support.tools.expiry import lapsing_minutes

LAST_DAY = date(2026, 3, 31)


def lapsing(remaining, reserved=0, jobs=(), others=()):
    pack = Pack(1, remaining - reserved, date(2026, 1, 1), LAST_DAY)
    return lapsing_minutes([1], [pack, *others], jobs, {1: remaining}, {1: reserved}, LAST_DAY)[1]


def work(minutes, day=LAST_DAY, reserved=None):
    return Job(9, (Work(1, day, minutes),), reserved or {})


def test_unused_hours_lapse():
    assert lapsing(600) == 600


def test_reserved_hours_stay():
    assert lapsing(600, reserved=240) == 360


def test_work_done_in_time_has_earned_its_hours():
    assert lapsing(600, jobs=[work(180)]) == 420


def test_work_after_the_last_day_has_earned_nothing():
    assert lapsing(600, jobs=[work(180, LAST_DAY + timedelta(days=1))]) == 600


def test_work_that_its_own_reserve_pays_earns_nothing_more():
    assert lapsing(600, reserved=240, jobs=[work(180, reserved={1: 240})]) == 360


def test_work_that_another_pack_pays_first_earns_nothing_here():
    older = Pack(2, 180, date(2026, 1, 1), LAST_DAY, purchased=date.min)
    newer = Pack(1, 600, date(2026, 1, 1), LAST_DAY, purchased=date(2026, 1, 1))
    lapsed = lapsing_minutes([1], [older, newer], [work(180)], {1: 600}, {1: 0}, LAST_DAY)
    assert lapsed == {1: 600}


@given(st.integers(0, 900), st.integers(0, 900), st.lists(st.integers(1, 300), max_size=4))
def test_what_lapses_what_is_reserved_and_what_is_earned_make_the_whole(remaining, reserve, pieces):
    reserved = min(remaining, reserve)
    jobs = [
        Job(index, (Work(index, LAST_DAY, minutes),), {}) for index, minutes in enumerate(pieces)
    ]
    lapsed = lapsing(remaining, reserved, jobs)
    earned = min(sum(pieces), remaining - reserved)
    assert lapsed + reserved + earned == remaining
