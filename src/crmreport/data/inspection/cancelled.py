"""Which sale lines look cancelled: by the words of a status, or by how a cancelled order's number begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmreport.data.inspection.headers import spelling
from crmreport.data.inspection.matching import Field

_WORDS = (
    "cancel",
    "void",
    "unpaid",
    "pending payment",
    "取消",
    "删除",
    "交易关闭",
    "已关闭",
    "待付款",
    "未付款",
    "等待买家付款",
)
_FEWEST = 5
_ALL_BUT, _HARDLY_ANY = 0.95, 0.01


def cancelled_statuses(fields: Sequence[Field], columns: Mapping[str, str]) -> list[str]:
    """The values of the order's status that say that it was cancelled, or never paid."""
    status = _field(fields, columns.get("order_status"))
    if status is None or not status.looks.few:
        return []
    values = {cell.strip() for cell in status.cells if cell}
    return sorted(value for value in values if any(word in spelling(value) for word in _WORDS))


def cancelled_prefix(fields: Sequence[Field], columns: Mapping[str, str]) -> str | None:
    """The letter that begins the numbers of orders with a negative quantity, and of hardly any other."""
    order = _field(fields, columns.get("order_id"))
    quantity = _field(fields, columns.get("quantity"))
    if order is None or quantity is None:
        return None
    pairs = [
        (number, count) for number, count in zip(order.cells, quantity.cells, strict=True) if number and count
    ]
    taken_back = [number for number, count in pairs if count.strip().startswith(("-", "("))]
    others = [number for number, count in pairs if not count.strip().startswith(("-", "("))]
    letters = {number[0] for number in taken_back if number[0].isalpha()}
    if len(taken_back) < _FEWEST or len(letters) != 1 or not others:
        return None
    (letter,) = letters
    begin = sum(number.startswith(letter) for number in taken_back)
    elsewhere = sum(number.startswith(letter) for number in others)
    sure = begin >= _ALL_BUT * len(taken_back) and elsewhere <= _HARDLY_ANY * len(others)
    return letter if sure else None


def _field(fields: Sequence[Field], name: str | None) -> Field | None:
    return next((field for field in fields if field.name == name), None)
