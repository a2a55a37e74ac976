"""The demo database: made once, updated when the addons have changed."""

import ast
import shutil

from . import databases, fingerprints, odoo_run, templates
from .console import note, step
from .errors import Failure
from .paths import ADDONS, LOGS, MAIL, ROOT

DATABASE = "jobtrack_demo"
_FOLDER = ROOT / "jobtrack_support" / "demo"
_COMPANY, _LOGINS = _FOLDER / "demo_company.py", _FOLDER / "logins.py"


def ensure(cluster, odoo, settings, *, address=None, fresh=False):
    """Make the demo database, or bring it up to date; do nothing when it is.

    :param str odoo: what identifies the Odoo
    :param dict settings: options of Odoo's, such as the mail server
    :param str address: of the server to come, for the links in the mails of a new demo
    :param bool fresh: throw the old one away first
    """
    if fresh or not databases.exists(cluster, DATABASE):
        _make(cluster, odoo, settings, address)
    else:
        _update(cluster, odoo, settings)


def _make(cluster, odoo, settings, address):
    # The mails belong to the database that sent them.
    shutil.rmtree(MAIL, ignore_errors=True)
    MAIL.mkdir(parents=True)
    template = templates.base_template(cluster, odoo)
    state = _state(odoo)
    with databases.under_construction(cluster, DATABASE) as unfinished:
        with step("Installing our addons in the demo database"):
            databases.copy(cluster, template, unfinished)
            log = LOGS / "demo-install.log"
            odoo_run.install(cluster, unfinished, ADDONS, log=log, settings=settings)
        if address:
            odoo_run.set_address(cluster, unfinished, address)
        with step("Making the demo company"):
            program = company_program() + templates.MAKE_ASSETS
            log = LOGS / "demo-company.log"
            odoo_run.shell(cluster, unfinished, program, log=log, settings=settings)
        databases.write_notes(cluster, unfinished, state)
        databases.drop(cluster, DATABASE)


def company_program():
    """:return: the program for the Odoo shell that makes the demo company."""
    if not _COMPANY.exists():
        return "pass\n"
    return "from odoo.addons.jobtrack_support.demo.demo_company import build\nbuild(env)\n"


def _update(cluster, odoo, settings):
    """Update the addons whose files have changed since the database was made."""
    state, before = _state(odoo), databases.read_notes(cluster, DATABASE)
    if state == before:
        return
    known = before.get("addons", {})
    changed = [name for name in ADDONS if known.get(name) != state["addons"][name]]
    addons = ["base"] if before.get("odoo") != odoo else changed
    try:
        with step(f"Updating {', '.join(addons)} in the demo database"):
            odoo_run.install(
                cluster,
                DATABASE,
                addons,
                update=True,
                log=LOGS / "demo-update.log",
                settings=settings,
            )
    except Failure as failure:
        raise Failure(f"{failure}. 'script/server --fresh' makes the demo anew.") from failure
    databases.write_notes(cluster, DATABASE, state)


def _state(odoo):
    return {"odoo": odoo, "addons": fingerprints.of_addons()}


def logins():
    """:return: rows of role, login, password and what the person does, for the demo's users."""
    if not _LOGINS.exists():
        return [("Administrator", "admin", "admin", "everything")]
    for node in ast.parse(_LOGINS.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "LOGINS":
            return ast.literal_eval(node.value)
    note(f"{_LOGINS.name} has no LOGINS")
    return []
