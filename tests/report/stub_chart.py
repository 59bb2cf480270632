"""A chart that needs no drawing: the tests of the PDF do not depend on how charts look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from crmreport.display.blocks import Data
from crmreport.display.palette import THEME, Palette
from crmreport.text import Words


def stub_chart(
    chart: str,
    data: Data,
    options: Mapping[str, Any],
    words: Words,
    *,
    title: str,
    palette: Palette = THEME,
) -> str:
    return palette.recoloured(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 482 120" width="482pt" height="120pt">'
        '<rect x="90" y="10" width="380" height="20" fill="#0f4c5c"/>'
        f'<text x="0" y="24" font-family="Noto Sans SC" font-size="8">chart {escape(chart)}</text></svg>'
    )
