"""The account of the people behind the ids: how they were matched, and who may be contacted.

It holds counts only, and is part of the ledger.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from crmreport.params_privacy import MatchKey


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyAccount(_Model):
    """What one key did. ``supplied`` rows hold a text, ``usable`` ids a key that can be compared;
    ``linked`` ids share one with another id; ``shared_by_many`` values link none, since more ids
    (``ids_of_shared`` in all) share them than the params allow."""

    key: MatchKey
    supplied: int = Field(ge=0)
    usable: int = Field(ge=0)
    linked: int = Field(ge=0)
    shared_by_many: int = Field(ge=0)
    ids_of_shared: int = Field(ge=0)


class MatchAccount(_Model):
    """How many ``ids`` were found to be how many ``persons``; ``largest`` is the most ids of one person."""

    ids: int = Field(ge=0)
    persons: int = Field(ge=0)
    keys: tuple[KeyAccount, ...]
    largest: int = Field(1, ge=1)


class ChannelAccount(_Model):
    """One sales channel: its ``lines``, those ``identified`` by a customer; its ``buyers``, those of them
    ``matchable`` (with a key that other channels could share), and those seen ``elsewhere`` too, that is
    in another channel."""

    channel: str | None
    lines: int = Field(ge=0)
    identified: int = Field(ge=0)
    buyers: int = Field(ge=0)
    matchable: int = Field(ge=0)
    elsewhere: int = Field(ge=0)


class PeopleAccount(_Model):
    """Matching, and coverage by sales channel (none where the sales name no channel)."""

    matching: MatchAccount
    channels: tuple[ChannelAccount, ...] = ()
