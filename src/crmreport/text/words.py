"""Numbers, money, dates and terms as a reader of one language expects them.

Numbers for people: three significant figures in prose (a count of people or days is not rounded until
it is large), thousands and 万/亿 by language, percentage points named as such. What was measured keeps
the zeros that rounding left (32.0%); what was set stands as it was set (20%). A table's column shares
one number of decimals. Numbers are rounded in decimal, halves away from zero, so that a reader who
checks one by hand agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol

from crmreport.errors import RenderError
from crmreport.findings import Unit
from crmreport.params import Language
from crmreport.period import Period
from crmreport.text.catalogue import Catalogue, load_catalogue

MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EN DASH}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_SIGNIFICANT = 3
_SMALLEST = 4
"""Decimals of a small plain number: what is nearer to zero is called zero."""

_IN_WORDS = {
    "moved": ("unit.up", "unit.down", "unit.unmoved"),
    "apart": ("unit.higher", "unit.lower", "unit.higher"),
}

# Wide enough for any float: a nonsensical amount in the data is shown, not a traceback.
_WIDE = Context(prec=400)

Steps = tuple[tuple[int, str], ...]
# CLDR has no long Chinese form and gives Hong Kong K and M; its reports say 萬 and 億.
_PROSE_STEPS: dict[str, Steps] = {
    "en": ((12, " trillion"), (9, " billion"), (6, " million")),
    "zh_Hans": ((12, "万亿"), (8, "亿"), (4, "万")),
    "zh_Hant_TW": ((12, "兆"), (8, "億"), (4, "萬")),
    "zh_Hant_HK": ((12, "萬億"), (8, "億"), (4, "萬")),
}
_CHART_STEPS: dict[str, Steps] = _PROSE_STEPS | {"en": ((12, "T"), (9, "B"), (6, "M"), (4, "K"))}
_THOUSANDS = 3

# A report in each of these is understood to speak of 元; every other currency is named.
_HOME_CURRENCY = {"zh_Hans": "CNY", "zh_Hant_TW": "TWD"}
# ISO 4217 gives it two decimals; nobody in Taiwan has paid a cent for decades.
_WITHOUT_CENTS = {"TWD"}
_QUARTERS = str.maketrans("1234", "一二三四")


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
        """A message whose slots are plain texts, such as a column's header.

        Raises RenderError for a message that is not there, or has a slot that nothing fills.
        """
        parts = self.catalogue.parts(message)
        if lacking := [part.slot for part in parts if part.slot is not None and part.slot not in slots]:
            raise RenderError(
                f"The message “{message}” has a slot “{lacking[0]}” that nothing fills.",
                where=str(self.locale),
                remedy="A label fills none; show it as a sentence.",
            )
        return "".join(part.literal if part.slot is None else slots[part.slot] for part in parts)

    def listed(self, texts: Sequence[str]) -> str:
        """Several texts as one: ``a, b, and c``."""
        return str(format_list(list(texts), locale=self.locale))

    # ------------------------------------------------------------ numbers in prose

    def number(self, value: float, unit: Unit, form: str = "value", *, measured: bool = False) -> str:
        """``value`` in prose. ``form`` is ``value``, ``signed``, ``moved``, ``apart``, ``abs``, ``exact``
        or ``bare``.

        ``moved`` is a change in words (up 12%) and ``apart`` a difference (12% higher); ``exact`` does
        not round a count; ``bare`` leaves out the name of the unit. What is shown as zero has no sign.
        ``measured`` keeps the zeros that rounding left. Raises ValueError for another form, and for what
        is not a finite number.
        """
        if form not in ("value", "signed", "moved", "apart", "abs", "exact", "bare"):
            raise ValueError(f"no such form of a number: {form}")
        exact = _exact(value)
        unsigned = self._prose(abs(exact), unit, form, "", measured)
        zero = unsigned == self._prose(Decimal(0), unit, form, "", measured)
        if form in _IN_WORDS:
            rise, fall, level = _IN_WORDS[form]
            return self.label(level if zero else fall if exact < 0 else rise, size=unsigned)
        if form == "abs" or zero:
            return unsigned
        sign = MINUS if exact < 0 else "+" if form == "signed" else ""
        return self._prose(abs(exact), unit, form, sign, measured)

    def _prose(self, value: Decimal, unit: Unit, form: str, sign: str, measured: bool) -> str:
        match unit:
            case "money":
                return self._money(value, sign, _PROSE_STEPS, measured)
            case "share":
                return f"{sign}{_in_prose(unit, value, measured)}%"
            case "points" | "days" | "multiple":
                shown = sign + _in_prose(unit, value, measured)
                return shown if form == "bare" else self._counted(f"unit.{unit}", shown)
            case "count":
                whole = _to_places(value, 0)
                large = form != "exact" and whole >= self._smallest_step(_PROSE_STEPS)
                return sign + (self._large(whole, _PROSE_STEPS, measured) if large else _plain(whole))
            case _:
                return sign + self._large(value, _PROSE_STEPS, measured)

    def _counted(self, message: str, shown: str) -> str:
        # One point, but 1.0 points.
        parts = self.catalogue.parts(message, {"number": 1 if shown.strip(f"+{MINUS}") == "1" else 0})
        return "".join(part.literal if part.slot is None else shown for part in parts)

    def _percent(self, share: Decimal) -> str:
        return f"{_plain(_rounded_in('share', share))}%"

    def _smallest_step(self, steps: dict[str, Steps]) -> Decimal:
        return Decimal(10) ** steps[str(self.locale)][-1][0]

    def _large(self, value: Decimal, steps: dict[str, Steps], measured: bool = False) -> str:
        """Three significant figures, in millions or 万 where what is shown reaches them."""
        rounded = _significant(value)
        kept = measured and rounded != value
        for power, name in steps[str(self.locale)]:
            if rounded >= Decimal(10) ** power:
                divisor = _THOUSANDS if name == "K" else power
                return _shown(rounded.scaleb(-divisor), kept) + name
        return _shown(rounded, kept)

    def _money(self, value: Decimal, sign: str, steps: dict[str, Steps], measured: bool = False) -> str:
        cents = _to_places(value, self._cents)
        if cents < 100:
            return self._with_currency(_fixed(cents, self._cents), sign)
        return self._with_currency(self._large(value, steps, measured), sign)

    @property
    def _cents(self) -> int:
        return 0 if self.currency in _WITHOUT_CENTS else int(get_currency_precision(self.currency))

    def _with_currency(self, amount: str, sign: str) -> str:
        if not self.chinese:
            symbol = get_currency_symbol(self.currency, locale=self.locale)
            gap = _NO_BREAK if symbol[-1:].isalpha() else ""
            return f"{sign}{symbol}{gap}{amount}"
        yuan = self.label("unit.yuan")
        if self.currency == _HOME_CURRENCY.get(str(self.locale)):
            return f"{sign}{amount}{yuan}"
        name = get_currency_name(self.currency, locale=self.locale)
        # 100美元, but 人民币100元: a name that ends so counts nothing by itself.
        before, after = (name, yuan) if name.endswith(("币", "幣")) else ("", name)
        return f"{sign}{before}{amount}{after}"

    def interval(self, low: float, high: float, unit: Unit) -> str:
        """An interval in words: ``between 18.0% and 24.1%``; a unit's name stands once, at the end."""
        form = "bare" if unit in ("points", "days", "multiple") else "value"
        first = self.number(low, unit, form, measured=True)
        last = self.after_words(self.number(high, unit, measured=True))
        return self.label("unit.interval", low=first, high=last)

    def after_words(self, number: str) -> str:
        """A number that follows a word: a sign after a Chinese character needs air, which renderers give
        to digits only."""
        return f" {number}" if self.chinese and number.startswith((MINUS, "+")) else number

    # ------------------------------------------------------------ numbers in tables and charts

    def column(self, values: Sequence[float | None], unit: Unit) -> list[str]:
        """A column's cells, with one number of decimals for all; an absent value is a dash."""
        exact = [None if value is None else _exact(value) for value in values]
        places = self._places(unit, [abs(value) for value in exact if value is not None])
        return [ABSENT if value is None else self._cell(value, unit, places) for value in exact]

    def _places(self, unit: Unit, sizes: Sequence[Decimal]) -> int:
        largest = max(sizes, default=Decimal(0))
        match unit:
            case "share" | "points":
                return 1
            case "count":
                return 0
            case "days":
                return 1 if largest < 10 and any(size != int(size) for size in sizes) else 0
            case "money":
                return self._cents if largest < 100 else 0
            case _:
                return 2 if largest < 10 else 1 if largest < 100 else 0

    def _cell(self, value: Decimal, unit: Unit, places: int) -> str:
        rounded = _to_places(value * 100 if unit in ("share", "points") else value, places)
        sign = MINUS if rounded < 0 else "+" if unit == "points" and rounded > 0 else ""
        return f"{sign}{_fixed(abs(rounded), places)}{'%' if unit == 'share' else ''}"

    def unit_note(self, unit: Unit) -> str:
        """What a column's header adds so that its cells may be bare: ``$``, ``days``, ``pp``, or nothing."""
        match unit:
            case "money":
                return self._with_currency("", "").strip(_NO_BREAK)
            case "points" | "days":
                return self.label(f"unit.{unit}_short")
            case _:
                return ""

    def axis(self, value: float, unit: Unit) -> str:
        """A tick or direct label in a chart: as short as can be."""
        exact = _exact(value)
        unsigned = self._short(abs(exact), unit, "")
        zero = unsigned == self._short(Decimal(0), unit, "")
        return unsigned if zero or exact > 0 else self._short(abs(exact), unit, MINUS)

    def _short(self, value: Decimal, unit: Unit, sign: str) -> str:
        if unit in ("share", "points"):
            shown = self._percent(value)
            gap = "" if self.chinese else _NO_BREAK
            points = shown.removesuffix("%") + gap + self.label("unit.points_short")
            return sign + (shown if unit == "share" else points)
        whole = value == value.to_integral_value() and value < self._smallest_step(_CHART_STEPS)
        amount = _plain(value) if whole else self._large(value, _CHART_STEPS)
        return self._with_currency(amount, sign) if unit == "money" else sign + amount

    def ticks(self, values: Sequence[float], unit: Unit) -> list[str]:
        """The ticks of one axis: short as in ``axis``, with one number of decimals for all."""
        exact = [_exact(float(f"{value:.10g}")) for value in values]
        power, name = self._step_of_ticks(max(map(abs, exact)), unit)
        scaled = [value.scaleb(-power) for value in exact]
        finest = min(int(value.normalize().as_tuple().exponent) for value in scaled)
        places = min(max(0, -finest), _SMALLEST)
        return [self._tick(value, unit, places, name if value else "") for value in scaled]

    def _step_of_ticks(self, largest: Decimal, unit: Unit) -> tuple[int, str]:
        if unit in ("share", "points"):
            return -2, ""
        steps = _CHART_STEPS[str(self.locale)]
        power, name = next((step for step in steps if largest >= Decimal(10) ** step[0]), (0, ""))
        return (_THOUSANDS if name == "K" else power), name

    def _tick(self, value: Decimal, unit: Unit, places: int, name: str) -> str:
        sign, amount = MINUS if value < 0 else "", _fixed(abs(value), places)
        match unit:
            case "money":
                return self._with_currency(amount + name, sign)
            case "share":
                return f"{sign}{amount}%"
            case "points":
                gap = "" if self.chinese else _NO_BREAK
                return sign + amount + gap + self.label("unit.points_short")
        return sign + amount + name

    # ------------------------------------------------------------ dates

    def date(self, day: date) -> str:
        return str(format_date(day, format="long", locale=self.locale))

    def period(self, period: Period) -> str:
        """``November 2017``, ``Q4 2017``, ``2017``; a fiscal quarter or year is named as such."""
        if period.kind == "month":
            return str(format_skeleton("yMMMM", period.start, locale=self.locale))
        if period.fiscal_year_start != 1:
            year, _, quarter = period.label.partition("-Q")
            quarter = quarter.translate(_QUARTERS) if self.chinese else quarter
            return self.label(f"core.fiscal_{period.kind}", year=year, quarter=quarter)
        if period.kind == "year":
            return str(format_skeleton("y", period.start, locale=self.locale))
        if not self.chinese:
            return str(format_date(period.start, format="QQQ y", locale=self.locale))
        # CLDR writes 第4季 for Traditional; business Chinese writes 第四季.
        quarter = format_date(period.start, format="QQQQ", locale=self.locale).translate(_QUARTERS)
        return f"{period.start.year}年{quarter}"


def _exact(value: float) -> Decimal:
    """The decimal that ``value`` is written as. Raises ValueError for what is not finite."""
    exact = Decimal(repr(float(value)))
    if not exact.is_finite():
        raise ValueError(f"{value} is not a number to show")
    return exact


def _plain(value: Decimal) -> str:
    # All our languages group by thousands with commas, so Babel has nothing to add.
    return f"{value.normalize(_WIDE):,f}"


def _shown(rounded: Decimal, kept: bool) -> str:
    """``rounded`` to three significant figures, with its last zeros if they are ``kept``."""
    places = _SIGNIFICANT - 1 - rounded.adjusted()
    return _fixed(rounded, min(max(places, 0), _SMALLEST)) if kept and rounded else _plain(rounded)


def _in_prose(unit: Unit, value: Decimal, measured: bool) -> str:
    """A share, a difference of shares, days or a multiple as prose shows it, without its unit.

    A share below one keeps its one decimal if it was measured; nothing and everything need none.
    """
    rounded = _rounded_in(unit, value)
    if not measured:
        return _plain(rounded)
    if unit in ("share", "points"):
        return _fixed(rounded, 1) if 0 < rounded < 100 else _plain(rounded)
    return _plain(rounded) if unit == "days" else _shown(rounded, rounded != value)


def _fixed(value: Decimal, places: int) -> str:
    return f"{_to_places(value, places):,f}"


def _to_places(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)


def _significant(value: Decimal, places: int = _SMALLEST) -> Decimal:
    """``value`` rounded to three significant figures, and to no more than ``places`` decimals."""
    if value == 0:
        return value
    return _to_places(value, min(_SIGNIFICANT - 1 - value.adjusted(), places))


def _rounded_in(unit: Unit, value: Decimal) -> Decimal:
    """``value`` as prose rounds it in ``unit``; a share or a difference of shares in percent."""
    match unit:
        case "share" | "points":
            percent = _to_places(value * 100, 1)
            return percent if percent < 100 else _significant(value * 100)
        case "days":
            tenths = _to_places(value, 1)
            return tenths if tenths < 10 else _to_places(value, 0)
        case _:
            return _significant(value)
