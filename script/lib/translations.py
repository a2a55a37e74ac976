"""The templates for translators (i18n/<addon>.pot): made, and compared with what Odoo exports."""

import ast
import tempfile
from pathlib import Path

from . import bootstrap, databases, odoo_run, postgres, templates
from .console import say, step
from .paths import ADDONS, LOGS, ROOT

_PROGRAM = """\
from odoo.tools.translate import trans_export
for name in {addons!r}:
    with open({folder!r} + "/" + name + ".pot", "wb") as target:
        trans_export(None, [name], target, "po", env)
"""
# They would make the file differ at each export.
_CHANGING = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Project-Id-Version:')


def main(arguments):
    """The script/translations command: bring the templates for translators up to date."""
    odoo = bootstrap.ensure(develop=True)
    with postgres.cluster() as cluster:
        for name, text in _export(cluster, odoo).items():
            path = _path(name)
            if not path.exists() or path.read_text() != text:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
                say(f"written: {path.relative_to(ROOT)}")


def check(cluster, odoo):
    """Compare the templates with what Odoo exports now.

    :return: lines of complaint
    """
    found = []
    for name, text in _export(cluster, odoo).items():
        path = _path(name)
        if not path.exists():
            found.append(f"{path.relative_to(ROOT)} is missing: run script/translations")
        elif path.read_text() != text:
            found += _differences(path.relative_to(ROOT), path.read_text(), text)
    return found


def _path(name):
    return ROOT / name / "i18n" / f"{name}.pot"


def _export(cluster, odoo):
    """:return: the text of the template of each addon, without what changes from day to day."""
    template = templates.addons_template(cluster, odoo)
    with (
        step("Exporting the texts of our addons"),
        databases.run_copy(cluster, template, "translations") as database,
        tempfile.TemporaryDirectory() as folder,
    ):
        program = _PROGRAM.format(addons=ADDONS, folder=folder)
        odoo_run.shell(cluster, database, program, log=LOGS / "translations.log")
        return {name: _without_changing(Path(folder, f"{name}.pot")) for name in ADDONS}


def _without_changing(path):
    lines = path.read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_CHANGING)).rstrip("\n") + "\n"


def _differences(path, old, new):
    """:return: a line that says what to run, and the texts that were added or are gone."""
    before, after = terms(old), terms(new)
    changes = [f"  new: {term}" for term in sorted(after - before)]
    changes += [f"  gone: {term}" for term in sorted(before - after)]
    return [f"{path} is out of date: run script/translations", *changes[:10]]


def terms(text):
    """:return: the texts to translate in a template."""
    found = set()
    parts = None
    for line in text.splitlines():
        if line.startswith("msgid "):
            parts = [line.removeprefix("msgid ")]
        elif line.startswith("msgstr ") and parts:
            found.add("".join(map(ast.literal_eval, parts)))
            parts = None
        elif parts and line.startswith('"'):
            parts.append(line)
    return found - {""}
