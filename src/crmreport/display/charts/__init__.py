"""Charts by name: each draws a small typed table in one language, in the theme and nothing else."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import matplotlib
from matplotlib import RcParams
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.bars import bars, bridge, paired_bars
from crmreport.display.charts.columns import columns, months
from crmreport.display.charts.curves import lorenz
from crmreport.display.charts.forecasts import calibration, quadrant, tracking
from crmreport.display.charts.grid import rfm_heat
from crmreport.display.charts.parts import parts
from crmreport.display.charts.plots import reliability, scatter, survival
from crmreport.display.charts.reading import Options
from crmreport.display.charts.svg import to_svg
from crmreport.display.charts.weeks import control, weeks
from crmreport.display.palette import THEME, Palette
from crmreport.display.theme import COLUMN_WIDTH
from crmreport.errors import RenderError
from crmreport.text import Words
from crmreport.text.glyphs import visible


class Chart(Protocol):
    def __call__(self, data: Data, options: Options, words: Words, *, width: float) -> Figure: ...


CHARTS: dict[str, Chart] = {
    chart.__name__: chart
    for chart in (
        bars,
        bridge,
        calibration,
        columns,
        control,
        lorenz,
        months,
        paired_bars,
        parts,
        quadrant,
        reliability,
        rfm_heat,
        scatter,
        survival,
        tracking,
        weeks,
    )
}

# matplotlib takes these from settings of the whole process, which a notebook may have changed.
_SETTINGS: RcParams = RcParams({"svg.fonttype": "none", "svg.hashsalt": "crmreport", "path.sketch": None})
_ONE_AT_A_TIME = threading.Lock()


def draw(
    chart: str,
    data: Data,
    options: Options,
    words: Words,
    *,
    title: str,
    width: float = COLUMN_WIDTH,
    palette: Palette = THEME,
) -> str:
    """The chart as an SVG element named ``title``: the same bytes for the same arguments.

    ``width`` is in points: the text column's, or ``theme.PHONE_WIDTH`` for a layout that stays readable
    on a phone. Raises RenderError for a name that no chart has, and for data that it cannot draw.
    """
    if chart not in CHARTS:
        raise RenderError(f"There is no chart “{chart}”.", remedy=f"There are: {', '.join(sorted(CHARTS))}.")
    if not data.rows:
        raise RenderError(
            f"The chart “{chart}” has no data to draw.",
            where=title,
            remedy="Show a Missing block in its place.",
        )
    with _settings():
        figure = CHARTS[chart](data, options, words, width=width)
        return palette.recoloured(to_svg(figure, title=visible(title, words.language)))


@contextmanager
def _settings() -> Iterator[None]:
    with _ONE_AT_A_TIME, warnings.catch_warnings(), matplotlib.rc_context(_SETTINGS):
        # A glyph or font that matplotlib cannot find is a fault of ours, not a remark.
        warnings.simplefilter("error", UserWarning)
        yield
