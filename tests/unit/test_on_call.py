"""Who is told of an emergency, and how a caller stands."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.calls import standing
from jobtrack_support.tools.on_call import next_to_tell, on_call, weeks_later

EIGHT, NINE, TEN = (datetime(2026, 3, 2, hour) for hour in (8, 9, 10))
MORNING = (EIGHT, TEN, 1, "Ann")
SECOND = (EIGHT, TEN, 2, "Bob")
LATER = (TEN, TEN + timedelta(hours=8), 1, "Cem")

SHIFTS = {
    "nobody": (NINE, [], []),
    "one": (NINE, [MORNING], ["Ann"]),
    "by rank": (NINE, [SECOND, MORNING], ["Ann", "Bob"]),
    "before it begins": (EIGHT - timedelta(seconds=1), [MORNING], []),
    "as it begins": (EIGHT, [MORNING], ["Ann"]),
    "as one hands over to the next": (TEN, [MORNING, LATER], ["Cem"]),
    "twice the same person": (NINE, [MORNING, (EIGHT, TEN, 3, "Ann")], ["Ann"]),
}


@pytest.mark.parametrize(("now", "shifts", "expected"), SHIFTS.values(), ids=SHIFTS.keys())
def test_who_is_on_call(now, shifts, expected):
    assert on_call(now, shifts) == expected


def _told(*rows):
    return [(person, NINE + timedelta(minutes=minutes)) for person, minutes in rows]


ESCALATION = {
    "nobody is on call": (0, [], [], None),
    "the first": (0, ["Ann", "Bob"], [], "Ann"),
    "the first still has time": (14, ["Ann", "Bob"], _told(("Ann", 0)), None),
    "the next": (15, ["Ann", "Bob"], _told(("Ann", 0)), "Bob"),
    "begins again": (30, ["Ann", "Bob"], _told(("Ann", 0), ("Bob", 15)), "Ann"),
    "alone": (15, ["Ann"], _told(("Ann", 0)), "Ann"),
    "the shift has changed": (15, ["Cem"], _told(("Ann", 0)), "Cem"),
}


@pytest.mark.parametrize(
    ("minute", "people", "told", "expected"), ESCALATION.values(), ids=ESCALATION.keys()
)
def test_escalation(minute, people, told, expected):
    assert next_to_tell(NINE + timedelta(minutes=minute), people, told, 15) == expected


@given(st.lists(st.sampled_from("abcd"), min_size=1, unique=True), st.integers(1, 8))
def test_everybody_is_told_in_turn(people, rounds):
    told = []
    for number in range(rounds * len(people)):
        now = NINE + timedelta(minutes=15 * number)
        told.append((next_to_tell(now, people, told, 15), now))
    assert [person for person, _moment in told] == people * rounds


CALLERS = [
    # known, may ask, why not now, may call in emergencies, is one
    ((False, False, ""), "unknown"),
    ((True, True, ""), "authorised"),
    ((True, False, ""), "no_role"),
    ((True, True, "paused"), "paused"),
    ((True, True, "funds"), "funds"),
    ((True, True, "closed"), "closed"),
    ((True, False, "", True, False), "no_role"),
    ((True, False, "", True, True), "authorised"),
    ((True, False, "", False, True), "no_role"),
    ((True, False, "paused", True, True), "paused"),
]


@pytest.mark.parametrize(("facts", "expected"), CALLERS)
def test_standing(facts, expected):
    assert standing(*facts) == expected


# What stands in the rota at eight by the clock of Berlin stands there at eight a week later; all in UTC.
A_WEEK_LATER = {
    "nothing happens": (datetime(2026, 3, 9, 7), "Europe/Berlin", datetime(2026, 3, 16, 7)),
    "clocks go forward": (datetime(2026, 3, 23, 7), "Europe/Berlin", datetime(2026, 3, 30, 6)),
    "clocks go back": (datetime(2026, 10, 19, 6), "Europe/Berlin", datetime(2026, 10, 26, 7)),
    "no time zone": (datetime(2026, 3, 23, 7), False, datetime(2026, 3, 30, 7)),
}


@pytest.mark.parametrize(
    ("moment", "zone", "expected"), A_WEEK_LATER.values(), ids=A_WEEK_LATER.keys()
)
def test_the_same_shift_a_week_later(moment, zone, expected):
    assert weeks_later(moment, zone) == expected
