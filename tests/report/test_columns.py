"""A table's columns on paper: numbers never squeezed, long texts wrapped, short ones whole."""

import pytest

from crmreport.display.theme import COLUMN_WIDTH, text_width
from crmreport.report.columns import SIZE, column_widths

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
