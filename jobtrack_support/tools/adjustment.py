"""Hours that people move by hand: what they are worth, how many are allowed, and when a second person decides."""

from .rounding import draw_value, money


def needs_second_person(minutes, limit, alone_today=0):
    """Return whether a second person must approve.

    Hours that the same person moved alone on the same account today count together, or the limit could be passed in
    small steps.

    :param int minutes: signed minutes of this adjustment
    :param int limit: minutes that one person moves alone
    :param int alone_today: minutes, up and down, that the person moved alone today
    """
    return abs(minutes) + alone_today > limit


def worth(value, minutes, of_minutes, digits=2):
    """Return what ``minutes`` are worth at the price at which ``of_minutes`` cost ``value``; they may be more."""
    return money(money(value, digits) * minutes / of_minutes, digits)


def given_back(value, minutes, used, back_minutes=0, back_value=0, digits=2):
    """Return the value of ``minutes`` that return from a usage, so that all of them return exactly its value.

    :param Decimal value: what the usage took
    :param int used: minutes of the usage
    :param int back_minutes: minutes of it that were given back before, for ``back_value``
    """
    left = money(value, digits) - money(back_value, digits)
    return draw_value(left, minutes, used - back_minutes, digits)


def refundable(remaining, reserved, sold):
    """Return the minutes of a purchase that can be paid back: free ones, and no more than were paid for.

    :param int remaining: minutes left
    :param int reserved: of them, minutes that jobs keep
    :param int sold: minutes sold and not credited yet
    """
    return max(min(remaining - reserved, sold), 0)
