"""A table as plain text, right-aligned: what a terminal shows of an exhibit, and what is compared of a notebook."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from carbon.reports.words.cells import Cells

_MISSING = "NaN"
_ESCAPED = str.maketrans({"\t": r"\t", "\r": r"\r", "\n": r"\n"})


def plain_text(columns: Mapping[str, Cells], digits: int, *, but: Collection[str] = ()) -> str:
    """Return what `DataFrame.to_string` writes without an index, at a fraction of its price for tables of strings and
    numbers.

    digits: decimals of each number that is not whole by its type; but: columns that are left out.
    """
    shown_columns = {name: column for name, column in columns.items() if name not in but}
    if not any(column.cells for column in shown_columns.values()):
        return f"Empty DataFrame\nColumns: [{', '.join(shown_columns)}]\nIndex: []"
    text_columns = [_written(name, column, digits) for name, column in shown_columns.items()]
    if all(text_columns):
        return "\n".join(" ".join(line) for line in zip(*text_columns, strict=True))
    table = pd.DataFrame({name: pd.Series(column.cells, dtype=column.dtype) for name, column in shown_columns.items()})
    return table.to_string(index=False, float_format=lambda value: format(value, f".{digits}f"))


def _written(name: str, column: Cells, digits: int) -> list[str]:
    dtype, head = column.dtype, f" {name}"
    if isinstance(dtype, pd.StringDtype):
        head, texts = name, [_MISSING if value != value else value.translate(_ESCAPED) for value in column.cells]
    elif dtype == "int64":
        texts = [str(value) for value in column.cells]
    elif dtype.kind == "f" and not isinstance(dtype, pd.api.extensions.ExtensionDtype):
        texts = [f"{value:.{digits}f}" if value == value else _MISSING for value in column.cells]
    else:
        return []
    width = max(len(head), *map(len, texts), 0)
    return [text.rjust(width) for text in (head, *texts)]
