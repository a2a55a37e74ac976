"""Checks that need a database with our addons: Odoo's own (its addon ``test_lint``), and translations."""

from . import odoo_tests, templates, translations
from .paths import ADDONS

# Left out: what lint_tools and lint_text do in another way (Python, JavaScript, merge markers),
# tests of the checkers themselves, and the check of docstrings, which core does not pass.
_LEFT_OUT = ("TestPyLint", "TestESLint", "TestDocstring", "TestPylintChecks", "TestGetTextLint")
_LEFT_OUT += ("TestSqlLint", "TestI18nChecks", "TestConflictMarkers")


def check(cluster, odoo):
    """Run Odoo's checks that read every addon, and compare the templates for translators.

    :return: lines of complaint, and how many checks ran
    """
    template = templates.addons_template(cluster, odoo)
    tags = ",".join(["/test_lint", *(f"-/test_lint:{name}" for name in _LEFT_OUT)])
    result = odoo_tests.OdooRun(cluster, template, tags, "lint", extra=("-i", "test_lint")).run()
    found = [_only_ours(text) for text in result.broken.values()]
    if not result.tests:
        found.append("Odoo ran none of its checks")
    return found + translations.check(cluster, odoo), result.tests + 1


def _only_ours(text):
    """Keep the lines that name our addons, or all when none does."""
    lines = [line for line in text.splitlines() if any(name in line for name in ADDONS)]
    return "\n".join(lines or text.splitlines())
