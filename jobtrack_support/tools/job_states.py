"""The states of a job, what may follow what, and who is waited for in each.

``approved <-> on_hold`` is the only pause; consent and money move a job, never Odoo's own task state.
"""

REQUESTED = "requested"
ESTIMATED = "estimated"
APPROVED = "approved"
ON_HOLD = "on_hold"
DONE = "done"
BILLED = "billed"
DECLINED = "declined"
CANCELLED = "cancelled"

STATES = (REQUESTED, ESTIMATED, APPROVED, ON_HOLD, DONE, BILLED, DECLINED, CANCELLED)

# Open: work may still be logged. Pending: consent given, not billed. Over: nothing is left to be done on it.
OPEN = (REQUESTED, ESTIMATED, APPROVED, ON_HOLD)
PENDING_BILLING = (APPROVED, ON_HOLD, DONE)
OVER = (DONE, CANCELLED)

TRANSITIONS = {
    REQUESTED: {ESTIMATED, APPROVED, CANCELLED},
    ESTIMATED: {ESTIMATED, REQUESTED, APPROVED, DECLINED, CANCELLED},
    APPROVED: {REQUESTED, ON_HOLD, DONE, CANCELLED},
    ON_HOLD: {APPROVED, DONE, CANCELLED},
    DECLINED: {REQUESTED, ESTIMATED, CANCELLED},
    DONE: {BILLED, APPROVED},
    BILLED: {APPROVED, DONE},
    CANCELLED: {REQUESTED},
}

HOST = "host"
CLIENT = "client"

# A declined estimate is answered by the host: with a new one, or by giving the job up.
WAITING_FOR = {
    REQUESTED: HOST,
    ESTIMATED: CLIENT,
    APPROVED: HOST,
    ON_HOLD: CLIENT,
    DECLINED: HOST,
}


def may_follow(state, new_state):
    """Return whether a job may go from ``state`` to ``new_state``."""
    return new_state in TRANSITIONS.get(state, ())


def waiting_for(state, hold_reason=None):
    """Return who is waited for in ``state``: ``"host"``, ``"client"`` or None when nobody is.

    A job on hold for ``"other"`` reasons waits for the host: the client can do nothing about it.
    """
    if state == ON_HOLD and hold_reason == "other":
        return HOST
    return WAITING_FOR.get(state)


def waiting_for_answer(state, hold_reason=None, order_waits=False, question=False, answered=False):
    """Return who is waited for when the conversation about the estimate counts as well.

    :param bool order_waits: whether an estimate or change order is sent and not answered
    :param bool question: whether the client has asked something about it that nobody has answered
    :param bool answered: whether the host has answered a client who declined, or who had asked after the end
    """
    if state == CANCELLED:
        return None
    if question:
        return HOST
    if order_waits:
        return CLIENT
    if state in (ESTIMATED, DECLINED):
        # Unanswered until its end, withdrawn or declined: the host goes on, unless it has answered already.
        return CLIENT if answered else HOST
    return waiting_for(state, hold_reason)


def is_finished(state, is_billable):
    """Return whether a job has left the default lists (A8): billed, given up, or done without anything to bill."""
    return state in (BILLED, CANCELLED) or (state == DONE and not is_billable)
