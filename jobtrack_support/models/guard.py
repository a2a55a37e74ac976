"""What people may not write themselves: figures and states that follow from steps.

Our own methods work in sudo after their checks; whoever calls over RPC does not.
"""

from odoo import SUPERUSER_ID

DEFAULT = "default_"


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
