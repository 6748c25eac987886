"""The kernel: a gather, a multiply and a bincount, the same for one row and for ten million.

`resolve` has matched the distinct keys; from here on there are integer codes and numbers, no strings and no join.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError, MissingFactorError
from carbon.core.exact import ExactSums, Floats, Integers, exact_sum, exact_total

__all__ = ["Slots", "apply", "exact_sum", "exact_total", "expand", "slots"]

_BLOCK = 1 << 14  # rows gathered at once: memory stays flat, the block stays in the processor's cache


@dataclass(frozen=True)
class Slots:
    """RESOLUTION by key code: entry[s, code] is the position of the key's part s in the table, -1 where it has none."""

    entry: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]
    """Parts of each key; 0 is a key without a factor."""


def slots(resolution: pd.DataFrame) -> Slots:
    """Index of a RESOLUTION table by key code, in the table's own order of parts."""
    key = resolution["key_id"].to_numpy()
    count = np.bincount(key, minlength=1) if len(key) else np.zeros(1, dtype=np.int64)
    order = np.argsort(key, kind="stable")
    first = np.cumsum(count) - count
    entry = np.full((int(count.max(initial=0)), len(count)), -1, dtype=np.int64)
    entry[np.arange(len(key)) - first[key[order]], key[order]] = order
    return Slots(entry, count)


def expand(codes: Integers, index: Slots) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return pairs (activity row, resolution row): one for each part of each activity, in the activities' order.

    Raises MissingFactorError: A code has no factor.
    """
    _refuse_unresolved(codes, index)
    many = index.count[codes]
    rows = np.repeat(np.arange(len(codes)), many)
    slot = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return rows, index.entry[slot, codes[rows]]


def apply(
    codes: Integers, quantity: Floats, resolution: pd.DataFrame, *, groups: Integers, n: int,
    column: str = "co2e_kg", row_groups: Integers | None = None, n_row_groups: int = 1,
    into: ExactSums | None = None,
) -> Floats:
    """Calculate the exact kilograms of each group, from key codes and quantities.

    total_g = sum over rows i and parts p of the key of i, with group g, of round(quantity_i x kg_per_unit_p)

    A total is the correctly rounded sum of the rows that `calculate_emissions` lists one by one.

    Parameters
    ----------
    codes, quantity
        Key of each row and its quantity [unit of the key].
    resolution
        `schemas.RESOLUTION`: kg per unit of the activity, by key and part.
    groups
        Group of each row *of the resolution*, 0 ... n - 1, or -1 for a part that is not counted.
    column
        Column to sum: "co2e_kg", a gas or "biogenic_co2_kg".
    row_groups, n_row_groups
        A second grouping, of the quantities' rows (site, month ...): the result has n x n_row_groups numbers,
        ordered by row group first.
    into
        Running sums to add to, for rows that come in chunks; the totals so far are returned.

    Raises
    ------
    MissingFactorError
        A code without a factor: nothing is zero because it is unknown.
    MethodError
        A quantity or a factor that is missing or infinite.
    """
    tables = part_tables(resolution, groups=np.asarray(groups), column=column)
    sums = into if into is not None else ExactSums(n * n_row_groups)
    offset = None if row_groups is None else np.asarray(row_groups, dtype=np.intp) * n
    try:
        add_parts(sums, codes, quantity, tables, offset)
    except MethodError:
        _refuse_unresolved(codes, slots(resolution))  # a key without a factor has the coefficient NaN
        raise
    return sums.totals()


@dataclass(frozen=True)
class PartTables:
    """By part and key code: kg per unit (NaN for a key without a factor), and the group of the part."""

    kg_per_unit: Floats
    group: npt.NDArray[np.intp]


def part_tables(resolution: pd.DataFrame, *, groups: Integers, column: str) -> PartTables:
    """Return RESOLUTION as two small tables to gather from; a part that is absent or not counted adds 0 to group 0."""
    index = slots(resolution)
    entry = index.entry if len(index.entry) else np.full((1, len(index.count)), -1)
    if not len(resolution):
        return PartTables(np.full(entry.shape, np.nan), np.zeros(entry.shape, dtype=np.intp))
    kg_per_unit = resolution[column].to_numpy(dtype=np.float64, na_value=np.nan)
    is_counted = (entry >= 0) & (groups[entry] >= 0)
    kg = np.where(is_counted, kg_per_unit[entry], np.where(index.count > 0, 0.0, np.nan))
    return PartTables(kg, np.where(is_counted, groups[entry], 0).astype(np.intp))


def add_parts(sums: ExactSums, codes: Integers, quantity: Floats, tables: PartTables, offset: Integers | None) -> None:
    """Add the kilograms of every part of every row; `offset` moves each row's groups."""
    if len(codes) and not 0 <= codes.min() <= codes.max() < tables.group.shape[1]:
        raise MethodError(f"Key codes must be 0 ... {tables.group.shape[1] - 1}")
    at, group, kg = np.empty(_BLOCK, np.intp), np.empty(_BLOCK, np.intp), np.empty((len(tables.group), _BLOCK))
    bundles = _bundles(tables)
    for start in range(0, len(codes), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(codes)))
        size = block.stop - start
        at[:size] = codes[block]
        for coefficients, to in bundles:
            of_parts = kg[:len(coefficients), :size]
            for coefficient, product in zip(coefficients, of_parts, strict=True):
                # `clip` only spares numpy a copy: the codes are within the table.
                coefficient.take(at[:size], out=product, mode="clip")
            with np.errstate(invalid="ignore"):  # infinity x 0: the sum raises
                of_parts *= quantity[block]
            to.take(at[:size], out=group[:size], mode="clip")
            if offset is not None:
                group[:size] += offset[block]
            sums.add(of_parts, group[:size])


def _bundles(tables: PartTables) -> list[tuple[Floats, npt.NDArray[np.intp]]]:
    """Bundle the parts that go to one group whatever the key: rows of kg per unit, and that group."""
    bundles: list[tuple[Floats, npt.NDArray[np.intp]]] = []
    for kg, group in zip(tables.kg_per_unit, tables.group, strict=True):
        for i, (others, to) in enumerate(bundles):
            in_use = (others != 0).any(axis=0)
            if (to == group)[in_use & (kg != 0)].all():
                bundles[i] = np.vstack([others, kg]), np.where(in_use, to, group)
                break
        else:
            bundles.append((kg[None], group))
    return bundles


def _refuse_unresolved(codes: Integers, index: Slots) -> None:
    if not len(codes):
        return
    if codes.min() < 0:
        raise MethodError(f"Key codes must be 0 or more; the smallest is {int(codes.min())}")
    has_factor = np.zeros(max(int(codes.max()) + 1, len(index.count)), dtype=bool)
    has_factor[: len(index.count)] = index.count > 0
    if not has_factor[codes].all():
        missing = np.unique(codes[~has_factor[codes]])
        raise MissingFactorError(
            f"{int((~has_factor[codes]).sum()):,} activities have no emission factor (key_id {missing[:5].tolist()})",
            hint="see `matched.resolved.misses` for the regions and years that were searched, and what to do.",
        )
