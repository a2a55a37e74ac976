"""Running Odoo from the project's virtual environment."""

import os
import socket
import subprocess
import tempfile
from contextlib import contextmanager

from . import odoo_source, processes, system_tools
from .errors import Failure
from .locks import try_lock
from .paths import CONFIGURATIONS, DATA_DIR, LOGS, ROOT
from .postgres import PORT, USER
from .virtualenv import PYTHON

_PORTS = range(20000, 29000)
# Odoo's shell goes on after an error: this makes it end with a traceback and a status.
_GUARDED = """\
try:
    exec(compile({!r}, "program", "exec"))
except BaseException:
    import os, sys, traceback
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)

"""


def environment():
    """:return: the environment in which Odoo runs: its package first, our programs on the path."""
    return {
        **os.environ,
        "PYTHONPATH": str(odoo_source.ROOT_LINKS),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONWARNINGS": "ignore::DeprecationWarning,ignore::PendingDeprecationWarning",
        "PATH": system_tools.search_path(),
        "TZ": "UTC",
    }


def addons_path(*, ours=True):
    """:return: the folders with addons, ours included unless told otherwise."""
    return ",".join(map(str, [*odoo_source.addons_paths(), *([ROOT] if ours else [])]))


def write_configuration(cluster, name="odoo", **settings):
    """Write a configuration file with what all runs share.

    :param str name: of the file, one for each kind of run
    :param settings: further options of Odoo's
    :return: its path
    """
    shared = {
        "db_host": cluster.home,
        "db_port": PORT,
        "db_user": USER,
        "data_dir": DATA_DIR,
        "list_db": False,
        "http_interface": "127.0.0.1",
        "max_cron_threads": 0,
        "limit_time_real": 1200,
        "limit_time_cpu": 1200,
    }
    lines = [f"{key} = {value}\n" for key, value in {**shared, **settings}.items()]
    path = CONFIGURATIONS / f"{name}.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    # Parts of one test run, threads of one process, write the same file: each needs a temporary one of its own.
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f"{name}.", delete=False
    ) as temporary:
        temporary.write("[options]\n" + "".join(lines))
    os.replace(temporary.name, path)
    return path


def command(configuration, *arguments, ours=True, mode="server", program=("-m", "odoo")):
    """:return: the command line that runs Odoo, or a program that takes its place."""
    folders = addons_path(ours=ours)
    option = [f"--addons-path={folders}"] if folders else []
    return [PYTHON, *program, mode, "-c", configuration, *option, *arguments]


def install(cluster, database, addons, *, ours=True, update=False, log=None, settings=None):
    """Install or update addons in a database; Odoo makes the database when it does not exist.

    :param addons: technical names
    :param bool update: update instead of install
    :param dict settings: further options of Odoo's, such as the mail server
    """
    configuration = write_configuration(cluster, f"odoo-{database}", **settings or {})
    log = log or LOGS / f"install-{database}.log"
    option = "-u" if update else "-i"
    arguments = [
        option,
        ",".join(addons),
        "-d",
        database,
        "--stop-after-init",
        "--no-http",
        "--log-level=warn",
    ]
    processes.run_logged(
        command(configuration, *arguments, ours=ours), log,
        failure=f"installing {', '.join(addons)} failed", env=environment(),
    )  # fmt: skip


def shell(cluster, database, program, *, log, settings=None):
    """Run a program in an Odoo shell on a database, where ``env`` is defined.

    :param str program: Python source; it commits what is to stay
    :param log: file for the output
    :param dict settings: further options of Odoo's, such as the mail server
    :return: what the program printed
    """
    configuration = write_configuration(cluster, f"odoo-{database}", **settings or {})
    log.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["-d", database, "--no-http", "--log-level=warn"]
    with open(log, "wb") as output:
        done = processes.start(
            command(configuration, *arguments, mode="shell"), stdin=subprocess.PIPE, stdout=output,
            stderr=subprocess.STDOUT, env=environment(),
        )  # fmt: skip
        try:
            done.communicate(guard(program).encode())
        finally:
            processes.stop(done)
    if done.returncode:
        raise Failure(
            f"a program in the Odoo shell failed: {processes.last_line(log)} (all of it: {log})"
        )
    return log.read_text()


def guard(program):
    """:return: a program for the Odoo shell that ends with a status when it fails."""
    return _GUARDED.format(program)


def set_address(cluster, database, text):
    """Tell a database its address, for links in mails and for printing, before anybody logs in."""
    for key, value in {"web.base.url": text, "web.base.url.freeze": "True"}.items():
        cluster.sql(
            "insert into ir_config_parameter (key, value, create_date, write_date) "
            f"values ('{key}', '{value}', now(), now()) "
            "on conflict (key) do update set value = excluded.value",
            database,
        )


@contextmanager
def free_port():
    """Keep a network port for the length of the block, so that two runs never take the same."""
    start = os.getpid() % len(_PORTS)
    for offset in range(len(_PORTS)):
        port = _PORTS[(start + offset) % len(_PORTS)]
        lock = try_lock(f"port-{port}") if is_port_free(port) else None
        if lock:
            try:
                yield port
            finally:
                lock.remove()
            return
    raise Failure("no free network port found")


def is_port_free(port, host="127.0.0.1"):
    """Tell whether nobody listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
