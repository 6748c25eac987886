"""Filings of every format."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from example_filings import COUNTS, each_example, example

from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import LOCATION
from carbon.core.text import LIVE
from carbon.reports.filings import FORMATS, filing, reconciliation


@each_example
def test_every_format_keeps_the_total_of_the_example_companies(company: str, year: int):
    """BEGES and ISO count scope 2 location-based, GHG Protocol and ESRS by the headline method: no gram more or
    less.
    """
    inv = example(company, year)
    method = {"beges_v5": LOCATION, "iso_14064_1": LOCATION, "vsme": LOCATION}
    for name, count in COUNTS.items():
        found = count(inv)
        assert found.total_t == inv.total(method.get(name, inv.params.scope2_headline)) / 1000
        assert (found.counted["line"] != "").all()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_of_a_filing(make: Any, history: Any, format: str, language: str):
    """A workbook with frozen headings and real numbers, a CSV a table, no live formula, the same bytes twice."""
    hostile = make(lambda a: a.assign(supplier="=1+1", site="@lyon"), language=language, name={language: "=Atelier"})
    made = filing(format, hostile, history)
    files = made.files()
    book = openpyxl.load_workbook(io.BytesIO(files[f"{format}.xlsx"]))

    assert files == filing(format, hostile, history).files()
    assert book.sheetnames == list(made.tables)
    assert {sheet.freeze_panes for sheet in book} == {"B4"}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert all(c.quotePrefix for c in cells if isinstance(c.value, str) and LIVE.match(c.value))
    assert any(isinstance(c.value, float) for c in cells)
    assert not any(cell.startswith(("=", "@")) for name in files if name.endswith(".csv")
                   for line in files[name].decode().splitlines() for cell in line.split(","))


def test_another_format_is_refused(inventory: Any, history: Any):
    """A format that does not exist, and a pair without a total to compare."""
    with pytest.raises(UsageError, match="xbrl"):
        filing("xbrl", inventory, history)
    with pytest.raises(UsageError, match="datapoints"):
        reconciliation(inventory, "ghg_protocol", "datapoints")
