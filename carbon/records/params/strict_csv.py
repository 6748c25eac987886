"""Tables that a company keeps as CSV: UTF-8, commas, one row of headings; days like 2024-12-31, numbers with a dot.

Nothing is guessed: another heading, an unreadable cell or a repeated key refuses the file and names the line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.errors import FileRefused, ParamsError, TableError
from carbon.core.text import as_written
from carbon.records.kinds.messages import refusal


def read_table(data: bytes, table: schemas.Table, name: str, *, optional: Collection[str] = (),
               needed_days: Collection[str] | None = None) -> pd.DataFrame:
    """Read the bytes of a CSV as a table of a contract.

    `name`: How the file is called in errors.
    `optional`: Columns that the file need not have, blank then.
    `needed_days`: Columns of days that may not be blank; None: all.

    Raises FileRefused: See `read_cells`; or other headings, a cell that is not of its kind, a repeated key, a word not
    of the list.
    """
    cells = read_cells(data, name)
    missing = [c for c in table.columns if c not in cells and c not in optional]
    unknown = [c for c in cells if c not in table.columns]
    if missing or unknown:
        raise refusal("columns_unknown.params_table", name, missing=missing, unknown=unknown,
                      listed=", ".join(table.columns))
    cells = cells.assign(**{c: "" for c in optional if c not in cells})
    typed = pd.DataFrame({c: _typed(cells[c], kind, name, needed_days is None or c in needed_days)
                          for c, kind in table.columns.items()})
    try:
        return table.validate(typed)
    except TableError as wrong:
        raise FileRefused(f"{name}: {wrong.what}", code="table_refused", rows=wrong.rows,
                          what_to_do="correct these rows in the file") from None


def read_cells(data: bytes, name: str) -> pd.DataFrame:
    """Return the cells of a CSV as strings under its headings, without outer spaces; the index is their line.

    Raises FileRefused: Not UTF-8, an open quote, no headings or one twice, a row of more or fewer cells.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal("encoding_unknown.params_table", name) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(c.strip() for c in row)]
    except csv.Error as wrong:
        raise refusal("quote_open.params_table", f"{name}, line {reader.line_num}", wrong=wrong) from None
    if not rows:
        raise refusal("file_empty.params_table", name)
    heads = [h.strip() for h in rows[0][1]]
    uneven = [line for line, row in rows[1:] if len(row) != len(heads)]
    if uneven or len(set(heads)) != len(heads):
        where = f"line {uneven[0]}: not as many cells as headings" if uneven else "line 1: a heading twice"
        raise FileRefused(f"{name}, {where}", code="row_length", what_to_do="quote cells that hold a comma")
    return pd.DataFrame([[as_written(c.strip()) for c in row] for _, row in rows[1:]], columns=heads, dtype="str",
                        index=[line for line, _ in rows[1:]])


def read_strings(path: Path, name: str) -> pd.DataFrame:
    """Read a CSV of params, every cell a string. Raises ParamsError: No such file, or as `read_cells`."""
    if not path.is_file():
        raise ParamsError(f"{name}: no such file", hint=f"write {name}")
    try:
        return read_cells(path.read_bytes(), name)
    except FileRefused as wrong:
        raise ParamsError(wrong.what, hint=wrong.what_to_do) from None


def _typed(texts: pd.Series, kind: str, name: str, is_needed: bool) -> pd.Series:
    values: pd.Series
    if kind == schemas.TEXT:
        return texts
    filled = texts != ""
    if kind == schemas.DAY:
        values = pd.to_datetime(texts.where(filled, None), format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
        bad, requirement = values.isna() & (filled | is_needed), "a date like 2024-12-31"
    else:
        values = pd.to_numeric(texts.where(filled, "nan"), errors="coerce").astype("float64")
        bad = (values.isna() | np.isinf(values)) & (filled | (kind != schemas.NUMBER))
        requirement = "a number with a dot"
        requirement += "" if kind == schemas.NUMBER else ", not empty"
        if kind == schemas.INTEGER and not bad.any():
            bad, requirement = values % 1 != 0, "a whole number"
    if bad.any():
        line, cell = texts.index[bad][0], texts[bad].iloc[0]
        raise FileRefused(f"{name}, line {line}: `{texts.name}` = {cell!r} is not {requirement}",
                          code="cell_unreadable", rows=texts[bad].rename_axis("line").reset_index(),
                          what_to_do=f"write {requirement} in column {texts.name}")
    return values.astype("int64") if kind == schemas.INTEGER else values
