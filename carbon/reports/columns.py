"""
The columns of a readers' table as lists: read once, for the page and for what a terminal shows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype


class Column(NamedTuple):
    """
    series: the column itself; cells: the same as a list; numeric: numbers of any kind, or flags.
    """

    series: pd.Series[Any]
    cells: list[Any]
    numeric: bool


def listed(values: pd.Series[Any] | pd.Index[Any]) -> list[Any]:
    """
    The values as a list: texts in one go, where `tolist` asks for each by itself; a missing one is NaN as there.
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return values.tolist()
    return [np.nan if text is None else text for text in values.array.__arrow_array__().to_pylist()]


def columns_of(table: pd.DataFrame) -> dict[str, Column]:
    """
    Columns by name, in order.
    """
    return {str(name): Column(values, listed(values), is_numeric_dtype(values.dtype))
            for name, values in table.items()}
