"""A sheet while it is read: rows by their state, faults with the cell that has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from carbon.params.shapes.company import FilePattern
from carbon.records.grids.cells import Column, Grid
from carbon.records.headings.layout import Layout
from carbon.records.headings.matching import Headings
from carbon.records.kinds.contract import KINDS, ProjectContext
from carbon.records.kinds.faults import Excluded, Faults
from carbon.records.rules.sheet import Sheet, in_unit, overlapping

MESSAGE = "readings_differ"


def _sheet():
    options = FilePattern(pattern="*", kind="purchases")
    cells = {"amount": ["1", "2", "3"], "Type": ["Avoir", "", "avoir"]}
    body = Grid([Column(pa.array(texts)) for texts in cells.values()], np.arange(2, 5), "csv")
    layout = Layout(1, [*cells], {"amount": 0}, 2)
    table = pd.DataFrame({"amount": [1.0, 2.0, 3.0]})
    return Sheet("a.csv", options, Faults(3), [], {"amount": body.columns[0]}, grid=body, body=body, layout=layout,
                 headings=Headings(KINDS["purchases"], options), project=ProjectContext(), excluded=Excluded(3),
                 table=table)


def test_rows_are_sound_until_they_are_excluded_or_faulty():
    """A fault keeps the cell of the file; an excluded row is out as well."""
    sheet = _sheet()
    sheet.fault(np.array([False, True, False]), "amount", MESSAGE)
    sheet.excluded.add(np.array([True, False, False]), "subtotal", "a sum")
    sheet.fault_lines = sheet.faults.table()

    assert sheet.sound_rows.tolist() == [False, False, True]
    assert sheet.not_excluded.tolist() == [False, True, True]
    assert sheet.rejected.tolist() == sheet.faulty("amount").tolist() == [False, True, False]
    assert sheet.fault_lines["value"].tolist() == ["2"]


def test_columns_that_are_not_read_have_words():
    """Their cells are compared without case; a fault names the heading as the file writes it."""
    sheet = _sheet()
    assert [heading for _, heading, _ in sheet.unread_columns] == ["Type"]
    assert sheet.rows_stating(1, "credit note").tolist() == [True, False, True]
    sheet.fault_at(np.array([2]), 1, MESSAGE)
    assert sheet.faults.table()[["column", "value"]].to_numpy().tolist() == [["Type", "avoir"]]


def test_parts_of_a_sum_are_read():
    """A column that is added to another is not among the unread; one whose text is joined to another's still is."""
    sheet = _sheet()
    for pieces, unread in ((["", 0, " + ", 1, ""], []), (["", 0, ", ", 1, ""], ["amount", "Type"])):
        layout = Layout(1, sheet.layout.headings, {}, 2, joined={"amount": pieces})
        summed = Sheet("a.csv", sheet.options, Faults(3), [], {}, grid=sheet.body, body=sheet.body, layout=layout,
                       headings=sheet.headings, project=ProjectContext(), excluded=Excluded(3))
        assert [heading for _, heading, _ in summed.unread_columns] == unread


def _days(*pairs):
    first, last = zip(*pairs, strict=True)
    return pd.DataFrame({"period_start": pd.to_datetime(list(first)), "period_end": pd.to_datetime(list(last)),
                         "site": "Lyon"})


def test_a_column_in_one_unit():
    """Tonnes and kilograms become tonnes; kilometres and blanks are no mass."""
    table = pd.DataFrame({"mass": [2.0, 500.0, 3.0, 4.0], "mass_unit": ["t", "kg", "km", ""]})
    np.testing.assert_allclose(in_unit(table, "mass", "mass_unit", "t"), [2.0, 0.5, np.nan, np.nan])
    miles = table.assign(mass_unit=["mi", "L", "", "km"])
    np.testing.assert_allclose(in_unit(miles, "mass", "mass_unit", "km"), [3.218688, np.nan, np.nan, 4.0])


def test_rows_that_begin_before_another_one_ends():
    """The later row is flagged; a row that begins on the day after is not, and an open end never ends."""
    table = _days(("2024-01-01", "2024-01-31"), ("2024-02-01", None), ("2024-06-01", "2024-06-30"))
    assert overlapping(table, ["site"], np.ones(3, dtype=bool)).tolist() == [False, False, True]
    assert overlapping(table, ["site"], np.array([True, False, True])).tolist() == [False, False, False]
