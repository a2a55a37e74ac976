"""Free slots, clashes and absences, in plain hours (C2, C10).

The properties walk minute by minute through the time and ask the time zone database what the clocks show.
"""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import slots as rule
from jobtrack_support.tools.slots import Clash, Diary, Wanted

DAY = datetime(2026, 3, 5)


def at(text, day=DAY):
    """``"9:30"`` is half past nine of the day, ``"+1 9:30"`` of the day after."""
    days, _space, clock = text.rpartition(" ")
    hours, minutes = clock.split(":")
    return day + timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes))


def spans(text):
    """``"9:00-12:00 13:00-17:00"`` as intervals of the day; ``+1`` in front of a span is the day after."""
    result = []
    days = ""
    for part in text.split():
        if part.startswith("+"):
            days = f"{part} "
            continue
        start, end = part.split("-")
        result.append((at(days + start), at(days + end)))
    return result


def starts(found):
    return " ".join(f"{start:%H:%M}" for start, _end in found)


OFFICE = tuple(spans("8:00-12:00 13:00-17:00 +1 8:00-12:00 13:00-17:00"))


# === INTERVALS === #


@pytest.mark.parametrize(
    ("intervals", "result"),
    [
        ("", ""),
        ("9:00-9:00", ""),
        ("9:00-10:00 10:00-11:00", "9:00-11:00"),
        ("9:00-12:00 10:00-11:00", "9:00-12:00"),
        ("13:00-14:00 9:00-10:00", "9:00-10:00 13:00-14:00"),
    ],
)
def test_merged(intervals, result):
    assert rule.merged(spans(intervals)) == spans(result)


@pytest.mark.parametrize(
    ("intervals", "taken", "left"),
    [
        ("8:00-12:00", "", "8:00-12:00"),
        ("8:00-12:00", "8:00-12:00", ""),
        ("8:00-12:00", "7:00-13:00", ""),
        ("8:00-12:00", "9:00-10:00", "8:00-9:00 10:00-12:00"),
        ("8:00-12:00", "7:00-9:00 11:00-14:00", "9:00-11:00"),
        ("8:00-12:00 13:00-17:00", "11:30-13:30", "8:00-11:30 13:30-17:00"),
        ("8:00-12:00", "12:00-13:00", "8:00-12:00"),
    ],
)
def test_without(intervals, taken, left):
    assert rule.without(spans(intervals), spans(taken)) == spans(left)


# === SLOTS === #


@pytest.mark.parametrize(
    ("free", "minutes", "not_before", "found"),
    [
        # free time, length, from when on, where slots begin (every half hour)
        ("9:00-11:00", 60, "0:00", "09:00 09:30 10:00"),
        ("9:00-9:30", 30, "0:00", "09:00"),
        ("9:00-9:29", 30, "0:00", ""),
        ("9:10-10:45", 30, "0:00", "09:30 10:00"),
        ("9:00-11:00", 30, "9:50", "10:00 10:30"),
        ("9:00-10:00 11:00-12:00", 60, "0:00", "09:00 11:00"),
        ("9:00-10:00", 30, "10:00", ""),
    ],
)
def test_free_slots(free, minutes, not_before, found):
    assert starts(rule.free_slots(spans(free), minutes, "UTC", at(not_before))) == found


def test_slots_begin_on_the_hour_of_the_readers_clock():
    # Kathmandu is 5:45 ahead: a quarter past in UTC is a full hour there.
    found = rule.free_slots(spans("9:00-11:00"), 30, "Asia/Kathmandu", at("0:00"), step=60)
    assert starts(found) == "09:15 10:15"


def test_the_hour_that_a_clock_skips_is_no_slot_and_the_one_it_repeats_is_two():
    berlin = ZoneInfo("Europe/Berlin")

    def on_the_clock(day):
        found = rule.free_slots(
            [(day, day + timedelta(hours=3))], 60, "Europe/Berlin", day, step=60
        )
        local = [start.replace(tzinfo=timezone.utc).astimezone(berlin) for start, _end in found]
        return " ".join(f"{moment:%H:%M}" for moment in local)

    assert on_the_clock(datetime(2026, 3, 29, 0)) == "01:00 03:00 04:00"
    assert on_the_clock(datetime(2026, 10, 25, 0)) == "02:00 02:00 03:00"


# === CLASHES === #


@pytest.mark.parametrize(
    ("slot", "kind", "leaves", "events", "clashes"),
    [
        # slot, kind, leave, busy, what is in the way
        ("9:00-10:00", "call", "", "", []),
        ("9:00-10:00", "call", "", "10:00-11:00", []),
        ("9:00-10:00", "call", "", "9:30-11:00", [("event", "9:30-11:00")]),
        ("9:00-10:00", "call", "8:00-17:00", "", [("leave", "8:00-17:00")]),
        ("7:00-9:00", "call", "", "", [("outside", "7:00-8:00")]),
        ("19:00-20:00", "call", "", "", [("outside", "19:00-20:00")]),
        ("11:30-13:30", "call", "", "", [("outside", "12:00-13:00")]),
        ("11:00-15:00", "work", "", "", []),  # work goes on after lunch
        ("16:00-18:00", "work", "", "", [("outside", "17:00-18:00")]),
        (
            "9:00-12:30",
            "call",
            "9:00-10:00",
            "11:00-11:30",
            [("leave", "9:00-10:00"), ("event", "11:00-11:30"), ("outside", "12:00-12:30")],
        ),
    ],
)
def test_clashes(slot, kind, leaves, events, clashes):
    diary = Diary(OFFICE, tuple(spans(leaves)), tuple(spans(events)))
    expected = [Clash(what, *spans(span)[0]) for what, span in clashes]
    assert rule.clashes(*spans(slot)[0], diary, kind) == expected


@pytest.mark.parametrize(
    ("events", "minutes", "kind", "not_before", "found"),
    [
        ("", 60, "call", "9:00", "9:00"),
        ("9:00-10:30", 60, "call", "9:00", "10:30"),
        ("8:00-12:00", 60, "call", "9:00", "13:00"),
        ("", 60, "call", "11:30", "13:00"),
        ("", 60, "call", "16:30", "+1 8:00"),
        ("", 300, "call", "8:00", None),  # no call is that long
        ("", 300, "work", "8:00", "8:00"),
        ("", 60, "call", "+1 16:30", None),
    ],
)
def test_the_next_free_slot(events, minutes, kind, not_before, found):
    diary = Diary(OFFICE, (), tuple(spans(events)))
    slot = rule.next_free(diary, minutes, "UTC", at(not_before), kind)
    assert slot == (found and (at(found), at(found) + timedelta(minutes=minutes)))


# === ABSENCE === #


def test_an_absence_moves_slots_in_their_order_past_what_stands():
    wanted = [
        Wanted("call", at("11:00"), 30, "call"),
        Wanted("work", at("9:00"), 120, "work"),
        Wanted("long", at("14:00"), 600, "work"),
    ]
    diary = Diary(OFFICE, tuple(spans("8:00-17:00")), tuple(spans("+1 8:00-9:00")))
    assert rule.replan(wanted, diary, "UTC", at("8:00")) == {
        "work": (at("+1 9:00"), at("+1 11:00")),
        "call": (at("+1 11:00"), at("+1 11:30")),
        "long": None,
    }


# === PROPERTIES === #

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
# The days around the changes of the clocks in each of these zones.
SEASONS = [
    datetime(2026, 3, 7),
    datetime(2026, 3, 28),
    datetime(2026, 4, 4),
    datetime(2026, 10, 24),
]
MINUTE = timedelta(minutes=1)

quarters = st.integers(0, 4 * 24)
intervals = st.lists(st.tuples(quarters, quarters), max_size=6)
seasons = st.sampled_from(SEASONS)
zones = st.sampled_from(ZONES)


def moments(season, pairs):
    quarter = timedelta(minutes=15)
    return [(season + a * quarter, season + b * quarter) for a, b in pairs if a < b]


def minutes_of(spans_of_time):
    """Return every minute of some intervals: slow, and beyond doubt."""
    result = set()
    for start, end in spans_of_time:
        while start < end:
            result.add(start)
            start += MINUTE
    return result


@given(seasons, intervals, intervals)
def test_cutting_out_leaves_exactly_the_other_minutes(season, some, taken):
    some, taken = moments(season, some), moments(season, taken)
    left = rule.without(some, taken)
    assert minutes_of(left) == minutes_of(some) - minutes_of(taken)
    assert left == rule.merged(left)


@given(seasons, zones, intervals, intervals, intervals, st.sampled_from([15, 30, 60, 90]))
def test_slots_are_free_on_the_clock_and_none_is_forgotten(
    season, zone, attendance, leaves, events, minutes
):
    diary = Diary(*(tuple(moments(season, pairs)) for pairs in (attendance, leaves, events)))
    found = rule.free_slots(rule.free_time(diary), minutes, zone, season)
    free = minutes_of(diary.attendance) - minutes_of(diary.leaves) - minutes_of(diary.events)
    expected = []
    for start in sorted(free):
        local = start.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
        if local.minute % 30 == 0 and all(start + n * MINUTE in free for n in range(minutes)):
            expected.append((start, start + timedelta(minutes=minutes)))
    assert found == expected
    for start, end in found:
        assert rule.clashes(start, end, diary) == []


@given(seasons, intervals, intervals, st.tuples(quarters, quarters).filter(lambda t: t[0] < t[1]))
def test_a_slot_clashes_exactly_when_a_minute_of_it_is_not_free(season, attendance, events, slot):
    diary = Diary(tuple(moments(season, attendance)), (), tuple(moments(season, events)))
    start, end = moments(season, [slot])[0]
    fits = minutes_of([(start, end)]) <= minutes_of(diary.attendance) - minutes_of(diary.events)
    assert (rule.clashes(start, end, diary) == []) == fits


@given(
    seasons,
    zones,
    intervals,
    intervals,
    st.lists(st.tuples(quarters, st.sampled_from([30, 60, 120])), max_size=5),
)
def test_after_an_absence_nobody_is_in_two_places(season, zone, attendance, events, stood):
    diary = Diary(tuple(moments(season, attendance)), (), tuple(moments(season, events)))
    wanted = [
        Wanted(key, season + timedelta(minutes=15 * quarter), minutes, "call")
        for key, (quarter, minutes) in enumerate(stood)
    ]
    plan = rule.replan(wanted, diary, zone, season)
    assert plan.keys() == {slot.key for slot in wanted}
    busy = minutes_of(diary.events)
    for slot in wanted:
        if plan[slot.key]:
            start, end = plan[slot.key]
            assert end - start == timedelta(minutes=slot.minutes)
            taken = minutes_of([plan[slot.key]])
            assert not taken & busy
            assert taken <= minutes_of(diary.attendance)
            busy |= taken
