"""
One file, whatever its form, as a kind of record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import schemas
from carbon.core.errors import CarbonError, FileRefused
from carbon.core.params import FilePattern
from carbon.records import fec
from carbon.records.contracts import FEC, KINDS, PURCHASES, WHOLE, Contract
from carbon.records.delimited import read_delimited
from carbon.records.encodings import decode
from carbon.records.faults import Warned
from carbon.records.grids import Grid
from carbon.records.headings import Headings
from carbon.records.measures import ledger_amounts, totals
from carbon.records.parquets import read_parquet
from carbon.records.reading import TableRead, Told, read_grid
from carbon.records.sources import DELIMITED, PARQUET, open_source
from carbon.records.workbooks import hidden_sheets, is_blank, read_workbook


@dataclass(frozen=True)
class FileRead:
    """
    One file as it was read: records that go on, and a ledger line for every row that does not.
    """

    name: str
    kind: str
    records: pd.DataFrame
    ledger: pd.DataFrame
    rejects: pd.DataFrame
    rows_read: int
    rows_excluded: int
    rows_rejected: int
    totals: dict[str, str]
    read_totals: dict[str, str]
    """Sums over every row read that is no subtotal: what a control total is compared with."""
    dialect: str
    warnings: list[Warned] = field(default_factory=list)

    @property
    def rows_accepted(self) -> int:
        return self.rows_read - self.rows_rejected


def read_file(path: Path, name: str, options: FilePattern, told: Told, *, record_prefix: str = "") -> FileRead:
    """
    Read one file as the kind its options declare.

    Parameters
    ----------
    name
        How tables call the file: relative to the project, with forward slashes.
    record_prefix
        Start of each record_id; default: the name.

    Raises
    ------
    FileRefused
        The whole file cannot be read with certainty.
    """
    try:
        return _read_file(path, name, options, told, record_prefix or name)
    except CarbonError:
        raise
    except Exception as wrong:
        # A file nobody foresaw: refused by name, with the error behind it for whoever repairs the reader.
        raise FileRefused(f"{name}: cannot be read ({type(wrong).__name__}: {str(wrong)[:120]})", code="unreadable",
                          what_to_do="export the file again; if it persists, report it") from wrong


def _read_file(path: Path, name: str, options: FilePattern, told: Told, prefix: str) -> FileRead:
    warnings: list[Warned] = []
    contract = KINDS[options.kind] if options.kind != FEC else PURCHASES
    grids = _grids(path, name, options, contract, warnings)
    if options.kind == FEC:
        reads = [fec.read_fec(grids[0], options, told, name)]
    else:
        reads = [read_grid(g, contract, options, told, _sheet_name(name, g)) for g in grids]
    _refuse_copies(reads, name)
    return _assemble(reads, name, options, prefix, warnings)


def _refuse_copies(reads: list[TableRead], name: str) -> None:
    """
    A sheet whose rows all stand on another sheet too would count twice.
    """
    if len(reads) < 2:
        return
    table = pd.concat([r.table[r.kept].assign(_sheet=i) for i, r in enumerate(reads)], ignore_index=True)
    cells = [c for c in table.columns if c != "_sheet"]
    sheets = table.drop_duplicates()
    shared = sheets.duplicated(cells, keep=False)
    copies = shared.groupby(sheets["_sheet"]).all()
    if copies.any():
        which = [reads[i].sheet for i in copies.index[copies]]
        raise FileRefused(f"{name}: every row of sheet {which[0]!r} stands on another sheet too", code="sheets_overlap",
                          what_to_do="declare `sheet` in the company's params, or delete the copy")


def _sheet_name(name: str, grid: Grid) -> str:
    return f"{name}#{grid.sheet}" if grid.sheet else name


def _grids(path: Path, name: str, options: FilePattern, contract: Contract, warnings: list[Warned]) -> list[Grid]:
    source = open_source(path, name)
    headings = Headings(contract, options)
    if source.form == PARQUET:
        return [read_parquet(source, headings)]
    if source.form == DELIMITED:
        law = "iso-8859-15" if options.kind == FEC else ""
        text, encoding = decode(source.content(), name, options.encoding, norm=law)
        recognise = fec.recognise if options.kind == FEC else headings.recognise
        quoting = options.kind != FEC or fec.is_quoted(text)
        return [read_delimited(text, name, recognise, separator=options.separator, quoting=quoting, dialect=encoding)]
    grids = [g for g in read_workbook(source, sheet=options.sheet) if len(g) and not is_blank(g)]
    if not grids:
        raise FileRefused(f"{name}: no sheet holds anything", code="file_empty", what_to_do="ask for the file again")
    if options.sheet is None:
        grids = _tables(grids, headings, name, warnings)
        warnings += [Warned("sheet_hidden", f"{name}: sheet {hidden!r} is hidden and was not read; show it, or declare "
                            "`sheet` in params") for hidden in hidden_sheets(source)]
    return grids


def _tables(grids: list[Grid], headings: Headings, name: str, warnings: list[Warned]) -> list[Grid]:
    """
    The sheets that have the kind's headings; where none has, the first, so that its error shows what it holds.
    """
    needed = [f.name for f in headings.contract.fields if f.needed]
    scores = [max((len(set(headings.match(row)[0]) & set(needed)) for row in g.head()), default=0) for g in grids]
    best = max(scores)
    chosen = [g for g, score in zip(grids, scores, strict=True) if score == best and best > 0]
    if chosen:
        left = [g.sheet for g, score in zip(grids, scores, strict=True) if score != best]
        warnings += [Warned("sheet_skipped", f"{name}: sheet {sheet!r} has not the headings of "
                            f"{headings.contract.kind} and was not read") for sheet in left]
    return chosen or grids[:1]


def _assemble(reads: list[TableRead], name: str, options: FilePattern, prefix: str, warnings: list[Warned]) -> FileRead:
    frames = [_frames(r, name, prefix) for r in reads]
    kept = pd.concat([r.table[r.kept] for r in reads], ignore_index=True)
    every = pd.concat([r.table[~r.subtotals] for r in reads], ignore_index=True)
    if options.kind == FEC:
        kept = kept[kept["account"].str.startswith("6")]
    found = [w for r in reads for w in r.warnings]
    return FileRead(
        name, options.kind, pd.concat([f[0] for f in frames], ignore_index=True),
        pd.concat([f[1] for f in frames], ignore_index=True), pd.concat([f[2] for f in frames], ignore_index=True),
        sum(len(r.table) for r in reads), sum(len(r.excluded) for r in reads),
        sum(int(r.rejected.sum()) for r in reads), totals(reads[0].contract.kind, kept),
        totals(reads[0].contract.kind, every), reads[0].dialect,
        [*warnings, *found])


def _frames(read: TableRead, name: str, prefix: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    origin = _origin(read, name, prefix)
    amounts = ledger_amounts(read.contract.kind, read.table)
    kept = np.flatnonzero(read.kept)
    records = pd.concat([origin.iloc[kept], read.table.iloc[kept]], axis=1).reset_index(drop=True)
    records = read.contract.table.validate(_typed(records, read.contract), extra=True)
    rejects = _rejects(read, origin, amounts)
    return records, _ledger(read, origin, amounts, rejects), rejects


def _typed(records: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    # A blank whole number is none: category 0 of scope 1 and 2.
    whole = [f.name for f in contract.fields if f.reads == WHOLE]
    return records.fillna(dict.fromkeys(whole, 0.0)).astype(dict.fromkeys(whole, "int64"))


def _origin(read: TableRead, name: str, prefix: str) -> pd.DataFrame:
    rows = len(read.lines)
    start = f"{prefix}#{read.sheet}:" if read.sheet else f"{prefix}:"
    ids = pc.binary_join_element_wise(start, pa.array(read.lines).cast(pa.string()), "")
    return pd.DataFrame({
        "record_id": ids.to_pandas().astype("str"), "kind": pd.Series(read.contract.kind, range(rows), dtype="str"),
        "source_file": pd.Series(name, range(rows), dtype="str"),
        "source_sheet": pd.Series(read.sheet, range(rows), dtype="str"), "source_line": read.lines.astype(np.int64)})


def _rejects(read: TableRead, origin: pd.DataFrame, amounts: pd.DataFrame) -> pd.DataFrame:
    faults = read.faults
    rows = faults["row"].to_numpy(dtype=np.intp)
    table = pd.concat([origin.iloc[rows].reset_index(drop=True), amounts.iloc[rows].reset_index(drop=True),
                       faults.drop(columns="row")], axis=1)
    first = ~pd.Series(rows).duplicated()
    person = [f.name for f in read.contract.fields if f.reads == "person"]
    masked = table["value"].where(~table["column"].isin(person), "***")
    return schemas.REJECTS.validate(table.assign(
        stage=pd.Series("reader", range(len(rows)), dtype="str"), counts_row=first.to_numpy(dtype=bool),
        value=masked)[list(schemas.REJECTS.columns)])


def _ledger(read: TableRead, origin: pd.DataFrame, amounts: pd.DataFrame, rejects: pd.DataFrame) -> pd.DataFrame:
    excluded = read.excluded
    rows = excluded["row"].to_numpy(dtype=np.intp)
    gone = pd.concat([origin.iloc[rows].reset_index(drop=True), amounts.iloc[rows].reset_index(drop=True),
                      excluded.drop(columns="row")], axis=1)
    gone = gone.assign(outcome="excluded", what_to_do="", counts_row=True)
    lost = rejects[rejects["counts_row"]].assign(outcome="rejected")
    table = pd.concat([gone.assign(stage="reader"), lost], ignore_index=True)[list(schemas.LEDGER.columns)]
    text = [c for c, k in schemas.LEDGER.columns.items() if k == schemas.TEXT]
    table = table.astype(dict.fromkeys(text, "str") | {"amount": "float64", "counts_row": bool, "source_line": "int64"})
    return schemas.LEDGER.validate(table)


def read_records(path: str | Path, kind: str, *, options: FilePattern | None = None) -> FileRead:
    """
    Read one file as a kind of record, with nothing declared beyond `options`.

    Parameters
    ----------
    kind
        One of `contracts.kind_names()`, e.g. "purchases", "energy", "travel", "fec".

    Raises
    ------
    FileRefused
        The whole file cannot be read with certainty.
    """
    chosen = options or FilePattern(pattern="*", kind=kind)
    return read_file(Path(path), Path(path).as_posix(), chosen, Told())
