"""Two levels of cached template databases: Odoo's own addons, and ours on top."""

from . import databases, fingerprints, log_reader, odoo_run
from .console import step
from .locks import locked
from .paths import ADDONS, LOGS

_LAYOUT = "2"  # to be raised when templates are made in another way
MAKE_ASSETS = "env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n"
_KEPT = 4
BASE, OURS = "template_odoo_", "template_jobtrack_"
# Odoo's demo payment provider is what the tests pay with.
_ALSO = ["payment_demo"]


def base_template(cluster, odoo):
    """A database with what our addons depend on, made when there is none yet.

    :param str odoo: what identifies the Odoo
    :return: its name
    """
    addons = sorted({*fingerprints.standard_dependencies(), *_ALSO})
    name = BASE + fingerprints.of_text(_LAYOUT, odoo, *addons)
    with locked(name, "it makes a template database"):
        if not databases.exists(cluster, name):
            with step(f"Making a database with Odoo's own addons ({', '.join(addons)})"):
                with databases.under_construction(cluster, name) as unfinished:
                    odoo_run.install(cluster, unfinished, addons, ours=False)
                    _finish(cluster, unfinished)
            _forget_old(cluster, BASE, keep=2)
    return name


def addons_template(cluster, odoo):
    """A database with our three addons as they are now, made when there is none yet.

    :return: its name
    """
    base = base_template(cluster, odoo)
    name = OURS + fingerprints.of_text(base, *fingerprints.of_addons().values())
    with locked(name, "it makes a template database"):
        if not databases.exists(cluster, name):
            with step("Making a database with our addons"):
                with databases.under_construction(cluster, name) as unfinished:
                    databases.copy(cluster, base, unfinished)
                    log = LOGS / f"install-{name}.log"
                    odoo_run.install(cluster, unfinished, ADDONS, log=log)
                    complaints = log_reader.complaints(log.read_text())
                    databases.write_notes(cluster, unfinished, {"complaints": complaints})
                    _finish(cluster, unfinished)
            _forget_old(cluster, OURS, keep=_KEPT)
    return name


def _finish(cluster, unfinished):
    """Store the style sheets and scripts of the pages: otherwise every run with a page makes them."""
    odoo_run.shell(cluster, unfinished, MAKE_ASSETS, log=LOGS / f"assets-{unfinished}.log")
    databases.protect(cluster, unfinished)


def _forget_old(cluster, prefix, keep):
    """Drop the oldest templates that no script is making at the moment."""
    finished = [
        name for name in databases.names(cluster, prefix) if not name.endswith(databases.UNFINISHED)
    ]
    for name in finished[:-keep]:
        databases.drop(cluster, name)
