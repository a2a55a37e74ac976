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


def waits_for_room(typed, approved, is_named):
    """Return whether pending time becomes billable by itself when room appears inside the approved hours.

    :param typed: when it was typed; None where nobody knows
    :param approved: when the version in force was approved; None without one
    :param bool is_named: whether that version names it
    :return: True for what was typed under the version or is named there. Older time waits until a version names it:
        approving makes exactly what is named billable
    """
    if approved is None:
        return False
    return is_named or (typed is not None and typed >= approved)


# Staff are warned when so much of what was approved is used.
WARN_AT_PERCENT = 80


def is_nearly_used(used, approved):
    """Return whether so much of the approved minutes is used that staff should ask for more, or stop, in time."""
    return approved > 0 and used * 100 >= approved * WARN_AT_PERCENT


def hours_to_name(typed, in_force, used, pending):
    """Return the minutes that a draft change order needs so that it covers the time which it names.

    :param int typed: what the draft says now; it is never lowered
    :param int in_force: the minutes of the version in force
    :param int used: consented minutes of the job
    :param int pending: minutes that wait for consent
    """
    return max(typed, in_force + pending if pending else typed, used + pending)
