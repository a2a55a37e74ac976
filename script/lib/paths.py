"""Where everything is. All that is fetched or made lies in one folder that git ignores."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("JOBTRACK_LOCAL") or ROOT / ".local").absolute()

ODOO = LOCAL / "odoo"
VENV = LOCAL / "venv"
DATA_DIR = LOCAL / "data"
FILESTORES = DATA_DIR / "filestore"
MAIL = LOCAL / "mail"
LOGS = LOCAL / "log"
CONFIGURATIONS = LOCAL / "conf"
LOCKS = LOCAL / "locks"
TOOLS = LOCAL / "tools"
TEST_OUTPUT = LOCAL / "test-output"

ADDONS = ("jobtrack_support", "jobtrack_support_portal", "jobtrack_hosting_jobs")
