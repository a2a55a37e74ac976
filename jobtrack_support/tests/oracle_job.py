"""The oracle's jobs: what the client has consented to, the time on them, and what of it is to be billed."""

from dataclasses import dataclass, field
from datetime import date

from .oracle_terms import Terms


@dataclass(eq=False)
class Time:
    """One time entry of a job: ``billable``, ``pending``, ``waived``, or ``inside`` a fixed price."""

    minutes: int
    day: date
    typed: date
    status: str = "pending"
    billed: bool = False
    under: int = 0  # the approval in force when it was typed
    evening: bool = False
    free: bool = False  # consented, and free of charge
    given_up: bool = False  # waived by the host, not by the client


@dataclass(eq=False)
class Job:
    """A job with its consent, its time and what packs keep for it."""

    number: int
    account: object
    state: str = "requested"
    approved: int = 0
    approval: int = 0  # which approval of all it was
    named: list = field(default_factory=list)  # time that the version in force names
    rate: int = 0
    in_force: Terms = None
    newest: Terms = None  # of the newest version: the next one begins with them
    asked: tuple = None  # (minutes, rate, time that is named, terms) of the version that waits
    valid_until: date = None  # the last day on which it waits
    plan: dict = field(default_factory=dict)
    reserve: dict = field(default_factory=dict)
    times: list = field(default_factory=list)
    done_at: int = None
    done_day: date = None
    lines: list = field(default_factory=list)  # what was billed and stands
    disputed: bool = False

    # === COUNTING ===

    @property
    def terms(self):
        """Return the terms by which its time counts: those of the version in force, else the account's."""
        return self.in_force or self.account.terms

    def count(self, time, terms=None):
        """Return the minutes that an entry counts."""
        return (terms or self.terms).entry(time.minutes, time.evening)

    def used(self, terms=None):
        """Return the minutes that the approval has to cover: what is billed, and consented time that is not."""
        times = [time for time in self.times if time.status == "billable" and not time.billed]
        return self.billed + sum(self.count(time, terms) for time in times)

    @property
    def billed(self):
        """Return the minutes that stand on bills."""
        return sum(line["prepaid"] + line["postpaid"] + line["free"] for line in self.lines)

    def part_of(self, time, minutes):
        """Return a new entry of some minutes of another, with all that is true of it."""
        part = Time(minutes, time.day, time.typed, under=time.under, evening=time.evening)
        part.status = time.status
        return part

    # === CONSENT ===

    def consent(self, times):
        """Give consent to each of these entries that fits into what is approved and not used."""
        for time in times:
            open_for_time = self.state == "approved" and time.minutes
            if open_for_time and 0 <= self.used() + self.count(time) <= self.approved:
                time.status = "billable"
            elif open_for_time and self.terms.fixed and self.approved:
                time.status = "inside"

    def is_asked_about(self, time):
        """Return whether the client decides on a version that names this entry: it stays as the client has read it."""
        return bool(self.asked) and time.status == "pending" and time in self.asked[2]

    def look_again(self, changed=()):
        """Look again at entries that wait, after room may have appeared: consented ones come first."""
        for time in changed:
            if time.status == "inside":
                time.status = "pending"
        first = [time for time in changed if time.status == "billable"]
        waiting = [
            time
            for time in self.times
            if time.status == "pending"
            and (time in changed or time in self.named or time.under == self.approval)
        ]
        if self.state in ("done", "billed"):
            return
        for time in first:
            time.status = "pending"
        self.consent(first + waiting)

    # === WHAT IT COSTS ===

    def days_of(self, times, limit=None):
        """Return the day of each minute that these entries count, earliest first.

        What the terms cut is cut from the latest work, what they add belongs to it.

        :param int limit: how many minutes to return; by default what the entries count
        """
        work = sorted((time.day, index, time) for index, time in enumerate(times))
        days = [day for day, _index, time in work for _minute in range(self.count(time))]
        if limit is None:
            return days
        last = days[-1] if days else self.done_day
        return days[:limit] + [last] * (limit - len(days))

    def due(self):
        """Return ``(days, free)``: the day of each minute to pay for, and the minutes that are on the bill for nothing.

        Steps and minimum hold for the job and not for each of its bills: the next bill costs by how much the work
        makes the whole job dearer. A fixed price without any work but free work is free.
        """
        open_times = [time for time in self.times if time.status == "billable" and not time.billed]
        work = [time for time in open_times if not time.free]
        gift = sum(self.count(time) for time in open_times if time.free)
        room = max(self.approved - self.billed, 0)
        if self.terms.fixed:
            free = room if gift and not work else min(gift, room)
            return self.days_of(work, room - free), free
        free = min(gift, room)
        if not work:
            return [], free
        paid = sum(line["prepaid"] + line["postpaid"] for line in self.lines)
        old = [time for time in self.times if time.billed and not time.free]
        before = min(sum(self.count(time) for time in old), paid)
        now = self.terms.job(before + sum(self.count(time) for time in work))
        minutes = min(now - min(self.terms.job(before), paid), room - free)
        return self.days_of(work, max(minutes, 0)), free
