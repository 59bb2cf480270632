"""What is checked of params and headers before anything is ingested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from crmreport.data.contract import SALE_LINES
from crmreport.data.engine import connect
from crmreport.data.mapping import FILE, ROW, check_inputs, passes, plans
from crmreport.errors import InputDataError, ParamsError
from tests.data.clinic import clinic
from tests.data.shop import COLUMNS, sales, shop

MAPPABLE = (
    f"Columns are: {', '.join(column.name for column in SALE_LINES.mappable)}. Others go under attributes."
)
FILTERABLE = "Columns are: customer_id, order_id, product_id, category, manufacturer."
LINE = "a,1,001,2023-01-05,1,2.50,0,0"


def brand(**where: Any) -> list[dict[str, Any]]:
    return [{"id": "north", "name": "North", "where": where}]


def test_good_inputs_pass(tmp_path: Path) -> None:
    check_inputs(shop(tmp_path, [LINE]))


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    engagement = shop(tmp_path, [LINE], sources=sales(columns=COLUMNS | {"revenue": "payd"}))
    with pytest.raises(InputDataError) as raised:
        check_inputs(engagement)
    assert str(raised.value) == (
        "sales.csv: no column “payd” (found: card, receipt, article, time, units, paid, off, coupon) "
        "(did you mean “paid”?). Map it under sources.sale_lines.columns in shop.yml."
    )


def test_sources_of_which_no_row_is_dated_are_told(tmp_path: Path) -> None:
    survey = {"survey_answers": {"wide": ["q1"]}}
    brands = brand(item="q1")
    check_inputs(clinic(tmp_path, {"survey_answers": "q1\n5\n"}, _with_day(survey), brands=brands))
    with pytest.raises(InputDataError, match=r"^clinic\.yml: Nothing says when: no row of any source"):
        check_inputs(clinic(tmp_path, {}, survey, brands=brands))


def _with_day(sources: dict[str, Any]) -> dict[str, Any]:
    return {name: one | {"constants": {"answered_on": "2024-05-31"}} for name, one in sources.items()}


def test_every_file_of_a_glob_is_checked(tmp_path: Path) -> None:
    engagement = shop(tmp_path, [LINE], sources=sales(path="sales*.csv"))
    (tmp_path / "sales-2.csv").write_text("card,time\na,2023-01-05\n", "utf-8")
    with pytest.raises(InputDataError, match=r"^sales-2\.csv: no column “receipt” \(found: card, time\)"):
        check_inputs(engagement)


def test_a_broken_parquet_file_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "sales.parquet").write_bytes(b"PAR1 and then nothing")
    engagement = shop(tmp_path, sources=sales(path="sales.parquet"))
    with pytest.raises(InputDataError, match=r"^“sales\.parquet” cannot be read: it is damaged .+\. Copy or"):
        check_inputs(engagement)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_each_row_knows_its_file_and_its_row_as_a_spreadsheet_counts(tmp_path: Path, format: str) -> None:
    engagement = shop(tmp_path, sources=sales(path=f"sales*.{format}"))
    for name, cards in {"sales-1": ["a", "b"], "sales-2": ["c"]}.items():
        frame = pd.DataFrame(
            {"card": cards} | {column: "1" for column in COLUMNS.values() if column != "card"}
        )
        write = frame.to_csv if format == "csv" else frame.to_parquet
        write(tmp_path / f"{name}.{format}", index=False)
    read = plans(engagement)["sale_lines"].read(connect())
    found = read.select(FILE, ROW, "card").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in found] == [
        (f"sales-1.{format}", 2, "a"),
        (f"sales-1.{format}", 3, "b"),
        (f"sales-2.{format}", 2, "c"),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"sources": sales(columns=COLUMNS | {"custmer_id": "card"})},
            "shop.yml, sources.sale_lines.columns: “custmer_id” is not a column of sale_lines "
            f"(did you mean “customer_id”?). {MAPPABLE}",
        ),
        (
            {"sources": sales(columns=COLUMNS | {"sold_on": "time"})},
            "shop.yml, sources.sale_lines.columns: “sold_on” is not a column of sale_lines "
            f"(did you mean “sold_at”?). {MAPPABLE}",
        ),
        (
            {"sources": sales(columns={"customer_id": "card"})},
            "shop.yml, sources.sale_lines.columns: sold_at is not mapped. "
            "Add a line “sold_at: …” with the name that it has in the file.",
        ),
        (
            {"sources": sales(attributes=["revenue"])},
            "shop.yml, sources.sale_lines.attributes: “revenue” is a column of sale_lines already. "
            "Map it under columns.",
        ),
        (
            {"sources": sales(attributes=["opens_day"])},
            "shop.yml, sources.sale_lines.attributes: “opens_day” is a name that crmreport gives to what it "
            "finds out about sale_lines. Give the attribute another name, and map that under columns.",
        ),
        (
            {"sources": sales(columns={"customer_id": "card", "sold_at": "time"})},
            "shop.yml, sources.sale_lines.columns: product_id is not mapped, so that no sale line finds its "
            "product. Map it, or leave out sources.products.",
        ),
        (
            {"brands": brand(manufactuer="N")},
            "shop.yml, brands.north.where: “manufactuer” is no text column of any source "
            f"(did you mean “manufacturer”?). {FILTERABLE}",
        ),
        (
            {"include": {"revenue": 5}},
            "shop.yml, include: “revenue” is no text column of the sale lines or their products. "
            f"{FILTERABLE}",
        ),
    ],
)
def test_what_the_params_get_wrong_is_said(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError) as raised:
        check_inputs(shop(tmp_path, [LINE], **changes))
    assert str(raised.value) == message


def test_a_filter_is_any_of_alternatives_each_all_of_its_columns(tmp_path: Path) -> None:
    include = [{"category": ["soap", "balm"], "manufacturer": "N"}, {"manufacturer": ["7", 8, True]}]
    filter = shop(tmp_path, include=include).params.include
    table = ibis.memtable(
        pd.DataFrame(
            {
                "category": ["soap", "soap", "oil", "oil", "oil", None, None],
                "manufacturer": ["N", "S", "N", "8", "true", "N", "7"],
            }
        )
    )
    kept = table.filter(passes(filter, {"category": table.category, "manufacturer": table.manufacturer}))
    assert sorted(kept.manufacturer.to_pandas()) == ["7", "8", "N", "true"]
