"""Debian programs unpacked into the project's folder, for users who may not install packages."""

import shutil

from . import apt
from .console import step
from .errors import Failure
from .paths import TOOLS

PROGRAMS = TOOLS / "bin"
# The machine has these itself; another version of them beside its own would not even start.
_OF_THE_MACHINE = ("libc6", "libc-bin", "libgcc-s1", "libstdc++6", "gcc-")
_FALLBACK_RELEASE = "bookworm"
_WRAPPER = """\
#!/bin/sh
# Runs a program that was unpacked beside the system, with the libraries and fonts it came with.
root={root}
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/{program}" "$@"
"""
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{root}/font-cache</cachedir>
</fontconfig>
"""


def fetch(package, program, name):
    """Fetch a package with all it needs and unpack it; nothing is installed.

    :param str program: its path below the unpacked folder
    :param str name: under which it is found afterwards
    """
    releases = dict.fromkeys([apt.own_release() or _FALLBACK_RELEASE, _FALLBACK_RELEASE])
    with step(f"Fetching {package} with what it needs, without installing it"):
        archives = _download(package, list(releases))
        part, folder = TOOLS / f"{package}.part", TOOLS / package
        for old in (part, folder):
            shutil.rmtree(old, ignore_errors=True)
        apt.unpack([path for path in archives if not path.name.startswith(_OF_THE_MACHINE)], part)
        part.rename(folder)
        for path in archives:
            path.unlink()
        _write_wrapper(folder, program, name)


def _download(package, releases):
    """Take the package from the first release that has it."""
    for release in releases:
        source = apt.PrivateApt([release])
        source.update()
        if source.has(package):
            return source.download_with_dependencies([package])
    raise Failure(f"no Debian release at hand has {package}")


def _write_wrapper(folder, program, name):
    libraries = sorted({str(path.parent) for path in folder.rglob("*.so*") if _is_library(path)})
    (folder / "fonts.conf").write_text(_FONTS.format(root=folder))
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    wrapper = PROGRAMS / name
    wrapper.write_text(_WRAPPER.format(root=folder, libraries=":".join(libraries), program=program))
    wrapper.chmod(0o755)


def _is_library(path):
    """Tell libraries of the search path from plug-ins, which lie deeper."""
    places = ("lib", "pulseaudio", "blas", "lapack")
    return path.parent.name in places or path.parent.name.endswith("-linux-gnu")
