"""How personal data is protected, and by which keys one person's several ids are found to be one."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from crmreport.params_base import Strict

MatchKey = Literal[
    "mobile", "email", "member_card", "unionid", "openid", "wecom_external_id", "marketplace_buyer_id"
]
"""The columns of the customers table that may tell that two ids are one person."""

MATCH_KEYS: tuple[MatchKey, ...] = get_args(MatchKey)

SHORTEST_KEY = 32
"""Characters of a key: fewer can be tried out."""


class Privacy(Strict):
    """Where the key of the pseudonyms comes from; ``CRMREPORT_KEY`` and ``CRMREPORT_KEY_FILE`` go first."""

    key_file: str | None = Field(
        None, min_length=1, description="a file with the key of the pseudonyms, which only you may read"
    )
    public_key: Annotated[str, StringConstraints(min_length=SHORTEST_KEY)] | None = Field(
        None, description="a key that everybody may know: for demonstrations, it protects nobody"
    )


class Matching(Strict):
    """Which keys link the ids of one person; each may be switched off."""

    mobile: bool = True
    email: bool = True
    member_card: bool = True
    unionid: bool = True
    openid: bool = True
    wecom_external_id: bool = True
    marketplace_buyer_id: bool = True
    country_code: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")] = Field(
        "86", description="calling code of mobile numbers that are written without one"
    )
    most_ids: int = Field(
        5, ge=2, le=1000, description="a key that more ids share, such as a shop's own phone, links none"
    )
    ids_are: tuple[MatchKey, ...] = Field(
        (), description="keys that serve some channel as its customer_id, such as openid"
    )

    @property
    def keys(self) -> tuple[MatchKey, ...]:
        """The keys that are switched on."""
        return tuple(key for key in MATCH_KEYS if getattr(self, key))
