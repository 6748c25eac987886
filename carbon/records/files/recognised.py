"""The headings of a file held against those of sources: refused where it names another, recognised where it names none.

A source is never applied because its headings are there: a person writes `source: NAME`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from carbon.core.errors import CarbonError, FileRefused
from carbon.core.params.files import FilePattern
from carbon.core.params.source import SourceProfile
from carbon.core.text import spelled_like
from carbon.records.files.file_read import FileRead
from carbon.records.grids.cells import HEAD_ROWS, Grid
from carbon.records.grids.delimited import SEPARATORS, loose_rows
from carbon.records.grids.encodings import decode
from carbon.records.grids.parquets import column_names
from carbon.records.grids.sources import DELIMITED, PARQUET, Source, open_source
from carbon.records.grids.workbooks import first_rows
from carbon.records.headings.matching import key_of
from carbon.records.kinds.messages import Warned, refusal
from carbon.records.params.project import Project
from carbon.records.params.sources import all_sources

Rows = list[list[str]]
_HEAD = 1 << 18
"""Bytes of delimited text in which headings are sought."""


def heads_of(grids: list[Grid]) -> Rows:
    """Return the first rows of grids, one grid after the other."""
    return [row for grid in grids for row in ([grid.headings] if grid.headings is not None else grid.head())]


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
