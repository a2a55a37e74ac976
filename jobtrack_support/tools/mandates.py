"""What counts in the window of a limit or mandate, and who is asked when a mandate does not reach."""

from dataclasses import dataclass

MOST_MINUTES = 366 * 24 * 60


@dataclass(frozen=True)
class Version:
    """An approved version of a job: its total in minutes, the day of its approval, and the number of its job.

    ``counts`` is false for versions that another person's mandate, or nobody's, has let pass: they set what the next
    version of the job adds, but use up nothing here.
    """

    job_id: int
    minutes: int
    day: object
    counts: bool = True


def window_use(versions, first_day=None):
    """Return the minutes that approved versions use of a window: what each added to the one before it.

    A change order counts with the difference, in the window in which it was approved; one that lowers a job gives back
    what it lowers, but never more than what the job has used of this window.

    :param versions: :class:`Version` of the account in the order of their approval
    :param first_day: first day of the window; None when all of them count
    """
    totals, used = {}, {}
    for version in versions:
        added = version.minutes - totals.get(version.job_id, 0)
        totals[version.job_id] = version.minutes
        if version.counts and (first_day is None or version.day >= first_day):
            used[version.job_id] = max(used.get(version.job_id, 0) + added, 0)
    return sum(used.values())


def step_up(person, above, may_decide):
    """Return the first person above ``person`` who may decide, or None: whom a mandate that does not reach asks (M7).

    :param dict above: person -> who is asked above them
    :param may_decide: function of a person: whether they may decide on this estimate
    """
    seen = {person}
    while person in above:
        person = above[person]
        if person is None or person in seen:
            return None
        seen.add(person)
        if may_decide(person):
            return person
    return None


def parse_hours(text):
    """Return whole minutes of what people type for hours: ``2``, ``2.5``, ``2,5`` or ``2:30``; empty is 0.

    :raise ValueError: when it is no such figure, negative, or beyond a year
    """
    text = (text or "").strip().replace(",", ".")
    if not text:
        return 0
    hours, colon, minutes = text.partition(":")
    if colon:
        if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
            raise ValueError(text)
        total = int(hours) * 60 + int(minutes)
    else:
        if not hours.replace(".", "", 1).isdecimal():
            raise ValueError(text)
        total = round(float(hours) * 60)
    if total > MOST_MINUTES:
        raise ValueError(text)
    return total
