"""Whose a row is: the one rule, for every table, that says which brand a row belongs to.

A brand's filter is asked of every table that has all columns which one of its alternatives names, its
own or those of its product. A row that no brand claims is the group's alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from crmreport.data.mapping import OURS, passes
from crmreport.errors import ParamsError
from crmreport.params import Engagement

BRAND = OURS + "brand"
_LAST_BRAND = OURS + "last brand that claims the row"
_PRODUCT = OURS + "product "


def with_product(rows: ir.Table, product_id: ir.StringValue, products: ir.Table) -> ir.Table:
    """The rows, each with the columns of its product; see ``product_column``."""
    known = products.rename(lambda name: _PRODUCT + name)
    return rows.left_join(known, product_id == known[product_column("product_id")])


def product_column(name: str) -> str:
    """What a column of the product is called beside those of the row."""
    return _PRODUCT + name


def branded(rows: ir.Table, engagement: Engagement, texts: Mapping[str, ir.StringValue]) -> ir.Table:
    """The rows with ``BRAND``. ``texts`` are the row's own text columns; those of its product, where
    ``with_product`` brought them, stand behind them."""
    columns = columns_of_product(rows) | dict(texts)
    claims = []
    for brand in engagement.params.brands:
        asked = tuple(one for one in brand.where if one.keys() <= columns.keys())
        if asked:
            claims.append((passes(asked, columns), brand.id))
    if not claims:
        nobody = ibis.null("string")
        return rows.mutate(**{BRAND: nobody, _LAST_BRAND: nobody})
    return rows.mutate(**{BRAND: ibis.cases(*claims), _LAST_BRAND: ibis.cases(*reversed(claims))})


def columns_of_product(rows: ir.Table) -> dict[str, ir.StringValue]:
    return {name.removeprefix(_PRODUCT): rows[name] for name in rows.columns if name.startswith(_PRODUCT)}


def check_one_brand(engagement: Engagement, rows: ir.Table, what: str) -> None:
    """Raises ParamsError where a row belongs to two brands: it would be in the group's total once and in
    theirs twice."""
    shared = rows.filter(rows[BRAND] != rows[_LAST_BRAND])
    pairs = shared.group_by([BRAND, _LAST_BRAND]).agg(rows=shared.count())
    for pair in pairs.order_by([BRAND, _LAST_BRAND]).to_pyarrow().to_pylist():
        raise ParamsError(
            f"{pair['rows']} {what} belong to two brands, {pair[BRAND]} and {pair[_LAST_BRAND]}.",
            where=f"{engagement.path.name}, brands",
            remedy="Narrow their filters until each row has one brand.",
        )
