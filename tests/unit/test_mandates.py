"""What a window has used, and who stands above whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.approval import APPROVE, ASK, Mandate, Request, check_mandate
from jobtrack_support.tools.mandates import Version, parse_hours, step_up, window_use

FEB, MARCH = date(2026, 2, 20), date(2026, 3, 5)
FIRST = date(2026, 3, 1)


def test_versions_use_what_they_add_in_the_window_in_which_they_were_approved():
    cases = {
        "nothing approved": ([], 0),
        "one job of this month": ([Version(1, 120, MARCH)], 120),
        "one of last month": ([Version(1, 120, FEB)], 0),
        "two jobs": ([Version(1, 120, MARCH), Version(2, 60, MARCH)], 180),
        "a change order of this month adds the difference": (
            [Version(1, 120, FEB), Version(1, 180, MARCH)],
            60,
        ),
        "both versions of this month count once": (
            [Version(1, 120, MARCH), Version(1, 180, MARCH)],
            180,
        ),
        "a change order that lowers gives back": (
            [Version(1, 120, MARCH), Version(1, 90, MARCH)],
            90,
        ),
        "but not what another month has used": ([Version(1, 120, FEB), Version(1, 60, MARCH)], 0),
        "what another person let pass does not count": (
            [Version(1, 120, MARCH, counts=False), Version(1, 180, MARCH)],
            60,
        ),
    }
    for words, (versions, used) in cases.items():
        assert window_use(versions, FIRST) == used, words


def test_without_a_first_day_all_of_it_counts():
    assert window_use([Version(1, 120, FEB), Version(1, 180, MARCH)]) == 180


versions = st.lists(
    st.builds(Version, st.integers(1, 3), st.integers(1, 300), st.sampled_from([FEB, MARCH])),
    max_size=8,
)


@given(versions)
def test_a_window_never_uses_less_than_nothing_nor_more_than_all_totals(found):
    assert 0 <= window_use(found, FIRST) <= sum(version.minutes for version in found)


@given(versions)
def test_without_a_window_each_job_counts_with_its_newest_total(found):
    newest = {version.job_id: version.minutes for version in found}
    assert window_use(found) == sum(newest.values())


def test_the_next_person_above_who_may_decide_is_asked():
    above = {"max": "bea", "bea": "ann", "ann": None}
    assert step_up("max", above, lambda person: person == "bea") == "bea"
    assert step_up("max", above, lambda person: person == "ann") == "ann"
    assert step_up("max", above, lambda _person: False) is None
    assert step_up("olga", above, lambda _person: True) is None


def test_people_who_stand_above_each_other_are_no_endless_story():
    assert step_up("a", {"a": "b", "b": "a"}, lambda _person: False) is None


def test_a_mandate_lets_its_person_approve_by_hand_what_the_limits_do_not_let_pass():
    mandate = Mandate(per_job=120, per_window=600, window_used=500)
    covered = check_mandate(Request(is_billable=True, minutes=100), mandate)
    assert (covered.outcome, covered.code) == (APPROVE, "mandate")
    over = check_mandate(Request(is_billable=True, minutes=120), mandate)
    assert (over.outcome, over.code) == (ASK, "mandate_window")


def test_a_mandate_counts_on_its_last_day():
    mandate = Mandate(per_job=120, date_until=MARCH)
    asked = Request(is_billable=True, minutes=60, today=MARCH)
    assert check_mandate(asked, mandate).outcome == APPROVE


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("", 0), (" 2 ", 120), ("2.5", 150), ("2,5", 150), ("2:30", 150), ("0:05", 5), (".5", 30)],
)
def test_hours_as_people_type_them(text, minutes):
    assert parse_hours(text) == minutes


@pytest.mark.parametrize(
    "text", ["-1", "two", "1:75", "1:", ":30", "1e9", "nan", "inf", "99999", "1.2.3"]
)
def test_what_are_no_hours(text):
    with pytest.raises(ValueError):
        parse_hours(text)
