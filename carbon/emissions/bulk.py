"""Ledgers too long for a DataFrame: the same kernel, fed with Arrow row groups and dictionary columns.

A row group is read, its new distinct keys are resolved as one unit each by the functions of the short path, and its
rows are summed exactly. Memory is that of the row groups being read; neither order nor threads change a bit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.columns import Column, Groups
from carbon.core.errors import MissingFactorError, TableError
from carbon.core.exact import ExactSums
from carbon.core.ghg_protocol import LINES
from carbon.core.text_columns import listed
from carbon.emissions.kernel import PartTables, add_parts

KEY = ("activity", "unit", "scope", "category", "region", "year")
_BITS = (24, 10, 2, 5, 10, 10)  # of a vocabulary's place, by column of KEY
_MOST = 2**31 - 1
PerUnit = Callable[[pd.DataFrame], pd.DataFrame]
"""Distinct keys -> `schemas.EMISSIONS` lines of one unit of each; activity_id is the key's place, as text."""
_WORDS = ("factor_id", "source_id", "part", "scope", "scope2_method", "reason")
Audit = Callable[[int, pa.Table], None]


def bulk_totals(
    read: Callable[[int], pa.Table], n_row_groups: int, *, per_unit: PerUnit, by: Sequence[str], threads: int = 1,
    audit: Audit | None = None, client: Any = None,
) -> pd.DataFrame:
    """Sum a ledger of activities exactly: a line for each value of `by`, scope, category and scope 2 method.

    co2e_kg = sum over rows and parts of round(quantity x kg_per_unit), rounded once

    Parameters
    ----------
    read
        Row group i as an Arrow table: the columns of `KEY` and `by` (strings best as dictionaries), and quantity
        (float64), e.g. `records.ledgers.parquet_ledger`. Called from several threads at once if there are several.
    per_unit
        The lines of one unit of each distinct key: `emissions.per_unit.lines_per_unit`.
    by
        Columns of the ledger to keep apart, e.g. ["company", "year"].
    audit
        Called with the number of a row group and its emission lines, for whoever writes them.
    client
        A `distributed.Client`: row groups are then read and summed by its workers, each in the same way, and `threads`
        is theirs. `read`, `per_unit` and `audit` must be picklable. A row group whose worker is lost runs again on
        another, so an `audit` may be called twice for one and must write the same name again.

    Returns
    -------
    DataFrame
        by ..., scope, category, scope2_method, co2e_kg [kg CO2e] of Kyoto gases: all lines of an inventory for each
        value of `by` that occurs, sorted. The same bits with any row groups, order, threads and workers.

    Raises
    ------
    MissingFactorError
        A key without a factor.
    MethodError, TableError
        A missing or infinite quantity; a missing column, or a null in one; a ledger without row groups.
    """
    if not n_row_groups:
        raise TableError("The ledger has no row groups", hint="no rows are not zero emissions: check the path.")
    job = Job(read, per_unit, tuple(by), audit)
    if client is not None:
        return _together(_on_workers(client, job, n_row_groups), list(by))
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return _together(list(pool.map(job.part, range(n_row_groups))), list(by))


class Job:
    """One ledger to be summed: how to read it, what a unit emits, and the keys this process has resolved so far."""

    def __init__(self, read: Callable[[int], pa.Table], per_unit: PerUnit, by: tuple[str, ...],
                 audit: Audit | None) -> None:
        self._made_of = read, per_unit, by, audit
        self._keys = Keys(per_unit)

    def __reduce__(self) -> tuple[Any, ...]:
        return Job, self._made_of  # keys are resolved again in each process: they are few

    def part(self, number: int) -> _Part:
        """Return the exact sums of one row group."""
        reader, _, by, audit = self._made_of
        return _row_group(number, reader(number), self._keys, by, audit)


def _on_workers(client: Any, job: Job, n: int) -> list[_Part]:
    """Sum the row groups as tasks of a Dask scheduler, which runs those of a lost worker again. The job is itself the
    result of a task: should the only worker that holds it be lost, it is made anew.
    """
    shared = client.submit(Job, *job._made_of, pure=False)
    return list(client.gather(client.map(_part_of, range(n), job=shared, pure=False)))


def _part_of(number: int, job: Job) -> _Part:
    return job.part(number)


class Keys:
    """The distinct keys seen so far, each resolved once, and what one unit of each emits, part by part.

    A key is one number: the places of its values in the vocabularies of the columns, side by side.
    """

    def __init__(self, per_unit: PerUnit) -> None:
        self._per_unit = per_unit
        self._lock = threading.Lock()
        self._words: tuple[dict[object, int], ...] = tuple({} for _ in KEY)
        self._known = np.empty(0, dtype=np.int64)  # sorted
        self._ids = np.empty(0, dtype=np.intp)  # of the sorted ones
        self.lines = pd.DataFrame()
        self.tables = PartTables(np.zeros((0, 0)), np.zeros((0, 0), dtype=np.intp))
        self.entry = np.zeros((0, 0), dtype=np.int64)

    def ids(self, key: Groups) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the codes of `key`, and the number of the key behind each; new keys are resolved first.

        Which codes occur is looked at only where one is not known yet: it takes a pass over the rows.
        """
        with self._lock:
            codes = np.arange(key.size)
            names, new = self._new(key, codes)
            if len(new):
                codes = key.occurring()
                names, new = self._new(key, codes)
            if len(new):
                self._learn(key.frame(KEY, codes[new]), names[new])
            return codes, self._ids[np.searchsorted(self._known, names)]

    def _new(self, key: Groups, codes: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
        names = self._names(key, codes)
        at = np.searchsorted(self._known, names)
        return names, np.flatnonzero(np.append(self._known, -1)[at] != names)

    def _names(self, key: Groups, codes: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
        names = np.zeros(len(codes), dtype=np.int64)
        for words, column, bits in zip(self._words, key.keys(codes), _BITS, strict=True):
            places = np.array([words.setdefault(v, len(words)) for v in listed(column.words)], dtype=np.int64)
            if len(words) > 1 << bits:
                raise TableError(f"More than {1 << bits:,} distinct values in a key column of the ledger")
            names = (names << bits) | places[column.codes]
        return names

    def _learn(self, keys: pd.DataFrame, names: npt.NDArray[np.int64]) -> None:
        unit_lines = self._per_unit(keys)
        place = unit_lines["activity_id"].astype(np.int64).to_numpy()
        unresolved = np.setdiff1d(np.arange(len(keys)), place)
        if len(unresolved):
            raise MissingFactorError(f"{len(unresolved):,} distinct keys have no emission factor",
                                     rows=keys.iloc[unresolved],
                                     hint="add the factors, or take these rows out with their reason.")
        first = len(self._known)
        all_names, ids = np.append(self._known, names), np.append(self._ids, first + np.arange(len(names)))
        order = np.argsort(all_names)
        self._known, self._ids = all_names[order], ids[order]
        self.lines = pd.concat([self.lines, unit_lines.assign(key=place + first)], ignore_index=True)
        self.entry, self.tables = _tables(self.lines, len(all_names))


def _tables(lines: pd.DataFrame, n: int) -> tuple[npt.NDArray[np.int64], PartTables]:
    """Return, by part and key, the position in `lines` (-1: none), kg per unit, and place in `LINES`."""
    key = lines["key"].to_numpy()
    order = np.argsort(key, kind="stable")
    count = np.bincount(key, minlength=n)
    first = np.cumsum(count) - count
    entry = np.full((int(count.max(initial=0)), n), -1, dtype=np.int64)
    entry[np.arange(len(key)) - first[key[order]], key[order]] = order
    place = pd.MultiIndex.from_tuples(LINES).get_indexer(
        pd.MultiIndex.from_frame(lines[["scope", "category", "scope2_method"]]))
    is_counted = (entry >= 0) & lines["kyoto"].to_numpy()[entry]
    kg = np.where(is_counted, lines["kg_per_unit"].to_numpy()[entry], 0.0)
    return entry, PartTables(kg, np.where(is_counted, place[entry], 0))


@dataclass(frozen=True)
class _Part:
    """Exact sums of one row group; group len(LINES) x code + line, `labels` the values of the codes that occur."""

    labels: pd.DataFrame
    codes: npt.NDArray[np.intp]
    size: int
    sums: ExactSums


def _row_group(number: int, table: pa.Table, keys: Keys, by: tuple[str, ...], audit: Audit | None) -> _Part:
    _check_columns(table, (*KEY, *by))
    of_both = {name: _column(table, name) for name in KEY if name in by}
    key, label = (_combined(table, names, of_both) for names in (KEY, by))
    quantity = _quantity(table)
    present, ids = keys.ids(key)
    sums = ExactSums(label.size * len(LINES))
    add_parts(sums, key.number, quantity, _by_code(keys.tables, key, present, ids), label.number * np.int32(len(LINES)))
    if audit is not None:
        audit(number, _lines_of(key, present, ids, keys, quantity))
    occurring = label.occurring()
    return _Part(label.frame(by, occurring), occurring, label.size, sums.at_rest())


def _check_columns(table: pa.Table, names: Sequence[str]) -> None:
    missing = [c for c in dict.fromkeys(names) if c not in table.column_names]
    if missing:
        raise TableError(f"The ledger has no columns {missing}; it has {table.column_names}")


def _combined(table: pa.Table, names: Sequence[str], columns: Mapping[str, Column]) -> Groups:
    """Combine columns of a row group, some of them read before, into one code a row.

    Raises TableError: A null, a number out of range, or more combinations than can be numbered.
    """
    combined = Groups.of((columns[name] if name in columns else _column(table, name) for name in names), ranked=False)
    if combined.size > _MOST:
        raise TableError(f"Too many combinations of {list(names)} to number in one row group",
                         hint="write the ledger in smaller row groups.")
    return combined


def _column(table: pa.Table, name: str) -> Column:
    values = table.column(name)
    if values.null_count:
        raise TableError(f"Column `{name}` of the ledger has {values.null_count:,} nulls; empty text is \"\"")
    if pa.types.is_integer(values.type) and len(values):
        low, high = pc.min_max(values).as_py().values()
        if not 0 <= low <= high < 1 << 20:
            raise TableError(f"Column `{name}` of the ledger is out of range: {low} ... {high}")
    return Column.of_arrow(values)


def _by_code(tables: PartTables, key: Groups, present: npt.NDArray[np.intp], ids: npt.NDArray[np.intp]) -> PartTables:
    """Return the tables by the row group's own codes; parts that none of its keys has are left out."""
    used_parts = np.flatnonzero((tables.kg_per_unit[:, ids] != 0).any(axis=1))
    kg = np.full((len(used_parts), key.size), np.nan)
    group = np.zeros((len(used_parts), key.size), dtype=np.intp)
    kg[:, present] = tables.kg_per_unit[np.ix_(used_parts, ids)]
    group[:, present] = tables.group[np.ix_(used_parts, ids)]
    return PartTables(kg, group)


def _quantity(table: pa.Table) -> npt.NDArray[np.float64]:
    column = table.column("quantity")
    if column.null_count or not pa.types.is_float64(column.type):
        raise TableError(f"Column `quantity` must be float64 without nulls; it is {column.type} "
                         f"with {column.null_count:,} nulls")
    return column.to_numpy()


def _lines_of(
    key: Groups, present: npt.NDArray[np.intp], ids: npt.NDArray[np.intp], keys: Keys,
    quantity: npt.NDArray[np.float64],
) -> pa.Table:
    """Return the emission lines of a row group: `row`, factor and scope as dictionary columns, kilograms."""
    to_id = np.full(key.size, -1, dtype=np.int32)
    to_id[present] = ids
    row_id = to_id.take(key.number)
    blocks = []
    kg_per_unit = keys.lines["kg_per_unit"].to_numpy()
    for entry in keys.entry:
        line = entry.astype(np.int32).take(row_id)
        row = np.arange(len(line), dtype=np.int32)
        if (entry[ids] < 0).any():
            row = row[line >= 0]
            line = line[row]
        kg = kg_per_unit.take(line)
        kg *= quantity if len(row) == len(quantity) else quantity[row]
        blocks.append(pa.table({"row": row, "line": line, "co2e_kg": kg}))
    table = pa.concat_tables(b for b in blocks if len(b))
    return _with_words(table, keys.lines)


def _with_words(table: pa.Table, lines: pd.DataFrame) -> pa.Table:
    at = table.column("line").to_numpy()
    table = table.append_column("category", pa.array(lines["category"].to_numpy(np.int8)[at]))
    for name in _WORDS:
        codes, words = pd.factorize(lines[name])
        index = codes.astype(np.int32).take(at) if len(words) > 1 else np.zeros(len(at), dtype=np.int32)
        column = pa.DictionaryArray.from_arrays(index, pa.array(list(words), pa.string()))
        table = table.append_column(name, column)
    return table.drop_columns("line")


def _together(parts: Sequence[_Part], by: list[str]) -> pd.DataFrame:
    """Sum all row groups exactly, by label."""
    labels = pd.concat([p.labels for p in parts], ignore_index=True)
    groups = labels.groupby(by, sort=True)
    number, distinct = groups.ngroup().to_numpy(), groups.size().reset_index()[by]
    grand_total = ExactSums(len(distinct) * len(LINES))
    start = 0
    for part in parts:
        group_of = np.zeros(part.size, dtype=np.int64)  # codes that do not occur have no sums to give
        group_of[part.codes] = number[start:start + len(part.labels)]
        grand_total.merge(part.sums, at=(group_of[:, None] * len(LINES) + np.arange(len(LINES))).ravel())
        start += len(part.labels)
    places = pd.DataFrame(LINES, columns=["scope", "category", "scope2_method"])
    return distinct.merge(places, how="cross").assign(co2e_kg=grand_total.totals())
