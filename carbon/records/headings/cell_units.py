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
from carbon.records.kinds.faults import Faults
from carbon.records.kinds.messages import problem

HINT = r"[0-9)\x{2212}-][\s\x{a0}\x{202f}\x{2009}\x{2007}]*[A-Za-z\x{b5}]"
"""What a cell holds that may name its unit."""
_NUMBER_AND_UNIT = re.compile(r"([-+−–(]?\s*[0-9][0-9.,'’ \u00a0\u202f\u2009\u2007]*[)−–-]?)\s*([^\W\d_].*)", re.DOTALL)

_DOUBT = re.compile(r"[*?~!≈]")
"""Marks of uncertainty and of footnotes behind a unit: the number is no plain one."""


def split_unit(text: str) -> tuple[str, str]:
    """Split a cell into number and unit; return the cell and "" where no unit follows the number."""
    match = _NUMBER_AND_UNIT.fullmatch(text.strip())
    if match is None or _DOUBT.search(match[2]) or not units.is_written_unit(match[2]):
        return text, ""
    return match[1].strip(), match[2].strip()


def _named_in(column: Column) -> bool:
    """Return whether most of the filled cells of a column name a unit."""
    texts = [t for t in column.distinct().texts.to_pylist() if t.strip()]
    return bool(texts) and 2 * sum(bool(split_unit(t)[1]) for t in texts) > len(texts)


def units_in_cells(grid: Grid, first_row: int, columns: dict[str, int], contract: Contract,
                 lacking: set[str]) -> set[str]:
    """Return the columns of currencies or units that are in the cells of their number: "€ 1,234.50", "1 234 kWh"."""
    columns_named = set()
    for spec in contract.fields:
        if spec.unit_column not in lacking or spec.name not in columns:
            continue
        column = grid.columns[columns[spec.name]].below(first_row)
        if contract.name_of[spec.unit_column].reads == CURRENCY:
            texts = column.distinct().texts
            cells_named = pc.sum(pc.match_substring_regex(texts, r"[€£$¥]|\b[A-Z]{3}\b|zł|Kč|₹")).as_py() or 0
            if cells_named * 2 > len(texts):
                columns_named.add(spec.unit_column)
        elif _is_measured(spec, contract) and _named_in(column):
            columns_named.add(spec.unit_column)
    return columns_named


def split_units(columns: dict[str, Column], contract: Contract, faults: Faults) -> dict[str, Column]:
    """Return the columns with the unit of a cell in the unit's column, and the number alone in its own.

    A unit in the cell that is not the one of its row is a fault.
    """
    result = dict(columns)
    for field in contract.fields:
        if _is_measured(field, contract) and field.name in columns and not many(columns[field.name]):
            _split(field, result, faults)
    return result


def _is_measured(field: Field, contract: Contract) -> bool:
    """Return whether a field is a number in units of known dimensions."""
    unit = contract.name_of.get(field.unit_column)
    return field.reads == NUMBER and unit is not None and unit.reads == UNIT and bool(unit.dimensions)


def _split(field: Field, columns: dict[str, Column], faults: Faults) -> None:
    distinct = columns[field.name].distinct()
    hints = np.asarray(pc.match_substring_regex(distinct.texts, HINT)).astype(bool) & (distinct.marks == TEXT)
    if not hints.any():
        return
    texts = distinct.texts.to_pylist()
    parts = [split_unit(t) if hint else (t, "") for t, hint in zip(texts, hints.tolist(), strict=True)]
    if not any(unit for _, unit in parts):
        return
    codes = pa.array(distinct.codes)
    cell_units = np.array([unit for _, unit in parts], dtype=object)[distinct.codes]
    columns[field.name] = Column(pa.array([n for n, _ in parts], pa.string()).take(codes),
                                 distinct.marks[distinct.codes])
    unit_cells = columns.get(field.unit_column)
    row_units = np.full(len(cell_units), "", dtype=object) if unit_cells is None else np.array(
        [t.strip() for t in unit_cells.text.cast(pa.string()).to_pylist()], dtype=object)
    conflicts = np.flatnonzero((cell_units != "") & (row_units != "") & ~_alike(cell_units, row_units))
    raw = columns[field.name].take(conflicts).text.cast(pa.string()).to_pandas() + " " + cell_units[conflicts]
    unit = field.unit_column
    faults.add(conflicts, field.name,
               problem("{unit}_conflict.cell", unit=unit, what=unit.replace("_", " "), column=field.name), raw)
    columns[field.unit_column] = Column(pa.array(np.where(row_units == "", cell_units, row_units), pa.string()))


def _alike(cell_units: npt.NDArray[np.object_], row_units: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    pairs = {(a, b) for a, b in zip(cell_units.tolist(), row_units.tolist(), strict=True)}
    equal = {(a, b) for a, b in pairs if a == b or (units.find(a) is not None and units.find(a) == units.find(b))}
    return np.array([pair in equal for pair in zip(cell_units.tolist(), row_units.tolist(), strict=True)], dtype=bool)
