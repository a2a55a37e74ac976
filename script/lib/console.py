"""What the person at the terminal sees: steps with the time they took."""

import sys
import threading
import time
from contextlib import contextmanager

_write_lock = threading.Lock()
_started = time.monotonic()


def say(text="", *, error=False):
    """Print a line at once and whole, also when several threads speak."""
    stream = sys.stderr if error else sys.stdout
    with _write_lock:
        try:
            stream.write(f"{text}\n")
            stream.flush()
        except BrokenPipeError:
            pass


def note(text):
    """Print a line of progress, with the seconds since the script began."""
    say(f"[{time.monotonic() - _started:6.1f}s] {text}")


@contextmanager
def step(text):
    """Announce a step, and say how long it took when it is done."""
    note(f"{text} ...")
    begun = time.monotonic()
    yield
    note(f"{text}: done in {time.monotonic() - begun:.1f}s")
