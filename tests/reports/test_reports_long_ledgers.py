"""The report of a company whose long ledgers hold their texts as codes: all tables, pages and sheets as from text."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from carbon.accounting import company
from carbon.accounting.compile import states_by_figure
from carbon.reports.exhibits.annual import SHEETS, annual_report
from carbon.reports.export import tables_book
from carbon.runs.company_year.inventory_content import summary_of
from carbon.runs.company_year.reconcile import figures_of
from carbon.runs.publish.parquet import read_table, to_parquet
from carbon.runs.publish.row_hashes import sheets_of

PROJECT = Path(__file__).parents[2]


def as_codes(records):
    """As the reader of large files gives them."""
    def coded(table):
        texts = [c for c in table.columns if pd.api.types.is_string_dtype(table[c]) and c != "record_id"]
        return table.astype(dict.fromkeys(texts, "category"))
    return replace(records, records={kind: coded(table) for kind, table in records.records.items()})


@pytest.fixture(scope="module")
def reports():
    """The report of the small example company, from plain text and from codes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARBON_PROJECT", str(PROJECT))
        plain = annual_report("petit-studio", 2024)
        read = company.read_company
        patch.setattr(company, "read_company", lambda *given, **named: as_codes(read(*given, **named)))
        return plain, annual_report("petit-studio", 2024)


@pytest.mark.parametrize("name", SHEETS)
def test_every_exhibit_is_the_same(reports, name):
    """The same table to the bit and to the type, and the same page."""
    plain, coded = (getattr(report, name)() for report in reports)

    pd.testing.assert_frame_equal(coded.table, plain.table, check_exact=True)
    assert coded._repr_html_() == plain._repr_html_()


def test_workbook_summary_and_figures_are_the_same(reports, tmp_path):
    """Every cell of every sheet, every figure with an id, and the fields of the run summary."""
    plain, coded = reports
    books = []
    for i, report in enumerate(reports):
        (tmp_path / f"{i}.xlsx").write_bytes(tables_book(report))
        books.append({name: rows.tolist() for name, rows in sheets_of(tmp_path / f"{i}.xlsx").items()})

    assert coded.inventory.emissions["reason"].dtype == "category"
    assert plain.inventory.emissions["reason"].dtype == "str"
    assert books[0] == books[1]
    figures = [figures_of("petit-studio", 2024, r.inventory.emissions, "location-based") for r in reports]
    assert figures[0] == figures[1]
    states = [states_by_figure(r.inventory.table) for r in reports]
    assert summary_of(plain, figures[0], states[0]) == summary_of(coded, figures[1], states[1])


@pytest.mark.parametrize("table", ["emissions", "activities", "ledger"])
def test_published_tables_hold_the_same_words(reports, table, tmp_path):
    """Written and read back: the same rows, whose hashes do not tell codes from text."""
    plain, coded = (getattr(r.inventory, table) for r in reports)
    order = list(plain.columns) if table == "ledger" else []
    for name, rows in (("plain", plain), ("coded", coded)):
        rows = rows.astype(dict.fromkeys(rows.columns[rows.dtypes == "category"], "str")).sort_values(
            order, ignore_index=True).astype(rows.dtypes.to_dict()) if order else rows
        (tmp_path / f"{name}.parquet").write_bytes(to_parquet(rows))

    back = read_table(tmp_path / "coded.parquet")
    assert (back.dtypes == "category").any()
    assert len(back) == len(plain)
    assert (sheets_of(tmp_path / "coded.parquet")[""] == sheets_of(tmp_path / "plain.parquet")[""]).all()
