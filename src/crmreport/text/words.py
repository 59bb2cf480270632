"""Numbers, money, dates and terms as a reader of one language expects them (CLDR data by Babel).

Numbers for people: three significant figures in prose, thousands and 万/亿 by language, percentage
points named as such. A table column shares one number of decimals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_currency_name,
    get_currency_precision,
)

from crmreport.findings import Unit
from crmreport.params import Language
from crmreport.period import Period
from crmreport.text.catalogue import Catalogue, load_catalogue

MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EN DASH}"
_SIGNIFICANT = 3


@dataclass(frozen=True)
class Words:
    """The words of one language, for one client's currency."""

    language: Language
    currency: str
    catalogue: Catalogue

    @classmethod
    def of(
        cls, language: Language, *, currency: str, traditional: str = "tw", more: tuple[Path, ...] = ()
    ) -> Words:
        folder = f"zh-Hant-{traditional.upper()}" if language == "zh-Hant" else language
        return cls(language, currency, load_catalogue(folder, *more))

    @property
    def locale(self) -> Locale:
        return self.catalogue.locale

    @property
    def chinese(self) -> bool:
        return self.language != "en"

    def label(self, message: str, **slots: str) -> str:
        """A message whose slots are plain texts, such as a column's header."""
        parts = self.catalogue.parts(message)
        return "".join(part.literal if part.slot is None else slots[part.slot] for part in parts)

    # ------------------------------------------------------------ numbers in prose

    def number(self, value: float, unit: Unit, form: str = "value") -> str:
        """``value`` in prose. ``form`` is ``value``, ``signed``, ``abs``, ``exact`` or ``bare``.

        ``exact`` does not round a count; ``bare`` leaves out the name of the unit.
        Raises ValueError for another form.
        """
        if form not in ("value", "signed", "abs", "exact", "bare"):
            raise ValueError(f"no such form of a number: {form}")
        text = self._unsigned(abs(value), unit, form)
        if form == "abs" or text == self._unsigned(0, unit, form):
            return text
        sign = MINUS if value < 0 else "+" if form == "signed" else ""
        return sign + text

    def _unsigned(self, value: float, unit: Unit, form: str) -> str:
        match unit:
            case "share":
                return self._percent(value)
            case "points":
                shown = self._decimal(round(value * 100, 1))
                return shown if form == "bare" else self._counted("unit.points", shown, value * 100)
            case "money":
                return self._money(value)
            case "days":
                rounded = round(value, 0 if value >= 10 else 1)
                shown = self._decimal(rounded)
                return shown if form == "bare" else self._counted("unit.days", shown, rounded)
            case "multiple":
                shown = self._decimal(_significant(value))
                return shown if form == "bare" else self._counted("unit.multiple", shown, value)
            case "count":
                return self._decimal(round(value)) if form == "exact" else self._large(round(value))
            case _:
                return self._large(value)

    def _counted(self, message: str, shown: str, value: float) -> str:
        parts = self.catalogue.parts(message, {"number": round(value, 1)})
        return "".join(part.literal if part.slot is None else shown for part in parts)

    def _percent(self, share: float) -> str:
        # format_percent would round halves by the locale's pattern; the digits are decided here.
        shown = self._decimal(round(share * 100, 1 if share < 0.9995 else 0))
        return f"{shown}%"

    def _decimal(self, value: float) -> str:
        return format_decimal(Decimal(str(value)).normalize(), format="#,##0.###", locale=self.locale)

    @property
    def _compact_from(self) -> float:
        return 1e4 if self.chinese else 1e6

    def _large(self, value: float) -> str:
        if value < self._compact_from:
            return self._decimal(value if float(value).is_integer() else _significant(value))
        return self._compact(value)

    def _compact(self, value: float) -> str:
        rounded = _significant(value)
        return format_compact_decimal(
            Decimal(str(rounded)),
            format_type="short" if self.chinese else "long",
            locale=self.locale,
            fraction_digits=2,
        )

    def _money(self, value: float) -> str:
        if value < 100:
            places = get_currency_precision(self.currency)
            return self._with_currency(
                format_decimal(round(value, places), format=_fixed(places), locale=self.locale)
            )
        rounded = _significant(value)
        if value < self._compact_from:
            return self._with_currency(self._decimal(rounded))
        return self._with_currency(self._compact(rounded))

    def _with_currency(self, amount: str) -> str:
        if self.chinese:
            name = self.label("unit.yuan") if self.currency == "CNY" else ""
            return amount + (name or get_currency_name(self.currency, locale=self.locale))
        pattern = format_currency(0, self.currency, format="¤0", locale=self.locale, currency_digits=False)
        return pattern.replace("0", amount)

    def interval(self, low: float, high: float, unit: Unit) -> str:
        """An interval in words: ``between 18% and 24%``."""
        return self.label("unit.interval", low=self.number(low, unit), high=self.number(high, unit))

    # ------------------------------------------------------------ numbers in tables and charts

    def column(self, values: Sequence[float | None], unit: Unit) -> list[str]:
        """A column's cells, with one number of decimals for all; an absent value is a dash."""
        known = [abs(value) for value in values if value is not None]
        places = self._places(unit, max(known, default=0))
        return [ABSENT if value is None else self._cell(value, unit, places) for value in values]

    def _places(self, unit: Unit, largest: float) -> int:
        match unit:
            case "share" | "points":
                return 1
            case "count" | "days":
                return 0
            case "money":
                return get_currency_precision(self.currency) if largest < 100 else 0
            case _:
                return 2 if largest < 10 else 1 if largest < 100 else 0

    def _cell(self, value: float, unit: Unit, places: int) -> str:
        scaled = value * 100 if unit in ("share", "points") else value
        shown = format_decimal(abs(round(scaled, places)), format=_fixed(places), locale=self.locale)
        sign = MINUS if round(scaled, places) < 0 else "+" if unit == "points" and scaled > 0 else ""
        return f"{sign}{shown}%" if unit == "share" else sign + shown

    def unit_note(self, unit: Unit) -> str:
        """What a column's header adds so that its cells may be bare: ``$``, ``days``, ``pp``, or nothing."""
        match unit:
            case "money" if self.chinese:
                return self._with_currency("")
            case "money":
                return self._with_currency("").strip()
            case "points" | "days":
                return self.label(f"unit.{unit}_short")
            case _:
                return ""

    def axis(self, value: float, unit: Unit) -> str:
        """A tick or direct label in a chart: as short as can be."""
        if unit in ("share", "points"):
            return ("" if value >= 0 else MINUS) + self._percent(abs(value))
        short = self._large(abs(value)) if self.chinese else self._short(abs(value))
        sign = MINUS if value < 0 else ""
        return sign + (self._with_currency(short) if unit == "money" else short)

    def _short(self, value: float) -> str:
        if value < 1e4:
            return self._decimal(value if float(value).is_integer() else _significant(value))
        return format_compact_decimal(
            Decimal(str(_significant(value))), format_type="short", locale=self.locale, fraction_digits=2
        )

    # ------------------------------------------------------------ dates

    def date(self, day: date) -> str:
        return format_date(day, format="long", locale=self.locale)

    def period(self, period: Period) -> str:
        """``November 2017``, ``Q4 2017``, ``2017``; a fiscal quarter or year is named as such."""
        if period.kind == "month":
            return format_skeleton("yMMMM", period.start, locale=self.locale)
        if period.fiscal_year_start != 1:
            year, _, quarter = period.label.partition("-Q")
            return self.label(f"core.fiscal_{period.kind}", year=year, quarter=quarter)
        if period.kind == "year":
            return format_skeleton("y", period.start, locale=self.locale)
        # CLDR's long Chinese form has a digit (第4季度); business Chinese writes 第四季度.
        pattern = "y年QQQQ" if self.chinese else "QQQ y"
        return format_date(period.start, format=pattern, locale=self.locale)


def _significant(value: float) -> float:
    """``value`` rounded to three significant figures; whole numbers keep no decimals."""
    if value == 0:
        return 0
    places = _SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return int(rounded) if places <= 0 else rounded


def _fixed(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")
