"""Who works for a simulated client, and what they say of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmreport.simulate.people import Codes, Floats
from crmreport.simulate.settings import Staff, Survey
from crmreport.simulate.worlds import World

STORES = "Stores"
ASKED = ("tools", "training", "workload", "leadership", "pay")
_WEIGHTS = (0.5, 0.3, 0.7, 0.9, 0.2)
"""By how much one point more of each raises the log odds of a better overall answer."""
_CLASSES = (-1.7, -0.9, 0.0, 1.0)
_CUTS = (-4.0, -2.0, 0.0, 2.6)


def staff_table(staff: Staff, stores: pd.DataFrame) -> pd.DataFrame:
    """``staff_id``, ``role``, ``unit`` and ``store_id`` (of those in shops)."""
    rows = [("seller", STORES, store) for store in stores["store_id"] for _ in range(staff.a_store)]
    rows = [row for row in rows if row[2] != "online"]
    for unit, size, _ in staff.units:
        rows += [("adviser" if unit == "Advice centre" else "analyst", unit, None)] * size
    table = pd.DataFrame(rows, columns=["role", "unit", "store_id"])
    table.insert(0, "staff_id", [f"s{number:04}" for number in range(1, len(table) + 1)])
    return table


def draw_staff_survey(
    world: World, staff: Staff, table: pd.DataFrame, survey: Survey, *, rng: np.random.Generator
) -> pd.DataFrame:
    """A row an employee who answered in a wave: ``respondent_id``, ``unit``, ``wave``, ``answered_on`` and a
    column an item; nobody's name nor number."""
    level = {STORES: staff.stores_level} | {name: level for name, _, level in staff.units}
    general = np.array([level[unit] for unit in table["unit"]]) + rng.standard_normal(len(table))
    parts = []
    for wave in survey.waves:
        told = _answers(general, rng)
        days = rng.integers(1, 15, len(table)).astype("timedelta64[D]")
        known = {
            "unit": table["unit"],
            "wave": wave.id,
            "answered_on": np.datetime64(wave.begins, "s") + days,
        }
        answered = rng.uniform(size=len(table)) < staff.answer
        parts.append(pd.DataFrame(known | told)[answered])
    found = pd.concat(parts, ignore_index=True)
    found.insert(0, "respondent_id", [f"e{number:05}" for number in range(1, len(found) + 1)])
    return found


def _answers(general: Floats, rng: np.random.Generator) -> dict[str, Codes]:
    n = len(general)
    seen = {name: _cut(0.7 * general + 0.7 * rng.standard_normal(n), _CLASSES) for name in ASKED}
    sum_of = sum(weight * (seen[name] - 3) for name, weight in zip(ASKED, _WEIGHTS, strict=True))
    overall = _cut(np.asarray(sum_of) + rng.logistic(size=n), _CUTS)
    recommend = np.clip(np.round(2 * overall + rng.normal(0, 1.2, n)), 0, 10).astype(np.int64)
    return {"overall": overall, "recommend": recommend} | seen


def _cut(latent: Floats, limits: tuple[float, ...]) -> Codes:
    return np.asarray(np.searchsorted(np.asarray(limits), latent) + 1)
