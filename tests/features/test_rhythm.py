"""Purchase days, gaps and cohorts, counted by hand."""

from datetime import date

from crmreport.features.loyalty import requirements, rival_counts, shared_buyers
from crmreport.features.market import in_markets, own_categories, with_rivals
from crmreport.features.rhythm import WHOLE, cohort_counts, gap_counts, rhythm_table
from tests.features.lines import sale_lines, values

WINDOW = (date(2023, 1, 1), date(2023, 6, 30))
# Ann buys north on 10 January (soap for 9, hair for 5), 20 January and 1 May, with a return between;
# south on 1 June. Bob buys north once, on the last day; his hair comes from nobody's brand.
LINES = sale_lines(
    [
        ("ann", "1", "soap/a", "north", "2023-01-10", 1, "9.00", "0", "0"),
        ("ann", "1", "hair/b", "north", "2023-01-10", 1, "5.00", "1", "0"),
        ("ann", "2", "hair/b", "north", "2023-01-20", 1, "6.00", "0", "0"),
        ("ann", "3", "hair/b", "north", "2023-02-01", -1, "-5.00", "0", "0"),
        ("ann", "4", "soap/a", "north", "2023-05-01", 1, "3.00", "0", "0"),
        ("ann", "5", "soap/c", "south", "2023-06-01", 1, "2.00", "0", "0"),
        ("bob", "6", "hair/b", "north", "2023-06-30", 1, "4.00", "0", "0"),
        ("bob", "6", "hair/d", None, "2023-06-30", 1, "1.00", "0", "0"),
    ]
)


def day(text):
    return date.fromisoformat(text)


def test_the_rhythm_of_each_customer():
    table = rhythm_table(LINES, as_of=day("2023-06-30"), window_months=6, landmark=day("2023-04-01"))
    north = table.filter(table.scope == "north")

    shown = ("customer_id", "first_on", "second_on", "last_on", "client_last_on", "after_on")
    assert values(north, *shown) == [
        ("ann", *map(day, ("2023-01-10", "2023-01-20", "2023-05-01", "2023-06-01", "2023-05-01"))),
        ("bob", day("2023-06-30"), None, *[day("2023-06-30")] * 3),
    ]
    # Gaps of 10 and 101 days; before the landmark she spent 14 + 6, of which 5 on deal.
    counted = ("days", "active_months", "gap_median", "before_days", "before_revenue", "before_deal_revenue")
    assert values(north, *counted) == [(1, 1, None, 0, None, None), (3, 2, 55.5, 2, 20, 5)]
    assert values(north, "customer_id", "first_category") == [("ann", "soap"), ("bob", "hair")]


def test_a_customers_last_gap_is_open():
    table = gap_counts(LINES, as_of=day("2023-06-30"), window_months=6)

    # The return is no purchase, and what was bought on the last day has been open for no day yet.
    assert values(table.filter(table.scope == "north"), "part", "gap_days", "closed", "open") == [
        (0, 10, 1, 0),
        (0, 101, 1, 0),
        (0, 60, 0, 1),
    ]


def test_gaps_count_each_customer_once():
    table = gap_counts(LINES, as_of=day("2023-06-30"), window_months=6)

    # Ann's two closed gaps share her weight in north, her open one has none; in south she has only one.
    columns = ("part", "gap_days", "closed_weight", "open_weight")
    assert values(table.filter(table.scope == "north"), *columns) == [
        (0, 10, WHOLE // 2, 0),
        (0, 101, WHOLE // 2, 0),
        (0, 60, 0, 0),
    ]
    assert values(table.filter(table.scope == "south"), *columns) == [(0, 29, 0, WHOLE)]


def test_sums_of_gaps_are_whole_numbers():
    table = rhythm_table(LINES, as_of=day("2023-06-30"), window_months=6, landmark=day("2023-04-01"))

    # ln 10 = 2.302585, ln 101 = 4.615121.
    north = table.filter(table.scope == "north")
    assert values(north, "gap_total", "gap_logs") == [(0, 0), (111, 2_302_585 + 4_615_121)]


def test_cohorts():
    table = cohort_counts(LINES, as_of=day("2023-06-30"))

    assert values(table.filter(table.scope == "north"), "cohort", "since", "customers") == [
        (day("2023-01-01"), 0, 1),
        (day("2023-01-01"), 4, 1),
        (day("2023-06-01"), 0, 1),
    ]


def placed():
    return in_markets(with_rivals(LINES, None), own_categories(LINES, window=WINDOW, least=0.05))


def test_what_buyers_of_a_brand_spend_in_its_categories():
    table = requirements(placed(), window=WINDOW)

    # Ann: 18 of north after the return, 2 of south; Bob's other hair has no name, and counts as one rival.
    columns = ("scope", "customer_id", "own", "market", "occasions", "rivals")
    assert values(table, *columns) == [
        ("north", "ann", 18, 20, 3, 1),
        ("north", "bob", 4, 5, 1, 1),
        ("south", "ann", 2, 14, 1, 1),
    ]


def test_buyers_and_occasions_of_rivals():
    table = rival_counts(placed(), window=WINDOW)

    assert values(table.filter(table.scope == "north"), "rival", "buyers", "occasions") == [
        ("_all", 2, 5),
        ("north", 2, 4),
        ("south", 1, 1),
    ]


def test_shared_buyers():
    table = shared_buyers(placed(), window=WINDOW)

    assert values(table, "scope", "rival", "other", "both") == [
        ("north", "north", "south", 1),
        ("south", "south", "north", 1),
    ]
