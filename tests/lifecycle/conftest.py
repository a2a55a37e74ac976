"""What the tests of the addons' life share: databases to install in, to update and to remove from.

``script/test lifecycle`` says by environment variables which template databases there are.
"""

import os
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "script"), str(ROOT / "tests" / "e2e")]

from e2e_odoo import OdooClient

from lib import databases, log_reader, odoo_run, postgres, processes, services
from lib.paths import TEST_OUTPUT

_numbers = count(1)


class Life:
    """One database and what happens to it; every step fails on a warning or an error in its log."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.configuration = odoo_run.write_configuration(
            cluster, f"life-{name}", addons_path=odoo_run.addons_path(), log_level="warn"
        )

    def _log(self, what):
        return TEST_OUTPUT / "lifecycle" / f"{self.name}-{next(_numbers)}-{what}.log"

    def install(self, *addons, update=False):
        """Install addons, or update them."""
        log = self._log("update" if update else "install")
        odoo_run.install(self.cluster, self.name, addons, update=update, log=log)
        self._check(log)

    def uninstall(self, addon):
        """Uninstall an addon and all that need it, as the Apps screen does."""
        log = self._log("uninstall")
        command = odoo_run.command(
            self.configuration, "-d", self.name, addon, mode="module", program=("-m", "odoo")
        )
        # The options of this command come after its own verb, the paths stand in the configuration.
        words = [word for word in command if not str(word).startswith("--addons-path")]
        words.insert(words.index("module") + 1, "uninstall")
        environment = odoo_run.environment()
        processes.run_logged(words, log, failure=f"uninstalling {addon} failed", env=environment)
        self._check(log)

    def run(self, function):
        """Run a function of ``life_data`` in an Odoo shell.

        :return: what it printed
        """
        log = self._log(function)
        program = f"import sys\nsys.path.insert(0, {str(HERE)!r})\n"
        program += f"import life_data\nlife_data.{function}(env)\n"
        output = odoo_run.shell(self.cluster, self.name, program, log=log)
        self._check(log)
        return "".join(
            line for line in output.splitlines(keepends=True) if line.startswith("figures: ")
        )

    @contextmanager
    def server(self):
        """Run Odoo as a web server.

        :return: its address
        """
        log = self._log("server")
        with odoo_run.free_port() as port:
            with services.odoo(self.cluster, self.name, port, {"log_level": "warn"}, log=log):
                yield services.address(port)
        self._check(log)

    @staticmethod
    def _check(log):
        assert log_reader.complaints(log.read_text()) == [], f"see {log}"

    def sql(self, statement):
        """:return: the rows of a query."""
        return self.cluster.sql(statement, self.name)

    def installed(self):
        """:return: which of our addons are installed."""
        rows = self.sql(
            "select name from ir_module_module where name like 'jobtrack%' and state != 'uninstalled'"
        )
        return {name for (name,) in rows}


@pytest.fixture(scope="session")
def cluster():
    """:return: the running PostgreSQL cluster of this checkout."""
    with postgres.cluster() as running:
        yield running


@contextmanager
def _copy(cluster, template, purpose):
    with databases.run_copy(cluster, template, f"life_{purpose}_{next(_numbers)}") as name:
        yield Life(cluster, name)


def _template(name):
    value = os.environ.get(f"JOBTRACK_{name}_TEMPLATE")
    if not value:
        pytest.exit("these tests need template databases: use 'script/test lifecycle'", 1)
    return value


@pytest.fixture(scope="session")
def plain(cluster):
    """:return: a database that never had our addons, to compare with; it stays as it is."""
    with _copy(cluster, _template("BASE"), "plain") as life:
        yield life


@pytest.fixture
def old_company(cluster):
    """:return: a database of a company that works with Odoo, without our addons."""
    with _copy(cluster, _template("BASE"), "old") as life:
        life.run("live_without_jobtrack")
        yield life


@pytest.fixture(scope="session")
def _lived(cluster):
    with _copy(cluster, _template("ADDONS"), "lived") as life:
        life.run("live_with_jobtrack")
        yield life


@pytest.fixture
def lived(cluster, _lived):
    """:return: a database with our addons and one record of each kind."""
    with _copy(cluster, _lived.name, "data") as life:
        yield life


@pytest.fixture
def administrator():
    """:return: a function that logs the administrator in at an address of a database."""
    return lambda address, life: OdooClient(address, life.name)
