"""One package for pip with the three addons, where Odoo looks for installed addons."""

from pathlib import Path

from setuptools import find_packages, setup

ADDONS = ("jobtrack_support", "jobtrack_support_portal", "jobtrack_hosting_jobs")
# Odoo makes this a namespace of several distributions: it must not become a package of ours.
NAMESPACE = "odoo.addons"
VERSION = "19.0.1.0.0"


def python_packages(addon):
    """:return: the packages of an addon by their full names."""
    inner = [f"{addon}.{name}" for name in find_packages(addon, exclude=["migrations*"])]
    return [f"{NAMESPACE}.{name}" for name in [addon, *inner]]


setup(
    name="jobtrack",
    version=VERSION,
    description="Paid support in Odoo 19: estimates, consent, prepaid hours, billing, a ledger",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="JobTrack",
    license_expression="LGPL-3.0-only",
    license_files=["LICENSE"],
    python_requires=">=3.10",
    packages=[package for addon in ADDONS for package in python_packages(addon)],
    package_dir={f"{NAMESPACE}.{addon}": addon for addon in ADDONS},
    package_data={f"{NAMESPACE}.{addon}": ["**/*"] for addon in ADDONS},
    exclude_package_data={"": ["**/*.py[co]", "**/__pycache__/*"]},
    include_package_data=False,
    zip_safe=False,
)
