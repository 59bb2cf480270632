"""What the files tell of the client as a whole: language, currency, time zone; mostly guesses, said to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from babel.numbers import list_currencies

from crmreport.data.inspection.folding import to_simplified
from crmreport.data.inspection.headers import bracketed, spelling
from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.vocabulary import vocabulary

Script = Literal["latin", "simplified", "traditional"]

_MARKS = {
    "hk$": "HKD",
    "nt$": "TWD",
    "us$": "USD",
    "新台币": "TWD",
    "港币": "HKD",
    "人民币": "CNY",
    "rmb": "CNY",
    "元": "CNY",
    "£": "GBP",
    "€": "EUR",
}
_ZONES = {
    "CNY": "Asia/Shanghai",
    "TWD": "Asia/Taipei",
    "HKD": "Asia/Hong_Kong",
    "MOP": "Asia/Macau",
    "SGD": "Asia/Singapore",
    "JPY": "Asia/Tokyo",
    "KRW": "Asia/Seoul",
    "GBP": "Europe/London",
    "EUR": "Europe/Paris",
    "CHF": "Europe/Zurich",
    "AUD": "Australia/Sydney",
    "CAD": "America/Toronto",
    "INR": "Asia/Kolkata",
    "USD": "America/New_York",
}
CALLING_CODES = {
    "CNY": "86",
    "TWD": "886",
    "HKD": "852",
    "MOP": "853",
    "SGD": "65",
    "JPY": "81",
    "KRW": "82",
    "GBP": "44",
    "CHF": "41",
    "AUD": "61",
    "CAD": "1",
    "INR": "91",
    "USD": "1",
}
"""The code of the country before a telephone number, by currency; that of the euro's countries is not one."""

_SEVERAL_ZONES = frozenset({"USD", "EUR", "AUD", "CAD"})
_BY_SCRIPT = {"simplified": "CNY", "traditional": "TWD", "latin": "USD"}


@dataclass(frozen=True)
class Told:
    """A value for the params, whether the files say it, and what it was told from."""

    value: str
    sure: bool
    why: str


def script_of(headers: Iterable[str]) -> Script:
    """What most headers with Chinese in them are written in; latin where few have any."""
    listed = list(headers)
    chinese = [header for header in listed if any("\u4e00" <= char <= "\u9fff" for char in header)]
    if len(chinese) * 3 < len(listed):
        return "latin"
    folded = sum(to_simplified(header) != header for header in chinese)
    return "traditional" if folded * 4 > len(chinese) else "simplified"


def currency_of(fields: Sequence[Field]) -> Told:
    """The currency: a column of codes, marks in headers or beside amounts, else the language's."""
    codes: Counter[str] = Counter()
    for field in fields:
        named = "currency" in vocabulary().lexicon.read(field.name)
        if field.looks.currency > (0.9 if named else 1.1):
            codes.update(cell for cell in field.cells if cell in list_currencies())
    if codes:
        code = max(sorted(codes), key=lambda one: codes[one])
        others = sorted(set(codes) - {code})
        also = f"; it has {', '.join(others)} as well" if others else ""
        return Told(code, not others, f"a column of currencies{also}")
    script = script_of(field.name for field in fields)
    for field in fields:
        for mark, code in _MARKS.items():
            if mark in bracketed(field.name) or (field.looks.sign > 0.3 and _beside_amounts(mark, field)):
                code = _BY_SCRIPT[script] if mark == "元" and script == "traditional" else code
                return Told(code, mark != "元", f"“{mark}” in the column {field.name}")
    signs = {cell.strip()[:1] for field in fields if field.looks.sign > 0.3 for cell in field.cells if cell}
    if signs & {"¥", "￥"}:
        return Told("JPY" if script == "latin" else "CNY", False, "the sign ¥")
    if "$" in signs and script == "latin":
        return Told("USD", False, "the sign $")
    why = "nothing in the files; set it" if script == "latin" else "the language of the headers"
    return Told(_BY_SCRIPT[script], False, why)


def _beside_amounts(mark: str, field: Field) -> bool:
    filled = [spelling(cell) for cell in field.cells if cell]
    return sum(mark in cell for cell in filled) > 0.3 * len(filled)


def timezone_of(currency: Told) -> Told:
    """The zone of the currency's country: no file says where the client's days begin."""
    zone = _ZONES.get(currency.value)
    if zone is None:
        return Told("UTC", False, f"no zone is known for {currency.value}")
    more = "; the currency is used in several zones" if currency.value in _SEVERAL_ZONES else ""
    return Told(zone, False, f"the currency {currency.value}{more}")


_TAX: tuple[tuple[Literal["included", "excluded"], tuple[str, ...]], ...] = (
    # “不含税” has “含税” in it: what is excluded is asked first.
    (
        "excluded",
        ("不含税", "无税", "未税", "excl. tax", "excl. vat", "excluding tax", "net of tax", "ex vat"),
    ),
    ("included", ("含税", "价税合计", "incl. tax", "incl. vat", "including tax", "gross of tax", "tax incl")),
)


def tax_of(amounts: Iterable[str]) -> Literal["included", "excluded", "unknown"]:
    """What the header of an amount says of tax in it; unknown where several say different things."""
    said = set()
    for header in amounts:
        text = spelling(header)
        said |= {next((basis for basis, marks in _TAX if any(mark in text for mark in marks)), None)}
    said.discard(None)
    (basis,) = said if len(said) == 1 else ("unknown",)
    return basis  # type: ignore[return-value]
