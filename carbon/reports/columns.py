"""
The columns of a readers' table as lists: read once, for the page and for what a terminal shows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_numeric_dtype


class Column(NamedTuple):
    """
    series: the column itself; cells: the same as a list; numeric: numbers of any kind, or flags.
    """

    series: pd.Series[Any]
    cells: list[Any]
    numeric: bool


def columns_of(table: pd.DataFrame) -> dict[str, Column]:
    """
    Columns by name, in order.
    """
    return {str(name): Column(values, values.tolist(), is_numeric_dtype(values.dtype))
            for name, values in table.items()}
