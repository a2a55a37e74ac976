"""Running pytest for a part, and reading its result."""

import os
import subprocess
from xml.etree import ElementTree

from . import processes
from .console import note
from .paths import LOCAL, ROOT, TEST_OUTPUT
from .results import PartResult
from .virtualenv import PYTHON


def run(name, targets, setting, *, environment=None):
    """Run the tests in some folders; folders that do not exist are left out.

    :param str name: of the part
    :param targets: folders relative to the project's root
    :param setting: what the run shares between its parts; its filter replaces the folders
    :param dict environment: variables that the tests read
    :rtype: PartResult
    """
    existing = setting.filter.split() or [target for target in targets if (ROOT / target).exists()]
    if not existing:
        return PartResult(name, remarks=["nothing to run yet"])
    report, log = TEST_OUTPUT / f"{name}.xml", TEST_OUTPUT / f"{name}.log"
    report.unlink(missing_ok=True)
    command = [PYTHON, "-m", "pytest", f"--junitxml={report}", "-o", f"cache_dir={LOCAL}/pytest"]
    variables = {**os.environ, **(environment or {})}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": ROOT}
    with (
        processes.running([*command, *existing], env=variables, **options) as process,
        open(log, "w") as copy,
    ):
        for line in process.stdout:
            copy.write(line)
            if line.startswith(("FAILED", "ERROR")):
                note(f"{name}: {line.rstrip()}")
        status = process.wait()
    return _read(name, report, log, status)


def _read(name, report, log, status):
    """Turn pytest's report into the result of a part."""
    part = PartResult(name)
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            part.tests += 1
            part.skipped += case.find("skipped") is not None
            broken = (
                case.find("failure") if case.find("failure") is not None else case.find("error")
            )
            if broken is not None:
                part.failed += 1
                part.problems.append(f"{case.get('classname')}.{case.get('name')}\n{broken.text}")
    if status and not part.problems:
        part.problems.append(f"pytest ended with {status}: {processes.last_line(log)} (log: {log})")
    return part
