"""Ids that had to be mended so that the tables meet: counted, in whatever table they stand."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from crmreport.data.cleaning import SCIENTIFIC
from crmreport.data.ingest import as_supplied
from crmreport.data.ledger import RuleId
from crmreport.data.mapping import Plan

Mended = Callable[[ir.StringValue, int], ir.BooleanValue]

_RULES: dict[RuleId, tuple[str, Mended]] = {
    "scientific_id": ("scientific", lambda text, _: text.re_search(SCIENTIFIC)),
    "lost_zeros": ("width", lambda text, width: text.re_search(r"^[0-9]+$") & (text.length() < width)),
    "two_cases": ("fold", lambda text, _: (text != text.lower()) & ~text.re_search(SCIENTIFIC)),
}


def mended(work: ir.Table, plan: Plan) -> dict[RuleId, ir.BooleanValue]:
    """By rule, whether any id of a row was mended so; only the rules that a column needed."""
    found: dict[RuleId, ir.BooleanValue] = {}
    for rule, (how, test) in _RULES.items():
        styles = {name: getattr(style, how) for name, style in plan.conventions.ids.items()}
        tests = [test(as_supplied(work, plan, name), value) for name, value in styles.items() if value]
        if tests:
            found[rule] = ibis.or_(*(one.fill_null(False) for one in tests))
    return found
