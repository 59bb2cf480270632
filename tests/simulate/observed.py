"""What is seen of a simulated client up to a day, in the shapes that the methods take."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crmreport.simulate import Simulated


def purchase_days(made: Simulated, *, brand: str | None = None) -> pd.DataFrame:
    """One row a customer and day with a purchase (of ``brand``): ``customer_id``, ``day``."""
    lines = made.lines if brand is None else made.lines[made.lines["brand"] == brand]
    code = lines["customer_id"].cat.codes.to_numpy().astype(np.int64)
    day = lines["sold_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
    # One whole number for both: many times faster than two columns.
    both = np.unique(code * 100_000 + day)
    names = made.lines["customer_id"].cat.categories.to_numpy()
    return pd.DataFrame({"customer_id": names[both // 100_000], "day": both % 100_000})


def purchases(made: Simulated) -> pd.DataFrame:
    """One row an order: the customer's number, and the moment as ``day``, where noon is a whole number."""
    first = made.lines.drop_duplicates("order_id")
    moment = (first["sold_at"] - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return pd.DataFrame({"customer_id": first["customer_id"].cat.codes, "day": moment - 0.5})


def histories(days: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """``frequency``, ``recency`` and ``T`` in weeks of who bought by ``as_of``, by ``customer_id``."""
    end = np.datetime64(as_of, "D").astype(np.int64)
    own = days[days["day"] <= end].groupby("customer_id")["day"].agg(["count", "min", "max"])
    return pd.DataFrame(
        {
            "frequency": own["count"] - 1.0,
            "recency": (own["max"] - own["min"]) / 7,
            # To the end of that day, from the middle of the first.
            "T": (end + 0.5 - own["min"]) / 7,
        }
    )


def rhythm(days: pd.DataFrame) -> pd.DataFrame:
    """``first_on`` and ``second_on`` of each customer, the second missing where there was none."""
    own = days.sort_values(["customer_id", "day"]).groupby("customer_id")["day"]
    columns = {"first_on": own.nth(0), "second_on": own.nth(1)}
    names = days.sort_values(["customer_id", "day"])["customer_id"]
    table = pd.DataFrame({name: one.set_axis(names.loc[one.index]) for name, one in columns.items()})
    return table.apply(lambda column: pd.to_datetime(column, unit="D"))
