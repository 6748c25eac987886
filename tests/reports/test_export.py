"""CSV and XLSX: no live formula, numbers stay numbers, text comes back unchanged, the same bytes each time."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from carbon.core.errors import TableError
from carbon.core.text import as_written, make_inert
from carbon.records.files.file import read_records
from carbon.reports.export import A3, A4, tables_book, to_csv_bytes, to_xlsx_bytes
from carbon.reports.words.cells import in_words
from carbon.reports.words.language import Words

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "-5", "\uff1d1+1", "'=1", "''=1",
            "=HYPERLINK(\"http://x\")", "http://x", "12", "1e5", "TRUE", "plain", "'s-Gravenhage", "a;b,c\"d",
            "x" * 40_000]
NAMES = st.text(alphabet="'=+-@ axé\uff1d", min_size=1, max_size=6).filter(lambda t: t.strip() == t and t)


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def xlsx_of(table: pd.DataFrame) -> bytes:
    return to_xlsx_bytes({"rejects": table}, words=Words("en"), titles={"rejects": "Rejects"})


@pytest.mark.parametrize("text", FORMULAS)
def test_no_csv_cell_is_a_formula_and_the_text_comes_back(text: str):
    """The first character of a cell is never live; taking the mark away gives the very text."""
    cell = cells_of(to_csv_bytes(pd.DataFrame({"value": [text]})))[1][0]

    assert not cell.startswith(LIVE)
    assert as_written(cell) == text


@settings(max_examples=200)
@given(st.text(alphabet="'=+-@\t\r\n ax1\uff1d", max_size=6))
@example("'")
@example("''-")
def test_any_text_made_inert_comes_back(text: str):
    """as_written(make_inert(text)) is text, and what is made is never live."""
    made = make_inert(text)

    assert as_written(made) == text
    assert not made.startswith(LIVE)


def test_numbers_of_a_csv_stay_numbers():
    """-5.25 stays -5.25 and reads back to the bit; a missing number is an empty cell."""
    values = [-5.25, 0.1 + 0.2, np.nan, 1e-300]
    table = pd.DataFrame({"amount": values, "line": [7, 8, 9, 10], "flag": [True, False, True, False],
                          "day": pd.to_datetime(["2024-01-31"] * 4).astype("datetime64[s]")})
    rows = cells_of(to_csv_bytes(table))[1:]

    assert rows[0] == ["-5.25", "7", "true", "2024-01-31"]
    assert rows[2][0] == ""
    assert [float(r[0]) for r in rows if r[0]] == [v for v in values if v == v]


def test_no_workbook_cell_is_a_formula_and_the_text_comes_back():
    """Texts are string cells with their exact text, marked so that a spreadsheet does not run them after an edit."""
    texts = [t for t in FORMULAS if len(t) < 100]
    content = xlsx_of(pd.DataFrame({"value": texts, "amount": np.arange(len(texts)) - 0.5}))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["rejects"]

    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    assert [c.coordinate for c in cells if c.hyperlink] == []
    assert all(c.quotePrefix for c in cells if isinstance(c.value, str) and c.value.startswith(LIVE))
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_name("rejects").to_python()[3:]
    # XML has no carriage return of its own; all other texts are the same to the character, a mark taken away.
    assert [as_written(r[0]).replace("\r", "\n") for r in rows] == [t.replace("\r", "\n") for t in texts]
    assert [r[1] for r in rows] == [i - 0.5 for i in range(len(texts))]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    """A spreadsheet takes 32,767 characters; a longer text ends with a mark."""
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of(pd.DataFrame({"value": ["x" * 40_000]}))))["rejects"]

    assert len(sheet["A4"].value) == 32_767
    assert sheet["A4"].value.endswith("[…]")


def test_the_workbook_of_a_report(report):
    """A sheet a table, frozen headings, real numbers; the totals are those of the tables, to the bit."""
    book = openpyxl.load_workbook(io.BytesIO(tables_book(report)))
    sheet = book["scopes"]
    heads = [cell.value for cell in sheet[3]]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))

    assert sheet.freeze_panes == "B4"
    assert "t CO₂e" in heads
    shown = {row[0]: row[heads.index("t CO₂e")] for row in rows}
    table = report.scopes().table.set_index("figure_id")["co2e_t"]
    assert shown == table.to_dict()
    assert len(book.sheetnames) > 20


def test_the_same_report_has_the_same_bytes(report):
    """No time of writing in the file."""
    assert tables_book(report) == tables_book(report)


def test_rejects_are_written_in_full(inventory):
    """One line a reject, every column."""
    rows = cells_of(to_csv_bytes(inventory.ledger))

    assert len(rows) == len(inventory.ledger) + 1
    assert rows[0] == list(inventory.ledger.columns)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, min_size=1, max_size=8))
@example(["=1+1", "'=1", "''@x", "'s-Gravenhage", "-"])
def test_text_comes_back_unchanged_through_our_own_reader(tmp_path, texts: list[str]):
    """Purchases exported as CSV and as XLSX and read again by `read_records`: suppliers to the character, amounts to
    the bit.
    """
    table = pd.DataFrame({
        "date": "2024-03-05", "company": "x", "supplier": texts, "category": "services", "currency": "EUR",
        "amount": np.arange(len(texts)) * 7.0 - 9.25, "description": texts[::-1]})
    (tmp_path / "purchases.csv").write_bytes(to_csv_bytes(table))
    book = to_xlsx_bytes({"purchases": table}, words=lambda key: key.removeprefix("column."), titles={"purchases": ""})
    (tmp_path / "purchases.xlsx").write_bytes(book)

    for name in ("purchases.csv", "purchases.xlsx"):
        found = read_records(tmp_path / name, "purchases").records
        assert found["supplier"].tolist() == texts
        assert found["description"].tolist() == texts[::-1]
        assert found["amount"].tolist() == table["amount"].tolist()


def test_counts_are_whole_days_are_days_and_no_category_is_no_number():
    """A count beside a missing one has no decimals, a day is a date and not a text, scopes 1 and 2 have no number 0."""
    table = pd.DataFrame({"category": [0, 6], "rows": [3.0, np.nan], "period_start": pd.to_datetime(["2025-01-01"] * 2),
                          "co2e_t_a": [1.25, 2.0]})
    words = Words("en")
    data = to_xlsx_bytes({"lines": in_words(table, words)}, words=words, titles={"lines": "Lines"})
    first, second = list(openpyxl.load_workbook(io.BytesIO(data))["lines"].iter_rows(min_row=4, max_row=5))

    assert [c.value for c in first] == [None, 3, datetime(2025, 1, 1), 1.25]
    assert [c.value for c in second][:2] == [6, None]
    assert [c.number_format for c in first[1:]] == ["#,##0", "yyyy-mm-dd", "#,##0.000"]


def test_a_sheet_fits_its_numbers_and_its_paper():
    """A column is as broad as its longest number with its separators, which would be ##### otherwise; headings are
    above their numbers, with room for their lines, on every printed page; a sheet is one page wide, on A3 where it has
    many columns.
    """
    few = pd.DataFrame({"amount": [1.5, -12_345_678_901.25], "unit": "EUR", "year": 2025})
    many = pd.concat([few.add_prefix(f"x{n}_") for n in range(6)], axis=1)
    data = to_xlsx_bytes({"few": few, "many": many}, words=lambda key: f"{key} of {key}",
                         titles={"few": "T & co", "many": "M"})
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["few"]

    assert sheet.column_dimensions["A"].width > len("-12,345,678,901.25")
    assert [c.alignment.horizontal for c in sheet[3]] == [c.alignment.horizontal for c in sheet[4]] == [
        "right", "left", "left"]
    assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        "$3:$3", "landscape", 0)
    assert [int(s.page_setup.paperSize) for s in book] == [A4, A3]
    assert sheet.oddFooter.left.text == "T && co" and sheet.row_dimensions[3].height >= 30


def test_a_row_without_a_site_is_named():
    """A label of a row is never blank: words for what was not given, as on the page; other empty texts stay empty."""
    table = pd.DataFrame({"site": ["", "lyon"], "reason": ["", "x"]})
    shown = {name: column.cells for name, column in in_words(table, Words("fr")).items()}
    assert shown == {"site": ("non précisé", "lyon"), "reason": ("", "x")}


def test_a_cell_that_the_workbook_did_not_take_is_an_error_on_one_screen():
    """Nothing is left out of a workbook in silence; the message has the place and the beginning of the text."""
    with pytest.raises(TableError, match="did not take row 0, column 0 of sheet t: 'xxx") as told:
        to_xlsx_bytes({"t": pd.DataFrame({"value": ["a"]})}, words=Words("en"), titles={"t": "x" * 40_000})
    assert len(str(told.value)) < 300


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_sheet_says_what_each_of_the_others_is(report, language: str):
    """Sheets have the names that `carbon explain` takes: the list has their titles in the reader's language."""
    said = dataclasses.replace(report, language=language)
    book = openpyxl.load_workbook(io.BytesIO(tables_book(said)))
    contents, *sheets = book.worksheets
    listed = [(name.hyperlink.location, name.value, title.value) for name, title in contents.iter_rows(min_row=3)]
    assert contents["A1"].value == Words(language)("sheet.cover")
    assert listed == [(f"'{sheet.title}'!A1", sheet.title, sheet["A1"].value) for sheet in sheets]
