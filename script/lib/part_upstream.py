"""The part "upstream": Odoo's own tests, which must pass with our addons as they do without."""

from . import odoo_tests, templates
from .console import note
from .paths import ROOT
from .results import PartResult

ADDONS = ("portal", "project", "hr_timesheet", "sale_timesheet", "sale_project", "account_payment")
AT_END = ROOT / "script" / "lib" / "run_tests_at_end.py"
KNOWN = ROOT / "tests" / "upstream" / "known_failures.txt"


def run(setting):
    """Run Odoo's own tests; what fails and is not listed as failing on plain Odoo fails the part.

    :rtype: results.PartResult
    """
    make = templates.base_template if setting.plain else templates.addons_template
    template = make(setting.cluster, setting.odoo)
    tags = setting.filter or ",".join(f"/{name}" for name in ADDONS)
    name = "upstream-plain" if setting.plain else "upstream"
    result = odoo_tests.OdooRun(
        setting.cluster, template, tags, name, ours=not setting.plain, program=(AT_END,),
        on_broken=lambda test: note(f"upstream: broken: {test}"),
    ).run()  # fmt: skip
    return judge(name, result, read_known(KNOWN.read_text()))


def read_known(text):
    """Read the list of tests that fail on plain Odoo: one test and its cause on each line.

    :return: the causes by test
    """
    known = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            test, _, cause = line.partition("  ")
            known[test.strip()] = cause.strip()
    return known


def judge(name, result, known):
    """Count only what is not known to fail on plain Odoo.

    :rtype: PartResult
    """
    surprises = {test: text for test, text in result.broken.items() if test not in known}
    part = PartResult(name, result.tests, len(surprises), problems=list(surprises.values()))
    expected = len(result.broken) - len(surprises)
    part.remarks.append(f"{expected} of {len(known)} known failures of plain Odoo")
    return part
