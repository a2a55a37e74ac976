"""How worked time becomes billed time: what a client consents to besides hours and a rate.

The order is: the after-hours multiplier on each entry, the increment on each entry (where it counts per entry), the sum
of the entries, the minimum of the job, the increment on the job (where it counts per job), and at last the approved
hours, which nothing exceeds (I5). A fixed price bills the approved hours, whatever was worked.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .rounding import billable_minutes

ACTUAL = "actual"
FIXED = "fixed"
PER_JOB = "job"
PER_ENTRY = "entry"
INCREMENTS = (0, 6, 15, 30, 60)
A_DAY = 24 * 60


@dataclass(frozen=True)
class Terms:
    """The terms of one work order; minutes but for the multiplier."""

    basis: str = ACTUAL
    increment: int = 0
    per: str = PER_JOB
    minimum: int = 0
    multiplier: Decimal = Decimal(1)

    @property
    def entry_increment(self):
        """Return the step to which each entry is rounded up, 0 for none."""
        return self.increment if self.per == PER_ENTRY else 0

    @property
    def job_increment(self):
        """Return the step to which a job's minutes are rounded up, 0 for none."""
        return self.increment if self.per == PER_JOB else 0


PLAIN = Terms()


def entry_minutes(worked, terms=PLAIN, after_hours=False):
    """Return the billing minutes of one time entry.

    An entry that takes time back counts exactly as the entry that it takes back.

    :param int worked: minutes as they were typed; negative takes back
    :param bool after_hours: whether the work was done after hours
    """
    minutes = abs(worked)
    if after_hours:
        exact = minutes * Decimal(terms.multiplier)
        minutes = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    if terms.entry_increment:
        minutes = -(-minutes // terms.entry_increment) * terms.entry_increment
    return minutes if worked >= 0 else -minutes


def worked_within(left, terms=PLAIN, after_hours=False):
    """Return the most worked minutes whose billing minutes are at most ``left``: where an entry is split."""
    if terms.entry_increment:
        left = left // terms.entry_increment * terms.entry_increment
    if left <= 0:
        return 0
    worked = int(left / Decimal(terms.multiplier)) if after_hours else left
    while entry_minutes(worked + 1, terms, after_hours) <= left:
        worked += 1
    return worked


def least_minutes(terms):
    """Return the billing minutes of the shortest job there can be: one minute of work, without a fixed price."""
    if terms.basis == FIXED:
        return 1
    minutes = entry_minutes(1, terms)
    return billable_minutes(minutes, max(A_DAY, terms.minimum), terms.job_increment, terms.minimum)


def job_minutes(minutes, terms, approved):
    """Return the minutes that a job is billed.

    :param int minutes: billing minutes of its entries together
    :param int approved: minutes that the client has approved
    """
    if terms.basis == FIXED:
        return max(approved, 0)
    return billable_minutes(minutes, approved, terms.job_increment, terms.minimum)
