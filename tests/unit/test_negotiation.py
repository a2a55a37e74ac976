"""An offer of a job to a person, move by move (C3)."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import negotiation as rule

NOW = datetime(2026, 3, 5, 10)
FRIDAY = datetime(2026, 3, 6, 16)
MONDAY = datetime(2026, 3, 9, 16)
LAST_WEEK = datetime(2026, 2, 27, 16)

# state, who, what -> what stands then; everything that is not in this table is refused
POSSIBLE = [
    ("offered", "assignee", "accept", "accepted"),
    ("offered", "assignee", "reject", "rejected"),
    ("offered", "assignee", "counter", "countered"),
    ("offered", "manager", "withdraw", "withdrawn"),
    ("offered", "manager", "offer", "offered"),
    ("countered", "assignee", "accept", "accepted"),
    ("countered", "assignee", "reject", "rejected"),
    ("countered", "assignee", "counter", "countered"),
    ("countered", "manager", "agree", "accepted"),
    ("countered", "manager", "insist", "offered"),
    ("countered", "manager", "withdraw", "withdrawn"),
    ("accepted", "assignee", "reject", "rejected"),
    ("accepted", "assignee", "counter", "countered"),
    ("accepted", "manager", "withdraw", "withdrawn"),
    ("rejected", "manager", "offer", "offered"),
    ("withdrawn", "manager", "offer", "offered"),
]


@pytest.mark.parametrize(("state", "actor", "move", "then"), POSSIBLE)
def test_possible_moves(state, actor, move, then):
    assert rule.next_state(state, actor, move) == then


def test_everything_else_is_refused():
    possible = {row[:3] for row in POSSIBLE}
    for state in rule.STATES:
        for actor in (rule.ASSIGNEE, rule.MANAGER):
            for move in rule.MOVES:
                if (state, actor, move) not in possible:
                    assert rule.next_state(state, actor, move) is None
                    problem = rule.problem(state, actor, move, NOW, "because", (None,), (MONDAY,))
                    assert problem == "not_now"


@pytest.mark.parametrize(
    ("state", "who"),
    [
        ("offered", "assignee"),
        ("countered", "manager"),
        ("rejected", "manager"),
        ("accepted", None),
        ("withdrawn", None),
    ],
)
def test_somebody_is_waited_for_until_it_is_settled(state, who):
    assert rule.waits_for(state) == who


@pytest.mark.parametrize(
    ("move", "reason", "offered", "proposed", "problem"),
    [
        # move, what is said, dates offered (deadline, slot), dates proposed, what is missing
        ("accept", "", (FRIDAY, None), (None, None), None),
        ("reject", "On leave that week", (FRIDAY, None), (None, None), None),
        ("reject", "", (FRIDAY, None), (None, None), "no_reason"),
        ("reject", "   ", (FRIDAY, None), (None, None), "no_reason"),
        ("counter", "Parts come on Monday", (FRIDAY, None), (MONDAY, None), None),
        ("counter", "", (FRIDAY, None), (MONDAY, None), "no_reason"),
        ("counter", "Not by then", (FRIDAY, None), (None, None), "no_date"),
        ("counter", "Not by then", (FRIDAY, None), (LAST_WEEK, None), "past"),
        ("counter", "Not by then", (FRIDAY, None), (NOW, None), "past"),
        ("counter", "Not by then", (FRIDAY, None), (FRIDAY, None), "same"),
        ("counter", "Later that day", (MONDAY, FRIDAY), (MONDAY, MONDAY), None),
        ("counter", "Same again", (MONDAY, FRIDAY), (MONDAY, FRIDAY), "same"),
        ("counter", "Same slot", (MONDAY, FRIDAY), (None, FRIDAY), "same"),
        ("counter", "A date at last", (None, None), (MONDAY, None), None),
        ("counter", "Early and late", (None, None), (MONDAY, LAST_WEEK), "past"),
    ],
)
def test_what_an_answer_needs(move, reason, offered, proposed, problem):
    found = rule.problem("offered", "assignee", move, NOW, reason, offered, proposed)
    assert found == problem


def test_an_offer_lies_in_the_future():
    for proposed, problem in (((FRIDAY, None), None), ((LAST_WEEK, None), "past")):
        found = rule.problem("rejected", "manager", "offer", NOW, "", (None, None), proposed)
        assert found == problem


moves = st.lists(
    st.tuples(st.sampled_from((rule.ASSIGNEE, rule.MANAGER)), st.sampled_from(rule.MOVES))
)


@given(moves)
def test_whatever_is_tried_an_offer_stays_in_a_known_state_and_never_waits_for_nobody(tried):
    state = rule.OFFERED
    for actor, move in tried:
        state = rule.next_state(state, actor, move) or state
        assert state in rule.STATES
        assert rule.waits_for(state) or state in (rule.ACCEPTED, rule.WITHDRAWN)
        # There is always a way on, for the manager at the latest.
        assert any(rule.next_state(state, rule.MANAGER, step) for step in rule.MOVES)


@given(moves)
def test_nobody_is_bound_without_having_agreed(tried):
    """A person works on a job by an own yes only: to the offer, or to the date that the person proposed."""
    state, said_yes = rule.OFFERED, False
    for actor, move in tried:
        new = rule.next_state(state, actor, move)
        if not new:
            continue
        if actor == rule.ASSIGNEE:
            said_yes = move in (rule.ACCEPT, rule.COUNTER)
        elif move in (rule.OFFER, rule.INSIST, rule.WITHDRAW):
            said_yes = False
        state = new
        if state == rule.ACCEPTED:
            assert said_yes
