"""A second, naive bookkeeping of hours and money, to compare the product with.

Written from the rules and not from the product's code: plain dictionaries and lists, whole minutes, whole cents, and an
allocation that asks for every single minute of work who pays it. It is slow and simple on purpose. It knows what has
to be refused as well: a step that the oracle refuses must be refused by the product, and the other way round.
"""

from fractions import Fraction
from itertools import count

from .oracle_expiry import Expiry
from .oracle_hands import Hands
from .oracle_job import Job, Time
from .oracle_office import Office
from .oracle_pack import FOR_EVER, Pack, end_of_quarter, nearest, price
from .oracle_terms import PLAIN


class Account(Expiry, Hands, Office):
    """One support account as the rules say it must be."""

    def __init__(self):
        self.packs, self.jobs = [], []
        self.earned = {"usage": 0, "breakage": 0, "granted": 0, "postpaid": 0}
        self.clock = count(1)
        self.terms = PLAIN
        self.moved_alone = []  # (day, minutes) that somebody moved without a second person
        self.proposed = {}  # minutes by pack whose rollover somebody has to decide on
        self.scarce = False  # whether jobs may wait for money
        self.at_posting = False  # whether hours can be used before they are paid

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
        minutes = min(pack.left - self.reserved(pack), pack.minutes - pack.credited)
        if pack.lapsed or minutes <= 0:
            return False
        value = nearest(Fraction(pack.left_worth * minutes, pack.left))
        pack.credited += minutes
        pack.credited_worth += value
        pack.due -= min(value, pack.due)
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
        """Sell hours: they are owed, and there when they are paid, or at once where hours do not wait for money."""
        pack = Pack(len(self.packs), minutes, price(minutes, rate), today, None, True, rate)
        pack.due = pack.worth
        self.packs.append(pack)
        if self.at_posting:
            self._settle(pack, today)
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
        """Owe for a pack again whose payment was taken back; its hours go, unless they do not wait for money."""
        pack.due = pack.worth
        if not self.at_posting:
            self.take_back(pack)

    def take_back(self, pack):
        """Take back what remains of a pack that is not paid; jobs lose what they kept of it."""
        pack.active = False
        for job in self.jobs:
            job.reserve.pop(pack, None)

    def credit(self, pack, minutes, today):
        """Credit hours at their price: only what is left and not reserved, and not above what it is worth.

        What an ended pack still has belongs to work, or waits for its rollover.
        """
        net, worth = pack.all_left, pack.all_worth
        free = min(net - self.reserved(pack), pack.minutes - pack.credited)
        value = price(minutes, pack.rate)
        if minutes > free or free <= 0 or (pack.active and pack.lapsed):
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
        """Return the work that is not billed, done jobs first: also work that waits for consent, or late on a bill."""
        jobs = [
            job
            for job in self.jobs
            if job.state not in ("billed", "cancelled")
            or (job.state == "billed" and any(time.status == "pending" for time in job.times))
        ]
        jobs.sort(key=lambda job: (job.done_at is None, job.done_at, job.number))
        return [(job, self._days_to_pay(job, typed_by)) for job in jobs]

    @staticmethod
    def _days_to_pay(job, typed_by):
        """Return the day of each minute that a job may have to pay for; a done one also for what terms add."""
        sure = [t for t in job.times if t.status == "billable" and not (t.billed or t.free)]
        times = [t for t in job.times if t in sure or t.status == "pending"]
        days = job.days_of([time for time in times if time.typed <= typed_by])
        if job.state == "done":
            due, _free = job.due()
            days += due[-1:] * (len(due) - len(job.days_of(sure)))
        return sorted(days)

    def _in_force(self):
        jobs = [job for job in self.jobs if job.state in ("approved", "done")]
        return sorted(jobs, key=lambda job: job.approval)

    # === JOBS ===

    def request(self):
        """Ask for a job."""
        self.jobs.append(Job(len(self.jobs), self))
        return self.jobs[-1]

    def ask(self, job, minutes, rate, named, valid_until, terms=None):
        """Send a version: never over fewer hours than were worked with consent. A done job is opened by it.

        :param terms: by default those of the version before, or of the account
        """
        terms = terms or job.newest or self.terms
        if job.state == "cancelled" or minutes < job.used(terms):
            return False
        job.newest = terms
        job.asked = (
            minutes,
            rate,
            [t for t in job.times if t.status == "pending"] if named else [],
            terms,
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
        if not job.asked or job.asked[0] < job.used(job.asked[3]):
            return False
        job.approved, job.rate, job.named, job.in_force = job.asked
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
        consented = job.billed or any(t.status == "billable" for t in job.times)
        if job.state not in open_states or consented:
            return False
        job.state, job.approved, job.asked, job.reserve = "cancelled", 0, None, {}
        job.in_force = None
        return True

    def complete(self, job, today):
        """Complete an approved job; a version that still waits is withdrawn."""
        if job.state != "approved":
            return False
        job.state, job.asked = "done", None
        job.done_at, job.done_day = next(self.clock), today
        return True

    def log(self, job, minutes, day, today, evening=False):
        """Type time."""
        time = Time(minutes, day, today, under=job.approval, evening=evening)
        job.times.append(time)
        job.consent([time])
        return time

    def edit(self, job, time, minutes, today):
        """Change the length of an entry: not when it is billed; after completion it is lowered only."""
        after = job.state in ("done", "billed")
        if job.is_asked_about(time):
            return False
        raised = job.terms.entry(minutes, time.evening) > job.count(time)
        if time.billed or (after and time.status == "billable" and raised):
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
        work, free = [], {}
        for job in jobs:
            days, free[job] = job.due()
            work.append((job, days))
        for job, paid in self.payers(work, billing_day):
            packs = [pack for pack, _own in paid]
            used = {pack: packs.count(pack) for pack in packs if pack}
            line = {"prepaid": sum(used.values()), "postpaid": packs.count(None), "used": used}
            line["free"], line["back"] = free[job], {}
            line["amount"] = price(line["postpaid"], job.rate)
            line["worth"] = {pack: pack.take(minutes) for pack, minutes in used.items()}
            line["value"] = sum(line["worth"].values())
            self.earned["usage"] += line["value"]
            self.earned["postpaid"] += line["amount"]
            job.lines.append(line)
            job.state, job.reserve = "billed", {}
            line["times"] = [t for t in job.times if t.status == "billable" and not t.billed]
            for time in line["times"]:
                time.billed = True

    def unbill(self, job, lines):
        """Take bills back: packs get what is still theirs, and keep it for the job; its time is to be billed."""
        for line in lines:
            for pack, minutes in line["used"].items():
                before, before_worth = line["back"].get(pack, (0, 0))
                pack.taken -= minutes - before
                pack.taken_worth -= line["worth"][pack] - before_worth
                self.earned["usage"] -= line["worth"][pack] - before_worth
                if pack.active:
                    job.reserve[pack] = job.reserve.get(pack, 0) + minutes - before
                    job.plan[pack] = max(job.plan.get(pack, 0), job.reserve[pack])
            self.earned["postpaid"] -= line["amount"]
            for time in line["times"]:
                time.billed = False
            job.lines.remove(line)
        if job.state == "billed":
            job.state = "done"
