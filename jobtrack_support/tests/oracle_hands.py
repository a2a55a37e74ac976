"""What people do by hand with hours and time, as the oracle sees it: waive, adjust, give back."""

from fractions import Fraction

from .oracle_pack import nearest

# What one person moves alone on one account and day; more needs a second person.
ALONE = 4 * 60


class Hands:
    """The part of an account's oracle in which people move hours by hand."""

    # === FREE OF CHARGE ===

    @staticmethod
    def waive(job, minutes=None):
        """Make consented time free, the latest first; the last entry is split where it is longer.

        Parts that would count more than the whole are refused. A part of consented time is consented: nothing else
        comes into its place.
        """
        times = [t for t in job.times if t.status == "billable" and not t.free and not t.billed]
        times.sort(key=lambda time: (time.day, job.times.index(time)), reverse=True)
        there = sum(time.minutes for time in times)
        if not times or (minutes is not None and not 0 < minutes <= there):
            return None
        left, chosen = there if minutes is None else minutes, []
        part = None
        for time in times:
            if left >= time.minutes:
                chosen.append(time)
                left -= time.minutes
            elif left:
                part = job.part_of(time, left)
                kept = job.terms.entry(time.minutes - left, time.evening)
                if kept + job.count(part) > job.count(time):
                    return None
                time.minutes -= left
                job.times.append(part)
                chosen.append(part)
                left = 0
        for time in chosen:
            time.free = True
        return part or True

    @staticmethod
    def give_up(job):
        """Give up the time that waits for consent: nobody is ever asked for it."""
        waiting = [time for time in job.times if time.status == "pending" and time.minutes]
        for time in waiting:
            time.status, time.given_up = "waived", True
        return bool(waiting)

    @staticmethod
    def take_waiver_back(job):
        """Bill again what was free, and let what was given up wait again: it needs consent as before."""
        times = [time for time in job.times if (time.free or time.given_up) and not time.billed]
        for time in times:
            time.free = False
        again = [time for time in times if time.given_up]
        for time in again:
            time.status, time.given_up = "pending", False
        if again:
            job.look_again()
        return bool(times)

    # === HOURS MOVED BY HAND ===

    def may_adjust(self, pack, minutes):
        """Return whether a pack allows it: it is active, and no reserved hour is taken."""
        can_take = minutes > 0 or -minutes <= pack.left - self.reserved(pack)
        is_over = pack.is_given_back and not pack.left
        return pack.active and not pack.lapsed and not is_over and can_take

    def needs_second(self, minutes, today):
        """Return whether a second person decides: what somebody moves alone on one day counts together."""
        return abs(minutes) + sum(m for day, m in self.moved_alone if day == today) > ALONE

    def adjust(self, pack, minutes):
        """Move minutes: more at the price of the pack, less at their share of what is left."""
        if minutes > 0:
            worth = nearest(Fraction(pack.worth * minutes, pack.minutes))
        else:
            worth = -nearest(Fraction(pack.left_worth * -minutes, pack.left))
        pack.extra += minutes
        pack.extra_worth += worth
        self.earned["granted"] -= worth

    # === USED HOURS THAT COME BACK ===

    def give_back(self, line, pack, minutes):
        """Give used hours of a bill back to their pack as goodwill, at their share of what was taken."""
        used, worth = line["used"][pack], line["worth"][pack]
        before, before_worth = line["back"].get(pack, (0, 0))
        if not pack.active or not 0 < minutes <= used - before:
            return False
        share = nearest(Fraction((worth - before_worth) * minutes, used - before))
        line["back"][pack] = (before + minutes, before_worth + share)
        pack.taken -= minutes
        pack.taken_worth -= share
        self.earned["usage"] -= share
        return True
