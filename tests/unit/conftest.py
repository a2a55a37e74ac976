"""Lets the rules be tested without Odoo, and chooses how long hypothesis searches.

``jobtrack_support/__init__.py`` imports the models and with them Odoo. Here the addon is a bare
package that only knows its folder, so that ``from jobtrack_support.tools import allocation`` reads
the rule and nothing else.

``HYPOTHESIS_PROFILE=long`` searches for minutes instead of seconds, with other examples each time.
"""

import os
import sys
import types
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
ADDON = "jobtrack_support"

if ADDON not in sys.modules:
    package = types.ModuleType(ADDON)
    package.__path__ = [str(ROOT / ADDON)]
    sys.modules[ADDON] = package

slow_is_fine = [HealthCheck.too_slow]
settings.register_profile(
    "quick", max_examples=150, derandomize=True, deadline=None, suppress_health_check=slow_is_fine
)
settings.register_profile(
    "long", max_examples=5000, deadline=None, suppress_health_check=slow_is_fine
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
