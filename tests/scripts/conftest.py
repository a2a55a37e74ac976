"""What the tests of the scripts share: a folder of their own for what a script makes."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "script"
sys.path.insert(0, str(SCRIPT))
# A shell without job control starts programs in the background deaf for Ctrl-C, and so would be these.
HEAR = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
"""


class Sandbox:
    """Runs scripts, or pieces of Python on their modules, with a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.local = folder / "local"
        self.local.mkdir()
        # Everything but the virtual environment is made anew.
        (self.local / "venv").symlink_to(Path(sys.executable).parents[1])
        self.environment = {**os.environ, "JOBTRACK_LOCAL": str(self.local)}
        self.environment.pop("JOBTRACK_ODOO", None)

    def start(self, program, **environment):
        """Start a piece of Python that may import the scripts' modules."""
        return subprocess.Popen(
            [sys.executable, "-c", HEAR + textwrap.dedent(program)],
            cwd=SCRIPT, env={**self.environment, **environment}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, program, **environment):
        """Run such a piece to its end.

        :return: its status, output and error output
        """
        process = self.start(program, **environment)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


@pytest.fixture
def sandbox(tmp_path):
    """:return: a sandbox that is gone after the test."""
    return Sandbox(tmp_path)


@pytest.fixture(scope="session")
def cluster():
    """:return: the running PostgreSQL cluster of this checkout."""
    from lib import postgres

    with postgres.cluster() as running:
        yield running
