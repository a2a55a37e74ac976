"""What becomes of a message, given plain facts: a table that the desk can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import intake
from jobtrack_support.tools.intake import Letter, Outcome, Place, sort_letter

MAY = Place("shop")
OTHER = Place("blog")
PAUSED = Place("shop", refusal="paused")
BROKE = Place("shop", refusal="funds")
CLOSED = Place("shop", refusal="closed")
LOOKER = Place("shop", may_request=False)

# what comes in -> what happens, by which check, in which project
CASES = {
    "a contact writes to the project": ({"addressed": True, "places": (MAY,)}, "new may_request shop"),
    "a contact of one project writes to the desk": ({"places": (MAY,)}, "new may_request shop"),
    "a contact of two projects writes to the desk": ({"places": (MAY, OTHER)}, "choose which_project"),
    "of two projects one is closed": ({"places": (CLOSED, OTHER)}, "new may_request blog"),
    "of two projects one is paused": ({"places": (PAUSED, OTHER)}, "choose which_project"),
    "of two projects the contact may ask in one": ({"places": (LOOKER, OTHER)}, "new may_request blog"),
    "the account is paused": ({"addressed": True, "places": (PAUSED,)}, "draft paused shop"),
    "there are no hours": ({"addressed": True, "places": (BROKE,)}, "draft funds shop"),
    "the project is closed": ({"addressed": True, "places": (CLOSED,)}, "redirect closed"),
    "the project is closed, asked again": ({"places": (CLOSED,), "answers_today": 1}, "list closed"),
    "a contact without the role": ({"addressed": True, "places": (LOOKER,)}, "redirect no_role"),
    "a contact without the role, again": ({"places": (LOOKER,), "answers_today": 1}, "list no_role"),
    "a reply on a job": ({"on_job": True}, "job on_job"),
    "a reply on a job of a paused account": ({"on_job": True, "places": (PAUSED,)}, "job on_job"),
    "a reply on a job by a contact without the role": ({"on_job": True, "places": (LOOKER,)}, "job on_job"),
    "a colleague here answers on a job": ({"on_job": True, "is_staff": True}, "job on_job"),
    "a colleague to the project": ({"is_staff": True, "addressed": True, "places": (MAY,)}, "new may_request shop"),
    "a colleague here writes to the desk": ({"is_staff": True}, "list staff"),
    "an answer to a draft": ({"continues": True, "places": (BROKE,)}, "append continues"),
    "a stranger answers our redirect": ({"continues": True, "answers_today": 1}, "append continues"),
    "a stranger": ({}, "redirect stranger"),
    "a stranger writes to a project": ({"addressed": True}, "redirect stranger"),
    "a stranger, the second time today": ({"answers_today": 1}, "list stranger"),
    "a stranger, the tenth time today": ({"answers_today": 1, "letters_today": 9}, "list stranger"),
    "a stranger, the eleventh time today": ({"answers_today": 1, "letters_today": 10}, "ignore stranger"),
    "two senders": ({"is_several": True}, "redirect several"),
    "two senders, one of them may": ({"is_several": True, "places": (MAY,)}, "redirect several"),
    "two senders to two projects": (
        {"is_several": True, "addressed": True, "places": (MAY, OTHER)}, "redirect several"
    ),
    "two senders on a job": ({"is_several": True, "on_job": True}, "redirect several"),
    "two senders, one works here": ({"is_several": True, "is_staff": True}, "redirect several"),
    "two senders, the second time today": ({"is_several": True, "answers_today": 1}, "list several"),
    "two senders, the eleventh time": (
        {"is_several": True, "answers_today": 1, "letters_today": 10}, "ignore several"
    ),
    "two senders of a machine on a job": (
        {"is_several": True, "is_automatic": True, "on_job": True}, "ignore automatic"
    ),
    "two senders, forged": ({"is_several": True, "is_unverified": True}, "list unverified"),
    "a mailing list": ({"is_bulk": True}, "list bulk"),
    "a contact through a mailing list": ({"is_bulk": True, "places": (MAY,)}, "new may_request shop"),
    "an out-of-office note to a job's mail": ({"is_automatic": True, "on_job": True}, "note automatic"),
    "an out-of-office note to anything else": ({"is_automatic": True, "places": (MAY,)}, "ignore automatic"),
    "an answering machine of a stranger": ({"is_automatic": True}, "ignore automatic"),
    "a contact reports bounces": ({"looks_automatic": True, "is_known": True, "places": (MAY,)}, "list automatic"),
    "a scanner that is a contact": ({"looks_automatic": True, "is_known": True}, "list automatic"),
    "an unmarked machine of a stranger": ({"looks_automatic": True}, "ignore automatic"),
    "an unmarked out-of-office note on a job": ({"looks_automatic": True, "on_job": True}, "note automatic"),
    "an unmarked machine that goes on": (
        {"looks_automatic": True, "is_known": True, "letters_today": 10}, "ignore automatic"
    ),
    "a forged unmarked machine": ({"looks_automatic": True, "is_unverified": True, "on_job": True}, "list unverified"),
    "a bounce": ({"is_bounce": True}, "ignore bounce"),
    "a bounce about a job's mail": ({"is_bounce": True, "on_job": True}, "ignore bounce"),
    "no sender": ({"has_sender": False}, "ignore no_sender"),
    "our own mail": ({"is_ours": True, "on_job": True}, "ignore ours"),
    "a forged contact": ({"is_unverified": True, "places": (MAY,)}, "list unverified"),
    "a forged contact on a job": ({"is_unverified": True, "on_job": True}, "list unverified"),
    "a forged stranger": ({"is_unverified": True}, "list unverified"),
    "a flood of forged letters": ({"is_unverified": True, "letters_today": 10}, "ignore unverified"),
    "a forged answering machine": ({"is_unverified": True, "is_automatic": True}, "ignore automatic"),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), CASES.values(), ids=CASES.keys())
def test_case(facts, expected):
    (outcome,) = sort_letter(Letter(**facts))
    words = [outcome.action, outcome.reason, *([outcome.place] if outcome.place else [])]
    assert " ".join(words) == expected


def test_a_letter_to_two_own_projects_makes_a_job_in_each():
    outcomes = sort_letter(Letter(addressed=True, places=(MAY, Place("blog", refusal="funds"))))
    assert outcomes == [
        Outcome("new", "may_request", "shop"),
        Outcome("draft", "funds", "blog"),
    ]


def test_a_letter_to_two_projects_that_names_a_job_lands_there_once():
    outcomes = sort_letter(Letter(addressed=True, on_job=True, places=(MAY, OTHER)))
    assert outcomes == [Outcome("job", "on_job")]


PLACES = st.builds(
    Place,
    key=st.sampled_from("abc"),
    may_request=st.booleans(),
    refusal=st.sampled_from(["", "closed", "paused", "funds"]),
)
LETTERS = st.builds(
    Letter,
    **{
        name: st.booleans()
        for name in [
            "has_sender",
            "is_bounce",
            "is_automatic",
            "looks_automatic",
            "is_known",
            "is_bulk",
            "is_ours",
            "is_unverified",
            "is_several",
            "is_staff",
            "on_job",
            "continues",
            "addressed",
        ]
    },
    places=st.lists(PLACES, max_size=3).map(tuple),
    letters_today=st.integers(0, 12),
    answers_today=st.integers(0, 4),
)


@given(LETTERS)
def test_machines_are_never_answered(letter):
    machine = letter.is_bounce or letter.is_automatic or letter.looks_automatic
    if machine or letter.is_ours or letter.is_unverified:
        actions = {outcome.action for outcome in sort_letter(letter)}
        assert not actions & {"redirect", "draft", "choose", "new", "job"}


@given(LETTERS)
def test_a_letter_of_several_senders_starts_nothing_and_reaches_no_job(letter):
    if letter.is_several:
        actions = {outcome.action for outcome in sort_letter(letter)}
        assert actions <= {"redirect", "list", "ignore"}


@given(LETTERS)
def test_work_begins_only_where_somebody_may_ask_for_it(letter):
    allowed = {place.key for place in letter.places if place.may_request and not place.refusal}
    for outcome in sort_letter(letter):
        if outcome.action == intake.NEW:
            assert outcome.place in allowed


@given(LETTERS)
def test_a_stranger_is_answered_once_a_day(letter):
    for outcome in sort_letter(letter):
        if outcome.action == intake.REDIRECT:
            assert not letter.answers_today


@given(LETTERS)
def test_every_letter_has_an_outcome(letter):
    assert sort_letter(letter)


@pytest.mark.parametrize(
    ("from_one", "from_all", "expected"),
    [(0, 0, True), (4, 59, True), (5, 5, False), (0, 60, False)],
)
def test_the_public_page_is_no_gate_for_floods(from_one, from_all, expected):
    assert intake.page_accepts(from_one, from_all) is expected


@pytest.mark.parametrize(("today", "expected"), [(0, True), (2, True), (3, False)])
def test_drafts_are_answered_a_few_times_a_day(today, expected):
    assert intake.answers_draft(today) is expected
