"""Which time the client's approval covers (I7)."""

BILLABLE = "billable"
PENDING = "pending"
FREE = "free"


def classify(entries, used, approved, fixed=False):
    """Return for each entry whether the approval covers it, in the order in which they were typed.

    An entry that goes beyond the approved minutes waits as a whole: which part of it is meant is for a person to say. A
    correction (negative time) is covered as long as it takes back no more than there is.

    :param entries: minutes of the entries, in order
    :param int used: billable minutes of the job's other entries
    :param int approved: minutes that were approved; 0 without consent
    :param bool fixed: whether a fixed price was approved, in which more work costs the client nothing: it never waits
    :return: list of ``billable``, ``pending`` or, for entries of no length or inside a fixed price, ``free``
    """
    beyond = FREE if fixed and approved else PENDING
    answers = []
    for minutes in entries:
        if not minutes:
            answers.append(FREE)
        elif 0 <= used + minutes <= approved:
            used += minutes
            answers.append(BILLABLE)
        else:
            answers.append(beyond)
    return answers
