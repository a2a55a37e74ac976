"""How every script starts and ends."""

import errno
import os
import signal
import subprocess
import sys

from .console import say
from .errors import Failure


def run(main):
    """Call ``main(arguments)`` and leave with its result as the exit status.

    Any expected trouble ends in one line on the error output and a non-zero status; SIGTERM and
    a closed terminal end the script like Ctrl-C, so that everything it started is stopped.

    :param main: a function that takes the list of arguments and returns an exit status or None
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        sys.exit(main(sys.argv[1:]) or 0)
    except KeyboardInterrupt:
        say("\nStopped.", error=True)
        sys.exit(130)
    except (Failure, OSError, subprocess.CalledProcessError) as error:
        if os.environ.get("JOBTRACK_TRACEBACK"):
            raise
        say(f"error: {_one_line(error)}", error=True)
        sys.exit(1)


def _interrupt(number, frame):
    raise KeyboardInterrupt


def _one_line(error):
    """Put the reason into words without a traceback."""
    if isinstance(error, Failure):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full: free some space (about 3 GB are needed) and start again."
    if isinstance(error, subprocess.CalledProcessError):
        command = error.cmd if isinstance(error.cmd, str) else " ".join(map(str, error.cmd[:4]))
        last = ((error.stderr or error.stdout or "").strip().splitlines() or ["no message"])[-1]
        return f"'{command} ...' failed ({error.returncode}): {last}"
    return f"{type(error).__name__}: {error}"
