"""Personal data is taken out of the tables: identities apart, ids replaced by numbers of the store.

What names or reaches a person (``Column.identity``) goes to tables of their own, which no notebook
opens. Everywhere else a customer, an order, a case is a number that means nothing outside the store:
the place of its id in the order of all, so that nothing computed depends on a key, on the order of
rows or on chance. Of an age only the band stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.contract import CUSTOMERS, SALE_LINES, TABLES
from crmreport.data.ingest import Ingested
from crmreport.data.ledger import Rule, TableLedger, Tally
from crmreport.data.matching import Matched, match
from crmreport.data.people import ChannelAccount, PeopleAccount
from crmreport.params_privacy import Matching

AGE_BANDS = (
    (14, "0-13"),
    (18, "14-17"),
    (25, "18-24"),
    (35, "25-34"),
    (45, "35-44"),
    (55, "45-54"),
    (65, "55-64"),
    (111, "65+"),
)
"""Ages under the first number (and from the one before on) are in the band of that name."""
UNDER_AGE = "0-13"
"""Whose data the law counts as sensitive in China: they are on no list."""

_DIGITS = 10
"""Of a number; with them the database keeps it inline, beside the row."""
_SAME_SPACE = {"referred_id": "customer_id"}
_SEPARATE = ("age_years",)


@dataclass(frozen=True)
class Protected:
    """The tables without identities; the identities by table; and the account of the people."""

    made: dict[str, Ingested]
    identities: dict[str, ir.Table]
    people: PeopleAccount | None


def protect(backend: Backend, made: Mapping[str, Ingested], matching: Matching) -> Protected:
    """Part the identities from ``made``, link the ids of one person, number what is left.

    Every table keeps its rows, but for that of the customers, which has one a person: of each column
    the first value in order of ids; who refused with one id has refused.
    """
    bare = {name: _unsorted(one.rows) for name, one in made.items()}
    spaces = _spaces(made)
    numbers = {space: _numbers(backend, space, bare, columns) for space, columns in spaces.items()}
    matched = None
    if "customer_id" in numbers:
        matched = match(backend, numbers["customer_id"], _keys_of(made, bare), matching)
        numbers["customer_id"] = _persons(backend, numbers["customer_id"], matched)
    as_of = last_day(made, bare)
    protected, identities = {}, {}
    for name, one in made.items():
        rows = _numbered(bare[name], numbers, spaces, name)
        if apart := _apart(one):
            identities[name] = _identities(bare[name], rows, name, apart, numbers)
        rows = _kept(rows, one, as_of)
        if name == CUSTOMERS.name and matched is not None and len(matched.links):
            rows = _one_a_person(rows)
        ledger = _with_impossible_ages(bare[name], one.ledger, as_of)
        protected[name] = replace(one, rows=rows.order_by(_order(one.rows, rows)), ledger=ledger)
    people = _account(protected, matched, numbers)
    return Protected(_recounted(protected, matched, bare, numbers), identities, people)


# ---------------------------------------------------------------- ids


def _spaces(made: Mapping[str, Ingested]) -> dict[str, list[tuple[str, str]]]:
    """The columns (table, name) that hold each kind of personal id, of those supplied."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in made:
        for column in TABLES[name].columns:
            if column.personal and column.name.endswith("_id") and column.name in made[name].rows.columns:
                found.setdefault(_SAME_SPACE.get(column.name, column.name), []).append((name, column.name))
    return found


def _numbers(
    backend: Backend, space: str, bare: Mapping[str, ir.Table], columns: Iterable[tuple[str, str]]
) -> ir.Table:
    """Every id of a kind once, as ``supplied_id``, with its ``number``."""
    parts = [bare[table].select(supplied_id=bare[table][name]).distinct() for table, name in columns]
    ids = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0]
    ids = ids.filter(ids.supplied_id.notnull())
    numbered = ids.mutate(number=_number(ibis.row_number().over(order_by="supplied_id")))
    return backend.create_table(f"numbers_{space}", numbered, temp=True)


def _number(place: ir.IntegerValue) -> ir.StringValue:
    return (place + 1).cast("string").lpad(_DIGITS, "0")


def _persons(backend: Backend, ids: ir.Table, matched: Matched) -> ir.Table:
    """The ids with one number a person."""
    if matched.links.empty:
        return ids
    links = ibis.memtable(matched.links, schema={"supplied_id": "string", "person_id": "string"})
    joined = ids.drop("number").left_join(links, "supplied_id").drop("supplied_id_right")
    person = ibis.coalesce(joined.person_id, joined.supplied_id)
    joined = joined.select("supplied_id", number=_number(ibis.dense_rank().over(order_by=person)))
    return backend.create_table("numbers_of_persons", joined, temp=True)


def _numbered(
    rows: ir.Table, numbers: Mapping[str, ir.Table], spaces: Mapping[str, list[tuple[str, str]]], table: str
) -> ir.Table:
    names = rows.columns
    for space, columns in spaces.items():
        for name in (name for owner, name in columns if owner == table):
            known = numbers[space].rename({f"{name} supplied": "supplied_id", f"{name} number": "number"})
            rows = rows.left_join(known, rows[name] == known[f"{name} supplied"])
            rows = rows.mutate(**{name: rows[f"{name} number"]}).drop(f"{name} supplied", f"{name} number")
    return rows.select(names)


# ---------------------------------------------------------------- identities


def _apart(one: Ingested) -> list[str]:
    """The columns that go to the identities: those of the contract, where the client supplied them."""
    table = TABLES[one.ledger.table]
    return [
        column.name
        for column in table.columns
        if column.name in one.ledger.columns and (column.identity or column.name in _SEPARATE)
    ] + (["customer_id"] if one.ledger.table == CUSTOMERS.name else [])


def _keys_of(made: Mapping[str, Ingested], bare: Mapping[str, ir.Table]) -> ir.Table | None:
    if CUSTOMERS.name not in made:
        return None
    rows = bare[CUSTOMERS.name]
    supplied = [name for name in _apart(made[CUSTOMERS.name]) if name != "customer_id"]
    return rows.select(*supplied, supplied_id=rows.customer_id)


def _identities(
    bare: ir.Table, rows: ir.Table, table: str, apart: list[str], numbers: Mapping[str, ir.Table]
) -> ir.Table:
    """The identities by number; of a customer with the id as the client writes it."""
    if table != CUSTOMERS.name:
        keys = [column.name for column in TABLES[table].keys]
        return rows.select(*dict.fromkeys([*keys, *apart])).order_by(keys)
    known = numbers["customer_id"].rename(customer_number="number")
    own = bare.select(*(name for name in apart if name != "customer_id"), supplied="customer_id")
    joined = known.left_join(own, known.supplied_id == own.supplied).drop("supplied")
    return joined.rename(customer_id="customer_number").order_by(["customer_id", "supplied_id"])


def _kept(rows: ir.Table, one: Ingested, as_of: date | None) -> ir.Table:
    """The rows without identities, their ages in bands."""
    table = TABLES[one.ledger.table]
    gone = [column.name for column in table.columns if column.identity or column.name in _SEPARATE]
    if "age_band" in rows.columns:
        rows = rows.mutate(age_band=age_band(rows, as_of))
    return rows.drop(*(name for name in gone if name in rows.columns))


def age_band(rows: ir.Table, as_of: date | None) -> ir.StringValue:
    """The band of each customer's age on ``as_of``, of the birth date or else of the age supplied.

    NULL where neither is known, and where nobody can be as old.
    """
    age = rows.age_years.cast("float64") if "age_years" in rows.columns else ibis.null("float64")
    if as_of is not None and "birth_date" in rows.columns:
        had_birthday = (
            as_of.month * 100 + as_of.day
        ) >= rows.birth_date.month() * 100 + rows.birth_date.day()
        years = as_of.year - rows.birth_date.year() - ibis.ifelse(had_birthday, 0, 1)
        age = ibis.coalesce(years.cast("float64"), age)
    possible = (age >= 0, age)
    known = ibis.cases(possible)
    return ibis.cases(*((known < limit, band) for limit, band in AGE_BANDS))


def last_day(made: Mapping[str, Ingested], bare: Mapping[str, ir.Table]) -> date | None:
    """The last day on which anything happened; ages are as of it. None where nothing is dated."""
    days = [
        bare[name][dated].max().cast("date").to_pyarrow().as_py()
        for name in made
        if (dated := TABLES[name].dated) and (TABLES[name].events or name == SALE_LINES.name)
    ]
    return max((day for day in days if day is not None), default=None)


def _one_a_person(rows: ir.Table) -> ir.Table:
    """One row a customer, of those that several ids brought."""
    order = [name for name in rows.columns if name != "customer_id"]
    first = {name: rows[name].first(order_by=order) for name in order}
    # Whoever refused once has refused; consent must have been given wherever it was asked.
    if "opt_out" in first:
        first["opt_out"] = rows.opt_out.any()
    if "consent_marketing" in first:
        first["consent_marketing"] = rows.consent_marketing.all()
    if "joined_on" in first:
        first["joined_on"] = rows.joined_on.min()
    return rows.group_by("customer_id").agg(**first)


# ---------------------------------------------------------------- the account


def _with_impossible_ages(rows: ir.Table, ledger: TableLedger, as_of: date | None) -> TableLedger:
    """The account, with the customers whose age was supplied and can be nobody's."""
    supplied = [name for name in ("birth_date", "age_years") if name in ledger.columns]
    if not supplied or as_of is None:
        return ledger
    told = ibis.or_(*(rows[name].notnull() for name in supplied))
    found = rows.count(where=told & age_band(rows, as_of).isnull()).to_pyarrow().as_py()
    rule = Rule(id="impossible_age", effect="kept", found=Tally(rows=found))
    return ledger.model_copy(update={"rules": (*ledger.rules, rule)})


def _recounted(
    made: dict[str, Ingested],
    matched: Matched | None,
    bare: Mapping[str, ir.Table],
    numbers: Mapping[str, ir.Table],
) -> dict[str, Ingested]:
    """The ledger of the sales counts persons where ids were linked."""
    sales = made.get(SALE_LINES.name)
    if sales is None or matched is None or matched.links.empty:
        return made
    bought = bare[SALE_LINES.name].select(supplied_id="customer_id").distinct()
    persons = numbers["customer_id"].semi_join(bought, "supplied_id").number.nunique()
    ledger = sales.ledger.model_copy(update={"customers": persons.to_pyarrow().as_py()})
    return made | {SALE_LINES.name: replace(sales, ledger=ledger)}


def _account(
    made: Mapping[str, Ingested], matched: Matched | None, numbers: Mapping[str, ir.Table]
) -> PeopleAccount | None:
    if matched is None:
        return None
    sales = made.get(SALE_LINES.name)
    if sales is None or "channel" not in sales.ledger.columns:
        return PeopleAccount(matching=matched.account)
    return PeopleAccount(
        matching=matched.account, channels=channels(_unsorted(sales.rows), numbers["customer_id"], matched)
    )


def channels(lines: ir.Table, ids: ir.Table, matched: Matched) -> tuple[ChannelAccount, ...]:
    """Coverage by channel of the sales; the lines that name none are a channel without a name."""
    usable = (
        ids.semi_join(ibis.memtable(matched.usable, schema={"supplied_id": "string"}), "supplied_id")
        .select("number")
        .distinct()
    )
    totals = lines.group_by("channel").agg(lines=lines.count(), identified=lines.customer_id.count())
    pairs = lines.filter(lines.customer_id.notnull()).select("channel", "customer_id").distinct()
    # A line without a channel says nothing of where else somebody buys.
    many = pairs.filter(pairs.channel.notnull()).group_by("customer_id").agg(channels=ibis._.count())
    pairs = pairs.left_join(many.filter(many.channels > 1), "customer_id").drop("customer_id_right")
    pairs = pairs.left_join(usable, pairs.customer_id == usable.number)
    buyers = pairs.group_by("channel").agg(
        buyers=pairs.count(), matchable=pairs.number.count(), elsewhere=pairs.channels.count()
    )
    found = {row["channel"]: row for row in buyers.to_pyarrow().to_pylist()}
    none = {"buyers": 0, "matchable": 0, "elsewhere": 0}
    rows = totals.order_by(ibis.desc("lines"), "channel").to_pyarrow().to_pylist()
    return tuple(ChannelAccount(**row | none | found.get(row["channel"], {})) for row in rows)


# ---------------------------------------------------------------- order


def _unsorted(rows: ir.Table) -> ir.Table:
    operation = rows.op()
    return operation.parent.to_expr() if isinstance(operation, ops.Sort) else rows


def _order(sorted_rows: ir.Table, rows: ir.Table) -> list[str]:
    """The columns by which the rows were sorted, those that are left: numbers sort as their ids do."""
    operation = sorted_rows.op()
    named = [key.name for key in operation.keys] if isinstance(operation, ops.Sort) else list(rows.columns)
    return [name for name in named if name in rows.columns] or list(rows.columns)
