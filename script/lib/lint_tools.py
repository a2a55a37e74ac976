"""The style checks that are programs of others: how each is called."""

import os
import subprocess

from . import node, odoo_source, sources
from .paths import ADDONS, ROOT, VENV

_ODOO_MESSAGES = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,"
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,"
    "raise-unlink-override"
)
_ODOO_PLUGINS = (
    "_pylint_path_setup,pylint.extensions.bad_builtin,_odoo_checker_sql_injection,"
    "_odoo_checker_gettext,_odoo_checker_unlink_override"
)


# A limit of a translation server that we do not use.
_NOT_FOR_US = "--disable=weblate-component-too-long"
# Comments that are meant for another checker.
_OPTIONS = "useless-option-value,unknown-option-value"


def call(command, **options):
    """Run a checker.

    :return: its complaints, an empty list when it has none
    """
    done = subprocess.run(
        [os.fspath(part) for part in command], cwd=ROOT, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options,
    )  # fmt: skip
    if not done.returncode:
        return []
    return done.stdout.rstrip().splitlines() or [f"{command[0]} ended with {done.returncode}"]


def _program(name):
    return VENV / "bin" / name


def ruff_check(fix=False):
    """Python's own mistakes, complexity, order of imports."""
    return call([_program("ruff"), "check", "--output-format=concise", *(["--fix"] if fix else [])])


def ruff_format(fix=False):
    """The layout of Python files."""
    return call(
        [_program("ruff"), "format", *([] if fix else ["--check", "--output-format=concise"])]
    )


def pylint_odoo(fix=False):
    """What the community association for Odoo asks of addons."""
    return call([_program("pylint"), f"--rcfile={ROOT / '.pylintrc'}", *ADDONS])


def oca_checks(fix=False):
    """The same for manifests, XML and CSV files."""
    return call([_program("oca-checks-odoo-module"), "--no-verbose", _NOT_FOR_US, *ADDONS])


def odoo_pylint(fix=False):
    """Odoo's own pylint checks, on our addons only."""
    checkers = odoo_source.ROOT_LINKS / "odoo" / "addons" / "test_lint" / "tests"
    if not checkers.exists():
        beside = [path / "test_lint" / "tests" for path in odoo_source.addons_paths()]
        checkers = next(path for path in beside if path.exists())
    paths = os.pathsep.join(map(str, [checkers, odoo_source.ROOT_LINKS]))
    return call(
        [
            _program("pylint"), "--rcfile=/dev/null", f"--disable=all,{_OPTIONS}",
            f"--enable={_ODOO_MESSAGES}", "--reports=n", "--score=n",
            f"--load-plugins={_ODOO_PLUGINS}", "--bad-functions=input", *ADDONS,
        ],
        env={**os.environ, "ADDONS_PATH": str(ROOT), "PYTHONPATH": paths},
    )  # fmt: skip


def prettier(fix=False):
    """The layout of XML, JavaScript and style sheets."""
    files = sources.of_addons(".xml", ".js", ".scss", ".css")
    if not files:
        return []
    node.ensure()
    plugin = node.plugin("@prettier/plugin-xml")
    mode = "--write" if fix else "--check"
    command = [node.tool("prettier"), mode, "--log-level=warn", f"--plugin={plugin}", *files]
    return call(command, env=node.environment())


def eslint(fix=False):
    """Mistakes in JavaScript."""
    files = sources.of_addons(".js")
    if not files:
        return []
    node.ensure()
    command = [node.tool("eslint"), "--max-warnings=0", *(["--fix"] if fix else []), *files]
    return call(command, env=node.environment())
