"""Runs Odoo with all its tests at the end, once every addon is loaded.

Odoo runs the tests marked "at install" while it loads addons, each before the addons above it. On a
database where all are installed they fail there, because columns of addons that are not loaded yet
must be filled; and run so they would say nothing about ours. Here they run on the whole.

It runs in the virtual environment as a program of its own, with the arguments of ``odoo``.
"""

import sys

# Modules beside this file must not hide others of the same name.
sys.path.pop(0)

from odoo import cli
from odoo.tests import loader
from odoo.tests.suite import OdooSuite

_make_suite = loader.make_suite


def make_suite(module_names, position="at_install"):
    """:return: no test while addons are loaded, and those of both kinds at the end."""
    if position == "at_install":
        return OdooSuite([])
    tests = [*_make_suite(module_names, "at_install"), *_make_suite(module_names, "post_install")]
    return OdooSuite(sorted(tests, key=lambda test: getattr(test, "test_sequence", 0)))


loader.make_suite = make_suite

if __name__ == "__main__":
    cli.main()
