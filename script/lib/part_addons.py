"""The part "addons": the Odoo tests of our three addons."""

from . import odoo_tests, templates
from .console import note
from .paths import ADDONS
from .results import PartResult

# What Odoo itself logs on every run, whatever our addons do.
_HARMLESS = (
    "Running as user 'root' is a security risk",
    "PyPDF2",
)


def run(setting):
    """Run the tests of installed addons on a copy of the template.

    :param setting: what the run shares between its parts; its filter limits the tests
    :rtype: PartResult
    """
    template = templates.addons_template(setting.cluster, setting.odoo)
    tags = setting.filter or ",".join(f"/{name}" for name in ADDONS)
    result = odoo_tests.OdooRun(
        setting.cluster, template, tags, "addons", started=setting.started,
        on_broken=lambda test: note(f"addons: broken: {test}"),
    ).run()  # fmt: skip
    return summarise("addons", result)


def summarise(name, result):
    """Turn the result of an Odoo run into that of a part; a warning or error in the log fails it.

    :rtype: PartResult
    """
    part = PartResult(name, result.tests, len(result.broken), seconds=result.seconds)
    part.problems = list(result.broken.values())
    for entry in result.complaints:
        if not any(text in entry.whole() for text in _HARMLESS):
            part.problems.append("logged during the tests: " + entry.whole())
    part.remarks.append(f"first test after {result.started_after:.1f}s")
    return part
