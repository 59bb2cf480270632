"""Numbers as clients write them: 1.234,50 €, (¥1,200.00), 3.5万, 12-, １２３.

Which mark stands before the decimals is a matter of the whole column (``Numbers.decimal``): 1.234 alone
may be either number, so a single value never decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

import ibis
import ibis.expr.types as ir
from babel.numbers import get_currency_symbol, list_currencies

Mark = Literal[".", ","]

_WIDE = "０１２３４５６７８９．，（）％＋－−–﹣＄￥￡"
_NARROW = "0123456789.,()%+----$¥£"
_GAPS = r"[\s\p{Z}'’_]+"
_EXPONENT = r"(?:[eE][-+]?\d{1,2})?"
_UNITS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_WORDS = {"CNY": ("元", "圆", "人民币", "RMB"), "TWD": ("元", "圓"), "HKD": ("元",), "JPY": ("円",)}
_LOCALES = ("en_US", "en_AU", "zh_Hans", "zh_Hant", "ja", "de")
# Wide enough for the largest amount times 10^8, in the 38 digits that a DECIMAL has.
_BEFORE_UNIT = "decimal(24, 8)"
_UNIT_TYPE = "decimal(12, 2)"


@dataclass(frozen=True)
class Numbers:
    """How a column writes numbers.

    ``plain`` ones are digits with at most a minus and a decimal point, which the database reads at once.
    ``currency`` is the only one whose sign or code an amount may carry; None: it may carry none.
    """

    plain: bool = True
    decimal: Mark = "."
    currency: str | None = None


@cache
def currency_marks(code: str) -> tuple[str, ...]:
    """What may stand beside an amount of a currency, the longest first: its code, signs and words."""
    signs = {get_currency_symbol(code, locale) for locale in _LOCALES}
    signs |= {sign[-1] for sign in signs if not sign[-1].isalnum()}
    marks = {code, *signs, *_WORDS.get(code, ())}
    return tuple(sorted(marks, key=lambda mark: (-len(mark), mark)))


def currency_pattern() -> str:
    """What tells that an amount is written with some currency."""
    return rf"\p{{Sc}}|(?i)(?:^|[^a-z])(?:{'|'.join(sorted(list_currencies()))})(?:$|[^a-z])"


def narrow(text: ir.StringValue) -> ir.StringValue:
    """Digits and signs as other keyboards than Chinese ones write them."""
    return text.translate(_WIDE, _NARROW)


def tidy(text: ir.StringValue, currency: str | None) -> ir.StringValue:
    """Narrow digits and signs, no gaps, without the currency's marks at either end."""
    found = narrow(text).re_replace(_GAPS, "")
    if currency is None:
        return found
    marks = "|".join(re.escape(mark) for mark in currency_marks(currency))
    return found.re_replace(rf"(?i)^([-+(]?)(?:{marks})", r"\1").re_replace(
        rf"(?i)(?:{marks})([-)]?)$", r"\1"
    )


def number_pattern(decimal: Mark, *, percent: bool) -> str:
    """A whole tidy number with a mark before its decimals; thousands grouped by the other one, or not."""
    point, comma = (r"\.", ",") if decimal == "." else (",", r"\.")
    body = rf"(?:(?:\d+|\d{{1,3}}(?:{comma}\d{{2,3}})*{comma}\d{{3}})(?:{point}\d*)?|{point}\d+){_EXPONENT}"
    unit = f"[{''.join(_UNITS)}{'%' if percent else ''}]?"
    return rf"^(?:[-+]?{body}{unit}|\({body}{unit}\)|{body}{unit}-)$"


def read_number(text: ir.StringValue, style: Numbers, type: str) -> ir.NumericValue:
    """The number, rounded to the type's places; NULL where it is blank or no number.

    A percentage is a part of one (12.5% is 0.125); an amount of money is never one.
    """
    if style.plain:
        return _typed(text, type)
    found = tidy(text, style.currency)
    percent = style.currency is None
    body = found.re_extract(rf"[0-9.,]+{_EXPONENT}", 0)
    group, point = (",", ".") if style.decimal == "." else (".", ",")
    digits = body.replace(group, "").replace(point, ".").try_cast(_BEFORE_UNIT)
    scales = [(found.contains(unit), _scale(str(scale))) for unit, scale in _UNITS.items()]
    scale = ibis.cases(*scales, (found.contains("%"), _scale("0.01")), else_=_scale("1"))
    size = digits * scale
    negative = found.contains("(") | found.startswith("-") | found.endswith("-")
    whole = found.re_search(number_pattern(style.decimal, percent=percent))
    return _typed(ibis.ifelse(whole, ibis.ifelse(negative, -size, size), ibis.null(size.type())), type)


def _scale(number: str) -> ir.DecimalScalar:
    return ibis.literal(number).cast(_UNIT_TYPE)


def _typed(value: ir.Value, type: str) -> ir.NumericValue:
    if type != "int64":
        return value.try_cast(type)
    # A cast to a whole number would round: 3.7 is no count.
    exact = value.try_cast("decimal(24, 6)")
    return ibis.ifelse(exact == exact.floor(), exact.try_cast(type), ibis.null(type))


# ---------------------------------------------------------------- what a column shows of its mark


def shows_point(tidied: ir.StringValue, decimal: Mark) -> ir.BooleanValue:
    """Whether a number can only be read with that mark before its decimals."""
    point, comma = (r"\.", ",") if decimal == "." else (",", r"\.")
    bare = tidied.re_replace(r"[^0-9.,]", "")
    one = bare.re_search(rf"^\d*{point}\d*$") & ~bare.re_search(rf"^[1-9]\d{{0,2}}{point}\d{{3}}$")
    after_groups = bare.re_search(rf"^\d{{1,3}}(?:{comma}\d{{2,3}})*{comma}\d{{3}}{point}\d*$")
    groups = bare.re_search(rf"^\d{{1,3}}(?:{comma}\d{{2,3}})*{comma}\d{{2,3}}{comma}\d{{3}}$")
    return _is_number(tidied) & (one | after_groups | groups)


def shows_either(tidied: ir.StringValue) -> ir.BooleanValue:
    """Whether a number is another one with the other mark, such as 1.234."""
    return _is_number(tidied) & tidied.re_search(r"^[-+(]?[1-9]\d{0,2}[.,]\d{3}[^0-9.,]*$")


def _is_number(tidied: ir.StringValue) -> ir.BooleanValue:
    return tidied.re_search(rf"^[-+(]?[0-9.,]+{_EXPONENT}[{''.join(_UNITS)}%]?[-)]?$")
