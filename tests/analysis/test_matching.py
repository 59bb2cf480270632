"""Coverage by channel, from counts worked by hand."""

from __future__ import annotations

import pytest

from crmreport.analysis.matching import coverage, matched_share
from crmreport.data.people import ChannelAccount

SHOP = ChannelAccount(channel="shop", lines=400, identified=300, buyers=100, matchable=80, elsewhere=25)
SMALL = ChannelAccount(channel="fair", lines=9, identified=9, buyers=9, matchable=9, elsewhere=9)
NONE = ChannelAccount(channel=None, lines=50, identified=40, buyers=40, matchable=10, elsewhere=5)


def test_shares_of_lines_and_of_buyers() -> None:
    table = coverage([SHOP, SMALL, NONE], 30)
    assert table.to_dict("records") == [
        {
            "channel": "shop",
            "buyers": 100,
            "identified_share": 0.75,
            "matched_share": 0.8,
            "elsewhere_share": 0.25,
        }
    ]
    assert coverage([SMALL], 30).empty


def test_the_matched_share_has_an_interval() -> None:
    found = matched_share(SHOP)
    # Wilson's interval of 80 of 100.
    assert (found.value, found.n) == (0.8, 100)
    assert (found.low, found.high) == (pytest.approx(0.7112, abs=1e-4), pytest.approx(0.8666, abs=1e-4))
