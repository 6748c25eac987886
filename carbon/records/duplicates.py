"""
The same thing twice: the same file, the same row, the same invoice in two files.

Found and listed always; counted once where params say `duplicates: reject`, kept where they say keep or nothing. The
same bytes under two names are never right, so without a word in params they are refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.errors import FileRefused
from carbon.core.params import FilePattern
from carbon.records.faults import Warned
from carbon.records.files import FileRead
from carbon.records.measures import ledger_amounts

_NOT_COMPARED = ("record_id", "source_file", "source_sheet", "source_line")
_WHAT = "keep one of the two, or declare `duplicates: keep` for the file in params"


def settle_duplicates(reads: list[tuple[FilePattern, FileRead]], hashes: dict[str, str]) -> list[FileRead]:
    """
    The reads of a company-year with duplicates flagged or rejected as each file's params say.

    Raises
    ------
    FileRefused
        Two files have the same bytes, and params do not say to keep both.
    """
    _refuse_same_bytes(reads, hashes)
    kinds: dict[str, list[int]] = {}
    for i, (_, read) in enumerate(reads):
        kinds.setdefault(read.records["kind"].iloc[0] if len(read.records) else read.kind, []).append(i)
    settled = [read for _, read in reads]
    for positions in kinds.values():
        for i, read in zip(positions, _settle([reads[i] for i in positions]), strict=True):
            settled[i] = read
    return settled


def _refuse_same_bytes(reads: list[tuple[FilePattern, FileRead]], hashes: dict[str, str]) -> None:
    seen: dict[str, str] = {}
    for options, read in reads:
        first = seen.setdefault(hashes[read.name], read.name)
        if first != read.name and options.duplicates != "keep":
            raise FileRefused(f"{read.name}: the same bytes as {first}", code="file_twice",
                              what_to_do="remove one of the two files")


def _settle(reads: list[tuple[FilePattern, FileRead]]) -> list[FileRead]:
    tables = [read.records.assign(_file=i) for i, (_, read) in enumerate(reads)]
    table = pd.concat(tables, ignore_index=True)
    compared = [c for c in table.columns if c not in (*_NOT_COMPARED, "_file")]
    row = table.duplicated(compared).to_numpy()
    invoice = _invoice_twice(table) & ~row
    settled = []
    for i, (options, read) in enumerate(reads):
        here = (table["_file"] == i).to_numpy()
        settled.append(_apply(options, read, row[here], invoice[here]))
    return settled


def _invoice_twice(table: pd.DataFrame) -> np.ndarray:
    """
    Lines of an invoice that an earlier file already holds: same supplier, number and amount.
    """
    if "invoice" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    keys = ["supplier", "invoice", "amount", "currency"]
    named = (table["invoice"] != "") & (table["supplier"] != "")
    first = table[named].groupby(keys, sort=False)["_file"].transform("min")
    twice = np.zeros(len(table), dtype=bool)
    twice[np.flatnonzero(named)] = (first != table.loc[named, "_file"]).to_numpy()
    return twice


def _apply(options: FilePattern, read: FileRead, row: np.ndarray, invoice: np.ndarray) -> FileRead:
    twice = row | invoice
    if not twice.any():
        return read
    if options.duplicates == "reject":
        return _reject(read, twice, row)
    line = int(read.records["source_line"].to_numpy()[twice][0])
    what = "rows are the same as an earlier row" if row.any() else "rows repeat an invoice of another file"
    warning = Warned("duplicate_rows", f"{read.name}: {int(twice.sum()):,} {what}, the first on line {line}; kept. "
                     "Declare `duplicates: reject` in params to count them once")
    return replace(read, warnings=[*read.warnings, warning])


def _reject(read: FileRead, twice: np.ndarray, row: np.ndarray) -> FileRead:
    gone = read.records[twice].reset_index(drop=True)
    amounts = ledger_amounts(str(gone["kind"].iloc[0]), gone)
    reason = np.where(row[twice], "the same as an earlier row", "the invoice is already in another file")
    lines = gone[[*_NOT_COMPARED, "kind"]].assign(
        amount=amounts["amount"], unit=amounts["unit"], code="duplicate", reason=reason, what_to_do=_WHAT, column="",
        value="", stage="reader", counts_row=True, outcome="rejected")
    ledger = pd.concat([read.ledger, lines[list(schemas.LEDGER.columns)]], ignore_index=True)
    rejects = pd.concat([read.rejects, lines[list(schemas.REJECTS.columns)]], ignore_index=True)
    return replace(read, records=read.records[~twice].reset_index(drop=True), ledger=_text(ledger, schemas.LEDGER),
                   rejects=_text(rejects, schemas.REJECTS), rows_rejected=read.rows_rejected + int(twice.sum()))


def _text(table: pd.DataFrame, contract: schemas.Table) -> pd.DataFrame:
    return contract.validate(table.astype({c: "str" for c, k in contract.columns.items() if k == schemas.TEXT}))
