"""Pseudonyms: what a customer is called outside the store.

Inside it customers bear numbers that mean nothing elsewhere. A list that leaves it names them by
HMAC-SHA256 of their id under a key of the client's: the same from month to month, and of no use to
whoever lacks the key. Nothing that the store keeps depends on the key, so it can be changed at any
time; and without one, no list can be written.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from crmreport.errors import UsageError
from crmreport.params import Engagement
from crmreport.params_privacy import SHORTEST_KEY

VARIABLE = "CRMREPORT_KEY"
FILE_VARIABLE = "CRMREPORT_KEY_FILE"
_LARGEST = 4096
_HOW = 'Make one with: python -c "import secrets; print(secrets.token_hex(32))"'

Protection = Literal["own", "public", "none"]
"""Whose key there is: the client's own, one that everybody knows, or none."""


@dataclass(frozen=True)
class Key:
    """The key of the pseudonyms. Neither its text nor its ``repr`` says what it is."""

    secret: bytes = field(repr=False)
    public: bool = False

    def pseudonym(self, customer_id: str) -> str:
        """HMAC-SHA256 of the normalised id, 64 hexadecimal digits."""
        return hmac.digest(self.secret, normalised_id(customer_id).encode(), hashlib.sha256).hex()

    def pseudonyms(self, customer_ids: Iterable[str]) -> list[str]:
        return [self.pseudonym(one) for one in customer_ids]


def normalised_id(customer_id: str) -> str:
    """The id without differences that only a keyboard makes: width and outer blanks."""
    return unicodedata.normalize("NFKC", customer_id).strip()


def load_key(engagement: Engagement, environment: Mapping[str, str] = os.environ) -> Key | None:
    """The key: of the environment, else of a key file, else the params' public one; None without any.

    Raises UsageError where a key is too short, or its file missing, unreadable or open to others. No
    error says anything of the key itself.
    """
    privacy = engagement.params.privacy
    if (text := environment.get(VARIABLE)) is not None:
        return Key(_long_enough(text.strip().encode(), f"environment variable {VARIABLE}"))
    if (name := environment.get(FILE_VARIABLE)) is not None:
        return Key(_read(Path(name).expanduser(), f"environment variable {FILE_VARIABLE}"))
    if privacy.key_file is not None:
        path = engagement.path.parent / Path(privacy.key_file).expanduser()
        return Key(_read(path, f"{engagement.path.name}, privacy.key_file"))
    if privacy.public_key is not None:
        return Key(privacy.public_key.encode(), public=True)
    return None


def protection(engagement: Engagement, environment: Mapping[str, str] = os.environ) -> Protection:
    """Whose key there is. Raises UsageError as ``load_key`` does."""
    key = load_key(engagement, environment)
    return "none" if key is None else "public" if key.public else "own"


def required_key(engagement: Engagement, environment: Mapping[str, str] = os.environ) -> Key:
    """The key for a list; no list is written without. Raises UsageError."""
    key = load_key(engagement, environment)
    if key is None:
        raise UsageError(
            "No list of customers is written without a key for their pseudonyms.",
            where=engagement.path.name,
            remedy=f"Set {VARIABLE}, or {FILE_VARIABLE} to a file with the key. {_HOW}",
        )
    return key


def _read(path: Path, where: str) -> bytes:
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UsageError("The key file is no file.", where=where, remedy=_HOW)
            if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
                raise UsageError(
                    "The key file can be read by others.", where=where, remedy="Close it: chmod 600."
                )
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"The key file cannot be read ({error.strerror}).", where=where, remedy="Check its path."
        ) from None
    if len(content) > _LARGEST:
        raise UsageError(
            f"The key file holds more than {_LARGEST} bytes: that is no key.", where=where, remedy=_HOW
        )
    return _long_enough(content.strip(), where)


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < SHORTEST_KEY:
        raise UsageError(f"The key is shorter than {SHORTEST_KEY} characters.", where=where, remedy=_HOW)
    return secret
