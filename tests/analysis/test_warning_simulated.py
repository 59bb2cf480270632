"""The warning in simulated worlds, where each customer's true chance of falling silent is known."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import warning
from crmreport.data.marks import marked
from crmreport.features.days import day_table
from crmreport.features.snapshots import Plan, plan, snapshot_table
from crmreport.params import GROUP
from crmreport.simulate import Simulated, simulate, stored_lines

pytestmark = pytest.mark.slow

GAP, HORIZON = 7, 84


def snapshots_of(made: Simulated) -> tuple[Plan, pd.DataFrame]:
    lines = marked(ibis.memtable(stored_lines(made)))
    found = plan(begins=made.world.start, as_of=made.world.end, wanted=HORIZON, gap=GAP)
    assert found is not None
    table = snapshot_table(day_table(lines), lines, None, {GROUP: found}, begins=made.world.start)
    frame = table.order_by(["t0", "customer_id"]).to_pandas()
    return found, frame.assign(t0=pd.to_datetime(frame["t0"]))


def true_chance(made: Simulated, t0: date, customers: pd.Series) -> np.ndarray:
    """The chance of no purchase in the horizon after the gap, from who is alive at ``t0`` and the true rates.

    Who leaves at t within the horizon buys nothing until then with exp(-rate (t - gap)).
    """
    truth = made.truth.customers.loc[customers]
    gone = (truth["left_on"] <= pd.Timestamp(t0)).to_numpy()
    rate, leaving = (truth[name].to_numpy() / 7 for name in ("rate", "leaving_rate"))
    before = 1 - np.exp(-leaving * GAP)
    both = rate + leaving
    within = np.exp(-leaving * GAP) * leaving / both * (1 - np.exp(-both * HORIZON))
    after = np.exp(-leaving * (GAP + HORIZON) - rate * HORIZON)
    return np.where(gone, 1.0, before + within + after)


def test_in_the_world_of_the_models_rates_and_risks_are_the_true_ones() -> None:
    made = simulate("pareto-nbd", customers=6000, seed=3)
    found, table = snapshots_of(made)
    judged = warning.judge(table, rng=np.random.default_rng(1), minimum=30)

    assert isinstance(judged, warning.Judged)
    rows = judged.validation
    true = np.concatenate(
        [true_chance(made, t0.date(), part["customer_id"]) for t0, part in rows.groupby("t0", sort=True)]
    )
    # The base rate is that of the truth, and of the lines counted in another way.
    assert judged.base_rate.low < true.mean() < judged.base_rate.high
    last = max(found.validate)
    bought = made.lines.assign(day=made.lines["sold_at"].dt.normalize())
    inside = bought["day"].between(
        pd.Timestamp(last) + pd.Timedelta(days=GAP + 1), pd.Timestamp(last) + pd.Timedelta(days=GAP + HORIZON)
    )
    later = set(bought.loc[inside, "customer_id"].astype(str))
    of_last = rows[rows["t0"] == pd.Timestamp(last)]
    assert (of_last["lost"] == ~of_last["customer_id"].isin(later)).all()
    # As customers leave, those left are the faithful: later rates are lower than those learnt from, and
    # the report's own check says by how much.
    assert judged.miss.low < true.mean() - rows["probability"].mean() < judged.miss.high
    # But for that, a customer to whom a risk is given has it, on the mean of each fifth.
    assert judged.chosen != "recency"
    fifth = pd.qcut(rows["probability"], 5, labels=False).to_numpy()
    off = rows["probability"].to_numpy() - true
    for part in range(5):
        assert off[fifth == part].mean() == pytest.approx(off.mean(), abs=0.04)


def test_the_report_itself_says_where_a_season_has_moved_the_rates() -> None:
    made = simulate("seasonal", customers=6000, seed=3)
    _, table = snapshots_of(made)

    judged = warning.judge(table, rng=np.random.default_rng(1), minimum=30)

    assert isinstance(judged, warning.Judged)
    assert judged.calibrated != "yes"
