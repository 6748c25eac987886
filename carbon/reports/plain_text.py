"""
A table as plain text, right-aligned: what a terminal shows of an exhibit, and what is compared of a notebook.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

_ESCAPED = str.maketrans({"\t": r"\t", "\r": r"\r", "\n": r"\n"})
_MISSING = "NaN"


def plain_text(table: pd.DataFrame, digits: int, *, but: Collection[str] = ()) -> str:
    """
    What `DataFrame.to_string` writes without an index, at a fraction of its price for tables of texts and numbers.

    Parameters
    ----------
    digits
        Decimals of each number that is not whole by its type.
    but
        Columns that are left out.
    """
    names = [name for name in table.columns if name not in but]
    columns = [_column(str(name), table[name], digits) for name in names]
    if table.empty or not all(columns):
        return table[names].to_string(index=False, float_format=lambda value: format(value, f".{digits}f"))
    return "\n".join(" ".join(line) for line in zip(*columns, strict=True))


def _column(name: str, values: pd.Series[Any], digits: int) -> list[str]:
    """
    Heading and cells, all of one width; none for a kind of column that is left to pandas.
    """
    cells, head = values.tolist(), f" {name}"
    if values.dtype.kind == "f" and not isinstance(values.dtype, pd.api.extensions.ExtensionDtype):
        texts = [format(value, f".{digits}f") if value == value else _MISSING for value in cells]
    elif values.dtype == "int64":
        texts = [str(value) for value in cells]
    elif isinstance(values.dtype, pd.StringDtype):
        head, texts = name, [value.translate(_ESCAPED) if value == value else _MISSING for value in cells]
    else:
        return []
    width = max(len(head), *map(len, texts), 0)
    return [text.rjust(width) for text in (head, *texts)]
