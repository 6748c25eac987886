"""UK conversion factors, official and in a small workbook of the same layout."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from desnz_books import FULL, HEAD, element
from openpyxl import Workbook, load_workbook

from carbon.core.errors import TableError
from carbon.factors.sources import desnz
from carbon.factors.sources.imported import Imported


def small_full_set(path: Path) -> Path:
    """A workbook of our own in the publisher's layout: invented figures."""
    book = Workbook()
    fuels = book.active
    fuels.title = "Fuels"
    for row in [[], ["Scope:", "Scope 1", "Year:", 2031], [], ["Activity", "Fuel", "Unit", *HEAD],
                ["Gaseous fuels", "Natural gas ", "kWh (Gross CV)", 0.2, 0.19, 0.0056, 0.0044],
                ["", "", "tonnes", 2000, 1990, 5.6, 4.4], ["", "LPG", "litres", None, None, None, None], [],
                ["Notes", "follow"]]:
        fuels.append(row)
    upstream = book.create_sheet("WTT- fuels")
    for row in [["Activity", "Fuel", "Unit", "kg CO2e"], ["Gaseous fuels", "Natural gas", "kWh (Gross CV)", 0.03],
                ["", "LPG", "litres", 0.2]]:
        upstream.append(row)
    air = book.create_sheet("Business travel- air")
    for row in [["", "", "", "", "With RF", "", "", "", "Without RF"],
                ["Activity", "Haul", "Class", "Unit", *HEAD, *HEAD],
                ["Flights", "Long-haul, to/from UK", "Economy class", "passenger.km", 0.17, 0.169, 0.0, 0.001,
                 0.1, 0.099, 0.0, 0.001]]:
        air.append(row)
    wtt_air = book.create_sheet("WTT- business travel- air")
    for row in [["", "", "", "", "With RF", "Without RF"], ["Activity", "Haul", "Class", "Unit", "kg CO2e", "kg CO2e"],
                ["WTT- flights", "Long-haul, to/from UK", "Economy class", "passenger.km", 0.02, 0.02]]:
        wtt_air.append(row)
    land = book.create_sheet("Business travel- land")
    for row in [["", "", "", "Diesel", "", "", "", "Battery Electric Vehicle"],
                ["Activity", "Type", "Unit", *HEAD, *HEAD],
                ["Cars (by size)", "Small car", "km", 0.14, 0.138, 0.0, 0.002, 0.03, 0.03, 0, 0],
                ["", "", "miles", 0.22, 0.21, 0, 0.01, 0.05, 0.05, 0, 0]]:
        land.append(row)
    book.create_sheet("Managed assets- vehicles").append(["Activity", "Type", "Unit", "kg CO2e"])
    book["Managed assets- vehicles"].append(["Managed cars (by size)", "Small car", "km", 0.14])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return desnz.import_full_set(small_full_set(tmp_path_factory.mktemp("desnz") / "full.xlsx"))


def test_combustion_and_upstream_are_one_element(small: Imported):
    """Two sheets, one fuel: 0.2 burnt and 0.03 before, each with its cell; labels filled down, spaces trimmed."""
    gas = element(small.table, "desnz-2031-gb-natural_gas-kwh_hhv")
    assert gas["co2e_kg"].to_dict() == {"combustion": 0.2, "upstream": 0.03}
    assert gas["page"].to_dict() == {"combustion": "Fuels!D5", "upstream": "WTT- fuels!D2"}
    assert set(gas["valid_from"]) == {2031} and set(gas["region"]) == {"GB"}


def test_methane_and_nitrous_oxide_become_kg_of_gas(small: Imported):
    """0.0056 kg CO2e of CH4 / 28 = 0.0002 kg; 0.0044 / 265 of N2O; upstream has no gases."""
    gas = element(small.table, "desnz-2031-gb-natural_gas-kwh_hhv")
    assert gas.loc["combustion", "ch4_nonfossil_kg"] == pytest.approx(0.0002)
    assert gas.loc["combustion", "n2o_kg"] == pytest.approx(0.0044 / 265)
    assert pd.isna(gas.loc["combustion", "ch4_fossil_kg"]) and pd.isna(gas.loc["upstream", "co2_kg"])


def test_contrails_are_their_own_part(small: Imported):
    """With radiative forcing 0.17, without 0.10: contrails 0.07; with upstream the three parts give 0.19."""
    flight = element(small.table, "desnz-2031-gb-flight.long_haul.economy-passenger_km")
    assert flight["co2e_kg"].round(9).to_dict() == {"combustion": 0.1, "contrails": 0.07, "upstream": 0.02}
    assert flight.loc["contrails", "page"] == "Business travel- air!E3 minus Business travel- air!I3"


def test_zero_is_a_figure_and_an_empty_cell_is_none(small: Imported):
    """The empty LPG cell gives no factor, nor does its upstream alone; 0 kg of CH4 stays 0."""
    assert not small.table["activity"].eq("lpg").any()
    car = element(small.table, "desnz-2031-gb-car.small.battery_electric-km")
    assert car.loc["combustion", "ch4_nonfossil_kg"] == 0


def test_every_figure_is_accounted_for(small: Imported):
    """14 figures read, 9 kept; miles (2), the empty cell, its upstream, leased assets left out with the reason."""
    reasons = small.left_out.set_index("reason")["rows"]
    assert (small.read, small.kept, reasons.sum()) == (14, 9, 5)
    assert reasons["the same factor per km is also published"] == 2
    assert reasons["empty cell: no value published, which is not zero"] == 1
    assert reasons["upstream of a figure this file does not give"] == 1
    assert reasons["the figures of the vehicle sheets again, for leased assets"] == 1


def test_hotels_are_of_countries_that_are_known():
    """The publisher's own names have a code, London its region; an unknown name is an error, not a guess."""
    names = ["France", "UK (London)", "Korea", "Macau, China", "Czech Republic"]
    assert desnz._countries(pd.Series(names)).tolist() == ["FR", "GB-LND", "KR", "MO", "CZ"]
    with pytest.raises(TableError, match="1 country names are not known") as unknown:
        desnz._countries(pd.Series(["France", "Atlantis"]))
    assert "Atlantis" in str(unknown.value)


@pytest.mark.official
@pytest.mark.parametrize("year, rows, kept", [(2026, 3483, 1537), (2025, 3441, 1531), (2024, 3483, 1531)])
def test_official_full_sets_are_read_whole(year: int, rows: int, kept: int, official):
    """Figures counted in the workbook = kept + left out; combustion's gases add up to its total."""
    read = desnz.import_full_set(official("desnz/" + FULL[year]))
    assert (read.read, read.kept) == (rows, kept) and read.left_out["rows"].sum() == rows - kept
    table = read.table.dropna(subset=["co2_kg", "ch4_nonfossil_kg", "n2o_kg"])
    total = table["co2_kg"] + 28 * table["ch4_nonfossil_kg"] + 265 * table["n2o_kg"]
    assert (total - table["co2e_kg"]).abs().le(table["co2e_kg"].mul(1e-4).clip(lower=2.1e-5)).all()


@pytest.mark.official
def test_official_figures_are_those_of_their_cells(official):
    """Every factor of 2026 but contrails (a difference of two cells) is its cell, read by another library."""
    path = official("desnz/" + FULL[2026])
    book = load_workbook(path, data_only=True, read_only=False)
    table = desnz.import_full_set(path).table
    table = table[table["part"].ne("contrails")]
    cells = table["page"].str.rsplit("!", n=1)
    read = [book[sheet][cell].value for sheet, cell in cells]
    assert table["co2e_kg"].tolist() == pytest.approx(read, rel=1e-12)
    # Read by eye in the workbook:
    named = dict(zip(table["factor_id"], table["co2e_kg"], strict=True))
    assert named["desnz-2026-gb-natural_gas-kwh_hhv-combustion"] == 0.18231
    assert named["desnz-2026-gb-electricity-kwh-combustion"] == 0.13096
    assert named["desnz-2026-gb-electricity-kwh-losses"] == 0.01299
    assert named["desnz-2026-gb-electricity-kwh-upstream"] == 0.03682
    assert named["desnz-2026-gb-electricity-kwh-upstream-of-losses"] == 0.00359
    assert named["desnz-2026-fr-hotel_night-room_night-total"] == 6.7
    assert named["desnz-2026-gb-waste.paper_and_board_mixed.landfill-t-total"] == 1164.51317
