"""Debian packages: fetched with apt into a folder of the project, or installed when we are root."""

import os
import shutil
import subprocess
from pathlib import Path

from . import processes
from .console import note
from .errors import Failure
from .paths import LOCAL, LOGS

_PRIVATE = LOCAL / "apt"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_FORMAT = "$(RELEASE)|$(COMPONENT)|$(LABEL)|$(REPO_URI)"


def is_available():
    """Tell whether this machine can fetch Debian packages."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg") and _KEYRING.exists())


def own_release():
    """:return: the code name of this machine's Debian, None on any other system."""
    words = {}
    for line in Path("/etc/os-release").read_text().splitlines():
        key, _, value = line.partition("=")
        words[key] = value.strip('"')
    return words.get("VERSION_CODENAME") if words.get("ID") == "debian" else None


def mirrors():
    """:return: the Debian mirrors that the machine's apt configuration names, best first."""
    if not is_available():
        return []
    output = subprocess.run(
        ["apt-get", "indextargets", "--format", _FORMAT],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = []
    for line in output.splitlines():
        release, component, label, address = line.split("|", 3)
        # A machine whose lists were never fetched knows no labels yet.
        is_debian = label == "Debian" or (
            not label.startswith("Debian-") and release == own_release()
        )
        if is_debian and component == "main" and address not in found:
            found.append(address)
    return found


class PrivateApt:
    """An apt with lists and a cache of its own: the machine's configuration stays as it is."""

    def __init__(self, releases):
        """:param releases: code names of the Debian releases to take packages from"""
        self.releases = releases
        self.folder = _PRIVATE

    def _command(self, *arguments, installed="/var/lib/dpkg/status"):
        settings = {
            "Dir::Etc::SourceList": self.folder / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State": self.folder / "state",
            "Dir::State::status": installed,
            "Dir::Cache": self.folder / "cache",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "DPkg::Lock::Timeout": "60",
        }
        options = [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]
        return ["apt-get", "-q", *options, *arguments]

    def update(self):
        """Fetch the package lists from the first mirror that answers."""
        for part in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        addresses = mirrors()
        if not addresses:
            raise Failure("this machine's apt configuration names no Debian mirror")
        for address in addresses:
            lines = [
                f"deb [signed-by={_KEYRING}] {address} {release} main\n"
                for release in self.releases
            ]
            (self.folder / "sources.list").write_text("".join(lines))
            try:
                self._run("update", "--error-on=any")
                return
            except Failure as failure:
                trouble = failure
        raise trouble

    def download(self, packages, target):
        """Fetch packages, verified by the Debian keyring, into a folder.

        :param packages: names, each optionally with ``/release``
        """
        target.mkdir(parents=True, exist_ok=True)
        self._run("download", *packages, cwd=target)
        return sorted(target.glob("*.deb"))

    def download_with_dependencies(self, packages):
        """Fetch packages and all that they need, as if nothing were installed.

        :return: the fetched files
        """
        nothing = self.folder / "nothing-installed"
        nothing.write_text("")
        archives = self.folder / "cache" / "archives"
        for old in archives.glob("*.deb"):
            old.unlink()
        self._run("install", "--yes", "--download-only", *packages, installed=nothing)
        return sorted(archives.glob("*.deb"))

    def has(self, package):
        """Tell whether the chosen releases have a package."""
        command = self._command("-qq", "--print-uris", "download", package)
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _run(self, *arguments, installed="/var/lib/dpkg/status", **options):
        log = LOGS / f"apt-{arguments[0]}.log"
        command = self._command(*arguments, installed=installed)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        processes.run_logged(
            command,
            log,
            failure="fetching Debian packages failed (is there a network?)",
            env=environment,
            **options,
        )


def unpack(archives, folder):
    """Unpack package files into a folder, without installing them."""
    folder.mkdir(parents=True, exist_ok=True)
    for archive in archives:
        subprocess.run(["dpkg", "-x", archive, folder], check=True, capture_output=True, text=True)


def install(packages, why):
    """Install packages into the system when this user may.

    :param str why: what needs them, for the progress line
    :return: True when they are installed now
    """
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else _sudo()
    if prefix is None:
        return False
    note(f"installing {' '.join(packages)} ({why})")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command = [*prefix, "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    log = LOGS / f"apt-install-{packages[0]}.log"
    try:
        install_command = [*command, "install", "--yes", "--no-install-recommends", *packages]
        try:
            processes.run_logged(install_command, log, failure="not installed", env=environment)
        except Failure:
            # The machine's package lists may be missing or too old.
            processes.run_logged(
                [*command, "update"], LOGS / "apt-update.log", failure="no lists", env=environment
            )
            processes.run_logged(install_command, log, failure="not installed", env=environment)
    except Failure as failure:
        note(f"could not install {' '.join(packages)}: {failure}")
        return False
    return True


def _sudo():
    """:return: how to become root without a question, None when that is not possible."""
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive"]
    return None
