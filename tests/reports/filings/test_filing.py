"""Filings of every format."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from carbon.accounting.company import inventory_of, library_of
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import LOCATION
from carbon.core.text import LIVE
from carbon.records.files.company import read_company
from carbon.records.params.project import find_project
from carbon.reports.filings import FORMATS, beges_v5, esrs_e1, filing, ghg_protocol, iso_14064_1, reconciliation

ROOT = Path(__file__).parents[3]
COUNTS = {m.FORMAT: m.count for m in (ghg_protocol, beges_v5, esrs_e1, iso_14064_1)}
EXAMPLES = [("petit-studio", 2024), ("nuage-logiciels", 2024), ("cap-conseil", 2023)]
each_example = pytest.mark.parametrize(("company", "year"), EXAMPLES, ids=str)


@cache
def example(company: str, year: int) -> Any:
    project = find_project(ROOT)
    records = read_company(company, year, project=project)
    return inventory_of(records, library_of(records, project))


@pytest.fixture
def history(inventory: Any, history_of: Any) -> Any:
    return SimpleNamespace(table=history_of(inventory).table, recalculated=False)


@each_example
def test_every_format_keeps_the_total_of_the_example_companies(company: str, year: int):
    """BEGES and ISO count scope 2 location-based, GHG Protocol and ESRS by the headline method: no gram more or
    less.
    """
    inv = example(company, year)
    method = {"beges_v5": LOCATION, "iso_14064_1": LOCATION}
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
