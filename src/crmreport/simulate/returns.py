"""What is brought back: lines of goods returned some days after they were bought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmreport.simulate.worlds import World

_MOST_DAYS = 14


def with_returns(world: World, lines: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """The lines with those of returns, in order of time: ``returned`` of the lines bought in shops, and twice
    as many of the others, come back whole within two weeks, under the number of their order."""
    twice = np.where(lines["channel"] == "store", 1, 2)
    back = rng.uniform(size=len(lines)) < world.returned * twice
    days = rng.integers(1, _MOST_DAYS + 1, len(lines))
    moment = lines["sold_at"] + pd.to_timedelta(days, unit="D")
    back &= (moment < pd.Timestamp(world.end) + pd.Timedelta(days=1)).to_numpy()
    returned = lines[back].assign(sold_at=moment[back].astype(lines["sold_at"].dtype))
    for name in ("quantity", "revenue", "discount", "cost"):
        returned[name] = -returned[name]
    both = pd.concat([lines, returned], ignore_index=True)
    return both.sort_values("sold_at", kind="stable", ignore_index=True)
