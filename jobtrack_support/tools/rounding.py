"""Whole minutes and exact money.

Hours are floats on Odoo's screens; here they become whole minutes once, at the border, and money becomes ``Decimal``
with the number of digits of its currency. See ``requirements`` M5 and the decision "Minutes and money".
"""

from decimal import ROUND_HALF_UP, Decimal

MINUTES_PER_HOUR = 60


def to_minutes(hours):
    """Return ``hours`` (float, int or Decimal) as whole minutes, the half minute rounded away from zero."""
    exact = Decimal(repr(hours) if isinstance(hours, float) else hours) * MINUTES_PER_HOUR
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def to_hours(minutes):
    """Return whole ``minutes`` as hours, for screens and for Odoo's float fields."""
    return minutes / MINUTES_PER_HOUR


def format_hours(minutes, plus=""):
    """Return minutes as people write hours: ``90`` -> ``"1:30"``, ``-5`` -> ``"-0:05"``.

    :param str plus: what stands before hours that are not below zero
    """
    sign = "-" if minutes < 0 else plus
    return f"{sign}{abs(minutes) // MINUTES_PER_HOUR}:{abs(minutes) % MINUTES_PER_HOUR:02d}"


def money(amount, digits=2):
    """Return ``amount`` as a ``Decimal`` with ``digits`` decimals, the half rounded away from zero.

    A float is read by its shortest notation, so that ``0.1`` means one tenth.
    """
    exact = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def draw_value(value_remaining, minutes, minutes_remaining, digits=2):
    """Return the part of ``value_remaining`` that leaves a pack with ``minutes`` of its ``minutes_remaining``.

    Never negative, never more than what is left, and the draws of a pack always add up to its value: the last one takes
    exactly what remains (I2).

    :param Decimal value_remaining: money left in the pack
    :param int minutes: minutes drawn, from 0 to ``minutes_remaining``
    :raise ValueError: when more minutes are drawn than there are
    """
    if not 0 <= minutes <= minutes_remaining:
        raise ValueError(f"cannot draw {minutes} of {minutes_remaining} minutes")
    if not minutes:
        return money(0, digits)
    return money(money(value_remaining, digits) * minutes / minutes_remaining, digits)


def amount_of(minutes, rate, digits=2):
    """Return the price of ``minutes`` at ``rate`` per hour, rounded once."""
    return money(money(rate, 6) * minutes / MINUTES_PER_HOUR, digits)


def invoice_quantity(minutes, rate, unit_digits=2, digits=2):
    """Return ``minutes`` as a quantity in hours for an invoice, or None where quantity x rate is not the exact price.

    Hours are exact in the unit's precision or they are no quantity: 20 minutes are not 0.33 hours. Nor is a product
    that needs rounding: a company that rounds taxes globally adds up the parts of a cent.

    :param int unit_digits: decimal places that an invoice keeps of a quantity
    """
    hours = Decimal(minutes) / MINUTES_PER_HOUR
    quantity = money(hours, unit_digits)
    price = quantity * money(rate, 6)
    return float(quantity) if quantity == hours and price == money(price, digits) else None


def billable_minutes(worked, approved, increment=0, minimum=0):
    """Return the minutes to bill: worked, rounded up to ``increment``, at least ``minimum``, at most ``approved``.

    Nothing worked is nothing billed; and whatever the increments say, consent is the ceiling (I5).
    """
    if worked <= 0:
        return 0
    minutes = max(worked, minimum)
    if increment:
        minutes = -(-minutes // increment) * increment
    return min(minutes, max(approved, 0))
