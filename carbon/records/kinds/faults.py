"""Faults of cells, rows and files, and the rejects table they become: a fault is kept once, its row counted once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.columns import first_places, group_codes
from carbon.core.text_columns import Flags, Rows, Texts, coded, text_array, values_of
from carbon.records.kinds.messages import Problem

COLUMNS = ("row", "column", "value", "code", "reason", "what_to_do")
"""Of a fault: its row, and strings."""
SHOWN = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@cache
def _nothing(*columns: str) -> pd.DataFrame:
    """Return a table of no rows, `row` and strings; cached, as making one costs as much as reading a small file."""
    return pd.DataFrame(columns=[*columns]).astype(dict.fromkeys(columns[1:], "str") | {"row": "int64"})


def shown(value: str) -> str:
    """Return a raw cell as the ledger shows it: control characters as escapes, at most 200 characters."""
    escaped = _CONTROL.sub(lambda m: m.group().encode("unicode_escape").decode("ascii"), value[:SHOWN])
    return escaped[:SHOWN]


@dataclass(frozen=True)
class _Block:
    """Faults of one column: rows, their raw cells, and which of some problems each has."""

    rows: Rows
    column: str
    cells: Texts
    problem: Rows
    problems: list[Problem]


@dataclass
class Faults:
    """Faults found so far in one table of `rows` rows."""

    rows: int
    blocks: list[_Block] = field(default_factory=list)
    """Faults of one column each."""

    def add(self, rows: Rows, column: str, problem: Problem, values: Any = "") -> None:
        """Add the same problem in several rows; `values` are their raw cells."""
        if len(rows):
            cells = [values] * len(rows) if isinstance(values, str) else values
            self.blocks.append(_Block(rows, column, np.asarray(cells, dtype=object), np.zeros_like(rows), [problem]))

    def add_cells(self, codes: npt.NDArray[np.int32], texts: pa.Array, column: str,
                  problems: Mapping[int, Problem]) -> None:
        """Add problems of distinct cells, at every row that holds one of them."""
        if not problems:
            return
        keys, slot = np.fromiter(problems, dtype=np.int64), np.full(len(texts), -1, dtype=np.intp)
        slot[keys] = np.arange(len(keys))
        rows = np.flatnonzero(slot[codes] >= 0)
        if len(rows):
            at, raw = slot[codes[rows]], np.array(texts.take(pa.array(keys)).to_pylist(), dtype=object)
            self.blocks.append(_Block(rows, column, raw[at], at, list(problems.values())))

    def columns(self) -> set[str]:
        """Return the columns with at least one fault."""
        return {block.column for block in self.blocks}

    def in_column(self, column: str) -> Flags:
        """Return one flag a row: it has a fault in this column."""
        return self._flags(block for block in self.blocks if block.column == column)

    def rows_with(self, codes: Collection[str]) -> Rows:
        """Return the rows with a fault of one of these codes, in order."""
        hits = [b.rows[np.array([p.code in codes for p in b.problems])[b.problem]] for b in self.blocks]
        return np.unique(np.concatenate([np.empty(0, np.intp), *hits]))

    def bad_rows(self) -> Flags:
        """Return one flag a row: it has at least one fault."""
        return self._flags(self.blocks)

    def _flags(self, blocks: Iterable[_Block]) -> Flags:
        flags = np.zeros(self.rows, dtype=bool)
        for block in blocks:
            flags[block.rows] = True
        return flags

    def table(self, columns: Sequence[str] = COLUMNS) -> pd.DataFrame:
        """Return `COLUMNS`, or some of them, of each fault, by row and then in the order found."""
        if not self.blocks:
            return _nothing(*columns).copy(deep=False)
        number_of = {p: i for i, p in enumerate(dict.fromkeys(p for block in self.blocks for p in block.problems))}
        names = list(dict.fromkeys(block.column for block in self.blocks))
        problem = np.concatenate([np.array([number_of[p] for p in b.problems], dtype=np.intp)[b.problem]
                                  for b in self.blocks])
        column = np.repeat([names.index(b.column) for b in self.blocks], [len(b.rows) for b in self.blocks])
        rows = np.concatenate([b.rows for b in self.blocks])
        order = np.argsort(rows, kind="stable")
        value, words = coded(np.concatenate([b.cells for b in self.blocks])[order])
        shown_values: Any = text_array([shown(word) for word in words])
        # Faults of one row, column, problem and value as it is shown are one line.
        fault = group_codes([rows[order], column[order], problem[order], coded(shown_values)[0].take(value)])
        first = first_places(fault, int(fault.max()) + 1)
        problem, value, column = problem[order][first], value[first], column[order][first]
        made = {"row": rows[order][first], "column": text_array(names).take(column), "value": shown_values.take(value)}
        return pd.DataFrame({c: made[c] if c in made else text_array([getattr(p, c) for p in number_of]).take(problem)
                             for c in columns}, copy=False)


@dataclass
class Excluded:
    """Rows that were understood and are not records of the year: each once, for the first reason found."""

    rows: int
    flags: Flags = field(init=False)
    """One flag a row."""
    _reasons: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.flags, self._reasons = np.zeros(self.rows, dtype=bool), Faults(self.rows)

    def add(self, where: Flags, code: str, reason: str, column: str = "", values: Any = "") -> None:
        """Exclude the flagged rows that are not excluded yet."""
        rows = np.flatnonzero(where & ~self.flags)
        cells = values if isinstance(values, str) else values_of(values).take(rows)
        self._reasons.add(rows, column, Problem(code, reason, ""), cells)
        self.flags[rows] = True

    def cells_of(self, code: str) -> list[tuple[int, str]]:
        """Return row and value of the rows excluded for one reason, by row."""
        blocks = (block for block in self._reasons.blocks if block.problems[0].code == code)
        return sorted((row, shown(cell)) for block in blocks
                      for row, cell in zip(block.rows.tolist(), block.cells.tolist(), strict=True))

    def table(self) -> pd.DataFrame:
        """Return row, code, reason, column, value of each excluded row, by row."""
        return self._reasons.table(("row", "code", "reason", "column", "value"))
