"""Writers that give the same bytes for the same rows: no clock, no path, no random id in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

CREATED = datetime(2026, 1, 15, 9, 0)
Row = Sequence[object]


def text_file(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    separator: str,
    encoding: str,
    newline: str = "\r\n",
) -> None:
    """A delimited file; a value that holds the separator is quoted."""
    lines = [separator.join(_quoted(str(v), separator) for v in row) for row in (header, *rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((newline.join(lines) + newline).encode(encoding))


def _quoted(value: str, separator: str) -> str:
    return f'"{value}"' if separator in value or "\n" in value else value


def workbook(
    path: Path,
    sheet: str,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    above: Sequence[str] = (),
    total: Row | None = None,
) -> None:
    """An XLSX file with one sheet: some lines of text, a heading row, the rows, and perhaps a totals row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    book.set_properties({"title": sheet, "author": "", "created": CREATED})
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True})
    for line, text in enumerate(above):
        page.write_string(line, 0, text)
    top = len(above)
    page.write_row(top, 0, header, bold)
    end = top
    for end, row in enumerate(rows, start=top + 1):
        _write_row(page, end, row)
    if total is not None:
        _write_row(page, end + 1, total)
    page.set_column(0, len(header) - 1, 16)
    book.close()


def _write_row(page: xlsxwriter.worksheet.Worksheet, line: int, row: Row) -> None:
    for column, value in enumerate(row):
        if isinstance(value, date):
            page.write_datetime(line, column, datetime(value.year, value.month, value.day))
        elif isinstance(value, str):
            page.write_string(line, column, value)  # a text number stays text, as in the wild
        elif value is not None:
            page.write_number(line, column, value)


def parquet(path: Path, table: pa.Table) -> None:
    """A Parquet file: zstd, dictionary columns, two row groups."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", compression_level=15, row_group_size=40_000)


def french(value: float, decimals: int = 2) -> str:
    """1234.5 -> "1 234,50", as a French spreadsheet prints it."""
    return f"{value:,.{decimals}f}".replace(",", " ").replace(".", ",")


def french_day(day: date) -> str:
    """31/12/2024."""
    return day.strftime("%d/%m/%Y")
