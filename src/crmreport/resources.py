"""Where the notebooks and the demo's params lie: in a checkout beside ``src``, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

from crmreport.errors import UsageError

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def share() -> Path:
    """The folder that holds ``notebooks/`` and ``params/``.

    A checkout's own files come first: an editable install also carries a copy, made when it was
    installed, which goes stale with the first edit.
    """
    for folder in (_CHECKOUT, _PACKAGE / "share"):
        if (folder / "notebooks").is_dir() and (folder / "params" / "demo.yml").is_file():
            return folder
    raise UsageError("crmreport's notebooks are not where it was installed.", remedy="Install it again.")


def notebooks() -> Path:
    return share() / "notebooks"


def demo_params() -> Path:
    return share() / "params" / "demo.yml"
