"""When a client is reminded of an estimate, and when it expires."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import answer_due
from jobtrack_support.tools.answer_due import EXPIRE, REMIND, next_step, valid_after_answer

SENT = date(2026, 3, 2)
UNTIL = SENT + timedelta(days=14)


@pytest.mark.parametrize(
    ("day", "reminded", "answer"),
    [
        pytest.param(0, None, (None, None), id="the day it was sent"),
        pytest.param(6, None, (None, None), id="eight days before the end"),
        pytest.param(7, None, (REMIND, 7), id="seven days before the end"),
        pytest.param(7, 7, (None, None), id="again on the same day"),
        pytest.param(9, None, (REMIND, 7), id="late, because nobody looked"),
        pytest.param(11, 7, (None, None), id="between the reminders"),
        pytest.param(12, 7, (REMIND, 2), id="two days before the end"),
        pytest.param(12, None, (REMIND, 2), id="two days before, the first was missed: once only"),
        pytest.param(14, 2, (None, None), id="on its last day it is still good"),
        pytest.param(15, 2, (EXPIRE, None), id="the day after"),
        pytest.param(15, None, (EXPIRE, None), id="never reminded"),
    ],
)
def test_what_is_due(day, reminded, answer):
    assert next_step(UNTIL, SENT, SENT + timedelta(days=day), reminded) == answer


def test_a_short_estimate_is_not_reminded_of_on_its_first_day():
    until = SENT + timedelta(days=2)
    assert next_step(until, SENT, SENT + timedelta(days=1)) == (None, None)
    assert next_step(until, SENT, SENT + timedelta(days=3)) == (EXPIRE, None)


@given(st.integers(0, 40), st.integers(1, 60))
def test_each_reminder_is_sent_once_and_the_end_comes_once(skipped, length):
    until, reminded, seen = SENT + timedelta(days=length), None, []
    for day in range(skipped, 70):
        step, days = next_step(until, SENT, SENT + timedelta(days=day), reminded)
        if step == REMIND:
            reminded = days
            seen.append(days)
        if step == EXPIRE:
            break
    assert step == EXPIRE
    assert seen == sorted(set(seen), reverse=True)
    assert set(seen) <= {7, 2}


def test_the_days_of_a_question_are_given_back():
    assert valid_after_answer(UNTIL, SENT, SENT + timedelta(days=3)) == UNTIL + timedelta(days=3)
    assert valid_after_answer(UNTIL, SENT, SENT) == UNTIL


# last day, day of the mail, time zone -> when the link stops working (UTC)
LINKS = [
    (date(2026, 3, 16), date(2026, 3, 2), "UTC", "2026-03-18 00:00"),
    (date(2026, 3, 16), date(2026, 3, 2), "America/New_York", "2026-03-18 04:00"),
    (date(2026, 3, 16), date(2026, 3, 2), "Asia/Tokyo", "2026-03-17 15:00"),
    # A mail about something that has ended still shows it.
    (date(2026, 3, 16), date(2026, 3, 20), "UTC", "2026-03-22 00:00"),
    (None, date(2026, 3, 20), "UTC", "2026-03-22 00:00"),
]


@pytest.mark.parametrize(("valid_until", "today", "zone", "expected"), LINKS)
def test_links_work_a_day_longer_than_the_answer_is_taken(valid_until, today, zone, expected):
    assert str(answer_due.link_end(valid_until, today, zone))[:16] == expected


def test_the_last_day_counts():
    last = date(2026, 3, 16)
    assert answer_due.in_time(last, last)
    assert not answer_due.in_time(last, date(2026, 3, 17))
    assert answer_due.in_time(None, last)


@pytest.mark.parametrize(
    ("state", "version", "versions", "job_state", "answer"),
    [
        pytest.param("expired", 1, [1], "estimated", True, id="nobody answered in time"),
        pytest.param("expired", 2, [1, 2], "approved", True, id="a change order"),
        pytest.param("expired", 2, [1, 2], "on_hold", True, id="on a job that is paused"),
        pytest.param("expired", 1, [1, 2], "estimated", False, id="a later version was begun"),
        pytest.param("sent", 1, [1], "estimated", False, id="it still waits: no grace is needed"),
        pytest.param("declined", 1, [1], "declined", False, id="it was decided"),
        pytest.param("cancelled", 1, [1], "requested", False, id="it was withdrawn"),
        pytest.param("expired", 1, [1], "requested", False, id="the job began anew"),
        pytest.param("expired", 1, [1], "cancelled", False, id="the job was cancelled"),
        pytest.param("expired", 2, [1, 2], "done", False, id="the job is done"),
        pytest.param("expired", 2, [1, 2], "billed", False, id="the job is billed"),
    ],
)
def test_what_was_told_in_time_may_be_written_down_later(
    state, version, versions, job_state, answer
):
    assert answer_due.may_be_told_late(state, version, versions, job_state) is answer
