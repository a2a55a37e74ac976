"""When a client is reminded of an estimate that waits for an answer, and when it expires."""

from datetime import timedelta

from . import job_states
from .billing_calendar import start_of_day

REMIND = "remind"
EXPIRE = "expire"

# So many days before the last one the client is reminded, once each.
REMINDERS = (7, 2)
# So many days longer than the answer is taken the links work: then they say that it is too late.
SLACK = timedelta(days=1)


def next_step(valid_until, sent_on, today, reminded=None):
    """Return ``(step, days)``: what is due today for an unanswered estimate; ``(None, None)`` when nothing is.

    :param valid_until: last day on which the answer is taken
    :param sent_on: day on which it was sent; nobody is reminded on that day, or of a period shorter than the reminder
    :param reminded: the days before the end for which the client was reminded last; None or 0 for never
    :return: ``("expire", None)``, ``("remind", 7)`` ... where the figure is what to keep as ``reminded``
    """
    if today > valid_until:
        return EXPIRE, None
    left = (valid_until - today).days
    due = [days for days in REMINDERS if left <= days]
    if not due or today <= sent_on:
        return None, None
    days = min(due)
    # Estimates that were valid for few days from the start are reminded of only by what lies inside.
    inside = (valid_until - sent_on).days > days
    if not inside or (reminded and reminded <= days):
        return None, None
    return REMIND, days


def valid_after_answer(valid_until, asked_on, answered_on):
    """Return the last day after a question was answered: the days in which the client waited do not count."""
    return valid_until + timedelta(days=max((answered_on - asked_on).days, 0))


def link_end(valid_until, today, tz_name):
    """Return the moment (naive UTC) at which the links of a mail stop working: a day after the last day has ended.

    :param valid_until: last day on which the answer is taken; None for today
    :param today: the day on which the mail is written; a link always works for the rest of it, and the slack
    :param str tz_name: time zone in which the days are counted
    """
    last_day = max(valid_until or today, today)
    return start_of_day(last_day + timedelta(days=1) + SLACK, tz_name)


def in_time(valid_until, day):
    """Return whether ``day`` is one on which the answer is taken; without a last day each one is."""
    return not valid_until or day <= valid_until


def may_be_told_late(state, version, versions, job_state):
    """Return whether an answer that was told in time can still be written down: nothing has replaced the estimate.

    :param str state: of the estimate; one that waits needs no such grace, one that was decided or withdrawn gets none
    :param int version: of the estimate
    :param versions: the versions of the job that were not withdrawn, drafts included
    :param str job_state: state of the job
    """
    takes_answers = (job_states.ESTIMATED, job_states.APPROVED, job_states.ON_HOLD)
    return state == "expired" and version == max(versions) and job_state in takes_answers
