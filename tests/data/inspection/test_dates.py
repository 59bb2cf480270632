"""A column's way of writing dates, from hand-written columns."""

from datetime import date

import pytest

from crmreport.data.inspection.dates import DateStyle, date_style, day_of


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["2024-01-31", "2024-02-01"], DateStyle(1.0, 0.0)),
        (["2024/1/31 9:05", "2024/2/1 10:00"], DateStyle(1.0, 1.0)),
        (["2024年1月31日", "2024年12月1日"], DateStyle(1.0, 0.0)),
        (["20240131", "20241201"], DateStyle(1.0, 0.0)),
        (["31/01/2024", "05/02/2024"], DateStyle(1.0, 0.0, "day")),
        (["01/31/2024", "02/05/2024"], DateStyle(1.0, 0.0, "month")),
        (["01/02/2024", "02/05/2024"], DateStyle(1.0, 0.0, "either")),
        (["31.01.24", "05.02.24"], DateStyle(1.0, 0.0, "day", "%d.%m.%y")),
        (["1/31/24 9:05 PM", "2/5/24 8:00 AM"], DateStyle(1.0, 1.0, "month", "%m/%d/%y %I:%M %p")),
        (["31 Jan 2024", "Feb 5, 2024"], DateStyle(1.0, 0.0)),
        (["45322", "45323.5"], DateStyle(1.0, 0.0, pattern="excel")),
        (
            ["2024-01-31 10:00:00 -0500", "2024-07-31T10:00:00-04:00"],
            DateStyle(1.0, 1.0, offsets=("-04:00", "-0500")),
        ),
        (["112/01/31", "99/12/1"], DateStyle(1.0, 0.0, pattern="minguo")),
        (["民国112年1月31日 9:05", "民国112年12月1日 10:00"], DateStyle(1.0, 1.0, pattern="minguo")),
        (["75/01/31", "76/12/30"], DateStyle(0.0, 0.0)),  # of 1975 or of 1986
        (["2024-01-31", "no"], DateStyle(0.5, 0.0)),
        (["99999999", "12", "1-2-3"], DateStyle(0.0, 0.0)),
        ([], DateStyle()),
    ],
)
def test_styles(texts, style):
    assert date_style(texts) == style


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2024-03-04 10:00", None, date(2024, 3, 4)),
        ("2024年3月4日", None, date(2024, 3, 4)),
        ("20240304", None, date(2024, 3, 4)),
        ("03/04/2024", "day", date(2024, 4, 3)),
        ("03/04/2024", "month", date(2024, 3, 4)),
        ("2024-02-30", None, None),
        ("soon", None, None),
    ],
)
def test_days(text, order, day):
    assert day_of(text, DateStyle(order=order)) == day


def test_a_day_of_the_republic():
    assert day_of("112/03/04 10:00", DateStyle(pattern="minguo")) == date(2023, 3, 4)
    assert day_of("112/03/04", DateStyle()) is None
