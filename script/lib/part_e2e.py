"""The part "e2e": people in browsers against a running Odoo, with real mail."""

import os

from . import databases, node, odoo_run, pytest_run, services, system_tools, templates
from .errors import Failure
from .paths import TEST_OUTPUT

_FOLDER = TEST_OUTPUT / "e2e"


def run(setting):
    """Start Odoo on a fresh database without demo data, and run the browser tests against it.

    :rtype: results.PartResult
    """
    for name, found in (
        ("wkhtmltopdf", system_tools.pdf_printer()),
        ("chromium", system_tools.browser()),
    ):
        if not found:
            raise Failure(f"the tests in a browser need {name}: as root, apt-get install {name}.")
    template = templates.addons_template(setting.cluster, setting.odoo)
    folder = _FOLDER / str(os.getpid())
    mails = folder / "mail"
    with (
        databases.run_copy(setting.cluster, template, "e2e") as database,
        odoo_run.free_port() as port,
        services.mail_sink(mails) as settings,
        services.odoo(setting.cluster, database, port, settings, log=TEST_OUTPUT / "e2e-odoo.log"),
    ):
        environment = {
            "JOBTRACK_E2E_URL": services.address(port),
            "JOBTRACK_E2E_DATABASE": database,
            "JOBTRACK_E2E_MAIL": str(mails),
            "JOBTRACK_E2E_SMTP_PORT": str(settings["smtp_port"]),
            "JOBTRACK_E2E_OUTPUT": str(folder),
            "JOBTRACK_E2E_BROWSER": system_tools.browser(),
            # The Node.js inside Playwright needs a library that a small machine lacks.
            "PLAYWRIGHT_NODEJS_PATH": str(node.program()),
        }
        return pytest_run.run("e2e", ["tests/e2e"], setting, environment=environment)
