"""One wheel brings the three addons to where Odoo looks, and nothing else."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "script"))

from lib import databases, odoo_run, odoo_source, postgres, processes, sources, templates
from lib.paths import ADDONS, LOGS

PREFIX = "odoo/addons/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """:return: the wheel, made from a copy of the project's files by way of a source archive."""
    folder = tmp_path_factory.mktemp("package")
    for path in sources.all_files():
        (folder / "source" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / "source" / path)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist"]
    done = subprocess.run(
        [*command, folder / "source"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (folder / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def names(wheel):
    """:return: the names of the files in the wheel, its own notes excepted."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_the_addons_files_and_no_other(names):
    expected = {f"{PREFIX}{path}" for path in sources.all_files() if path.parts[0] in ADDONS}
    assert names == expected


def test_the_wheel_leaves_odoos_namespace_alone(names):
    assert not names & {"odoo/__init__.py", "odoo/addons/__init__.py"}
    assert not [name for name in names if name.endswith((".pyc", ".pyo"))]


def test_the_wheel_carries_the_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        (notes,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(notes).decode()
    assert "License-Expression: LGPL-3.0-only" in metadata
    assert "Requires-Python: >=3.10" in metadata


@pytest.fixture(scope="module")
def clean_python(wheel, tmp_path_factory):
    """:return: the Python of a clean environment that has the wheel and Odoo's dependencies."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*command, "--no-deps", "--no-index", wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (own,) = Path(sys.executable).parents[1].glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{own}\n")
    return python


def test_odoo_installs_the_addons_from_the_wheel(clean_python, tmp_path):
    odoo = odoo_source.ensure()
    with postgres.cluster() as cluster:
        template = templates.base_template(cluster, odoo)
        with databases.run_copy(cluster, template, "packaging") as database:
            _install(clean_python, cluster, database, tmp_path)
            found = cluster.sql(
                "select name from ir_module_module where state = 'installed' and name like 'jobtrack%'",
                database,
            )
    assert {name for (name,) in found} == set(ADDONS)


def _install(python, cluster, database, folder):
    """Let Odoo install the addons where the project's own folder is out of sight."""
    configuration = odoo_run.write_configuration(cluster, "packaging")
    beside = odoo_run.addons_path(ours=False)
    command = [python, "-m", "odoo", "server", "-c", configuration, "-d", database]
    command += [f"--addons-path={beside}"] if beside else []
    command += ["-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=warn"]
    environment = {**odoo_run.environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    assert str(ROOT / "jobtrack_support") not in os.pathsep.join(map(str, command))
    processes.run_logged(
        command, LOGS / "packaging.log", cwd=folder, env=environment,
        failure="installing from the wheel failed",
    )  # fmt: skip
