"""Why customers left, as far as they said so: the client's own causes and theirs, and at which stage.

Only what somebody named counts. Who complains is not everybody who leaves: the shares describe those who
spoke, and are no estimate for those who left without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

OWN = ("product", "service", "staff")
CUSTOMERS = ("competitor", "need")
CAUSES = (*OWN, *CUSTOMERS, "other")
STAGES = ("before", "buying", "using", "after")


@dataclass(frozen=True)
class Told:
    """Shares of the customers who named a cause, with Wilson's intervals.

    ``own``: a cause in the client's own hands; ``unread``: customers whose words the params do not place.
    """

    causes: dict[str, Estimate]
    own: Estimate
    stages: dict[str, Estimate]
    unread: int

    @property
    def customers(self) -> int:
        return self.own.n

    def most(self) -> str:
        """The cause named most; of equals, the one that comes first in ``CAUSES``."""
        return max(self.causes, key=lambda name: (self.causes[name].value, -CAUSES.index(name)))


def told(
    words: pd.DataFrame, causes: Mapping[str, Sequence[str]], stages: Mapping[str, Sequence[str]]
) -> Told | None:
    """What was said, by the client's ``words`` (``cause``, ``topic``, ``customers``) and what the params
    say that they mean. None where no word is placed. Case and spaces around a word do not matter."""
    cause = _places(words["cause"], causes)
    known = words[cause.notna()].assign(cause=cause[cause.notna()])
    n = int(known["customers"].sum())
    if n == 0:
        return None
    counts = known.groupby("cause")["customers"].sum()
    stage = _places(known["topic"], stages)
    staged = known["customers"].groupby(stage).sum()
    return Told(
        causes={name: share(int(counts.get(name, 0)), n) for name in CAUSES if name in causes},
        own=share(sum(int(counts.get(name, 0)) for name in OWN), n),
        stages={
            name: share(int(staged.get(name, 0)), int(staged.sum())) for name in STAGES if name in staged
        },
        unread=int(words["customers"].sum()) - n,
    )


def _places(words: pd.Series, meanings: Mapping[str, Sequence[str]]) -> pd.Series:
    """What each of the client's words means; None where the params do not say."""
    meant = {_fold(word): name for name, several in meanings.items() for word in several}
    return words.map(lambda word: meant.get(_fold(word)) if isinstance(word, str) else None).astype("object")


def _fold(word: str) -> str:
    return word.strip().casefold()
