"""One file, whatever its form, as a kind of record; and its headings held against those of sources.

A file is refused where its headings are not those of the source that params name, and recognised where they name none.
A source is never applied because its headings are there: a person writes `source: NAME`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from carbon.core.errors import CarbonError, FileRefused
from carbon.core.periods import days_in_words
from carbon.core.text import fold, spelled_like
from carbon.core.vocabulary import holds
from carbon.params.files.project import Project
from carbon.params.files.sources import all_sources, resolved
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.files import FEC
from carbon.params.shapes.source import SourceProfile
from carbon.records.files import fec
from carbon.records.files.file_read import FileRead, TableRead, read_grid
from carbon.records.grids import delimited
from carbon.records.grids.cells import DAY, HEAD_ROWS, MAX_COLUMNS, NUMBER, Grid
from carbon.records.grids.delimited import SEPARATORS, Recognise, decode, loose_rows, read_bulk, read_delimited
from carbon.records.grids.parquets import column_names, read_parquet
from carbon.records.grids.sources import DELIMITED, PARQUET, Source, open_source
from carbon.records.grids.workbooks import first_rows, hidden_sheets, is_blank, read_workbook
from carbon.records.headings.matching import Headings, key_of
from carbon.records.kinds.contract import DIGITAL, KINDS, PURCHASES, Contract, ProjectContext
from carbon.records.kinds.messages import Warned, refusal, warned
from carbon.records.rules.sums import Amounts, across_series
from carbon.records.values.wide import unfolded
from carbon.records.values.wide_headings import fitting_layout

DAYS = ("date", "period_start", "period_end", "year")


def read_file(path: Path, name: str, options: FilePattern, project: ProjectContext, *,
              record_prefix: str = "") -> FileRead:
    """Read one file as the kind its options declare.

    `name`: How tables call the file: relative to the project, with forward slashes.
    `record_prefix`: Start of each record_id; default: the name.

    Raises FileRefused: The whole file cannot be read with certainty.
    """
    warnings: list[Warned] = []
    try:
        contract = KINDS[options.kind] if options.kind != FEC else PURCHASES
        grids = grids_of(path, name, options, contract, warnings, project.home)
        reads = [fec.read_fec(grids[0], options, project, name)] if options.kind == FEC else [
            _read_table(g, contract, options, project, f"{name}#{g.sheet}" if g.sheet else name) for g in grids]
        _refuse_copies(reads, name)
        _refuse_other_year(reads, options, project, name)
        return FileRead(name, options.kind, record_prefix or name, reads, [
            *warnings, *(w for r in reads for w in r.warnings)], source=options.source or "")
    except CarbonError:
        raise
    except Exception as wrong:
        # An unforeseen error refuses the file by name and stays attached as its cause.
        raise refusal("unreadable", name, kind=type(wrong).__name__, wrong=str(wrong)[:120]) from wrong


def read_records(path: str | Path, kind: str, *, options: FilePattern | None = None) -> FileRead:
    """Read one file as a kind of record, with nothing declared beyond `options`.

    `kind`: One of `contracts.kind_names()`, e.g. "purchases", "energy", "travel", "fec".

    Raises FileRefused: The whole file cannot be read with certainty.
    """
    file_options = resolved(options) if options is not None else FilePattern(pattern="*", kind=kind)
    return read_file(Path(path), Path(path).as_posix(), file_options, ProjectContext())


def _read_table(grid: Grid, contract: Contract, options: FilePattern, project: ProjectContext, name: str) -> TableRead:
    """Read one grid as records: a line each, or a cell each where params declare a layout or columns are months."""
    refused = None
    if options.layout is None:
        try:
            return read_grid(grid, contract, options, project, name)
        except FileRefused as wrong:
            if wrong.code not in ("columns_missing", "header_missing"):
                raise
            refused = wrong
    headings = Headings(contract, options)
    unfolded_table = unfolded(grid, headings, name, year=project.from_path.get("year", ""), sites=project.sites)
    if unfolded_table is None and refused is not None:
        raise fitting_layout(grid, headings, refused)
    table, options = unfolded_table or (grid, options)
    return read_grid(table, contract, options, project, name)


def _refuse_other_year(reads: list[TableRead], options: FilePattern, project: ProjectContext, name: str) -> None:
    """Refuse a file none of whose rows is of the reporting year: in the wrong folder, or with misread dates."""
    if any(r.kept.any() or r.rejected.any() for r in reads) or "out_of_year" in options.model_fields_set or \
            project.first_day is None or project.last_day is None:
        return
    other_years = pd.concat([r.table.iloc[r.excluded.loc[r.excluded["code"] == "out_of_year", "row"]] for r in reads])
    if len(other_years):
        first, last = other_years["period_start"].min(), other_years["period_end"].max()
        raise refusal("file_of_another_year", name, count=len(other_years), first=first, last=last,
                      year=project.last_day.year, days=days_in_words(project.first_day, project.last_day))


def _refuse_copies(reads: list[TableRead], name: str) -> None:
    """Refuse a sheet whose rows are all on another sheet too: they would count twice."""
    if len(reads) < 2:
        return
    _refuse_summary(reads, name)
    table = pd.concat([r.table[r.kept].assign(_sheet=i) for i, r in enumerate(reads)], ignore_index=True)
    cells, sheets = [c for c in table.columns if c != "_sheet"], table.drop_duplicates()
    copies = sheets.duplicated(cells, keep=False).groupby(sheets["_sheet"]).all()
    if copies.any():
        raise refusal("sheets_overlap.copy", name, facts={"sheets": ", ".join(r.sheet for r in reads)},
                      which=reads[copies.index[copies].tolist()[0]].sheet)


def _refuse_summary(reads: list[TableRead], name: str) -> None:
    """Refuse a sheet that sums the others up, by its name or because it equals the sum of three sheets or more."""
    measure = reads[0].contract.measure[0]
    sums = Amounts.of(np.array([r.table.loc[r.kept, measure].sum() if measure else 0.0 for r in reads]))
    sheets = np.arange(len(reads))
    equal = across_series(np.zeros_like(sheets), sheets, sums, least=3)[2] > 0
    summaries = [r.sheet for r, is_sum in zip(reads, equal, strict=True) if is_sum or _is_summary(r.sheet)]
    if summaries:
        raise refusal("sheets_overlap.summary", name, facts={"sheets": ", ".join(r.sheet for r in reads)},
                      summary=summaries[0])


def _is_summary(sheet: str) -> bool:
    return holds(fold(sheet), "word of a summary")


def any_grid(path: Path, name: str, recognise: Recognise) -> Grid:
    """Return the first grid of a file, cut where most headings are recognised.

    Raises FileRefused: The file cannot be opened as a table.
    """
    source = open_source(path, name)
    if source.form == PARQUET:
        return read_parquet(source, lambda names, _: [*range(len(names))])
    if source.form == DELIMITED:
        return _text_grid(source, FilePattern(pattern="*", kind=""), recognise)
    return max(_filled_sheets(source), key=lambda g: max(map(recognise, g.head), default=0))


def _filled_sheets(source: Source, sheet: str | None = None) -> list[Grid]:
    grids = [g for g in read_workbook(source, sheet=sheet) if len(g) and not is_blank(g)]
    if not grids:
        raise refusal("file_empty.sheets", source.name)
    return grids


def grids_of(path: Path, name: str, options: FilePattern, contract: Contract, warnings: list[Warned],
             home: frozenset[str] = frozenset()) -> list[Grid]:
    """Return the grids of a file that are read as the kind of its options.

    Raises FileRefused: The file cannot be opened as a table, or a sheet with rows would be left out.
    """
    source, headings = open_source(path, name), Headings(contract, options)
    if options.source is not None and "in place of" in options.source:
        warnings.append(warned("source_replaced", name, source=options.source))
    if source.form == PARQUET:
        return [read_parquet(source, _wanted(headings, options))]
    if source.form == DELIMITED:
        if options.recognised_by:
            refuse_other_headings(head_of_text(source, options), options, name)
        return [_text_grid(source, options, headings.recognise, home)]
    grids = _filled_sheets(source, options.sheet)
    refuse_other_headings([row for grid in grids for row in grid.head], options, name)
    if options.sheet is None:
        grids = _tables(grids, headings, name, warnings)
        warnings += [warned("sheet_hidden", name, hidden=hidden) for hidden in hidden_sheets(source)]
    return grids


def _wanted(headings: Headings, options: FilePattern) -> Callable[[list[str], str], list[int]]:
    """Return the columns of a Parquet file to read, once its headings are those of its source."""
    def wanted(names: list[str], name: str) -> list[int]:
        refuse_other_headings([names], options, name)
        return headings.wanted(names, name)
    return wanted


def _text_grid(source: Source, options: FilePattern, recognise: Recognise, home: frozenset[str] = frozenset()) -> Grid:
    delimited.refuse_datev(source)
    if options.kind == FEC:
        text, encoding = decode(source.content(), source.name, options.encoding, norm="iso-8859-15")
        return read_delimited(text, source.name, fec.recognise, separator=options.separator,
                              quoting=fec.is_quoted(text), dialect=encoding)
    if options.header_rows == 1 and (options.encoding or "utf-8").lower() in ("utf-8", "utf8", "ascii"):
        grid = read_bulk(source, recognise, separator=options.separator, header_row=options.header_row)
        if grid is not None:
            return grid
    text, encoding = decode(source.content(), source.name, options.encoding, home=home)
    return read_delimited(text, source.name, recognise, separator=options.separator, dialect=encoding)


def _tables(grids: list[Grid], headings: Headings, name: str, warnings: list[Warned]) -> list[Grid]:
    """Return the sheets that have the kind's headings; where none has, the first, so that its error shows its cells."""
    needed = [f.name for f in headings.contract.fields if f.needed]
    scores = [max((len(set(headings.match(row)[0]) & set(needed)) + MAX_COLUMNS * headings.has_declared(row)
                   for row in g.head), default=0) for g in grids]
    best = max(scores)
    chosen_grids = [g for g, score in zip(grids, scores, strict=True) if score == best and best > 0]
    if chosen_grids:
        _refuse_lost(grids, chosen_grids, headings, name)
        left = [g.sheet for g, score in zip(grids, scores, strict=True) if score != best]
        warnings += [warned("sheet_skipped", name, sheet=sheet, kind=headings.contract.kind) for sheet in left]
    return chosen_grids or grids[:1]


def _refuse_lost(grids: list[Grid], chosen_grids: list[Grid], headings: Headings, name: str) -> None:
    """Refuse a workbook if a sheet with rows would be left out, because a heading is written otherwise or missing. A
    sheet named as a summary may be left out.
    """
    columns = max((headings.match(row)[0] for row in chosen_grids[0].head), key=len)
    measure, days = headings.contract.measure[0], {*DAYS} & {*columns}
    for grid in grids:
        if any(grid is one for one in chosen_grids) or _is_summary(grid.sheet):
            continue
        matched_columns = max((headings.match(row)[0] for row in grid.head), key=len, default={})
        similar = (measure in matched_columns and bool({*DAYS} & {*matched_columns})
                   and 2 * len(matched_columns) >= len(columns) and not _of_another_kind(grid, headings))
        if similar or (measure in columns and days and _goes_on(grid, columns, columns[measure], days)):
            raise refusal("sheets_unclear", name, facts={"sheets": f"{chosen_grids[0].sheet}, {grid.sheet}"},
                          sheet=grid.sheet, read_sheet=chosen_grids[0].sheet)


def _of_another_kind(grid: Grid, headings: Headings) -> bool:
    """Return whether a sheet has all headings of another kind: books of several kinds are read kind by kind."""
    for kind in (k for k in KINDS.values() if k.kind != headings.contract.kind and k.kind not in DIGITAL):
        needed = {f.name for f in kind.fields if f.needed and not f.soft} - {"date"} | {kind.measure[0]}
        other = Headings(kind, headings.options.model_copy(update={"kind": kind.kind, "columns": {}, "constants": {}}))
        if any(needed <= {*(at := other.match(row))[0], *at[1]} for row in grid.head):
            return True
    return False


def _goes_on(grid: Grid, columns: dict[str, int], measure: int, days: set[str]) -> bool:
    """Return whether a sheet begins with a day and a number where another sheet has its headings for them."""
    places = [*columns.values()]
    if not len(grid) or max(places) >= len(grid.columns):
        return False
    first = [c.marks is not None and int(c.marks[0]) for c in grid.columns]
    filled = sum(bool(grid.columns[i].text[0].as_py()) for i in places)
    return first[measure] == NUMBER and any(first[columns[d]] == DAY for d in days) and 2 * filled > len(places)


Rows = list[list[str]]
_HEAD = 1 << 18
"""Bytes of delimited text in which headings are sought."""


def head_of_text(source: Source, options: FilePattern) -> Rows:
    """Return the first rows of delimited text, cut by the declared separator or by each that is known."""
    head = source.head(_HEAD)
    # Cut at a line, unless a character may have two bytes and the line end is one of them.
    head = head[:head.rfind(b"\n") + 1] if len(head) == _HEAD and b"\0" not in head else head
    try:
        text, _ = decode(head, source.name, options.encoding)
    except FileRefused:
        text = head.decode("cp1252", "replace")
    lines = "".join(text.splitlines(keepends=True)[:HEAD_ROWS])
    return [row for separator in ([options.separator] if options.separator else SEPARATORS)
            for row in loose_rows(lines, separator)]


def refuse_other_headings(rows: Rows, options: FilePattern, name: str) -> None:
    """Refuse a file without a row, or rows of titles, that hold all headings of `recognised_by`.

    Raises FileRefused: `source_differs`: the headings that are not there, and those nearest to them.
    """
    keys = [{*map(key_of, row)} for row in rows] if options.recognised_by else []
    if not options.recognised_by or _is_here(keys, options.recognised_by, options.not_with, options.header_rows):
        return
    sought = {key_of(h): h for h in options.recognised_by}
    nearest_row = max(rows, key=lambda row: len({*map(key_of, row)} & {*sought}), default=[])
    missing = [h for key, h in sought.items() if key not in {*map(key_of, nearest_row)}]
    others = [cell for cell in nearest_row if cell and key_of(cell) not in sought]
    strange = [h for h in options.not_with if key_of(h) in {*map(key_of, nearest_row)}]
    close = {h: spelled_like(h, others, n=1) for h in missing}
    hints = [f"{h!r}" + (f" (nearest here: {cells[0]!r})" if cells else "") for h, cells in close.items()]
    differs = "; ".join([*([f"not there: {', '.join(hints)}"] if hints else []),
                         *([f"{', '.join(map(repr, strange))} is of another source"] if strange else [])])
    source = f"source `{options.source.split(' (')[0]}`" if options.source else "`recognised_by`"
    raise refusal("source_differs", name, source=source, differs=differs)


def _is_here(keys: list[set[str]], headings: list[str], not_with: list[str], header_rows: int) -> bool:
    needed, others = {*map(key_of, headings)}, {*map(key_of, not_with)}
    titles = (set[str]().union(*keys[i:i + header_rows]) for i in range(len(keys)))
    return any(needed <= cells and not others & cells for cells in titles)


def sources_of(path: Path, options: FilePattern, project: Project | None) -> list[SourceProfile]:
    """Return the sources whose headings are all in the first rows of a file, without the one that is named.

    Every error of the file itself is left to its reader.
    """
    named_source = options.source.split(" (")[0] if options.source else ""
    try:
        source = open_source(path, path.name)
        rows = head_of_text(source, options) if source.form == DELIMITED else \
            [column_names(source)] if source.form == PARQUET else first_rows(source, options.sheet)
        keys, profiles = [{*map(key_of, row)} for row in rows], [source.profile for source in all_sources(project)]
    except CarbonError:
        return []
    return [p for p in profiles if p.name != named_source and _is_here(
        keys, p.recognised_by, p.not_with, int(p.reads.get("header_rows", 1)))]


def source_hint(path: Path, options: FilePattern, project: Project | None) -> str:
    """Return the sentence that names the source of a file by its headings, "" where none is known or it is named."""
    profiles = sources_of(path, options, project)
    asks = "".join(f" and `{key}`" for key in profiles[0].asks) if profiles else ""
    return f"these headings are those of source `{profiles[0].name}`: add `source: {profiles[0].name}`{asks}" \
        if profiles else ""


def refused_with_hint(refused: FileRefused, path: Path, options: FilePattern, project: Project | None) -> FileRefused:
    """Return a refusal whose remedy names the source that the headings of the file are those of."""
    hint = source_hint(path, options, project)
    return FileRefused(refused.what, code=refused.code, what_to_do=f"{hint}; or {refused.what_to_do}") if hint \
        else refused


def read_with_hint(file_read: FileRead, path: Path, options: FilePattern, project: Project | None) -> FileRead:
    """Return a file that is read by no source with a warning where its headings are those of one."""
    hint = source_hint(path, options, project) if options.source is None else ""
    notice = [Warned("source_known", f"{file_read.name}: {hint}")] if hint else []
    return replace(file_read, warnings=[*notice, *file_read.warnings])
