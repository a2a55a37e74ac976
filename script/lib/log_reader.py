"""Reading Odoo's log: how many tests ran, what broke, and what else was complained about."""

import re
import time
from dataclasses import dataclass, field

from . import processes

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


# What Odoo itself logs on every run, whatever our addons do.
_HARMLESS = ("Running as user 'root' is a security risk", "PyPDF2")


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
    complaints: list = field(default_factory=list)  # other warnings and errors
    seconds: float = 0.0
    started_after: float = 0.0
    finished: bool = False


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

    def complaints(self):
        """:return: the warnings and errors so far that are no broken tests, as texts."""
        self._close_entry()
        self._entry = None
        texts = [entry.whole() for entry in self._result.complaints]
        return [text for text in texts if not any(harmless in text for harmless in _HARMLESS)]

    def result(self, status, log):
        """:return: the result, when the process has ended with this status."""
        result = self._result
        complaints = self.complaints()
        result.seconds = time.monotonic() - self._started
        if not result.finished or (status and not result.broken):
            reason = (
                f"Odoo ended with status {status}: {processes.last_line(log)} (all of it: {log})"
            )
            result.broken["the run itself"] = "\n".join([reason, *complaints[-3:]])
        result.complaints = complaints
        return result


def test_id(logger, name):
    """:return: an id for a test such as ``project/TestX.test_y``; a subtest counts as its test."""
    module = _MODULE.search(logger) or _MODULE.search(name)
    addon = module[1] if module else logger
    whole_class = re.match(r"^(setUpClass|tearDownClass) \((?:.*\.)?(\w+)\)", name)
    if whole_class:
        return f"{addon}/{whole_class[2]}.{whole_class[1]}"
    return f"{addon}/{name.removeprefix('Subtest ').split(' ')[0]}"


def complaints(log):
    """:return: the warnings and errors in a log, without what Odoo says on every run."""
    reader = LogReader(time.monotonic())
    for line in log.splitlines():
        reader.read(line)
    return reader.complaints()
