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
LIMITS = "limits"

EVENTS = (RECEIVED, QUESTION, ESTIMATE, DECIDED, SCHEDULED, DONE, BILL, HOURS, HOLD, LIMITS)
MAY_MUTE = (RECEIVED, DECIDED, SCHEDULED, HOURS)

# Every mail to clients, by the name of its template without "mail_template_": the row that it belongs to.
MAILS = {
    "received": RECEIVED,
    "question": QUESTION,
    "answer": QUESTION,
    "estimate": ESTIMATE,
    "estimates": ESTIMATE,
    "estimate_copy": ESTIMATE,
    "reminder": ESTIMATE,
    "told": ESTIMATE,
    "decided": DECIDED,
    "ended": DECIDED,
    "scheduled": SCHEDULED,
    "note": SCHEDULED,
    "done": DONE,
    "prebill": BILL,
    "statement": BILL,
    "failed_charge": BILL,
    "dispute_decided": BILL,
    "bill_copy": BILL,
    "low_hours": HOURS,
    "low_credit": HOURS,
    "hours_expire": HOURS,
    "renewal": HOURS,
    "standing_order": HOURS,
    "hold": HOLD,
    "draft": HOLD,
    "limits": LIMITS,
}
PREFIX = "jobtrack_support.mail_template_"

# What happens to one mail for one person.
NOW = "now"
DIGEST = "digest"
NOT = "not"


def event_of(template, event=None):
    """Return the row of the table to which a mail belongs.

    :param str template: external id of its template
    :param str event: the row that the caller takes it for, if any
    :raise ValueError: when the mail stands in no row, or in another one than the caller says
    """
    row = MAILS.get(template.removeprefix(PREFIX))
    if row is None or event not in (None, row):
        raise ValueError(f"{template!r} is no mail of the row {event!r}")
    return row


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
