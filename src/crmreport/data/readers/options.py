"""How a file is to be read, where its owner says so; what is left out is found out."""

from __future__ import annotations

from dataclasses import dataclass

from crmreport.params import Source


@dataclass(frozen=True)
class ReadOptions:
    """What is declared of a file; None is found out from its content.

    ``header_row`` counts from 1; 0 says that the file has no header. ``sheet`` is a sheet's name or a
    pattern of names. ``delimiter`` and ``quote`` are one character each; quote ``none`` means that no
    quotes enclose texts.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    header_row: int | None = None


def options_of(source: Source) -> ReadOptions:
    """What a source of the params declares of its files."""
    delimiter = {"tab": "\t", "space": " "}.get(source.delimiter or "", source.delimiter)
    return ReadOptions(source.encoding, delimiter, source.quote, source.sheet, source.header_row)
