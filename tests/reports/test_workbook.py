"""The workbook for finance: few sheets in the reader's language, the figures of the tables, and paper that fits."""

from __future__ import annotations

import dataclasses
import io
import re

import openpyxl
import pytest

from carbon.reports import workbook as module
from carbon.reports.exhibits.registry import EXHIBITS
from carbon.reports.words.language import Words
from carbon.reports.workbook import layout, workbook

PAGES, ROWS_OF_A_PAGE = 15, 55
"""Of the workbook; as a sheet made to fit two or three pages has them, lines of headings counted."""


@pytest.fixture(scope="module")
def book(make, report_of):
    return openpyxl.load_workbook(io.BytesIO(workbook(dataclasses.replace(report_of(make()), language="fr"))))


def test_the_layout_prints_on_fifteen_pages_and_names_columns_that_exhibits_have(report):
    """At most ten sheets with the cover, their pages summed; no column is named that no table has."""
    sheets = layout()
    assert len(sheets) + 1 <= 10
    assert sum(pages for pages, _ in sheets.values()) + 1 <= PAGES
    blocks = [block for _, of in sheets.values() for block in of]
    assert [b.exhibit for b in blocks if b.exhibit not in EXHIBITS] == []
    missing = {b.exhibit: gone for b in blocks if len(table := report.exhibit(b.exhibit).table)
               if (gone := {*b.columns, b.categories, *b.tonnes} - {""} - {*table.columns})}
    assert missing == {"change": {"constant_share"}}  # of a company with records of earlier years


def test_a_heading_of_tonnes_names_its_unit():
    """Each column of tonnes of the layout, in both languages: a bound of an interval is no bare percentage."""
    columns = {column for _, blocks in layout().values() for block in blocks for column in block.columns
               if column.endswith("_t")}
    bare = [Words(language)(f"column.{column}") for column in columns for language in ("en", "fr")
            if not re.search(r"\bt\b", Words(language)(f"column.{column}"))]
    assert len(columns) > 20 and bare == []


def test_sheets_are_named_in_french_and_the_cover_leads_to_each(book):
    """A controller's names, a link on the cover to every sheet and one back."""
    first, *others = book.sheetnames
    assert first == "Sommaire" and "Synthèse" in others and "Qualité des données" in others
    links = {name: {cell.hyperlink.location for row in book[name].iter_rows() for cell in row if cell.hyperlink}
             for name in book.sheetnames}
    assert links[first] == {f"'{name}'!A1" for name in others}
    assert all(links[name] == {"'Sommaire'!A1"} for name in others)


def test_each_figure_with_an_id_is_that_of_its_table(book, report):
    """To the bit, in the line of its id, for every exhibit of the layout that has ids and tonnes."""
    lines = {id_: [c.value for c in row] for sheet in book for row in sheet.iter_rows()
             for id_ in [next((c.value for c in row if isinstance(c.value, str) and c.value.count("/") >= 2
                               and not c.value.startswith("data/")), None)] if id_}
    shown = 0
    for block in (b for _, of in layout().values() for b in of):
        table = report.exhibit(block.exhibit).table
        if {"figure_id", "co2e_t"} <= {*table.columns}:
            for name, tonnes in table[table["figure_id"] != ""].set_index("figure_id")["co2e_t"].dropna().items():
                assert tonnes in lines[name], name
                shown += 1
    assert shown > 10


def test_tables_have_filters_and_print_areas_leave_out_ids(book):
    """Each table is one of the spreadsheet's own, with its filter; paper shows no id, one page wide."""
    for sheet in book.worksheets[1:]:
        assert sheet.tables and all(table.autoFilter for table in sheet.tables.values()), sheet.title
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.sheet_properties.pageSetUpPr.fitToPage
        last = openpyxl.utils.column_index_from_string(re.split(r"\$", sheet.print_area)[-2])
        ids = [c.column for row in sheet.iter_rows() for c in row if c.value == "id"]
        assert all(column > last for column in ids), sheet.title


def test_pages_that_follow_repeat_the_headings_of_the_last_table(book):
    """The rows that print repeats are title and headings of the last table of a sheet, never those of another one;
    numbers have their heading above them on the right, clear of the button of the filter.
    """
    for sheet in book.worksheets[1:]:
        top = max(openpyxl.utils.cell.range_boundaries(table.ref)[1] for table in sheet.tables.values())
        assert sheet.print_title_rows == f"${top - 1}:${top}", sheet.title
        for cell in sheet[top]:
            below = sheet.cell(top + 1, cell.column)
            if isinstance(cell.value, str) and isinstance(below.value, float):
                assert (cell.alignment.horizontal, cell.alignment.indent) == ("right", 2), cell.coordinate
    assert book.worksheets[0].oddFooter.left.text.startswith("Atelier Exemple")


def test_a_chart_is_drawn_from_the_lines_of_its_table(book):
    """The cells that a chart refers to are inside a table of its sheet."""
    found = 0
    for sheet in book.worksheets:
        areas = [openpyxl.utils.cell.range_boundaries(table.ref) for table in sheet.tables.values()]
        for chart in sheet._charts:
            for series in chart.series:
                cells = series.val.numRef.f.split("!")[1].replace("$", "")
                left, top, right, bottom = openpyxl.utils.cell.range_boundaries(cells)
                assert any(a <= left and b < top and right <= c and bottom <= d for a, b, c, d in areas), sheet.title
                found += 1
    assert found >= 6


def test_lines_that_do_not_fit_are_counted_with_where_they_are(report, monkeypatch):
    """Nothing is cut in silence: fifteen categories on two lines leave thirteen, named with file and sheet."""
    block = next(b for _, of in layout().values() for b in of if b.exhibit == "categories")
    short = {"scope3": (1, (dataclasses.replace(block, lines=2),))}
    monkeypatch.setattr(module, "layout", lambda: short)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(report)))["Scope 3"]
    texts = [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    assert Words("en")("book.more", count="13", file="tables.xlsx", sheet="categories") in texts
    assert openpyxl.utils.cell.range_boundaries(sheet.tables["t_categories"].ref)[3] - 2 == \
        openpyxl.utils.cell.range_boundaries(sheet.tables["t_categories"].ref)[1]


def test_the_same_report_has_the_same_workbook(report):
    """No time of writing, no order of a set."""
    assert workbook(report) == workbook(report)


def test_a_long_name_is_whole_on_the_cover_and_leaves_room_at_the_foot(make, report_of):
    """126 letters take two lines of the cover's title; at the foot of a page they are cut, the year is not."""
    name = "Compagnie exemple d’études, d’ingénierie et d’aménagement durable des territoires " + 3 * "ultramarins et "
    book = openpyxl.load_workbook(io.BytesIO(workbook(report_of(make(name={"en": name.strip()})))))
    cover = book.worksheets[0]
    assert cover["A1"].value == name.strip() and cover["A1"].alignment.wrap_text
    assert cover.row_dimensions[1].height == pytest.approx(2 * 20, abs=0.5)
    assert "A1:B1" in {str(area) for area in cover.merged_cells.ranges}
    for sheet in book:
        left = sheet.oddFooter.left.text
        assert left.startswith("Compagnie exemple") and left.endswith("2024") and len(left) <= 60, sheet.title


def test_only_the_last_table_of_a_sheet_can_run_over_a_page():
    """Print repeats one heading a sheet, that of the last table: those before it and their charts fit on one page."""
    tall = {}
    for name, (pages, blocks) in layout().items():
        before = sum(block.lines + 3 for block in blocks[:-1])
        if pages > 1 and before > ROWS_OF_A_PAGE:
            tall[name] = before
    assert tall == {}
