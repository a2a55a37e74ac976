"""One place decides whether an estimate may be approved by itself, must be asked, must wait or is refused; and why.

The checks come in the order of the architecture (pause, billable, limits, funds); the first that answers counts and its
reason is stored with the work order.
"""

from dataclasses import dataclass

from .rounding import format_hours

APPROVE = "approve"
ASK = "ask"
HOLD = "hold"


@dataclass(frozen=True)
class Limits:
    """What a client lets pass without being asked, in minutes; 0 means that the limit is not set (A12)."""

    per_job: int = 0
    per_project: int = 0
    window: str = "open"


@dataclass(frozen=True)
class Request:
    """What is known about one estimate when the decision is due."""

    is_billable: bool
    minutes: int
    window_minutes: int  # approved minutes of the account's other jobs inside the window
    requester_authorised: bool
    paused: bool = False
    postpaid_amount: object = 0
    credit_available: object = 0


@dataclass(frozen=True)
class Decision:
    """``outcome`` is one of approve, ask, hold; ``code`` names the check that answered, ``reason`` says it to a person."""

    outcome: str
    code: str
    reason: str


WINDOW_WORDS = {"open": "of open work", "month": "this month", "quarter": "this quarter"}


def decide(request, limits):
    """Return the :class:`Decision` for one estimate (A12, D3).

    :param Request request: the estimate and the state of its account
    :param Limits limits: the account's limits
    """
    if not request.is_billable:
        return Decision(APPROVE, "not_billable", "Not billable: no consent needed")
    if request.paused:
        return Decision(HOLD, "paused", "New work is paused while an invoice is overdue")
    limit_answer = _check_limits(request, limits)
    if limit_answer.outcome != APPROVE:
        return limit_answer
    if request.postpaid_amount > request.credit_available:
        return Decision(ASK, "funds", "Prepaid hours and credit do not cover it")
    return limit_answer


def _check_limits(request, limits):
    """Return whether both limits are set and keep the estimate; only an authorised requester may use them."""
    if not request.requester_authorised:
        return Decision(ASK, "requester", "Asked for by someone who may not use the limits")
    if not (limits.per_job > 0 and limits.per_project > 0):
        return Decision(ASK, "no_limits", "No limits for approval by itself are set")
    if request.minutes > limits.per_job:
        over = f"{format_hours(request.minutes)} h > {format_hours(limits.per_job)} h per job"
        return Decision(ASK, "job_limit", f"Over the limit per job: {over}")
    total = request.window_minutes + request.minutes
    of_window = f"{format_hours(limits.per_project)} h {WINDOW_WORDS[limits.window]}"
    if total > limits.per_project:
        return Decision(ASK, "project_limit", f"Over the limit per project: {format_hours(total)} h > {of_window}")
    inside = f"{format_hours(request.minutes)} h <= {format_hours(limits.per_job)} h per job"
    return Decision(APPROVE, "limits", f"Approved by itself: {inside}, {format_hours(total)} h of {of_window}")
