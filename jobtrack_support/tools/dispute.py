"""What becomes of a client's objection to a line of the coming bill (M6)."""

from .job_states import BILLED, DONE

# What staff decide.
BILL = "bill"
WAIVE = "waive"
CORRECT = "correct"
# How a dispute ends otherwise.
WITHDRAWN = "withdrawn"
REOPENED = "reopened"

# What an objection does.
KEEP_OUT = "keep_out"
STANDS = "stands"
ASK = "ask"
TOO_EARLY = "too_early"
FREE = "free"


def objection(state, is_billable, is_disputed, decision=None):
    """Return what an objection of the client does to a job.

    Only a done job that is not billed can be kept out of a run. What is billed is not a line of the coming bill any
    more, and what was decided is decided: both become a request to the staff, in the client's words.

    :param str state: the job's state
    :param str decision: how an earlier dispute of the same job ended
    :return: ``keep_out`` (it is disputed from now on), ``stands`` (it is disputed already, nothing changes), ``ask``
        (the words go to the staff), ``too_early`` (not done yet) or ``free`` (it costs nothing)
    """
    if not is_billable:
        return FREE
    if state == BILLED:
        return ASK
    if state != DONE:
        return TOO_EARLY
    if is_disputed:
        return STANDS
    return ASK if decision in (BILL, WAIVE) else KEEP_OUT
