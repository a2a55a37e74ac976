"""Which time an approval covers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.consent import (
    BILLABLE,
    FREE,
    PENDING,
    classify,
    hours_to_name,
    is_nearly_used,
    waits_for_room,
)

EXAMPLES = {
    "within the approval": ([60], 0, 120, [BILLABLE]),
    "exactly the approval": ([60, 60], 0, 120, [BILLABLE, BILLABLE]),
    "one minute beyond waits as a whole": ([121], 0, 120, [PENDING]),
    "a shorter entry after one that waits still fits": ([121, 60], 0, 120, [PENDING, BILLABLE]),
    "nothing is covered without consent": ([1], 0, 0, [PENDING]),
    "other entries use the approval first": ([60], 90, 120, [PENDING]),
    "a correction makes room": ([-30, 60], 90, 120, [BILLABLE, BILLABLE]),
    "a correction takes back no more than there is": ([-30], 20, 120, [PENDING]),
    "an entry of no length costs nothing": ([0], 0, 120, [FREE]),
}


@pytest.mark.parametrize(
    ("entries", "used", "approved", "answers"), EXAMPLES.values(), ids=EXAMPLES
)
def test_an_approval_covers(entries, used, approved, answers):
    assert classify(entries, used, approved) == answers


def test_more_work_inside_a_fixed_price_is_free_and_before_its_approval_it_waits():
    assert classify([60, 61, 60], 0, 120, fixed=True) == [BILLABLE, FREE, BILLABLE]
    assert classify([60], 0, 0, fixed=True) == [PENDING]


@given(st.lists(st.integers(-300, 300), max_size=8), st.integers(0, 600), st.integers(0, 600))
def test_billable_time_stays_between_nothing_and_what_was_approved(entries, spare, approved):
    used = min(spare, approved)
    for minutes, answer in zip(entries, classify(entries, used, approved), strict=True):
        used += minutes if answer == BILLABLE else 0
        assert 0 <= used <= approved
        assert (answer == FREE) == (minutes == 0)


@given(st.lists(st.integers(1, 300), max_size=8), st.integers(0, 600))
def test_an_entry_waits_only_when_it_does_not_fit(entries, approved):
    used = 0
    for minutes, answer in zip(entries, classify(entries, 0, approved), strict=True):
        assert (answer == PENDING) == (used + minutes > approved)
        used += minutes if answer == BILLABLE else 0


@pytest.mark.parametrize(
    ("used", "approved", "answer"),
    [
        (0, 0, False),
        (60, 0, False),
        (47, 60, False),
        (48, 60, True),
        (60, 60, True),
        (99, 60, True),
    ],
)
def test_staff_are_warned_at_four_fifths(used, approved, answer):
    assert is_nearly_used(used, approved) == answer


@pytest.mark.parametrize(
    ("typed", "in_force", "used", "pending", "answer"),
    [
        pytest.param(180, 120, 120, 60, 180, id="as it was drafted"),
        pytest.param(180, 120, 120, 90, 210, id="more time was logged since"),
        pytest.param(300, 120, 120, 90, 300, id="somebody typed more: it stays"),
        pytest.param(120, 0, 0, 150, 150, id="a first estimate covers the early work"),
        pytest.param(90, 120, 60, 0, 90, id="a change order that lowers stays as typed"),
        pytest.param(50, 120, 60, 0, 60, id="but not below what is used"),
    ],
)
def test_a_draft_change_order_keeps_up_with_the_time_it_names(
    typed, in_force, used, pending, answer
):
    assert hours_to_name(typed, in_force, used, pending) == answer


@pytest.mark.parametrize(
    ("typed", "approved", "is_named", "waits"),
    [
        (12, 11, False, True),  # typed under the version in force
        (11, 11, False, True),
        (10, 11, False, False),  # older, and not named
        (10, 11, True, True),
        (None, 11, False, False),
        (None, 11, True, True),
        (12, None, False, False),  # without an approval nothing has room
    ],
)
def test_older_time_waits_until_a_version_names_it(typed, approved, is_named, waits):
    assert waits_for_room(typed, approved, is_named) == waits
