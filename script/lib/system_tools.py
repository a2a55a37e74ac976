"""Programs that Odoo or the tests call: the PDF printer and the browser."""

import os
import shutil

from . import apt, private_programs
from .console import note
from .errors import Failure

_BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def search_path():
    """:return: the PATH on which Odoo finds its programs."""
    return os.pathsep.join([str(private_programs.PROGRAMS), os.environ.get("PATH", os.defpath)])


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
    if not pdf_printer():
        _provide("wkhtmltopdf", "usr/bin/wkhtmltopdf", "to print PDF documents")


def ensure_browser():
    """Have a browser for the tests in the browser."""
    if not browser():
        _provide("chromium", "usr/lib/chromium/chromium", "for the tests in a browser")


def ensure_git():
    """Have git for the tests that fetch Odoo from a repository; without it they are skipped."""
    if not find("git"):
        apt.install(["git"], "for the tests that fetch Odoo")


def _provide(package, program, why):
    """Install a program, or unpack it privately; without it, say so and go on."""
    if apt.install([package], why):
        return
    try:
        private_programs.fetch(package, program, package)
    except Failure as failure:
        note(f"no {package} ({why}): {failure}. As root: apt-get install {package}")
