"""The part "faults": a billing run whose server is killed and whose database crashes ends as if never disturbed."""

from . import pytest_run, system_tools, templates
from .errors import Failure


def run(setting):
    """Run the tests that kill servers, on a PostgreSQL cluster of their own.

    :rtype: results.PartResult
    """
    if not system_tools.pdf_printer():
        raise Failure("statements need wkhtmltopdf: as root, apt-get install wkhtmltopdf.")
    environment = {
        "JOBTRACK_ADDONS_TEMPLATE": templates.addons_template(setting.cluster, setting.odoo)
    }
    return pytest_run.run("faults", ["tests/faults"], setting, environment=environment)
