"""Campaigns of a small shop from files to frames, and frames where there are none."""

from __future__ import annotations

from pathlib import Path

from crmreport.features.build import build_features
from crmreport.features.campaigns import COLUMNS
from crmreport.features.reading import Features
from crmreport.period import parse_period
from tests.data.shop import sales, shop, store_of

LINES = [
    "c1,r1,001,2023-04-02,1,4.00,0,0",
    "c1,r2,001,2023-04-12,1,6.00,0,0",
    "c2,r3,004,2023-04-30,1,5.00,0,0",
]
FILES = {
    "campaigns": (
        "no,from,to\n1,2023-04-10,2023-04-17\n",
        {"campaign_id": "no", "starts_on": "from", "ends_on": "to"},
    ),
    "contacts": ("card,no\nc1,1\nc9,1\n", {"customer_id": "card", "campaign_id": "no"}),
    "redemptions": (
        "card,no,day\nc1,1,2023-04-12\n",
        {"customer_id": "card", "campaign_id": "no", "redeemed_on": "day"},
    ),
}


def features(folder: Path, *tables: str) -> Features:
    sources = sales()
    for name in tables:
        text, columns = FILES[name]
        (folder / f"{name}.csv").write_text(text, "utf-8")
        sources[name] = {"path": f"{name}.csv", "columns": columns}
    engagement = shop(folder, LINES, sources=sources)
    return build_features(engagement, store_of(engagement), parse_period("2023-Q2"))


def test_all_three_tables_have_the_columns_promised(tmp_path: Path) -> None:
    made = features(tmp_path, "campaigns", "contacts", "redemptions")
    touches, reach, groups = made.touches("_group"), made.campaigns("_group"), made.campaign_groups("_group")
    for frame, name in ((touches, "touches"), (reach, "campaigns"), (groups, "campaign_groups")):
        assert set(COLUMNS[name]) <= set(frame.columns)
    assert touches[["contacts", "redemptions"]].to_numpy().tolist() == [[1, 1]]
    # The coupons' products were not supplied.
    assert touches["own_redemptions"].isna().all()
    assert reach[["contacted", "redeemers"]].to_numpy().tolist() == [[1, 1]]
    # Eight days from 10 April, and eight from the 2nd.
    assert groups[["contacted", "days", "before", "during"]].to_numpy().tolist() == [[True, 8, 4.0, 6.0]]


def test_a_planned_contact_reached_nobody(tmp_path: Path) -> None:
    campaigns = FILES["campaigns"]
    text = (
        "card,no,day,planned,kept\nc1,1,,2023-04-11,\nc2,1,2023-04-11,2023-04-11,no\nc2,1,,2023-04-12,yes\n"
    )
    columns = {"customer_id": "card", "campaign_id": "no", "contacted_on": "day", "planned_on": "planned"}
    (tmp_path / "campaigns.csv").write_text(campaigns[0], "utf-8")
    (tmp_path / "contacts.csv").write_text(text, "utf-8")
    sources = sales() | {
        "campaigns": {"path": "campaigns.csv", "columns": campaigns[1]},
        "contacts": {"path": "contacts.csv", "columns": columns | {"kept": "kept"}},
    }
    engagement = shop(tmp_path, LINES, sources=sources)
    made = build_features(engagement, store_of(engagement), parse_period("2023-Q2"))
    assert made.touches("_group")["contacts"].tolist() == [1]


def test_without_campaigns_or_contacts_the_frames_are_empty(tmp_path: Path) -> None:
    made = features(tmp_path, "campaigns")
    assert tuple(made.touches("_group").columns) == COLUMNS["touches"]
    assert made.touches("_group").empty
    assert made.campaigns("north").empty
    assert made.campaign_groups("north").empty
