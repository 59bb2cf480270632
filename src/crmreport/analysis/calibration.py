"""A forecast drawn against what came: by how often customers had bought, and over time."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from crmreport.analysis.forecast import MOST, WEEK, Judged, Model, Times, arrays, naive_forecasts
from crmreport.stats.btyd import BetaGeoNBD
from crmreport.stats.estimate import Estimate

BLOCK = 4
"""Weeks that are compared together with what was foretold of them."""
WAVE = 0.15
"""A block of weeks that misses its forecast by less, once the level is right, raises no alarm."""
_MET = 0.02


def shown(part: pd.DataFrame, judged: Judged | None) -> dict[str, Model]:
    """The models drawn beside what came: the one chosen, and the BG/NBD, as far as they are sound."""
    if judged is None or judged.model.problems:
        return {}
    plain = BetaGeoNBD.fit(**arrays(part))
    return {judged.name: judged.model} | ({} if plain.problems else {"bg": plain})


def class_name(purchases: int) -> str:
    """A class of calibration purchases as it is written: the last is open."""
    return f"≥ {MOST}" if purchases >= MOST else f"{purchases}"


def side(error: Estimate) -> Literal["more", "fewer", "met", "unknown"]:
    """Whether more purchases came than were expected, fewer, or as many to within two in a hundred."""
    if not error.known:
        return "unknown"
    return "met" if abs(error.value) < _MET else "more" if error.value > 0 else "fewer"


def by_frequency(part: pd.DataFrame, models: dict[str, Model], weeks: int) -> pd.DataFrame:
    """One row a class of calibration purchases (0 to ``MOST`` and above): ``customers``, and their mean of
    purchase days in the holdout, as they ``came`` and as ``models`` and the naive forecasts foretold."""
    table = naive_forecasts(part, weeks)
    table.insert(0, "came", part["actual"].astype(float))
    for name, model in models.items():
        table[name] = model.expected_purchases(weeks, **arrays(part))
    grouped = table.groupby(part["frequency"].clip(upper=MOST).astype(int).rename("purchases"))
    found = grouped.mean()
    found.insert(0, "customers", grouped.size())
    return found.reset_index()


def tracking(weeks: pd.DataFrame, first_on: pd.Series, model: Model, times: Times) -> pd.DataFrame:
    """Repeat purchase days of the customers followed, cumulated: ``since_weeks`` (1 is the first week that is
    followed), what ``came`` and the ``forecast``.

    ``weeks`` is the table of ``week_table``; ``first_on`` the first days of the customers followed.
    """
    begin = -times.fit_weeks
    ours = weeks[(weeks["first_week"] >= begin) & (weeks["first_week"] < 0)]
    span = range(begin, times.weeks)
    came = ours.groupby("at_week")["repeats"].sum().reindex(span, fill_value=0).cumsum()
    days, counts = np.unique((first_on - pd.Timestamp(times.split)).dt.days, return_counts=True)
    ends = WEEK * (np.array(span) + 1)
    ages = np.maximum(ends[:, None] - days[None, :], 0) / WEEK
    distinct, place = np.unique(ages, return_inverse=True)
    foretold = model.expected_repeats(distinct)[place].reshape(ages.shape) @ counts
    return pd.DataFrame(
        {"since_weeks": np.arange(1, len(span) + 1), "came": came.to_numpy(), "forecast": foretold}
    )


def waves(track: pd.DataFrame) -> bool:
    """Whether purchases come in waves that the model does not know: a season, or campaigns.

    ``track`` as of ``tracking``, its forecast brought to the level of what came: some block of ``BLOCK``
    weeks misses by more than ``WAVE``, and by more than four standard deviations of a count with twice the
    variance of Poisson's, since customers differ.
    """
    steps = np.diff(track[["came", "forecast"]].to_numpy(dtype=float), axis=0, prepend=0.0)
    whole = len(steps) // BLOCK * BLOCK
    came, foretold = steps[:whole].reshape(-1, BLOCK, 2).sum(axis=1).T
    if not foretold.sum() > 0 or not came.sum() > 0:
        return False
    foretold = foretold * (came.sum() / foretold.sum())
    apart = np.abs(came - foretold)
    return bool(((apart > WAVE * foretold) & (apart > 4 * np.sqrt(2 * foretold))).any())
