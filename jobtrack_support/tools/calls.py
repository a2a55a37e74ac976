"""What the person at the phone may do for a caller, at a glance (A13)."""

UNKNOWN = "unknown"
NO_ROLE = "no_role"
AUTHORISED = "authorised"


def standing(known, may_request, refusal, may_call_emergency=False, is_emergency=False):
    """Return how a caller stands.

    :param bool known: whether the caller is an active contact
    :param str refusal: why the account takes no requests now (see ``intake``), or empty
    :param bool may_call_emergency: whether this contact may call in emergencies
    :param bool is_emergency: whether this call is one
    :return: ``unknown``, ``no_role``, ``closed``, ``paused``, ``funds`` or ``authorised``
    """
    if not known:
        return UNKNOWN
    if not may_request and not (is_emergency and may_call_emergency):
        return NO_ROLE
    return refusal or AUTHORISED
