"""The folder for an engagement's working data: staged files and stores."""

from __future__ import annotations

import os
from pathlib import Path

import crmreport
from crmreport.errors import OutputError
from crmreport.params import Engagement


def store_root(engagement: Engagement) -> Path:
    """``.crmreport`` beside the params file, or in the current folder where none can be made there.

    Raises OutputError where it cannot be made at all.
    """
    beside = engagement.path.parent
    package = Path(crmreport.__file__).parent
    own = not beside.is_relative_to(package) and os.access(beside, os.W_OK)
    root = (beside if own else Path.cwd()) / ".crmreport"
    if not root.is_dir():
        try:
            root.mkdir(mode=0o700)
        except FileExistsError:
            pass  # another process was first, or a file is in the way: the next line tells
        except OSError as error:
            raise OutputError(
                f"The folder for working data cannot be made ({error.strerror}).",
                where=str(root),
                remedy="Run from a folder that can be written to.",
            ) from None
        if not root.is_dir():
            raise OutputError("This is not a folder.", where=str(root), remedy="Rename or remove it.")
        # Customers' data: not for other users of the machine, nor for a repository around it.
        root.chmod(0o700)
        (root / ".gitignore").write_text("*\n", "utf-8")
    return root
