"""Who is told of an emergency, and who next when nobody confirms (B3)."""

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo


def on_call(now, shifts):
    """Return the people on call at ``now``, the first to be told first, each once.

    :param shifts: ``(begin, end, rank, person)``; a shift begins at its begin and is over at its end
    """
    covering = sorted(
        ((rank, begin, person) for begin, end, rank, person in shifts if begin <= now < end),
        key=lambda shift: shift[:2],
    )
    people = []
    for _rank, _begin, person in covering:
        if person not in people:
            people.append(person)
    return people


def weeks_later(moment, tz_name, weeks=1):
    """Return the moment (naive UTC) so many weeks later by the clock of ``tz_name``, whatever clocks do meanwhile."""
    zone = ZoneInfo(tz_name or "UTC")
    local = moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)
    later = (local + timedelta(weeks=weeks)).replace(tzinfo=zone)
    return later.astimezone(timezone.utc).replace(tzinfo=None)


def next_to_tell(now, people, told, minutes):
    """Return who is told now, or None while the person told last still has time.

    After the last one it begins again with the first: an emergency is never silent before somebody confirms it.

    :param people: those on call, in order
    :param told: ``(person, moment)`` of those told already, in order
    :param int minutes: how long each has to confirm
    """
    if not people:
        return None
    if not told:
        return people[0]
    last, moment = told[-1]
    if now < moment + timedelta(minutes=minutes):
        return None
    if last not in people:
        return people[0]
    return people[(people.index(last) + 1) % len(people)]
