"""How each kind of ledger entry appears in the books: which role is debited and which credited.

Only movements of value that no invoice books are here: a purchase and a refund are booked by their invoice and credit
note, a rollover moves nothing between accounts. Roles are resolved to ledger accounts per company.
"""

from decimal import Decimal

DEFERRED = "deferred"
REVENUE = "revenue"
BREAKAGE = "breakage"
GRANTED = "granted"

# kind -> (the account against deferred revenue) ; usage and expiry release the liability, a grant with value makes one.
COUNTERPART = {
    "usage": REVENUE,
    "expiry": BREAKAGE,
    "grant": GRANTED,
    "adjustment": GRANTED,
}


def roles(kind, value, reversed_kind=None):
    """Return ``(debit role, credit role)`` of a movement, or None when it is not booked by the ledger.

    :param str kind: kind of the ledger entry
    :param value: signed value of the entry; positive raises what the host owes
    :param str reversed_kind: for a reversal, the kind of the entry it reverses
    """
    counterpart = COUNTERPART.get(reversed_kind if kind == "reversal" else kind)
    if counterpart is None or not Decimal(str(value)):
        return None
    return (counterpart, DEFERRED) if value > 0 else (DEFERRED, counterpart)
