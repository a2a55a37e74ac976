"""Parts of a test run are threads of one process: what they share by name stays whole."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import odoo_run
from lib.locks import Lock, try_lock
from lib.paths import CONFIGURATIONS


@pytest.fixture
def name():
    """:return: a name for files of this test alone."""
    name = f"sidebyside-{os.getpid()}"
    yield name
    for path in CONFIGURATIONS.glob(f"{name}*"):
        path.unlink()
    Lock(name).path.unlink(missing_ok=True)


def test_many_threads_write_the_same_configuration_and_it_is_whole(cluster, name):
    with ThreadPoolExecutor(max_workers=16) as pool:
        paths = set(pool.map(lambda _: odoo_run.write_configuration(cluster, name), range(400)))
    (path,) = paths
    assert path.read_text().startswith("[options]\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(CONFIGURATIONS.glob(f"{name}*")) == [path]


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_on_the_new_file(name):
    first = try_lock(name)
    late = Lock(name)
    assert not late.acquire(wait=False)
    first.remove()
    third = try_lock(name)
    assert third
    assert not late.acquire(wait=False)
    third.remove()
    assert late.acquire(wait=False)
    late.remove()
    assert not late.path.exists()
