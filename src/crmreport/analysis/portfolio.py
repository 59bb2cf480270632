"""What the brands of a group do to each other: buyers they share beyond what their sizes explain.

Heavy buyers buy everything, so every pair of brands shares more buyers than independence would have it.
The baselines are the duplication of purchase law, D_ij = D b_j with one D for all pairs (Ehrenberg 1988),
and the Dirichlet, which needs no other pair (see ``stats.dirichlet``). How often customers buy at all is
taken as it was counted, not from a negative binomial: whoever never bought is not in a shop's data.

``buyers`` has ``customer_id``, ``category``, ``brand_id`` (missing: a maker that is no brand of the group)
and ``purchases``; see ``features.portfolio``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.stats import norm

from crmreport.analysis.disclosure import OTHERS
from crmreport.stats import dirichlet
from crmreport.stats.dirichlet import Dirichlet, Incidence
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bounded, resampled_sums
from crmreport.stats.multiple import benjamini_hochberg

Array = NDArray[np.float64]

SIZEABLE = 0.01
"""A brand with a smaller part of the buyers than this says nothing about the law, and joins the others."""
_PAIR_COLUMNS = ["one", "other", "both", "by_law", "by_model", "ratio", "low", "high", "p"]


@dataclass(frozen=True)
class Panel:
    """Customers of a category, and the replicates of a bootstrap over them, as sums.

    The first row of each array is of the customers themselves. By brand: ``buyers``, their ``purchases`` of
    it and all that they ``needs`` of the category; ``shared`` buyers by pair. ``brands`` are sorted;
    ``OTHERS``, where there are any, is the last.
    """

    brands: tuple[str, ...]
    customers: int
    buyers: Array
    purchases: Array
    needs: Array
    shared: Array
    incidence: Incidence

    @property
    def own(self) -> list[int]:
        """The places of the group's own brands."""
        return [place for place, brand in enumerate(self.brands) if brand != OTHERS]

    @property
    def penetration(self) -> Array:
        return self.buyers / self.customers

    @cached_property
    def model(self) -> Dirichlet:
        """The Dirichlet of these customers, refitted in every replicate."""
        shares = self.purchases / self.purchases.sum(axis=1, keepdims=True)
        s = dirichlet.fit(shares, self.penetration, self.incidence)
        return Dirichlet(shares, s, self.incidence)


def panel(buyers: pd.DataFrame, *, rng: np.random.Generator, minimum: int, replicates: int = 400) -> Panel:
    """The panel of those who bought anything in ``buyers``; a brand under ``minimum`` buyers, or not
    ``SIZEABLE``, is one of the others."""
    bought = buyers[buyers["purchases"] > 0]
    customers = bought["customer_id"].nunique()
    sizes = bought.groupby("brand_id")["customer_id"].nunique()
    kept = sizes.index[sizes >= max(minimum, SIZEABLE * customers)]
    brand = bought["brand_id"].where(bought["brand_id"].isin(kept), OTHERS)
    table = bought.assign(brand=brand).pivot_table(
        index="customer_id", columns="brand", values="purchases", aggfunc="sum", fill_value=0
    )
    brands = (*sorted(set(table.columns) - {OTHERS}), *([OTHERS] if OTHERS in table.columns else []))
    table = table.reindex(columns=list(brands))
    patterns, counts = np.unique(table.to_numpy(dtype=np.int64), axis=0, return_counts=True)
    return _panel(brands, patterns, counts, rng=rng, replicates=replicates)


def _panel(
    brands: tuple[str, ...],
    patterns: NDArray[np.int64],
    counts: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    replicates: int,
) -> Panel:
    """``patterns`` has the purchases of each brand (columns), ``counts`` how many customers have each."""
    has, totals = (patterns > 0).astype(float), patterns.sum(axis=1)
    levels, places = np.unique(totals, return_inverse=True)
    pairs = (has[:, :, None] * has[:, None, :]).reshape(len(has), len(brands) ** 2)
    # One column for each number of purchases: nearly all of it is zero.
    rows = np.arange(len(totals))
    level = csr_array((np.ones(len(totals)), (rows, places)), shape=(len(totals), len(levels)))
    dense = csr_array(np.hstack([patterns.astype(float), has * totals[:, None], pairs]))
    parts = csr_array(hstack([dense, level]))
    sums = resampled_sums(parts, counts, rng=rng, replicates=replicates)
    width, customers = len(brands), int(counts.sum())
    purchases, needs, both, held = np.split(sums, [width, 2 * width, 2 * width + width**2], axis=1)
    shared = both.reshape(len(sums), width, width)
    buyers = np.diagonal(shared, axis1=1, axis2=2)
    incidence = Incidence(levels.astype(float), held / customers)
    return Panel(brands, customers, buyers, purchases, needs, shared, incidence)


# ---------------------------------------------------------------- brands

_BRAND_COLUMNS = ["brand", "buyers", "penetration", "rate", "expected_rate", "ratio", "low", "high"]


def brand_table(panel: Panel) -> pd.DataFrame:
    """One row per brand of the group, the largest first, beside what a brand with its buyers would have.

    ``rate`` is purchases a buyer, ``expected_rate`` the model's; ``ratio`` of the two, ``low`` and ``high``.
    """
    if not panel.own:
        return pd.DataFrame(columns=_BRAND_COLUMNS)
    incidence, s, rows = panel.incidence, panel.model.s, []
    usual = Dirichlet(dirichlet.share_at(panel.penetration, s, incidence), s, incidence)
    with np.errstate(divide="ignore", invalid="ignore"):  # a replicate may lack a brand's every buyer
        rate, expected = panel.purchases / panel.buyers, usual.rate
        ratios = rate / expected
    for place in panel.own:
        ratio = bounded(ratios[:, place], int(panel.buyers[0, place]))
        row = (panel.brands[place], ratio.n, panel.penetration[0, place], rate[0, place], expected[0, place])
        rows.append((*row, ratio.value, ratio.low, ratio.high))
    table = pd.DataFrame(rows, columns=_BRAND_COLUMNS)
    return table.sort_values(["buyers", "brand"], ascending=[False, True], ignore_index=True)


def jeopardy_line(panel: Panel, *, points: int = 40) -> list[tuple[float, float]]:
    """What the model expects of brands of every size, as points of (penetration, purchases a buyer)."""
    incidence = Incidence(panel.incidence.counts, panel.incidence.weights[0])
    largest = float(panel.penetration[0, panel.own].max(initial=0.0))
    reach = np.linspace(0.005, min(largest * 1.05, 0.98), points)
    usual = Dirichlet(dirichlet.share_at(reach, panel.model.s[0], incidence), panel.model.s[0], incidence)
    return [(float(x), float(y)) for x, y in zip(reach, usual.rate, strict=True)]


# ---------------------------------------------------------------- pairs


def pair_table(panel: Panel, *, minimum: int) -> pd.DataFrame:
    """Every pair of the group's brands: the buyers of ``both`` and what the two baselines let one expect.

    ``by_law`` is D times the brands' penetrations, D over all these pairs; NaN with fewer than three brands,
    where the law would be fitted to what it is to judge. ``by_model`` is the Dirichlet's, for brands with as
    many buyers as these two have. ``ratio`` of the shared buyers to ``by_model``, ``low`` and ``high``; ``p``
    of whether it is 1. Left out where those who share, or the rest of the smaller brand's buyers, are fewer
    than ``minimum``. Largest ratio first.
    """
    if len(panel.own) < 2:
        return pd.DataFrame(columns=_PAIR_COLUMNS)
    model, coefficient, rows = panel.model, duplication(panel), []
    for one, other in combinations(panel.own, 2):
        both = panel.shared[:, one, other]
        smaller = min(panel.buyers[0, one], panel.buyers[0, other])
        if both[0] < minimum or smaller - both[0] < minimum:
            continue
        sizes = panel.buyers[:, one] * panel.buyers[:, other] / panel.customers
        with np.errstate(divide="ignore", invalid="ignore"):  # a replicate may lack a brand's every buyer
            lift = model.both(one, other) / (model.penetration[:, one] * model.penetration[:, other])
            expected = lift * sizes
            ratios = both / expected
        ratio = bounded(ratios, int(both[0]))
        row = (panel.brands[one], panel.brands[other], int(both[0]), coefficient[0] * sizes[0])
        rows.append((*row, expected[0], ratio.value, ratio.low, ratio.high, chance_of_one(ratios)))
    table = pd.DataFrame(rows, columns=_PAIR_COLUMNS)
    return table.sort_values(["ratio", "one", "other"], ascending=[False, True, True], ignore_index=True)


def chance_of_one(ratios: Array) -> float:
    """Two-sided p of whether a ratio (the first) is 1, from the spread of its replicates' logarithms."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(ratios)
    drawn = logs[1:][np.isfinite(logs[1:])]
    spread = float(drawn.std()) if len(drawn) else 0.0
    return float(2 * norm.sf(abs(logs[0]) / spread)) if spread > 0 and np.isfinite(logs[0]) else 1.0


def duplication(panel: Panel) -> Array:
    """The D of the law: shared buyers of all pairs of the group's brands over the products of their sizes.

    1 would be independence. As it is, then in replicates; NaN with fewer than three brands.
    """
    pairs = list(combinations(panel.own, 2))
    if len(pairs) < 3:
        return np.full(len(panel.buyers), np.nan)
    sizes = panel.buyers
    expected = sum((sizes[:, one] * sizes[:, other] for one, other in pairs), np.zeros(len(sizes)))
    both = sum((panel.shared[:, one, other] for one, other in pairs), np.zeros(len(sizes)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(both * panel.customers / expected)


def telling(pairs: pd.DataFrame, *, level: float = 0.05) -> pd.DataFrame:
    """The pairs with ``tells``: which differ from the model's expectation by Benjamini and Hochberg's
    procedure over all of them."""
    return pairs.assign(tells=benjamini_hochberg(pairs["p"].to_numpy(dtype=float), level=level))


def within_categories(buyers: pd.DataFrame, *, rng: np.random.Generator, minimum: int) -> pd.DataFrame:
    """The ``pair_table`` of each category in which two of the group's brands share enough buyers, with
    ``category`` and ``tells`` (see ``telling``, over all of these pairs).

    Brands of one category can stand in for each other; over all categories, two brands may only be bought
    by the same kind of household.
    """
    found = []
    for category, inside in buyers[buyers["category"].notna()].groupby("category"):
        brands = inside.loc[inside["purchases"] > 0].groupby("brand_id")["customer_id"].nunique()
        if (brands >= minimum).sum() > 1:
            table = pair_table(panel(inside, rng=rng, minimum=minimum), minimum=minimum)
            found.append(table.assign(category=category))
    empty = pd.DataFrame(columns=[*_PAIR_COLUMNS, "category"])
    pairs = telling(pd.concat(found, ignore_index=True) if found else empty)
    return pairs.sort_values(["ratio", "category", "one"], ascending=[False, True, True], ignore_index=True)


def likeness(buyers: pd.DataFrame, one: str, other: str) -> float:
    """How far two brands sell in the same categories: the smaller share of purchases, summed over them.

    0: in none; 1: in the same, with the same weights (Schoener's overlap). NaN where a category is missing.
    """
    shares = []
    for brand in (one, other):
        own = buyers[buyers["brand_id"] == brand]
        sold = own.groupby("category")["purchases"].sum()
        shares.append(sold / (own["purchases"].sum() or 1))
    if buyers.loc[buyers["brand_id"].isin([one, other]), "category"].isna().any():
        return float("nan")
    first, second = shares
    return float(np.minimum(first, second.reindex(first.index).fillna(0.0)).sum())


def beyond(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs that ``tells`` share more buyers than sizes explain, most surplus buyers first."""
    more = pairs[pairs["tells"].astype(bool) & (pairs["ratio"] > 1)]
    surplus = (more["both"] - more["by_model"]).astype(float)
    return more.loc[surplus.sort_values(ascending=False, kind="stable").index]


def estimate(row: pd.Series) -> Estimate:
    """The ratio of a row of ``pair_table`` or ``brand_table`` with its interval; n is who it rests on."""
    n = int(row["both"] if "both" in row else row["buyers"])
    if pd.isna(row["ratio"]):
        return Estimate(float("nan"), n)
    return Estimate(float(row["ratio"]), n, float(row["low"]), float(row["high"]), 0.95)
