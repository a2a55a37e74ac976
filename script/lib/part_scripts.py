"""The part "scripts": the scripts themselves and the package for pip."""

from . import pytest_run, templates


def run(setting):
    """Run the tests of scripts and packaging, which copy the base template.

    :rtype: results.PartResult
    """
    template = templates.base_template(setting.cluster, setting.odoo)
    environment = {"JOBTRACK_BASE_TEMPLATE": template}
    return pytest_run.run(
        "scripts", ["tests/scripts", "tests/packaging"], setting, environment=environment
    )
