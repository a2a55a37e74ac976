"""One place decides whether an estimate is approved by itself, must be asked, or must wait; and why.

The checks come in the order of the architecture (pause, billable, limits, funds); the first that answers counts. The
answer carries a code and figures; the model turns them into a sentence in the reader's language and stores it.
"""

from dataclasses import dataclass, field

APPROVE = "approve"
ASK = "ask"
HOLD = "hold"


@dataclass(frozen=True)
class Limits:
    """What a client lets pass without being asked, in minutes; 0 means that the limit is not set (A12)."""

    per_job: int = 0
    per_project: int = 0


@dataclass(frozen=True)
class Request:
    """What is known about one estimate when the decision is due.

    ``window_minutes`` are the approved minutes of the account's other jobs inside the limit's window.
    """

    is_billable: bool
    minutes: int
    window_minutes: int = 0
    requester_authorised: bool = True
    paused: bool = False
    postpaid_amount: object = 0
    credit_available: object = 0


@dataclass(frozen=True)
class Decision:
    """``outcome`` is approve, ask or hold; ``code`` names the check that answered; ``figures`` are in minutes."""

    outcome: str
    code: str
    figures: dict = field(default_factory=dict)


def decide(request, limits):
    """Return the :class:`Decision` for one estimate (A12, D3).

    :param Request request: the estimate and the state of its account
    :param Limits limits: the account's limits
    """
    if not request.is_billable:
        return Decision(APPROVE, "not_billable")
    if request.paused:
        return Decision(HOLD, "paused")
    by_limits = _check_limits(request, limits)
    # Overdrawn credit stops postpaid work, not the use of prepaid hours (A11).
    credit = max(request.credit_available, 0)
    if by_limits.outcome == APPROVE and request.postpaid_amount > credit:
        return Decision(ASK, "funds")
    return by_limits


def _check_limits(request, limits):
    """Return whether both limits are set and keep the estimate; only an authorised requester may use them."""
    if not request.requester_authorised:
        return Decision(ASK, "requester")
    if not (limits.per_job > 0 and limits.per_project > 0):
        return Decision(ASK, "no_limits")
    total = request.window_minutes + request.minutes
    figures = {
        "minutes": request.minutes,
        "job_limit": limits.per_job,
        "total": total,
        "project_limit": limits.per_project,
    }
    if request.minutes > limits.per_job:
        return Decision(ASK, "job_limit", figures)
    if total > limits.per_project:
        return Decision(ASK, "project_limit", figures)
    return Decision(APPROVE, "limits", figures)
