"""Odoo servers that are killed in the middle of a billing run, and started again until it is done."""

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import closing

import psycopg2

from lib import databases, odoo_run, processes

PATIENCE = 240
BEGINS = "bill completed jobs' ("
# The work is over when every run is done and nothing waits to be sent.
OPEN = """
    SELECT (SELECT count(*) FROM jobtrack_billing_run WHERE state != 'done')
         + (SELECT count(*) FROM jobtrack_statement WHERE mail_state = 'to_send')
         + (SELECT count(*) FROM mail_mail WHERE state = 'outgoing')
         + (CASE WHEN EXISTS (SELECT FROM jobtrack_billing_run) THEN 0 ELSE 1 END)
"""
# What an administrator does who does not want to wait for the next hour.
TRIGGER = """
    INSERT INTO ir_cron_trigger (cron_id, call_at, create_date)
    SELECT id, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' FROM ir_cron WHERE active
"""


class Place:
    """Where the same billing run is done again and again."""

    def __init__(self, cluster, port, mail, output, figures):
        self.cluster, self.port, self.mail, self.output = cluster, port, mail, output
        self._figures = figures
        self._starts = 0

    def begin(self, name):
        """:return: the name of a fresh copy of the prepared database."""
        databases.drop(self.cluster, name)
        self.cluster.sql(f'create database "{name}" template start strategy file_copy')
        odoo_run.set_address(self.cluster, name, f"http://127.0.0.1:{self.port}")
        return name

    def server(self, database):
        """Start Odoo on a database.

        :rtype: Server
        """
        self._starts += 1
        return Server(self, database, self.output / f"{database}-{self._starts}.log")

    def rows(self, database, query):
        """:return: the rows of a query, of a connection of its own."""
        where = {"host": str(self.cluster.home), "port": 5432, "user": "jobtrack"}
        with closing(psycopg2.connect(dbname=database, **where)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else []

    def is_over(self, database):
        """Tell whether the run is done and all its mail has left."""
        return self.rows(database, OPEN) == [(0,)]

    def figures(self, database):
        """:return: what the run came to."""
        log = self.output / f"{database}-figures.log"
        text = odoo_run.shell(self.cluster, database, self._figures, log=log)
        (line,) = [line for line in text.splitlines() if line.startswith("figures: ")]
        return json.loads(line.removeprefix("figures: "))

    def forget(self, database):
        """Drop a database."""
        databases.drop(self.cluster, database)


class Server:
    """One Odoo with two workers that bill and one that sends."""

    def __init__(self, place, database, log):
        self._place, self._database, self._log = place, database, log
        settings = {"http_port": place.port, "db_name": database, "max_cron_threads": 3}
        settings |= {"log_handler": "odoo.addons.base.models.ir_cron:INFO", "log_level": "warn"}
        configuration = odoo_run.write_configuration(
            place.cluster, "faults", **settings, **place.mail
        )
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as output:
            options = {"stdout": output, "stderr": subprocess.STDOUT, "env": odoo_run.environment()}
            self._process = processes.start(odoo_run.command(configuration), **options)
        place.rows(database, TRIGGER)

    def wait_for_billing(self):
        """Wait until the billing run begins or goes on in this server.

        :return: the moment
        """
        self._wait(
            lambda: BEGINS in self._log.read_text(errors="replace"), "does not begin to bill"
        )
        return time.monotonic()

    def wait_for_end(self):
        """Wait until the run is done and all its mail has left.

        :return: the moment
        """
        self._wait(lambda: self._place.is_over(self._database), "does not finish", again=10)
        return time.monotonic()

    def _wait(self, is_so, what, again=PATIENCE):
        begun = asked = time.monotonic()
        while not is_so():
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self._log}")
            if time.monotonic() > begun + PATIENCE:
                raise AssertionError(f"the server {what}: {self._log}")
            if time.monotonic() > asked + again:
                asked = time.monotonic()
                self._place.rows(self._database, TRIGGER)
            self._place.rows("postgres", f"NOTIFY cron_trigger, '{self._database}'")
            time.sleep(0.1)

    def kill(self):
        """End the server and all its workers without a warning."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self):
        """End the server as an administrator does."""
        processes.stop(self._process)


def clear(folder):
    """Empty a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
