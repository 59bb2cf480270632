"""A tiny engagement and tiny chapters, for the tests of runs and of the command line."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

PARAMS = """\
client: {id: acme, name: {en: Acme, zh-Hans: 顶点, zh-Hant: 頂點}}
timezone: Europe/Paris
currency: EUR
tax: included
minimum_group: 5
languages: [en, zh-Hans]
sources:
  sale_lines:
    path: sales.csv
    columns: {customer_id: customer, order_id: receipt, product_id: product, sold_at: day, revenue: amount}
  products:
    path: products.csv
    columns: {product_id: product, manufacturer: maker}
brands:
  - {id: north, name: North, where: {manufacturer: north}}
  - {id: south, name: South <b>&</b>, where: {manufacturer: south}}
"""

OPEN = """\
from crmreport.display.blocks import Paragraph, sentence
from crmreport.lab import open_chapter
chapter = open_chapter({name!r}, run_file, about_customers=False)"""
SHOW = 'chapter.show(Paragraph(sentences=(sentence("page.title"),)))'


def write_engagement(folder: Path) -> Path:
    """60 customers' receipts of 2023 over two brands; returns the params file."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)
    lines = ["customer,receipt,product,day,amount"]
    for receipt in range(600):
        day = f"2023-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        customer, product = dice.randint(1, 60), dice.choice(("soap", "soap", "cream"))
        lines.append(f"C{customer},R{receipt},{product},{day},{dice.randint(100, 9000) / 100}")
    (folder / "sales.csv").write_text("\n".join(lines) + "\n")
    (folder / "products.csv").write_text("product,maker\nsoap,north\ncream,south\n")
    params = folder / "acme.yml"
    params.write_text(PARAMS, "utf-8")
    return params


def write_chapter(
    folder: Path,
    file_name: str,
    cells: Sequence[str] = (SHOW,),
    *,
    scopes: Sequence[str] = ("group", "brand"),
    needs: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """A chapter's notebook: parameters, opening, and ``cells``."""
    name = file_name[3:].removesuffix(".ipynb")
    sources = ["run_file = None", OPEN.format(name=name), *cells]
    notebook = new_notebook(
        cells=[new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "crmreport": {"scopes": list(scopes), "needs": dict(needs or {})},
        },
    )
    notebook.cells[0].metadata["tags"] = ["parameters"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name
    nbformat.write(notebook, path)
    return path


def state_of(results: Sequence[Any]) -> dict[str, tuple[str, str | None]]:
    return {result.chapter.name: (result.state, result.failure) for result in results}
