"""The part "lint": all style checks."""

from . import lint_command, lint_odoo


def run(setting):
    """Run every style check.

    :rtype: results.PartResult
    """
    return lint_command.run_checks(lambda: lint_odoo.check(setting.cluster, setting.odoo))
