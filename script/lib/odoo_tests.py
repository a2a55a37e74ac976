"""Running Odoo's test runner on a copy of a template database, and reading its log."""

import re
import subprocess
import time
from dataclasses import dataclass, field

from . import databases, odoo_run, processes
from .paths import TEST_OUTPUT

_ENTRY = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>[A-Z]+) \S+ (?P<logger>[^ ]+): (?P<text>.*)$"
)
_TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
_BROKEN_TEST = re.compile(r"^(?:FAIL|ERROR): (?P<name>.+)$")
_STARTING = re.compile(r"^Starting (?P<name>\w+\.\w+) \.\.\.")
_MODULE = re.compile(r"odoo\.addons\.(\w+)")
# Summaries of what is reported by itself.
_SUMMARIES = re.compile(
    r"^(Module \w+: \d+ failures, \d+ errors|At least one test failed when loading)"
)


@dataclass
class Entry:
    """One entry of Odoo's log with the lines that belong to it."""

    level: str
    logger: str
    text: str
    lines: list = field(default_factory=list)

    def whole(self):
        """:return: the entry as it stands in the log, without date and database."""
        return "\n".join([f"{self.level} {self.logger}: {self.text}", *self.lines])


@dataclass
class OdooResult:
    """What a run of Odoo's tests came to."""

    tests: int = 0
    broken: dict = field(default_factory=dict)  # test id -> what the log says
    complaints: list = field(default_factory=list)  # other warnings and errors in the log
    seconds: float = 0.0
    started_after: float = 0.0
    finished: bool = False


@dataclass
class OdooRun:
    """A run of the tests that match some tags, on a fresh copy of a database.

    ``purpose`` names the run, its database and its log; ``program`` is what runs in Odoo's place;
    ``on_broken`` is called at once with the id of each broken test; ``started`` is when the script
    began, to tell how long it took until the first test.
    """

    cluster: object
    template: str
    tags: str
    purpose: str
    ours: bool = True
    extra: tuple = ()
    program: tuple = ("-m", "odoo")
    started: float = field(default_factory=time.monotonic)
    on_broken: object = None

    def run(self):
        """Run the tests.

        :rtype: OdooResult
        """
        log = TEST_OUTPUT / f"{self.purpose}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with (
            databases.run_copy(self.cluster, self.template, self.purpose) as database,
            odoo_run.free_port() as port,
        ):
            odoo_run.set_address(self.cluster, database, f"http://localhost:{port}")
            return self._follow(self._command(database, port), log)

    def _command(self, database, port):
        configuration = odoo_run.write_configuration(self.cluster)
        return odoo_run.command(
            configuration, "-d", database, "--test-tags", self.tags, "--stop-after-init",
            f"--http-port={port}", "--log-level=info",
            "--screenshots", TEST_OUTPUT / "odoo-screenshots", *self.extra,
            ours=self.ours, program=self.program,
        )  # fmt: skip

    def _follow(self, command, log):
        """Run Odoo and read its log while it grows."""
        reader = LogReader(self.started, self.on_broken)
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        options |= {"errors": "replace", "env": odoo_run.environment()}
        with processes.running(command, **options) as process, open(log, "w") as copy:
            for line in process.stdout:
                copy.write(line)
                reader.read(line.rstrip("\n"))
            status = process.wait()
        return reader.result(status, log)


class LogReader:
    """Reads Odoo's log line by line and gathers the result."""

    def __init__(self, started, on_broken=None):
        self._started = started
        self._on_broken = on_broken
        self._entry = None
        self._result = OdooResult()

    def read(self, line):
        """Take one line of the log."""
        match = _ENTRY.match(line)
        if not match:
            if self._entry:
                self._entry.lines.append(line)
            return
        self._close_entry()
        self._entry = Entry(match["level"], match["logger"], match["text"])
        if not self._result.started_after and _STARTING.match(match["text"]):
            self._result.started_after = time.monotonic() - self._started
        total = _TOTAL.search(match["text"])
        if total:
            self._result.tests += int(total[3])
            self._result.finished = True

    def _close_entry(self):
        """Judge an entry once all its lines are known."""
        entry = self._entry
        if not entry or entry.level in ("INFO", "DEBUG", "RUNBOT"):
            return
        if _TOTAL.search(entry.text) or _SUMMARIES.match(entry.text):
            return
        broken = _BROKEN_TEST.match(entry.text)
        if broken:
            name = test_id(entry.logger, broken["name"])
            self._result.broken[name] = entry.whole()
            if self._on_broken:
                self._on_broken(name)
        else:
            self._result.complaints.append(entry)

    def result(self, status, log):
        """:return: the result, when the process has ended with this status."""
        self._close_entry()
        self._entry = None
        result = self._result
        result.seconds = time.monotonic() - self._started
        if not result.finished or (status and not result.broken):
            reason = (
                f"Odoo ended with status {status}: {processes.last_line(log)} (all of it: {log})"
            )
            details = [
                entry.whole() for entry in result.complaints if entry.level in ("ERROR", "CRITICAL")
            ]
            result.broken["the run itself"] = "\n".join([reason, *details[-3:]])
        return result


def test_id(logger, name):
    """:return: an id for a test such as ``project/TestX.test_y``; a subtest counts as its test."""
    module = _MODULE.search(logger) or _MODULE.search(name)
    addon = module[1] if module else logger
    whole_class = re.match(r"^(setUpClass|tearDownClass) \((?:.*\.)?(\w+)\)", name)
    if whole_class:
        return f"{addon}/{whole_class[2]}.{whole_class[1]}"
    return f"{addon}/{name.removeprefix('Subtest ').split(' ')[0]}"
