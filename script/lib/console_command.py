"""The script/console command: an Odoo shell on the demo database."""

import subprocess
import sys

from . import bootstrap, demo, odoo_run, postgres, processes, services
from .paths import MAIL


def main(arguments):
    """Open a shell, or run the program that comes on the standard input."""
    odoo = bootstrap.ensure()
    with postgres.cluster() as cluster, services.mail_sink(MAIL) as settings:
        demo.ensure(cluster, odoo, settings)
        configuration = odoo_run.write_configuration(cluster, "console", **settings)
        options = ["-d", demo.DATABASE, "--no-http", "--log-level=warn"]
        command = odoo_run.command(configuration, *options, mode="shell")
        if sys.stdin.isatty():
            return subprocess.call(command, env=odoo_run.environment())
        return _run_program(command, sys.stdin.read())


def _run_program(command, program):
    """Run a program in the shell; an error in it gives a traceback and a status."""
    guarded = odoo_run.guard(program).encode()
    with processes.running(command, stdin=subprocess.PIPE, env=odoo_run.environment()) as process:
        process.communicate(guarded)
    return process.returncode
