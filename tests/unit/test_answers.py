"""Which approvals from a page are good: the figures that were shown, and the value that a link may approve."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.answers import (
    MISSING,
    NOT_SHOWN,
    RISEN,
    Approval,
    check_shown,
    needs_login,
    read_shown,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        pytest.param("0", 0, id="nothing to pay later"),
        pytest.param(" 120 ", 120, id="two hours"),
        pytest.param(None, NOT_SHOWN, id="the form did not say"),
        pytest.param("", NOT_SHOWN, id="empty"),
        pytest.param("-5", NOT_SHOWN, id="below zero"),
        pytest.param("1.5", NOT_SHOWN, id="no whole minutes"),
        pytest.param("²", NOT_SHOWN, id="a digit that is no figure"),
        pytest.param("٣", NOT_SHOWN, id="digits of another script"),
        pytest.param("9" * 5000, NOT_SHOWN, id="longer than any figure"),
    ],
)
def test_what_a_form_says_it_showed(text, minutes):
    assert read_shown(text) == minutes


@pytest.mark.parametrize(
    ("shown", "now", "answer"),
    [
        pytest.param(120, 120, None, id="as it was shown"),
        pytest.param(120, 60, None, id="cheaper than it was shown"),
        pytest.param(0, 1, RISEN, id="hours were used elsewhere since"),
        pytest.param(NOT_SHOWN, 0, MISSING, id="not shown, though nothing is to pay later"),
        pytest.param(NOT_SHOWN, 60, MISSING, id="not shown"),
        pytest.param(None, 60, None, id="no page was used"),
    ],
)
def test_nobody_approves_what_was_not_shown(shown, now, answer):
    assert check_shown(shown, now) == answer


def _approvals(*pairs):
    return [Approval(job, Decimal(value)) for job, value in pairs]


@pytest.mark.parametrize(
    ("most", "asked", "given_before", "answer"),
    [
        pytest.param(0, [(1, 9999)], [], False, id="no amount set: the link is enough"),
        pytest.param(100, [(1, 100)], [], False, id="exactly the amount"),
        pytest.param(100, [(1, "100.01")], [], True, id="a cent above"),
        pytest.param(100, [(1, 60), (2, 60)], [], True, id="two in one go"),
        pytest.param(100, [(2, 60)], [(1, 60)], True, id="one after another"),
        pytest.param(100, [(2, 40)], [(1, 60)], False, id="one after another, within it"),
        pytest.param(100, [(1, 80)], [(1, 60)], False, id="a change order counts with its total"),
        pytest.param(100, [(1, 20)], [(1, 90)], False, id="a smaller version of the same job"),
        pytest.param(100, [(2, 20)], [(1, 60), (1, 90)], True, id="two versions of a job before"),
        pytest.param("0.30", [(2, "0.20")], [(1, "0.10")], False, id="cents add up exactly"),
    ],
)
def test_how_much_links_approve(most, asked, given_before, answer):
    assert needs_login(Decimal(most), _approvals(*asked), _approvals(*given_before)) is answer


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 300)), max_size=6),
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 300)), min_size=1, max_size=6),
    st.integers(1, 500),
)
def test_what_was_given_never_makes_a_sign_in_unneeded(given_before, asked, most):
    alone = needs_login(most, _approvals(*asked))
    assert needs_login(most, _approvals(*asked), _approvals(*given_before)) >= alone


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.integers(1, 500))
def test_pressing_links_one_by_one_reaches_no_more_than_one_post(values, most):
    given_before = []
    for job, value in enumerate(values):
        if not needs_login(most, _approvals((job, value)), _approvals(*given_before)):
            given_before.append((job, value))
    assert sum(value for _job, value in given_before) <= most
