import math
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import outages

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
MONTHS = pd.date_range("2023-01-01", periods=12, freq="MS")


# ---------------------------------------------------------------- simulated businesses


def _business(rng, *, stores=40, clustered=0.5, closed_weekday=False):
    """Lines by day (rows) and store (columns) of one year in which nothing is wrong.

    Stores differ in size a hundredfold; all share a season; a day's lines come in orders of several.
    """
    size = np.exp(rng.uniform(math.log(0.2), math.log(20), stores))
    season = 1 + 0.3 * np.sin(np.arange(365) / 365 * 2 * math.pi) + 0.8 * (np.arange(365) > 334)
    orders = rng.poisson(season[:, None] * size * rng.gamma(1 / clustered, clustered, (365, stores)))
    lines = orders + rng.poisson(1.5 * orders)
    if closed_weekday:
        lines[np.arange(365) % 7 == 6, : stores // 2] = 0
    days = pd.date_range(FIRST, periods=365)
    return pd.DataFrame(lines, index=days, columns=[f"s{number:02}" for number in range(stores)])


def _senders(daily):
    """What ``sender_days`` says of them, counted another way."""
    open_days = daily.index[daily.sum(axis=1) > 0]
    rows = []
    for name, own in daily.loc[open_days].items():
        places = np.flatnonzero(own.to_numpy())
        if not len(places):
            continue
        gaps = sorted(
            ((b - a, -a, open_days[a], open_days[b]) for a, b in pairwise(places)),
            reverse=True,
        )
        rows.append(
            {
                "by": "store_id",
                "sender": name,
                "lines": int(own.sum()),
                "days": len(places),
                "last_on": open_days[places[-1]],
                "span": places[-1] - places[0] + 1,
                "after": len(open_days) - 1 - places[-1],
                "longest": gaps[0][0] if gaps else 0,
                "second": gaps[1][0] if len(gaps) > 1 else 0,
                "gap_from": gaps[0][2] if gaps else pd.NaT,
                "gap_to": gaps[0][3] if gaps else pd.NaT,
            }
        )
    return pd.DataFrame(rows)


def _by_month(daily):
    long = daily.groupby(daily.index.to_period("M").to_timestamp()).sum()
    lines = long.rename_axis("month").reset_index().melt("month", var_name="sender", value_name="lines")
    return lines[lines["lines"] > 0].assign(by="store_id"), long.sum(axis=1)


def _short(daily):
    lines, totals = _by_month(daily)
    return outages.short_sender_months(lines, totals, first=FIRST, last=LAST)


# ---------------------------------------------------------------- silence


def test_the_chance_of_silence_by_hand():
    # Two days of sales on two days: Beta(1.5, 0.5); the chance of one day without is 0.5 / 2.
    assert outages.chance_of_silence(2, 2, 1) == pytest.approx(0.25)
    assert outages.chance_of_silence(2, 2, 2) == pytest.approx(0.25 * 1.5 / 3)


@given(st.integers(2, 300), st.integers(0, 300), st.integers(0, 100))
def test_a_longer_silence_is_less_likely(days, idle, silence):
    shorter = outages.chance_of_silence(days, days + idle, silence)

    assert 0 < outages.chance_of_silence(days, days + idle, silence + 1) < shorter <= 1 + 1e-9


def test_a_till_that_stopped_is_found_with_its_day():
    daily = _business(np.random.default_rng(1))
    daily.loc["2023-11-16":, "s07"] = 0
    last = daily.index[daily["s07"] > 0][-1]

    found = outages.silences(_senders(daily))

    assert found["sender"].tolist() == ["s07"]
    assert found["since"].tolist() == [last]
    assert found["until"].isna().all()
    assert found["pause"][0] == (daily.index[-1] - last).days


def test_a_till_that_paused_is_found_with_both_days():
    daily = _business(np.random.default_rng(2), clustered=0.05)
    busiest = daily.sum().idxmax()
    daily.loc["2023-05-03":"2023-05-23", busiest] = 0

    found = outages.silences(_senders(daily))

    assert found[["sender", "pause"]].to_numpy().tolist() == [[busiest, 21]]
    assert f"{found['since'][0]:%m-%d} {found['until'][0]:%m-%d}" == "05-02 05-24"


def test_what_all_were_closed_for_is_no_silence():
    daily = _business(np.random.default_rng(3))
    daily.loc["2023-02-01":"2023-02-14"] = 0

    assert outages.silences(_senders(daily)).empty


def test_a_seldom_store_may_be_silent_for_long():
    # Sales on each tenth day: 25 days without are nothing much for it, but much for a daily one.
    rows = pd.DataFrame(
        {"by": "store_id", "sender": ["seldom", "daily"], "days": [20, 200], "span": [200, 200]}
        | {"after": 25, "longest": [10, 1], "second": [10, 1], "last_on": pd.Timestamp(LAST), "lines": 99}
        | {"gap_from": pd.NaT, "gap_to": pd.NaT}
    )

    assert outages.silences(rows)["sender"].tolist() == ["daily"]


def test_too_few_days_show_no_rhythm():
    row = {"by": "channel", "sender": "new", "days": 9, "span": 9, "after": 300, "longest": 1, "second": 1}
    rows = pd.DataFrame([row | {"last_on": pd.NaT, "gap_from": pd.NaT, "gap_to": pd.NaT, "lines": 50}])

    assert outages.silences(rows).empty
    assert len(outages.silences(rows.assign(days=10, span=10))) == 1


def test_there_may_be_no_senders_at_all():
    assert outages.silences(
        _senders(pd.DataFrame(index=pd.DatetimeIndex([]))).reindex(columns=["by", "sender", "days"])
    ).empty


# ---------------------------------------------------------------- months


def test_a_month_with_half_its_lines_by_hand():
    months = pd.Series([1000, 1040, 980, 1010, 500, 1020, 990, 1000, 1030, 970, 1010, 1000], index=MONTHS)

    found = outages.short_months(months)

    assert found["month"].tolist() == [pd.Timestamp("2023-05-01")]
    # The median of 980, 1010, 1020 and 990, on a logarithmic scale.
    assert found["expected"].tolist() == pytest.approx([math.sqrt(1010.5 * 990.5)])


@pytest.mark.parametrize("place", range(12))
def test_a_half_month_is_found_wherever_it_lies(place):
    months = pd.Series([1000, 1040, 980, 1010, 960, 1020, 990, 1000, 1030, 970, 1010, 1000], index=MONTHS)
    months.iloc[place] //= 2

    assert outages.short_months(months)["month"].tolist() == [MONTHS[place]]


def test_growth_and_a_good_december_are_no_fault():
    growing = pd.Series([int(500 * 1.06**month) for month in range(12)], index=MONTHS)
    festive = pd.Series([1000, 900, 950, 1000, 1020, 980, 900, 940, 1000, 1050, 1400, 2100], index=MONTHS)

    assert outages.short_months(growing).empty
    assert outages.short_months(festive).empty


def test_too_few_months_say_nothing():
    assert outages.short_months(pd.Series([100, 100, 10, 100, 100], index=MONTHS[:5])).empty


def test_full_months():
    found = outages.full_months(date(2023, 1, 2), date(2023, 4, 30))

    assert found.strftime("%m-%d").tolist() == ["02-01", "03-01", "04-01"]


def test_a_store_that_sent_half_of_a_month_is_found():
    daily = _business(np.random.default_rng(4), clustered=0.1)
    busiest = daily.sum().idxmax()
    daily.loc["2023-08-16":"2023-08-31", busiest] = 0

    assert _short(daily)[["sender", "month"]].to_numpy().tolist() == [[busiest, pd.Timestamp("2023-08-01")]]


def test_a_month_short_for_all_is_no_fault_of_one_store():
    daily = _business(np.random.default_rng(5))
    daily.loc["2023-08-01":"2023-08-15"] = 0
    totals = _by_month(daily)[1]

    assert _short(daily).empty
    assert outages.short_months(totals)["month"].tolist() == [pd.Timestamp("2023-08-01")]


def test_an_opening_and_a_closing_are_no_short_months():
    daily = _business(np.random.default_rng(6))
    busiest = daily.sum().nlargest(2).index
    daily.loc[:"2023-03-20", busiest[0]] = 0
    daily.loc["2023-10-10":, busiest[1]] = 0

    assert _short(daily).empty


# ---------------------------------------------------------------- columns


def _fills(shares, rows=1000, seed=0):
    filled = np.random.default_rng(seed).binomial(rows, shares)
    return pd.DataFrame({"table": "t", "column": "c", "month": MONTHS, "rows": rows, "filled": filled})


def test_a_column_that_stopped_being_filled_is_found_with_its_month():
    found = outages.drifts(_fills([0.95] * 7 + [0.6] * 5))

    assert found[["since", "rows"]].to_numpy().tolist() == [[MONTHS[7], 5000]]
    assert found["until"].isna().all()
    assert found[["outside", "inside"]].to_numpy()[0] == pytest.approx([0.95, 0.6], abs=0.02)


def test_a_single_bad_month_is_told_from_a_lasting_change():
    found = outages.drifts(_fills([0.95] * 4 + [0.3] + [0.95] * 7))

    assert found[["since", "until"]].to_numpy().tolist() == [[MONTHS[4], MONTHS[5]]]


@pytest.mark.parametrize(
    "shares",
    [[0.95] * 12, [1.0] * 12, [0.0] * 12, [0.95] * 6 + [0.9] * 6, list(np.linspace(0.4, 0.6, 12))[::-1][:12]],
)
def test_steady_columns_and_small_changes_are_left_alone(shares):
    if len(set(shares)) > 2:
        # A slow fall is a drift indeed: it is found, at its middle.
        assert len(outages.drifts(_fills(shares))) == 1
    else:
        assert outages.drifts(_fills(shares)).empty


def test_months_that_stray_by_themselves_are_no_drift():
    strays = np.random.default_rng(7).uniform(0.3, 0.9, 12)

    assert outages.drifts(_fills(strays)).empty


# ---------------------------------------------------------------- the end


def test_a_file_that_ends_early():
    assert outages.days_late(300, first=FIRST, last=date(2023, 12, 1), until=LAST) == 30
    assert outages.days_late(300, first=FIRST, last=date(2023, 12, 30), until=LAST) == 0
    assert outages.days_late(300, first=FIRST, last=LAST, until=LAST) == 0
    # A shop that sells on each eighth day is not late after ten.
    assert outages.days_late(44, first=FIRST, last=date(2023, 12, 21), until=LAST) == 0


# ---------------------------------------------------------------- false alarms


@pytest.mark.slow
@pytest.mark.parametrize("how", [{}, {"clustered": 0.05}, {"closed_weekday": True}])
def test_clean_data_raises_hardly_any_alarm(how):
    """Of 30 businesses of 25 stores in which nothing is wrong, few raise any alarm at all."""
    alarmed = {"silences": 0, "short": 0, "whole": 0}
    for seed in range(30):
        daily = _business(np.random.default_rng(1000 + seed), stores=25, **how)
        alarmed["silences"] += not outages.silences(_senders(daily)).empty
        alarmed["short"] += not _short(daily).empty
        alarmed["whole"] += not outages.short_months(_by_month(daily)[1]).empty

    assert max(alarmed.values()) <= 1, alarmed


@pytest.mark.slow
def test_clean_columns_raise_hardly_any_alarm():
    rng = np.random.default_rng(8)
    alarmed = 0
    for _ in range(100):
        shares = rng.uniform(0, 1, 20)
        filled = rng.binomial(400, np.clip(shares[:, None] + rng.normal(0, 0.03, (20, 12)), 0, 1))
        fills = pd.DataFrame(
            {
                "table": "t",
                "column": np.repeat([f"c{number}" for number in range(20)], 12),
                "month": np.tile(MONTHS, 20),
                "rows": 400,
                "filled": filled.ravel(),
            }
        )
        alarmed += not outages.drifts(fills).empty

    assert alarmed <= 100 * 3 * outages.ALARM
