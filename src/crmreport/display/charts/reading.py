"""What a chart reads from its typed data: names of items, values with their texts, spans of a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from matplotlib.ticker import MaxNLocator
from pydantic import JsonValue

from crmreport.display.blocks import Column, Data
from crmreport.display.cells import cells
from crmreport.errors import RenderError
from crmreport.findings import Unit
from crmreport.text import Words
from crmreport.text.glyphs import visible

Options = Mapping[str, JsonValue]
_SMALL, _LARGE = 0.1, 1000
_BOUNDS = ("low", "high")
_COUNTED: tuple[Unit, ...] = ("count", "days")
_ITEM = "item"  # the key of a column of names that have no other name in common


@dataclass(frozen=True)
class Values:
    """A numeric column: its name, its numbers (None where withheld) and how each is written."""

    name: str
    unit: Unit
    numbers: tuple[float | None, ...]
    texts: tuple[str, ...]

    @property
    def known(self) -> list[float]:
        return [number for number in self.numbers if number is not None]


@dataclass(frozen=True)
class Items:
    """A column of names: what each row is called, and the cell that it is known by.

    ``name`` is what an axis of them is called, empty where the column is but that of the items.
    """

    name: str
    keys: tuple[Any, ...]
    texts: tuple[str, ...]

    def chosen(self, options: Options) -> list[bool]:
        """Which rows ``options["highlight"]`` names, by cell or by a list of cells."""
        wanted = options.get("highlight")
        several = wanted if isinstance(wanted, list) else [wanted]
        return [key is not None and key in several for key in self.keys]


def items(data: Data, words: Words, *, number: int = 0) -> Items:
    """The column of names at place ``number`` among those that hold no numbers."""
    places = [place for place, column in enumerate(data.columns) if not column.numeric]
    place = _at(places, number, "names", data)
    column = data.columns[place]
    texts = tuple(visible(row[place], words.language) for row in cells(data, words))
    name = "" if column.key == _ITEM else words.label(column.label)
    return Items(name, tuple(row[place] for row in data.rows), texts)


def values(data: Data, words: Words, *, number: int = 0) -> Values:
    """The column at place ``number`` among the numeric ones, ``low`` and ``high`` aside."""
    places = [
        place for place, column in enumerate(data.columns) if column.numeric and column.key not in _BOUNDS
    ]
    return _values(data, _at(places, number, "numbers", data), words)


def has_values(data: Data, number: int) -> bool:
    return sum(column.numeric and column.key not in _BOUNDS for column in data.columns) > number


def bounds(data: Data, named: tuple[str, str] = _BOUNDS) -> list[tuple[float, float] | None]:
    """The interval of each row, from the two columns ``named`` where the data has them."""
    keys = [column.key for column in data.columns]
    if not all(bound in keys for bound in named):
        return [None] * len(data.rows)
    low, high = (keys.index(bound) for bound in named)
    pairs = [(_number(row[low]), _number(row[high])) for row in data.rows]
    return [(one, other) if one is not None and other is not None else None for one, other in pairs]


def shown(number: float | None, unit: Unit, words: Words) -> str:
    """A value as a chart writes it: short; one that is withheld says so."""
    return words.label("chart.withheld") if number is None else words.axis(number, unit)


def ticks(low: float, high: float, unit: Unit, words: Words, *, most: int) -> list[tuple[float, str]]:
    """Round values from about ``low`` to about ``high`` with how an axis writes them.

    They are at most ``most`` steps apart; of what is counted, whole ones.
    """
    locator = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10], integer=unit in _COUNTED)
    chosen = [float(value) for value in locator.tick_values(low, high)]
    return list(zip(chosen, words.ticks(chosen, unit), strict=True))


def required(options: Options, key: str) -> JsonValue:
    """An option that the chart cannot do without."""
    if key in options:
        return options[key]
    raise RenderError(
        f"A chart lacks its option “{key}”.",
        where=f"options: {', '.join(options) or 'none'}",
        remedy="Give it in the figure's notebook.",
    )


def _values(data: Data, place: int, words: Words) -> Values:
    column = data.columns[place]
    numbers = tuple(_number(row[place]) for row in data.rows)
    unit = _unit(column)
    # Shares share their number of decimals; larger things are written short, each for itself.
    # Values that are read against each other have one number of decimals.
    alike = unit in ("share", "points") or (
        unit == "number" and _SMALL < max(map(abs, filter(None, numbers)), default=0) < _LARGE
    )
    known = words.column(numbers, unit) if alike else [shown(one, unit, words) for one in numbers]
    if unit == "points":
        gap = "" if words.chinese else "\N{NO-BREAK SPACE}"
        known = [f"{text.removeprefix('+')}{gap}{words.unit_note(unit)}" for text in known]
    texts = [
        text if one is not None else shown(None, unit, words)
        for one, text in zip(numbers, known, strict=True)
    ]
    return Values(words.label(column.label), unit, numbers, tuple(texts))


def _unit(column: Column) -> Unit:
    return cast(Unit, column.kind)


def _number(cell: JsonValue) -> float | None:
    return None if cell is None else float(cast(float, cell))


def _at(places: Sequence[int], number: int, of: str, data: Data) -> int:
    if number < len(places):
        return places[number]
    raise RenderError(
        f"A chart needs at least {number + 1} column(s) of {of}.",
        where=", ".join(f"{column.key} ({column.kind})" for column in data.columns),
        remedy="Add the column to the figure's data in its notebook.",
    )
