"""Odoo as a web server, and the mail sink beside it: started, waited for and stopped."""

import http.client
import subprocess
import time
from contextlib import contextmanager

from . import odoo_run, processes
from .errors import Failure
from .paths import LOGS, ROOT
from .virtualenv import PYTHON

HOST = "127.0.0.1"
_PATIENCE = 180
_SENDER = "jobtrack@host.example"


@contextmanager
def mail_sink(folder, *, web_port=None):
    """Run the mail sink for the length of the block.

    :param folder: where it keeps the mails
    :param int web_port: where they can be read; no web page without one
    :return: the options that make Odoo send its mail there
    """
    with odoo_run.free_port() as smtp_port:
        command = [PYTHON, "-m", "lib.mail_sink", folder, "--smtp-port", str(smtp_port)]
        command += ["--web-port", str(web_port)] if web_port else []
        log = LOGS / "mail-sink.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as output:
            options = {"stdout": output, "stderr": subprocess.STDOUT, "cwd": ROOT / "script"}
            with processes.running(command, **options) as process:
                _wait(process, log, lambda: not odoo_run.is_port_free(smtp_port), "the mail sink")
                yield {"smtp_server": HOST, "smtp_port": smtp_port, "email_from": _SENDER}


@contextmanager
def odoo(cluster, database, port, settings, *, log):
    """Run Odoo as a web server for one database for the length of the block, once it answers.

    :param dict settings: further options of Odoo's
    :param log: file for what it logs
    :return: its process
    """
    odoo_run.set_address(cluster, database, address(port))
    settings = {
        "http_port": port,
        "db_name": database,
        "dbfilter": f"^{database}$",
        **settings,
    }
    configuration = odoo_run.write_configuration(cluster, f"server-{database}", **settings)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as output:
        options = {"stdout": output, "stderr": subprocess.STDOUT, "env": odoo_run.environment()}
        with processes.running(odoo_run.command(configuration), **options) as process:
            _wait(process, log, lambda: answers(port, log), "Odoo")
            yield process


def address(port):
    """:return: the address of a local web server."""
    return f"http://{HOST}:{port}"


def answers(port, log):
    """Tell whether Odoo shows its login page; fail when it shows an error instead."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", "/web/login")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if status >= 500:
        raise Failure(f"Odoo starts, but answers with an error {status} (its log: {log})")
    return status == 200


def _wait(process, log, is_ready, what):
    """Wait until a started program is ready; fail at once when it ends."""
    deadline = time.monotonic() + _PATIENCE
    while not is_ready():
        if process.poll() is not None:
            raise Failure(f"{what} ended: {processes.last_line(log)} (all of it: {log})")
        if time.monotonic() > deadline:
            raise Failure(f"{what} does not answer after {_PATIENCE} seconds (its log: {log})")
        time.sleep(0.2)
