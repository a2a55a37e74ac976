"""What plans cost, until when their hours are good, and which quarter a purchase is for (A6, B7, B8, B10, B11)."""

from . import billing_calendar

WITH_QUARTER = "quarter"
ON_DATE = "date"
AFTER_MONTHS = "months"
NEVER = "never"

THIS_QUARTER = "this"
NEXT_QUARTER = "next"

# In the last days of a quarter a purchase says which quarter it is for.
ASKING_DAYS = 14
# A renewal is offered when this many days of the quarter are left after today.
RENEWAL_DAYS = 14


def is_cheaper(price, pay_later_rate, has_minimum=True):
    """Return whether an hour of a plan is cheap enough against an hour that no plan pays.

    A plan is always cheaper. A plan without a minimum purchase is pay-as-you-go paid ahead: it may cost the same.
    """
    return price < pay_later_rate or (not has_minimum and price == pay_later_rate)


def expiry_date(kind, day, first_month=1, months=0, fixed=None):
    """Return the last day of work that hours pay which become usable on ``day``, or None when they never expire.

    Hours with a fixed day that is over before they become usable, because the money came late, are good until the end
    of the quarter: nobody pays for hours that are gone.

    :param str kind: one of the kinds above
    :param int first_month: month in which the first quarter of a year begins
    :param int months: for ``AFTER_MONTHS``
    :param date fixed: for ``ON_DATE``
    """
    if kind == WITH_QUARTER or (kind == ON_DATE and fixed < day):
        return billing_calendar.quarter_end(day, first_month)
    if kind == AFTER_MONTHS:
        return billing_calendar.add_months(day, months)
    if kind == ON_DATE:
        return fixed
    return None


def days_left(day, first_month=1):
    """Return how many days of the quarter come after ``day``: 0 on its last day."""
    return (billing_calendar.quarter_end(day, first_month) - day).days


def asks_for_quarter(day, first_month=1):
    """Return whether a purchase on ``day`` must say which quarter it is for."""
    return days_left(day, first_month) < ASKING_DAYS


def is_renewal_time(day, first_month=1):
    """Return whether the renewal of hours that end with the quarter is offered on ``day``."""
    return days_left(day, first_month) <= RENEWAL_DAYS


def next_quarter_start(day, first_month=1):
    """Return the first day of the quarter after that of ``day``."""
    return billing_calendar.add_months(
        billing_calendar.quarter_start(day, first_month), billing_calendar.MONTHS_PER_QUARTER
    )


def is_quarter_ahead(start, day, first_month=1):
    """Return whether ``start`` is the first day of a quarter, and of none later than the one after that of ``day``."""
    return start == billing_calendar.quarter_start(
        start, first_month
    ) and start <= next_quarter_start(day, first_month)
