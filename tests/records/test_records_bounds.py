"""Workbooks just below and just above each bound: the one is read within 512 MB, the other refused within 5 s of it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from old_workbooks import heads, stream, text, write_old_book

from carbon.core.errors import FileRefused
from carbon.records.grids import workbook_xml
from carbon.records.grids import workbooks as old_workbooks
from carbon.records.grids.sources import open_source
from carbon.records.grids.workbook_xml import MAX_CELLS, MAX_LIST, MAX_XML
from carbon.records.grids.workbooks import first_rows, read_workbook

SECONDS, MEGABYTES = 5, 512
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADINGS = ("date", "company", "supplier", "category", "amount", "currency", "description")
HEAD = "<row>" + "".join(f'<c t="inlineStr"><is><t>{h}</t></is></c>' for h in HEADINGS) + "</row>"
PLAIN = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'
CURRENCY = (f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="0.00&quot; USD&quot;"/></numFmts>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>')
ROWS = MAX_CELLS // len(HEADINGS) - 2
"""Rows of seven cells below the headings that are just read."""


def write_book(path: Path, sheets: list[Iterable[str]], *, styles: Iterable[str] = (PLAIN,),
               strings: Iterable[str] = (), after: str = "") -> None:
    """A workbook whose parts are written as they are drawn: none is held."""
    numbers = range(len(sheets))
    parts: dict[str, Iterable[str]] = {
        "_rels/.rels": [f'<Relationships xmlns="{PACKAGE}"><Relationship Id="w" Type="{OFFICE}/officeDocument" '
                        'Target="xl/workbook.xml"/></Relationships>'],
        "xl/workbook.xml": [f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>', *(
            f'<sheet name="s{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in numbers), "</sheets></workbook>"],
        "xl/_rels/workbook.xml.rels": [f'<Relationships xmlns="{PACKAGE}">', *(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/{n}.xml"/>' for n in numbers),
            f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/><Relationship Id="u" '
            f'Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'],
        "xl/styles.xml": styles, "xl/sharedStrings.xml": [f'<sst xmlns="{MAIN}">', *strings, "</sst>"]}
    with zipfile.ZipFile(path, "w") as book:
        for name, pieces in parts.items():
            book.writestr(name, "".join(pieces))
        for n, rows in enumerate(sheets):
            with book.open(f"xl/worksheets/{n}.xml", "w", force_zip64=True) as part:
                begin = f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}'
                for piece in (begin, *rows, f"</sheetData>{after}</worksheet>"):
                    part.write(piece.encode())


def rows_of(cell: str, count: int) -> Iterator[str]:
    return (f"<row>{cell * len(HEADINGS)}</row>" for _ in range(count))


def mixed(count: int) -> Iterator[str]:
    return ("<row>" + f'<c t="inlineStr"><is><t>{n:x}</t></is></c>' * 2 + f"<c><v>{n}.5</v></c>" * 5 + "</row>"
            for n in range(count))


def strings(size: int) -> Iterator[str]:
    return (f"<si><t>{n + 1048576:x}</t></si>" for n in range(size // 24))


def styles(size: int) -> Iterator[str]:
    yield f'<styleSheet xmlns="{MAIN}"><cellXfs>'
    yield "<xf/>" * (size // 5 - 100)
    yield "</cellXfs></styleSheet>"


def merged(count: int) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(2, count, 2)) + "</mergeCells>"


NUMBER, TEXT = "<c><v>1</v></c>", '<c t="s"><v>7</v></c>'
BELOW: dict[str, Callable[[Path], None]] = {
    "strings and numbers": lambda p: write_book(p, [mixed(ROWS)]),
    "errors": lambda p: write_book(p, [rows_of('<c t="e"><v>#N/A</v></c>', ROWS)]),
    "numbers shown otherwise": lambda p: write_book(p, [rows_of('<c s="1"><v>1</v></c>', ROWS)], styles=[CURRENCY]),
    "shared strings": lambda p: write_book(p, [rows_of(TEXT, ROWS)], strings=strings(MAX_XML - 24 * MAX_CELLS)),
    "strings and shared strings": lambda p: write_book(p, [mixed(ROWS)], strings=strings(MAX_XML - 28 * MAX_CELLS)),
    "three sheets": lambda p: write_book(p, [mixed(ROWS // 3 - 2) for _ in range(3)]),
    "merged cells": lambda p: write_book(p, [rows_of(TEXT, 100_000)], strings=strings(240), after=merged(100_000)),
    "styles": lambda p: write_book(p, [rows_of(NUMBER, 10)], styles=styles(MAX_LIST)),
}
ABOVE: dict[str, Callable[[Path], None]] = {
    "cells": lambda p: write_book(p, [rows_of(NUMBER, ROWS + 4)]),
    "cells of all sheets": lambda p: write_book(p, [rows_of(NUMBER, ROWS // 3 + 2) for _ in range(3)]),
    "a far row": lambda p: write_book(p, [['<row r="1048576"><c r="G1048576"><v>1</v></c></row>']]),
    "xml": lambda p: write_book(p, [mixed(ROWS)], strings=strings(MAX_XML)),
    "styles": lambda p: write_book(p, [rows_of(NUMBER, 10)], styles=styles(MAX_LIST + 2000)),
}
def old_texts(cells: int) -> list[bytes]:
    """Sheets with so many cells of strings, of at most 65,536 rows each."""
    counts = [min(65_535, cells // len(HEADINGS) - at) for at in range(0, cells // len(HEADINGS), 65_535)]
    return [heads(HEADINGS) + b"".join(text(row, column, f"{row * 7 + column + 1048576:x}") for row in range(1, count)
                                   for column in range(len(HEADINGS))) for count in counts]


OLD: dict[str, Callable[[Path], None]] = {
    "below: cells of .xls": lambda p: write_old_book(p, stream(old_texts(MAX_CELLS))),
    "above: cells of .xls": lambda p: write_old_book(p, stream(old_texts(MAX_CELLS + 70_000))),
    "above: bytes of .xls": lambda p: write_old_book(p, stream([heads(HEADINGS)]) + bytes(old_workbooks.MAX_BYTES)),
}
READ = """
import re, sys, time
import pyarrow.parquet, pandas, openpyxl, python_calamine
from carbon.core.errors import FileRefused
from carbon.records.files.file import read_records
begun = time.process_time()
try:
    read_records(sys.argv[1], "purchases")
    code = "read"
except FileRefused as refused:
    code = refused.code
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # of this program, not of its parent
print(code, peak // 1024, round(time.process_time() - begun, 1))
"""


@pytest.mark.torture
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize(("what", "code"), [*((f"below: {what}", "read") for what in BELOW),
                                            *((f"above: {what}", "bomb") for what in ABOVE),
                                            *((what, "bomb" if "above" in what else "read") for what in OLD)])
def test_workbooks_below_and_above_each_bound(tmp_path, what, code):
    """The memory is that of the whole process, the time that of its processor; CARBON_FIGURES names a file for both."""
    side, _, name = what.partition(": ")
    path = tmp_path / ("data.xls" if what in OLD else "data.xlsx")
    (OLD[what] if what in OLD else {"below": BELOW, "above": ABOVE}[side][name])(path)
    done = subprocess.run([sys.executable, "-c", READ, str(path)], text=True, capture_output=True, timeout=600,
                          check=False)
    assert done.returncode == 0, done.stderr[-500:]
    told, megabytes, seconds = done.stdout.split()
    assert told == code and int(megabytes) < MEGABYTES, done.stdout
    assert code == "read" or float(seconds) < SECONDS, done.stdout
    if figures := os.environ.get("CARBON_FIGURES"):
        with Path(figures).open("a") as file:
            file.write(f"{what}: {done.stdout}")


def test_cells_of_all_sheets_that_are_read_count_together(tmp_path, monkeypatch):
    """Two sheets of half the bound are read, a third is too much; hidden ones do not count; nothing is opened before,
    neither for its rows nor for its headings.
    """
    monkeypatch.setattr(workbook_xml, "MAX_CELLS", 60)
    for count, read in ((2, True), (3, False)):
        write_book(path := tmp_path / f"{count}.xlsx", [rows_of(NUMBER, 3) for _ in range(count)])
        for reader in (read_workbook, first_rows):
            if read:
                assert len(reader(open_source(path, path.name))) == (2 if reader is read_workbook else 8)
                continue
            with pytest.raises(FileRefused, match=r"and \d+ cells of other sheets"):
                reader(open_source(path, path.name))


def test_merged_cells_that_overlap_are_filled_by_the_first(tmp_path):
    """Thousands of ranges of one column cost one pass; a range within another changes nothing."""
    rows = ['<row><c t="inlineStr"><is><t>a</t></is></c></row>', "<row><c/></row>", "<row><c/></row>",
            '<row><c t="inlineStr"><is><t>b</t></is></c></row>']
    ranges = "<mergeCells><mergeCell ref='A3:A4'/><mergeCell ref='A2:A3'/></mergeCells>"
    write_book(tmp_path / "a.xlsx", [rows], after=ranges)
    [grid] = read_workbook(open_source(tmp_path / "a.xlsx", "a.xlsx"))
    assert grid.columns[0].text.to_pylist()[1:] == ["a", "a", "", "b"]
