"""A second, naive bookkeeping of hours and money, to compare the product with.

Written from the rules and not from the product's code: plain dictionaries and lists, whole minutes, whole cents, and an
allocation that asks for every single minute of work who pays it. It is slow and simple on purpose. It knows what has
to be refused as well: a step that the oracle refuses must be refused by the product, and the other way round.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import count

from .oracle_expiry import Expiry
from .oracle_pack import FOR_EVER, Pack, end_of_quarter, nearest, price


@dataclass(eq=False)
class Time:
    """One time entry of a job: ``billable``, ``pending`` or ``waived``."""

    minutes: int
    day: date
    typed: date
    status: str = "pending"
    billed: bool = False
    under: int = 0  # the approval in force when it was typed


@dataclass(eq=False)
class Job:
    """A job with its consent, its time and what packs keep for it."""

    number: int
    state: str = "requested"
    approved: int = 0
    approval: int = 0  # which approval of all it was
    named: list = field(default_factory=list)  # time that the version in force names
    rate: int = 0
    asked: tuple = None  # (minutes, rate, time that is named) of the version that waits
    valid_until: date = None  # the last day on which it waits
    plan: dict = field(default_factory=dict)
    reserve: dict = field(default_factory=dict)
    times: list = field(default_factory=list)
    done_at: int = None
    done_day: date = None
    lines: list = field(default_factory=list)  # what was billed and stands
    disputed: bool = False

    @property
    def consented(self):
        """Return the minutes of time with consent, billed ones included."""
        return sum(time.minutes for time in self.times if time.status == "billable")

    @property
    def billed(self):
        """Return the minutes that stand on bills."""
        return sum(line["prepaid"] + line["postpaid"] for line in self.lines)

    def consent(self, times):
        """Give consent to each of these entries that fits into what is approved and not used."""
        for time in times:
            open_for_time = self.state == "approved" and time.minutes
            if open_for_time and 0 <= self.consented + time.minutes <= self.approved:
                time.status = "billable"

    def is_asked_about(self, time):
        """Return whether the client decides on a version that names this entry: it stays as the client has read it."""
        return bool(self.asked) and time.status == "pending" and time in self.asked[2]

    def look_again(self, changed=()):
        """Look again at entries that wait, after room may have appeared: consented ones come first."""
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


class Account(Expiry):
    """One support account as the rules say it must be."""

    def __init__(self):
        self.packs, self.jobs = [], []
        self.earned = {"usage": 0, "breakage": 0, "granted": 0, "postpaid": 0}
        self.clock = count(1)

    # === SUMS ===

    def reserved(self, pack):
        """Return the minutes of a pack that jobs keep."""
        return sum(job.reserve.get(pack, 0) for job in self.jobs)

    @property
    def balance(self):
        """Return the minutes of all packs."""
        return sum(pack.left for pack in self.packs)

    def available(self, today):
        """Return the minutes that a new job could use today: free, begun, and not past their expiry."""
        packs = [pack for pack in self.packs if not pack.lapsed and pack.start <= today]
        return sum(pack.left - self.reserved(pack) for pack in packs)

    def refund_rest(self, pack):
        """Pay back what is left and not reserved of a purchase, at what it is worth."""
        minutes = pack.left - self.reserved(pack)
        if pack.lapsed or minutes <= 0:
            return False
        value = nearest(Fraction(pack.left_worth * minutes, pack.left))
        pack.credited += minutes
        pack.credited_worth += value
        return True

    @staticmethod
    def extend(pack, last):
        """Let a pack last longer, as long as there is something in it."""
        if not pack.left or last <= pack.expiry:
            return False
        pack.expiry = last
        return True

    # === WHO PAYS A MINUTE ===

    def payers(self, minutes_by_job, billing_day):
        """Ask for every minute of work who pays it: the job's own reserve, then free minutes, else nobody (None).

        :param minutes_by_job: list of ``(job, [day of each minute, in order])``
        :return: list of ``(job, [(pack or None, whether reserved) of each minute])``
        """
        free = {pack: pack.left - self.reserved(pack) for pack in self.packs}
        answer = []
        for job, days in minutes_by_job:
            own = dict(job.reserve) if job else {}
            paid = []
            for day in days:
                choice = None
                for purse in (own, free):
                    can = [p for p in self.packs if purse.get(p, 0) and p.pays(day, billing_day)]
                    if can:
                        choice = min(can, key=lambda p: (p.expiry or FOR_EVER, p.place, p.number))
                        purse[choice] -= 1
                        break
                paid.append((choice, purse is own))
            answer.append((job, paid))
        return answer

    @staticmethod
    def _minutes_of(times, limit=None):
        """Return the day of each minute of these entries, earliest first, at most ``limit`` of them."""
        work = sorted((time.day, index, time) for index, time in enumerate(times))
        days = [day for day, _index, time in work for _minute in range(time.minutes)]
        return days if limit is None else days[:limit]

    # === HOURS COME AND GO ===

    def grant(self, minutes, rate, start, expiry, today):
        """Give hours; hours that would expire before they start are refused."""
        start = start or today
        if expiry and expiry < start:
            return None
        pack = Pack(len(self.packs), minutes, price(minutes, rate), start, expiry, active=True)
        self.packs.append(pack)
        self.earned["granted"] -= pack.worth
        return pack

    def sell(self, minutes, rate, today):
        """Sell hours: they are owed, and there when they are paid."""
        pack = Pack(len(self.packs), minutes, price(minutes, rate), today, None, True, rate)
        pack.due = pack.worth
        self.packs.append(pack)
        return pack

    def pay(self, pack, today):
        """Pay what the invoice asks for."""
        pack.due = 0
        self._settle(pack, today)

    def _settle(self, pack, today):
        """Give what was paid for; at the first time the quarter of that day is its last."""
        if pack.active or (not pack.was_active and pack.credited >= pack.minutes):
            return
        if not pack.was_active:
            pack.expiry = end_of_quarter(today)
        again, pack.active, pack.was_active = pack.was_active, True, True
        if again:
            for job in self._in_force():
                lost = job.plan.get(pack, 0) - job.reserve.get(pack, 0)
                free = pack.left - self.reserved(pack)
                if min(lost, free) > 0:
                    job.reserve[pack] = job.reserve.get(pack, 0) + min(lost, free)

    def bounce(self, pack):
        """Take back what remains of a pack whose payment was taken back; jobs lose what they kept of it."""
        pack.active, pack.due = False, pack.worth
        for job in self.jobs:
            job.reserve.pop(pack, None)

    def credit(self, pack, minutes, today):
        """Credit hours at their price: only what is left and not reserved, and not above what it is worth.

        What an ended pack still has belongs to work, or waits for its rollover.
        """
        net = pack.minutes - pack.credited - pack.taken
        free = net - self.reserved(pack)
        worth = pack.worth - pack.credited_worth - pack.taken_worth
        value = price(minutes, pack.rate)
        if minutes > free or not free or (pack.active and pack.lapsed):
            return False
        limit = nearest(Fraction(worth * minutes, net)) + (1 if minutes < net else 0)
        if value > limit:
            return False
        pack.credited += minutes
        pack.credited_worth += value
        if pack.due:
            pack.due -= min(value, pack.due)
            if not pack.due:
                self._settle(pack, today)
        return True

    def _unbilled(self, typed_by=FOR_EVER):
        """Return the work that is not billed, done jobs first: also work that waits for consent."""
        jobs = [job for job in self.jobs if job.state not in ("billed", "cancelled")]
        jobs.sort(key=lambda job: (job.done_at is None, job.done_at, job.number))
        work = []
        for job in jobs:
            times = [t for t in job.times if t.status in ("billable", "pending") and not t.billed]
            work.append((job, self._minutes_of([t for t in times if t.typed <= typed_by])))
        return work

    def _in_force(self):
        jobs = [job for job in self.jobs if job.state in ("approved", "done")]
        return sorted(jobs, key=lambda job: job.approval)

    # === JOBS ===

    def request(self):
        """Ask for a job."""
        self.jobs.append(Job(len(self.jobs)))
        return self.jobs[-1]

    def ask(self, job, minutes, rate, named, valid_until):
        """Send a version: never over fewer hours than were worked with consent. A done job is opened by it."""
        if job.state == "cancelled" or minutes < max(job.consented, job.billed):
            return False
        job.asked = (
            minutes,
            rate,
            [t for t in job.times if t.status == "pending"] if named else [],
        )
        job.valid_until = valid_until
        if job.state in ("requested", "declined"):
            job.state = "estimated"
        return True

    def give_up_unanswered(self, today):
        """Let versions end that nobody answered in time; time that they name goes on waiting."""
        for job in self.jobs:
            if job.asked and job.valid_until < today:
                job.asked = None

    def approve(self, job, today):
        """Put the version that waits in force and keep free minutes for it, in the order in which they expire."""
        if not job.asked or job.asked[0] < max(job.consented, job.billed):
            return False
        job.approved, job.rate, job.named = job.asked
        job.asked, job.reserve = None, {}
        job.state, job.approval, job.disputed = "approved", next(self.clock), False
        ((_job, paid),) = self.payers([(None, [today] * (job.approved - job.billed))], today)
        job.plan = {pack: paid.count((pack, False)) for pack, _own in paid if pack}
        job.reserve = dict(job.plan)
        job.consent([time for time in job.named if time.status == "pending" and time in job.times])
        return True

    def decline(self, job):
        """Waive the time that the version names; without an approval the job is declined."""
        if not job.asked:
            return False
        for time in job.asked[2]:
            if time.status == "pending":
                time.status = "waived"
        job.asked = None
        if job.state == "estimated":
            job.state = "declined"
        return True

    def cancel(self, job):
        """Give up a job that has no time with consent; what it kept is free again. Once more changes nothing."""
        open_states = ("requested", "estimated", "approved", "declined", "cancelled")
        if job.state not in open_states or any(t.status == "billable" for t in job.times):
            return False
        job.state, job.approved, job.asked, job.reserve = "cancelled", 0, None, {}
        return True

    def complete(self, job, today):
        """Complete an approved job; a version that still waits is withdrawn."""
        if job.state != "approved":
            return False
        job.state, job.asked = "done", None
        job.done_at, job.done_day = next(self.clock), today
        return True

    def log(self, job, minutes, day, today):
        """Type time."""
        time = Time(minutes, day, today, under=job.approval)
        job.times.append(time)
        job.consent([time])
        return time

    def edit(self, job, time, minutes, today):
        """Change the length of an entry: not when it is billed; after completion it is lowered only."""
        after = job.state in ("done", "billed")
        if job.is_asked_about(time):
            return False
        if time.billed or (after and time.status == "billable" and minutes > time.minutes):
            return False
        if minutes > time.minutes:
            time.typed = today
        time.minutes, time.under = minutes, job.approval
        if time.status != "waived":
            job.look_again([time])
        return True

    def delete(self, job, time):
        """Delete an entry that is not billed."""
        if time.billed or job.is_asked_about(time):
            return False
        job.times.remove(time)
        job.look_again()
        return True

    # === BILLING ===

    def bill(self, billing_day):
        """Bill the jobs that were done up to ``billing_day``: own reserve, free minutes, the rest is invoiced."""
        jobs = [
            job
            for job in self.jobs
            if job.state == "done" and job.done_day <= billing_day and not job.disputed
        ]
        jobs.sort(key=lambda job: (job.done_at, job.number))
        work = []
        for job in jobs:
            times = [t for t in job.times if t.status == "billable" and not t.billed]
            due = min(sum(time.minutes for time in times), job.approved - job.billed)
            work.append((job, self._minutes_of(times, due)))
        for job, paid in self.payers(work, billing_day):
            packs = [pack for pack, _own in paid]
            used = {pack: packs.count(pack) for pack in packs if pack}
            line = {"prepaid": sum(used.values()), "postpaid": packs.count(None), "used": used}
            line["amount"] = price(line["postpaid"], job.rate)
            line["worth"] = {pack: pack.take(minutes) for pack, minutes in used.items()}
            line["value"] = sum(line["worth"].values())
            self.earned["usage"] += line["value"]
            self.earned["postpaid"] += line["amount"]
            job.lines.append(line)
            job.state, job.reserve = "billed", {}
            for time in job.times:
                time.billed |= time.status == "billable"

    def unbill(self, job):
        """Take a bill back: packs get exactly what it took, and keep it for the job; its time is to be billed."""
        for line in job.lines:
            for pack, minutes in line["used"].items():
                pack.taken -= minutes
                pack.taken_worth -= line["worth"][pack]
                if pack.active:
                    job.reserve[pack] = job.reserve.get(pack, 0) + minutes
                    job.plan[pack] = max(job.plan.get(pack, 0), job.reserve[pack])
            self.earned["usage"] -= line["value"]
            self.earned["postpaid"] -= line["amount"]
        job.lines, job.state = [], "done"
        for time in job.times:
            time.billed = False
