"""Running Odoo's test runner on a copy of a template database."""

import subprocess
import time
from dataclasses import dataclass, field

from . import databases, odoo_run, processes
from .log_reader import LogReader
from .paths import TEST_OUTPUT


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
