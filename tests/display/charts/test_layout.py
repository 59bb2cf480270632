"""Where things stand: no text meets another or the edge, and bars begin at zero, whatever the data."""

import math
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from crmreport.display.charts import CHARTS
from crmreport.display.charts.sheet import spread, wrap
from crmreport.display.theme import COLOURS, COLUMN_WIDTH, PHONE_WIDTH, text_width
from crmreport.period import add_months
from tests.display.charts.examples import EXAMPLES, table, words

# Boxes of text reach a little beyond what is seen of it.
AIR = 0.6
FINE = 10

widths = st.sampled_from([COLUMN_WIDTH, PHONE_WIDTH])
languages = st.sampled_from(["en", "zh-Hans"])
sizes = st.one_of(
    st.floats(0, 1e-6),
    st.floats(0, 100),
    st.floats(-1e7, 1e12, allow_nan=False),
    st.integers(-5, 5).map(float),
)
shares = st.floats(0, 1)
names = st.one_of(
    st.text("abcdefghijklmnop -/()", min_size=1, max_size=60),
    st.text("客户关系洗发护发，（）", min_size=1, max_size=40),
    st.just("Donaudampfschifffahrtsgesellschaftskapitän" * 3),
)
many = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def figure_of(chart, data, options, language, width):
    return CHARTS[chart](data, options, words(language), width=width)


def text_boxes(figure):
    """Each text with its box in points, measured by matplotlib on a grid ten times finer than them."""
    figure.set_dpi(72 * FINE)
    renderer = FigureCanvasAgg(figure).get_renderer()
    found = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.findobj(Text)]
    return [(text, Bbox(box.get_points() / FINE)) for text, box in found if text.strip()]


def assert_clear(figure):
    width, height = figure.get_size_inches() * 72
    boxes = text_boxes(figure)
    for text, box in boxes:
        inside = box.x0 >= -AIR and box.x1 <= width + AIR and box.y0 >= -AIR and box.y1 <= height + AIR
        assert inside, f"{text} leaves the sheet: {box} of {width} x {height}"
    for (one, a), (other, b) in combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= AIR or down <= AIR, f"“{one}” meets “{other}” by {across:.2f} x {down:.2f}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.chart)
@pytest.mark.parametrize("width", [COLUMN_WIDTH, PHONE_WIDTH])
def test_the_texts_of_the_examples_stand_clear(example, width):
    for language in ("en", "zh-Hans", "zh-Hant"):
        assert_clear(figure_of(example.chart, example.data, example.options, language, width))


@many
@given(
    rows=st.lists(st.tuples(names, st.none() | sizes), min_size=1, max_size=12),
    width=widths,
    language=languages,
)
def test_bars_stand_clear(rows, width, language):
    data = table({"item": "text", "value": "money"}, *rows)
    options = {"highlight": rows[0][0], "reference": {"value": rows[0][1] or 0, "label": "sample.all"}}
    assert_clear(figure_of("bars", data, options, language, width))


@many
@given(rows=st.lists(st.tuples(names, shares, shares, shares), min_size=1, max_size=12), width=widths)
def test_bars_with_intervals_stand_clear(rows, width):
    ordered = [(name, *sorted(values)) for name, *values in rows]
    rows = [(name, middle, low, high) for name, low, middle, high in ordered]
    data = table({"item": "text", "value": "share", "low": "share", "high": "share"}, *rows)
    assert_clear(figure_of("bars", data, {}, "en", width))


@many
@given(
    rows=st.lists(st.tuples(names, shares, shares), min_size=1, max_size=12), width=widths, language=languages
)
def test_paired_bars_stand_clear(rows, width, language):
    data = table({"item": "text", "first": "share", "second": "share"}, *rows)
    assert_clear(figure_of("paired_bars", data, {"highlight": rows[-1][0]}, language, width))


@many
@given(
    rows=st.lists(st.tuples(names, shares, shares), min_size=1, max_size=6), width=widths, language=languages
)
def test_parts_stand_clear(rows, width, language):
    wholes = [(name, a, (1 - a) * b, (1 - a) * (1 - b)) for name, a, b in rows]
    data = table({"item": "text", "first": "share", "second": "share", "third": "share"}, *wholes)
    assert_clear(figure_of("parts", data, {}, language, width))


@many
@given(rows=st.lists(st.tuples(names, sizes), min_size=1, max_size=8), width=widths, language=languages)
def test_a_bridge_stands_clear(rows, width, language):
    options = {
        "start": {"label": "chart.before", "value": 1000.0},
        "end": {"label": "chart.reported", "value": 1000.0 + sum(value for _, value in rows)},
    }
    data = table({"item": "text", "value": "money"}, *rows)
    assert_clear(figure_of("bridge", data, options, language, width))


@many
@given(
    values=st.lists(sizes, min_size=1, max_size=40),
    first=st.dates(date(2015, 1, 1), date(2020, 1, 1)),
    length=st.sampled_from([1, 3, 12]),
    width=widths,
    language=languages,
)
def test_months_stand_clear(values, first, length, width, language):
    days = [add_months(first.replace(day=1), number) for number in range(len(values))]
    data = table(
        {"month": "date", "revenue": "money"}, *((f"{day}", v) for day, v in zip(days, values, strict=True))
    )
    reported = {"from": f"{add_months(days[-1], 1 - length)}", "to": f"{days[-1]}"}
    assert_clear(figure_of("months", data, reported, language, width))


@many
@given(rows=st.lists(st.tuples(names, sizes), min_size=1, max_size=12), width=widths, language=languages)
def test_columns_stand_clear(rows, width, language):
    data = table({"item": "text", "value": "count"}, *rows)
    assert_clear(figure_of("columns", data, {"highlight": rows[0][0]}, language, width))


@many
@given(
    steep=st.floats(0.5, 30),
    mark=st.floats(0.01, 0.9),
    cuts=st.tuples(shares, shares).map(sorted).filter(lambda cut: 0.3 < cut[0] < cut[1] < 0.995),
    width=widths,
    language=languages,
)
def test_a_lorenz_curve_stands_clear_and_names_everything(steep, mark, cuts, width, language):
    def height(x):
        return (1 - math.exp(-steep * x)) / (1 - math.exp(-steep))

    data = table(
        {"customers": "share", "revenue": "share"}, *((x / 200, height(x / 200)) for x in range(201))
    )
    figure = figure_of(
        "lorenz", data, {"mark": {"x": mark, "y": height(mark)}, "cuts": cuts}, language, width
    )
    assert_clear(figure)
    written = [text for text, _ in text_boxes(figure)]
    for cut in cuts:
        assert words(language).axis(cut, "share") in written
    equality = "".join(wrap(words(language).label("chart.equality"), 1000))
    assert equality.replace(" ", "")[-4:] in "".join(written).replace(" ", "")


@many
@given(
    cells=st.integers(1, 9).flatmap(
        lambda columns: st.lists(
            st.lists(st.none() | st.integers(0, 10**7), min_size=columns, max_size=columns),
            min_size=1,
            max_size=9,
        )
    ),
    width=widths,
    language=languages,
)
def test_a_heat_map_stands_clear(cells, width, language):
    rows = [
        (f"{row * 40}–{row * 40 + 39}", f"{column * 2}–{column * 2 + 1}", value)
        for row, line in enumerate(cells)
        for column, value in enumerate(line)
    ]
    data = table({"recency": "text", "frequency": "text", "customers": "count"}, *rows)
    assert_clear(figure_of("rfm_heat", data, {}, language, width))


@many
@given(
    steps=st.lists(st.tuples(st.integers(1, 90), shares, shares, shares), min_size=1, max_size=40),
    width=widths,
    language=languages,
)
def test_a_survival_curve_stands_clear(steps, width, language):
    rows, day = [(0, 0.0, 0.0, 0.0)], 0
    for step, *three in steps:
        low, middle, high = sorted(three)
        day += step
        rows.append((day, middle, low, high))
    data = table({"days": "days", "returned": "share", "low": "share", "high": "share"}, *rows)
    options = {"marks": [{"x": rows[1][0], "y": rows[1][1]}, {"x": day, "y": rows[-1][1]}]}
    assert_clear(figure_of("survival", data, options, language, width))


@many
@given(
    rows=st.lists(st.tuples(names, shares, st.floats(0, 40)), min_size=1, max_size=15),
    width=widths,
    language=languages,
)
def test_a_scatter_stands_clear(rows, width, language):
    data = table({"item": "text", "share": "share", "value": "number"}, *rows)
    line = [[x / 20, 2 / (1 - x / 20)] for x in range(19)]
    options = {"highlight": rows[0][0], "line": line, "line_label": "sample.all"}
    assert_clear(figure_of("scatter", data, options, language, width))


@many
@given(
    rows=st.lists(st.tuples(shares, shares, shares, shares), min_size=1, max_size=10),
    width=widths,
    language=languages,
)
def test_a_reliability_curve_stands_clear(rows, width, language):
    sorted_rows = [(x, *(sorted(three)[place] for place in (1, 0, 2))) for x, *three in rows]
    kinds = {"foretold": "share", "seen": "share", "low": "share", "high": "share"}
    assert_clear(figure_of("reliability", table(kinds, *sorted_rows), {}, language, width))


@many
@given(
    rows=st.lists(st.tuples(shares, shares, shares, shares), min_size=1, max_size=60),
    since=st.integers(0, 60),
    width=widths,
    language=languages,
)
def test_a_control_chart_stands_clear(rows, since, width, language):
    first = date(2016, 11, 7)
    weeks = [
        (f"{first + timedelta(days=7 * place)}", one, mean, *sorted(pair))
        for place, (one, mean, *pair) in enumerate(rows)
    ]
    kinds = {"week": "date", "silent_share": "share", "ewma": "share", "low": "share", "high": "share"}
    options = {"usual": 0.3, "since": f"{first + timedelta(days=7 * since)}"}
    assert_clear(figure_of("control", table(kinds, *weeks), options, language, width))


def test_a_forecast_that_missed_its_interval_is_set_off():
    kinds = {"foretold": "share", "seen": "share", "low": "share", "high": "share"}
    data = table(kinds, (0.1, 0.1, 0.05, 0.15), (0.3, 0.5, 0.4, 0.6))
    figure = figure_of("reliability", data, {}, "en", COLUMN_WIDTH)
    dots = [to_hex(dot.get_facecolor()) for dot in figure.findobj(Circle)]
    assert dots == [COLOURS["accent"], COLOURS["contrast"]]


@many
@given(
    rows=st.lists(st.tuples(names, st.floats(1, 5), shares), min_size=1, max_size=15),
    width=widths,
    language=languages,
)
def test_a_scatter_about_its_means_stands_clear(rows, width, language):
    data = table({"item": "text", "mark": "number", "weight": "share"}, *rows)
    means = {key: sum(row[at] for row in rows) / len(rows) for at, key in ((1, "x"), (2, "y"))}
    options = {"highlight": rows[0][0], "from_zero": False, "means": means}
    assert_clear(figure_of("scatter", data, options, language, width))


def dots_of(figure):
    """The middle of each point, from the left."""
    return sorted(circle.get_center() for circle in figure.findobj(Circle))


def dashed_of(figure):
    """The ends of each dashed line."""
    found = [line for line in figure.findobj(Line2D) if line.is_dashed()]
    return [list(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in found]


def test_a_scatter_need_not_begin_at_zero_and_its_lines_are_at_the_means():
    data = table({"item": "text", "mark": "number", "weight": "share"}, ("a", 3.0, 0.1), ("b", 4.0, 0.3))
    options = {"from_zero": False, "means": {"x": 3.5, "y": 0.2}}
    figure = figure_of("scatter", data, options, "en", COLUMN_WIDTH)
    (ax, ay), (bx, by) = dots_of(figure)
    # Marks from 3 to 4 and weights from 10% to 30% fill the plot; halfway run the lines.
    assert ay - by == pytest.approx(170)
    assert bx - ax > 0.85 * COLUMN_WIDTH
    upright, level = dashed_of(figure)
    assert [x for x, _ in upright] == pytest.approx([(ax + bx) / 2] * 2)
    assert [y for _, y in level] == pytest.approx([(ay + by) / 2] * 2)
    written = [text for text, _ in text_boxes(figure)]
    assert {"Mean 3.5", "Mean 20%"} <= set(written)
    # From zero, as without the option, the same points lie in the last quarter of the scale of marks.
    (ax, _), (bx, _) = dots_of(figure_of("scatter", data, {}, "en", COLUMN_WIDTH))
    assert (bx - ax) / COLUMN_WIDTH == pytest.approx(0.24, abs=0.02)


SPREAD = {"low": "share", "high": "share", "mark_low": "number", "mark_high": "number"}


def test_a_scatter_draws_both_intervals_of_a_point_and_has_room_for_them():
    kinds = {"item": "text", "mark": "number", "weight": "share", **SPREAD}
    rows = [("a", 3.5, 0.2, 0.1, 0.3, 3.0, 4.0), ("b", 3.75, 0.25, None, None, None, None)]
    options = {"from_zero": False, "across": ["mark_low", "mark_high"]}
    figure = figure_of("scatter", table(kinds, *rows), options, "en", COLUMN_WIDTH)
    (ax, ay), (bx, _) = dots_of(figure)
    arms = [line for line in figure.findobj(Line2D) if line.get_linewidth() == 1.0 and not line.is_dashed()]
    wide, tall = arms  # of b nothing is drawn: its intervals are not known
    half = 2 * (bx - ax)  # b lies a quarter of a mark beyond a, each end of a's interval two
    assert wide.get_xdata() == pytest.approx([ax - half, ax + half])
    assert list(wide.get_ydata()) == pytest.approx([ay, ay])
    assert tall.get_xdata() == pytest.approx([ax, ax])
    assert sorted(tall.get_ydata()) == pytest.approx([ay - 85, ay + 85])


@many
@given(
    rows=st.lists(st.tuples(names, st.floats(1, 5), shares, shares, shares), min_size=1, max_size=12),
    width=widths,
    language=languages,
)
def test_a_scatter_with_intervals_stands_clear(rows, width, language):
    spread = [
        (name, mark, sorted(three)[1], min(three), max(three), mark - 0.2, mark + 0.2)
        for name, mark, *three in rows
    ]
    data = table({"item": "text", "mark": "number", "weight": "share", **SPREAD}, *spread)
    options = {"highlight": rows[0][0], "from_zero": False, "across": ["mark_low", "mark_high"]}
    assert_clear(figure_of("scatter", data, options, language, width))


@pytest.mark.parametrize("width", [COLUMN_WIDTH, PHONE_WIDTH])
def test_the_lines_of_marks_on_a_curve_cross_no_text(width):
    rows = [(day, day / 100, day / 100, day / 100) for day in range(90)]
    data = table({"days": "days", "returned": "share", "low": "share", "high": "share"}, *rows)
    marks = [{"x": 9, "y": 0.09}, {"x": 20, "y": 0.2}]
    figure = figure_of("survival", data, {"marks": marks}, "zh-Hans", width)
    height = figure.get_size_inches()[1] * 72
    for line in dashed_of(figure):
        (x, bottom), (_, top) = line
        for text, box in text_boxes(figure):
            crossed = box.x0 < x < box.x1 and box.y0 < height - top - AIR and box.y1 > height - bottom + AIR
            assert not crossed, text


def test_days_take_whole_steps_and_ticks_one_number_of_decimals():
    rows = [(day / 2, day / 100, day / 100, day / 100) for day in range(36)]
    data = table({"days": "days", "returned": "share", "low": "share", "high": "share"}, *rows)
    written = [text for text, _ in text_boxes(figure_of("survival", data, {}, "en", COLUMN_WIDTH))]
    assert [text for text in written if text.isdigit()] == ["0", "5", "10", "15", "20"]
    data = table({"item": "text", "mark": "number", "weight": "share"}, ("a", 3.05, 0.1), ("b", 4.1, 0.3))
    figure = figure_of("scatter", data, {"from_zero": False}, "en", COLUMN_WIDTH)
    marks = [text for text, _ in text_boxes(figure) if "." in text]
    assert marks == ["3.0", "3.2", "3.4", "3.6", "3.8", "4.0", "4.2"]


def test_an_interval_has_the_same_rim_on_every_bar():
    rows = [(str(place), 10.0 + place, 9.0 + place / 3, 14.0 + place) for place in range(7)]
    data = table({"name": "text", "value": "number", "low": "number", "high": "number"}, *rows)
    figure = figure_of("bars", data, {"highlight": "0"}, "en", COLUMN_WIDTH)
    lines = [line for line in figure.findobj(Line2D) if len(set(line.get_ydata())) == 1]
    rims = [line for line in lines if line.get_color() == COLOURS["paper"]]
    spans = [line for line in lines if line.get_color() == COLOURS["ink"]]
    assert [(*line.get_xdata(), *line.get_ydata()) for line in rims] == [
        (*line.get_xdata(), *line.get_ydata()) for line in spans
    ]
    # A point on both sides: less is lost between a screen's pixels on some bars and seen on others.
    assert all(rim.get_linewidth() - one.get_linewidth() > 2 for rim, one in zip(rims, spans, strict=True))


def boxes_of(figure, *roles):
    colours = {COLOURS[role] for role in roles}
    return [box for box in figure.findobj(Rectangle) if to_hex(box.get_facecolor()) in colours]


def test_bars_are_as_long_as_their_values_from_zero():
    data = table({"item": "text", "value": "count"}, ("a", 100), ("b", 50), ("c", -25), ("d", 0))
    bars = boxes_of(figure_of("bars", data, {}, "en", COLUMN_WIDTH), "accent")
    zero = bars[0].get_x()
    lengths = [bar.get_width() / bars[0].get_width() for bar in bars]
    assert lengths == pytest.approx([1, 0.5, 0.25, 0])
    assert [bar.get_x() for bar in bars[:2]] == [zero, zero]
    assert bars[2].get_x() + bars[2].get_width() == pytest.approx(zero)


def test_months_are_as_high_as_their_values_from_one_line():
    data = table({"month": "date", "revenue": "money"}, ("2017-01-01", 30.0), ("2017-02-01", 60.0))
    low, high = boxes_of(figure_of("months", data, {}, "en", COLUMN_WIDTH), "pale")
    assert high.get_height() == pytest.approx(2 * low.get_height())
    assert low.get_y() + low.get_height() == pytest.approx(high.get_y() + high.get_height())


def test_a_step_of_a_bridge_begins_where_the_one_before_it_ended():
    data = table({"item": "text", "value": "count"}, ("up", 30.0), ("down", -10.0))
    options = {
        "start": {"label": "chart.before", "value": 100.0},
        "end": {"label": "chart.reported", "value": 120.0},
    }
    figure = figure_of("bridge", data, options, "en", COLUMN_WIDTH)
    (up, down), (_, end) = boxes_of(figure, "pale"), boxes_of(figure, "grey")
    assert up.get_x() + up.get_width() == pytest.approx(down.get_x() + down.get_width())
    assert [bar.get_width() / up.get_width() for bar in (down, end)] == pytest.approx([1 / 3, 2 / 3])
    assert end.get_x() + end.get_width() == pytest.approx(down.get_x())


def test_parts_are_as_long_as_their_shares_and_fill_the_column():
    data = table({"item": "text", "first": "share", "second": "share"}, ("Soap", 0.25, 0.75))
    figure = figure_of("parts", data, {}, "en", COLUMN_WIDTH)
    [one], [other] = boxes_of(figure, "accent"), boxes_of(figure, "grey")
    assert one.get_width() == pytest.approx((COLUMN_WIDTH - 132) / 4)
    assert other.get_x() + other.get_width() == pytest.approx(COLUMN_WIDTH)
    assert other.get_x() - one.get_x() - one.get_width() == pytest.approx(1)  # the seam


def test_figures_under_each_other_share_the_edge_of_their_plots():
    for example in EXAMPLES:
        if example.chart in ("bars", "paired_bars", "parts", "bridge", "rfm_heat"):
            figure = figure_of(example.chart, example.data, example.options, "en", COLUMN_WIDTH)
            drawn = [box for box in figure.findobj(Rectangle) if box is not figure.patch]
            assert min(box.get_x() for box in drawn) == pytest.approx(132), example.chart


def test_a_long_label_is_wrapped_not_cut():
    data = table({"item": "text", "value": "count"}, ("Supplier 764 (oral and personal care, all shops)", 3))
    written = [text for text, _ in text_boxes(figure_of("bars", data, {}, "en", COLUMN_WIDTH))]
    assert written[1:] == ["Supplier 764 (oral and personal", "care, all shops)", "3"]


def test_wrapping_breaks_english_by_words_and_chinese_by_characters():
    assert wrap("oral and personal care", 60) == ["oral and", "personal care"]
    assert wrap("护发产品（含染发剂），新品", 40) == ["护发产品", "（含染发", "剂），新品"]
    assert wrap("  two   words ", 200) == ["two words"]
    assert wrap("", 50) == [""]
    assert wrap("Mortgage,foreclosure/loan", 60) == ["Mortgage,", "foreclosure/", "loan"]
    assert wrap("(hair care, make-up)", 60) == ["(hair care,", "make-up)"]
    assert wrap("1,234/2,345 in 2-24", 45) == ["1,234/2,345", "in 2-24"]


def test_the_column_of_labels_widens_before_a_word_breaks():
    word = "Unwiederbringlichkeitsbescheinigung"
    for name, lines in ((word, [word]), (f"{word}/{word}", [f"{word}/", word])):
        data = table({"name": "text", "value": "count"}, (name, 3))
        figure = figure_of("bars", data, {}, "en", COLUMN_WIDTH)
        [bar] = boxes_of(figure, "accent")
        assert 132 < bar.get_x() <= 168
        assert [text for text, _ in text_boxes(figure)][1:-1] == lines


@given(text=st.text("ab cd，（）客户关系", max_size=80), width=st.floats(20, 200))
def test_wrapped_lines_hold_the_whole_text_and_keep_to_their_width(text, width):
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line) <= width + 1e-9 or len(line) == 1 for line in lines)


def test_labels_are_moved_apart_and_stay_inside():
    assert spread([10, 50], [20, 20], 0, 100) == [10, 50]
    assert spread([50, 50], [20, 20], 0, 100) == [50, 70]
    assert spread([95, 95], [20, 20], 0, 100) == [70, 90]
    assert spread([0], [20], 0, 100) == [10]


@many
@given(
    rows=st.lists(st.tuples(st.none() | shares, st.none() | shares, shares), min_size=1, max_size=9),
    width=widths,
    language=languages,
)
def test_forecasts_by_class_stand_clear(rows, width, language):
    data = table(
        {"class": "text", "came": "share", "one": "share", "two": "share"},
        *((str(place), *row) for place, row in enumerate(rows)),
    )
    options = {"chosen": "one", "measure": "sample.revenue"}
    assert_clear(figure_of("calibration", data, options, language, width))


@many
@given(
    steps=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=2, max_size=80),
    part=st.floats(0.1, 0.9),
    width=widths,
    language=languages,
)
def test_tracking_stands_clear(steps, part, width, language):
    came = foretold = 0
    rows = []
    for week, (one, other) in enumerate(steps, start=1):
        came, foretold = came + one, foretold + other
        rows.append((week, came, foretold))
    data = table({"weeks": "count", "came": "count", "foretold": "count"}, *rows)
    options = {"since": part * len(rows), "measure": "sample.revenue"}
    assert_clear(figure_of("tracking", data, options, language, width))


@many
@given(
    rows=st.lists(st.tuples(names, st.none() | sizes, st.none() | shares), min_size=4, max_size=4),
    width=widths,
    language=languages,
)
def test_four_kinds_stand_clear(rows, width, language):
    data = table({"kind": "text", "customers": "count", "value": "share"}, *rows)
    options = {"highlight": rows[0][0], "across": "sample.revenue", "up": "sample.share"}
    assert_clear(figure_of("quadrant", data, options, language, width))
