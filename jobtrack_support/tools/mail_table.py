"""The mail table: which event is told at once, kept for the daily digest, or not told because the person muted it.

Events are the rows of the architecture's mail table. What a person must answer, or what costs money, is never muted and
never waits for a digest.
"""

RECEIVED = "received"
QUESTION = "question"
ESTIMATE = "estimate"
DECIDED = "decided"
SCHEDULED = "scheduled"
DONE = "done"
BILL = "bill"
HOURS = "hours"
HOLD = "hold"

EVENTS = (RECEIVED, QUESTION, ESTIMATE, DECIDED, SCHEDULED, DONE, BILL, HOURS, HOLD)
MAY_MUTE = (RECEIVED, DECIDED, SCHEDULED, HOURS)

# What happens to one mail for one person.
NOW = "now"
DIGEST = "digest"
NOT = "not"


def way(event, muted=(), digest=False):
    """Return how a person hears of an event: ``now``, ``digest`` or ``not``.

    :param str event: a row of the mail table
    :param muted: the events that the person muted; those that may not be muted are told all the same
    :param bool digest: whether the person chose one mail a day
    :raise ValueError: when there is no such row: a mail without a row would escape everybody's choice
    """
    if event not in EVENTS:
        raise ValueError(f"{event!r} is no row of the mail table")
    if event not in MAY_MUTE:
        return NOW
    if event in muted:
        return NOT
    return DIGEST if digest else NOW
