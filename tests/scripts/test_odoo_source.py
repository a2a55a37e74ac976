"""Where Odoo comes from, and what is said when it comes from nowhere."""

import os
import shutil
import subprocess

import pytest

RELEASE = "version_info = ({}, 0, 0, 'final', 0, '')\n"
FETCH = """
    from lib import apt, cli, odoo_source
    apt.mirrors = lambda: {mirrors}
    cli.run(lambda arguments: print("VERSION", odoo_source.ensure()))
"""


@pytest.fixture
def repository(tmp_path):
    """:return: a git repository that looks like Odoo's, with a branch 19.0."""
    return _make_repository(tmp_path / "upstream", 19)


def _make_repository(folder, version):
    if not shutil.which("git"):
        pytest.skip("git is missing, and this user may not install it")
    for name in ("odoo/addons/base", "addons/web/static"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file.txt").write_text("content")
    (folder / "odoo" / "release.py").write_text(RELEASE.format(version))
    identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]
    for command in (["init", "-q", "-b", "19.0"], ["add", "-A"], [*identity, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", folder, *command], check=True, capture_output=True)
    return f"file://{folder}"


def _path_without_odoo():
    """An Odoo that this machine has on its path must not be found."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(f for f in folders if not os.path.exists(os.path.join(f, "odoo")))


def _fetch(sandbox, mirrors=(), **environment):
    environment = {"PATH": _path_without_odoo(), **environment}
    return sandbox.run(FETCH.format(mirrors=list(mirrors)), **environment)


def test_odoo_comes_from_its_own_repository_without_a_debian_mirror(sandbox, repository):
    status, output, errors = _fetch(sandbox, JOBTRACK_ODOO_GIT=repository)
    assert status == 0, errors
    assert "VERSION 19.0 in" in output
    root = sandbox.local / "odoo" / "root" / "odoo"
    assert (root / "release.py").exists()
    assert (root.resolve().parent / "addons" / "web" / "static").exists()


def test_an_interrupted_fetch_is_thrown_away(sandbox, repository):
    left_over = sandbox.local / "odoo" / "git.part" / "odoo"
    left_over.mkdir(parents=True)
    (left_over / "half.txt").touch()
    assert _fetch(sandbox, JOBTRACK_ODOO_GIT=repository)[0] == 0
    assert not (sandbox.local / "odoo" / "root" / "odoo" / "half.txt").resolve().exists()


def test_the_second_start_fetches_nothing(sandbox, repository):
    first = _fetch(sandbox, JOBTRACK_ODOO_GIT=repository)
    second = _fetch(sandbox, JOBTRACK_ODOO_GIT="file:///nowhere")
    assert second[0] == 0
    assert second[1].splitlines()[-1] == first[1].splitlines()[-1]
    assert "Fetching" not in second[1]


def test_another_series_is_refused_and_leaves_nothing_behind(sandbox, tmp_path):
    old = _make_repository(tmp_path / "old", 18)
    status, _output, errors = _fetch(sandbox, JOBTRACK_ODOO_GIT=old)
    assert status == 1
    assert "no Odoo 19" in errors
    assert not (sandbox.local / "odoo" / "root").exists()


def test_without_a_network_one_line_says_what_to_set(sandbox):
    status, _output, errors = _fetch(
        sandbox, mirrors=["http://127.0.0.1:9/debian"], JOBTRACK_ODOO_GIT="http://127.0.0.1:9/odoo"
    )
    assert status == 1
    assert "JOBTRACK_ODOO" in errors
    assert "no network?" in errors
    assert len(errors.strip().splitlines()) == 1
    assert not (sandbox.local / "odoo" / "root").exists()


def test_the_users_own_odoo_is_used_as_it_is(sandbox, tmp_path, repository):
    status, output, errors = sandbox.run(
        FETCH.format(mirrors=[]), JOBTRACK_ODOO=str(tmp_path / "upstream")
    )
    assert status == 0, errors
    assert str(tmp_path / "upstream") in output


def test_a_folder_without_odoo_is_refused(sandbox, tmp_path):
    status, _output, errors = sandbox.run(FETCH.format(mirrors=[]), JOBTRACK_ODOO=str(tmp_path))
    assert status == 1
    assert str(tmp_path) in errors
