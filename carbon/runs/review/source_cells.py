"""The cell of a company's file that holds the amount of a record: what an assurer looks up first."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from carbon.params.files.project import Project, sha256_of
from carbon.records.grids.cells import letters
from carbon.records.grids.delimited import decode, loose_rows
from carbon.records.grids.sources import DELIMITED, PARQUET, open_source
from carbon.runs.publish.sheets import read_sheets

NUMBER = re.compile(r"[-+(]?\d[\d\s.,'\u00a0\u202f\u2019]*")
_HEAD = 50
"""Lines by which the separator is found."""


class SourceCells:
    """The cell of a file that holds the amount of a record, found by its number; text of a line is never copied."""

    def __init__(self, project: Project, inputs: dict[str, str]) -> None:
        self.project, self.inputs, self.files = project, inputs, dict[tuple[str, str], dict[int, list[Any]] | str]()

    def of(self, activity: dict[str, Any]) -> tuple[str, str]:
        """Return the cell, "F12", and its content as written; "" and a word of `audit_cell` where none is it."""
        name, sheet = activity["source_file"], activity["source_sheet"]
        if (name, sheet) not in self.files:
            self.files[name, sheet] = self._read(name, sheet)
        lines = self.files[name, sheet]
        if isinstance(lines, str):
            return "", lines
        line = activity["source_line"]
        # An amount of money says nothing of nights or kilometres.
        names = ("record_amount", "amount") if activity["record_unit"].isupper() else ("record_amount", "quantity")
        sought = [abs(activity[n]) for n in names if activity[n] is not None]
        for amount in sought:
            for place, content in enumerate(lines.get(line, [])):
                if any(math.isclose(abs(v), amount, rel_tol=1e-9, abs_tol=1e-9) for v in numbers_of(content)):
                    return f"{letters(place)}{line}", str(content)
        return "", "calculated" if line in lines else "no line"

    def _read(self, name: str, sheet: str) -> dict[int, list[Any]] | str:
        path = self.project.root / name
        if not path.is_file():
            return "file gone"
        if self.inputs.get(name) != sha256_of(path):
            return "file changed"
        source = open_source(path, name)
        if source.form == PARQUET:
            import pyarrow.parquet as pq
            from pyarrow import BufferReader

            return {at: list(row.values()) for at, row in enumerate(
                pq.read_table(BufferReader(source.content())).to_pylist(), start=1)}
        if source.form == DELIMITED:
            return cells_of_text(decode(source.content(), name)[0])
        sheets = read_sheets(path)
        return dict(enumerate(sheets.get(sheet) or next(iter(sheets.values())), start=1))


def cells_of_text(text: str) -> dict[int, list[Any]]:
    """Return the cells of a delimited text by the number of their first line.

    The separator is the one that cuts most lines into the same number of cells, not the one that occurs most (commas
    of addresses). Within quotes it is part of its cell ("12,45,300"); a quote that never ends swallows no line.
    """
    def regular(separator: str) -> int:
        widths = Counter(len(row) for row in loose_rows(head, separator) if len(row) > 1)
        return max(widths.values(), default=0)

    lines = text.splitlines(keepends=True)
    head = "".join(lines[:_HEAD])
    separator = max(";\t|,", key=regular)
    return {at: line.strip("\r\n").split(separator) for at, line in enumerate(lines, start=1)} | dict(
        _quoted(text, separator))


def _quoted(text: str, separator: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield the number of its first line and the cells of each row, up to the first whose quotes are broken."""
    reader, at = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1
    with suppress(csv.Error):
        for row in reader:
            yield at, row
            at = reader.line_num + 1


def numbers_of(content: object) -> Iterator[float]:
    """Yield what a cell may mean as a number, with a point or a comma for decimals."""
    if isinstance(content, int | float):
        yield float(content)
        return
    for text_of_number in NUMBER.findall(str(content).strip().strip('"')):
        bare = re.sub(r"[^\d.,]", "", text_of_number)
        for mark, other in (".,", ",."):
            text = bare.replace(other, "").replace(mark, ".")
            if text.count(".") <= 1 and text.strip("."):
                yield float(text)
