"""The part "unit": the rules without Odoo and without a database."""

from . import pytest_run


def run(setting):
    """Run the tests of the pure rules.

    :rtype: results.PartResult
    """
    return pytest_run.run("unit", ["tests/unit"], setting)
