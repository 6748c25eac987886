"""One file as it was read: records, rejects and ledger add up to the rows of the file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_records
from carbon.records.files.file_read import read_grid
from carbon.records.grids.cells import Column, Grid
from carbon.records.kinds.contract import KINDS, ProjectContext


@pytest.fixture
def read(tmp_path):
    """Three records, a total and a row with two faults."""
    path = tmp_path / "a.csv"
    path.write_text("date;company;supplier;category;amount;currency;description\n2024-03-01;acme;Mill;paper;2;EUR;x\n"
                    "2024-03-02;acme;Mill;paper;3;EUR;x\n2024-03-03;acme;Mill;paper;4;GBP;x\n;;Total;;9;;\n"
                    "?;acme;Mill;paper;?;EUR;x\n")
    return read_records(path, "purchases")


def test_read_is_accepted_and_rejected(read):
    """Excluded rows are a part of the accepted ones; the ledger has one line for each row that ended."""
    assert (read.rows_read, read.rows_accepted, read.rows_excluded, read.rows_rejected) == (5, 4, 1, 1)
    assert len(read.records) + len(read.ledger) == read.rows_read
    assert read.totals == {"EUR": "5", "GBP": "4"}


def test_a_row_with_two_faults_is_one_line_of_the_ledger(read):
    """Rejects list every fault, the ledger counts the row under the first."""
    faults = read.rejects[read.rejects["source_line"] == 6]
    assert len(faults) == 2
    assert faults["counts_row"].tolist() == [True, False]
    assert read.ledger["source_line"].tolist().count(6) == 1


def test_a_row_that_another_one_repeats_is_a_reject(read):
    """It leaves records and totals, and is a line of the ledger with its amount."""
    twice = replace(read, repeated=np.array([False, True, False]), why=np.array(["", "twice", ""], dtype=object))
    assert twice.rows_rejected == 2
    assert twice.totals == {"EUR": "2", "GBP": "4"}
    line = twice.ledger[twice.ledger["code"] == "duplicate"]
    assert line[["source_line", "amount", "unit", "reason"]].to_numpy().tolist() == [[3, 3.0, "EUR", "twice"]]


def test_every_record_has_its_line(read):
    """Ids are the file's name and the line."""
    assert [i.rsplit(":", 1)[1] for i in read.records["record_id"]] == ["2", "3", "4"]
    assert read.records["source_line"].tolist() == [2, 3, 4]


HEADINGS = ["date", "company", "supplier", "category", "amount", "currency", "description"]
GOOD = ["2024-03-01", "acme", "Mill", "paper", "2", "EUR", "x"]


def _read(*rows, options=None, context=None):
    columns = [Column(pa.array(cells)) for cells in zip(HEADINGS, *rows, strict=True)]
    grid = Grid(columns, np.arange(1, len(rows) + 2), "csv")
    pattern = FilePattern(pattern="*", kind="purchases", **(options or {}))
    return read_grid(grid, KINDS["purchases"], pattern, context or ProjectContext(), "a.csv")


def test_each_row_ends_once():
    """A row is kept, excluded or rejected; empty lines are none."""
    read = _read(GOOD, [""] * 7, ["", "", "Total", "", "2", "", ""], [*GOOD[:4], "?", *GOOD[5:]])
    assert read.lines.tolist() == [2, 4, 5]
    assert read.kept.tolist() == [True, False, False]
    assert read.rejected.tolist() == [False, False, True]
    assert read.subtotals.tolist() == [False, True, False]


def test_headings_without_rows_are_refused():
    """No rows are not zero emissions."""
    with pytest.raises(FileRefused) as refused:
        _read([""] * 7)
    assert refused.value.code == "no_rows"


def test_columns_that_the_kind_has_and_the_file_has_not():
    """They are blank, each of its type."""
    table = _read(GOOD).table
    assert set(KINDS["purchases"].table.columns) - {"record_id", "kind", "source_file", "source_sheet",
                                                    "source_line"} == set(table.columns)
    assert table["invoice"].tolist() == [""]
    assert table["vat"].isna().all()


def test_a_clock_time_is_kept_for_duplicates():
    """Rows of one day at two hours are two rows."""
    read = _read(["2024-03-01 10:00", *GOOD[1:]], ["2024-03-01 11:00", *GOOD[1:]])
    assert read.clocks is not None and read.clocks.nunique() == 2
