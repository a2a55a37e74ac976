"""The steps by which people move hours or waive time by hand, and change the terms of billing."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from .any_order_compare import Comparison
from .oracle_terms import ALL

WHICH = st.integers(0, 30)


class ByHand(Comparison):
    """Waivers, adjustments with a second person, goodwill, and the terms that new jobs begin with."""

    def __init__(self, test):
        super().__init__(test)
        self.waiting = []  # adjustments that a second person has to decide: (side, pack, minutes, record)

    # === TERMS ===

    @rule(side=st.integers(0, 1), terms=st.sampled_from(ALL))
    def change_terms(self, side, terms):
        """Give an account other terms: they hold for jobs that were not estimated yet."""
        self.sides[side].terms = terms
        self._both(True, lambda: self._account(side).write(terms.values("billing_")))

    # === FREE OF CHARGE ===

    @precondition(lambda self: self._times())
    @rule(which=WHICH, minutes=st.one_of(st.none(), st.integers(1, 90)))
    def waive(self, which, minutes):
        """Let consented time stand on the bill at 0, all of it or its last minutes."""
        _side, job, _time = self._pick(which, self._times())
        before = set(self.record[job].jobtrack_time_ids.ids)
        part = self.sides[0].waive(job, minutes)
        self._both(part, lambda: self.record[job]._jobtrack_waive_time("Our mistake", minutes))
        if part not in (None, True):
            new = self.record[job].jobtrack_time_ids.filtered(lambda line: line.id not in before)
            self.record[part] = new

    @precondition(lambda self: self._times())
    @rule(which=WHICH)
    def give_up(self, which):
        """Give time up that waits for consent."""
        _side, job, _time = self._pick(which, self._times())
        expected = self.sides[0].give_up(job)
        self._both(expected, lambda: self.record[job]._jobtrack_give_up_pending("Our mistake"))

    @precondition(lambda self: self._given())
    @rule(which=WHICH)
    def take_waiver_back(self, which):
        """Change one's mind about free time."""
        _side, job, _time = self._pick(which, self._given())
        expected = self.sides[0].take_waiver_back(job)
        self._both(expected, self.record[job].action_jobtrack_unwaive)

    def _given(self):
        return [row for row in self._times() if row[2].free or row[2].given_up]

    def _changeable(self):
        """Return the time that people change: what is free of charge stays as it is until that is taken back."""
        return [row for row in self._times() if row not in self._given()]

    # === HOURS MOVED BY HAND ===

    @precondition(lambda self: self._packs())
    @rule(which=WHICH, minutes=st.sampled_from([-1300, -241, -60, -7, 1, 90, 240, 300]))
    def adjust(self, which, minutes):
        """Move hours of a pack; above the limit of one person they wait for another."""
        side, pack = self._pick(which, self._packs())
        self._settle(side)
        account = self.sides[side]
        values = {
            "jobtrack_account_id": self._account(side).id,
            "pack_id": self.record[pack].id,
            "hours": minutes / 60,
            "reason": "Counted again",
        }

        def submit():
            asked = self.test.env["jobtrack.adjustment"].with_user(self.test.bella).create(values)
            asked.action_submit()
            return asked

        expected = account.may_adjust(pack, minutes)
        alone = expected and not account.needs_second(minutes, self.today)
        if alone:
            account.moved_alone.append((self.today, abs(minutes)))
            account.adjust(pack, minutes)
        asked = self._both(expected, submit)
        if expected:
            assert asked.state == ("done" if alone else "waiting"), "who decides on an adjustment"
            if not alone:
                self.waiting.append((side, pack, minutes, asked))

    @precondition(lambda self: self.waiting)
    @rule(which=WHICH, agreed=st.booleans())
    def second_person(self, which, agreed):
        """Decide on an adjustment as a second person; what was possible is looked at again."""
        row = side, pack, minutes, asked = self._pick(which, self.waiting)
        self._settle(side)
        self._both(False, asked.action_approve)  # not who asked for it
        asked = asked.with_user(self.test.bert)
        if not agreed:
            self._both(True, asked.action_refuse)
            self.waiting.remove(row)
            return
        expected = self.sides[side].may_adjust(pack, minutes)
        if expected:
            self.sides[side].adjust(pack, minutes)
            self.waiting.remove(row)
        self._both(expected, asked.action_approve)

    def _packs(self):
        return [
            (side, pack)
            for side, account in enumerate(self.sides)
            for pack in account.packs
            if pack.minutes
        ]

    # === USED HOURS THAT COME BACK ===

    @precondition(lambda self: self._usages())
    @rule(which=WHICH, minutes=st.sampled_from([1, 7, 60, 600]), all_of_it=st.booleans())
    def give_back(self, which, minutes, all_of_it):
        """Give used hours back; the bill stays as it is."""
        side, job, number, pack = self._pick(which, self._usages())
        line = job.lines[number]
        self._settle(side)
        if all_of_it:
            minutes = line["used"][pack] - line["back"].get(pack, (0, 0))[0]
        usage = self._standing(job)[number].ledger_entry_ids.filtered(
            lambda entry: entry.kind == "usage" and entry.pack_id == self.record[pack]
        )
        expected = self.sides[side].give_back(line, pack, minutes)
        self._both(expected, lambda: usage._give_back(minutes, "Not worth what it cost"))

    def _usages(self):
        return [
            (side, job, number, pack)
            for side, job in self._billed()
            for number, line in enumerate(job.lines)
            for pack in line["used"]
        ]
