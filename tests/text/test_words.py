"""Numbers, money, periods and columns as each language's reader expects them."""

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.errors import RenderError
from crmreport.findings import Unit
from crmreport.period import parse_period
from crmreport.text import Words

EN = Words.of("en", currency="USD")
HANS = Words.of("zh-Hans", currency="CNY")
TAIWAN = Words.of("zh-Hant", currency="TWD", traditional="tw")
HONG_KONG = Words.of("zh-Hant", currency="HKD", traditional="hk")
ALL = (EN, HANS, TAIWAN, HONG_KONG)
PLACES = pytest.mark.parametrize("words", ALL, ids=["en", "hans", "tw", "hk"])


@pytest.mark.parametrize(
    ("value", "unit", "english", "simplified"),
    [
        (0, "count", "0", "0"),
        (1234, "count", "1,234", "1,234"),
        (2.5, "count", "3", "3"),
        (9999.6, "count", "10,000", "1万"),
        (12345, "count", "12,345", "1.23万"),
        (999_950, "count", "999,950", "100万"),
        (999_999.6, "count", "1 million", "100万"),
        (123_456_789, "count", "123 million", "1.23亿"),
        (0, "number", "0", "0"),
        (0.00004, "number", "0", "0"),
        (0.00123, "ratio", "0.0012", "0.0012"),
        (0.98765, "ratio", "0.988", "0.988"),
        (9999.6, "number", "10,000", "1万"),
        (9994.9, "number", "9,990", "9,990"),
        (999_950, "number", "1 million", "100万"),
        (99_995_000, "number", "100 million", "1亿"),
        (1e12, "number", "1 trillion", "1万亿"),
        (1.5e15, "number", "1,500 trillion", "1,500万亿"),
        (0, "share", "0%", "0%"),
        (0.0004, "share", "0%", "0%"),
        (0.0005, "share", "0.1%", "0.1%"),
        (0.125, "share", "12.5%", "12.5%"),
        (0.5, "share", "50%", "50%"),
        (0.99949, "share", "99.9%", "99.9%"),
        (0.9995, "share", "100%", "100%"),
        (1.2345, "share", "123%", "123%"),
        (12.345, "share", "1,230%", "1,230%"),
        (0.01, "points", "1 percentage point", "1个百分点"),
        (0.0104, "points", "1 percentage point", "1个百分点"),
        (0.023, "points", "2.3 percentage points", "2.3个百分点"),
        (0, "days", "0 days", "0天"),
        (0.5, "days", "0.5 days", "0.5天"),
        (1.04, "days", "1 day", "1天"),
        (9.96, "days", "10 days", "10天"),
        (45.5, "days", "46 days", "46天"),
        (1095, "days", "1,095 days", "1,095天"),
        (2.345, "multiple", "2.35 times", "2.35倍"),
        (0, "money", "$0.00", "0.00元"),
        (0.004, "money", "$0.00", "0.00元"),
        (5, "money", "$5.00", "5.00元"),
        (99.994, "money", "$99.99", "99.99元"),
        (99.995, "money", "$100", "100元"),
        (1234, "money", "$1,230", "1,230元"),
        (9996, "money", "$10,000", "1万元"),
        (123_456, "money", "$123,000", "12.3万元"),
        (999_499, "money", "$999,000", "99.9万元"),
        (999_950, "money", "$1 million", "100万元"),
        (1_234_567_890, "money", "$1.23 billion", "12.3亿元"),
    ],
)
def test_a_number_in_prose(value: float, unit: Unit, english: str, simplified: str) -> None:
    assert (EN.number(value, unit), HANS.number(value, unit)) == (english, simplified)


@pytest.mark.parametrize(
    ("value", "unit", "form", "shown"),
    [
        (-1234, "money", "value", "−$1,230"),
        (1234, "money", "signed", "+$1,230"),
        (-1234, "money", "abs", "$1,230"),
        (-0.0004, "share", "value", "0%"),
        (0.0004, "share", "signed", "0%"),
        (-0.004, "money", "signed", "$0.00"),
        (-0.0, "number", "signed", "0"),
        (-0.0123, "points", "value", "−1.2 percentage points"),
        (0.0123, "points", "signed", "+1.2 percentage points"),
        (0.0123, "points", "bare", "1.2"),
        (-0.01, "points", "value", "−1 percentage point"),
        (30, "days", "bare", "30"),
        (2.5, "multiple", "bare", "2.5"),
        (1_234_567, "count", "exact", "1,234,567"),
        (1_234_567, "count", "value", "1.23 million"),
    ],
)
def test_the_forms_of_a_number(value: float, unit: Unit, form: str, shown: str) -> None:
    assert EN.number(value, unit, form) == shown


@pytest.mark.parametrize(
    ("value", "unit", "form", "english", "simplified"),
    [
        (0.32, "share", "value", "32.0%", "32.0%"),
        (0.3204, "share", "value", "32.0%", "32.0%"),
        (1.0, "share", "value", "100%", "100%"),
        (0.0, "share", "value", "0%", "0%"),
        (0.0004, "share", "signed", "0%", "0%"),
        (-0.05, "points", "value", "−5.0 percentage points", "−5.0个百分点"),
        (0.01, "points", "value", "1.0 percentage points", "1.0个百分点"),
        (0.5001, "number", "value", "0.500", "0.500"),
        (0.5, "number", "value", "0.5", "0.5"),
        (71.02, "number", "value", "71.0", "71.0"),
        (14, "number", "value", "14", "14"),
        (3.001, "multiple", "value", "3.00 times", "3.00倍"),
        (8.02, "days", "value", "8 days", "8天"),
        (180_040, "money", "value", "$180,000", "18.0万元"),
        (180_000, "money", "value", "$180,000", "18万元"),
        (1_000_400, "money", "value", "$1.00 million", "100万元"),
        (20_010, "count", "value", "20,010", "2.00万"),
        (0.124, "share", "moved", "up 12.4%", "增加12.4%"),
        (-0.02, "share", "moved", "down 2.0%", "减少2.0%"),
        (0.0001, "share", "moved", "unchanged", "不变"),
        (-304_000, "money", "moved", "down $304,000", "减少30.4万元"),
        (0.29, "points", "apart", "29.0 percentage points higher", "高29.0个百分点"),
        (-0.6741, "number", "apart", "0.674 lower", "低0.674"),
    ],
)
def test_what_was_measured_keeps_the_zeros_that_rounding_left(
    value: float, unit: Unit, form: str, english: str, simplified: str
) -> None:
    shown = [words.number(value, unit, form, measured=True) for words in (EN, HANS)]
    assert shown == [english, simplified]


def test_an_unknown_form() -> None:
    with pytest.raises(ValueError, match="no such form of a number: rounded"):
        EN.number(1, "count", "rounded")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_shown(value: float) -> None:
    for show in (EN.number, EN.axis, lambda one, unit: EN.column([one], unit)):
        with pytest.raises(ValueError, match="is not a number to show"):
            show(value, "count")


@pytest.mark.parametrize(
    ("currency", "english", "simplified", "taiwan", "hong_kong"),
    [
        ("USD", "−$1.23 million", "−123万美元", "−123萬美元", "−123萬美元"),
        ("CNY", "−CN¥1.23 million", "−123万元", "−人民幣123萬元", "−人民幣123萬元"),
        ("TWD", "−NT$1.23 million", "−新台币123万元", "−123萬元", "−新台幣123萬元"),
        ("HKD", "−HK$1.23 million", "−123万港元", "−港幣123萬元", "−123萬港元"),
        ("JPY", "−¥1.23 million", "−123万日元", "−123萬日圓", "−123萬日圓"),
        ("EUR", "−€1.23 million", "−123万欧元", "−123萬歐元", "−123萬歐元"),
        ("CHF", "−CHF\N{NO-BREAK SPACE}1.23 million", "−123万瑞士法郎", "−123萬瑞士法郎", "−123萬瑞士法郎"),
    ],
)
def test_a_currency_where_each_place_writes_it(
    currency: str, english: str, simplified: str, taiwan: str, hong_kong: str
) -> None:
    def shown(language: str, traditional: str = "tw") -> str:
        words = Words.of(language, currency=currency, traditional=traditional)  # type: ignore[arg-type]
        return words.number(-1_234_567, "money")

    assert (shown("en"), shown("zh-Hans"), shown("zh-Hant"), shown("zh-Hant", "hk")) == (
        english,
        simplified,
        taiwan,
        hong_kong,
    )


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "¥46"), ("TWD", "NT$46"), ("USD", "$45.60")])
def test_small_money_has_the_decimals_people_pay_with(currency: str, shown: str) -> None:
    assert Words.of("en", currency=currency).number(45.6, "money") == shown


@pytest.mark.parametrize(
    ("value", "simplified", "taiwan", "hong_kong"),
    [
        (12345, "1.23万", "1.23萬", "1.23萬"),
        (2.5e8, "2.5亿", "2.5億", "2.5億"),
        (2.5e12, "2.5万亿", "2.5兆", "2.5萬億"),
    ],
)
def test_large_numbers_in_each_place(value: float, simplified: str, taiwan: str, hong_kong: str) -> None:
    assert [words.number(value, "number") for words in ALL[1:]] == [simplified, taiwan, hong_kong]


def test_a_list_is_joined_as_each_language_does() -> None:
    assert EN.listed(["one", "two", "three"]) == "one, two, and three"
    assert EN.listed(["one", "two"]) == "one and two"
    assert HANS.listed(["一", "二", "三"]) == "一、二和三"
    assert TAIWAN.listed(["一"]) == "一"


def test_an_interval_names_a_unit_once() -> None:
    assert EN.interval(0.18, 0.243, "share") == "between 18.0% and 24.3%"
    assert EN.interval(-0.01, 0.02, "points") == "between −1.0 and 2.0 percentage points"
    assert EN.interval(1.2e6, 1.3e6, "money") == "between $1.2 million and $1.3 million"
    assert HANS.interval(10, 12, "days").startswith("10至12天")
    assert TAIWAN.interval(0.18, 0.24, "share").startswith("18.0%至24.0%")


# ------------------------------------------------------------ tables and charts


@pytest.mark.parametrize(
    ("values", "unit", "cells"),
    [
        ([], "count", []),
        ([None], "share", ["–"]),
        ([0.125, None, 1.0, -0.0001], "share", ["12.5%", "–", "100.0%", "0.0%"]),
        ([0.0125, -0.02, -0.0001, 0], "points", ["+1.3", "−2.0", "0.0", "0.0"]),
        ([1234567.5, 3], "money", ["1,234,568", "3"]),
        ([-12.345, 3], "money", ["−12.35", "3.00"]),
        ([1.5, 12.25], "number", ["1.5", "12.3"]),
        ([1.5, 0], "multiple", ["1.50", "0.00"]),
        ([150.5, 1], "ratio", ["151", "1"]),
        ([1, 2], "days", ["1", "2"]),
        ([1.25, 2], "days", ["1.3", "2.0"]),
        ([1.25, 12], "days", ["1", "12"]),
        ([12345678], "count", ["12,345,678"]),
    ],
)
def test_a_columns_cells_share_their_decimals(
    values: list[float | None], unit: Unit, cells: list[str]
) -> None:
    assert EN.column(values, unit) == cells


def test_what_a_header_adds() -> None:
    units: list[Unit] = ["money", "points", "days", "share", "count"]
    assert [EN.unit_note(unit) for unit in units] == ["$", "pp", "days", "", ""]
    assert [HANS.unit_note(unit) for unit in units] == ["元", "百分点", "天", "", ""]
    assert Words.of("zh-Hant", currency="CNY").unit_note("money") == "人民幣元"
    assert Words.of("en", currency="CHF").unit_note("money") == "CHF"


@pytest.mark.parametrize(
    ("value", "unit", "english", "hong_kong"),
    [
        (0, "money", "$0", "0港元"),
        (1250, "money", "$1,250", "1,250港元"),
        (12_345, "money", "$12.3K", "1.23萬港元"),
        (-1_500_000, "money", "−$1.5M", "−150萬港元"),
        (0.125, "share", "12.5%", "12.5%"),
        (-0.0004, "share", "0%", "0%"),
        (-0.012, "points", "−1.2\N{NO-BREAK SPACE}pp", "−1.2百分點"),
        (9999.6, "number", "10K", "1萬"),
        (2.5e9, "count", "2.5B", "25億"),
        (7, "days", "7", "7"),
    ],
)
def test_a_charts_label_is_short(value: float, unit: Unit, english: str, hong_kong: str) -> None:
    assert (EN.axis(value, unit), HONG_KONG.axis(value, unit)) == (english, hong_kong)


@pytest.mark.parametrize(
    ("values", "unit", "english", "hong_kong"),
    [
        ((3, 3.2, 3.4), "number", ["3.0", "3.2", "3.4"], ["3.0", "3.2", "3.4"]),
        ((0, 0.025, 0.05), "share", ["0.0%", "2.5%", "5.0%"], ["0.0%", "2.5%", "5.0%"]),
        ((-0.2, 0, 0.2), "share", ["−20%", "0%", "20%"], ["−20%", "0%", "20%"]),
        ((0, 0.005), "points", ["0.0\xa0pp", "0.5\xa0pp"], ["0.0百分點", "0.5百分點"]),
        ((0, 5000, 10000), "count", ["0", "5K", "10K"], ["0.0", "0.5萬", "1.0萬"]),
        ((0, 2.5e6, 5e6), "count", ["0.0", "2.5M", "5.0M"], ["0", "250萬", "500萬"]),
        ((0, 500, 1000), "money", ["$0", "$500", "$1,000"], ["0港元", "500港元", "1,000港元"]),
        ((0.1 + 0.2, 0.6), "number", ["0.3", "0.6"], ["0.3", "0.6"]),
    ],
)
def test_the_ticks_of_an_axis_have_one_number_of_decimals(
    values: tuple[float, ...], unit: Unit, english: list[str], hong_kong: list[str]
) -> None:
    assert (EN.ticks(values, unit), HONG_KONG.ticks(values, unit)) == (english, hong_kong)


# ------------------------------------------------------------ dates and labels


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("2017-11", ("November 2017", "2017年11月", "2017年11月", "2017年11月")),
        ("2017-Q4", ("Q4 2017", "2017年第四季度", "2017年第四季", "2017年第四季")),
        ("2017", ("2017", "2017年", "2017年", "2017年")),
    ],
)
def test_a_period(label: str, shown: tuple[str, ...]) -> None:
    assert tuple(words.period(parse_period(label)) for words in ALL) == shown


def test_a_fiscal_period_is_named_as_such() -> None:
    quarter = parse_period("2017-Q4", fiscal_year_start=4)
    year = parse_period("2017", fiscal_year_start=4)
    assert quarter.start == date(2018, 1, 1)
    assert [words.period(quarter) for words in ALL[1:]] == [
        "2017财年第四季度",
        "2017財年第四季",
        "2017財年第四季",
    ]
    assert [words.period(year) for words in ALL[1:]] == ["2017财年", "2017財年", "2017財年"]
    assert "fiscal" in EN.period(quarter)
    # A month is a month, whatever year it is counted in.
    assert EN.period(parse_period("2018-01", fiscal_year_start=4)) == "January 2018"


def test_a_date() -> None:
    assert [words.date(date(2017, 12, 31)) for words in ALL] == ["December 31, 2017", *["2017年12月31日"] * 3]


def test_a_label_with_slots() -> None:
    assert EN.label("unit.interval", low="a", high="b") == "between a and b"
    with pytest.raises(
        RenderError, match=r"The message “unit\.interval” has a slot “high” that nothing fills"
    ):
        EN.label("unit.interval", low="a")


# ------------------------------------------------------------ whatever the number

MAGNITUDES = st.floats(min_value=-1e17, max_value=1e17, allow_nan=False)
ROUNDED: list[Unit] = ["share", "points", "money", "number", "ratio", "multiple"]
UNITS: list[Unit] = [*ROUNDED, "count", "days"]
POWERS = {"million": 6, "billion": 9, "trillion": 12, "K": 3, "M": 6, "B": 9, "T": 12} | {
    "万": 4, "亿": 8, "万亿": 12, "萬": 4, "億": 8, "兆": 12, "萬億": 12
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>[−+]?)[^\d−+]*(?P<digits>[\d,]+(?:\.\d+)?)\s?(?P<power>million|billion|trillion|万亿|萬億|[KMBT万亿萬億兆])?"
)
_SIGN = re.compile("[−+]")


def read_back(text: str) -> Decimal:
    """The number that a reader understands."""
    found = _NUMBER.search(text)
    assert found, text
    value = Decimal(found["digits"].replace(",", "")).scaleb(POWERS.get(found["power"] or "", 0))
    return -value if found["sign"] == "−" else value


def _exact(value: float, unit: Unit) -> Decimal:
    return Decimal(repr(float(value))) * (100 if unit in ("share", "points") else 1)


@PLACES
@given(value=MAGNITUDES, unit=st.sampled_from(ROUNDED))
def test_prose_reads_back_within_its_rounding(words: Words, value: float, unit: Unit) -> None:
    exact = abs(_exact(value, unit))
    if unit == "money":
        smallest = words.number(0, unit).count("0") - 1  # decimals of its small amounts
        unit_of_rounding = Decimal(1).scaleb(-smallest) if exact < 100 else Decimal(0)
    else:
        unit_of_rounding = Decimal(1).scaleb(-1 if unit in ("share", "points") else -4)
    relative = Decimal(1).scaleb(exact.adjusted() - 2) if exact else Decimal(0)
    error = abs(abs(read_back(words.number(value, unit))) - exact)
    assert error <= max(unit_of_rounding, relative) / 2


@PLACES
@given(value=MAGNITUDES, unit=st.sampled_from(ROUNDED))
def test_prose_claims_no_more_than_three_significant_digits(words: Words, value: float, unit: Unit) -> None:
    digits = re.sub(r"[^\d.]", "", _NUMBER.search(words.number(value, unit))["digits"])  # type: ignore[index]
    if unit == "money" and "." in digits:
        assert Decimal(digits) < 100  # cents, as a price tag has them
        return
    significant = digits.replace(".", "").lstrip("0")
    assert len(significant.rstrip("0")) <= 3


@PLACES
@given(
    value=MAGNITUDES, unit=st.sampled_from(UNITS), form=st.sampled_from(["value", "signed", "bare", "exact"])
)
def test_the_sign_is_right(words: Words, value: float, unit: Unit, form: str) -> None:
    text = words.number(value, unit, form)
    zero = read_back(text) == 0
    expected = "" if zero else "−" if value < 0 else "+" if form == "signed" else ""
    assert "".join(_SIGN.findall(text)) == expected
    assert not re.search("nan|inf|-|e", text.replace("percentage", "").replace("times", ""), re.I)


@PLACES
@given(value=st.integers(min_value=-(10**15), max_value=10**15))
def test_an_exact_count_is_exact(words: Words, value: int) -> None:
    assert read_back(words.number(value, "count", "exact")) == value


@PLACES
@given(values=st.tuples(MAGNITUDES, MAGNITUDES), unit=st.sampled_from(UNITS))
def test_a_larger_number_never_reads_smaller(words: Words, values: tuple[float, float], unit: Unit) -> None:
    low, high = sorted(values)
    assert read_back(words.number(low, unit)) <= read_back(words.number(high, unit))
    whole = [float(round(low)), float(round(high))]
    assert read_back(words.axis(whole[0], "count")) <= read_back(words.axis(whole[1], "count")) + (
        abs(Decimal(whole[1])) / 100
    )


@PLACES
@given(values=st.lists(st.none() | MAGNITUDES, max_size=5), unit=st.sampled_from(UNITS))
def test_a_columns_cells_read_back(words: Words, values: list[float | None], unit: Unit) -> None:
    cells = words.column(values, unit)
    decimals = {len(cell.rstrip("%").partition(".")[2]) for cell in cells if cell != "–"}
    assert len(decimals) <= 1
    for value, cell in zip(values, cells, strict=True):
        if value is None:
            assert cell == "–"
            continue
        places = Decimal(1).scaleb(-decimals.copy().pop())
        assert read_back(cell) == _exact(value, unit).quantize(places, ROUND_HALF_UP)
        assert ("−" in cell) == (read_back(cell) < 0)
