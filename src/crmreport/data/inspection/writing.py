"""The params file of an inspection, with a comment wherever a reader should look."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml

from crmreport.data.inspection.amounts import open_mark
from crmreport.data.inspection.brands import ATTRIBUTE, Brands
from crmreport.data.inspection.cancelled import cancelled_prefix, cancelled_statuses
from crmreport.data.inspection.contents import Contents
from crmreport.data.inspection.context import CALLING_CODES, Told
from crmreport.data.inspection.files import Pile
from crmreport.data.inspection.folder import Inspection
from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.selling import (
    deposits,
    refunds_in_revenue,
    revenue_before_coupons,
    sale_date,
)
from crmreport.data.inspection.survey_writing import questionnaire_lines
from crmreport.data.inspection.tables import Guess
from crmreport.data.inspection.vocabulary import vocabulary
from crmreport.errors import OutputError, UsageError
from crmreport.params import parse_params

_PLAIN_ENCODINGS = frozenset({"utf-8", "utf-8-sig", "ascii", "utf_8", "utf_8_sig"})
_DELIMITERS = {"\t": "tab", " ": "space"}
_UNLISTED = 20
_SUGGESTED = 12
_NAMED = 40
_FEW_VALUES = 50
_DAY_FIRST_UNLESS = frozenset({"USD"})
_SLUG = re.compile(r"[^a-z0-9]+")


def params_text(found: Inspection) -> str:
    """The params file, which reads as it stands."""
    lines = [
        "# Written by “crmreport init” from the files beside it. What stands as a guess is one: look at it.",
        f"# Then: crmreport check, and crmreport run{_example_period(found)}.",
        "",
        *_client(found),
        "",
        "# Where each table comes from, and which of its columns is which (ours: the file's).",
        "sources:",
    ]
    for table in found.chosen:
        lines += [f"  {line}" for line in _source(found, table)]
    lines += [f"# Left out: {quoted(one.name)} ({_one_line(one.reason)})" for one in found.left]
    lines += ["", *_brands(found.brands, found)]
    lines += ["", *_sales(found), *_matching(found), *questionnaire_lines(found.questionnaire, _flow)]
    return "\n".join(lines).rstrip("\n") + "\n"


def write_params(text: str, target: Path, *, replace: bool) -> None:
    """Write a params file, whole or not at all.

    Raises UsageError where a file is there and must stay, OutputError where it cannot be written.
    """
    parse_params(text, where=str(target))
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}-", delete=False
        ) as file:
            file.write(text)
        aside = Path(file.name)
        aside.chmod(0o644)
        if replace:
            aside.replace(target)
        else:
            # A link, unlike a move, never takes the place of a file that came meanwhile.
            try:
                os.link(aside, target)
            finally:
                aside.unlink()
    except FileExistsError:
        raise _there(target) from None
    except OSError as error:
        raise OutputError(
            f"The file cannot be written ({error.strerror}).",
            where=str(target),
            remedy="Name another with --out.",
        ) from None


def check_target(target: Path, *, replace: bool) -> None:
    """Raises UsageError where a file is there already and must stay, or its folder is not."""
    if target.exists() and not (replace and target.is_file()):
        raise _there(target)
    if not target.parent.is_dir():
        raise UsageError("There is no such folder.", where=str(target.parent), remedy="Make it first.")


def _there(target: Path) -> UsageError:
    return UsageError(
        "There is such a file already." if target.is_file() else "This is a folder.",
        where=str(target),
        remedy="Name another with --out, or replace a file with --force.",
    )


def quoted(text: str) -> str:
    """A text as YAML writes it on one line, in quotes where it needs them."""
    return yaml.safe_dump(text, allow_unicode=True, width=1_000_000).removesuffix("...\n").rstrip("\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _client(found: Inspection) -> list[str]:
    name = found.folder.resolve().name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    identifier = _SLUG.sub("-", plain).strip("-")[:40].strip("-") or "client"
    first_last = f"# dated rows run {found.span}" if found.span else ""
    return [
        f"client: {{id: {identifier}, name: {quoted(name or 'Client')}}} # the name on the cover; "
        "{en: …, zh-Hans: …, zh-Hant: …} where it differs",
        f"timezone: {found.timezone.value} # {_told(found.timezone)}",
        f"currency: {found.currency.value} # {_told(found.currency)}",
        f"tax: {found.tax} # whether amounts hold it: included, excluded or unknown",
        "languages: [en, zh-Hans, zh-Hant]",
        *([first_last] if first_last else []),
    ]


def _told(told: Told) -> str:
    return f"{'from' if told.sure else 'a guess, from'} {_one_line(told.why)}"


def _example_period(found: Inspection) -> str:
    if not found.span:
        return ""
    last = found.span.last
    return f" --period {last.year}-Q{(last.month + 2) // 3}"


# ---------------------------------------------------------------- a source


def _source(found: Inspection, table: str) -> Iterator[str]:
    pile, guess = found.chosen[table]
    several = f" # {len(pile.facts)} files with the same columns" if len(pile.facts) > 1 else ""
    yield f"{table}:"
    if guess.alone:
        yield "  # The headers say nothing: every column below is a guess from its values."
    elif not found.is_sure(table):
        yield f"  # A guess: that this is {table}."
    yield f"  path: {quoted(pile.path)}{several}"
    yield from (f"  {line}" for line in _reading(pile))
    yield from (f"  {line}" for line in _values(found, pile, guess))
    if day := found.undated(table):
        yield "  # No column is a date; uncomment this, with the day that holds for all rows:"
        yield f"  # constants: {{{day}: 2024-05-31}}"
    attributes = [ATTRIBUTE] if table in found.brand_columns else []
    columns = dict(guess.match.columns)
    if columns or attributes:
        yield "  columns:"
    for ours, theirs in columns.items():
        yield f"    {ours}: {quoted(theirs)}{'' if guess.is_sure(ours) else ' # a guess'}"
    for name in attributes:
        yield f"    {name}: {quoted(found.brand_columns[table])} # tells the brands apart"
    if attributes:
        yield f"  attributes: [{', '.join(attributes)}]"
    if guess.wide:
        yield "  wide: # columns that hold one item each; take out what is none"
        yield from (f"    - {quoted(_literal(name))}" for name in guess.wide)
    yield from (f"  {line}" for line in _suggestions(found, table))


def _literal(name: str) -> str:
    """The name as a pattern that means itself alone."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _reading(pile: Pile) -> Iterator[str]:
    first = pile.facts[0]
    if pile.sheet:
        yield f"sheet: {quoted(pile.sheet)}"
    if first.header_row == 0:
        yield "header_row: 0 # no row names the columns"
    elif first.header_row and first.header_row > 1:
        yield f"# the columns are named in row {first.header_row}"
    encodings = {(one.encoding or "utf-8").lower() for one in pile.facts}
    if len(encodings) == 1 and not encodings <= _PLAIN_ENCODINGS:
        yield f"encoding: {encodings.pop()}"
    delimiters = {one.delimiter for one in pile.facts if one.delimiter}
    if len(delimiters) == 1 and delimiters != {","}:
        (mark,) = delimiters
        yield f"delimiter: {quoted(_DELIMITERS.get(mark, mark))}"


def _values(found: Inspection, pile: Pile, guess: Guess) -> Iterator[str]:
    """How dates and blanks are written, where that has to be declared."""
    used = {*guess.match.columns.values(), *guess.wide}
    fields = [field for field in pile.fields if field.name in used]
    styles = [
        field.looks.dates
        for ours, theirs in guess.match.columns.items()
        for field in fields
        if field.name == theirs and guess.match.table[ours].type in ("timestamp", "date")
    ]
    patterns = sorted({style.pattern for style in styles if style.pattern})
    if patterns:
        yield f"date_format: [{', '.join(quoted(one) for one in patterns)}]"
    if any(style.order == "either" and not style.pattern for style in styles):
        day_first = found.currency.value not in _DAY_FIRST_UNLESS
        yield f"day_first: {str(day_first).lower()} # a guess: no date has a day after the 12th"
    numbers = [field for field in fields if field.name in _columns_of_numbers(guess)]
    if mark := open_mark(numbers, found.currency.value):
        yield f'decimal: "{mark}" # a guess: no number shows its decimals'
    blanks = sorted({text for field in fields for text in field.looks.blanks} | _odd_codes(fields, guess))
    if blanks:
        yield f"missing: [{', '.join(quoted(one) for one in blanks)}]"


def _columns_of_numbers(guess: Guess) -> set[str]:
    typed = ("string", "timestamp", "date", "boolean")
    return {
        theirs for ours, theirs in guess.match.columns.items() if guess.match.table[ours].type not in typed
    }


def _odd_codes(fields: list[Field], guess: Guess) -> set[str]:
    """Codes far off a scale, such as -99, which surveys write for no answer."""
    return {code for field in fields if field.name in guess.wide for code in field.looks.odd}


def _suggestions(found: Inspection, table: str) -> Iterator[str]:
    """The columns that are not mapped: commented, since publishing them is a decision.

    Those that may tell of persons are named and no more.
    """
    pile = found.chosen[table][0]
    unmapped = found.unmapped(table)
    fit = [field for field in unmapped if _may_be_published(field)]
    if fit:
        yield "# Not mapped; to keep some as attributes, which declares them fit for publication, move up:"
    for field in fit[:_SUGGESTED]:
        yield f"#   {_attribute_name(field.name, pile)}: {quoted(field.name)}"
    if len(fit) > _SUGGESTED:
        yield f"#   and {_named(fit[_SUGGESTED:])}"
    if others := [field for field in unmapped if field not in fit]:
        yield f"# Not mapped nor offered, since they may tell of persons or single rows: {_named(others)}"


def _named(fields: list[Field]) -> str:
    """The names of columns on one line; of very many, the first."""
    names = [quoted(_one_line(field.name)) for field in fields[:_NAMED]]
    more = [f"{len(fields) - _NAMED} more"] if len(fields) > _NAMED else []
    return ", ".join([*names, *more])


_PERSONAL_WORDS = frozenset(
    [
        "person",
        "realname",
        "given",
        "family",
        "recipient",
        "email",
        "mobile",
        "address",
        "zip",
        "birth",
        "card",
        "account",
        "nickname",
        "name",
        "note",
        "text",
        "openid",
        "unionid",
        "wecom",
        "staff",
        "billing",
        "first",
        "age",
    ]
)


def _may_be_published(field: Field) -> bool:
    looks: Contents = field.looks
    classes = looks.few and looks.distinct <= _FEW_VALUES and looks.length < 40 and not looks.is_personal
    return classes and not _PERSONAL_WORDS & set(vocabulary().lexicon.read(field.name))


def _attribute_name(header: str, pile: Pile) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")[:60]
    if plain and plain[0].isalpha():
        return plain
    place = [field.name for field in pile.fields].index(header) + 1
    return f"attribute_{place}"


# ---------------------------------------------------------------- brands and sales


def _brands(brands: Brands | None, found: Inspection) -> Iterator[str]:
    if brands is None:
        name = found.folder.resolve().name or "Client"
        yield "# No column tells brands apart: one brand has all rows."
        yield "brands:"
        yield f"  - {{id: all, name: {quoted(name)}, where: {{}}}}"
        return
    yield (
        f"# A guess: the column {quoted(brands.header)} of {brands.table} tells {len(brands.rows)} brands "
        "apart. The largest come first, with their rows."
    )
    yield "brands:"
    for place, ((value, rows), identifier) in enumerate(zip(brands.rows, brands.ids(), strict=True)):
        if place >= brands.listed + _UNLISTED:
            yield f"  # and {len(brands.rows) - place} smaller ones"
            return
        mark = "" if place < brands.listed else "# "
        where = f"{{{brands.column}: {_flow(value)}}}"
        yield f"  {mark}- {{id: {identifier}, name: {_flow(value)}, where: {where}}} # {rows} rows"


def _flow(text: str) -> str:
    """A text inside braces, where commas and brackets must be quoted too."""
    written = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=1_000_000).strip()
    return written[1:-1]


def _sales(found: Inspection) -> Iterator[str]:
    """What a sale is, as far as the names of columns and the values of a status tell."""
    if "sale_lines" not in found.chosen:
        return
    pile, guess = found.chosen["sale_lines"]
    columns = guess.match.columns
    yield from _commerce(pile, columns)
    rules = []
    if statuses := cancelled_statuses(pile.fields, columns):
        rules.append(f"cancelled_status: [{', '.join(_flow(value) for value in statuses)}]")
    if prefix := cancelled_prefix(pile.fields, columns):
        rules.append(f"cancelled_prefix: {quoted(prefix)}")
    if rules:
        yield f"cleaning: {{{', '.join(rules)}}} # a guess: these orders are no sales"


def _matching(found: Inspection) -> Iterator[str]:
    """The country of mobile numbers that are written without one."""
    mobiles = any("mobile" in guess.match.columns for _, guess in found.chosen.values())
    code = CALLING_CODES.get(found.currency.value)
    if mobiles and code:
        yield f'matching: {{country_code: "{code}"}} # a guess, from the currency: mobile numbers without a +'


def _commerce(pile: Pile, columns: dict[str, str]) -> Iterator[str]:
    told: list[tuple[str, str]] = []
    if meant := sale_date(columns):
        told.append((f"sale_date: {meant}", "by the name of the column of sold_at"))
    if holds := revenue_before_coupons(columns):
        why = "a guess: what the customer paid, so that coupons of the platform are added"
        gross = "a guess: before coupons, so that those of the shop are deducted"
        told.append((f"revenue: {holds}", why if holds == "paid" else gross))
    if refunds := refunds_in_revenue(pile.fields, columns):
        kept = "a guess: no refund is larger than its revenue"
        less = "a guess: some refunds are larger than what is left of the revenue"
        told.append((f"refunds: {refunds}", kept if refunds == "separate" else less))
    if marks := deposits(pile.fields, columns):
        told.append((f"deposits: [{', '.join(_flow(mark) for mark in marks)}]", "a guess: presale deposits"))
    if told:
        yield "commerce:"
        yield from (f"  {key} # {why}" for key, why in told)
