"""Units written behind the number in its cell, "1 234 kWh", "12,5 MWh": the number and its unit apart."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import units
from carbon.records.grids.cells import TEXT, Column, many
from carbon.records.grids.grid import Grid
from carbon.records.kinds.contract import CURRENCY, NUMBER, UNIT, Contract, Field
from carbon.records.kinds.faults import Faults, Problem

HINT = r"[0-9)\x{2212}-][\s\x{a0}\x{202f}\x{2009}\x{2007}]*[A-Za-z\x{b5}]"
"""What a cell holds that may name its unit."""
_NUMBER_AND_UNIT = re.compile(r"([-+−–(]?\s*[0-9][0-9.,'’ \u00a0\u202f\u2009\u2007]*[)−–-]?)\s*([^\W\d_].*)", re.DOTALL)


def apart(text: str) -> tuple[str, str]:
    """Number and unit of a cell; the cell and "" where what follows the number is no unit."""
    found = _NUMBER_AND_UNIT.fullmatch(text.strip())
    if found is None or not units.is_written_unit(found[2]):
        return text, ""
    return found[1].strip(), found[2].strip()


def _named_in(column: Column) -> bool:
    """Whether most of the filled cells of a column name a unit."""
    texts = [t for t in column.distinct().texts.to_pylist() if t.strip()]
    return bool(texts) and 2 * sum(bool(apart(t)[1]) for t in texts) > len(texts)


def named_beside(grid: Grid, first_row: int, columns: dict[str, int], contract: Contract,
                 lacking: set[str]) -> set[str]:
    """Columns of currencies or units that a file lacks because each number names its own: "€ 1,234.50", "1 234 kWh"."""
    found = set()
    for spec in contract.fields:
        if spec.unit_column not in lacking or spec.name not in columns:
            continue
        column = grid.columns[columns[spec.name]].below(first_row)
        if contract.name_of[spec.unit_column].reads == CURRENCY:
            texts = column.distinct().texts
            named = pc.sum(pc.match_substring_regex(texts, r"[€£$¥]|\b[A-Z]{3}\b|zł|Kč|₹")).as_py() or 0
            if named * 2 > len(texts):
                found.add(spec.unit_column)
        elif _is_measured(spec, contract) and _named_in(column):
            found.add(spec.unit_column)
    return found


def split_units(columns: dict[str, Column], contract: Contract, faults: Faults) -> dict[str, Column]:
    """The columns with each number freed of the unit in its cell, which is the row's where the row names no other.

    A unit in the cell that is not the one beside it is a fault.
    """
    result = dict(columns)
    for field in contract.fields:
        if _is_measured(field, contract) and field.name in columns and not many(columns[field.name]):
            _split(field, result, faults)
    return result


def _is_measured(field: Field, contract: Contract) -> bool:
    """A number in units of known dimensions."""
    unit = contract.name_of.get(field.unit_column)
    return field.reads == NUMBER and unit is not None and unit.reads == UNIT and bool(unit.dimensions)


def _split(field: Field, columns: dict[str, Column], faults: Faults) -> None:
    distinct = columns[field.name].distinct()
    hints = np.asarray(pc.match_substring_regex(distinct.texts, HINT)).astype(bool) & (distinct.marks == TEXT)
    if not hints.any():
        return
    texts = distinct.texts.to_pylist()
    parts = [apart(t) if hint else (t, "") for t, hint in zip(texts, hints.tolist(), strict=True)]
    if not any(unit for _, unit in parts):
        return
    codes = pa.array(distinct.codes)
    said = np.array([unit for _, unit in parts], dtype=object)[distinct.codes]
    columns[field.name] = Column(pa.array([n for n, _ in parts], pa.string()).take(codes),
                                 distinct.marks[distinct.codes])
    own = columns.get(field.unit_column)
    beside = np.full(len(said), "", dtype=object) if own is None else np.array(
        [t.strip() for t in own.text.cast(pa.string()).to_pylist()], dtype=object)
    wrong = np.flatnonzero((said != "") & (beside != "") & ~_alike(said, beside))
    raw = columns[field.name].take(wrong).text.cast(pa.string()).to_pandas() + " " + said[wrong]
    faults.add(wrong, field.name, Problem(
        f"{field.unit_column}_conflict",
        f"the number stands beside another {field.unit_column.replace('_', ' ')} than the row's",
        f"correct `{field.name}` or `{field.unit_column}`"), raw)
    columns[field.unit_column] = Column(pa.array(np.where(beside == "", said, beside), pa.string()))


def _alike(said: npt.NDArray[np.object_], beside: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    pairs = {(a, b) for a, b in zip(said.tolist(), beside.tolist(), strict=True)}
    same = {(a, b) for a, b in pairs if a == b or (units.find(a) is not None and units.find(a) == units.find(b))}
    return np.array([pair in same for pair in zip(said.tolist(), beside.tolist(), strict=True)], dtype=bool)
