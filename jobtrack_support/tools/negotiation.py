"""How an offer of a job to a person goes on: who may do what in which state, and what it needs (C3)."""

OFFERED = "offered"
ACCEPTED = "accepted"
REJECTED = "rejected"
COUNTERED = "countered"
WITHDRAWN = "withdrawn"
STATES = (OFFERED, ACCEPTED, REJECTED, COUNTERED, WITHDRAWN)

# Who acts.
ASSIGNEE = "assignee"
MANAGER = "manager"

# What they do.
ACCEPT = "accept"
REJECT = "reject"
COUNTER = "counter"
AGREE = "agree"
INSIST = "insist"
WITHDRAW = "withdraw"
OFFER = "offer"
MOVES = (ACCEPT, REJECT, COUNTER, AGREE, INSIST, WITHDRAW, OFFER)

# Whoever has accepted may still say that it cannot be done, or not by then: better late than silently.
TABLE = {
    (OFFERED, ASSIGNEE, ACCEPT): ACCEPTED,
    (OFFERED, ASSIGNEE, REJECT): REJECTED,
    (OFFERED, ASSIGNEE, COUNTER): COUNTERED,
    (COUNTERED, ASSIGNEE, ACCEPT): ACCEPTED,
    (COUNTERED, ASSIGNEE, REJECT): REJECTED,
    (COUNTERED, ASSIGNEE, COUNTER): COUNTERED,
    (ACCEPTED, ASSIGNEE, REJECT): REJECTED,
    (ACCEPTED, ASSIGNEE, COUNTER): COUNTERED,
    (COUNTERED, MANAGER, AGREE): ACCEPTED,
    (COUNTERED, MANAGER, INSIST): OFFERED,
    (OFFERED, MANAGER, WITHDRAW): WITHDRAWN,
    (COUNTERED, MANAGER, WITHDRAW): WITHDRAWN,
    (ACCEPTED, MANAGER, WITHDRAW): WITHDRAWN,
    (OFFERED, MANAGER, OFFER): OFFERED,
    (REJECTED, MANAGER, OFFER): OFFERED,
    (WITHDRAWN, MANAGER, OFFER): OFFERED,
}
NEED_A_REASON = {REJECT, COUNTER}

# What is missing.
NOT_NOW = "not_now"
NO_REASON = "no_reason"
NO_DATE = "no_date"
PAST = "past"
SAME = "same"


def next_state(state, actor, move):
    """Return the state that follows when ``actor`` makes ``move``, or None when that is not possible now."""
    return TABLE.get((state, actor, move))


def waits_for(state):
    """Return who has to act on an offer: ``"assignee"``, ``"manager"`` or None when it is settled."""
    return {OFFERED: ASSIGNEE, COUNTERED: MANAGER, REJECTED: MANAGER}.get(state)


def problem(state, actor, move, now, reason="", offered=(), proposed=()):
    """Return why a move cannot be made, or None when it can.

    :param datetime now: a date that is proposed lies after it
    :param str reason: what the person says
    :param offered: the dates that stand: deadline, start of the slot; None for each that is not set
    :param proposed: the dates that are proposed instead, in the same order
    :return: ``not_now``, ``no_reason``, ``no_date``, ``past``, ``same`` or None
    """
    if not next_state(state, actor, move):
        return NOT_NOW
    if move in NEED_A_REASON and not (reason or "").strip():
        return NO_REASON
    dates = [date for date in proposed if date]
    if move == COUNTER and not dates:
        return NO_DATE
    if move in (COUNTER, OFFER) and any(date <= now for date in dates):
        return PAST
    if move == COUNTER and all(
        new in (None, False, old) for old, new in zip(offered, proposed, strict=True)
    ):
        return SAME
    return None
