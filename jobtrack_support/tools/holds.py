"""Which approved jobs must wait for money."""


def unfunded(credit, promised):
    """Return the ids of jobs whose postpaid part does not fit into ``credit``, first approved first served.

    :param credit: money that may be owed for approved work (limit less what is owed already)
    :param promised: list of ``(job id, amount)`` in order of approval; amounts of 0 always fit
    """
    waiting = set()
    for job_id, amount in promised:
        if amount and amount > credit:
            waiting.add(job_id)
        else:
            credit -= amount
    return waiting
