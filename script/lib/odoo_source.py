"""Where Odoo 19 comes from: the user's own, Debian's package, or Odoo's public repository."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import apt, processes
from .console import note, step
from .errors import Failure
from .paths import LOGS, ODOO

BRANCH = "19.0"
# The same folder layout for every source: `root/odoo` is Odoo's Python package.
ROOT_LINKS = ODOO / "root"
_STAMP = ODOO / "version.txt"
_PUBLIC_REPOSITORY = "https://github.com/odoo/odoo.git"
# Odoo links its fonts and libraries into /usr/share; these packages bring the files. Odoo wants
# Font Awesome 4.7, which newer Debian releases no longer have.
_LINKED = [
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-inconsolata",
    "fonts-roboto-unhinted",
]
_LINKED += ["fonts-montserrat", "fonts-ocr-b"]
_UNSTABLE, _OLD = "sid", "bookworm"
# Debian leaves this minified file out; without it every page logs an error.
_MISSING_SCRIPT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure():
    """Make Odoo 19 available in the project's folder; do nothing when it is there.

    :return: what identifies this Odoo, for caches
    """
    own = os.environ.get("JOBTRACK_ODOO")
    if own:
        return _use(Path(own).absolute())
    if _STAMP.exists() and (ROOT_LINKS / "odoo" / "release.py").exists():
        return _STAMP.read_text()
    installed = _installed_root()
    if installed:
        return _use(installed)
    return _fetch()


def _use(root):
    """Take an Odoo that the user already has, as it is."""
    if series(root) != BRANCH:
        raise Failure(
            f"JOBTRACK_ODOO={root} is no Odoo {BRANCH}: name the folder that holds odoo/release.py."
        )
    revision = (
        subprocess.run(
            ["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        ).stdout.strip()
        if shutil.which("git")
        else ""
    )
    return _link(root, f"{BRANCH} in {root} {revision}".strip())


def _installed_root():
    """:return: the folder of an Odoo 19 that is on the path, None without one."""
    program = shutil.which("odoo")
    if not program:
        return None
    first = Path(program).read_bytes().split(b"\n", 1)[0].decode(errors="replace")
    python = first[2:].strip() if first.startswith("#!") and "python" in first else "python3"
    code = "import odoo.release as r; print(r.__file__)"
    found = subprocess.run(
        [*python.split(), "-c", code], capture_output=True, text=True, check=False
    ).stdout.strip()
    root = Path(found).parents[1] if found else None
    return root if root and series(root) == BRANCH else None


def series(root):
    """:return: the version of the Odoo in a folder such as "19.0", None when there is none."""
    release = Path(root) / "odoo" / "release.py"
    if not release.is_file():
        return None
    match = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text())
    return f"{match[1]}.{match[2]}" if match else None


def _fetch():
    """Try each source in turn; say what to set when none works."""
    reasons = []
    for fetch in (_fetch_debian_package, _clone_public_repository):
        try:
            return fetch()
        except Failure as failure:
            note(f"{failure}")
            reasons.append(str(failure))
    raise Failure(
        "no Odoo 19 found and none could be fetched (no network?). "
        "Set JOBTRACK_ODOO to the folder that holds odoo/release.py of an Odoo 19 and start again."
    )


def _fetch_debian_package():
    if not apt.mirrors():
        raise Failure(
            "no Debian mirror in this machine's apt configuration: trying Odoo's own repository"
        )
    with step("Fetching Odoo 19 from Debian (123 MB)"):
        source = apt.PrivateApt([_UNSTABLE, _OLD])
        source.update()
        downloads = _fresh(ODOO / "download")
        wanted = [f"{name}/{_UNSTABLE}" for name in ["odoo-19", *_LINKED]] + [
            f"fonts-font-awesome/{_OLD}"
        ]
        archives = source.download(wanted, downloads)
    with step("Unpacking Odoo 19 (1.2 GB)"):
        unpacked = _fresh(ODOO / "debian.part")
        apt.unpack(archives, unpacked)
        root = Path("usr/lib/python3/dist-packages")
        script = unpacked / root / _MISSING_SCRIPT
        script.parent.mkdir(parents=True, exist_ok=True)
        script.touch()
        _warn_of_dangling_links(unpacked)
        version = next(a.name.split("_")[1] for a in archives if a.name.startswith("odoo-19_"))
        shutil.rmtree(downloads)
        return _link(_publish(unpacked, ODOO / "debian") / root, f"debian {version}")


def _clone_public_repository():
    if not shutil.which("git") and not apt.install(["git", "ca-certificates"], "to fetch Odoo"):
        raise Failure("git is missing: install it, or set JOBTRACK_ODOO to a folder with Odoo 19")
    address = os.environ.get("JOBTRACK_ODOO_GIT") or _PUBLIC_REPOSITORY
    clone = _fresh(ODOO / "git.part")
    with step(f"Fetching Odoo {BRANCH} from its git repository"):
        processes.run_logged(
            [
                "git",
                "clone",
                "--quiet",
                "--depth",
                "1",
                "--single-branch",
                "--branch",
                BRANCH,
                address,
                clone,
            ],
            LOGS / "odoo-clone.log",
            failure="fetching Odoo from its git repository failed",
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
    if series(clone) != BRANCH:
        raise Failure(f"the git repository holds no Odoo {BRANCH}")
    return _use(_publish(clone, ODOO / "git"))


def _fresh(folder):
    """Empty a folder that an earlier, interrupted start may have left half full."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _publish(part, folder):
    """Give a finished folder its final name."""
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    return folder


def _link(root, version):
    """Point to an Odoo and remember which it is.

    Only its own package is linked: whatever else lies beside it (a system's other Python packages)
    must not come before the virtual environment's.
    """
    ROOT_LINKS.mkdir(parents=True, exist_ok=True)
    link = ROOT_LINKS / "odoo"
    if not link.is_symlink() or link.readlink() != root / "odoo":
        link.unlink(missing_ok=True)
        link.symlink_to(root / "odoo")
    if not _STAMP.exists() or _STAMP.read_text() != version:
        _STAMP.write_text(version)
    return version


def addons_paths():
    """:return: the folders that hold Odoo's addons besides those in its package."""
    beside = (ROOT_LINKS / "odoo").resolve().parent / "addons"
    return [beside] if (beside / "web" / "static").exists() else []


def _warn_of_dangling_links(folder):
    dangling = [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        example = dangling[0].relative_to(folder)
        note(
            f"Odoo's package links to {len(dangling)} file(s) that are not here, as {example.name}"
        )
