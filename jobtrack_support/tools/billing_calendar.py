"""Billing days, the periods they bill, and quarters. All days are days in the company's time zone (F4)."""

import calendar
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

DEFAULT_BILLING_DAYS = (1, 8, 15, 21)
LAST_DAY_OF_EVERY_MONTH = 28
MONTHS_PER_QUARTER = 3


def parse_billing_days(text):
    """Return the days of the month named in ``text`` (``"1, 8, 15, 21"``), sorted.

    :raise ValueError: with a sentence for a person when the text names no day, or one that some month does not have
    """
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise ValueError("Write the billing days as days of the month, for example: 1, 8, 15, 21")
    days = tuple(sorted({int(part) for part in parts}))
    if days[0] < 1 or days[-1] > LAST_DAY_OF_EVERY_MONTH:
        raise ValueError("Billing days lie between 1 and 28, so that every month has them")
    return days


def is_billing_date(day, billing_days=DEFAULT_BILLING_DAYS):
    """Return whether ``day`` is a billing day."""
    return day.day in billing_days


def next_billing_date(day, billing_days=DEFAULT_BILLING_DAYS):
    """Return the first billing day on or after ``day``."""
    for billing_day in sorted(billing_days):
        if billing_day >= day.day:
            return day.replace(day=billing_day)
    first_of_next_month = add_months(day.replace(day=1), 1)
    return first_of_next_month.replace(day=min(billing_days))


def previous_billing_date(day, billing_days=DEFAULT_BILLING_DAYS):
    """Return the last billing day before ``day``."""
    for billing_day in sorted(billing_days, reverse=True):
        if billing_day < day.day:
            return day.replace(day=billing_day)
    last_month = add_months(day.replace(day=1), -1)
    return last_month.replace(day=max(billing_days))


def last_billing_date(day, billing_days=DEFAULT_BILLING_DAYS):
    """Return the last billing day on or before ``day``."""
    return previous_billing_date(day + timedelta(days=1), billing_days)


def billing_date_to_offer(today, last_run, billing_days=DEFAULT_BILLING_DAYS):
    """Return the billing day that a new run is for: the last that has come, or the next after those with a run.

    Older days without a run are not offered: a later run bills their work too.

    :param last_run: the latest day that has its run, or ``None``
    """
    due = last_billing_date(today, billing_days)
    if last_run is None or last_run < due:
        return due
    return next_billing_date(last_run + timedelta(days=1), billing_days)


def billed_period(billing_date, billing_days=DEFAULT_BILLING_DAYS):
    """Return the first and the last day that the run of ``billing_date`` bills; the last is the day before it."""
    return previous_billing_date(billing_date, billing_days), billing_date - timedelta(days=1)


def start_of_day(day, tz_name):
    """Return the moment (naive UTC, as Odoo stores it) at which ``day`` begins in the time zone ``tz_name``."""
    local = datetime.combine(day, time.min, tzinfo=ZoneInfo(tz_name or "UTC"))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def local_date(moment, tz_name):
    """Return the day on which a naive UTC ``moment`` falls in the time zone ``tz_name``."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz_name or "UTC")).date()


def run_cutoff(billing_date, now, tz_name, by_hand=False):
    """Return the moment (naive UTC) up to which completed jobs belong to the run of ``billing_date``.

    By itself: 00:00 of the billing date. By hand: now, at most the end of that day.
    """
    if not by_hand:
        return start_of_day(billing_date, tz_name)
    return min(now, start_of_day(billing_date + timedelta(days=1), tz_name))


def quarter_start(day, first_month=1):
    """Return the first day of the quarter of ``day``; quarters are counted from ``first_month``."""
    months_into = (day.month - first_month) % MONTHS_PER_QUARTER
    return add_months(day.replace(day=1), -months_into)


def quarter_end(day, first_month=1):
    """Return the last day of the quarter of ``day`` (B8)."""
    return add_months(quarter_start(day, first_month), MONTHS_PER_QUARTER) - timedelta(days=1)


def add_months(day, months):
    """Return ``day`` moved by whole ``months``, kept inside the month it lands in."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
