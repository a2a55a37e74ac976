"""When clients are told that little is left."""


def is_low_credit(limit, left, percent):
    """Return whether so little of the credit is left that its people are told.

    :param Decimal limit: what the client may owe; without a limit nothing can run low
    :param Decimal left: what of it is left; below 0 when more is owed
    :param int percent: told below this share of the limit; 0 means never
    """
    return limit > 0 and percent > 0 and left * 100 < limit * percent
