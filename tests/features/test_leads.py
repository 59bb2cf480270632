"""Open leads and who works on them, counted by hand."""

from datetime import date

import ibis
import pyarrow as pa

from crmreport.features.days import day_table
from crmreport.features.leads import open_leads
from tests.features.lines import sale_lines, values

AS_OF = date(2023, 6, 30)
DAYS = day_table(sale_lines([("ann", "1", "soap/a", "north", "2023-01-10", 1, "9.00", "0", "0")]))
COLUMNS = ("lead_id", "customer_id", "created_at", "status", "closed_on", "staff_id", "brand_id")
TYPES = dict.fromkeys(COLUMNS, "string") | {"created_at": "timestamp", "closed_on": "date"}


def table(*rows):
    """Rows of lead, customer, day of creation, status, day of closing, staff and brand."""
    schema = ibis.schema(TYPES)
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    arrays = [
        pa.array([row[name] for row in found], pa.string()).cast(kind)
        for name, kind in zip(COLUMNS, schema.to_pyarrow().types, strict=True)
    ]
    return ibis.memtable(pa.table(arrays, schema=schema.to_pyarrow()))


LEADS = table(
    ("l1", None, "2023-05-01", "new", None, None, "north"),  # nobody works on it
    ("l2", None, "2023-05-01", None, None, "li", "north"),  # Li does
    ("l3", None, "2023-05-01", None, None, None, "north"),  # an open deal does
    ("l4", "ann", "2023-05-01", None, None, None, "north"),  # has bought: a customer
    ("l5", None, "2023-05-01", None, "2023-06-01", None, "north"),  # closed
    ("l6", None, "2023-05-01", " 已成交 ", None, None, "north"),  # over by its status
    ("l7", None, "2023-05-01", None, "2023-07-15", None, None),  # closed later; no brand
    ("l8", None, "2023-07-01", None, None, None, "north"),  # not yet made
)
DEALS = table(
    ("l3", None, "2023-05-02", None, None, "wu", "north"),
    (None, None, "2023-05-02", None, None, "wu", "north"),  # without a lead: in work as well
    ("l1", None, "2023-05-02", "Lost", None, "xu", "north"),  # over, so nobody works on l1
)


def test_open_leads_by_whether_somebody_works_on_them():
    found = open_leads(LEADS, DEALS, DAYS, as_of=AS_OF)

    assert values(found, "scope", "public", "in_work", "staff") == [("_group", 2, 3, 2), ("north", 1, 3, 2)]


def test_without_deals_only_staff_tells():
    found = open_leads(LEADS, None, DAYS, as_of=AS_OF)

    assert values(found, "scope", "public", "in_work", "staff") == [("_group", 3, 1, 1), ("north", 2, 1, 1)]
