"""States and flows, on rows small enough to count by hand, and what must hold for any rows."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis import life_flows, lifecycle
from crmreport.analysis.lifecycle import Limits
from crmreport.stats.estimate import Estimate

LIMITS = Limits(30, 60)
THEN, NOW = date(2023, 3, 31), date(2023, 6, 30)
BEGINS = date(2023, 1, 1)


def rng():
    return np.random.default_rng(2)


def table(purchases, money=10.0, known=None):
    """The feature table of customers by their purchase days, each costing ``money``; as the features make
    it, with limits of 30 days."""
    rows = []
    for number, days in enumerate(purchases):
        on = [pd.Timestamp(day) for day in sorted(days)]
        row = {"customer_id": number, "first_on": on[0], "last_on": on[-1]}
        for at, end in (("then", THEN), ("usual", NOW)):
            last = pd.Timestamp(end)
            cut = last - pd.Timedelta(days=LIMITS.dormant)
            row[f"{at}_before"] = max((day for day in on if day < cut), default=pd.NaT)
            row[f"{at}_since"] = min((day for day in on if cut <= day <= last), default=pd.NaT)
        inside = [day for day in on if pd.Timestamp(THEN) < day <= pd.Timestamp(NOW)]
        early = [day for day in on if day <= pd.Timestamp(THEN)]
        row |= {"then_last_on": max(early, default=pd.NaT), "back_on": min(inside, default=pd.NaT)}
        row |= {"days": len(inside), "revenue": money * len(inside)}
        row |= {"revenue_before": money * len(early), "known_on": on[0]}
        rows.append(row)
    frame = pd.DataFrame(rows)
    dates = [name for name in frame.columns if name.endswith(("_on", "_before", "_since"))]
    frame = frame.astype(dict.fromkeys(set(dates) - {"revenue_before"}, "datetime64[s]"))
    return frame if known is None else frame.assign(known_on=pd.to_datetime(known))


def states(frame, *, at="usual", on=NOW):
    return lifecycle.states(frame, LIMITS, on=on, at=at)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (["2023-06-10"], "new"),
        (["2023-06-10", "2023-06-20"], "new"),  # an arrival keeps its name for thirty days
        (["2023-05-15", "2023-06-10"], "active"),  # 26 days apart
        (["2023-05-10", "2023-06-09"], "active"),  # 30: not more than the limit
        (["2023-05-09", "2023-06-09"], "returning"),  # 31
        (["2023-04-10", "2023-06-09"], "returning"),  # 60: not more than the lost limit
        (["2023-04-09", "2023-06-09"], "regained"),  # 61
        (["2023-04-09", "2023-06-09", "2023-06-29"], "regained"),
        (["2023-01-01", "2023-05-09", "2023-05-31"], "active"),  # back before the last thirty days
        (["2023-05-31"], "new"),  # 30 days away
        (["2023-05-30"], "dormant"),  # 31
        (["2023-05-01"], "dormant"),  # 60
        (["2023-04-30"], "lost"),  # 61
    ],
)
def test_states_by_hand(days, state):
    assert states(table([days])).tolist() == [state]


def test_nothing_bought_so_far_is_a_prospect():
    frame = table([["2023-06-10"]])

    assert states(frame, at="then", on=THEN).tolist() == ["prospect"]
    assert lifecycle.origins(frame, states(frame, at="then", on=THEN), on=THEN).tolist() == ["unseen"]
    known = frame.assign(known_on=pd.Timestamp("2023-02-01"))
    assert lifecycle.origins(known, states(known, at="then", on=THEN), on=THEN).tolist() == ["prospect"]


def test_new_needs_a_run_in():
    # Sixty days of data before the thirty in which a first purchase makes somebody new.
    assert lifecycle.first_name(LIMITS, data_begins=date(2022, 12, 31), until=THEN) == "new"
    assert lifecycle.first_name(LIMITS, data_begins=date(2023, 1, 1), until=THEN) == "first_observed"


def test_nobody_is_lost_before_the_data_is_long_enough():
    assert not lifecycle.tells(60, begins=BEGINS, on=date(2023, 3, 2))
    assert lifecycle.tells(60, begins=BEGINS, on=date(2023, 3, 3))


# Joined twice, one of whom is away again; back from dormant (15 February) and from lost (2 January); stayed;
# faded; still away.
PURCHASES = [
    ["2023-06-10"],
    ["2023-04-10"],
    ["2023-02-15", "2023-06-20"],
    ["2023-01-02", "2023-06-20"],
    ["2023-03-20", "2023-06-15"],
    ["2023-03-10", "2023-03-20"],
    ["2023-01-05"],
]
KINDS = ["joined", "joined", "returned", "regained", "stayed", "faded", "still_away"]


def moved(frame):
    then = lifecycle.origins(frame, states(frame, at="then", on=THEN), on=THEN)
    now = states(frame)
    return then, now, life_flows.kinds_of_move(frame, then, now)


def test_moves_by_hand():
    then, now, kinds = moved(table(PURCHASES))

    assert kinds.tolist() == KINDS
    assert then.tolist() == ["unseen", "unseen", "dormant", "lost", "new", "new", "lost"]
    assert now.tolist() == ["new", "lost", "regained", "regained", "regained", "lost", "lost"]
    # Two were in touch, four are: plus two, one and one, less the two who are away at the end.
    assert life_flows.moves(kinds, now).to_dict() == {
        "joined": 2,
        "returned": 1,
        "regained": 1,
        "fell_silent": -2,
    }


def test_money_by_hand():
    frame = table(PURCHASES)
    _, _, kinds = moved(frame)

    found = life_flows.money_moves(frame, kinds, 1)

    assert found[["customers", "before", "now", "change"]].to_numpy().tolist() == [
        [2, 0, 20, 20],
        [1, 10, 10, 0],
        [1, 10, 10, 0],
        [1, 10, 10, 0],
        [1, 20, 0, -20],
        [1, 10, 0, -10],
    ]


def test_who_has_not_bought_is_counted_from_what_the_client_knows():
    frame = table(PURCHASES, known=[None, *["2023-01-01"] * 6])
    then = lifecycle.origins(frame, states(frame, at="then", on=THEN), on=THEN)

    # Known then: twelve, seven of them buyers by now (the first without a date counts as known always).
    found = life_flows.flows(frame, then, states(frame), known_before=12, known=15).customers

    assert found.loc["prospect", "prospect"] == 5
    assert found.loc["unseen", "prospect"] == 3
    assert found.loc["prospect"].sum() == 5 + 2  # two joined
    assert found.to_numpy().sum() == 15


MANY = [
    days for days, times in zip(PURCHASES, (50, 20, 40, 35, 90, 60, 31), strict=True) for _ in range(times)
]


def test_a_small_flow_is_not_shown_nor_what_gives_it_away():
    frame = table(MANY)
    then, now, _ = moved(frame)
    found = life_flows.shown_flows(life_flows.flows(frame, then, now), 30).set_index(["then", "now"])

    # Twenty joined and are lost again, while seventy are known to have joined: the other fifty must go, and
    # of both columns one more cell. That cannot be the lost, whose return is told, so it is those in touch.
    # By state it cannot be helped, since all fifty are the new: so the flows are told by group.
    hidden = set(found.index[found["customers"].isna()])
    ends = ("in_touch", "lost")
    assert hidden == {(then, now) for then in ("none", "in_touch") for now in ends}
    assert found.loc[("lost", "in_touch")].tolist() == [35, 350]
    assert found["revenue"].isna().equals(found["customers"].isna())


def test_flows_are_told_by_state_where_they_are_large():
    frame = table(MANY * 2)
    then, now, _ = moved(frame)

    found = life_flows.shown_flows(life_flows.flows(frame, then, now), 30).set_index(["then", "now"])

    assert found["customers"].notna().all()
    assert found.loc[("new", "lost")].tolist() == [120, 0]
    assert found.loc[("lost", "regained")].tolist() == [70, 700]
    assert found["customers"].sum() == len(frame)


def test_small_moves_become_one():
    moves = pd.Series({"joined": 70, "returned": 40, "regained": 12, "fell_silent": -80})

    assert life_flows.merged_moves(moves, 30).to_dict() == {
        "joined": 70,
        "came_back": 52,
        "fell_silent": -80,
    }
    assert life_flows.merged_moves(moves * 3, 30).to_dict() == (moves * 3).to_dict()
    few = pd.Series({"joined": 20, "returned": 40, "regained": 45, "fell_silent": -80})
    assert life_flows.merged_moves(few, 30).to_dict() == {"others": 60, "regained": 45, "fell_silent": -80}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (["joined", "returned", "regained", "fell_silent"], "apart"),
        (["joined", "came_back", "fell_silent"], "together"),
        (["returned", "regained", "others"], None),
        (["joined", "returned", "fell_silent"], None),
        ([], None),
    ],
)
def test_a_sentence_names_moves_only_where_all_are_known(known, expected):
    assert life_flows.wording(known) == expected


def test_the_state_table_blanks_small_states_and_one_more():
    frame = table(MANY)
    then, now, _ = moved(frame)

    found = life_flows.state_table(life_flows.flows(frame, then, now), 40).set_index("state")

    # Then: 150 new, 40 dormant, 66 lost. Now: 50 new, 165 regained, 111 lost.
    assert found.loc["new"].tolist() == [50, 150, pytest.approx(50 / 326)]
    assert found["before"].dropna().sum() == 256
    assert life_flows.state_table(life_flows.flows(frame, then, now), 60)["before"].isna().sum() == 2


def test_shares_of_those_who_came_back():
    frame = table(MANY)
    then, now, _ = moved(frame)

    found = lifecycle.back_shares(frame, then, 30)

    assert (found["lost"].value, found["lost"].n) == (pytest.approx(35 / 66), 66)
    assert (found["in_touch"].value, found["in_touch"].n) == (pytest.approx(90 / 150), 150)
    assert not found["dormant"].known or found["dormant"].value == 1
    flows = life_flows.flows(frame, then, now)
    assert life_flows.kept(flows, 20).value == pytest.approx(90 / 150)
    assert not life_flows.kept(flows, 30).known  # it would tell who joined and left again
    assert not lifecycle.back_shares(frame, then, 32)["lost"].known  # thirty-one did not come


def test_who_was_regained():
    frame = table([*[["2023-01-02", "2023-06-20"]] * 3, ["2023-01-02", "2023-06-10", "2023-06-20"]])
    then, _, _ = moved(frame)

    found = lifecycle.regained(frame, then, rng=rng())

    assert found.customers == Estimate(4, 4)
    assert found.revenue == Estimate(50, 4)
    assert (found.each.value, found.again.value, found.part.value) == (12.5, 0.25, 1)
    assert found.away.value == 169  # 2 January to 20 June; one was away for ten days less
    assert (found.away.low, found.away.high) == (159, 169)


def test_without_revenue_only_the_money_is_missing():
    frame = table([["2023-01-02", "2023-06-20"]] * 4).assign(revenue=np.nan)
    then, _, _ = moved(frame)

    found = lifecycle.regained(frame, then, rng=rng())

    assert not any(one.known for one in (found.revenue, found.part, found.each))
    assert found.customers == Estimate(4, 4)


def test_nobody():
    nobody = table([["2023-06-10"]]).iloc[:0]
    then, now, kinds = moved(nobody)

    assert life_flows.flows(nobody, then, now).customers.to_numpy().sum() == 0
    assert life_flows.moves(kinds, now).sum() == 0
    assert not lifecycle.regained(nobody, then, rng=rng()).each.known
    assert life_flows.shown_flows(life_flows.flows(nobody, then, now), 30).empty
    assert not lifecycle.limit_of(None, "lost").known
    assert lifecycle.cases(None)["usual"] == Limits(0, 0)


DAY = st.integers(0, 180).map(lambda number: pd.Timestamp(BEGINS) + pd.Timedelta(days=number))
CUSTOMERS = st.lists(st.lists(DAY, min_size=1, max_size=4), min_size=1, max_size=12)


@settings(max_examples=20)
@given(CUSTOMERS, st.integers(1, 6))
def test_everybody_is_in_one_state_and_the_flows_add_up(purchases, minimum):
    frame = table(purchases)
    then, now, kinds = moved(frame)
    flows = life_flows.flows(frame, then, now)

    away = (pd.Timestamp(NOW) - frame["last_on"]).dt.days
    assert now.notna().all()
    assert (now == "lost").equals(away > LIMITS.lost)
    assert now.isin(lifecycle.IN_TOUCH).equals(away <= LIMITS.dormant)
    assert flows.customers.to_numpy().sum() == len(frame)
    assert flows.customers.sum(axis=0).to_dict() == now.value_counts().reindex(lifecycle.STATES).to_dict()
    change = now.isin(lifecycle.IN_TOUCH).sum() - then.isin(lifecycle.IN_TOUCH).sum()
    assert life_flows.moves(kinds, now).sum() == change
    assert life_flows.merged_moves(life_flows.moves(kinds, now), minimum).sum() == change
    paid = life_flows.money_moves(frame, kinds, minimum)
    assert paid["change"].sum() == pytest.approx(frame["revenue"].sum() - frame["revenue_before"].sum())
    assert paid["customers"].sum() == len(frame)
    assert flows.now.to_numpy().sum() == frame["revenue"].sum()


@settings(max_examples=8)
@given(CUSTOMERS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(purchases, random):
    order = list(range(len(purchases)))
    random.shuffle(order)
    frame = table(purchases)
    other = frame.iloc[order].reset_index(drop=True)
    (_, _, kinds), (_, _, mixed) = moved(frame), moved(other)

    assert mixed.tolist() == [kinds[number] for number in order]
    flows = [life_flows.flows(one, *moved(one)[:2]) for one in (frame, other)]
    assert flows[0].customers.equals(flows[1].customers)
    assert life_flows.money_moves(frame, kinds, 2).equals(life_flows.money_moves(other, mixed, 2))


def test_other_limits_make_other_shares():
    frame = table(MANY)
    later = frame.assign(long_before=frame["usual_before"], long_since=frame["usual_since"])

    found = lifecycle.sensitivity(
        later, {"usual": LIMITS, "long": Limits(30, 90)}, on=NOW, minimum=30
    ).set_index("case")

    assert found.loc["usual", ["in_touch", "dormant", "lost"]].tolist() == pytest.approx(
        [215 / 326, 0, 111 / 326]
    )
    # With ninety days the twenty of 10 April are dormant: too few to show, and so are not the lost.
    assert [math.isnan(value) for value in found.loc["long", ["in_touch", "dormant", "lost"]]] == [
        False,
        True,
        True,
    ]
