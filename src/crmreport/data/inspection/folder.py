"""A folder of a client's files, understood: tables, columns, and what holds for all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crmreport.data.inspection.brands import ATTRIBUTE, TOLD_OF_BRANDS, Brands, brand_field, find_brands
from crmreport.data.inspection.context import Told, currency_of, tax_of, timezone_of
from crmreport.data.inspection.dates import day_of
from crmreport.data.inspection.files import Pile, Unread, look_into
from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.selling import deposits
from crmreport.data.inspection.survey_items import Proposal, propose, values_by_item
from crmreport.data.inspection.tables import Guess, guesses, nearest
from crmreport.errors import InputDataError

_TABLE_SURE = 0.65
_RIVAL = 0.8
"""A second reading counts where it explains at least this part of what the best one does."""

_MISSED = {
    "sale_lines": ("order_id", "product_id", "quantity", "revenue"),
    "customers": ("gender", "joined_on"),
    "products": ("category",),
    "cases": ("resolved_at", "topic"),
    "survey_answers": ("answered_on",),
    "points_ledger": ("expires_on",),
}
"""What much of a report rests on, though no table requires it."""

Chosen = dict[str, tuple[Pile, Guess]]


@dataclass(frozen=True)
class Span:
    """The first and last day that were read; ``whole`` unless a file was too long to be read to its end."""

    first: date
    last: date
    whole: bool

    def __str__(self) -> str:
        return f"from {self.first} to {self.last}{'' if self.whole else ', in the part that was read'}"


@dataclass(frozen=True)
class Inspection:
    """What was understood. ``chosen`` has the source of each table, ``left`` what was not used and why.

    ``span`` has the first and the last day of the dated tables; ``brand_columns`` the header of the
    column of brands by table, ``questionnaire`` what the items of a survey suggest.
    """

    folder: Path
    chosen: Chosen
    left: tuple[Unread, ...]
    currency: Told
    timezone: Told
    tax: str
    brands: Brands | None
    brand_columns: dict[str, str]
    span: Span | None
    questionnaire: Proposal | None = None

    def is_sure(self, table: str) -> bool:
        """Whether the required columns of a table were found by what they are called."""
        guess = self.chosen[table][1]
        required = [column.name for column in guess.match.table.mappable if column.required]
        return not guess.alone and all(guess.match.scores.get(name, 1.0) >= _TABLE_SURE for name in required)

    def lost(self, table: str) -> list[str]:
        """Columns of a table that chapters miss where they are not there."""
        _, guess = self.chosen[table]
        return [name for name in _MISSED.get(table, ()) if name not in guess.match.columns]

    def unmapped(self, table: str) -> list[Field]:
        """The columns of a table's source that hold something and are nothing of ours."""
        pile, guess = self.chosen[table]
        used = {*guess.match.columns.values(), *guess.wide, self.brand_columns.get(table)}
        return [field for field in pile.fields if field.name not in used and field.looks.filled]

    def undated(self, table: str) -> str | None:
        """The column that says when a table's rows happened, where the source has none; else None."""
        match = self.chosen[table][1].match
        open_columns = [one.name for one in match.table.mappable if one.name not in match.columns]
        return match.table.dated if match.table.dated in open_columns else None


def inspect_folder(folder: Path, *, base: Path) -> Inspection:
    """Understand the files in ``folder``; paths are written as seen from ``base``.

    Raises UsageError where there is no such folder, InputDataError where nothing in it is of use.
    """
    piles, unread = look_into(folder, base=base)
    chosen, left = _choose(piles)
    left = [*unread, *left]
    if not chosen:
        listed = "; ".join(f"{one.name}: {one.reason}" for one in left[:5])
        raise InputDataError(
            f"No file was understood{f' ({listed})' if left else ': the folder holds none'}.",
            where=str(folder),
            remedy="Tables need a header; README, “Your own data”, shows a params file to write by hand.",
        )
    fields = [field for pile, _ in chosen.values() for field in pile.fields]
    currency = currency_of(fields)
    brands = find_brands(chosen)
    amounts = [
        guess.match.columns[name]
        for _, guess in chosen.values()
        for name in ("revenue", "amount")
        if name in guess.match.columns
    ]
    return Inspection(
        folder=folder,
        chosen=chosen,
        left=tuple(sorted(left, key=lambda one: one.name)),
        currency=currency,
        timezone=timezone_of(currency),
        tax=tax_of(amounts),
        brands=brands,
        brand_columns=_brand_columns(chosen, brands),
        span=_span(chosen),
        questionnaire=_questionnaire(chosen),
    )


def _choose(piles: list[Pile]) -> tuple[Chosen, list[Unread]]:
    """Each table's best file. A file serves one table, but for receipts that carry points as well."""
    left: list[Unread] = []
    rivals: list[tuple[float, str, Pile, Guess]] = []
    extras: list[tuple[Pile, Guess]] = []
    for pile in piles:
        found = guesses(pile.path, pile.fields)
        main = [guess for guess in found if not (guess.wide and guess.table == "points_ledger")] or found
        extras += [(pile, guess) for guess in found if guess not in main]
        rivals += [
            (guess.weight, pile.name, pile, guess)
            for guess in main
            if guess.weight >= _RIVAL * main[0].weight
        ]
        if not found:
            left.append(Unread(pile.name, _why_not(pile)))
    chosen: Chosen = {}
    served: set[str] = set()
    for _, name, pile, guess in sorted(rivals, key=lambda one: (-one[0], one[1], one[3].table)):
        if name not in served and guess.table not in chosen:
            chosen[guess.table] = (pile, guess)
            served.add(name)
    for _, name, _, guess in rivals:
        if name not in served:
            served.add(name)
            other = chosen[guess.table][0].name
            left.append(Unread(name, f"looks like {guess.table}, but {other} explains more of it"))
    for pile, guess in extras:
        chosen.setdefault(guess.table, (pile, guess))
    if "sale_lines" in chosen:
        pile, guess = chosen["sale_lines"]
        chosen["sale_lines"] = pile, _declarable(pile, guess)
    lines = chosen.get("sale_lines")
    if lines and "products" in chosen and "product_id" not in lines[1].match.columns:
        pile, _ = chosen.pop("products")
        left.append(Unread(pile.name, f"products, but no column of {lines[0].name} names a line's product"))
    return chosen, left


def _declarable(pile: Pile, guess: Guess) -> Guess:
    """The sale lines without the columns of which nobody could say what they mean for the money."""
    columns = guess.match.columns
    useless = set() if deposits(pile.fields, columns) else {"payment_kind"}
    if "revenue" not in columns:
        useless |= {"refund", "shop_coupon", "platform_coupon"}
    kept = {ours: theirs for ours, theirs in columns.items() if ours not in useless}
    scores = {ours: score for ours, score in guess.match.scores.items() if ours in kept}
    return replace(guess, match=replace(guess.match, columns=kept, scores=scores))


def _why_not(pile: Pile) -> str:
    if not any(field.looks.filled for field in pile.fields):
        return "it has no rows"
    near = nearest(pile.path, pile.fields)
    if near is None:
        return "none of the tables that are known"
    return f"nearest to {near.table}, but no column is its {' or '.join(near.lacking)}"


def _brand_columns(chosen: Chosen, brands: Brands | None) -> dict[str, str]:
    """Every table with a column of brands, so that one filter serves them all."""
    if brands is None or brands.column != ATTRIBUTE:
        return {}
    found = {
        table: field.name
        for table, (pile, guess) in chosen.items()
        if table in ("sale_lines", *TOLD_OF_BRANDS)
        and (field := brand_field(pile.fields, guess.match.columns.values())) is not None
    }
    return found | {brands.table: brands.header}


def _questionnaire(chosen: Chosen) -> Proposal | None:
    """What the survey's items suggest: each in a column of its own, or named in one."""
    if "survey_answers" not in chosen:
        return None
    pile, guess = chosen["survey_answers"]
    if guess.wide:
        return propose([(one.name, one.cells) for one in pile.fields if one.name in guess.wide], wide=True)
    columns = guess.match.columns
    return propose(values_by_item(pile.rows([columns["item"], columns["answer"]])), wide=False)


def _span(chosen: Chosen) -> Span | None:
    """The first and last day of the sales or, without any, of all dated tables."""
    tables = ["sale_lines"] if "sale_lines" in chosen else sorted(chosen)
    days: list[date] = []
    whole = True
    for table in tables:
        pile, guess = chosen[table]
        dated = guess.match.table.dated
        column = guess.match.columns.get("sold_at" if dated == "sold_on" else dated or "")
        if column is None:
            continue
        style = next(field.looks.dates for field in pile.fields if field.name == column)
        found: set[date] = set()
        for file in pile.by_file([column]):
            rows = 0
            for rows, (text,) in enumerate(file, start=1):  # noqa: B007  # the count is used below
                if text and (day := day_of(text.strip(), style)):
                    found.add(day)
            whole = whole and rows < pile.read_of_each
        days += [min(found), max(found)] if found else []
    return Span(min(days), max(days), whole) if days else None
