"""Locks between scripts. The system frees them when a script ends, however it ends."""

import fcntl
import os
import re
from contextlib import contextmanager

from .console import note
from .paths import LOCKS


class Lock:
    """A named lock between processes, held by one (exclusive) or by many (shared)."""

    def __init__(self, name):
        LOCKS.mkdir(parents=True, exist_ok=True)
        self.path = LOCKS / (re.sub(r"[^\w.-]", "_", name) + ".lock")
        self._handle = None

    def acquire(self, *, shared=False, wait=True):
        """:return: True when the lock is held now, False when it is busy and ``wait`` is off."""
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        while True:
            if self._handle is None:
                self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(self._handle, mode | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                return False
            if self._is_current():
                return True
            self.release()

    def _is_current(self):
        """Tell whether the file still has its name: who held it before may have removed it since we opened it."""
        try:
            return os.path.samestat(os.fstat(self._handle), os.stat(self.path))
        except FileNotFoundError:
            return False

    def release(self):
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def remove(self):
        """Give the lock back and leave no file: the name will not be used again soon. Only for its one holder."""
        self.path.unlink(missing_ok=True)
        self.release()


@contextmanager
def locked(name, what=None):
    """Hold the named lock; say for what we wait when another script has it."""
    lock = Lock(name)
    if not lock.acquire(wait=False):
        note(f"waiting for another script: {what or name}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def try_lock(name):
    """:return: the held lock, or None when another process has it."""
    lock = Lock(name)
    if lock.acquire(wait=False):
        return lock
    lock.release()
    return None
