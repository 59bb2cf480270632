"""What columns are by their contents alone, where headers say nothing.

Only sale lines and customers have contents that tell enough: which code repeats with which, what a day of
sales looks like. All scores stay under what is sure.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmreport.data.inspection.contents import determines
from crmreport.data.inspection.matching import Field, Scores

GUESS = 0.7
"""No reading of contents alone is surer."""

_SETTLED = 0.97


def sale_line_scores(fields: Sequence[Field]) -> Scores:
    """Scores of a sale line's columns, from what repeats with what.

    An order settles its time and its customer; a customer settles neither orders nor days; an order has
    several products. Where no order repeats, the code with most values that never repeats is the order,
    and of two codes the one with more values is the customer.
    """
    scores: dict[tuple[str, str], float] = {}
    times = [field for field in fields if field.looks.dates.share > 0.95 and field.looks.distinct > 1]
    for field in times:
        # Of several dates the one with a time of day, then the fullest.
        scores["sold_at", field.name] = GUESS * (0.8 + 0.1 * field.looks.dates.clock + 0.1 * field.looks.fill)
    if not times:
        return scores
    time = max(times, key=lambda field: (scores["sold_at", field.name], field.name))
    codes = [field for field in fields if field not in times and _is_code(field)]
    orders = [field for field in codes if _is_order(field, time, codes)]
    # A code that repeats and settles its time says more than one that never repeats.
    order = max(orders, key=lambda field: (_repeats(field), field.looks.distinct, field.name), default=None)
    if order is not None:
        scores["order_id", order.name] = GUESS
    for field in codes:
        if field is not order:
            scores |= _score_code(field, order)
    scores |= _amounts([field for field in fields if field not in times], codes)
    return scores


def customer_scores(fields: Sequence[Field]) -> Scores:
    """Scores of a customer list's columns: one code a row, and what looks like mails, phones, genders."""
    scores: dict[tuple[str, str], float] = {}
    for field in fields:
        looks = field.looks
        if looks.email > 0.8:
            scores["email", field.name] = GUESS
        elif looks.phone > 0.8 and not looks.few:
            scores["mobile", field.name] = GUESS
        elif looks.gender > 0.95 and 2 <= looks.distinct <= 4 and looks.boolean < 0.95:
            scores["gender", field.name] = GUESS
        elif looks.code > 0.95 and looks.unique > 0.98 and looks.dates.share < 0.5 and looks.fraction < 0.1:
            # Nearly unique is what postcodes are, too.
            scores["customer_id", field.name] = GUESS * (1.0 if looks.unique == 1.0 else 0.9)
    reaches = {column for column, _ in scores} & {"email", "mobile"}
    return scores if reaches else {}


def _is_code(field: Field) -> bool:
    looks = field.looks
    if looks.email > 0.8:
        # The mail that comes back order after order is what a customer is known by.
        return looks.unique < 0.9
    # Whole numbers of one digit are amounts or scales, decimals are amounts.
    return (
        looks.code > 0.95
        and looks.fraction < 0.1
        and looks.sign < 0.1
        and looks.distinct > 1
        and not (looks.integer > 0.95 and looks.length < 3)
        and looks.boolean < 0.95
        and looks.gender < 0.95
    )


def _is_order(field: Field, time: Field, codes: Sequence[Field]) -> bool:
    if not _repeats(field):
        return True
    settles = determines(field.cells, time.cells)
    if settles is None or settles < _SETTLED or field.looks.unique < 0.2:
        return False
    # It is not the time that settles everything: some other code goes with the order, too.
    return any(
        (determines(field.cells, other.cells) or 0.0) >= _SETTLED for other in codes if other is not field
    )


def _repeats(field: Field) -> bool:
    return field.looks.unique <= 0.99


def _score_code(field: Field, order: Field | None) -> dict[tuple[str, str], float]:
    settled = determines(order.cells, field.cells) if order is not None else None
    looks = field.looks
    if looks.email > 0.8:
        return {("customer_id", field.name): GUESS}
    several = settled is not None and settled < _SETTLED
    if several or looks.check_digit > 0.9:
        return {("product_id", field.name): GUESS * (1.0 if looks.check_digit > 0.9 else 0.95)}
    if looks.distinct <= 30 and looks.distinct < 0.1 * looks.filled:
        return {("store_id", field.name): GUESS * 0.8}
    if not _repeats(field):
        return {}
    # More values make a customer likelier than a product.
    many = min(1.0, looks.distinct / 1000)
    found = {("customer_id", field.name): GUESS * (0.9 + 0.1 * many)}
    if settled is None:
        found["product_id", field.name] = GUESS * (0.9 - 0.1 * many)
    return found


def _amounts(fields: Sequence[Field], codes: Sequence[Field]) -> dict[tuple[str, str], float]:
    amounts = [
        field
        for field in fields
        if field not in codes and field.looks.number > 0.95 and field.looks.dates.share < 0.5
    ]
    money = [field for field in amounts if field.looks.fraction > 0.3 or field.looks.sign > 0.5]
    scores = {}
    largest = max((abs(field.looks.mean) for field in money), default=0.0)
    for field in money:
        scores["revenue", field.name] = GUESS * (0.8 + 0.15 * abs(field.looks.mean) / (largest or 1))
    for field in amounts:
        looks = field.looks
        if field not in money and looks.integer > 0.95 and 0 < looks.mean < 50 and looks.lowest > -100:
            scores["quantity", field.name] = GUESS * 0.85
    return scores
