"""eGRID summary tables: output rates by subregion, and the grid gross loss beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from carbon.core.errors import FileRefused
from carbon.factors.sources import egrid

AKGD = ["AKGD", "ASCC Alaska Grid", 1067.68, 0.091, 0.012, 1073.669, 5.5, 6.0, 0.4, 1229.641, 0.12, 0.016, 1237.5, 6.6,
        7.2, 0.5, 0.044]
US = ["U.S.", "", 852.3, 0.071, 0.01, 857.019, 0.5, 0.5, 0.5, 1410.007, 0.11, 0.016, 1417.3, 0.9, 0.9, 0.9, 0.045]


def summary(path: Path, title: str = "1. Subregion Output Emission Rates (eGRID2021)") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Table 1"
    for row in ([title], ["eGRID subregion acronym", "eGRID subregion name", "Total output emission rates"],
                ["", "", "lb/MWh"], ["", "", "CO2", "CH4", "N2O", "CO2e"], AKGD, US, ["Created:", "2023-01-30"]):
        sheet.append(["", *row])
    book.save(path)
    return path


def test_rates_become_kg_per_kwh(tmp_path: Path):
    """1,067.68 lb CO2, 0.091 lb CH4, 0.012 lb N2O a MWh: (1067.68 + 28 x 0.091 + 265 x 0.012) x 0.45359237 / 1000."""
    table = egrid.import_egrid(summary(tmp_path / "e.xlsx")).table.set_index("region")

    assert table.loc["US-eGRID-AKGD", "co2e_kg"] == pytest.approx(0.486889679, rel=1e-8)
    assert table.loc["US", "co2_kg"] == pytest.approx(852.3 * 0.45359237 / 1000)
    assert set(table["source_id"]) == {"epa_egrid_2021"} and table["valid_from"].eq(2021).all()
    assert table.loc["US-eGRID-AKGD", "page"] == "Table 1!row 5"


def test_the_non_baseload_rate_is_not_taken(tmp_path: Path):
    """It is a rate for what a change of use displaces, not for an inventory."""
    table = egrid.import_egrid(summary(tmp_path / "e.xlsx")).table
    assert len(table) == 2 and table["co2_kg"].max() < 1229.641 * 0.45359237 / 1000


def test_another_workbook_is_refused(tmp_path: Path):
    """No title of subregion rates with its year: not the summary tables."""
    with pytest.raises(FileRefused, match="no 'Table 1'"):
        egrid.import_egrid(summary(tmp_path / "e.xlsx", title="Resource mix"))
