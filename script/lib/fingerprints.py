"""Hashes that tell when something made from the addons' sources is out of date."""

import ast
import hashlib

from .paths import ADDONS, ROOT

# None of these is stored in a database when an addon is installed.
_NOT_INSTALLED = {"tests", "__pycache__", "description", "readme"}
_NOT_INSTALLED_ENDINGS = {".md", ".rst", ".pyc", ".pot"}


def of_text(*parts):
    """:return: a short hash of some texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def of_addon(name):
    """:return: a short hash of the files of an addon that its installation depends on."""
    folder = ROOT / name
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if (
            path.is_file()
            and not _NOT_INSTALLED & set(relative.parts)
            and path.suffix not in _NOT_INSTALLED_ENDINGS
        ):
            total.update(f"{relative}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:12]


def of_addons():
    """:return: the hash of each of our addons, by name."""
    return {name: of_addon(name) for name in ADDONS}


def standard_dependencies():
    """:return: the addons of Odoo that ours depend on, sorted."""
    needed = set()
    for name in ADDONS:
        manifest = ast.literal_eval((ROOT / name / "__manifest__.py").read_text())
        needed |= set(manifest.get("depends", ["base"]))
    return sorted(needed - set(ADDONS))
