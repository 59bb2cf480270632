"""A table's columns on paper: numbers never squeezed, long texts wrapped, short ones whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.display.theme import COLUMN_WIDTH, text_width
from crmreport.report.columns import SIZE, column_widths, header_lines

LONG = "A text that takes more than a line of its column, because it says what happens and why it matters."


def test_numbers_get_their_room_and_the_long_text_the_rest():
    (text, shared), (number, fixed) = column_widths(
        ["What happens", "Share of requirements"], [[LONG, "72.7%"]], [False, True]
    )[:2]

    assert (shared, fixed) == (False, True)
    assert (
        text > number > text_width("requirements", SIZE, "bold") + 12
    )  # its longest word fits beside insets


def test_a_date_beside_a_long_text_stays_on_one_line():
    day = "2018年1月30日"

    _, (width, fixed) = column_widths(["事项", "完成时间"], [[LONG, day]], [False, False])

    assert fixed
    glyphs = sum(text_width(character, SIZE) for character in day)
    assert width > glyphs + 12 + 5 * SIZE / 4  # and the gaps between digits and characters


@pytest.mark.parametrize("columns", [2, 4, 9])
def test_where_nothing_is_left_for_texts_all_share(columns):
    titles, row = ["Long header word"] * columns, ["1,234,567,890"] * columns

    widths = column_widths([*titles, "Name"], [[*row, LONG]], [True] * columns + [False])
    only_numbers = column_widths(titles, [row], [True] * columns)

    assert not any(fixed for _, fixed in only_numbers)
    held = sum(width for width, fixed in widths if fixed)
    assert held <= 0.7 * COLUMN_WIDTH
    assert any(fixed for _, fixed in widths) == (columns < 9)


def test_where_all_share_no_header_runs_into_the_next():
    titles = ["Segment", "Customers", "Share of customers", "Share of revenue", "Share of margin"]
    titles += ["Revenue per customer (CN¥)", "Days per purchase (days)", "Median days since purchase (days)"]
    row = ["Potential loyalists", "305", "9.8%", "6.3%", "6.3%", "378", "81", "26"]

    widths = column_widths(titles, [row], [False] + [True] * 7)

    assert not any(fixed for _, fixed in widths)
    whole = sum(width for width, _ in widths)
    for title, (width, _) in zip(titles, widths, strict=True):
        longest = max(text_width(word, SIZE, "bold") for word in title.split())
        assert COLUMN_WIDTH * width / whole > longest + 12


@pytest.mark.parametrize(("title", "first_line"), [("顾客数", "顾客数"), ("最不满意者占比", "最不满意")])
def test_a_chinese_header_breaks_once_at_most(title: str, first_line: str):
    _, (width, _) = column_widths(["组别", title], [[LONG, "7"]], [False, True])

    assert width > text_width(first_line, SIZE, "bold") + 12


@pytest.mark.parametrize("header", ["α係數", "金額（美元）", "重新開啟占比", "Full score at"])
def test_a_header_stays_on_one_line_where_the_table_has_room(header: str):
    widths = column_widths(["維度", header], [["可靠性", "7"]], [False, True])

    assert header_lines(header, widths[1][0]) == [header]
    assert sum(width for width, _ in widths) == pytest.approx(COLUMN_WIDTH)


@pytest.mark.parametrize(
    ("header", "characters", "lines"),
    [
        ("金額（美元）", 5, ["金額", "（美元）"]),
        ("下限（人民幣元）", 7, ["下限", "（人民幣元）"]),
        ("未來一年，人均（人民幣元）", 7, ["未來一年，人均", "（人民幣元）"]),
        ("未來一年，人均（人民幣元）", 6, ["未來一年，", "人均", "（人民幣元）"]),
        ("重新開啟占比", 5, ["重新開啟", "占比"]),
        ("占买过顾客的比例", 6, ["占买过", "顾客的比例"]),
        ("銷售額占比", 4, ["銷售額占比"]),  # so short a header is not broken
        ("α係數", 2, ["α係數"]),  # no character stands alone
        ("Revenue per customer (CN¥)", 10, ["Revenue per", "customer (CN¥)"]),
    ],
)
def test_a_header_breaks_between_words_or_before_a_bracket(header: str, characters: int, lines: list[str]):
    assert header_lines(header, 13 + characters * SIZE) == lines
    assert header_lines(header, 500) == [header]


@given(
    title=st.text("金額占比係數（）元 ab-", min_size=1, max_size=14),
    width=st.floats(20, 150),
)
def test_the_lines_of_a_header_are_the_whole_header(title: str, width: float):
    lines = header_lines(title, width)
    assert "".join("".join(lines).split()) == "".join(title.split())
    assert len(lines) == 1 or min(map(len, lines)) > 1


def test_what_is_left_over_goes_to_the_first_texts_not_to_the_last():
    titles = ["維度", "題數", "α係數", "最弱題相關", "是否一致"]

    widths = column_widths(titles, [["有形性", "6", "0.81", "0.44", "是"]], [False, True, True, True, False])

    assert widths[0][0] > 2 * widths[-1][0]
    assert widths[-1][0] >= text_width("是否一致", SIZE, "bold") + 12


def test_a_text_that_wraps_gets_what_is_left_over_before_others():
    widths = column_widths(["行動", "期限"], [[LONG, "2018年1月30日"]], [False, False])
    short = column_widths(["階段", "行動", "期限"], [["一", LONG, "三月"]], [False, False, False])

    assert widths[0][0] == pytest.approx(COLUMN_WIDTH - widths[1][0])
    assert max(short)[0] == short[1][0]
