"""What is known of customers beside their purchases: how they describe themselves, who may be contacted."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from crmreport.data.contract import CUSTOMERS
from crmreport.data.identities import UNDER_AGE
from crmreport.data.ledger import Ledger

_OF_AGE = ("birth_date", "age_years")


def profile_columns(ledger: Ledger) -> list[str]:
    """The columns of the customers table that describe a customer and may be published in groups: the
    contract's texts that were supplied, the age band where an age was, and the client's attributes."""
    told = [
        column.name
        for column in CUSTOMERS.columns
        if column.publishable and column.type == "string" and not column.derived
    ]
    found = [name for name in told if ledger.supplied(CUSTOMERS.name, name)]
    if any(ledger.supplied(CUSTOMERS.name, name) for name in _OF_AGE):
        found.append("age_band")
    return [*found, *ledger.of(CUSTOMERS.name).attributes]


def contact_states(customers: ir.Table, ledger: Ledger) -> ir.Table:
    """One row a customer: ``customer_id`` and ``state``, whether a list may hold him or her.

    ``under_age``: under 14, whatever else is said; ``refused``: opted out, or answered no;
    ``no_consent``: the client asks for consent, and none is on record; ``yes``: none of these. Where
    neither consent nor refusals were supplied, everybody of age is ``yes``: the client has to know.
    """
    asked = ledger.supplied(CUSTOMERS.name, "consent_marketing")
    state = ibis.cases(
        (customers.age_band == UNDER_AGE, "under_age"),
        (customers.opt_out.fill_null(False) | ~customers.consent_marketing.fill_null(True), "refused"),
        (customers.consent_marketing.isnull() & ibis.literal(asked), "no_consent"),
        else_="yes",
    )
    return customers.select("customer_id", state=state)
