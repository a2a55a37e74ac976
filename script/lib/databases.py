"""Databases with their filestores: made under a temporary name, copied, dropped."""

import json
import os
import shutil
from contextlib import contextmanager

from .locks import try_lock
from .paths import FILESTORES

RUN_PREFIX = "run_"
UNFINISHED = "_unfinished"


def exists(cluster, name):
    """Tell whether there is a database of this name."""
    return bool(cluster.sql(f"select 1 from pg_database where datname = '{name}'"))


def names(cluster, prefix):
    """:return: the databases whose name begins with a prefix."""
    rows = cluster.sql("select datname from pg_database order by oid")
    return [name for (name,) in rows if name.startswith(prefix)]


def drop(cluster, name):
    """Remove a database and its files, if they exist."""
    if exists(cluster, name):
        cluster.sql(f'alter database "{name}" is_template false')
        cluster.sql(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(FILESTORES / name, ignore_errors=True)


def copy(cluster, source, target):
    """Copy a database that nobody is connected to, with its files."""
    _copy_files(source, target)
    cluster.sql(f'create database "{target}" template "{source}" strategy file_copy')


def _copy_files(source, target):
    shutil.rmtree(FILESTORES / target, ignore_errors=True)
    if (FILESTORES / source).exists():
        # Odoo never changes a stored file, it only adds and removes: both copies can share it.
        shutil.copytree(FILESTORES / source, FILESTORES / target, copy_function=os.link)


def rename(cluster, old, new):
    """Give a finished database its final name."""
    shutil.rmtree(FILESTORES / new, ignore_errors=True)
    if (FILESTORES / old).exists():
        (FILESTORES / old).rename(FILESTORES / new)
    cluster.sql(f'alter database "{old}" rename to "{new}"')


def protect(cluster, name):
    """Make a database a template that nobody can connect to."""
    cluster.sql(f'alter database "{name}" with is_template true allow_connections false')


@contextmanager
def under_construction(cluster, name):
    """Build a database under a temporary name; it gets its own when the block ends well.

    What an interrupted attempt left is thrown away first.
    """
    unfinished = name + UNFINISHED
    drop(cluster, unfinished)
    try:
        yield unfinished
        rename(cluster, unfinished, name)
    except BaseException:
        drop(cluster, unfinished)
        raise


@contextmanager
def run_copy(cluster, template, purpose):
    """A copy of a template for one run; dropped afterwards, by a later run if this one dies.

    :return: the name of the copy
    """
    sweep(cluster)
    name = f"{RUN_PREFIX}{purpose}_{os.getpid()}"
    lock = try_lock(name)
    try:
        drop(cluster, name)
        copy(cluster, template, name)
        yield name
    finally:
        drop(cluster, name)
        lock.remove()


def sweep(cluster):
    """Drop the copies of runs that died."""
    for name in names(cluster, RUN_PREFIX):
        lock = try_lock(name)
        if lock:
            drop(cluster, name)
            lock.remove()


def read_notes(cluster, name):
    """:return: what was noted on a database, as a dictionary."""
    rows = cluster.sql(
        f"select shobj_description(oid, 'pg_database') from pg_database where datname = '{name}'"
    )
    return json.loads(rows[0][0]) if rows and rows[0][0] else {}


def write_notes(cluster, name, notes):
    """Note a dictionary on a database, so that it lives and dies with it."""
    text = json.dumps(notes).replace("'", "''")
    cluster.sql(f"comment on database \"{name}\" is '{text}'")
