"""The oracle's packs, and how it counts cents."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

FOR_EVER = date.max


def nearest(amount):
    """Return a fraction as the nearest integer, the half away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * int(abs(amount) + Fraction(1, 2))


def end_of_quarter(day):
    """Return the last day of the calendar quarter of ``day``."""
    year, month = (day.year, day.month + 3 - (day.month - 1) % 3)
    return date(year + (month > 12), month - 12 if month > 12 else month, 1) - timedelta(days=1)


def price(minutes, rate):
    """Return what ``minutes`` cost at ``rate`` cents per hour, in cents."""
    return nearest(Fraction(minutes * rate, 60))


@dataclass(eq=False)
class Pack:
    """Hours that were sold or given; what is left follows from four sums."""

    number: int
    minutes: int
    worth: int
    start: date
    expiry: date = None
    is_purchase: bool = False
    rate: int = 0
    active: bool = False
    was_active: bool = False
    lapsed: bool = False
    taken: int = 0  # minutes used or lapsed
    taken_worth: int = 0
    credited: int = 0
    credited_worth: int = 0
    extra: int = 0  # moved by hand
    extra_worth: int = 0
    due: int = 0  # what the invoice still asks for
    lapsed_minutes: int = 0
    lapsed_worth: int = 0
    place: int = (
        None  # in the order of purchase; hours that rolled over keep that of their purchase
    )

    def __post_init__(self):
        if self.place is None:
            self.place = self.number

    @property
    def left(self):
        """Return the minutes that are in the ledger now."""
        return self.all_left if self.active else 0

    @property
    def left_worth(self):
        """Return the cents that are in the ledger now."""
        return self.all_worth if self.active else 0

    @property
    def all_left(self):
        """Return the minutes that are left, also while the purchase is not paid."""
        return self.minutes + self.extra - self.credited - self.taken

    @property
    def all_worth(self):
        """Return the cents that are left, also while the purchase is not paid."""
        return self.worth + self.extra_worth - self.credited_worth - self.taken_worth

    @property
    def is_given_back(self):
        """Return whether all that was sold was credited."""
        return self.is_purchase and self.credited >= self.minutes

    @property
    def deferred(self):
        """Return what the books owe for this pack: a sold pack is owed from its invoice on, paid or not."""
        if not (self.is_purchase or self.active):
            return 0
        return self.all_worth

    def pays(self, day, billing_day):
        """Return whether it covers work of ``day`` that is billed on ``billing_day``."""
        return self.left > 0 and day <= (self.expiry or FOR_EVER) and self.start <= billing_day

    def take(self, minutes):
        """Take minutes with their share of the worth; returns the cents."""
        worth = nearest(Fraction(self.left_worth * minutes, self.left))
        self.taken += minutes
        self.taken_worth += worth
        return worth
