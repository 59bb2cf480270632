"""A client's folder becomes a params file that reads as it stands, and keeps what is personal to itself."""

from __future__ import annotations

import csv
import gzip
import random
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import xlsxwriter
import yaml

from crmreport.data.inspection import files
from crmreport.data.inspection.folder import Span, inspect_folder
from crmreport.data.inspection.writing import params_text
from crmreport.data.mapping import check_inputs
from crmreport.errors import InputDataError, UsageError
from crmreport.params import Engagement, load_params, parse_params
from tests.data.inspection.exports import exports

DECLARED = {"refund", "shop_coupon", "platform_coupon", "payment_kind"}
"""What a sale line may have only where the params say what it means."""

OURS = [
    pytest.param(
        export, id=export.name, marks=() if DECLARED & {*export.truth.values()} else pytest.mark.slow
    )
    for export in exports()
    if export.table
]

ZH_SALES = [
    "订单编号",
    "会员编号",
    "商品编码",
    "品牌",
    "付款时间",
    "数量",
    "实付金额（元）",
    "收货人",
    "联系手机",
]
ZH_MEMBERS = ["会员编号", "姓名", "手机号码", "性别", "生日", "注册时间", "备注"]
CANARIES = ("王小明", "李雷雷", "138001", "1985-07", "秘密")


def write(path, header, rows, *, encoding="utf-8", delimiter=","):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([header, *rows] if header else rows)


def zh_sales(month, rows=120):
    rng = random.Random(month)
    for n in range(rows):
        order = n // 2
        at = datetime(2024, month, 1 + order % 28, 10, order % 60)
        yield [
            f"E{month:02}{order:05}",
            f"M{1000 + order % 37}",
            f"P{100 + rng.randrange(20)}",
            ["ROSA", "LILY", "IRIS"][rng.choice([0, 0, 0, 1, 1, 2])],
            f"{at:%Y/%m/%d %H:%M:%S}",
            str(rng.randrange(1, 4)),
            f"{rng.uniform(20, 400):.2f}",
            ["王小明", "李雷雷"][order % 2],
            f"138001{10000 + order}",
        ]


def zh_members():
    for n in range(37):
        yield [
            f"M{1000 + n}",
            "王小明",
            f"138001{20000 + n}",
            "男女"[n % 2],
            f"1985-07-{1 + n % 28:02}",
            f"2023-01-{1 + n % 28:02} 09:00:00",
            f"秘密 {n}",
        ]


@pytest.fixture
def chinese(tmp_path):
    folder = tmp_path / "雅美 Acme"
    for month in (1, 2, 3):
        write(
            folder / f"订单-2024{month:02}.csv", ZH_SALES, zh_sales(month), encoding="gb18030", delimiter=";"
        )
    write(folder / "会员.csv", ZH_MEMBERS, zh_members())
    write(folder / "weather.csv", ["Station", "Date", "Rain"], [["S1", "2024-01-01", "3.5"]] * 40)
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "empty.csv").write_bytes(b"")
    return folder


def params_of(folder, base=None):
    found = inspect_folder(folder, base=base or folder)
    text = params_text(found)
    return found, text, parse_params(text, where="params.yml")


def test_a_clients_folder(chinese):
    found, _, params = params_of(chinese)

    lines = params.sources["sale_lines"]
    assert lines.path == "订单-*.csv"
    assert dict(lines.columns) == {
        "customer_id": "会员编号",
        "order_id": "订单编号",
        "product_id": "商品编码",
        "sold_at": "付款时间",
        "quantity": "数量",
        "revenue": "实付金额（元）",
        "brand": "品牌",
    }
    assert (lines.encoding, lines.delimiter, lines.attributes) == ("gb18030", ";", ("brand",))
    assert dict(params.sources["customers"].columns) == {
        "customer_id": "会员编号",
        "name": "姓名",
        "mobile": "手机号码",
        "birth_date": "生日",
        "gender": "性别",
        "joined_on": "注册时间",
    }
    assert set(params.sources) == {"sale_lines", "customers"}
    assert (params.client.id, params.currency, params.timezone) == ("acme", "CNY", "Asia/Shanghai")
    assert params.commerce.sale_date == "paid"
    assert found.span == Span(date(2024, 1, 1), date(2024, 3, 28), whole=True)
    assert {one.name for one in found.left} == {"weather.csv", "notes.docx", "empty.csv"}


def test_columns_may_change_places_from_month_to_month(chinese):
    shuffled = [ZH_SALES.index(name) for name in sorted(ZH_SALES)]
    rows = [[row[place] for place in shuffled] for row in zh_sales(4)]
    write(chinese / "订单-202404.csv", sorted(ZH_SALES), rows, encoding="gb18030", delimiter=";")

    found, _, params = params_of(chinese)

    assert params.sources["sale_lines"].columns["customer_id"] == "会员编号"
    assert found.brands is not None
    assert {value for value, _ in found.brands.rows} == {"ROSA", "LILY", "IRIS"}
    assert found.span == Span(date(2024, 1, 1), date(2024, 4, 28), whole=True)


def test_what_was_not_read_to_the_end_is_said(chinese, monkeypatch):
    monkeypatch.setattr(files, "READ_AT_MOST", 60)

    found, text, _ = params_of(chinese)

    # Twenty rows of each month: ten orders, on ten days.
    assert found.span == Span(date(2024, 1, 1), date(2024, 3, 10), whole=False)
    assert "from 2024-01-01 to 2024-03-10, in the part that was read" in text


def test_brands_are_listed_by_their_rows(chinese):
    _, text, params = params_of(chinese)

    names = [brand.name.root["*"] for brand in params.brands]
    counted = [row[3] for month in (1, 2, 3) for row in zh_sales(month)]
    largest = sorted(set(counted), key=lambda name: (-counted.count(name), name))
    assert names == largest[: len(names)]
    assert f"# {counted.count('ROSA')} rows" in text
    # What is not listed is there in a comment.
    assert all(name in text for name in largest)


def test_what_it_writes_is_read_without_an_edit(chinese):
    _, text, _ = params_of(chinese)
    (chinese / "params.yml").write_text(text, "utf-8")

    check_inputs(load_params(chinese / "params.yml"))


def test_no_value_of_a_person_is_written(chinese):
    found, text, _ = params_of(chinese)

    said = text + repr([(one.name, one.reason) for one in found.left]) + repr(found.currency)
    assert not [canary for canary in CANARIES if canary in said]
    # Neither the free text nor the recipient is offered as an attribute.
    offered = [line for line in text.splitlines() if line.strip().startswith("#   ")]
    assert not [line for line in offered if "备注" in line or "收货人" in line or "联系手机" in line]


def test_paths_are_written_as_seen_from_the_params_file(chinese):
    _, _, params = params_of(chinese, base=chinese.parent)
    assert params.sources["sale_lines"].path == "雅美 Acme/订单-*.csv"


def test_a_glob_that_would_mean_other_files_is_not_written(tmp_path):
    header = ["Order ID", "Customer ID", "Order Date", "Amount"]
    rows = [[f"o{n}", f"c{n % 9}", f"2024-01-{1 + n % 28:02}", "9.90"] for n in range(60)]
    write(tmp_path / "sales-01.csv", header, rows)
    write(tmp_path / "sales-02.csv", header, rows)
    write(tmp_path / "sales-notes.csv", ["remark"], [["x"]] * 5)

    found, _, params = params_of(tmp_path)

    assert params.sources["sale_lines"].path == "sales-01.csv"
    assert "looks like sale_lines" in {one.name: one.reason for one in found.left}["sales-02.csv"]


def test_a_file_name_with_a_globs_signs_means_itself(tmp_path):
    header = ["Order ID", "Customer ID", "Order Date", "Amount"]
    rows = [[f"o{n}", f"c{n % 9}", f"2024-01-{1 + n % 28:02}", "9.90"] for n in range(60)]
    write(tmp_path / "sales [final].csv", header, rows)

    _, text, _ = params_of(tmp_path)

    (tmp_path / "params.yml").write_text(text, "utf-8")
    check_inputs(load_params(tmp_path / "params.yml"))


def test_without_a_header_row(tmp_path):
    rng = random.Random(3)
    rows = [
        [
            f"SO{10000 + n // 2}",
            f"M{1000 + n // 2 * 7 % 83}",
            f"{datetime(2024, 1, 1) + timedelta(hours=n // 2)}",
            f"P-{rng.randrange(40)}",
            str(rng.choice([1, 1, 2])),
            f"{rng.uniform(5, 90):.2f}",
        ]
        for n in range(400)
    ]
    write(tmp_path / "data.csv", None, rows)

    found, text, params = params_of(tmp_path)

    lines = params.sources["sale_lines"]
    assert lines.header_row == 0
    assert {ours: int(theirs.removeprefix("column_")) for ours, theirs in lines.columns.items()} == {
        "order_id": 1,
        "customer_id": 2,
        "sold_at": 3,
        "product_id": 4,
        "quantity": 5,
        "revenue": 6,
    }
    assert not found.is_sure("sale_lines")
    assert "every column below is a guess" in text
    assert rows[0][1] not in text
    (tmp_path / "params.yml").write_text(text, "utf-8")
    check_inputs(load_params(tmp_path / "params.yml"))


def survey(rows=200):
    rng = random.Random(5)
    header = ["provider", *(f"sat_{n}" for n in range(1, 7)), "nps", "age"]
    body = [
        [
            str(rng.randrange(1, 5)),
            *(
                str(rng.choice([1, 2, 3, 4, 5, 6, 7, 7, -99] if n == 2 else [1, 2, 3, 4, 5, 6, 7]))
                for n in range(6)
            ),
            str(rng.randrange(11)),
            str(rng.randrange(18, 80)),
        ]
        for _ in range(rows)
    ]
    return header, body


def test_a_survey_with_one_column_a_question(tmp_path):
    header, rows = survey()
    path = tmp_path / "answers.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])

    found, _, params = params_of(tmp_path)

    source = params.sources["survey_answers"]
    assert set(source.wide) == {*(f"sat_{n}" for n in range(1, 7)), "nps"}
    assert (dict(source.columns), source.missing) == ({"brand": "provider"}, ("-99",))
    assert found.brands is not None
    assert sum(count for _, count in found.brands.rows) == len(rows)


def test_receipts_that_carry_points_are_sales_and_points(tmp_path):
    header = [
        "client_id",
        "receipt_id",
        "datetime",
        "store_id",
        "points_received",
        "points_spent",
        "purchase_sum",
    ]
    rows = [
        [
            f"c{n % 30}",
            f"r{n}",
            f"2024-01-{1 + n % 28:02}T10:00:00",
            f"s{n % 4}",
            f"{n % 7}.5",
            f"-{n % 3}.0",
            f"{n}.90",
        ]
        for n in range(200)
    ]
    write(tmp_path / "receipts.csv", header, rows)

    _, _, params = params_of(tmp_path)

    assert set(params.sources) == {"sale_lines", "points_ledger"}
    assert params.sources["points_ledger"].wide == ("points_received", "points_spent")
    assert params.sources["sale_lines"].columns["revenue"] == "purchase_sum"
    assert params.sources["sale_lines"].columns["sold_at"] == "datetime"


def test_products_that_no_line_names_are_left_out(tmp_path):
    sales = [[f"o{n}", f"c{n % 9}", f"2024-01-{1 + n % 28:02}", "9.90"] for n in range(60)]
    write(tmp_path / "sales.csv", ["Order ID", "Customer ID", "Order Date", "Amount"], sales)
    goods = [[f"p{n}", f"Cream {n}", "Face"] for n in range(20)]
    write(tmp_path / "products.csv", ["Product ID", "Product Name", "Category"], goods)

    found, _, params = params_of(tmp_path)

    assert set(params.sources) == {"sale_lines"}
    assert [one.name for one in found.left] == ["products.csv"]


def test_dates_that_may_be_either_are_declared_as_a_guess(tmp_path):
    rows = [[f"o{n}", f"c{n % 9}", f"{1 + n % 12:02}/{1 + n % 11:02}/2024", "£9.90"] for n in range(60)]
    write(tmp_path / "sales.csv", ["Order ID", "Customer ID", "Order Date", "Amount"], rows)

    _, text, params = params_of(tmp_path)

    assert params.sources["sale_lines"].day_first is True
    assert "a guess: no date has a day after the 12th" in text
    assert (params.currency, params.timezone) == ("GBP", "Europe/London")


def test_hostile_names_stay_texts(tmp_path):
    rows = [
        [
            f"o{n}",
            f"c{n % 9}",
            f"2024-01-{1 + n % 28:02}",
            "9.90",
            ["a: {b}", "x # y", "- z\\", "'q\""][n % 4],
        ]
        for n in range(60)
    ]
    write(tmp_path / "sales: {x} #1.csv", ["Order ID", "Customer ID", "Order Date", "Amount", "Brand"], rows)

    _, _, params = params_of(tmp_path)

    assert params.sources["sale_lines"].path == "sales: {x} #1.csv"
    values = {value for brand in params.brands for one in brand.where for value in one["brand"]}
    assert values <= {"a: {b}", "x # y", "- z\\", "'q\""}
    assert len(values) >= 3


def test_a_table_without_a_date_asks_for_one(tmp_path):
    answers = [[f"R{n}", *(str(1 + (n + k) % 5) for k in range(4))] for n in range(60)]
    write(tmp_path / "survey.csv", ["RESPNUM", "Q1", "Q2", "Q3", "Q4"], answers)

    found, text, params = params_of(tmp_path)

    assert (found.undated("survey_answers"), found.span) == ("answered_on", None)
    asked = "    # constants: {answered_on: 2024-05-31}\n"
    assert asked in text
    assert "constants" not in params.sources["survey_answers"].model_dump(exclude_defaults=True)
    # Uncommented, it is what a run needs.
    mended = parse_params(text.replace(asked, asked.replace("# ", "")), where="params.yml")
    assert mended.sources["survey_answers"].constants == {"answered_on": date(2024, 5, 31)}


def test_every_column_is_mapped_or_named(chinese):
    found, text, _ = params_of(chinese)

    assert [field.name for field in found.unmapped("sale_lines")] == ["收货人", "联系手机"]
    assert "tell of persons or single rows: 收货人, 联系手机\n" in text
    assert "tell of persons or single rows: 备注\n" in text


def test_numbers_without_a_countrys_code_are_of_the_currencys_country(chinese):
    _, _, params = params_of(chinese)
    assert params.matching.country_code == "86"

    (chinese / "会员.csv").unlink()
    renamed = [[*row[:6], f"NT${row[6]}", *row[7:]] for row in zh_sales(1)]
    write(chinese / "订单-202404.csv", ZH_SALES, renamed)
    write(
        chinese / "会员.csv",
        ["会员编号", "手机号码", "性别"],
        [[f"M{n}", f"09120{n:05}", "女"] for n in range(40)],
    )
    for month in (1, 2, 3):
        (chinese / f"订单-2024{month:02}.csv").unlink()
    _, _, params = params_of(chinese)
    assert (params.currency, params.matching.country_code) == ("TWD", "886")


def test_ids_marked_as_texts_are_ids(tmp_path):
    """As Taobao and JD write them, so that a spreadsheet keeps their digits."""
    rows = [
        [f'="{2341000000000000000 + n * 7919}"', f"tb{n % 9}", f"2024/01/{1 + n % 28:02} 10:00:00", "9.90"]
        for n in range(60)
    ]
    write(
        tmp_path / "ExportOrderList.csv", ["订单编号", "买家会员名", "订单付款时间", "买家实际支付金额"], rows
    )

    _, _, params = params_of(tmp_path)

    assert params.sources["sale_lines"].columns["order_id"] == "订单编号"


@pytest.mark.parametrize("export", OURS)
def test_what_is_written_of_any_export_is_read(tmp_path, export):
    rows = zip(*export.columns.values(), strict=True)
    write(tmp_path / "export.csv", list(export.columns), rows)

    _, _, params = params_of(tmp_path)

    assert set(params.sources) <= {export.table, "points_ledger"}


def test_a_folder_of_nothing(tmp_path):
    with pytest.raises(InputDataError, match="No file was understood: the folder holds none"):
        inspect_folder(tmp_path, base=tmp_path)
    write(tmp_path / "weather.csv", ["Station", "Date", "Rain"], [["S1", "2024-01-01", "3.5"]] * 40)
    with pytest.raises(InputDataError, match=r"weather\.csv: none of the tables that are known"):
        inspect_folder(tmp_path, base=tmp_path)
    with pytest.raises(UsageError, match="There is no such folder"):
        inspect_folder(tmp_path / "none", base=tmp_path)
    with pytest.raises(UsageError, match="This is a file"):
        inspect_folder(tmp_path / "weather.csv", base=tmp_path)


def test_our_own_reports_and_hidden_files_are_not_looked_at(chinese):
    before, _, _ = params_of(chinese)
    report = chinese / "reports" / "acme" / "2024-01"
    write(report / "notebooks" / "lines.csv", ZH_SALES, zh_sales(5))
    (report / "findings.json").write_text("[]", "utf-8")
    (report / "manifest.json").write_text("{}", "utf-8")
    write(chinese / ".crmreport" / "lines.csv", ZH_SALES, zh_sales(5))

    after, _, _ = params_of(chinese)

    assert {one.name for one in after.left} == {one.name for one in before.left}
    assert after.chosen.keys() == before.chosen.keys()


def test_a_file_that_lacks_a_required_column_is_left_out_and_says_so(chinese):
    write(
        chinese / "items.csv",
        ["order_id", "product_id", "quantity"],
        [[f"o{n}", "p1", "1"] for n in range(30)],
    )

    found, _, _ = params_of(chinese)

    reasons = {one.name: one.reason for one in found.left}
    assert reasons["items.csv"] == "nearest to sale_lines, but no column is its customer_id or sold_at"


def test_the_comments_are_comments(chinese):
    _, text, params = params_of(chinese)
    plain = "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))
    assert parse_params(plain, where="x") == params
    assert yaml.safe_load(text) == yaml.safe_load(plain)
    assert isinstance(Engagement(chinese / "params.yml", params), Engagement)


def test_the_sheets_of_a_workbook_are_tables(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "acme.xlsx") as book:
        for name, header, rows in (("订单", ZH_SALES, zh_sales(1)), ("会员", ZH_MEMBERS, zh_members())):
            sheet = book.add_worksheet(name)
            for place, row in enumerate([header, *rows]):
                sheet.write_row(place, 0, row)

    _, text, params = params_of(tmp_path)

    assert {name: (source.path, source.sheet) for name, source in params.sources.items()} == {
        "sale_lines": ("acme.xlsx", "订单"),
        "customers": ("acme.xlsx", "会员"),
    }
    (tmp_path / "params.yml").write_text(text, "utf-8")
    check_inputs(load_params(tmp_path / "params.yml"))


def test_parquet_is_read_with_its_types(tmp_path):
    frame = pd.DataFrame(
        {
            "order_id": [n // 2 for n in range(200)],
            "customer_id": [n // 2 % 31 for n in range(200)],
            "ordered_at": pd.date_range("2024-01-01", periods=200, freq="h"),
            "revenue": [n + 0.5 for n in range(200)],
        }
    )
    frame.to_parquet(tmp_path / "lines.parquet")

    found, text, params = params_of(tmp_path)

    assert dict(params.sources["sale_lines"].columns) == {
        "customer_id": "customer_id",
        "order_id": "order_id",
        "sold_at": "ordered_at",
        "revenue": "revenue",
    }
    assert found.span == Span(date(2024, 1, 1), date(2024, 1, 9), whole=True)
    (tmp_path / "params.yml").write_text(text, "utf-8")
    check_inputs(load_params(tmp_path / "params.yml"))
