"""What people may not write themselves: figures and states that follow from steps.

Our own methods work in sudo after their checks; whoever calls over RPC does not.
"""

from dataclasses import dataclass
from hashlib import sha256

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import email_normalize_all
from odoo.tools.misc import hash_sign

DEFAULT = "default_"
SIGNS = "jobtrack_signs"
# Stands in the context of the program's own steps. A context that a caller sends holds plain values, never this object.
_OURS = object()


@dataclass(frozen=True)
class Own:
    """A value that the program puts into the context of its own steps: what a caller sends is never of this kind."""

    value: tuple


def own_value(env, key):
    """Return the value that the program itself put into the context as ``key``; None where it did not."""
    found = env.context.get(key)
    return found.value if isinstance(found, Own) else None


def refuse(records, vals_list, protected, error):
    """Raise ``error`` when a user writes a protected field.

    :param list vals_list: the values that are about to be written
    :param set protected: names of fields that only our methods write
    """
    if not records.env.su and any(protected & vals.keys() for vals in vals_list):
        raise error


def is_system(env):
    """Return whether the program itself is at work: nobody logged in can have sent this context.

    Superuser mode alone does not say so: our methods enter it for their caller, with the caller's context.
    """
    return env.su and env.uid == SUPERUSER_ID


def without_defaults(records, protected=None):
    """Return ``records`` in a context without protected defaults: a context is as easily sent as a value.

    :param set protected: names of fields; by default all
    """
    if is_system(records.env):
        return records
    context = {
        key: value
        for key, value in records.env.context.items()
        if not (
            key.startswith(DEFAULT)
            and (protected is None or key.removeprefix(DEFAULT) in protected)
        )
    }
    if len(context) == len(records.env.context):
        return records
    return records.with_env(records.env(context=context))


def filled_in(records, prefix=""):
    """Return the names of the stored fields of ``records`` that the program fills in: those declared read-only.

    :param str prefix: of our own fields on Odoo's models
    """
    return {
        name
        for name, field in records._fields.items()
        if field.store and field.readonly and name not in MAGIC_COLUMNS and name.startswith(prefix)
    }


def check_staff_reads(records):
    """Refuse visitors, and staff who may not read ``records``: for steps that only open a screen."""
    if records.env.su:
        return
    if not records.env.user._is_internal():
        raise AccessError(records.env._("This screen belongs to the support team."))
    records.check_access("read")


# === LINKS THAT ACT FOR THEIR READER === #


def signing(records):
    """Return ``records`` in a context in which links are signed: for the mails and pages of our own steps."""
    return records.with_context(**{SIGNS: _OURS})


def is_ours(env):
    """Return whether the program itself writes the mail or the page, and nobody else rendered it."""
    return is_system(env) or env.context.get(SIGNS) is _OURS


def address_mark(partner):
    """Return what ties a link that spends money to the mailbox it was sent to, without naming it in the link.

    Where somebody else reads that mailbox, a new main address of the person ends all links that lie in the old one.
    """
    addresses = ",".join(email_normalize_all(partner.sudo().email or ""))
    return sha256(addresses.encode()).hexdigest()[:16]


def signed_link(env, scope, payload, hours):
    """Return the signed part of a link, or words that open nothing where somebody only looks at a mail's template.

    Whoever may read a record may have Odoo render a template on it, with any person in the context, and mail the
    result to themselves: without this, staff would approve in a client's name.

    :param payload: what the link stands for, plain values
    :param int hours: how long it is valid
    """
    if not is_ours(env):
        return "preview"
    return hash_sign(env(su=True), scope, payload, expiration_hours=hours)
