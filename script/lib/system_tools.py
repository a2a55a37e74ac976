"""Programs that Odoo or the tests call: the PDF printer and the browser."""

import os
import shutil

from . import apt
from .console import note
from .paths import TOOLS

PROGRAMS = TOOLS / "bin"
_BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def search_path():
    """:return: the PATH on which Odoo finds its programs."""
    return os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", os.defpath)])


def find(*names):
    """:return: the path of the first program that exists, None when none does."""
    return next(filter(None, (shutil.which(name, path=search_path()) for name in names)), None)


def pdf_printer():
    """:return: the path of wkhtmltopdf, None without one."""
    return find("wkhtmltopdf")


def browser():
    """:return: the path of a Chromium or Chrome, None without one."""
    return find(*_BROWSERS)


def ensure_pdf_printer():
    """Have wkhtmltopdf; without one Odoo runs, but makes no PDF."""
    if not pdf_printer() and not apt.install(["wkhtmltopdf"], "to print PDF documents"):
        note("no wkhtmltopdf: Odoo will make no PDF. As root: apt-get install wkhtmltopdf")


def ensure_browser():
    """Have a browser for the tests in the browser."""
    if not browser() and not apt.install(["chromium"], "for the tests in a browser"):
        note("no Chromium: the tests in a browser will fail. As root: apt-get install chromium")
