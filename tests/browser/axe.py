"""axe-core's judgement of a page: WCAG 2.2, level AA."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

from tests.browser.chromium import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_HERE = Path(__file__).parents[2] / "node_modules" / "axe-core"


@cache
def source() -> str:
    """axe-core, from the folder that AXE_CORE names, or ``node_modules``."""
    file = Path(os.environ.get("AXE_CORE", _HERE)) / "axe.min.js"
    assert file.is_file(), f"{file} is missing: .ci/run installs it (npm install --no-save axe-core)"
    return file.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Each violation with the element that it was found at."""
    page.run(source() + "; true")
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
    found = page.run(
        f"axe.run(document, {options}).then((done) => done.violations.flatMap((one) =>"
        " one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.failureSummary}`)))"
    )
    assert isinstance(found, list)
    return found
