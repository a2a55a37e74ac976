"""Databases are made whole or not at all, and the dead leave nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lib import databases
from lib.paths import FILESTORES

SCRIPT = Path(__file__).resolve().parents[2] / "script"


@pytest.fixture
def name(cluster):
    """:return: the name of a database that is gone after the test."""
    name = f"scripttest_{os.getpid()}"
    yield name
    for each in (name, name + databases.UNFINISHED):
        databases.drop(cluster, each)


def _make(cluster, name):
    cluster.sql(f'create database "{name}"')
    (FILESTORES / name).mkdir(parents=True)
    (FILESTORES / name / "file").write_text("content")


def test_a_finished_database_gets_its_name_and_its_files(cluster, name):
    with databases.under_construction(cluster, name) as unfinished:
        _make(cluster, unfinished)
        assert not databases.exists(cluster, name)
    assert databases.exists(cluster, name)
    assert (FILESTORES / name / "file").exists()
    assert not databases.exists(cluster, name + databases.UNFINISHED)


def test_a_failure_leaves_nothing_behind(cluster, name):
    with (
        pytest.raises(ZeroDivisionError),
        databases.under_construction(cluster, name) as unfinished,
    ):
        _make(cluster, unfinished)
        raise ZeroDivisionError
    assert not databases.names(cluster, name)
    assert not (FILESTORES / (name + databases.UNFINISHED)).exists()


def test_the_rest_of_a_killed_construction_is_thrown_away(cluster, name):
    _make(cluster, name + databases.UNFINISHED)
    with databases.under_construction(cluster, name) as unfinished:
        assert not databases.exists(cluster, unfinished)
        _make(cluster, unfinished)
    assert databases.exists(cluster, name)


def test_copies_of_dead_runs_are_dropped_and_those_of_living_ones_stay(cluster, name):
    program = f"""
        import os, time
        from lib import databases, postgres
        with databases.run_copy(postgres.Cluster(), "{name}", "scripttest") as copy:
            print(copy, flush=True)
            time.sleep(60)
    """
    _make(cluster, name)
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, cwd=SCRIPT, stdout=subprocess.PIPE, text=True) as process:
        copy = process.stdout.readline().strip()
        databases.sweep(cluster)
        assert databases.exists(cluster, copy)
        assert (FILESTORES / copy / "file").exists()
        process.send_signal(signal.SIGKILL)
    databases.sweep(cluster)
    assert not databases.exists(cluster, copy)
    assert not (FILESTORES / copy).exists()


def test_notes_live_with_their_database(cluster, name):
    _make(cluster, name)
    assert databases.read_notes(cluster, name) == {}
    databases.write_notes(cluster, name, {"it's": ["a", 1]})
    assert databases.read_notes(cluster, name) == {"it's": ["a", 1]}
