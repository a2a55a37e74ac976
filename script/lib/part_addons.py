"""The part "addons": the Odoo tests of our three addons."""

from . import databases, odoo_tests, templates
from .console import note
from .paths import ADDONS
from .results import PartResult


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
    part = summarise("addons", result)
    logged = databases.read_notes(setting.cluster, template).get("complaints", [])
    part.problems += [f"logged during the installation: {text}" for text in logged]
    return part


def summarise(name, result):
    """Turn the result of an Odoo run into that of a part; a warning or error in the log fails it.

    :rtype: PartResult
    """
    part = PartResult(name, result.tests, len(result.broken), seconds=result.seconds)
    part.problems = list(result.broken.values())
    part.problems += [f"logged during the tests: {text}" for text in result.complaints]
    part.remarks.append(f"first test after {result.started_after:.1f}s")
    return part
