"""Causes of rejects and warnings, each once, as pages and the desk list them.

What is grouped by cause keeps every row:

    data/raw/x/2024/a.csv and data/raw/x/2025/a.csv -> data/raw/x/*/a.csv
    "'n.c.' is not a number" and "'12,3,4' is not a number" -> "'…' is not a number"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import first_places, group_codes
from carbon.core.exact import exact_sum
from carbon.core.text_columns import Floats, listed, text_array

_NUMBER = re.compile(r"\d+")
_PLACE = re.compile(r"(?P<file>[^:\n]*?\.\w{2,7}(?:#[^:,]+)?)(?:, line [\d,]+|:\d+)?(?=: |, )")
_QUOTED = re.compile(r"'[^']*'")
_AMOUNT = re.compile(r"\d[\d,.\u202f]*")
_EXAMPLE = re.compile(r"[,;:]? \(?e\.g\. .*", re.DOTALL)
OF_A_ROW = "…"
"""For a value that differs from row to row of one cause."""


def file_pattern(name: str) -> str:
    """Return the pattern of a file's name, its numbers as "*": "2025/FEC20251231.txt" is "*/FEC*.txt"."""
    return _NUMBER.sub("*", name)


def cause_of(text: str, value: str = "") -> str:
    """Return what a message states without its file, its numbers, its examples and the value of its cell."""
    match = _PLACE.match(text)
    bare = text[match.end():] if match else text
    bare = bare.replace(f"'{value}'", f"'{OF_A_ROW}'").replace(value, OF_A_ROW) if value else bare
    return _AMOUNT.sub(OF_A_ROW, _QUOTED.sub(f"'{OF_A_ROW}'", _EXAMPLE.sub("", bare))).strip(" ,:")


def cells_of(record_ids: pd.Series) -> pd.Series:
    """Return the cell that each record is of, "AS45" or "B2:B145", "" where a line is one record."""
    cells = record_ids.astype("str").str.extract(r":([A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?)$", expand=False)
    return cells.fillna("").astype("str")


def warnings_by_cause(warnings: pd.DataFrame) -> pd.DataFrame:
    """Return one line a cause of warnings (code, text), in the order of the first of each.

    Columns: code, times (how many warnings), files (pattern; "" where none is named), text (of the first).
    """
    texts = warnings["text"].tolist()
    places = [match["file"] if (match := _PLACE.match(text)) else "" for text in texts]
    columns = {"code": warnings["code"].tolist(), "files": list(map(file_pattern, places)), "text": texts}
    number, first = _numbered(columns["code"], columns["files"], [cause_of(text) for text in texts])
    chosen = {name: text_array([values[i] for i in first]) for name, values in columns.items()}
    return pd.DataFrame({"code": chosen["code"], "times": np.bincount(number, minlength=len(first)), **chosen})


def _numbered(*columns: list[str]) -> tuple[npt.NDArray[np.intp], list[int]]:
    """Return the number of each row among the different ones, in order of appearance, and the first row of each."""
    number = group_codes([np.array(texts, dtype=object) for texts in columns])
    return number, first_places(number, int(number.max(initial=-1)) + 1).tolist()


def rejects_by_cause(rejects: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Return one line a cause of rejects: the same code and reason in one column of files of one name; most rows first.

    `rejects`: source_file, source_line, code, column, value, reason, what_to_do; `schemas.LEDGER` rows have amounts
    too.
    `by`: Further columns that are never put together, e.g. kind and unit.

    Columns: `by`, code, files (pattern), column, rows (faults of `schemas.REJECTS`, or ledger rows that count), amount
    (exact sum, NaN where none is known), reason, what_to_do, example (file:line or cell) and value of the first;
    pastes, the distinct ones of each cause, where `rejects` has `paste`.
    """
    texts = {name: ["" if text is None or text != text else str(text) for text in listed(rejects[name])] for name in (
        "source_file", "source_line", "code", "column", "value", "reason", "what_to_do", *by)}
    lines = texts["source_line"]
    if {"cell", "record_id"} & {*rejects.columns}:
        cells = listed(rejects["cell"].fillna("") if "cell" in rejects else cells_of(rejects["record_id"]))
        lines = [cell or line for cell, line in zip(cells, lines, strict=True)]
    reasons = list(zip(texts["reason"], texts["value"], strict=True))
    causes = {pair: cause_of(*pair) for pair in set(reasons)}
    patterns = {name: file_pattern(name) for name in set(texts["source_file"])}
    texts |= {"files": [patterns[name] for name in texts["source_file"]],
              "example": [f"{name}:{line}" for name, line in zip(texts["source_file"], lines, strict=True)]}
    number, first = _numbered(*(texts[name] for name in (*by, "code", "files", "column")),
                              [causes[pair] for pair in reasons])
    counts_row = rejects["counts_row"].to_numpy() if "counts_row" in rejects else np.ones(len(rejects))
    rows = np.bincount(number, weights=counts_row, minlength=len(first)).astype("int64")
    arrays: dict[str, Any] = {name: text_array([values[i] for i in first]) for name, values in texts.items()}
    arrays |= {"rows": rows, "amount": _amounts(rejects, number, len(first))}
    columns = [*by, "code", "files", "column", "rows", "amount", "reason", "what_to_do", "example", "value"]
    if "paste" in rejects:
        arrays["pastes"] = rejects["paste"].groupby(number).unique().to_numpy()
        columns.append("pastes")
    order = np.argsort(-rows, kind="stable")
    return pd.DataFrame({name: arrays[name].take(order) for name in columns})


def without_names(causes: pd.DataFrame) -> pd.DataFrame:
    """Return lines of `rejects_by_cause` without the cells that have letters: one may hold a person's name, and is in
    the file of rejects, which is private.
    """
    texts = {name: [text.replace(value, OF_A_ROW) if any(map(str.isalpha, value)) else text
                    for text, value in zip(causes[name], causes["value"], strict=True)]
             for name in ("reason", "what_to_do")}
    return causes.assign(**texts)


def _amounts(rejects: pd.DataFrame, number: npt.NDArray[np.integer], n: int) -> Floats:
    amount = rejects["amount"].to_numpy(dtype="float64") if "amount" in rejects else np.full(len(rejects), np.nan)
    with_amount = ~np.isnan(amount)
    sums = exact_sum(amount[with_amount], number[with_amount], n)
    return np.where(np.bincount(number[with_amount], minlength=n) > 0, sums, np.nan)
