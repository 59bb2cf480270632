"""Findings by hand, for the tests of advice."""

from __future__ import annotations

from crmreport.findings import Finding, Findings, Scope

UNITS = {
    "customers.basket": "money",
    "customers.revenue": "money",
    "customers.effect": "money",
    "recommendations.revenue": "money",
    "customers.buyers": "count",
    "segmentation.slipping_customers": "count",
    "retention.overdue_customers": "count",
    "value.quadrant_customers": "count",
    "retention.interval_days": "days",
    "warning.list_customers": "count",
    "lifecycle.customers": "count",
    "lifecycle.lost_days": "days",
    "lifecycle.regained_customers": "count",
    "loyalty.frequency": "number",
    "loyalty.expected_frequency": "number",
    "loyalty.breadth": "number",
    "environment.share_change": "points",
    "segmentation.top_gap": "points",
}


def finding(key: str, value: float | None, *, margin: float | None = None, n: int = 400) -> Finding:
    """A finding by its key: a census, or with ``margin`` an estimate; withheld where value is None."""
    id, _, inner = key.partition("[")
    known = value is not None
    estimated = known and margin is not None
    return Finding(
        id=id,
        scope=Scope(kind="group", id="_group"),
        dimensions=dict(part.split("=") for part in inner.removesuffix("]").split(",") if part),
        value=value,
        unit=UNITS.get(id, "share"),
        n=n,
        low=value - margin if estimated else None,
        high=value + margin if estimated else None,
        confidence=0.95 if estimated else None,
        census=known and not estimated,
        method="method.total",
        period="2017-Q4",
        status="value" if known else "withheld",
    )


def findings(**by_key: float | None) -> Findings:
    """Censuses by key, each dot of a key written as two underscores."""
    return Findings(finding(key.replace("__", "."), value) for key, value in by_key.items())
