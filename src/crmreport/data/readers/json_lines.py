"""JSON lines: an object a line, numbers kept as they are written."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from crmreport.data.readers.delimited import BLOCK, Block, Unread

_AS_WRITTEN = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def keys_of(lines: Iterable[str]) -> tuple[str, ...]:
    """All keys, in the order in which they come up; those of an object within are ``outer.inner``."""
    keys: dict[str, None] = {}
    for line in lines:
        for key in _read(line) or ():
            keys.setdefault(key)
    return tuple(keys)


def blocks(lines: Iterable[str], keys: tuple[str, ...]) -> Iterator[Block]:
    """The objects' values in the order of ``keys``; what is no object is not read."""
    numbered = enumerate(lines, start=1)
    while chunk := list(itertools.islice(numbered, BLOCK)):
        read = [(number, line, _read(line)) for number, line in chunk if line.strip()]
        found = [(number, values) for number, _, values in read if values]
        yield Block(
            [number for number, _ in found],
            [[values.get(key, "") for key in keys] for _, values in found],
            [
                Unread(number, line.rstrip("\r\n").encode("utf-8", "backslashreplace").decode())
                for number, line, values in read
                if values is None
            ],
        )


def _read(line: str) -> dict[str, str] | None:
    try:
        line.encode()
        value = _AS_WRITTEN.decode(line.lstrip("\ufeff").strip())
        return dict(_flat(value)) if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return None


def _flat(value: dict[str, Any], outer: str = "") -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        match inner:
            case dict():
                yield from _flat(inner, f"{outer}{key}.")
            case str():
                yield f"{outer}{key}", inner
            case None:
                yield f"{outer}{key}", ""
            case _:
                yield f"{outer}{key}", json.dumps(inner, ensure_ascii=False)
