"""CSV and XLSX for people who work on in a spreadsheet: the one way out, in which text is never a formula.

Numbers stay numbers, a missing number stays an empty cell, and the same tables give the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO, StringIO  # buffers in memory: no file is opened here
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api import types

from carbon.core.errors import TableError
from carbon.core.text import LIVE, MARK, make_inert
from carbon.core.text_columns import listed
from carbon.reports.words.cells import DAYS, NUMBERS, TRUTHS, Cells, cells_of, content_of
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from carbon.reports.exhibits.annual import AnnualReport

CONTENTS = "contents"
"""Name of a first sheet that lists the others."""
LONGEST_TEXT = 32_767
"""Characters that a spreadsheet cell can hold."""
CUT = " […]"
CREATED = datetime(2000, 1, 1)  # fixed: the same tables give the same bytes
_WIDEST, _WRAPPED, _SENT, _NARROWEST, WIDE = 60, 26, 120, 8, 200
"""Characters of the broadest column, of one of many on a sheet that is sent, of its few together, the narrowest, A4."""
A4, A3 = 9, 8
_FORMULA, _TEXT = "formula", "text"
COUNTS = {"rows", "lines", "trips", "units", "factors", "files", "stock", "bought", "retired"}
"""Counts: whole also where one of them is missing."""
_NUMBER_FORMS = {"whole": "#,##0", "share": "0.0%", "plain": "0", "number": "#,##0.00", "fine": "0.000000",
                 "general": "General", "day": "yyyy-mm-dd"}
_LEFT = {_TEXT, "plain", "day"}
"""Styles of words, and of numbers that are names, such as years: on the left, as their headings."""
_INDENTED, _ALIGNED = {"align": "left", "indent": 1}, {"align": "right"}
"""A gap between a number and the word after it: on the left, since LibreOffice forgets an indent on the right."""
PLAIN = {"year", "since_year", "valid_from", "valid_to", "category", "base_year", "target_year", "expected_year",
         "price_year", "start"}
"""Whole numbers without a thousands separator: 2030, not 2,030."""
_STYLES = dict.fromkeys(PLAIN, "plain") | dict.fromkeys(COUNTS, "whole") | dict.fromkeys(
    ("value", "previous", "current", "gas_t"), "general")


def to_csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 CSV: comma, one line a row, text made inert, numbers in their shortest exact form."""
    lines = StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")  # RFC 4180; so a lone return within a text is quoted
    writer.writerow([make_inert(str(c)) for c in table.columns])
    writer.writerows(zip(*(_csv_cells(table[c]) for c in table.columns), strict=True))
    return lines.getvalue().encode("utf-8")


def tables_book(report: AnnualReport) -> bytes:
    """Return all readers' tables of an annual report as XLSX, one sheet a table, headings in the report's language."""
    from carbon.reports.exhibits.annual import SHEETS

    exhibits = {name: report.exhibit(name) for name in SHEETS}
    return to_xlsx_bytes({name: e.worded for name, e in exhibits.items()}, words=report.words,
                         titles={name: e.title for name, e in exhibits.items()}, contents=report.words("sheet.cover"))


def to_xlsx_bytes(tables: Mapping[str, pd.DataFrame | Mapping[str, Cells]], *, words: Words, titles: Mapping[str, str],
                  notes: Mapping[str, str] | None = None, contents: str = "") -> bytes:
    """Return tables as a workbook: a title, a note below it, frozen headings that every printed page repeats, real
    numbers with formats, strings that are never a formula.

    contents: Title of a first sheet that links to each of the others; "" without.

    Raises TableError: A cell that the workbook did not take.
    """
    out = BytesIO()
    book, formats = new_book(out)
    formats[_TEXT].set_text_wrap()
    if contents:
        sheet = book.add_worksheet(CONTENTS)
        write_cell(sheet, 0, 0, contents, formats["title"])
        list_sheets(sheet, 2, {name[:31]: title for name, title in titles.items()}, formats)
        set_paper(sheet, contents, pages=1)
    for name, table in tables.items():
        sheet = book.add_worksheet(name[:31])
        write_cell(sheet, 0, 0, titles[name], formats["title"])
        if notes:
            write_cell(sheet, 1, 0, notes.get(name, ""), formats["note"])
        columns = cells_of(table) if isinstance(table, pd.DataFrame) else table
        widest = min(_WIDEST, max(_WRAPPED, _SENT // max(len(columns), 1))) if notes else _WIDEST
        widths = [min(widest, 2 + write_column(
            sheet, (2, at), name, words(f"column.{name}"), column, formats))
            for at, (name, column) in enumerate(columns.items())]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(2, head_height([words(f"column.{name}") for name in columns], widths))
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        set_paper(sheet, titles[name], pages=0, width=sum(widths))
    book.close()
    return out.getvalue()


def list_sheets(sheet: Worksheet, top: int, texts: Mapping[str, str], formats: Mapping[str, Any]) -> None:
    """Write each sheet of a workbook, with a link, and what is on it, from a row on."""
    for row, (name, text) in enumerate(texts.items(), start=top):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats["link"], name)
        write_cell(sheet, row, 1, text, formats[_TEXT], formats[_FORMULA])
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)


def set_paper(sheet: Worksheet, left: str, *, pages: int, middle: str = "", width: int = 0) -> None:
    """Set a sheet for print: A4 across, or A3 where it is wide, one page wide, with words and the page number at the
    foot.

    pages: at most so many, 0: as many as its rows need; width: of its columns [characters].
    """
    sheet.set_paper(A3 if width > WIDE else A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, pages)
    sheet.set_footer(f"&L{left.replace('&', '&&')}&C{middle.replace('&', '&&')}&R&P / &N")


def new_book(out: BytesIO, tonnes: str = "#,##0.000") -> tuple[Workbook, dict[str, Any]]:
    """Return an empty workbook, in which strings stay strings, and its formats by name."""
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                     "strings_to_numbers": False})
    book.set_properties({"created": CREATED})
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    numbers = {name: {"valign": "top", "num_format": form} | (_INDENTED if name in _LEFT else _ALIGNED)
               for name, form in (_NUMBER_FORMS | {"tonnes": tonnes}).items()}
    return book, {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(head | _INDENTED), "number_head": book.add_format(head | _ALIGNED),
        _TEXT: book.add_format({"valign": "top"} | _INDENTED), "note": book.add_format({"valign": "top"}),
        "link": book.add_format({"font_color": "#0b5394", "underline": 1, "valign": "top"}),
        **{name: book.add_format(form) for name, form in numbers.items()},
        _FORMULA: book.add_format({"valign": "top", "quote_prefix": True} | _INDENTED),
    }


def _csv_cells(values: pd.Series[Any]) -> Iterable[str]:
    content = content_of(values.dtype)
    if content == TRUTHS:
        return ["true" if v else "false" for v in values.tolist()]
    if content == NUMBERS:
        return ["" if v != v else repr(v) for v in values.tolist()]
    if content == DAYS:
        return values.dt.strftime("%Y-%m-%d").fillna("").tolist()
    texts = values if isinstance(values.dtype, pd.StringDtype) else values.astype("str")
    return [make_inert(v) for v in listed(texts)]


def write_column(sheet: Worksheet, place: tuple[int, int], name: str, heading: str, column: Cells,
                 formats: Mapping[str, Any], lines: int | None = None) -> int:
    """Write a heading at a row and column, and the cells, or the first ones, below it; returns the characters that they
    need.
    """
    (row, at), cells, style = place, column.cells[:lines], _style(name, column.dtype)
    write_cell(sheet, row, at, heading, formats[head_style(name, column)])
    for line, value in enumerate(cells, start=row + 1):
        if name == "category" and value == 0:
            continue  # scopes 1 and 2 have no category
        write_cell(sheet, line, at, _text(value) if style == _TEXT else value, formats[style], formats[_FORMULA])
    chars = [len(str(c)) for c in cells] if style == _TEXT else [_digits(cells, formats[style].num_format)]
    return max([len(heading) // 2 + 3, _NARROWEST, *(len(word) + 1 for word in heading.split()), *chars])


def head_style(name: str, column: Cells) -> str:
    """Return the name of the format of a heading: above numbers on the right, as they are."""
    return "head" if _style(name, column.dtype) in _LEFT else "number_head"


@lru_cache(maxsize=1024)
def _style(name: str, dtype: Any) -> str:
    content = content_of(dtype)
    return "day" if content == DAYS else _number_style(name, dtype) if content == NUMBERS else _TEXT


def head_height(headings: Sequence[str], widths: Sequence[int]) -> int:
    """Return the height of a row of headings [points], for which LibreOffice leaves too little room."""
    return 15 * max((1 if 0 < len(heading) <= width - 5 else len(wrap(heading, width - 5))
                     for heading, width in zip(headings, widths, strict=True)), default=1)


def _digits(values: Iterable[Any], form: str) -> int:
    """Return the characters of the longest number of a column as it is shown, with sign."""
    if form in ("General", _NUMBER_FORMS["day"]) or not (sizes := [abs(v) for v in values if v == v]):
        return 10
    most, decimals = float(max(sizes)), form.partition(".")[2].rstrip("%")
    return len(f"{most * (100 if form.endswith('%') else 1):,.{len(decimals)}f}") + 2


def _text(value: Any) -> str:
    text = "" if value is None or value != value else str(value)
    # A cell needs no mark to be inert; one that looks marked gets one more, so that taking it away gives the text.
    text = make_inert(text) if text.startswith(MARK) else text
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


def write_cell(sheet: Worksheet, row: int, column: int, value: Any, style: Any, inert: Any = None) -> None:
    """Write one cell; text that looks like a formula has the format `inert`. Raises TableError: It was not taken."""
    if value == "" or value != value:
        return
    write = sheet.write_datetime if isinstance(value, datetime) else sheet.write_number
    if isinstance(value, str):
        write, style = sheet.write_string, inert if inert is not None and LIVE.match(value) else style
    if write(row, column, value, style) != 0:
        raise TableError(f"The workbook did not take row {row}, column {column} of sheet {sheet.get_name()}: "
                         f"{value!r:.100}")


def _number_style(name: str, dtype: Any) -> str:
    style = "share" if "share" in name else _STYLES.get(name) or (
        "tonnes" if name.endswith("_t") or name.startswith("co2e_t") else "fine" if name.startswith("kg_per") else "")
    return style or ("number" if types.is_float_dtype(dtype) else "whole")
