"""The software that computes a report: what its manifest and its appendix name."""

from __future__ import annotations

import platform
from importlib.metadata import version

PACKAGES = (
    "crmreport",
    "babel",
    "duckdb",
    "ibis-framework",
    "ipykernel",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "scipy",
    "statsmodels",
    "typst",
    "uharfbuzz",
)


def software() -> dict[str, str]:
    """Version by name, ``python`` first."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
