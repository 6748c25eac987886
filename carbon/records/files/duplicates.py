"""The same thing twice: the same file, the same row, the same invoice in two files.

They are always listed; counted once where params declare `duplicates: reject`, kept where they declare `keep` or
nothing. The same bytes under two names are never right: they are refused unless params declare `keep`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.columns import group_codes
from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.core.schemas import retyped
from carbon.core.text import fold
from carbon.core.text_columns import by_word, with_text
from carbon.records.files.file_read import FileRead
from carbon.records.files.reading import TableRead
from carbon.records.kinds.faults import Warned
from carbon.records.kinds.messages import refusal, warned

Flags = npt.NDArray[np.bool_]


def settle_duplicates(reads: list[tuple[FilePattern, FileRead]], hashes: dict[str, str]) -> list[FileRead]:
    """Flag or reject the duplicates of a company-year, as each file's params declare. Raises FileRefused: `copies`."""
    for refused in copies(reads, hashes).values():
        raise refused
    kinds = [file_read.reads[0].contract.lands_in for _, file_read in reads]
    settled = {kind: iter(_settle([one for one, of in zip(reads, kinds, strict=True) if of == kind]))
               for kind in dict.fromkeys(kinds)}
    return [next(settled[kind]) for kind in kinds]


def copies(reads: list[tuple[FilePattern, FileRead]], hashes: dict[str, str]) -> dict[str, FileRefused]:
    """Return the files with the bytes of an earlier one that params do not keep, and those in which two entries of
    params count one cell, or one line where it is one record.
    """
    refused: dict[str, FileRefused] = {}
    first_names: dict[str, str] = {}
    for options, file_read in reads:
        first = first_names.setdefault(hashes[file_read.name], file_read.name)
        if first != file_read.name and options.duplicates != "keep":
            refused[file_read.name] = refusal("file_twice", file_read.name, first=first)
    names = Counter(file_read.name for _, file_read in reads)
    for name in (name for name, entries in names.items() if entries > 1):
        of_file = [file_read for _, file_read in reads if file_read.name == name]
        lines = pd.concat([one.records["record_id"].astype("str") for one in of_file], ignore_index=True)
        counted_cells = pd.concat([_cells(table) for one in of_file for table in one.reads], ignore_index=True)
        twice = pd.concat([lines[lines.duplicated().to_numpy()], counted_cells[counted_cells.duplicated().to_numpy()]])
        if len(twice):
            refused[name] = refusal("cell_counted_twice", name, count=len(twice), example=twice.iloc[0])
    return refused


def _cells(table_read: TableRead) -> pd.Series:
    """Return the counted cells of the kept rows: "Site Data!AS45"."""
    rows = np.flatnonzero(table_read.kept)
    if table_read.cells is not None:
        return f"{table_read.sheet}!" + table_read.cells.take(pa.array(rows)).to_pandas().astype("str")
    return f"{table_read.sheet}!{table_read.counted}" + pd.Series(table_read.lines[rows]).astype("str")


def unread_columns(reads: list[FileRead]) -> list[Warned]:
    """Return a warning a sheet of the columns of figures that no entry of params counts, where one has a layout."""
    warnings = []
    sheets: dict[tuple[str, str], list[dict[str, str]]] = {}
    counted_letters: dict[tuple[str, str], set[str]] = {}
    for file_read in reads:
        for table_read in file_read.reads:
            key = file_read.name, table_read.sheet
            if table_read.unread is not None:
                sheets.setdefault(key, []).append(table_read.unread)
            counted_letters.setdefault(key, set()).add(table_read.counted)
    for (name, sheet), of_entries in sheets.items():
        left = {at: heading for at, heading in of_entries[0].items() if all(at in other for other in of_entries)
                and at not in counted_letters[name, sheet]}
        if left:
            listed = ", ".join(f"{at} {heading!r}" for at, heading in left.items())
            place = f"{name}#{sheet}" if sheet else name
            warnings.append(warned("columns_unread", place, count=len(left), listed=listed))
    return warnings


def _settle(reads: list[tuple[FilePattern, FileRead]]) -> list[FileRead]:
    tables = _with_clocks([file_read for _, file_read in reads])
    sizes = np.array([len(t) for t in tables])
    file = np.repeat(np.arange(len(tables)), sizes)
    row = repeated_rows(tables)
    invoice = _invoice_twice(tables, file) & ~row
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return [_apply(options, file_read, row[starts[i]:starts[i + 1]], invoice[starts[i]:starts[i + 1]])
            for i, (options, file_read) in enumerate(reads)]


def _with_clocks(reads: list[FileRead]) -> list[pd.DataFrame]:
    """Return the kept rows, with their time of day where a file has one: equal rows at two hours are two readings."""
    clocks = [file_read.clocks for file_read in reads]
    if all(c is None for c in clocks):
        return [file_read.kept_rows for file_read in reads]
    return [retyped(file_read.kept_rows.assign(_clock="" if c is None else c.to_numpy()), {"_clock": "str"})
            for file_read, c in zip(reads, clocks, strict=True)]


def repeated_rows(tables: list[pd.DataFrame]) -> Flags:
    """Return the rows that equal an earlier row of the same or an earlier table in every column."""
    keys = np.concatenate([np.empty(0, np.uint64), *map(_row_keys, tables)])
    ordered = np.sort(keys)
    if (ordered[1:] != ordered[:-1]).all():
        return np.zeros(len(keys), dtype=bool)
    # Equal hashes are only candidates: the rows themselves decide.
    at = np.flatnonzero(pd.Series(keys).duplicated(keep=False))
    starts = np.concatenate([[0], np.cumsum([len(t) for t in tables])])
    parts = [with_text(t.iloc[at[(at >= starts[i]) & (at < starts[i + 1])] - starts[i]]) for i, t in enumerate(tables)]
    flags = np.zeros(len(keys), dtype=bool)
    flags[at] = pd.concat(parts, ignore_index=True).duplicated().to_numpy()
    return flags


def _row_keys(table: pd.DataFrame) -> npt.NDArray[np.uint64]:
    """Return a hash of each row, in which a refund of nothing, -0.0, equals a purchase of nothing."""
    numbers = {str(c): table[c] + 0.0 for c in table if table[c].dtype.kind == "f"}
    return np.asarray(pd.util.hash_pandas_object(table.assign(**numbers), index=False), dtype=np.uint64)


def _invoice_twice(tables: list[pd.DataFrame], file: npt.NDArray[np.intp]) -> Flags:
    """Return the lines of an invoice that an earlier file already holds.

    Supplier and number are the same, and so is the amount of the line or of all its lines. Case, accents and
    punctuation make no other supplier and no other invoice.
    """
    twice = np.zeros(len(file), dtype=bool)
    if len(tables) < 2 or "invoice" not in tables[0].columns:
        return twice
    columns = ["supplier", "invoice", "amount", "currency"]
    table = pd.concat([with_text(t[columns]) for t in tables], ignore_index=True).assign(_file=file)
    table = table[((table["invoice"] != "") & (table["supplier"] != "")).to_numpy()]
    keys = ["_invoice", "currency"]
    # "F-1" and "F1" are one number.
    table = table.assign(_invoice=group_codes([by_word(table["supplier"], fold), by_word(
        table["invoice"], lambda number: fold(number).replace(" ", ""))]))
    several = table.groupby(keys, sort=False)["_file"].transform("nunique") > 1
    table = table[several.to_numpy(dtype=bool)]
    table = table.assign(_whole=table.groupby([*keys, "_file"], sort=False)["amount"].transform("sum").round(6))
    for amount in ("amount", "_whole"):
        first = table.groupby([*keys, amount], sort=False)["_file"].transform("min")
        twice[table.index[(first != table["_file"]).to_numpy(dtype=bool)]] = True
    return twice


def _apply(options: FilePattern, file_read: FileRead, row: Flags, invoice: Flags) -> FileRead:
    twice = row | invoice
    if not twice.any():
        return file_read
    if options.duplicates == "reject":
        why = np.where(row, "the same as an earlier row", "the invoice is already in another file").astype(object)
        return replace(file_read, repeated=twice, why=why)
    warning = warned("duplicate_rows" if row.any() else "duplicate_rows.invoice", file_read.name, rows=int(twice.sum()))
    return replace(file_read, warnings=[*file_read.warnings, warning]) if options.duplicates is None else file_read
