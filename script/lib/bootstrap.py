"""Everything a fresh machine needs before Odoo can run."""

import shutil

from . import interpreter, odoo_source, postgres, system_tools, virtualenv
from .console import note
from .errors import Failure
from .locks import locked
from .paths import LOCAL

_NEEDED_GIGABYTES = 3


def ensure(*, develop=False):
    """Fetch and make what is missing; do nothing the second time.

    :param bool develop: also what tests and checks need
    :return: what identifies the Odoo that is used
    """
    complaint = interpreter.complaint(interpreter.sys.version_info)
    if complaint:
        raise Failure(complaint)
    LOCAL.mkdir(parents=True, exist_ok=True)
    with locked("bootstrap", "it sets up this folder"):
        require_space(_NEEDED_GIGABYTES if not virtualenv.PYTHON.exists() else 0.5)
        odoo = odoo_source.ensure()
        virtualenv.ensure(develop=develop)
        postgres.ensure_programs()
        system_tools.ensure_pdf_printer()
        if develop:
            system_tools.ensure_browser()
            system_tools.ensure_git()
    return odoo


def require_space(gigabytes, folder=None):
    """Stop early, with nothing half made, when the disk is too full."""
    free = shutil.disk_usage(folder or LOCAL).free / 1e9
    if free < gigabytes:
        raise Failure(
            f"the disk is too full: {free:.1f} GB are free where {LOCAL} lies, "
            f"{gigabytes} GB are needed. Free some, or let JOBTRACK_LOCAL name a folder elsewhere."
        )


def main(arguments):
    """The script/bootstrap command."""
    odoo = ensure(develop="--run-only" not in arguments)
    note(f"ready: Odoo {odoo}")
