"""The part "upstream": Odoo's own tests, which must pass with our addons as they do without."""

from . import odoo_tests, templates
from .console import note
from .paths import ROOT
from .results import PartResult

ADDONS = ("portal", "project", "hr_timesheet", "sale_timesheet", "sale_project", "account_payment")
AT_END = ROOT / "script" / "lib" / "run_tests_at_end.py"
KNOWN = ROOT / "tests" / "upstream" / "known_failures.txt"
# Odoo's tours wait ten seconds for a page, which a busy machine does not always keep: a test that breaks is run once
# more when the other parts are done. What breaks twice has broken.
MOST_TO_REPEAT = 10


def run(setting):
    """Run Odoo's own tests; what fails and is not listed as failing on plain Odoo fails the part.

    :rtype: results.PartResult
    """
    make = templates.base_template if setting.plain else templates.addons_template
    template = make(setting.cluster, setting.odoo)
    tags = setting.filter or ",".join(f"/{name}" for name in ADDONS)
    name = "upstream-plain" if setting.plain else "upstream"
    known = read_known(KNOWN.read_text())
    result = _run(setting, template, tags, name)
    surprises = [test for test in result.broken if test not in known]
    part = judge(name, result, known)
    if 0 < len(surprises) <= MOST_TO_REPEAT:
        tags = ",".join(map(tag_of, surprises))
        part.once_more = lambda: judge(
            name, result, known, _run(setting, template, tags, f"{name}-again")
        )
    return part


def _run(setting, template, tags, name):
    return odoo_tests.OdooRun(
        setting.cluster, template, tags, name, ours=not setting.plain, program=(AT_END,),
        on_broken=lambda test: note(f"upstream: broken: {test}"),
    ).run()  # fmt: skip


def tag_of(test):
    """:return: the tag that selects one test, from its id ``addon/Class.method``."""
    addon, _, method = test.partition("/")
    return f"/{addon}:{method}"


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


def judge(name, result, known, again=None):
    """Count only what is not known to fail on plain Odoo, and broke in the second run as well if there was one.

    :rtype: PartResult
    """
    surprises = {test: text for test, text in result.broken.items() if test not in known}
    expected = len(result.broken) - len(surprises)
    part = PartResult(name, result.tests)
    part.remarks.append(f"{expected} of {len(known)} known failures of plain Odoo")
    if again:
        passed = [
            test for test in surprises if again.tests >= len(surprises) and test not in again.broken
        ]
        part.remarks += [f"passed at the second try: {test}" for test in passed]
        surprises = {test: text for test, text in surprises.items() if test not in passed}
    part.failed = len(surprises)
    part.problems = list(surprises.values())
    return part
