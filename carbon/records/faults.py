"""
Faults of cells and rows, and the rejects table they become.

Every fault of a row is kept; the row is counted once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.display import Displayed
from carbon.core.schemas import retyped
from carbon.core.words_coded import text_array

SHOWN = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Problem:
    """
    Why a cell cannot be used, and what to do. `code` is a stable word that tests and params refer to.
    """

    code: str
    reason: str
    what_to_do: str


def cell_error(shown_text: str) -> Problem:
    """
    A workbook's cell that shows an error, or a number otherwise than it is stored.
    """
    return Problem("cell_error", f"the cell shows {shown_text}",
                   "repair or reformat the cell in the workbook, and save it again")


@dataclass(frozen=True, repr=False)
class Warned(Displayed):
    """
    Something a reader should know that does not stop a row or a file.
    """

    code: str
    text: str


@cache
def _nothing(*columns: str) -> pd.DataFrame:
    """
    A table of no rows: `row` and texts. Making one costs as much as reading a small file.
    """
    return pd.DataFrame(columns=[*columns]).astype(dict.fromkeys(columns[1:], "str") | {"row": "int64"})


def shown(value: str) -> str:
    """
    A raw cell as the ledger shows it: control characters as escapes, at most 200 characters.
    """
    escaped = _CONTROL.sub(lambda m: m.group().encode("unicode_escape").decode("ascii"), value[:SHOWN])
    return escaped[:SHOWN]


@dataclass
class Faults:
    """
    Faults found so far in one table of `rows` rows.
    """

    rows: int
    _blocks: list[pd.DataFrame] = field(default_factory=list)
    """Faults of one column each."""

    def add(self, rows: npt.NDArray[np.intp], column: str, problem: Problem, values: pd.Series | str = "") -> None:
        """
        The same problem in several rows; `values` are their raw cells.
        """
        if len(rows):
            text = values if isinstance(values, str) else values.to_numpy()
            self._blocks.append(pd.DataFrame({
                "row": rows, "column": column, "value": text, "code": problem.code, "reason": problem.reason,
                "what_to_do": problem.what_to_do}))

    def add_cells(self, codes: npt.NDArray[np.int32], texts: pa.Array, column: str,
                  problems: Mapping[int, Problem]) -> None:
        """
        Problems of distinct cells, at every row that holds one of them.
        """
        if not problems:
            return
        keys = np.fromiter(problems, dtype=np.int64)
        slot = np.full(len(texts), -1, dtype=np.int64)
        slot[keys] = np.arange(len(keys))
        rows = np.flatnonzero(slot[codes] >= 0)
        at = slot[codes[rows]]
        words = {name: text_array([getattr(p, name) for p in problems.values()]).take(at)
                 for name in ("code", "reason", "what_to_do")}
        value = text_array(texts.take(pa.array(keys[at])))
        if len(rows):
            self._blocks.append(pd.DataFrame({"row": rows, "column": column, "value": value, **words}))

    def columns(self) -> set[str]:
        """
        Columns with at least one fault.
        """
        return {str(block["column"].iloc[0]) for block in self._blocks}

    def in_column(self, column: str) -> npt.NDArray[np.bool_]:
        """
        One flag a row: it has a fault in this column.
        """
        flags = np.zeros(self.rows, dtype=bool)
        for block in self._blocks:
            if block["column"].iloc[0] == column:
                flags[block["row"].to_numpy()] = True
        return flags

    def rows_with(self, codes: Collection[str]) -> npt.NDArray[np.intp]:
        """
        Rows with a fault of one of these codes, in order.
        """
        hits = [block["row"].to_numpy(dtype=np.intp)[block["code"].isin(list(codes)).to_numpy()]
                for block in self._blocks]
        return np.unique(np.concatenate([np.empty(0, np.intp), *hits]))

    def bad_rows(self) -> npt.NDArray[np.bool_]:
        """
        One flag a row: it has at least one fault.
        """
        bad = np.zeros(self.rows, dtype=bool)
        for block in self._blocks:
            bad[block["row"].to_numpy()] = True
        return bad

    def table(self) -> pd.DataFrame:
        """
        One line a fault, by row and then in the order found: row, column, value, code, reason, what_to_do.
        """
        columns = ["row", "column", "value", "code", "reason", "what_to_do"]
        if not self._blocks:
            return _nothing(*columns).copy()
        table = pd.concat(self._blocks, ignore_index=True)
        table = table.sort_values("row", kind="stable", ignore_index=True)
        distinct = {v: shown(v) for v in table["value"].unique()}
        return table.assign(value=table["value"].map(distinct).astype("str")).drop_duplicates(ignore_index=True)


@dataclass
class Excluded:
    """
    Rows understood that are no records of the year: each once, for the first reason found.
    """

    rows: int
    _taken: npt.NDArray[np.bool_] = field(init=False)
    _blocks: list[pd.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._taken = np.zeros(self.rows, dtype=bool)

    @property
    def flags(self) -> npt.NDArray[np.bool_]:
        """
        One flag a row.
        """
        return self._taken

    def add(self, where: npt.NDArray[np.bool_], code: str, reason: str, column: str = "",
            values: pd.Series | str = "") -> None:
        """
        Exclude the flagged rows that are not excluded yet.
        """
        rows = np.flatnonzero(where & ~self._taken)
        if len(rows):
            text = values if isinstance(values, str) else values.iloc[rows].to_numpy()
            self._blocks.append(pd.DataFrame({"row": rows, "code": code, "reason": reason, "column": column,
                                              "value": text}))
            self._taken[rows] = True

    def said(self, code: str) -> pd.DataFrame:
        """
        row, value of the rows excluded for one reason, in the order found.
        """
        blocks = [b.loc[b["code"] == code, ["row", "value"]] for b in self._blocks]
        return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=["row", "value"])

    def table(self) -> pd.DataFrame:
        """
        row, code, reason, column, value of each excluded row, by row.
        """
        columns = ["row", "code", "reason", "column", "value"]
        if not self._blocks:
            return _nothing(*columns).copy()
        table = pd.concat(self._blocks, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
        distinct = {v: shown(v) for v in table["value"].unique()}
        return retyped(table.assign(value=table["value"].map(distinct)), dict.fromkeys(columns[1:], "str"))
