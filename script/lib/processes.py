"""Running other programs so that none of them outlives the script."""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import Failure

_running = set()


def start(command, **options):
    """Start a program in a session of its own: Ctrl-C reaches the script, which stops the program.

    :param list command: program and arguments
    :param options: as for ``subprocess.Popen``
    """
    # A script that is killed outright cannot stop its children: the kernel does it.
    guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    whole = [*guard, *map(os.fspath, command)]
    return subprocess.Popen(whole, start_new_session=True, **options)


def stop(process, seconds=10):
    """End a started program and everything in its session; kill what does not listen."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            _signal_group(process.pid, number)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
    _signal_group(process.pid, signal.SIGKILL)


def _signal_group(group, number):
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


@contextmanager
def running(command, **options):
    """Keep a program running for the length of the block."""
    process = start(command, **options)
    _running.add(process)
    try:
        yield process
    finally:
        _running.discard(process)
        stop(process)


def stop_all():
    """End every running program, for threads that wait for one and cannot be interrupted."""
    for process in list(_running):
        stop(process)


def run_logged(command, log, *, failure, **options):
    """Run a program to its end with all output in a file.

    :param log: path of the file, written anew
    :param str failure: what to say when it fails; the last line of the output and the path follow
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        open(log, "wb") as output,
        running(command, stdout=output, stderr=subprocess.STDOUT, **options) as process,
    ):
        status = process.wait()
    if status:
        raise Failure(f"{failure}: {last_line(log)} (all of it: {log})")


def living_program(pid):
    """:return: the name of the program with this process id, "" when it is dead.

    A dead program whose parent has not asked for its status still has an id, and counts as dead.
    """
    try:
        words = Path(f"/proc/{int(pid)}/stat").read_text()
    except (OSError, ValueError):
        return ""
    name, _, rest = words.partition("(")[2].rpartition(")")
    return "" if rest.split()[0] in "ZX" else name


def last_line(path):
    """:return: the last line of a log that says something."""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("error", "e:", "fatal"))]
    return (telling or lines or ["no output"])[-1]
