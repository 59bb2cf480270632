"""Truly loyal customers of a made-up client: how near their counted share comes to the true one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.dick_basu import matrix
from crmreport.simulate import simulate
from crmreport.stats.intervals import share

STRONG, OFTEN = 70, 4


@pytest.mark.slow
@pytest.mark.parametrize("world", ["beauty-group", "retail-chain"])
def test_weighing_by_patronage_takes_most_of_the_bias_away_and_not_what_feelings_add(world: str) -> None:
    for seed in (1, 2):
        made = simulate(world, customers=3000, seed=seed)
        asked = made.truth.tables["invitations"]
        asked = asked[asked["wave"] == asked["wave"].max()].drop_duplicates("customer_id")
        lines = made.lines[made.lines["sold_at"] >= "2024-01-01"]
        days = lines.groupby("customer_id")["sold_at"].agg(lambda at: at.dt.date.nunique())
        people = asked.assign(purchase_days=asked["customer_id"].map(days).fillna(0.0), revenue=1.0)
        people = people[people["purchase_days"] > 0].reset_index(drop=True)
        feels = people["recommend"] * 10.0  # what all would have said
        loyal = (feels >= STRONG) & (people["purchase_days"] >= OFTEN)

        found = matrix(
            people,
            feels.where(people["answered"]),
            pd.Series(1.0, people.index),
            attitude_from=STRONG,
            days_from=OFTEN,
            minimum=30,
            rng=np.random.default_rng(seed),
        )
        assert found is not None
        weighed, truth = found.customers["true"], loyal.mean()
        plain = share(int((loyal & people["answered"]).sum()), int(people["answered"].sum()))
        # Who comes often answers more often: that is set right. Who feels well does so too: that is not, and
        # the chapter says that those who did not answer may feel otherwise.
        assert plain.low > weighed.value > truth
        assert weighed.value - truth < 0.5 * (plain.value - truth)
