"""The values of a result as they show: text in a line, tables and facts in a notebook, every text of them escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd

FEW = 8
"""Values of an array that are written out."""
MOST_ROWS = 20
"""Rows of a table; how many there are is said below it."""


def fields_html(fields: Mapping[str, Any]) -> str:
    """The fields of a result: those that are no table in one table of facts, then each table under its name."""
    tables = {name: _frame(value, name) for name, value in fields.items()
              if isinstance(value, (pd.DataFrame, pd.Series))}
    facts = {name: value for name, value in fields.items() if name not in tables}
    first = [part_html(facts)] if facts else []
    return "".join([*first, *(part_html(table, caption=name) for name, table in tables.items())])


def _frame(value: pd.DataFrame | pd.Series, name: str) -> pd.DataFrame:
    return value.to_frame(str(value.name or name)) if isinstance(value, pd.Series) else value


def part_html(part: pd.DataFrame | Mapping[Any, Any], *, caption: str = "") -> str:
    """A table with its first rows, or facts with one line each."""
    head = f"<caption>{escape(caption)}</caption>" if caption else ""
    if not isinstance(part, pd.DataFrame):
        lines = "".join(f'<tr><th scope="row">{escape(str(name))}</th><td>{_cell(value_text(value))}</td></tr>'
                        for name, value in part.items())
        return f"<table>{head}<tbody>{lines}</tbody></table>"
    numbered = part.index.nlevels == 1 and part.index.name is None and part.index.dtype.kind == "i"
    table = part.head(MOST_ROWS).to_html(escape=True, border=0, index=not numbered, float_format="{:,.6g}".format,
                                         na_rep="no data")
    more = f"<p>{MOST_ROWS} of {len(part):,} rows</p>" if len(part) > MOST_ROWS else ""
    return table.replace(">", f">{head}", 1) + more


def _cell(text: str) -> str:
    return f"<pre>{escape(text)}</pre>" if "\n" in text else escape(text)


def value_text(value: Any) -> str:
    """A value in a line: numbers with six digits, a table by its size."""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return f"{len(value):,} rows"
    if isinstance(value, np.ndarray):
        return value_text(value.tolist()) if value.size <= FEW else f"{' x '.join(map(str, value.shape))} values"
    if isinstance(value, Mapping):
        return ", ".join(f"{value_text(name)}: {value_text(held)}" for name, held in value.items()) or "none"
    if isinstance(value, (set, frozenset)):
        return value_text(sorted(value, key=str))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(value_text, value)) or "none"
    if value is None or value == "":
        return "none"
    return str(getattr(value, "__name__", value))
