"""The pre-bill window: the days before a run in which the client sees what it would bill (M6).

All days are days in the company's time zone.
"""

from datetime import timedelta

from .billing_calendar import DEFAULT_BILLING_DAYS, next_billing_date, previous_billing_date

WORKING_DAYS = 5  # Monday to Friday


def billing_date_of(day, billing_days=DEFAULT_BILLING_DAYS):
    """Return the billing day of a job that is completed on ``day``: the first one after it."""
    return next_billing_date(day + timedelta(days=1), billing_days)


def window_start(billing_date, window_days, billing_days=DEFAULT_BILLING_DAYS):
    """Return the first day of the window before ``billing_date``, or None when there is no window.

    A window longer than the period begins with the period: nobody is shown the bill after the next one.

    :param int window_days: how many days before the run the preview goes out; 0 means no window
    """
    if window_days <= 0:
        return None
    start = billing_date - timedelta(days=window_days)
    return max(start, previous_billing_date(billing_date, billing_days))


def window_of(day, window_days, billing_days=DEFAULT_BILLING_DAYS):
    """Return the billing date in whose window ``day`` lies, or None when it lies in none.

    The day of the run itself belongs to the next period: its run has begun.
    """
    billing_date = billing_date_of(day, billing_days)
    start = window_start(billing_date, window_days, billing_days)
    return billing_date if start and start <= day else None


def add_working_days(day, count):
    """Return the day that is ``count`` working days (Monday to Friday) after ``day``; the same day for 0."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < WORKING_DAYS
    return day
