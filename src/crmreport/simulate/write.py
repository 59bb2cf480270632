"""A simulated client as a folder: a client's files, a params file, and the truth beside them.

Every file's name begins with ``simulated``, but for those of the truth, which no report reads. The same
world, size and seed give the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from crmreport.errors import OutputError, UsageError
from crmreport.simulate.declared import Format, params_text
from crmreport.simulate.known import COLUMNS, MEANINGS, WORLD
from crmreport.simulate.simulated import Simulated

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


def _truth_text(made: Simulated, customers: str) -> str:
    truth = {
        "simulated": True,
        "seed": made.seed,
        "customers": len(made.customers),
        "lines": len(made.lines),
        "world": {"meaning": WORLD} | made.truth.parameters,
        "truth_of_each_customer": customers,
        **{f"truth_of_{name}": f"truth-{name}{Path(customers).suffix}" for name in made.truth.tables},
        "columns": {name: COLUMNS[name] for name in ("customers", *made.truth.tables)},
        **{name: {"meaning": MEANINGS[name]} | what for name, what in made.truth.known.items()},
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
