"""The script/lint command and the part "lint" of script/test."""

import time
from concurrent.futures import ThreadPoolExecutor

from . import bootstrap, lint_odoo, lint_text, lint_tools, postgres
from .console import note
from .results import PartResult, show

_FIXERS = (lint_tools.ruff_check, lint_tools.ruff_format, lint_tools.prettier, lint_tools.eslint)
_CHECKS = {
    "text": lint_text.check_text,
    "size": lint_text.check_size,
    "ruff check": lint_tools.ruff_check,
    "ruff format": lint_tools.ruff_format,
    "pylint-odoo": lint_tools.pylint_odoo,
    "oca-checks": lint_tools.oca_checks,
    "Odoo's pylint": lint_tools.odoo_pylint,
    "prettier": lint_tools.prettier,
    "eslint": lint_tools.eslint,
}


def main(arguments):
    """Check the style of everything; with --fix, put right what can be put right by itself."""
    odoo = bootstrap.ensure(develop=True)
    if "--fix" in arguments:
        fix()
    if "--quick" in arguments:
        return show([run_checks(lambda: ([], 0))])
    with postgres.cluster() as cluster:
        return show([run_checks(lambda: lint_odoo.check(cluster, odoo))])


def fix():
    """Let each tool that can do so change the files."""
    lint_text.check_text(fix=True)
    for fixer in _FIXERS:
        fixer(fix=True)


def run_checks(odoo_checks):
    """Run all checks, two at a time.

    :param odoo_checks: function that runs Odoo's own checks on a database
    :rtype: PartResult
    """
    begun = time.monotonic()
    part = PartResult("lint")
    with ThreadPoolExecutor(max_workers=2) as pool:
        on_database = pool.submit(odoo_checks)
        running = {name: pool.submit(check) for name, check in _CHECKS.items()}
        for name, future in running.items():
            _count(part, name, future.result(), checks=1)
        complaints, checks = on_database.result()
        _count(part, "Odoo's checks", complaints, checks=checks)
    part.seconds = time.monotonic() - begun
    return part


def _count(part, name, complaints, checks):
    part.tests += checks
    if not checks:
        part.skipped += 1
        part.remarks.append(f"{name} left out")
    if complaints:
        part.failed += 1
        part.problems.append(f"{name}:\n" + "\n".join(complaints))
    verdict = "FAILED" if complaints else ("ok" if checks else "left out")
    note(f"lint: {name}: {verdict}")
