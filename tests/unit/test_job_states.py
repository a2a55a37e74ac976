"""The life of a job: stories it may go through, steps it may not take, and who is waited for."""

from itertools import pairwise, product

import pytest

from jobtrack_support.tools import job_states
from jobtrack_support.tools.job_states import (
    OPEN,
    PENDING_BILLING,
    STATES,
    TRANSITIONS,
    is_finished,
    may_follow,
    waiting_for,
)

STORIES = {
    "asked, estimated, approved, done, billed": "requested estimated approved done billed",
    "not billable, or within the limits: no answer awaited": "requested approved done billed",
    "triaged as not billable by mistake": "requested approved requested estimated",
    "held for want of funds, released, done": "requested approved on_hold approved done",
    "finished while on hold": "requested approved on_hold done",
    "a second estimate replaces the first": "requested estimated estimated approved",
    "the estimate is taken back and made anew": "requested estimated requested estimated",
    "declined, estimated again, approved": "requested estimated declined estimated approved",
    "declined, asked anew": "requested estimated declined requested",
    "declined and given up": "requested estimated declined cancelled",
    "taken back before the estimate": "requested cancelled",
    "taken back after the estimate": "requested estimated cancelled",
    "cancelled after the approval": "requested approved cancelled",
    "cancelled while on hold": "requested approved on_hold cancelled",
    "cancelled by mistake, asked anew": "requested cancelled requested",
    "reopened before billing": "requested approved done approved",
    "reopened after billing by a new version": "requested approved done billed approved",
    "the statement is reversed": "requested approved done billed done",
}

REFUSED = [
    ("requested", "done", "work that nobody approved"),
    ("requested", "billed", "a bill for nothing"),
    ("requested", "on_hold", "only approved work can be held"),
    ("requested", "declined", "there is no estimate to decline"),
    ("estimated", "done", "work without an answer of the client"),
    ("estimated", "on_hold", "an open estimate waits already"),
    ("estimated", "billed", "an estimate is no bill"),
    ("approved", "billed", "not completed yet"),
    ("approved", "approved", "a second click changes nothing"),
    ("approved", "estimated", "version 1 stays in force until version 2 is approved"),
    ("approved", "declined", "given consent is cancelled, not declined"),
    ("on_hold", "billed", "not completed yet"),
    ("declined", "approved", "a new answer needs a new estimate"),
    ("declined", "done", "declined work"),
    ("done", "cancelled", "delivered work is billed or waived"),
    ("done", "on_hold", "nothing left to hold"),
    ("billed", "cancelled", "billed work is reversed, not cancelled"),
    ("billed", "billed", "never billed twice"),
    ("cancelled", "approved", "consent is asked anew"),
    ("cancelled", "billed", "nothing was delivered"),
]


def steps_of(story):
    states = story.split()
    return list(pairwise(states))


def reachable(start, without=()):
    """Return all states that a job can come to from ``start``, never entering ``without``."""
    seen, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += [new for new in STATES if may_follow(state, new) and new not in without]
    return seen


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_a_job_may_live_this_story(story):
    assert [step for step in steps_of(story) if not may_follow(*step)] == []


@pytest.mark.parametrize(
    ("state", "new_state"),
    [pytest.param(old, new, id=f"{old} to {new}: {why}") for old, new, why in REFUSED],
)
def test_a_job_may_not_go(state, new_state):
    assert not may_follow(state, new_state)


def test_no_step_is_allowed_that_no_story_needs():
    told = {step for story in STORIES.values() for step in steps_of(story)}
    assert {step for step in product(STATES, STATES) if may_follow(*step)} == told


def test_every_state_is_in_the_table_and_the_table_knows_no_other():
    assert set(TRANSITIONS) == set(STATES)
    assert set().union(*TRANSITIONS.values()) <= set(STATES)
    assert len(set(STATES)) == len(STATES) == 8


def test_every_state_can_be_reached_from_a_request_and_none_is_a_dead_end():
    assert reachable("requested") == set(STATES)
    for state in STATES:
        assert reachable(state) == set(STATES)


def test_no_way_leads_to_done_or_billed_that_does_not_pass_through_approved():
    assert reachable("requested", without=("approved",)) == {
        "requested",
        "estimated",
        "declined",
        "cancelled",
    }


def test_the_only_way_to_billed_is_through_done():
    assert "billed" not in reachable("requested", without=("done",))


def test_only_an_approved_job_is_put_on_hold():
    assert [state for state in STATES if may_follow(state, "on_hold")] == ["approved"]


@pytest.mark.parametrize("unknown", ["", None, False, "closed", "Approved"])
def test_a_state_that_does_not_exist_leads_nowhere_and_nothing_leads_to_it(unknown):
    for state in STATES:
        assert not may_follow(unknown, state)
        assert not may_follow(state, unknown)
    assert waiting_for(unknown) is None


@pytest.mark.parametrize(
    ("state", "hold_reason", "answer"),
    [
        pytest.param("requested", None, "host", id="a request waits for the estimate"),
        pytest.param("estimated", None, "client", id="an estimate waits for the answer"),
        pytest.param("approved", None, "host", id="approved work waits to be done"),
        pytest.param("on_hold", "funds", "client", id="without funds the client must pay"),
        pytest.param("on_hold", "overdue", "client", id="with a bill overdue the client must pay"),
        pytest.param("on_hold", "client", "client", id="held at the client's wish"),
        pytest.param("on_hold", "other", "host", id="held for other reasons: the host's turn"),
        pytest.param("on_hold", None, "client", id="held without a reason"),
        pytest.param("approved", "other", "host", id="an old reason does not count"),
        pytest.param("estimated", "other", "client", id="nor before the answer"),
        pytest.param("done", None, None, id="done: nobody is waited for"),
        pytest.param("billed", None, None, id="billed: nobody"),
        pytest.param("declined", None, "host", id="declined: the host answers"),
        pytest.param("cancelled", None, None, id="cancelled: nobody"),
    ],
)
def test_somebody_is_waited_for(state, hold_reason, answer):
    assert waiting_for(state, hold_reason) == answer


def test_whoever_is_waited_for_is_waited_for_in_an_open_job():
    # A declined job takes no time until it is estimated again, but somebody has to answer the client.
    assert {state for state in STATES if waiting_for(state)} == {*OPEN, "declined"}
    assert set(job_states.WAITING_FOR) <= set(STATES)
    assert set(job_states.WAITING_FOR.values()) == {"host", "client"}


def test_time_may_be_logged_until_a_job_is_done_or_given_up():
    assert set(STATES) - set(OPEN) == {"done", "billed", "declined", "cancelled"}


def test_what_has_consent_and_is_not_billed_is_pending():
    # Back to requested goes only what was taken for not billable: there was no consent to it.
    after_consent = reachable("approved", without=("billed", "cancelled", "requested"))
    assert set(PENDING_BILLING) == after_consent


@pytest.mark.parametrize(
    ("state", "is_billable", "answer"),
    [
        pytest.param("billed", True, True, id="billed"),
        pytest.param("billed", False, True, id="billed at nothing"),
        pytest.param("cancelled", True, True, id="given up"),
        pytest.param("cancelled", False, True, id="a question taken back"),
        pytest.param("done", False, True, id="done, and nothing to bill"),
        pytest.param("done", True, False, id="done, but still to be billed"),
        pytest.param("declined", True, False, id="declined: it may be estimated again"),
        pytest.param("approved", False, False, id="not billable, but still to be done"),
        pytest.param("requested", True, False, id="just asked for"),
        pytest.param("estimated", True, False, id="an open estimate"),
        pytest.param("on_hold", True, False, id="on hold"),
    ],
)
def test_a_finished_job_leaves_the_default_lists(state, is_billable, answer):
    assert is_finished(state, is_billable) == answer


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        pytest.param(("estimated", None, True), "client", id="an estimate waits for its answer"),
        pytest.param(("approved", None, True), "client", id="a change order waits for its answer"),
        pytest.param(("done", None, True), "client", id="a change order that reopens waits"),
        pytest.param(("approved", None, False), "host", id="decided: the work goes on"),
        pytest.param(("done", None, False), None, id="decided on a done job: nobody"),
        pytest.param(("estimated", None, True, True), "host", id="the client asks something"),
        pytest.param(("approved", None, True, True), "host", id="and about a change order"),
        pytest.param(("estimated", None, False), "host", id="it expired: the host goes on"),
        pytest.param(("estimated", None, False, False, True), "client", id="expired and answered"),
        pytest.param(("declined", None, False), "host", id="declined: the host answers"),
        pytest.param(("declined", None, False, False, True), "client", id="declined and answered"),
        pytest.param(("declined", None, False, True, True), "host", id="asked again"),
        pytest.param(("on_hold", "funds", False), "client", id="on hold for want of funds"),
        pytest.param(("on_hold", "other", True), "client", id="on hold, and a change order waits"),
        pytest.param(("cancelled", None, True, True), None, id="given up: nobody"),
    ],
)
def test_the_conversation_about_an_estimate_says_whose_turn_it_is(facts, answer):
    assert job_states.waiting_for_answer(*facts) == answer
