"""What work has earned of packs that expire, and when a client hears that hours are about to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.allocation import Job, Pack, Work
from jobtrack_support.tools.expiry import NOTICE_DAYS, due_notice, earned

LAST_DAY = date(2026, 3, 31)
START = date(2026, 1, 1)


def earned_of(free, jobs=(), others=()):
    """Return the free minutes of pack 1 that stay, and the reserved ones by job."""
    packs = [Pack(1, free, START, LAST_DAY), *others]
    from_free, own = earned([1], packs, jobs, LAST_DAY)
    return from_free[1], {job: minutes for (_pack, job), minutes in own.items()}


def work(minutes, day=LAST_DAY, reserved=None):
    return Job(9, (Work(1, day, minutes),), reserved or {})


def test_without_work_nothing_is_earned():
    assert earned_of(600) == (0, {})


def test_work_done_in_time_has_earned_its_hours():
    assert earned_of(600, [work(180)]) == (180, {})


def test_work_after_the_last_day_has_earned_nothing():
    assert earned_of(600, [work(180, LAST_DAY + timedelta(days=1))]) == (0, {})


def test_work_earns_what_it_has_reserved_first():
    assert earned_of(360, [work(180, reserved={1: 240})]) == (0, {9: 180})


def test_work_beyond_its_reserve_earns_free_minutes():
    assert earned_of(360, [work(300, reserved={1: 240})]) == (60, {9: 240})


def test_work_that_another_pack_pays_first_earns_nothing_here():
    older = Pack(2, 180, START, LAST_DAY, purchased=date.min)
    newer = Pack(1, 600, START, LAST_DAY, purchased=START)
    from_free, _own = earned([1], [older, newer], [work(180)], LAST_DAY)
    assert from_free[1] == 0


@given(st.integers(0, 900), st.integers(0, 900), st.lists(st.integers(1, 300), max_size=4))
def test_nothing_is_earned_twice_and_nothing_that_is_not_there(free, reserve, pieces):
    jobs = [
        Job(index, (Work(index, LAST_DAY, minutes),), {1: reserve} if index == 0 else {})
        for index, minutes in enumerate(pieces)
    ]
    from_free, own = earned_of(free, jobs)
    assert from_free <= free
    assert sum(own.values()) <= reserve
    assert from_free + sum(own.values()) <= sum(pieces)
    needs_more = sum(pieces) - min(pieces[0], reserve) if pieces else 0
    assert from_free == min(needs_more, free)


@pytest.mark.parametrize(
    ("days_left", "told", "active_days", "notice"),
    [
        pytest.param(31, 0, 60, None, id="31 days before: nothing yet"),
        pytest.param(30, 0, 60, 30, id="30 days before: the first notice"),
        pytest.param(30, 30, 60, None, id="the same day again: it was sent"),
        pytest.param(29, 30, 60, None, id="the day after: it was sent"),
        pytest.param(28, 0, 60, 30, id="two days were missed: sent now"),
        pytest.param(14, 30, 60, 14, id="14 days before: the second"),
        pytest.param(6, 30, 60, 7, id="two notices were missed: only the latest is sent"),
        pytest.param(2, 7, 60, 2, id="2 days before: the last"),
        pytest.param(0, 2, 60, None, id="on the last day: all was said"),
        pytest.param(0, 0, 60, 2, id="on the last day, nothing was ever said: say it now"),
        pytest.param(-1, 0, 60, None, id="the day after: too late"),
        pytest.param(10, 0, 1, None, id="bought 11 days before the end: no notice next morning"),
        pytest.param(13, 0, 1, None, id="bought 14 days before the end: no notice next morning"),
        pytest.param(7, 0, 4, 7, id="bought 11 days before the end: told 7 days before"),
    ],
)
def test_notices_come_once_and_are_made_up_for(days_left, told, active_days, notice):
    assert due_notice(days_left, told, active_days) == notice


@given(st.integers(0, 90), st.sets(st.integers(0, 90)))
def test_whatever_days_are_missed_each_notice_comes_at_most_once_and_later_ones_are_smaller(
    begin, missed
):
    told, sent = 0, []
    for days_left in range(begin, -1, -1):
        if days_left in missed:
            continue
        notice = due_notice(days_left, told, begin - days_left)
        if notice:
            told = notice
            sent.append(notice)
    assert sent == sorted(set(sent), reverse=True)
    assert set(sent) <= {days for days in NOTICE_DAYS if days < begin}
