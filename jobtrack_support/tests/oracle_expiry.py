"""What the oracle demands of packs past their last day, whatever the product chose to do with them.

Which hours go on, to whom, is a matter of clocks and of people: the oracle takes over what the product did, after it
has looked at it. Nothing lapses that earlier work needs, nothing stays that nobody needs, nothing is made or lost.
"""

from datetime import timedelta
from fractions import Fraction

from .oracle_pack import nearest

DAYS_TO_TYPE = timedelta(days=10)


class Expiry:
    """The part of an account's oracle that looks at lapse, its reversal, and rollover."""

    def adopt(self, rows, proposed, today):
        """Take over entries that the product made by itself.

        :param rows: list of ``(kind, pack, minutes, cents)``; the kind of a reversal is what it reverses
        :param dict proposed: minutes by pack that wait for somebody's decision about their rollover
        """
        self.proposed = proposed
        for kind, pack, minutes, cents in rows:
            if kind == "expiry" and minutes < 0:
                self._lapse(pack, -minutes, -cents, today)
            elif kind == "expiry":
                self._revive(pack, minutes, cents)
            elif kind == "rollover":
                pack.taken -= minutes
                pack.taken_worth -= cents
        rolled = [row for row in rows if row[0] == "rollover"]
        assert not sum(row[2] for row in rolled), "a rollover makes or loses minutes"
        assert not sum(row[3] for row in rolled), "a rollover makes or loses money"
        for pack in self.packs:
            assert pack.left >= 0, "more than all has left a pack"
            assert pack.left_worth >= 0, "more money than all has left a pack"

    def _lapse(self, pack, minutes, cents, today):
        assert pack.expiry and pack.expiry < today, "hours lapse before their last day is over"
        held = min(self.proposed.get(pack, 0), pack.left)
        assert pack.left - minutes >= held, "hours lapse whose rollover nobody has decided on"
        share = nearest(Fraction(pack.left_worth * minutes, pack.left))
        assert cents == share, f"{minutes} minutes lapse with {cents} cents, not {share}"
        pack.take(minutes)
        pack.lapsed_minutes += minutes
        pack.lapsed_worth += cents
        self.earned["breakage"] += cents

    def _revive(self, pack, minutes, cents):
        assert minutes <= pack.lapsed_minutes, "more comes back than has lapsed"
        everything = minutes == pack.lapsed_minutes
        assert cents == pack.lapsed_worth if everything else 0 <= cents <= pack.lapsed_worth
        pack.taken -= minutes
        pack.taken_worth -= cents
        pack.lapsed_minutes -= minutes
        pack.lapsed_worth -= cents
        self.earned["breakage"] -= cents

    def is_disturbed(self, job):
        """Return whether what a job keeps may have changed by itself: its pack has ended, or it waits for money."""
        return self.scarce or any(pack.lapsed for pack in job.plan)

    def check_nothing_stays(self):
        """Demand that a pack that has ended keeps what earlier work draws and what is proposed, and nothing else.

        It may keep less: work that is typed later draws what was proposed.
        """
        for pack in self.packs:
            if pack.lapsed and pack.left:
                kept = self._drawn(pack, self._unbilled()) + self.proposed.get(pack, 0)
                assert pack.left <= kept, (
                    f"an ended pack has {pack.left} minutes, {kept} are needed"
                )

    def check_nothing_needed_lapsed(self):
        """Demand that work typed in time finds every hour that had lapsed but for its late typing (I10)."""
        for pack in self.packs:
            if not (pack.lapsed and pack.active and pack.lapsed_minutes):
                continue
            group = [p for p in self.packs if p.lapsed and p.active and p.expiry == pack.expiry]
            lapsed = {p: p.lapsed_minutes for p in group}
            needed = self._drawn(pack, self._unbilled(pack.expiry + DAYS_TO_TYPE), lapsed)
            assert needed <= pack.left, f"{needed} minutes are needed, {pack.left} did not lapse"

    def left_to_extend(self, pack):
        """Return the minutes that go on when an ended pack is extended: all but what is kept and what is earned."""
        if pack.is_given_back and not pack.left:
            return 0
        all_left = pack.left + pack.lapsed_minutes
        earned = self._drawn(pack, self._unbilled(), {pack: pack.lapsed_minutes}, reserved=False)
        return all_left - self.reserved(pack) - earned

    def _drawn(self, pack, work, lapsed=None, reserved=True):
        """Return the minutes that this work would draw from a pack on its last day.

        :param dict lapsed: minutes by pack to be counted as if they had not lapsed
        :param bool reserved: whether minutes count that the job has reserved there
        """
        for other, minutes in (lapsed or {}).items():
            other.taken -= minutes
        paid = self.payers(work, pack.expiry)
        for other, minutes in (lapsed or {}).items():
            other.taken += minutes
        return sum(
            payer == pack and (reserved or not own)
            for _job, minutes in paid
            for payer, own in minutes
        )
