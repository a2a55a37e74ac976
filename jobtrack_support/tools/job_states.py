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

# Open: work may still be logged. Pending: consent given, not billed.
OPEN = (REQUESTED, ESTIMATED, APPROVED, ON_HOLD)
PENDING_BILLING = (APPROVED, ON_HOLD, DONE)

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

WAITING_FOR = {REQUESTED: HOST, ESTIMATED: CLIENT, APPROVED: HOST, ON_HOLD: CLIENT}


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


def is_finished(state, is_billable):
    """Return whether a job has left the default lists (A8): billed, given up, or done without anything to bill."""
    return state in (BILLED, CANCELLED) or (state == DONE and not is_billable)
