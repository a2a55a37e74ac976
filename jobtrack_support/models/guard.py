"""What people may not write themselves: figures and states that follow from steps.

Our own methods work in sudo after their checks; whoever calls over RPC does not.
"""

DEFAULT = "default_"


def refuse(records, vals_list, protected, error):
    """Raise ``error`` when a user writes a protected field.

    :param list vals_list: the values that are about to be written
    :param set protected: names of fields that only our methods write
    """
    if not records.env.su and any(protected & vals.keys() for vals in vals_list):
        raise error


def without_defaults(records, protected):
    """Return ``records`` in a context without protected defaults: a context is as easily sent as a value."""
    if records.env.su:
        return records
    context = {
        key: value
        for key, value in records.env.context.items()
        if not (key.startswith(DEFAULT) and key.removeprefix(DEFAULT) in protected)
    }
    return records.with_env(records.env(context=context))
