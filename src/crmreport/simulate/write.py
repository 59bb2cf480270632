"""A simulated client as a folder: a client's files, a params file, and the truth beside them.

Every file's name begins with ``simulated``, but for those of the truth, which no report reads. The same
world, size and seed give the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import yaml

from crmreport.errors import OutputError, UsageError
from crmreport.simulate.described import CAVEATS, CLIENT, NAMES, WORLDS
from crmreport.simulate.questions import columns as question_columns
from crmreport.simulate.questions import questionnaire
from crmreport.simulate.simulated import Simulated
from crmreport.simulate.worlds import Brand, World

Format = Literal["csv", "parquet"]

_OF_PRODUCT = ("brand", "category")
"""What the file of sale lines leaves to the file of products."""


def write_simulated(made: Simulated, folder: Path, *, format: Format = "csv", replace: bool = False) -> Path:
    """Write the client's files, ``simulated.yml``, ``truth.json`` and ``truth-customers``; the params file.

    Raises UsageError where a params file is there and ``replace`` is not set, OutputError where the folder
    cannot be written to.
    """
    params = folder / "simulated.yml"
    if params.exists() and not replace:
        raise UsageError(f"{params} exists.", remedy="Name another folder, or replace it with --force.")
    tables = {
        "simulated-sales": made.lines.drop(columns=list(_OF_PRODUCT)),
        "simulated-customers": made.customers,
        "simulated-products": made.products,
        "simulated-stores": made.stores,
        **{f"simulated-{name}": table for name, table in made.tables.items()},
        "truth-customers": made.truth.customers.reset_index(),
        **{f"truth-{name}": table for name, table in made.truth.tables.items()},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            _write_table(frame, folder / f"{name}.{format}", format)
        _write_text(folder / "truth.json", _truth_text(made, f"truth-customers.{format}"))
        _write_text(params, params_text(made, format))
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be written to ({error.strerror}).") from error
    return params


def params_text(made: Simulated, format: Format) -> str:
    """The params file of a simulated client, which says on every page that it is one."""
    head = (
        "# Written by “crmreport simulate”: nobody in these files is real.\n"
        f"# World {made.world.id}, {len(made.customers)} customers, seed {made.seed}; "
        "the truth is in truth.json.\n"
    )
    return head + yaml.safe_dump(_params(made, format), allow_unicode=True, sort_keys=False, width=110)


def _params(made: Simulated, format: Format) -> dict[str, Any]:
    world = made.world
    return {
        "client": {"id": f"simulated-{world.id}", "name": WORLDS.get(world.id, CLIENT)},
        "simulated": True,
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "tax": "included",
        "languages": ["en", "zh-Hans", "zh-Hant"],
        "sources": _sources(made.world, format),
        "brands": [
            {
                "id": brand.id,
                "name": {"en": brand.name, "zh-Hans": brand.chinese, "zh-Hant": brand.traditional},
                "where": _whose(brand, by_answer=bool(world.survey and world.survey.by_brand)),
            }
            for brand in world.brands
        ],
        "commerce": {"sale_date": "paid", "revenue": "received"},
        "caveats": [CAVEATS[name] for name in ("", world.id) if name in CAVEATS],
        **_asked(made),
        "names": NAMES,
    }


def _whose(brand: Brand, *, by_answer: bool) -> Any:
    """Which rows are a brand's: those of its products, and the answers about it."""
    sold = {"manufacturer": brand.name}
    return [sold, {"brand": brand.name}] if by_answer else sold


def _asked(made: Simulated) -> dict[str, Any]:
    survey = made.world.survey
    return {"questionnaire": questionnaire(survey, made.tables["invitations"])} if survey else {}


def _sources(world: World, format: Format) -> dict[str, Any]:
    def source(name: str, *columns: str, **renamed: str) -> dict[str, Any]:
        same = {column: column for column in columns}
        return {"path": f"simulated-{name}.{format}", "columns": same | renamed}

    sales = ("customer_id", "order_id", "product_id", "store_id", "channel", "sold_at")
    customers = source("customers", "customer_id", "joined_on", "gender", "region")
    voices: dict[str, Any] = {}
    if world.survey is not None:
        asked = {"brand": ["brand"]} if world.survey.by_brand else {}
        answers = source("answers", "respondent_id", "customer_id", "wave", "mode", "answered_on", *asked)
        voices["survey_answers"] = answers | {"wide": question_columns()}
        if asked:
            voices["survey_answers"]["attributes"] = ["brand"]
        sent = source("invitations", "customer_id", interaction_id="invitation_id", occurred_at="invited_on")
        sent["columns"]["channel"] = "mode"
        voices["interactions"] = sent | {"constants": {"kind": "survey"}}
    products = source("products", "product_id", "category", product_name="product", manufacturer="brand")
    return {
        "sale_lines": source("sales", *sales, "quantity", "revenue", "discount", "cost"),
        "customers": customers | {"attributes": ["age"]},
        "products": products,
        "stores": source("stores", "store_id", "region", store_name="store"),
        **voices,
    }


def _truth_text(made: Simulated, customers: str) -> str:
    truth = {
        "simulated": True,
        "seed": made.seed,
        "customers": len(made.customers),
        "lines": len(made.lines),
        "world": made.truth.parameters,
        "truth_of_each_customer": customers,
        **{f"truth_of_{name}": f"truth-{name}{Path(customers).suffix}" for name in made.truth.tables},
    }
    return json.dumps(truth, indent=1, ensure_ascii=False) + "\n"


def _write_table(frame: pd.DataFrame, path: Path, format: Format) -> None:
    table = pa.Table.from_pandas(_plain(frame), preserve_index=False).replace_schema_metadata()
    aside = path.with_name(f".writing-{path.name}")
    if format == "csv":
        pa_csv.write_csv(table, aside)
    else:
        pq.write_table(table, aside)
    aside.replace(path)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as days and not as midnights, as a client's export has them."""
    days = [name for name in frame.columns if name.endswith("_on")]
    return frame.assign(**{name: frame[name].dt.date for name in days})


def _write_text(path: Path, text: str) -> None:
    aside = path.with_name(f".writing-{path.name}")
    aside.write_text(text, "utf-8")
    aside.replace(path)
