"""Layouts of the UK conversion factors: the full set and the flat file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desnz_books import FULL, HEAD, element
from openpyxl import Workbook

from carbon.core.errors import FileRefused
from carbon.factors.sources import desnz

FLAT = {2024: "ghg-conversion-factors-2024-FlatFormat_v1_1.xlsx",
        2025: "conversion_factors_2025_flat_scope3_only.json.gz"}


def test_another_workbook_is_refused(tmp_path: Path):
    """No sheet "Fuels": not the full set."""
    Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(FileRefused, match="not a full set"):
        desnz.import_full_set(tmp_path / "x.xlsx")


def test_a_flat_file_reads_like_the_full_set(tmp_path: Path):
    """One line a gas, the last digit of the ID naming it; a transcription as JSON."""
    def line(sheet: str, ident: str, unit: str, value: str) -> dict[str, str]:
        return {"ID": ident, "Scope": "Scope 1", "Level 1": sheet, "Level 2": "Gaseous fuels", "Level 3": "Natural gas",
                "Level 4": "", "Column Text": "", "UOM": "kWh (Gross CV)", "GHG/Unit": unit,
                "GHG Conversion Factor 2031": value}

    rows = [line("Fuels", "1_1_1_6_1", "kg CO2e", "0.2"), line("Fuels", "1_1_1_6_2", HEAD[1], "0.19"),
            line("Fuels", "1_1_1_6_3", HEAD[2], "0.0056"), line("Fuels", "1_1_1_6_4", HEAD[3], "0.0044"),
            line("WTT- fuels", "11_1_1_6_1", "kg CO2e", "0.03")]
    (tmp_path / "flat.json").write_text(json.dumps(rows))
    read = desnz.import_flat(tmp_path / "flat.json")
    assert element(read.table, "desnz-2031-gb-natural_gas-kwh_hhv")["co2e_kg"].to_dict() == {
        "combustion": 0.2, "upstream": 0.03}
    assert read.table["n2o_kg"].max() == pytest.approx(0.0044 / 265)


@pytest.mark.official
def test_official_flat_file_of_2024_equals_the_full_set(official):
    """Two files of the publisher, two layouts: the same factors with the same figures."""
    flat, full = (f.table.set_index("factor_id") for f in (
        desnz.import_flat(official("desnz/" + FLAT[2024])), desnz.import_full_set(official("desnz/" + FULL[2024]))))
    assert set(flat.index) == set(full.index)
    full = full.loc[flat.index]
    assert flat["co2e_kg"].tolist() == pytest.approx(full["co2e_kg"].tolist(), abs=6e-6)
    assert flat["biogenic_co2_kg"].tolist() == pytest.approx(full["biogenic_co2_kg"].tolist(), rel=1e-4, abs=1e-5)


@pytest.mark.official
def test_official_transcription_of_2025_agrees_where_it_reaches(official):
    """A transcription of scope 3 alone: its factors are in the full set with the same figures; upstream whose
    combustion it lacks is left out, with the reason.
    """
    flat = desnz.import_flat(official("desnz/" + FLAT[2025]))
    full = desnz.import_full_set(official("desnz/" + FULL[2025])).table.set_index("factor_id")["co2e_kg"]
    mine = flat.table.set_index("factor_id")["co2e_kg"]
    assert mine.tolist() == pytest.approx(full[mine.index].tolist(), abs=6e-6)
    assert flat.left_out["reason"].str.startswith("upstream of a figure").any()
