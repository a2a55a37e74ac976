"""What makes an approval good that comes from a page: the figures it was given on, and a sign-in above a value (D3)."""

from dataclasses import dataclass
from datetime import timedelta

# The figures did not come with the answer.
NOT_SHOWN = -1
MOST_DIGITS = 9

# Why an approval is refused.
MISSING = "missing"
RISEN = "risen"

# What one person approves by links within this time counts together.
LINK_WINDOW = timedelta(hours=24)


def read_shown(text):
    """Return the minutes to pay later that a form says it showed; ``NOT_SHOWN`` where it holds no such figure."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        return NOT_SHOWN
    return int(text)


def check_shown(shown, to_pay_later):
    """Return why an approval is refused: ``missing``, ``risen``; or None where nobody approves what was not shown.

    :param shown: the minutes to pay later that were shown; ``NOT_SHOWN`` where a page cannot say, None where no page
        is used
    :param int to_pay_later: the minutes that no pack pays now
    """
    if shown is None:
        return None
    if shown < 0:
        return MISSING
    return RISEN if to_pay_later > shown else None


@dataclass(frozen=True)
class Approval:
    """The value of one version, in money, and the number of its job."""

    job_id: int
    value: object


def needs_login(most, asked, given=()):
    """Return whether approvals are worth so much that the link in a mail is not enough.

    Each job counts once, with the version that is asked about now or, without one, the dearest that was approved.

    :param most: the value up to which links are enough; 0 when they always are
    :param asked: :class:`Approval` of the versions to approve now
    :param given: :class:`Approval` of what the same person approved by links within ``LINK_WINDOW``
    """
    if not most:
        return False
    by_job = {}
    for approval in given:
        by_job[approval.job_id] = max(by_job.get(approval.job_id, 0), approval.value)
    by_job |= {approval.job_id: approval.value for approval in asked}
    return sum(by_job.values()) > most
