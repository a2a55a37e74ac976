"""One place decides whether an estimate is approved by itself, must be asked, or must wait; and why.

The checks come in the order of the architecture: emergency mandate, contact, pause, billable, limits and mandates,
funds; before all of them stands the word of a person: what was refused is asked again. The first that answers counts.
The answer carries a code and figures; the model turns them into a sentence in the reader's language and stores it.
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
class Mandate:
    """What a client has authorised one person for (M7), in minutes; 0 means that this side is not bounded.

    :param date_until: last day on which it counts; None for ever
    :param window_used: minutes of the mandate's window that are used already
    """

    per_job: int = 0
    per_window: int = 0
    date_until: object = None
    window_used: int = 0


@dataclass(frozen=True)
class EmergencyMandate:
    """Consent given beforehand: work up to so many minutes at no more than this rate; 0 minutes mean none."""

    minutes: int = 0
    rate: object = 0


@dataclass(frozen=True)
class Request:
    """What is known about one estimate when the decision is due.

    ``minutes`` is the total of the job with this version; ``window_add`` is what this version adds to the hours that
    were approved for the job before, which is what counts in windows. ``window_minutes`` are the approved minutes
    inside the limit's window without this version. ``requester_proven`` is false where nothing has shown that the
    named person has asked: the public page, or mail whose sender was not checked. ``refused``: a person of the client
    has said no to the job, or has an open question, and nobody there has said yes since.
    """

    is_billable: bool
    minutes: int
    window_minutes: int = 0
    window_add: int | None = None
    requester_authorised: bool = True
    requester_named: bool = True
    requester_proven: bool = True
    refused: bool = False
    paused: bool = False
    postpaid_amount: object = 0
    credit_available: object = 0
    emergency: bool = False
    may_call_emergency: bool = True
    rate: object = 0
    today: object = None

    @property
    def added(self):
        """Return the minutes that count in a window."""
        return self.minutes if self.window_add is None else self.window_add


@dataclass(frozen=True)
class Decision:
    """``outcome`` is approve, ask or hold; ``code`` names the check that answered; ``figures`` are in minutes."""

    outcome: str
    code: str
    figures: dict = field(default_factory=dict)


def decide(request, limits, mandate=None, emergency=None):
    """Return the :class:`Decision` for one estimate (A12, D3, M7).

    :param Request request: the estimate and the state of its account
    :param Limits limits: the account's limits: the ceiling of what is approved by itself
    :param Mandate mandate: what the requester is authorised for; None when the account's limits alone count
    :param EmergencyMandate emergency: what the account lets pass in an emergency
    """
    for check in (_check_refused, _check_emergency, _check_contact, _check_pause, _check_billable):
        answer = check(request, emergency)
        if answer:
            return answer
    by_limits = _check_limits(request, limits)
    if by_limits.outcome == APPROVE and mandate:
        by_limits = check_mandate(request, mandate, by_limits)
    # Overdrawn credit stops postpaid work, not the use of prepaid hours (A11).
    credit = max(request.credit_available, 0)
    if by_limits.outcome == APPROVE and request.postpaid_amount > credit:
        return Decision(ASK, "funds")
    return by_limits


YES, NO, SILENT = "yes", "no", "silent"


def answer_of_person(by_person, declined, contested, asks):
    """Return what a person of the client has said to one version.

    :param bool by_person: a person has decided on it, not a limit or a mandate
    :param bool declined: the decision was a no
    :param bool contested: somebody said that the decision was not theirs
    :param bool asks: a question about it was not answered
    """
    if contested or (by_person and declined):
        return NO
    if by_person:
        return YES
    return NO if asks else SILENT


def is_refused(answers):
    """Return whether the last word of the client's people on a job is a no, or a question that nobody has answered.

    :param answers: of each earlier version, newest first: what a person of the client said; limits are silent
    """
    return next((answer for answer in answers if answer != SILENT), YES) == NO


def _check_refused(request, _emergency):
    """Ask after a no: neither limits nor a mandate given beforehand speak against a person."""
    return Decision(ASK, "refused") if request.refused and request.is_billable else None


def _check_emergency(request, emergency):
    """Let an emergency pass that the client has consented to beforehand: the person, the hours and the rate."""
    if not (request.emergency and request.is_billable and emergency and emergency.minutes > 0):
        return None
    # A role of its own: who may call need not be somebody who may ask for other work.
    is_caller = request.requester_named and request.requester_proven
    if not (is_caller and request.may_call_emergency):
        return None
    if request.minutes > emergency.minutes or request.rate > emergency.rate:
        return None
    figures = {"minutes": request.minutes, "job_limit": emergency.minutes}
    return Decision(APPROVE, "emergency", figures)


def _check_contact(request, _emergency):
    """Ask when somebody has asked who may not, nobody, or whoever it was: none spends anything, whatever the job is."""
    if not request.requester_authorised:
        return Decision(ASK, "requester")
    if not request.requester_named:
        return Decision(ASK, "nobody")
    return None if request.requester_proven else Decision(ASK, "unproven")


def _check_pause(request, _emergency):
    return Decision(HOLD, "paused") if request.paused else None


def _check_billable(request, _emergency):
    return None if request.is_billable else Decision(APPROVE, "not_billable")


def _check_limits(request, limits):
    """Return whether both limits are set and keep the estimate."""
    if not (limits.per_job > 0 and limits.per_project > 0):
        return Decision(ASK, "no_limits")
    total = request.window_minutes + request.added
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


def check_mandate(request, mandate, passed=None):
    """Return whether the mandate of a person covers the estimate: for approval by itself, and by that person's hand.

    :param Decision passed: what the limits have said; the answer when the mandate covers it
    """
    total = mandate.window_used + request.added
    figures = {
        "minutes": request.minutes,
        "mandate_job": mandate.per_job,
        "mandate_total": total,
        "mandate_window": mandate.per_window,
    }
    if mandate.date_until and request.today and request.today > mandate.date_until:
        return Decision(ASK, "mandate_over", figures)
    if not (mandate.per_job or mandate.per_window):
        return Decision(ASK, "mandate_empty", figures)
    if mandate.per_job and request.minutes > mandate.per_job:
        return Decision(ASK, "mandate_job", figures)
    if mandate.per_window and total > mandate.per_window:
        return Decision(ASK, "mandate_window", figures)
    if passed is None:
        return Decision(APPROVE, "mandate", figures)
    return Decision(APPROVE, passed.code, {**passed.figures, **figures})
