"""A client whose files hold traps: markup in every text that may be published, canaries in all others.

A canary is a text that occurs nowhere else; where one is found outside the store, personal data got out.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import yaml
from pypdf import PdfReader

from crmreport.data.contract import TABLES, Column, Table

LONG = "x" * 100_000
TRAPS = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror=hacked()>",
    '#import "evil.typ": * $x$ @ref *bold* `raw`',
    r"\input{/etc/passwd}\textbf{x} %",
    '=cmd|" /C calc"!A0',
    "../../../etc/passwd",
    LONG,
    "👩‍👩‍👧 emoji",
    "\u202eright to left\u202c",
    "{{ 7 * 7 }} {% raw %}",
    "]]><!-- --></style></title>",
    "@SUM(1+1)*2",
)
"""Each is a category, a product, a store, a channel … of the client."""

KEY = "canary-of-the-key-0123456789abcdef"
# Seven ninths of a hundred is a mark like any other.
CANARY = re.compile(r"canary|1398765|1951-11-2\d|77\.77(?!7)|\+1398765", re.IGNORECASE)
CUSTOMERS = 60
_SERIAL = count(1)

PARAMS = {
    "client": {"id": "hostile", "name": "<b>Hostile</b> & Sons #1 $x$"},
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
    "tax": "included",
    "languages": ["en"],
    "minimum_group": 10,
    "brands": [
        {"id": "trap", "name": '"><script>brand()</script>', "where": {"manufacturer": "M"}},
        {"id": "rest", "name": "=1+1", "where": {"manufacturer": "R"}, "report": False},
    ],
    "comments": {
        "customers": "Kept for the search. </p><script>comment()</script> #panic[x] \\end{document}"
    },
    "commerce": {"revenue": "received"},
    "caveats": ["<iframe src=//evil.example></iframe> =HYPERLINK(1)"],
}


def canary(table: str, column: str) -> str:
    return f"canary{next(_SERIAL):06}-{table}-{column}"


def write_client(folder: Path) -> Path:
    """The files of every canonical table and the params file, whose path is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    customers = [canary("sale_lines", "customer_id") for _ in range(CUSTOMERS)]
    orders = [canary("sale_lines", "order_id") for _ in range(CUSTOMERS)]
    sources = {}
    for table in TABLES.values():
        rows = list(_rows(table, customers, orders))
        names = [column.name for column in _columns(table)]
        with (folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            # Two more columns, which nobody declared: they are personal until somebody does.
            writer.writerow([f"their {name}" for name in names] + ["note", "canary-header"])
            writer.writerows([*row, canary(table.name, "note"), canary(table.name, "x")] for row in rows)
        sources[table.name] = {
            "path": f"{table.name}.csv",
            "columns": {name: f"their {name}" for name in names},
        }
    path = folder / "hostile.yml"
    path.write_text(yaml.safe_dump(PARAMS | {"sources": sources}, allow_unicode=True), "utf-8")
    return path


def _rows(table: Table, customers: list[str], orders: list[str]) -> Iterator[list[object]]:
    size = {"sale_lines": CUSTOMERS * len(TRAPS) * 2, "products": len(TRAPS) * 2, "stores": len(TRAPS)}
    for number in range(size.get(table.name, CUSTOMERS)):
        yield [_value(table, column, number, customers, orders) for column in _columns(table)]


def _columns(table: Table) -> list[Column]:
    """All but those that turn a sale into something else: a refund, a deposit, a cancelled order."""
    special = {"refund", "refunded_on", "payment_kind", "order_status", "shop_coupon", "platform_coupon"}
    return [
        column
        for column in table.mappable
        if table.name != "sale_lines" or column.name not in special or not column.publishable
    ]


def _value(table: Table, column: Column, n: int, customers: list[str], orders: list[str]) -> object:
    trap = TRAPS[n % len(TRAPS)]
    turn = n // len(TRAPS)
    match table.name, column.name:
        case _, "customer_id":
            return customers[turn % CUSTOMERS if table.name == "sale_lines" else n % CUSTOMERS]
        case _, "order_id":
            return orders[n % CUSTOMERS]
        case _, "product_id":
            return f"p{n % (2 * len(TRAPS))}"
        case "products", "manufacturer":
            return "M" if n % 2 else "R"
        case "products", "category":
            return TRAPS[n // 2]
        case "customers", "mobile":
            return f"1398765{n // 2:04}"
        case "customers", "birth_date":
            return f"1951-11-2{n % 10}"
        case "customers", "age_years":
            return "77.77"
        case _, "campaign_id":
            return f"k{n % len(TRAPS)}"
        case _, "store_id":
            return f"s{n % len(TRAPS)}"
        case _, "quantity":
            return 1 + n % 2
        case _, "revenue":
            return 10 + n % 7
        case "coupons" | "leads" | "staff", name if column.key and not column.personal:
            return f"{name}{n}"
    day = date(2023, 7, 3) + timedelta(days=n * 7 % 180)
    match column.type:
        case "timestamp":
            return f"{day}T{9 + n % 9:02}:30:00"
        case "date":
            return str(day)
        case "boolean":
            return "yes" if n % 2 else "no"
        case "string":
            return trap if column.publishable else canary(table.name, column.name)
        case _:
            return 1 + n % 5


# ---------------------------------------------------------------- what a publication says


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every text of a file, with where it stands: inside zips, a PDF's pages, metadata and attachments."""
    content = path.read_bytes()
    yield path.name, content.decode("utf-8", "replace")
    if path.suffix == ".pdf":
        yield from _pdf(path)
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield f"{path.name}/{member}", member + archive.read(member).decode("utf-8", "replace")


def _pdf(path: Path) -> Iterator[tuple[str, str]]:
    reader = PdfReader(path)
    for number, page in enumerate(reader.pages, start=1):
        # A line broken inside a word must not hide it.
        yield f"{path.name}, page {number}", page.extract_text().replace("\n", "")
    yield f"{path.name}, metadata", f"{reader.metadata} {reader.xmp_metadata}"
    for name, contents in reader.attachments.items():
        yield f"{path.name}, {name}", name + b"".join(contents).decode("utf-8", "replace")


def leaks(folder: Path) -> list[str]:
    """Where in the files (and names) under ``folder`` a canary stands."""
    found = []
    for path in sorted(folder.rglob("*")):
        if CANARY.search(path.name):
            found.append(f"{path.name}: its name")
        if path.is_file():
            for place, text in texts_of(path):
                if hit := CANARY.search(text):
                    around = text[max(0, hit.start() - 40) : hit.end() + 40]
                    found.append(f"{path.parent.name}/{place}: {around!r}")
    return found
