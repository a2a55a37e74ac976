"""What a script says when it cannot even begin."""

import socket
import subprocess
from pathlib import Path

import pytest

from lib import bootstrap, interpreter, virtualenv
from lib.errors import Failure

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("version", [(3, 10), (3, 11), (3, 12), (3, 13)])
def test_supported_python_passes(version):
    assert interpreter.complaint(version) is None


@pytest.mark.parametrize("version", [(2, 7), (3, 9), (3, 14), (4, 0)])
def test_wrong_python_is_named_with_what_to_install(version):
    line = interpreter.complaint(version)
    assert f"Python {version[0]}.{version[1]}" in line
    assert "3.10 to 3.13" in line
    assert "\n" not in line


def test_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [ROOT / "script" / "server", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_full_disk_stops_before_anything_is_made(tmp_path):
    with pytest.raises(Failure, match="too full") as caught:
        bootstrap.require_space(10**9, tmp_path)
    assert "\n" not in str(caught.value)


def test_disk_that_fills_up_later_gives_one_line(sandbox):
    program = """
        import errno
        from lib import cli
        def main(arguments):
            raise OSError(errno.ENOSPC, "No space left on device")
        cli.run(main)
    """
    status, _output, errors = sandbox.run(program)
    assert status == 1
    assert errors.startswith("error: the disk is full")
    assert len(errors.strip().splitlines()) == 1


def test_unknown_part_of_the_tests_is_refused():
    command = [ROOT / "script" / "test", "nonsense"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "there is no part 'nonsense'" in done.stderr


def test_half_made_environment_is_not_taken_for_a_whole_one(sandbox):
    program = """
        from lib import virtualenv
        print(virtualenv._is_installed(virtualenv.RUN))
    """
    (sandbox.local / "venv").unlink()
    (sandbox.local / "venv" / "bin").mkdir(parents=True)
    (sandbox.local / "venv" / "bin" / "python").touch()
    assert sandbox.run(program)[1].strip() == "False"


def test_every_pin_is_exact():
    for name in (virtualenv.RUN, virtualenv.DEVELOP):
        for line in (ROOT / name).read_text().splitlines():
            assert line.startswith("#") or "==" in line, f"{name}: {line}"
