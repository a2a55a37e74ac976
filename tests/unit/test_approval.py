"""Who has to be asked before an estimate becomes work, and what the answer is called."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.approval import (
    APPROVE,
    ASK,
    HOLD,
    EmergencyMandate,
    Limits,
    Mandate,
    Request,
    decide,
)

LIMITS = Limits(per_job=120, per_project=600)


def within(**facts):
    """Return a billable estimate of an hour that every check lets pass, but for ``facts``."""
    return Request(**{"is_billable": True, "minutes": 60, "credit_available": 1000, **facts})


@pytest.mark.parametrize(
    ("facts", "limits", "outcome", "code"),
    [
        pytest.param({}, LIMITS, APPROVE, "limits", id="within both limits"),
        pytest.param({"minutes": 120}, LIMITS, APPROVE, "limits", id="exactly the job's limit"),
        pytest.param({"minutes": 121}, LIMITS, ASK, "job_limit", id="a minute over it"),
        pytest.param(
            {"window_minutes": 540}, LIMITS, APPROVE, "limits", id="exactly the project's limit"
        ),
        pytest.param(
            {"window_minutes": 541}, LIMITS, ASK, "project_limit", id="a minute over the project's"
        ),
        pytest.param(
            {"minutes": 121, "window_minutes": 600},
            LIMITS,
            ASK,
            "job_limit",
            id="over both: the job's limit answers first",
        ),
        pytest.param({}, Limits(), ASK, "no_limits", id="no limits set"),
        pytest.param({}, Limits(per_job=120), ASK, "no_limits", id="only the job's limit set"),
        pytest.param({}, Limits(per_project=600), ASK, "no_limits", id="only the project's set"),
        pytest.param(
            {"requester_authorised": False}, LIMITS, ASK, "requester", id="asked by a stranger"
        ),
        pytest.param(
            {"requester_authorised": False, "minutes": 999},
            LIMITS,
            ASK,
            "requester",
            id="by a stranger and over the limits: the stranger answers first",
        ),
        pytest.param({"paused": True}, LIMITS, HOLD, "paused", id="the account is paused"),
        pytest.param(
            {"paused": True, "minutes": 999},
            LIMITS,
            HOLD,
            "paused",
            id="paused, and over the limits",
        ),
        pytest.param(
            {"paused": True, "postpaid_amount": 2000},
            LIMITS,
            HOLD,
            "paused",
            id="paused and without funds",
        ),
        pytest.param(
            {"postpaid_amount": Decimal("1000.00")}, LIMITS, APPROVE, "limits", id="all the credit"
        ),
        pytest.param(
            {"postpaid_amount": Decimal("1000.01")}, LIMITS, ASK, "funds", id="a cent over it"
        ),
        pytest.param(
            {"postpaid_amount": 1, "credit_available": 0}, LIMITS, ASK, "funds", id="no credit left"
        ),
        pytest.param(
            {"postpaid_amount": 0, "credit_available": -50},
            LIMITS,
            APPROVE,
            "limits",
            id="credit overdrawn, but prepaid hours pay it all",
        ),
        pytest.param(
            {"postpaid_amount": 1, "credit_available": -50},
            LIMITS,
            ASK,
            "funds",
            id="credit overdrawn and not all prepaid",
        ),
        pytest.param(
            {"minutes": 121, "postpaid_amount": 2000},
            LIMITS,
            ASK,
            "job_limit",
            id="over the limit and without funds: the limit answers first",
        ),
        pytest.param({"is_billable": False}, LIMITS, APPROVE, "not_billable", id="not billable"),
        pytest.param(
            {"is_billable": False, "minutes": 0}, Limits(), APPROVE, "not_billable", id="a question"
        ),
        pytest.param(
            {"is_billable": False, "minutes": 999, "postpaid_amount": 2000},
            LIMITS,
            APPROVE,
            "not_billable",
            id="warranty spends nothing, so neither limits nor funds count",
        ),
    ],
)
def test_an_estimate_is_answered_by_the_first_check_that_has_an_answer(
    facts, limits, outcome, code
):
    decision = decide(within(**facts), limits)
    assert (decision.outcome, decision.code) == (outcome, code)


@pytest.mark.parametrize(
    ("minutes", "window_minutes"),
    [
        pytest.param(60, 100, id="when the limits let it pass"),
        pytest.param(121, 100, id="when it is over the job's limit"),
        pytest.param(60, 580, id="when it is over the project's limit"),
    ],
)
def test_the_answer_of_the_limits_carries_the_figures_for_its_sentence(minutes, window_minutes):
    decision = decide(within(minutes=minutes, window_minutes=window_minutes), LIMITS)
    assert decision.figures == {
        "minutes": minutes,
        "job_limit": 120,
        "total": minutes + window_minutes,
        "project_limit": 600,
    }


# Small figures, so that a search meets "exactly the limit" again and again.
a_few = st.integers(0, 4)
requests = st.builds(
    Request,
    is_billable=st.just(True),
    minutes=a_few,
    window_minutes=a_few,
    requester_authorised=st.sampled_from([True, True, False]),
    paused=st.sampled_from([False, False, True]),
    postpaid_amount=a_few,
    credit_available=st.integers(-2, 6),
)
some_limits = st.builds(Limits, st.integers(0, 6), st.integers(0, 9))


@given(requests, some_limits)
def test_billable_work_starts_unasked_only_if_every_single_promise_holds(request_, limits):
    unasked = decide(request_, limits).outcome == APPROVE
    promises = [
        not request_.paused,
        request_.requester_authorised,
        limits.per_job != 0,
        limits.per_project != 0,
        not request_.minutes > limits.per_job,
        not request_.minutes + request_.window_minutes > limits.per_project,
        request_.postpaid_amount == 0 or request_.postpaid_amount <= request_.credit_available,
    ]
    assert unasked == (False not in promises)


@given(requests, some_limits, a_few, a_few, a_few)
def test_a_smaller_estimate_is_never_harder_to_get_than_a_larger_one(
    request_, limits, minutes_less, window_less, amount_less
):
    smaller = replace(
        request_,
        minutes=max(request_.minutes - minutes_less, 0),
        window_minutes=max(request_.window_minutes - window_less, 0),
        postpaid_amount=max(request_.postpaid_amount - amount_less, 0),
    )
    order = [HOLD, ASK, APPROVE]
    larger_answer, smaller_answer = decide(request_, limits), decide(smaller, limits)
    assert order.index(smaller_answer.outcome) >= order.index(larger_answer.outcome)


@given(requests, some_limits)
def test_only_a_pause_makes_the_estimate_of_an_authorised_person_wait(request_, limits):
    waits = decide(request_, limits).outcome == HOLD
    assert waits == (request_.paused and request_.requester_authorised)


mandates = st.builds(
    Mandate, st.integers(0, 4), st.integers(0, 6), st.none(), window_used=st.integers(0, 4)
)


@given(requests, some_limits, mandates)
def test_a_mandate_only_ever_narrows_what_passes_by_itself(request_, limits, mandate):
    if decide(request_, limits, mandate).outcome == APPROVE:
        assert decide(request_, limits).outcome == APPROVE


@given(requests, some_limits, st.integers(0, 5), st.integers(0, 60))
def test_only_an_emergency_uses_the_emergency_mandate(request_, limits, minutes, rate):
    emergency = EmergencyMandate(minutes, rate)
    assert decide(request_, limits, None, emergency) == decide(request_, limits)
    urgent = replace(request_, emergency=True, rate=50)
    covered = urgent.requester_authorised and urgent.minutes <= minutes and rate >= 50 and minutes
    passed = decide(urgent, limits, None, emergency).code == "emergency"
    assert passed == bool(covered)
