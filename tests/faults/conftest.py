"""A PostgreSQL cluster that may crash, with a database that has sixty accounts to bill.

``script/test faults`` says by an environment variable which template database there is.
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "script"), str(HERE)]

from crash import Place

from lib import databases, odoo_run, postgres, services
from lib.locks import locked
from lib.paths import TEST_OUTPUT

OUTPUT = TEST_OUTPUT / "faults"


def program(function):
    """:return: a program for the Odoo shell that calls a function of ``faults_data``."""
    return f"import sys\nsys.path.insert(0, {str(HERE)!r})\nimport faults_data\nfaults_data.{function}(env)\n"


@pytest.fixture(scope="session")
def fragile():
    """:return: a running cluster of these tests alone; nobody else is hurt when it crashes."""
    with locked("cluster-faults", "its PostgreSQL crashes on purpose"):
        own = postgres.Cluster("pg-faults")
        own.remove()
        own = postgres.Cluster("pg-faults")
        own.start()
        # The usual cluster does not wait for the disk: what was committed there need not survive a crash.
        own.sql("alter system set synchronous_commit = on")
        own.sql("select pg_reload_conf()")
        try:
            yield own
        finally:
            own.remove()


@pytest.fixture(scope="session")
def place(fragile):
    """:return: where a billing run is done again and again from the same beginning."""
    template = os.environ.get("JOBTRACK_ADDONS_TEMPLATE")
    if not template:
        pytest.exit("these tests need a template database: use 'script/test faults'", 1)
    dump = fragile.home / "start.sql"
    with postgres.cluster() as usual:
        with databases.run_copy(usual, template, "faults") as name:
            odoo_run.shell(usual, name, program("prepare"), log=OUTPUT / "prepare.log")
            dump.write_bytes(usual.dump(name))
    fragile.restore(dump, "start")
    dump.unlink()
    with (
        odoo_run.free_port() as port,
        services.mail_sink(OUTPUT / "mail") as mail,
    ):
        yield Place(fragile, port, mail, OUTPUT, program("figures"))
