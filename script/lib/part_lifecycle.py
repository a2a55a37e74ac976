"""The part "lifecycle": installing, updating and removing the addons on databases with data."""

from . import pytest_run, templates


def run(setting):
    """Run the tests of the addons' life, which copy the template databases.

    :rtype: results.PartResult
    """
    environment = {
        "JOBTRACK_BASE_TEMPLATE": templates.base_template(setting.cluster, setting.odoo),
        "JOBTRACK_ADDONS_TEMPLATE": templates.addons_template(setting.cluster, setting.odoo),
    }
    return pytest_run.run("lifecycle", ["tests/lifecycle"], setting, environment=environment)
