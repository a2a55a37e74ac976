"""The script/server command: the demo company on a web server, with everything it needs."""

import argparse
import time

from . import bootstrap, demo, odoo_run, postgres, services
from .console import note, say
from .errors import Failure
from .locks import try_lock
from .paths import LOGS, MAIL

_MAIL_PAGE = 8025
_LOG = LOGS / "odoo.log"


def main(arguments):
    """Set up what is missing, start Odoo, say where it is, and wait for Ctrl-C."""
    options = _parse(arguments)
    require_free_port(options.port, "--port")
    require_free_port(options.mail_port, "--mail-port")
    only_one = try_lock("server")
    if not only_one:
        raise Failure("script/server runs already in another terminal: stop it there with Ctrl-C.")
    odoo = bootstrap.ensure()
    with postgres.cluster() as cluster:
        with services.mail_sink(MAIL, web_port=options.mail_port) as settings:
            address = services.address(options.port)
            demo.ensure(cluster, odoo, settings, address=address, fresh=options.fresh)
            _serve(cluster, options, settings)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="script/server", description=__doc__)
    parser.add_argument("--port", type=int, default=8069, help="of Odoo (8069)")
    parser.add_argument("--mail-port", type=int, default=_MAIL_PAGE, help="of the sent mail (8025)")
    parser.add_argument("--fresh", action="store_true", help="make the demo company anew")
    return parser.parse_args(arguments)


def require_free_port(port, option):
    """Fail with a line that names the port and the way out when another program uses it."""
    if not odoo_run.is_port_free(port):
        raise Failure(
            f"port {port} is taken by another program: stop it, "
            f"or choose another port with {option} {port + 1}."
        )


def _serve(cluster, options, settings):
    settings = {**settings, "max_cron_threads": 2}
    begun = time.monotonic()
    note("Starting Odoo ...")
    with services.odoo(cluster, demo.DATABASE, options.port, settings, log=_LOG) as process:
        note(f"Starting Odoo: done in {time.monotonic() - begun:.1f}s")
        _introduce(options)
        process.wait()
        raise Failure(f"Odoo ended by itself with status {process.returncode} (its log: {_LOG})")


def _introduce(options):
    """Say where everything is and who can log in."""
    say()
    say(f"  JobTrack    {services.address(options.port)}")
    say(f"  Sent mail   {services.address(options.mail_port)}   (kept in {MAIL})")
    say(f"  Odoo's log  {_LOG}")
    say()
    rows = [("role", "login", "password", "what to try"), *demo.logins()]
    widths = [max(len(str(row[column])) for row in rows) for column in range(3)]
    for row in rows:
        cells = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=False)]
        say("  " + "  ".join([*cells, str(row[3])]))
    say()
    say("  Ctrl-C stops it.")
