"""What cells look like: hand-made columns, each with its reason."""

import pytest

from crmreport.data.inspection.contents import contents, determines


def test_counts():
    looks = contents(["a", "a", "b", "", None, " N/A "])

    assert (looks.rows, looks.filled, looks.distinct, looks.blanks) == (6, 3, 2, ("N/A",))
    assert looks.fill == 0.5
    assert looks.unique == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12),
        ("-3.50", -3.5),
        ("(3.50)", -3.5),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234", 1234),
        ("$19.90", 19.9),
        ("１２３", 123),
        ("19,90 €", 19.9),
        ("EUR 5", 5),
    ],
)
def test_numbers(cell, number):
    looks = contents([cell])

    assert (looks.number, looks.mean) == (1.0, pytest.approx(number))


@pytest.mark.parametrize("cell", ["12a", "A-12", "2024-01-01", "1.2.3.4", "", "12 and 13"])
def test_no_numbers(cell):
    assert contents([cell]).number == 0


@pytest.mark.parametrize("cell", ["13800138000", "+86 138 0013 8000", "(555) 123-4567", "0912345678"])
def test_phones(cell):
    assert contents([cell]).phone == 1.0


@pytest.mark.parametrize("cell", ["385000000000", "12345", "2024-01-01 10:00"])
def test_no_phones(cell):
    assert contents([cell]).phone == 0.0


def test_addresses_and_masks_are_personal():
    assert contents(["a@b.com", "c@d.org"]).is_personal
    assert contents(["138****1234", "139****5678"]).is_personal
    assert not contents(["red", "blue"]).is_personal


def test_article_numbers_have_a_check_digit():
    assert contents(["4006381333931", "73513537"]).check_digit == 1.0
    assert contents(["4006381333932"]).check_digit == 0.0


def test_scales_are_few_small_whole_numbers_with_rare_codes_for_blanks():
    assert contents(list("12345") * 4).is_scale
    with_blanks = contents([*(list("1234567") * 20), "-99", "-99"])
    assert (with_blanks.scale, with_blanks.odd) == ((1, 7), ("-99",))
    assert not contents([*(list("1234567") * 20), "25"]).is_scale
    assert not contents(["0", "1"] * 10).is_scale
    assert not contents(["1.5", "2.5", "3.5"]).is_scale
    assert not contents([str(n) for n in range(40)]).is_scale


def test_what_settles_what():
    orders = [f"o{n // 2}" for n in range(40)]
    customers = [f"c{n // 4}" for n in range(40)]
    products = [f"p{n % 2}" for n in range(40)]

    assert determines(orders, customers) == 1.0
    assert determines(orders, products) == 0.5
    # Each customer has two orders of two lines.
    assert determines(customers, orders) == 0.5
    # Nothing repeats, so nothing can be said.
    assert determines([str(n) for n in range(40)], customers) is None
