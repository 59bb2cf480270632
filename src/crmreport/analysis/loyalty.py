"""How much of its buyers' money a brand gets, and whether that is more than its size explains.

Small brands have fewer buyers who also buy a little less often (double jeopardy; Ehrenberg, Goodhardt &
Barwise 1990), and all brands share buyers with others in proportion to the others' size (duplication
of purchase; Ehrenberg 1988). A brand is loyal, or cannibalised, only where it departs from these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bootstrap, share

ALL = "_all"
SIZEABLE = 0.01
"""A rival with fewer of the market's buyers than this says nothing about the law."""


def quotient(part: pd.Series, whole: pd.Series, *, rng: np.random.Generator) -> Estimate:
    """The sum of ``part`` over that of ``whole``; bootstrap over customers."""
    above, below = part.to_numpy(dtype=float), whole.to_numpy(dtype=float)

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        total = weights @ below
        return np.asarray(
            np.divide(weights @ above, total, out=np.full(len(total), math.nan), where=total > 0)
        )

    return bootstrap(statistic, len(above), rng=rng)


def mean(values: pd.Series, *, rng: np.random.Generator) -> Estimate:
    """The mean of a customer; bootstrap interval. NaN where a value is unknown."""
    return quotient(values, pd.Series(1.0, values.index), rng=rng)


def requirements_share(buyers: pd.DataFrame, *, rng: np.random.Generator) -> Estimate:
    """The brand's part of all that its buyers spend in its categories (share of category requirements).

    ``buyers`` has ``own`` and ``market`` revenue; net of returns.
    """
    return quotient(buyers["own"], buyers["market"], rng=rng)


def sole_buyers(buyers: pd.DataFrame) -> Estimate:
    """The share of the brand's buyers who bought no other brand in its categories."""
    return share(int((buyers["rivals"] == 0).sum()), len(buyers))


def law_table(rivals: pd.DataFrame) -> pd.DataFrame:
    """Each sizeable rival's ``penetration`` and ``frequency`` beside the ``expected`` one.

    ``rivals`` has ``buyers`` and ``occasions`` by rival and a row ``_all``.
    The law: frequency times (1 - penetration) is alike for all. A rival's expectation takes that constant
    from the others, weighted by their buyers; NaN where there are none. Largest first.
    """
    market = rivals["buyers"].get(ALL, 0)
    known = rivals.drop(index=ALL, errors="ignore")
    known = known[known["buyers"] >= max(SIZEABLE * market, 1)]
    table = pd.DataFrame({"buyers": known["buyers"], "penetration": known["buyers"] / (market or 1)})
    table["frequency"] = known["occasions"] / known["buyers"]
    part_outside = 1 - table["penetration"]
    occasions = known["occasions"] * part_outside
    of_others = (occasions.sum() - occasions) / (table["buyers"].sum() - table["buyers"])
    table["expected"] = of_others / part_outside.where(part_outside > 0)
    return table.sort_values("buyers", ascending=False, kind="stable")


def law_line(table: pd.DataFrame, *, points: int = 40) -> list[tuple[float, float]]:
    """The law through all of ``law_table``, as points of (penetration, frequency)."""
    if table.empty:
        return []
    free = table["frequency"] * (1 - table["penetration"])
    constant = float((free * table["buyers"]).sum() / table["buyers"].sum())
    reach = np.linspace(0.0, min(float(table["penetration"].max()) * 1.05, 0.95), points)
    return [(float(b), constant / (1 - float(b))) for b in reach]


def expected_of(law: pd.DataFrame, brand: str) -> Estimate:
    """A brand's frequency by the law: a census of its buyers; NaN where it is not in the table."""
    if brand not in law.index:
        return Estimate(math.nan, 0)
    return Estimate(float(law["expected"][brand]), int(law["buyers"][brand]))


def penetration(rivals: pd.DataFrame, brand: str) -> Estimate:
    """The share of the market's buyers who bought the brand (Wilson interval)."""
    return share(int(rivals["buyers"].get(brand, 0)), int(rivals["buyers"].get(ALL, 0)))


def deal_share(customers: pd.DataFrame) -> Estimate:
    """The share of the window's revenue that was bought on any deal: a census."""
    revenue = float(customers["revenue"].sum())
    known = revenue > 0 and bool(customers["deal_revenue"].notna().any())
    return Estimate(float(customers["deal_revenue"].sum()) / revenue if known else math.nan, len(customers))


def standing(low: float | None, high: float | None) -> Literal["main", "half", "part", "unknown"]:
    """Whether buyers surely give a brand more than half of what they spend, less, or about half."""
    if low is None or high is None:
        return "unknown"
    return "main" if low > 0.5 else "part" if high < 0.5 else "half"


# ---------------------------------------------------------------- duplication of purchase


def duplication(shared: pd.DataFrame, rivals: pd.DataFrame, brand: str, *, minimum: int) -> pd.DataFrame:
    """The share of a brand's buyers who also buy each other one, beside what the law expects.

    ``shared`` has ``rival``, ``other`` and how many bought ``both``. ``expected_share`` is the other's
    penetration times the brand's duplication coefficient, fitted so that surpluses cancel over the sizeable
    others. Columns ``other``, ``both``, ``actual``, ``expected_share``; largest first. Rows in which the
    sharers, or the rest of the brand's buyers, are fewer than ``minimum`` are left out.
    """
    market, buyers = rivals["buyers"].get(ALL, 0), rivals["buyers"].get(brand, 0)
    table = shared.loc[shared["rival"] == brand, ["other", "both"]].reset_index(drop=True)
    others = table["other"].map(rivals["buyers"]).astype(float)
    table, others = table[others >= SIZEABLE * market], others[others >= SIZEABLE * market]
    coefficient = table["both"].sum() / (others.sum() or 1.0)
    table = table.assign(
        actual=table["both"] / (buyers or 1),
        expected_share=(coefficient * others / (buyers or 1)).clip(upper=1),
    )
    shown: pd.DataFrame = table[(table["both"] >= minimum) & (buyers - table["both"] >= minimum)]
    return shown.sort_values(["actual", "other"], ascending=[False, True], ignore_index=True)


def closest(overlap: pd.DataFrame) -> pd.Series | None:
    """The row of ``duplication`` that exceeds its expectation by the largest factor; None without rows."""
    if overlap.empty:
        return None
    return overlap.iloc[int((overlap["actual"] / overlap["expected_share"]).to_numpy().argmax())]


def duplication_estimates(row: pd.Series, buyers: int) -> dict[str, Estimate]:
    """``actual`` (Wilson interval) and ``expected`` (a census of the same buyers) of one row."""
    return {
        "actual": share(int(row["both"]), buyers),
        "expected": Estimate(float(row["expected_share"]), buyers),
    }


def brand_table(
    buyers: Mapping[str, pd.DataFrame], customers: Mapping[str, pd.DataFrame], *, minimum: int
) -> pd.DataFrame:
    """One row for each brand with ``minimum`` buyers in its market, by share of requirements.

    ``id``, ``buyers``, ``requirements``, ``sole``, ``occasions`` a buyer, ``deal`` (NaN where unknown).
    """
    rows = [
        (
            brand,
            len(each),
            each["own"].sum() / each["market"].sum(),
            float((each["rivals"] == 0).mean()),
            each["occasions"].mean(),
            deal_share(customers[brand]).value,
        )
        for brand, each in buyers.items()
        if len(each) >= minimum and each["market"].sum() > 0
    ]
    columns = ["id", "buyers", "requirements", "sole", "occasions", "deal"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["requirements", "id"], ascending=[False, True], ignore_index=True)
