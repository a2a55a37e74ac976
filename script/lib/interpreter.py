"""Which Python runs the scripts.

This file keeps to syntax that an old Python can read, so that it can complain.
"""

import os
import shutil
import sys

OLDEST = (3, 10)
NEWEST = (3, 13)
SWITCHED = "JOBTRACK_SWITCHED_PYTHON"


def is_supported(version):
    """Tell whether Odoo 19 runs on this version of Python.

    :param tuple version: major and minor number
    """
    return OLDEST <= tuple(version[:2]) <= NEWEST


def complaint(version):
    """:return: the line to show for an unsupported version, None for a supported one."""
    if is_supported(version):
        return None
    return (
        f"Python {version[0]}.{version[1]} cannot run Odoo 19: install Python "
        f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}, or start the script with one."
    )


def use_supported_python():
    """Go on with a supported Python: this one, or another one that the machine has."""
    text = complaint(sys.version_info)
    if not text:
        return
    if SWITCHED not in os.environ:
        for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
            other = shutil.which(f"python3.{minor}")
            if other:
                os.environ[SWITCHED] = "1"
                os.execv(other, [other] + sys.argv)
    sys.exit("error: " + text)
