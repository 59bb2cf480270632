"""One small example of each chart, with the texts that it must show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crmreport.display.blocks import Column, Data
from crmreport.text import Words
from tests.sample_report import CATALOGUES

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def words(language: str = "en") -> Words:
    currency = "USD" if language == "en" else "CNY"
    return Words.of(language, currency=currency, more=(CATALOGUES,))


def table(columns: dict[str, str], *rows: tuple[Any, ...]) -> Data:
    """Columns by key and kind; names are labelled ``sample.segment``, numbers ``sample.revenue``…"""
    labels = {"share": "sample.share", "money": "sample.revenue", "count": "sample.customers"}
    made = tuple(
        Column(key=key, label=labels.get(kind, "sample.segment"), kind=kind) for key, kind in columns.items()
    )
    return Data(columns=made, rows=rows)


@dataclass(frozen=True)
class Example:
    chart: str
    data: Data
    options: dict[str, Any] = field(default_factory=dict)
    says: dict[str, tuple[str, ...]] = field(default_factory=dict)


SEGMENTS = (
    ("sample.regular", 0.2, 0.614),
    ("sample.promising", 0.37, 0.274),
    ("sample.lapsing", 0.43, 0.112),
)
MONTHS = tuple((f"2017-{month:02d}-01", 20_000.0 + 800 * month) for month in range(1, 13))
WEEKS = tuple((f"2017-01-{day:02d}", lines) for day, lines in ((2, 1000), (9, 1100), (16, 300), (23, 1050)))
EXAMPLES = (
    Example(
        "calibration",
        table(
            {"purchases": "text", "came": "share", "model": "share", "naive": "share"},
            ("0", 0.24, 0.19, 0.0),
            ("1", 0.7, 0.55, None),
            ("≥ 2", 1.4, 1.1, 2.0),
        ),
        {"chosen": "model", "measure": "sample.revenue"},
        {"en": ("0", "1", "≥ 2", "200%"), "zh-Hans": ("≥ 2",)},
    ),
    Example(
        "tracking",
        table(
            {"weeks": "count", "came": "count", "foretold": "count"},
            *((week, 10 * week, 9 * week) for week in range(1, 21)),
        ),
        {"since": 10, "measure": "sample.revenue"},
        {"en": ("Not seen by the fit", "200", "10"), "zh-Hans": ("拟合未用", "200")},
    ),
    Example(
        "quadrant",
        table(
            {"kind": "label", "customers": "count", "value": "share"},
            ("sample.lapsing", 44, 0.09),
            ("sample.regular", 190, 0.63),
            ("sample.promising", None, None),
            ("sample.lapsing", 1547, 0.25),
        ),
        {"highlight": "sample.regular", "across": "sample.revenue", "up": "sample.share"},
        {"en": ("Share of revenue: 63.0%", "Customers: 1,547"), "zh-Hans": ("顾客数：1,547",)},
    ),
    Example(
        "weeks",
        table({"week": "date", "lines": "count"}, *WEEKS),
        {
            "gaps": ["2017-01-16"],
            "usual": 1025.0,
            "events": [
                ["2017-01-28", {"en": "Lunar New Year", "zh-Hans": "春节", "zh-Hant": "春節"}],
                ["2017-01-24", {"*": "Member day"}],
                ["2018-01-01", {"*": "Beyond the weeks"}],
            ],
        },
        {
            "en": ("dashed: usual week, 1,025", "Jan", "2017", "Lunar New Year", "Member day"),
            "zh-Hans": ("虚线：通常一周1,025", "1月", "2017年", "春节", "Member day"),
        },
    ),
    Example(
        "bars",
        table({"item": "label", "value": "share"}, *((name, share) for name, _, share in SEGMENTS)),
        {"highlight": "sample.regular"},
        {"en": ("61.4%", "27.4%", "11.2%"), "zh-Hans": ("61.4%", "27.4%", "11.2%")},
    ),
    Example(
        "bars",
        table(
            {"item": "text", "value": "share", "low": "share", "high": "share"},
            ("Shampoo", 0.31, 0.27, 0.36),
            ("Soap", None, None, None),
        ),
        {"reference": {"value": 0.2, "label": "sample.all"}},
        {"en": ("31.0%", "too few to show"), "zh-Hans": ("31.0%", "样本过少，未予列示")},
    ),
    Example(
        "parts",
        table(
            {"item": "label", "first": "share", "second": "share", "third": "share"},
            ("sample.regular", 0.8, 0.15, 0.05),
            ("sample.promising", 0.0, 0.004, 0.996),
            ("sample.lapsing", 0.3, None, 0.7),
        ),
        {},
        {
            "en": ("Share of revenue 80.0%", "Share of revenue 5.0%", "Share of revenue too few to show"),
            "zh-Hans": ("销售额占比 80.0%", "销售额占比 99.6%"),
        },
    ),
    Example(
        "paired_bars",
        table({"item": "label", "first": "share", "second": "share"}, *SEGMENTS),
        {"highlight": "sample.lapsing"},
        {"en": ("20.0%", "61.4%", "43.0%", "11.2%"), "zh-Hans": ("37.0%", "27.4%")},
    ),
    Example(
        "bridge",
        table(
            {"item": "label", "value": "money"},
            ("sample.regular", 1890.0),
            ("sample.promising", 5230.0),
            ("sample.lapsing", -1204.0),
        ),
        {
            "start": {"label": "chart.before", "value": 70_000.0},
            "end": {"label": "chart.reported", "value": 75_916.0},
            "highlight": "sample.promising",
        },
        {
            "en": ("Period before", "$70K", "+$1,890", "+$5,230", "−$1,200", "$75.9K (+$5,920)"),
            "zh-Hans": ("上期", "7万元", "+5,230元", "−1,200元", "本期"),
        },
    ),
    Example(
        "lorenz",
        table(
            {"customers": "share", "revenue": "share"},
            (0.0, 0.0),
            (0.1, 0.4),
            (0.2, 0.6),
            (0.5, 0.85),
            (1.0, 1.0),
        ),
        {"mark": {"x": 0.2, "y": 0.6}, "cuts": [0.8, 0.95]},
        {"en": ("80%", "95%", "A: 44%", "B: 39.3%", "C: 16.7%"), "zh-Hans": ("A类：44%", "C类：16.7%")},
    ),
    Example(
        "rfm_heat",
        table(
            {"recency": "text", "frequency": "text", "customers": "count"},
            ("0–12", "1", 40),
            ("0–12", "2–4", 210),
            ("≥ 13", "1", 1260),
            ("≥ 13", "2–4", None),
        ),
        {},
        {"en": ("0–12", "2–4", "40", "1,260", "–"), "zh-Hans": ("≥ 13", "210", "1,260", "–")},
    ),
    Example(
        "months",
        table({"month": "date", "revenue": "money"}, *MONTHS),
        {"from": "2017-10-01", "to": "2017-12-31"},
        {
            "en": ("Jan", "Dec", "2017", "$20.8K", "$29.6K", "This period", "Period before"),
            "zh-Hans": ("1月", "12月", "2017年", "本期", "上期"),
        },
    ),
    Example(
        "columns",
        table({"orders": "text", "customers": "count"}, ("1", 703), ("2–4", 512), ("≥ 5", 320)),
        {"highlight": "1"},
        {"en": ("1", "2–4", "703", "512"), "zh-Hans": ("≥ 5", "320")},
    ),
    Example(
        "survival",
        table(
            {"days": "days", "returned": "share", "low": "share", "high": "share"},
            (0, 0.0, 0.0, 0.0),
            (30, 0.2, 0.15, 0.26),
            (90, 0.41, 0.33, 0.5),
            (150, 0.45, 0.36, 0.56),
        ),
        {"marks": [{"x": 30, "y": 0.2}, {"x": 90, "y": 0.41}]},
        {"en": ("By day 30: 20%", "By day 90: 41%", "100"), "zh-Hans": ("第90天：41%", "40%")},
    ),
    Example(
        "reliability",
        table(
            {"foretold": "share", "seen": "share", "low": "share", "high": "share"},
            (0.05, 0.04, 0.02, 0.08),
            (0.2, 0.31, 0.25, 0.38),
            (0.5, 0.48, 0.4, 0.56),
        ),
        {},
        {"en": ("60%", "0%", "as foretold"), "zh-Hans": ("40%", "与预测一致")},
    ),
    Example(
        "control",
        table(
            {"week": "date", "silent_share": "share", "ewma": "share", "low": "share", "high": "share"},
            ("2017-09-18", 0.03, 0.03, 0.02, 0.04),
            ("2017-09-25", 0.04, 0.033, 0.02, 0.04),
            ("2017-10-02", 0.09, 0.05, 0.02, 0.04),
        ),
        {"usual": 0.03, "since": "2017-10-02"},
        {"en": ("dashed: usual week, 3%", "Sep", "2017"), "zh-Hans": ("虚线：通常一周3%", "9月")},
    ),
    Example(
        "scatter",
        table(
            {"item": "text", "penetration": "share", "frequency": "count"},
            ("North", 0.5, 4),
            ("South", 0.3, 3),
            ("West", 0.1, 2),
        ),
        {"highlight": "South", "line": [[0.0, 2.0], [0.5, 4.0]], "line_label": "sample.all"},
        {"en": ("North", "South", "3", "West", "50%"), "zh-Hans": ("South", "20%")},
    ),
)
