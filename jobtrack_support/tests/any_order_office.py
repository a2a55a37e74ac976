"""The steps of the office: estimates withdrawn, jobs reopened or paused, disputes decided, hours before payment."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from .any_order_hands import ByHand

WHICH = st.integers(0, 30)
WHY = "We have looked at it"


class Office(ByHand):
    """What dispatch and billing do with a job besides its straight way, and one setting of an account."""

    # === JOBS ===

    @precondition(lambda self: any(job.asked for _side, job in self._jobs()))
    @rule(which=WHICH)
    def withdraw(self, which):
        """Take an estimate or change order back before the client has answered."""
        side, job = self._pick(which, [one for one in self._jobs() if one[1].asked])
        self._settle(side)
        expected = self.sides[side].withdraw(job)
        self._both(expected, lambda: self.record[job, "order"].action_cancel())

    @precondition(lambda self: self._jobs("declined", "cancelled"))
    @rule(which=WHICH)
    def reopen(self, which):
        """Take a job up again that was given up."""
        side, job = self._pick(which, self._jobs("declined", "cancelled"))
        expected = self.sides[side].reopen(job)
        self._both(expected, self.record[job].action_jobtrack_reopen)

    @precondition(lambda self: self._jobs("approved"))
    @rule(which=WHICH)
    def pause(self, which):
        """Pause a job, or let it go on: neither changes an hour."""
        side, job = self._pick(which, self._jobs("approved"))
        task = self.record[job]
        if task.jobtrack_state != "on_hold":
            self._both(True, task.action_jobtrack_hold)
        elif not self.sides[side].scarce:
            self._both(True, task.action_jobtrack_release)

    # === DISPUTES ===

    @precondition(lambda self: self._jobs("done"))
    @rule(which=WHICH)
    def dispute(self, which):
        """Keep a job out of the next run; doing so again changes nothing."""
        _side, job = self._pick(which, self._jobs("done"))
        self._dispute(job)

    def _dispute(self, job):
        job.disputed = True
        self._both(True, lambda: self.record[job].action_jobtrack_dispute("Too much"))

    @precondition(lambda self: self._disputed())
    @rule(which=WHICH, withdrawn=st.booleans())
    def bill_as_it_is(self, which, withdrawn):
        """Decide that the bill is right; or the client takes the objection back."""
        _side, job = self._pick(which, self._disputed())
        task, job.disputed = self.record[job], False
        if withdrawn:
            self._both(True, task.action_jobtrack_withdraw_dispute)
        else:
            self._both(True, lambda: task._jobtrack_decide_dispute("bill", WHY))

    @precondition(lambda self: self._disputed_times())
    @rule(which=WHICH, left=st.sampled_from([0, 1, 7, 15, 60, 400]))
    def correct_time(self, which, left):
        """Decide that an entry was too long."""
        side, job, time = self._pick(which, self._disputed_times())
        self._settle(side)
        expected = self.sides[side].lower(job, time, left, self.today)
        times = {self.record[time].id: left}
        task = self.record[job]
        self._both(expected, lambda: task._jobtrack_decide_dispute("correct", WHY, times))

    @precondition(lambda self: self._disputed_times())
    @rule(which=WHICH, left=st.sampled_from([0, 1, 7, 15, 60, 400]))
    def free_time(self, which, left):
        """Decide that a part of an entry, or all of it, stands on the bill at 0."""
        side, job, time = self._pick(which, self._disputed_times())
        self._settle(side)
        task, line = self.record[job], self.record[time]
        before = set(task.jobtrack_time_ids.ids)
        part = self.sides[side].free_beyond(job, time, left)
        self._both(part, lambda: task._jobtrack_decide_dispute("waive", WHY, {line.id: left}))
        if part and part is not time:
            self.record[part] = task.jobtrack_time_ids.filtered(lambda own: own.id not in before)

    def _disputed(self):
        return [one for one in self._jobs("done") if one[1].disputed]

    def _disputed_times(self):
        """Return the time that the coming bill of disputed jobs is about."""
        return [
            (side, job, time)
            for side, job in self._disputed()
            for time in job.times
            if time.status == "billable" and not (time.free or time.billed)
        ]

    # === MONEY ===

    @rule(side=st.integers(0, 1), limit=st.sampled_from([0, 60, 1_000_000]))
    def change_limit(self, side, limit):
        """Let jobs wait for money, or let them begin again."""
        self.sides[side].scarce = limit < 1_000_000
        self._both(True, lambda: self._account(side).write({"credit_limit": limit}))

    @rule(side=st.integers(0, 1))
    def change_at_posting(self, side):
        """Let the hours of an account be used before they are paid, or not any more."""
        account = self.sides[side]
        self._settle(side)
        may = not account.at_posting
        account.use_before_payment(may, self.today)
        self._both(True, lambda: self._account(side).write({"packs_at_posting": may}))
