"""The files of the project, for the checks."""

import shutil
import subprocess

from .paths import ADDONS, ROOT

_SKIPPED = {".git", ".local", "node_modules", "__pycache__", "build", "dist"}
_SKIPPED |= {".hypothesis", ".pytest_cache", ".ruff_cache"}


def all_files():
    """:return: every file of the project that git does not ignore, relative to its root."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        names = [ROOT / name for name in output.split("\0") if name]
    else:
        names = [path for path in ROOT.rglob("*") if not _SKIPPED & set(path.parts)]
    return sorted(path.relative_to(ROOT) for path in set(names) if path.is_file())


def with_ending(*endings):
    """:return: the project's files that end so."""
    return [path for path in all_files() if path.suffix in endings]


def of_addons(*endings):
    """:return: the addons' files that end so."""
    return [path for path in with_ending(*endings) if path.parts[0] in ADDONS]
