"""How each column of the client's files is written, settled over the whole column before a row is read.

What the params declare wins. Else a column must show it: one value such as 12,50 among its rows, one date
with a day above 12. Plain columns, the usual case, are found by one cheap aggregate and read the fast way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.cleaning import Conventions, Ids, as_text
from crmreport.data.contract import Column
from crmreport.data.dates import UNDECIDED, Dates, has_offset, iso
from crmreport.data.engine import reading
from crmreport.data.mapping import Plan
from crmreport.data.numbers import Mark, Numbers, shows_either, shows_point, tidy
from crmreport.errors import InputDataError, shape
from crmreport.params import Engagement
from crmreport.params_data import Cleaning

Facts = Mapping[str, Any]
Texts = dict[str, ir.StringValue]


def settled(backend: Backend, engagement: Engagement, named: Mapping[str, Plan]) -> dict[str, Plan]:
    """The plans, each with the conventions of its columns.

    Raises InputDataError where a column of numbers may be read in two ways and nothing tells which.
    """
    raws = {name: plan.read(backend) for name, plan in named.items()}
    facts = {name: _facts(plan, raws[name]) for name, plan in named.items()}
    mended = _ids(named, raws, facts, engagement.params.cleaning)
    return {
        name: replace(
            plan,
            conventions=Conventions(
                numbers=_numbers(plan, raws[name], facts[name], engagement),
                dates=_dates(plan, raws[name], facts[name]),
                ids=mended[name],
            ),
        )
        for name, plan in named.items()
    }


# ---------------------------------------------------------------- which columns are of which kind


def _texts(plan: Plan, raw: ir.Table, columns: list[Column]) -> Texts:
    """The texts of those columns that the files hold as text."""
    found = {c.name: plan.columns[c.name] for c in columns if c.name in plan.columns}
    return {
        name: as_text(raw[held], plan.source.missing)
        for name, held in found.items()
        if held in raw.columns and raw[held].type().is_string()
    }


def _number_texts(plan: Plan, raw: ir.Table) -> Texts:
    return _texts(plan, raw, [c for c in plan.table.mappable if _is_number(c)])


def _date_texts(plan: Plan, raw: ir.Table) -> Texts:
    return _texts(plan, raw, [c for c in plan.table.mappable if c.type in ("date", "timestamp")])


def _id_texts(plan: Plan, raw: ir.Table) -> Texts:
    ids = [c for c in plan.table.mappable if c.name.endswith("_id") and not c.identity]
    return _texts(plan, raw, ids)


def _is_number(column: Column) -> bool:
    return column.type.startswith("decimal") or column.type in ("int64", "float64")


def _asked(plan: Plan, raw: ir.Table, facts: Mapping[str, ir.Scalar]) -> Facts:
    if not facts:
        return {}
    with reading(plan.where):
        found: dict[str, Any] = raw.agg(**facts).to_pyarrow().to_pylist()[0]
    return found


def _facts(plan: Plan, raw: ir.Table) -> Facts:
    """What one pass over the files tells of every column."""
    facts: dict[str, ir.Scalar] = {}
    for name, text in _number_texts(plan, raw).items():
        unread = text.try_cast(plan.table[name].type).isnull()
        facts[f"odd {name}"] = (text.notnull() & unread).sum()
        facts[f"pointed {name}"] = text.contains(".").sum()
        facts[f"three {name}"] = text.like("%.___").sum()
    for name, text in _date_texts(plan, raw).items():
        facts[f"odd {name}"] = (text.notnull() & iso(text).isnull()).sum()
        facts[f"offsets {name}"] = has_offset(text).any()
    for name, text in _id_texts(plan, raw).items():
        facts[f"upper {name}"] = (text != text.lower()).any()
        facts[f"lower {name}"] = (text != text.upper()).any()
        facts[f"scientific {name}"] = text.lower().like("%e+%").any()
        facts[f"zeros {name}"] = text.startswith("0").any()
    return _asked(plan, raw, facts)


# ---------------------------------------------------------------- numbers


def _numbers(plan: Plan, raw: ir.Table, facts: Facts, engagement: Engagement) -> dict[str, Numbers]:
    texts, declared = _number_texts(plan, raw), plan.source.decimal
    currency = {
        name: engagement.params.currency if plan.table[name].unit == "money" else None for name in texts
    }
    open_to_doubt = [name for name in texts if declared is None and not _plain(facts, name, ".")]
    asked: dict[str, ir.Scalar] = {}
    for name in open_to_doubt:
        tidied = tidy(texts[name], currency[name])
        for kind, test in (
            ("point", shows_point(tidied, ".")),
            ("comma", shows_point(tidied, ",")),
            ("either", shows_either(tidied)),
        ):
            asked[f"{kind} {name}"] = texts[name].min(where=test)
    shown = _asked(plan, raw, asked)
    styles = {}
    for name in texts:
        mark = declared or (_mark(plan, name, shown, engagement) if name in open_to_doubt else ".")
        plain = not facts[f"odd {name}"] and (mark == "." or not facts[f"pointed {name}"])
        styles[name] = Numbers(plain=plain, decimal=mark, currency=currency[name])
    return styles


def _plain(facts: Facts, name: str, mark: Mark) -> bool:
    """Whether the database reads every value, and none of them could be a number with grouped thousands."""
    grouped = facts[f"pointed {name}"] and facts[f"three {name}"] == facts[f"pointed {name}"]
    return not facts[f"odd {name}"] and not grouped


def _mark(plan: Plan, name: str, shown: Facts, engagement: Engagement) -> Mark:
    point, comma, either = (shown[f"{kind} {name}"] for kind in ("point", "comma", "either"))
    if point and comma:
        problem = (
            f"holds texts such as both “{shape(point)}” and “{shape(comma)}”, with different decimal marks"
        )
    elif point or comma:
        return "." if point else ","
    elif either:
        problem = f"holds texts such as “{shape(either)}”, to be read in two ways, and no other tells which"
    else:
        return "."
    raise InputDataError(
        f"Column “{plan.columns[name]}” {problem}.",
        where=plan.where,
        remedy=f'Write decimal: "." or decimal: "," under sources.{plan.table.name} in '
        f"{engagement.path.name}; values with the other mark are then set aside.",
    )


# ---------------------------------------------------------------- dates


def _dates(plan: Plan, raw: ir.Table, facts: Facts) -> dict[str, Dates]:
    texts, source = _date_texts(plan, raw), plan.source
    asked: dict[str, ir.Scalar] = {}
    if source.day_first is None:
        for name in (name for name in texts if facts[f"odd {name}"]):
            first, second = (texts[name].re_extract(UNDECIDED, part).try_cast("int64") for part in (1, 2))
            asked[f"day first {name}"] = (first > 12).any(where=second <= 12)
            asked[f"month first {name}"] = (second > 12).any(where=first <= 12)
    shown = _asked(plan, raw, asked)
    styles = {}
    for name in texts:
        day, month = bool(shown.get(f"day first {name}")), bool(shown.get(f"month first {name}"))
        styles[name] = Dates(
            plain=not facts[f"odd {name}"] and not source.date_format,
            offsets=bool(facts[f"offsets {name}"]),
            declared=source.date_format,
            day_first=source.day_first if source.day_first is not None else day if day != month else None,
        )
    return styles


# ---------------------------------------------------------------- ids


def _ids(
    named: Mapping[str, Plan], raws: Mapping[str, ir.Table], facts: Mapping[str, Facts], cleaning: Cleaning
) -> dict[str, dict[str, Ids]]:
    """How ids are mended, the ids of one name being compared over all tables that hold them."""
    styles: dict[str, dict[str, Ids]] = {name: {} for name in named}
    texts = {name: _id_texts(plan, raws[name]) for name, plan in named.items()}
    for column in sorted({column for held in texts.values() for column in held}):
        holders = [name for name in named if column in texts[name]]
        fold = cleaning.effect("two_cases") != "off" and _meet_in_two_cases(column, holders, texts, facts)
        widths: Mapping[str, int] = {}
        if cleaning.effect("lost_zeros") != "off":
            widths = _lost_widths(column, holders, named, raws, texts, facts)
        for name in holders:
            scientific = cleaning.effect("scientific_id") != "off" and facts[name][f"scientific {column}"]
            styles[name][column] = Ids(width=widths.get(name), fold=fold, scientific=bool(scientific))
    return styles


def _meet_in_two_cases(
    column: str, holders: list[str], texts: Mapping[str, Texts], facts: Mapping[str, Facts]
) -> bool:
    """Whether two ids differ in case only. Counted only where some are in either case."""
    both = [any(facts[name][f"{case} {column}"] for name in holders) for case in ("upper", "lower")]
    if not all(both):
        return False
    ids = [texts[name][column].name("id").as_table().distinct() for name in holders]
    every = (ibis.union(*ids, distinct=True) if len(ids) > 1 else ids[0]).filter(lambda t: t.id.notnull())
    counted = every.agg(ids=every.count(), folded=every.id.lower().nunique()).to_pyarrow().to_pylist()[0]
    return bool(counted["folded"] < counted["ids"])


def _lost_widths(
    column: str,
    holders: list[str],
    named: Mapping[str, Plan],
    raws: Mapping[str, ir.Table],
    texts: Mapping[str, Texts],
    facts: Mapping[str, Facts],
) -> dict[str, int]:
    """By table, the width to which its ids of digits are padded.

    Where one table's ids have leading zeros and one width, and another's have none and at most that
    width, the zeros were lost on the way, as a spreadsheet loses them.
    """
    with_zeros = [name for name in holders if facts[name][f"zeros {column}"]]
    if not with_zeros or len(with_zeros) == len(holders):
        return {}
    found = {}
    for name in holders:
        text = texts[name][column]
        digits = text.re_search(r"^[0-9]+$")
        size = text.length()
        found[name] = _asked(
            named[name], raws[name], {"least": size.min(where=digits), "most": size.max(where=digits)}
        )
    widths = {found[name]["most"] for name in with_zeros}
    regular = all(found[name]["least"] == found[name]["most"] for name in with_zeros)
    width = widths.pop()
    if widths or not regular or width is None:
        return {}
    others = {name: found[name] for name in holders if name not in with_zeros and found[name]["most"]}
    return {name: width for name, one in others.items() if one["most"] <= width and one["least"] < width}
