"""How well customers are known by sales channel, and across channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share


class Channel(Protocol):
    """What is counted of a channel; see ``crmreport.data.people.ChannelAccount``."""

    @property
    def channel(self) -> str | None: ...
    @property
    def lines(self) -> int: ...
    @property
    def identified(self) -> int: ...
    @property
    def buyers(self) -> int: ...
    @property
    def matchable(self) -> int: ...
    @property
    def elsewhere(self) -> int: ...


def coverage(channels: Iterable[Channel], minimum: int) -> pd.DataFrame:
    """One row a named channel: its ``buyers``, and as shares ``identified_share`` of its lines,
    ``matched_share`` (buyers with a key that another channel could share) and ``elsewhere_share`` (buyers
    seen in another channel too) of its buyers. Channels with fewer than ``minimum`` buyers are left out.
    """
    rows = [
        {
            "channel": one.channel,
            "buyers": one.buyers,
            "identified_share": one.identified / one.lines,
            "matched_share": one.matchable / one.buyers,
            "elsewhere_share": one.elsewhere / one.buyers,
        }
        for one in channels
        if one.channel is not None and one.buyers >= minimum
    ]
    columns = ["channel", "buyers", "identified_share", "matched_share", "elsewhere_share"]
    return pd.DataFrame(rows, columns=columns)


def matched_share(one: Channel) -> Estimate:
    """The share of a channel's buyers with a key that another channel could share (Wilson interval): what
    is said across channels holds for these only."""
    return share(one.matchable, one.buyers)
