"""The tables of a movement, by hand, and the segments of a world whose rates stand still."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import migration, movement, rfm
from crmreport.analysis.migration import Movement, Yardstick
from crmreport.params_segmentation import SEGMENT_NAMES
from crmreport.stats.estimate import Estimate
from crmreport.stats.nbd import NBD

NAMES = list(SEGMENT_NAMES["en11"])


def pairs_of(*groups: tuple[int, int, int]) -> pd.DataFrame:
    """So many customers with so many orders before and now, at 10 an order."""
    rows = [(before, now) for size, before, now in groups for _ in range(size)]
    tables = []
    for place in (0, 1):
        orders = pd.Series([row[place] for row in rows])
        table = pd.DataFrame({"customer_id": orders.index, "orders": orders, "revenue": orders * 10.0})
        tables.append(table[table["orders"] > 0])
    return migration.pairs(*tables, (1.0,))


PAIRS = pairs_of((50, 1, 1), (40, 1, 0), (35, 2, 3), (33, 3, 1), (31, 1, 2), (32, 0, 1), (5, 2, 0))


def test_classes_by_hand() -> None:
    found = movement.class_moves(PAIRS, (1.0,), None, 30)

    shown = {(int(b), int(n)): c for b, n, c in found[["before", "now", "customers"]].to_numpy()}
    # Five who went from two orders to none are too few, and so are those whom the sums of the rows, the
    # columns and the kinds of movement would tell them from.
    told = {cell: count for cell, count in shown.items() if not np.isnan(count)}
    assert (2, 0) not in told
    assert (1, 0) not in told  # both make up those who are gone
    assert len([cell for cell in [(2, 1), (2, 2)] if cell in told]) < 2
    assert told.items() <= {(1, 1): 50, (1, 2): 31, (2, 1): 33, (2, 2): 35, (0, 1): 32, (0, 2): 0}.items()
    assert told
    # Nobody is known who bought in neither window.
    assert (0, 0) not in shown
    assert found["chance_count"].isna().all()


def test_chance_stands_beside_the_classes() -> None:
    model = Yardstick(NBD(1, 1), 0.0, True, 60)
    found = movement.class_moves(pairs_of((60, 1, 1), (40, 1, 0), (70, 0, 1)), (), model, 30)

    # A hundred bought before: a third of them is gone by chance, and as many come.
    assert found[["before", "now", "chance_count"]].to_numpy().tolist() == [
        [1, 0, 33],
        [1, 1, 67],
        [0, 1, 33],
    ]


def test_kinds_by_hand() -> None:
    shares = migration.seen(PAIRS, (1.0,))
    gone = Movement(Estimate(0.2, 194, 0.1, 0.3, 0.95), Estimate(0.03, 194, 0.0, 0.1, 0.95))
    found = movement.kind_moves(PAIRS, shares, {"gone": gone}, 33)

    assert found.loc["gone", "customers"] == 45
    assert found.loc["gone", "moved_share"] == 45 / 194
    assert found.loc["gone", "by_chance"] == 0.2
    assert found.loc["gone", "moved"] == -500
    # 32 came and 31 bought more: too few.
    assert found.loc[["more", "came"]].isna().all(axis=None)
    money = movement.money_moved(found)
    assert (money["gone"].value, money["gone"].n) == (-500, 45)
    assert (money["came"].known, money["came"].n) == (False, 0)


def test_where_nobody_came_nothing_was_brought() -> None:
    nobody = PAIRS[PAIRS["orders_before"] > 0]
    found = movement.kind_moves(nobody, {}, {}, 1)

    assert found.loc["came", ["customers", "moved"]].tolist() == [0, 0]
    assert movement.money_moved(found)["came"] == Estimate(0.0, len(nobody))


def segments(**members: list[int]) -> pd.Series:
    by_customer = {customer: name for name, ids in members.items() for customer in ids}
    kind = pd.CategoricalDtype(NAMES, ordered=True)
    return pd.Series(by_customer, dtype=kind).sort_index()


def test_segments_by_hand() -> None:
    table = pd.DataFrame({"revenue_before": [30.0, 20, 10, 10], "revenue_now": [5.0, 25, 10, 0]})
    before = segments(champions=[0, 1], lost=[2, 3])
    now = segments(champions=[1, 2], lost=[0])

    found = movement.segment_moves(table, before, now, None, 1)

    assert found["customers_before"].to_dict() == {"champions": 2, "lost": 2}
    assert found["customers_now"].to_dict() == {"champions": 2, "lost": 1}
    assert found["stayed_in"].to_dict() == {"champions": 0.5, "lost": 0}
    assert found["moved"].to_dict() == {"champions": -20, "lost": -10}
    assert found["stayed_by_chance"].isna().all()
    # A segment that is too small in either window is in no row, nor what would give it away.
    assert movement.segment_moves(table, before, now, None, 2).empty


def test_segments_of_a_steady_world_are_what_chance_gives() -> None:
    rng = np.random.default_rng(5)
    n, days, truth = 80_000, 180, NBD(0.9, 3.0)
    rates = rng.gamma(truth.shape, truth.mean / truth.shape, n)
    cuts = rfm.Cuts((10.0, 30.0, 60.0, 100.0), (1.0, 2.0, 4.0), ())
    found = []
    for _ in range(2):
        orders = rng.poisson(rates)
        # The last of x evenly spread orders, on a whole day of the window.
        last = np.floor(rng.random(n) ** (1 / np.maximum(orders, 1)) * days)
        table = pd.DataFrame({"recency_days": days - 1 - last, "orders": orders, "revenue": 1.0})
        found.append(rfm.score_customers(table, cuts)["segment"].where(orders > 0))

    model = Yardstick(truth, 0.0, True, truth.largest(1))
    states = movement.segment_states(cuts, NAMES, model.largest, window_days=days)
    joint = model.over(states)

    assert states.sum(axis=1) == pytest.approx(1)
    assert joint.sum() == pytest.approx(1, abs=1e-6)
    for place, name in enumerate(NAMES, start=1):
        before, both = (found[0] == name).sum(), ((found[0] == name) & (found[1] == name)).sum()
        for seen, chance in ((before, joint[place].sum()), (both, joint[place, place])):
            assert abs(seen - n * chance) < 4.5 * np.sqrt(n * chance + 1), name
