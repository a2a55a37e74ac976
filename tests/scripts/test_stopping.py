"""Nothing that a script started outlives it, and a killed script does no lasting harm."""

import os
import signal
import time
from pathlib import Path

import pytest

from lib import odoo_run, processes

CLUSTER = """
    import time
    from lib import cli, postgres
    def main(arguments):
        with postgres.cluster() as cluster:
            print("PID", (cluster.data / "postmaster.pid").read_text().split()[0], flush=True)
            print("HOME", cluster.home, flush=True)
            time.sleep({seconds})
    cli.run(main)
"""
SINK = """
    import time
    from pathlib import Path
    from lib import cli, services
    def main(arguments):
        with services.mail_sink(Path({folder!r})) as settings:
            print("PORT", settings["smtp_port"], flush=True)
            time.sleep(60)
    cli.run(main)
"""


def _wait_for(word, process):
    for line in process.stdout:
        if line.startswith(word + " "):
            return line.split(" ", 1)[1].strip()
    raise AssertionError(process.stderr.read())


def _is_alive(pid):
    return processes.living_program(pid) == "postgres"


def _wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_cluster_stops_with_its_script(sandbox, number):
    process = sandbox.start(CLUSTER.format(seconds=60))
    pid = _wait_for("PID", process)
    assert _is_alive(pid)
    process.send_signal(number)
    _output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not _is_alive(pid)


def test_the_last_of_two_scripts_stops_the_cluster(sandbox):
    first, second = (sandbox.start(CLUSTER.format(seconds=60)) for _ in range(2))
    pid = _wait_for("PID", first)
    assert _wait_for("PID", second) == pid
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=30)
    assert _is_alive(pid)
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=30)
    assert not _is_alive(pid)


def test_a_killed_script_hands_its_cluster_to_the_next(sandbox):
    first = sandbox.start(CLUSTER.format(seconds=60))
    pid = _wait_for("PID", first)
    first.kill()
    first.communicate()
    assert _is_alive(pid)
    status, output, errors = sandbox.run(CLUSTER.format(seconds=0))
    assert status == 0, errors
    assert f"PID {pid}" in output
    assert not _is_alive(pid)


def test_the_process_id_of_a_dead_server_does_no_harm(sandbox):
    status, output, errors = sandbox.run(CLUSTER.format(seconds=0))
    assert status == 0, errors
    home = Path(next(line for line in output.splitlines() if line.startswith("HOME")).split(" ")[1])
    stale = next(home.glob("data-*")) / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n5432\n{home}\n\n\n")
    status, _output, errors = sandbox.run(CLUSTER.format(seconds=0))
    assert status == 0, errors


def test_an_interrupted_making_of_the_cluster_is_repeated(sandbox):
    program = """
        from lib import postgres
        ours = postgres.Cluster()
        part = ours.data.with_suffix(".part")
        part.mkdir()
        (part / "half").touch()
    """
    assert sandbox.run(program)[0] == 0
    status, _output, errors = sandbox.run(CLUSTER.format(seconds=0))
    assert status == 0, errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_started_program_stops_with_its_script(sandbox, number):
    process = sandbox.start(SINK.format(folder=str(sandbox.folder / "mail")))
    port = int(_wait_for("PORT", process))
    assert not odoo_run.is_port_free(port)
    process.send_signal(number)
    process.communicate(timeout=30)
    _wait_until(lambda: odoo_run.is_port_free(port))
