"""Whether an invoice for hours was really paid.

An invoice also shows as paid when somebody wrote most of it off, or settled it with a credit note over something else.
Hours are given for money only: for payments, for credit notes over the same hours, for the early-payment discount that
the payment terms allow, and for small differences on the accounts that the company names (A6, traps 2).
"""

from dataclasses import dataclass
from decimal import Decimal

DISCOUNT = "discount"
SMALL_DIFFERENCE = "small difference"
OTHER = "other"


@dataclass(frozen=True)
class Settlement:
    """What settled a part of an invoice: a payment, a bank line, an entry or a credit note."""

    is_posted: bool = True
    is_foreign_credit: bool = False  # a credit note over something else than the invoice's hours
    write_offs: tuple = ()  # pairs (DISCOUNT, SMALL_DIFFERENCE or OTHER; amount lost, in company currency)

    def lost(self, kind=None):
        """Return the amount that was written off, as one kind or altogether."""
        amounts = (amount for key, amount in self.write_offs if kind in (None, key))
        return sum(amounts, start=Decimal(0))


def is_paid(residual, settlements, discount=0, tolerance=0, accepted=0):
    """Return whether money settled the invoice.

    :param Decimal residual: what is still owed
    :param settlements: all :class:`Settlement` of the invoice
    :param Decimal discount: early-payment discount that the payment terms allow
    :param Decimal tolerance: small difference that the company accepts per invoice
    :param Decimal accepted: what was written off when the hours were given; a stricter rule later does not take
        them back
    """
    if residual or not settlements:
        return False
    if any(not part.is_posted or part.is_foreign_credit for part in settlements):
        return False
    lost = _lost(settlements)
    if lost and lost <= accepted:
        return True
    return (
        not _lost(settlements, OTHER)
        and _lost(settlements, DISCOUNT) <= discount
        and _lost(settlements, SMALL_DIFFERENCE) <= tolerance
    )


def _lost(settlements, kind=None):
    return sum((part.lost(kind) for part in settlements), start=Decimal(0))
