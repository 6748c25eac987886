"""The workbook for finance: a cover with links, a sheet a subject in the reader's language, native charts.

What is on which sheet is data (data/workbook.csv). Long tables end with the number of lines that are in `tables.xlsx`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO  # a buffer in memory: no file is opened here
from itertools import cycle, groupby
from operator import itemgetter
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.core import packaged
from carbon.reports import export
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.headline import company_name
from carbon.reports.export import head_height, head_style, list_sheets, new_book, write_cell, write_column
from carbon.reports.figures.theme import GRID, LIGHT
from carbon.reports.page.exhibit import Exhibit
from carbon.reports.words.cells import Cells
from carbon.reports.words.figure_ids import ID
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

COVER, TABLES_BOOK = "cover", "tables.xlsx"
_TOP, _BROADEST, _LEAST_WIDTH, _CHART_ROWS, _SPARE, _NAME, _FOOT = 3, (36, 30, 24), 112, 16, 2, 70, 50
"""First row below a title; characters of the broadest column, fewer on a wide sheet, and, at least, of a sheet; rows of
a chart, at least; empty rows at the end: LibreOffice may lose one when it makes a sheet fit a page; characters of a
line of the company's name on the cover, and of it at the foot of a page.
"""
_COLOURS = (*LIGHT.scopes.values(), LIGHT.pathway)
_CHARTS: dict[str, dict[str, str]] = {"bar": {"type": "bar"}, "lines": {"type": "line"},
                                      "stacked": {"type": "column", "subtype": "stacked"}}
_Column = tuple[str, str, Cells]
"""Name, heading and cells."""


@dataclass(frozen=True)
class _Block:
    """One table of a sheet, with its lines and, in tonnes, its chart."""

    exhibit: str
    lines: int
    columns: tuple[str, ...]
    wide: str
    """The column whose values become columns; "" for a table as it is."""
    chart: str
    categories: str
    tonnes: tuple[str, ...]
    """Columns that its chart draws."""


@lru_cache(maxsize=1)
def layout() -> dict[str, tuple[int, tuple[_Block, ...]]]:
    """Return of each sheet the pages that it prints on at most, and its blocks."""
    rows = packaged.read_rows("carbon.reports", "data/workbook.csv")
    return {sheet: (int(blocks[0]["pages"]), tuple(
        _Block(row["exhibit"], int(row["lines"]), tuple(row["columns"].split()), row["wide"], row["chart"],
              row["categories"], tuple(row["values"].split())) for row in blocks))
        for sheet, blocks in ((name, list(of)) for name, of in groupby(rows, key=lambda row: row["sheet"]))}


def workbook(report: AnnualReport) -> bytes:
    """Return the workbook of an annual report as XLSX: the same report has the same bytes."""
    out = BytesIO()
    book, formats = new_book(out, "#,##0" + ("." + "0" * report.digits if report.digits else ""))
    formats["number_head"].set_indent(2)  # Excel draws the button of a filter there
    formats["text"].set_text_wrap()
    formats |= {"name": book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"}),
                "part": book.add_format({"bold": True, "font_size": 12}),
                "quiet": book.add_format({"font_color": "#55616d", "valign": "top"})}
    shown_blocks = {name: [block for block in blocks
                           if any(column.cells for column in report.exhibit(block.exhibit).worded.values())]
                    for name, (_, blocks) in layout().items()}
    sheets = {name: blocks for name, blocks in shown_blocks.items() if blocks}
    _cover(book, report, sheets, formats)
    for name, blocks in sheets.items():
        _Sheet(book, report, name, formats).fill(blocks)
    book.close()
    return out.getvalue()


def _cover(book: Workbook, report: AnnualReport, sheets: dict[str, list[_Block]], formats: dict[str, Any]) -> None:
    words, inventory = report.words, report.inventory
    params = inventory.params
    sheet = book.add_worksheet(words(f"sheet.{COVER}"))
    year = words.named_year(inventory.year, params.reporting_year_starts)
    basis = {"method": words.term("method", params.scope2_headline), "gwp": words.term("gwp", params.gwp)}
    name = company_name(inventory, words)
    sheet.merge_range(0, 0, 0, 1, "", formats["name"])
    sheet.set_row(0, 20 * len(wrap(name, _NAME)))
    write_cell(sheet, 0, 0, name, formats["name"], formats["formula"])
    write_cell(sheet, 1, 0, words("book.title", year=year), formats["title"])
    list_sheets(sheet, _TOP, {words(f"sheet.{key}"): words("text.list").join(
        report.exhibit(block.exhibit).title for block in blocks) for key, blocks in sheets.items()}, formats)
    warnings = report.exhibit("warnings")
    notes = (words("book.units"), words("book.basis", release=params.factors.release, **basis),
             words("book.all", file=TABLES_BOOK),
             *(f"{warnings.title}{words('text.colon')}{text}" for text in warnings.worded["text"].cells))
    for row, note in enumerate(notes, start=_TOP + len(sheets) + 1):
        write_cell(sheet, row, 1, note, formats["text"], formats["formula"])
    _paper(sheet, report, 1, (_TOP + len(sheets) + len(notes), 1))


def _paper(sheet: Worksheet, report: AnnualReport, pages: int, end: tuple[int, int]) -> None:
    """Set a sheet for print: its cells up to `end`, with the company's name and its own at the foot."""
    name = shorten(company_name(report.inventory, report.words), _FOOT, placeholder=" …")
    export.set_paper(sheet, f"{name} {report.inventory.year}", pages=pages, middle=sheet.get_name())
    sheet.print_area(0, 0, end[0] + _SPARE, end[1])
    sheet.hide_gridlines(2)


def _written_table(exhibit: Exhibit, block: _Block, words: Words) -> Iterator[_Column]:
    columns = exhibit.worded
    if not block.wide:
        yield from ((name, words(f"column.{name}"), columns[name]) for name in block.columns if name in columns)
        return
    rows = pd.DataFrame({name: columns[name].cells for name in (block.categories, block.wide, "co2e_t")})
    wide = rows.set_index([block.categories, block.wide])["co2e_t"].unstack(sort=False)
    yield block.categories, words(f"column.{block.categories}"), Cells.of(wide.index)
    yield from (("co2e_t", words("book.tonnes_of", what=value), Cells.of(wide[value])) for value in wide.columns)


class _Sheet:
    """One sheet while it is written: its charts, then its tables, whose rows grow with their text."""

    def __init__(self, book: Workbook, report: AnnualReport, key: str, formats: dict[str, Any]) -> None:
        self.book, self.report, self.words, self.formats, self.key = book, report, report.words, formats, key
        self.name = self.words(f"sheet.{key}")
        self.sheet, self.row = book.add_worksheet(self.name), _TOP
        self.widths, self.charts, self.heads = dict[int, int](), list[Any](), dict[int, list[str]]()

    def fill(self, blocks: list[_Block]) -> None:
        """Write the title, each block, and what print needs."""
        cover = self.words(f"sheet.{COVER}")
        write_cell(self.sheet, 0, 0, self.name, self.formats["title"])
        self.sheet.write_url(1, 0, f"internal:'{cover}'!A1", self.formats["link"], cover)
        tables = [(block, list(_written_table(self.report.exhibit(block.exhibit), block, self.words)))
                  for block in blocks]
        ids = max(len(columns) for _, columns in tables) + 1
        parts = [part for block, columns in tables if block.chart for part in _parts(block, columns)]
        rows = max([_CHART_ROWS, *(min(len(columns[0][2].cells), block.lines) + 5 for block, columns in tables
                                   if block.chart == "bar")])
        self.row += -(-len(parts) // 2) * rows
        for block, columns in tables:
            self.sheet.repeat_rows(self.row, self.row + 1)  # the last table's, on the pages that follow
            self._block(block, columns, ids)
        for broadest in _BROADEST:
            if sum(self.widths.values()) > export.WIDE:
                self.widths = {column: min(width, broadest) for column, width in self.widths.items()}
        widest = max(self.widths, key=self.widths.__getitem__)
        self.widths[widest] += max(0, _LEAST_WIDTH - sum(self.widths.values()))
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width)
        self.sheet.set_column(ids, ids, 28)
        for top, headings in self.heads.items():
            self.sheet.set_row(top, head_height(headings, [self.widths[column] for column in range(len(headings))]))
        for at, chart in enumerate(self.charts):
            chart.set_size({"width": 400 if len(parts) > 1 else 800, "height": 20 * (rows - 1)})
            self.sheet.insert_chart(_TOP + at // 2 * rows, 0, chart, {"x_offset": 405 * (at % 2)})
        _paper(self.sheet, self.report, layout()[self.key][0], (self.row, max(self.widths)))

    def _block(self, block: _Block, columns: list[_Column], ids: int) -> None:
        exhibit = self.report.exhibit(block.exhibit)
        write_cell(self.sheet, self.row, 0, exhibit.title, self.formats["part"])
        top, lines = self.row + 1, min(len(columns[0][2].cells), block.lines)
        for at, (name, heading, column) in enumerate(columns):
            longest = write_column(self.sheet, (top, at), name, heading, column, self.formats, lines)
            self.widths[at] = max(min(longest + 4, _BROADEST[0]), self.widths.get(at, 0))
        self.heads[top] = [heading for _, heading, _ in columns]
        self.sheet.add_table(top, 0, top + lines, len(columns) - 1, {
            "name": f"t_{block.exhibit}", "style": "Table Style Light 1",
            "columns": [{"header": h, "header_format": self.formats[head_style(n, v)]} for n, h, v in columns]})
        if ID in exhibit.worded and not block.wide:
            quiet = self.formats | {"text": self.formats["quiet"]}
            write_column(self.sheet, (top, ids), ID, self.words(f"column.{ID}"), exhibit.worded[ID], quiet, lines)
        for title, first, last in _parts(block, columns) if block.chart else ():
            self._chart(block, title or exhibit.title, columns, (top, top + first, top + last))
        self.row = top + lines + 1
        more = len(columns[0][2].cells) - lines
        if more:
            write_cell(self.sheet, self.row, 0,
                       self.words("book.more", count=self.words.number(more), file=TABLES_BOOK, sheet=block.exhibit),
                       self.formats["quiet"])
            self.row += 1
        self.row += 1

    def _chart(self, block: _Block, title: str, columns: list[_Column], rows: tuple[int, int, int]) -> None:
        """Add a chart of a table's rows: (headings, first, last)."""
        top, first, last = rows
        names, is_bar = [name for name, _, _ in columns], block.chart == "bar"
        chart = self.book.add_chart(_CHARTS[block.chart])
        at = names.index(block.categories)
        drawn = [names.index(value) for value in block.tonnes] or [c for c in range(len(names)) if c != at]
        for column, colour in zip(drawn, cycle(_COLOURS), strict=False):
            drawing = {"line": {"color": colour, "width": 2}} if block.chart == "lines" else {"fill": {"color": colour}}
            chart.add_series({"name": [self.name, top, column], "categories": [self.name, first, at, last, at],
                              "values": [self.name, first, column, last, column], "gap": 50, **drawing})
        chart.set_title({"name": title, "name_font": {"size": 10}})
        names_axis = {"reverse": is_bar, "label_position": "low", "interval_unit": 1,
                      "num_font": {"size": 8} | ({} if is_bar else {"rotation": -45})}
        values_axis = {"name": columns[drawn[0]][1] if len(drawn) == 1 else "t CO₂e", "name_font": {"size": 8},
                       "num_font": {"size": 8}, "label_position": "high" if is_bar else "next_to",
                       "major_gridlines": {"visible": True, "line": {"color": GRID}}}
        chart.set_x_axis(values_axis if is_bar else names_axis)
        chart.set_y_axis(names_axis if is_bar else values_axis)
        chart.set_legend({"none": True} if len(drawn) == 1 else {"position": "bottom"})
        self.charts.append(chart)


def _parts(block: _Block, columns: list[_Column]) -> list[tuple[str, int, int]]:
    """Return title, first and last line of each chart of a table: one a target, or one of all lines, without title."""
    names = columns[0][2].cells[:block.lines]
    names = names if block.chart == "lines" else ("",) * len(names)
    lines = [list(group) for _, group in groupby(enumerate(names, start=1), key=itemgetter(1))]
    return [(str(group[0][1]), group[0][0], group[-1][0]) for group in lines]
