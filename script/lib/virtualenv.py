"""The virtual environment: Odoo's Python dependencies, and those of the tests when asked for."""

import hashlib
import os
import shutil
import subprocess
import sys

from . import apt, processes
from .console import step
from .errors import Failure
from .paths import LOGS, ROOT, VENV

PYTHON = VENV / "bin" / "python"
PIP_INSTALL = [PYTHON, "-m", "pip", "install", "--quiet", "--prefer-binary"]
PIP_INSTALL += ["--disable-pip-version-check"]
RUN, DEVELOP = "requirements.txt", "requirements-dev.txt"


def ensure(*, develop=False):
    """Make the environment hold the pinned packages; do nothing when it does.

    :param bool develop: the packages for tests and checks as well
    """
    wanted = [RUN, DEVELOP] if develop else [RUN]
    missing = [name for name in wanted if not _is_installed(name)]
    if not missing:
        return
    if not _is_installed(RUN):
        _create()
    with step(f"Installing Python packages ({', '.join(missing)})"):
        processes.run_logged(
            [*PIP_INSTALL, *(part for name in missing for part in ("-r", ROOT / name))],
            LOGS / "pip.log",
            failure="installing Python packages failed (is there a network?)",
        )
    for name in missing:
        _stamp(name).write_text(_fingerprint(name))


def _create():
    """Make an empty environment; a half-made one has no stamp and is made again."""
    shutil.rmtree(VENV, ignore_errors=True)
    _require_venv_module()
    with step("Making the virtual environment"):
        processes.run_logged(
            [sys.executable, "-m", "venv", VENV],
            LOGS / "venv.log",
            failure="making a virtual environment failed",
        )


def _require_venv_module():
    """Debian splits `venv` off from Python."""
    check = [sys.executable, "-c", "import venv, ensurepip"]
    if subprocess.run(check, capture_output=True, check=False).returncode == 0:
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not apt.install([package], "to make a virtual environment"):
        raise Failure(
            f"this Python has no venv module: install it as root with 'apt-get install {package}'."
        )


def _is_installed(name):
    stamp = _stamp(name)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _fingerprint(name)


def _stamp(name):
    return VENV / f"{name}.installed"


def _fingerprint(name):
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256(
        (ROOT / name).read_bytes() + version.encode() + os.fsencode(VENV)
    ).hexdigest()
