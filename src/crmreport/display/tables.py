"""From a pandas table to the typed data that figures draw and tables print."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import JsonValue

from crmreport.display.blocks import Column, Data, shortened
from crmreport.findings import Unit
from crmreport.params import LocalText

Kind = Unit | Literal["label", "name", "text", "date"]


def data(frame: pd.DataFrame, **kinds: Kind) -> Data:
    """The named columns of ``frame``, in that order, each of the kind given.

    A column's header is the message ``column.<key>``. NaN becomes None, and a text of the client's
    data that is too long to be a name is cut (see ``shortened``). Raises KeyError for a column that the
    frame lacks.
    """
    columns = tuple(Column(key=key, label=f"column.{key}", kind=kind) for key, kind in kinds.items())
    rows = zip(*([_cell(value) for value in frame[key]] for key in kinds), strict=True)
    return Data(columns=columns, rows=tuple(rows))


def _cell(value: Any) -> JsonValue:
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, dict):
        return value
    if isinstance(value, LocalText):
        return dict(value.root.items())
    if isinstance(value, pd.Timestamp | date) and not pd.isna(value):
        return f"{value:%Y-%m-%d}"
    if value is None or pd.isna(value):
        return None
    plain: JsonValue = value.item() if isinstance(value, np.generic) else value
    return plain
