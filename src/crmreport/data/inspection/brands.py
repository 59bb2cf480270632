"""Which column tells the client's brands apart, and which brands there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crmreport.data.inspection.files import Pile
from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.tables import Guess
from crmreport.data.inspection.vocabulary import vocabulary

ATTRIBUTE = "brand"
"""What a column of brands is called in the params where the contract has no name for it."""

LISTED = 5
"""So many of the largest brands get a report; the others are commented out."""

TOLD_OF_BRANDS = ("survey_answers", "cases", "reviews", "points_ledger", "interactions", "contacts")
"""Tables besides sales whose rows may say of which brand they speak."""

_NAMED = 0.6
_MOST_BRANDS = 500
_COVERS = 0.5
_COUNTED_FOR_MOST = 0.8
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Brands:
    """The brands in one column. ``column`` is its name in filters, ``header`` its name in the file, and
    ``rows`` the number of rows by value, the largest first."""

    table: str
    column: str
    header: str
    rows: tuple[tuple[str, int], ...]

    @property
    def listed(self) -> int:
        """How many of the largest come first: those that make up most rows, at most ``LISTED``."""
        total = sum(count for _, count in self.rows)
        seen = 0
        for place, (_, count) in enumerate(self.rows, start=1):
            seen += count
            if place == LISTED or seen >= _COUNTED_FOR_MOST * total:
                return place
        return len(self.rows)

    def ids(self) -> list[str]:
        """An identifier for each brand, each once."""
        taken: set[str] = set()
        found = []
        for place, (value, _) in enumerate(self.rows, start=1):
            plain = _NOT_A_WORD.sub("-", value.casefold()).strip("-")[:40].strip("-")
            base = plain if plain and not plain.isdigit() else f"{ATTRIBUTE}-{plain or place}"
            name = base if base not in taken else f"{base}-{place}"
            taken.add(name)
            found.append(name)
        return found


def brand_field(fields: Iterable[Field], taken: Iterable[str] = ()) -> Field | None:
    """The column that names brands, by its header and by having few values that are no person's."""
    mapped = set(taken)
    fit = [
        (vocabulary().brand(field.name), field.name, field)
        for field in fields
        if field.name not in mapped and _may_be_brands(field)
    ]
    best = max(fit, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] >= _NAMED else None


def _may_be_brands(field: Field) -> bool:
    looks = field.looks
    return (
        looks.fill > _COVERS
        and 1 <= looks.distinct <= min(_MOST_BRANDS, max(2, looks.filled // 2))
        and not looks.is_personal
        and looks.fraction < 0.1
        and looks.dates.share < 0.5
    )


def find_brands(chosen: dict[str, tuple[Pile, Guess]]) -> Brands | None:
    """The brands in the tables that were found: of the sales first, then of their products, then others."""
    # Elsewhere a company is the customer, or the rival.
    others = [name for name in TOLD_OF_BRANDS if name in chosen]
    for table in ("sale_lines", "products", *others):
        if table not in chosen:
            continue
        pile, guess = chosen[table]
        column, header = _column_of(table, pile, guess, chosen)
        if header is None:
            continue
        counts = Counter(value.strip() for (value,) in pile.rows([header]) if value and value.strip())
        ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        if 1 <= len(ranked) <= _MOST_BRANDS:
            return Brands(table, column, header, tuple(ranked))
    return None


def _column_of(
    table: str, pile: Pile, guess: Guess, chosen: dict[str, tuple[Pile, Guess]]
) -> tuple[str, str | None]:
    if table == "products":
        lines = chosen.get("sale_lines")
        if lines and "product_id" in lines[1].match.columns:
            return "manufacturer", guess.match.columns.get("manufacturer")
        return "manufacturer", None
    field = brand_field(pile.fields, guess.match.columns.values())
    return ATTRIBUTE, field.name if field else None
