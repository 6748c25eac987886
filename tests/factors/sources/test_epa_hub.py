"""US EPA Emission Factors Hub, official and in a small workbook of the same layout."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from carbon.core.errors import FileRefused
from carbon.factors.sources import epa_hub
from carbon.factors.sources.imported import Imported

HUB = "epa_hub/ghg-emission-factors-hub-{}.xlsx"
HUB_ROWS: list[list[object]] = [
    [], ["", "Emission Factors"], ["", "", "Blue text indicates an update from the 2030 version of this document."], [],
    ["", "Table 1", "Stationary Combustion"], ["", "", "Fuel Type", "Heat Content (HHV)", "CO2 Factor"],
    ["", "", "", "mmBtu per short ton", "kg CO2 per mmBtu", "g CH4 per mmBtu", "g N2O per mmBtu",
     "kg CO2 per short ton", "g CH4 per short ton", "g N2O per short ton"], ["", "", "Coal and Coke"],
    ["", "", "Anthracite", 25.0, 100.0, 10, 1, 2500, 250, 25], ["", "", "Biomass Fuels - Solid"],
    ["", "", "Wood and Wood Residuals", 17.0, 90.0, 7, 3, 1530, 119, 51],
    ["", "", "", "mmBtu per gallon", "kg CO2 per mmBtu", "g CH4 per mmBtu", "g N2O per mmBtu", "kg CO2 per gallon",
     "g CH4 per gallon", "g N2O per gallon"], ["", "", "Petroleum Products"],
    ["", "", "Motor Gasoline", 0.125, 70.0, 3, 0.6, 8.75, 0.38, 0.08],
    ["", "Table 2", "Mobile"], ["", "", "Fuel Type", "kg CO2 per unit", "Unit"],
    ["", "", "Diesel Fuel", 10.0, "gallon"], ["", "", "Ethanol (100%)", 5.7, "gallon"],
    ["", "Table 3", "CH4"], ["", "", "Gasoline Passenger Cars", "1984-1993", 0.07, 0.06],
    ["", "Table 4", "x"], ["", "Table 5", "x"],
    ["", "Table 6", "Electricity"], ["", "", "eGRID", "Name", "CO2"],
    ["", "", "AAAA", "Somewhere", 1000.0, 0.1, 0.01, 1500.0, 0.2, 0.02, 0.04],
    ["", "", "US Average", "US Average", 800, 0, 0],
    ["", "Table 7", "Steam"], ["", "", "Steam and Heat", 66.0, 1.0, 0.1],
    ["", "Table 8", "Freight"], ["", "", "Medium- and Heavy-Duty TruckC", 0.2, 0.002, 0.005, "short ton-mile"],
    ["", "", "Passenger Car A", 0.3, 0.006, 0.005, "vehicle-mile"],
    ["", "Table 9", "Waste"], ["", "", "Material", "RecycledA", "LandfilledB", "CombustedC", "CompostedD",
                                "Anaerobically Digested (Dry Digestate with Curing)E",
                                "Anaerobically Digested (Wet Digestate with Curing)E"],
    ["", "", "Glass", 0.05, 0.02, 0.01, "NA", "NA", "NA"],
    ["", "Table 10", "Travel"], ["", "", "Passenger Car A", 0.3, 0.006, 0.005, "vehicle-mile"],
    ["", "", "Air Travel - Long Haul (>= 2300 miles)", 0.16, 0.0006, 0.005, "passenger-mile"],
    ["", "Table 11", "GWP"], ["", "", "Methane", "CH4", 28], ["", "", "HFC-32", "CH2F2", 677],
    ["", "Table 12", "Blends"], ["", "", "R-410A", 1924, "50% HFC-32 , 50% HFC-125"],
    ["", "", "R-401A", 18, "53% HCFC-22 , 34% HCFC-124 , 13% HFC-152a"],
    ["", "", "R-900Z", 10, "99% HFC-32 , 1% unobtainium"],
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    book = Workbook()
    book.active.title = "Emission Factors Hub"
    for row in HUB_ROWS:
        book.active.append(row)
    path = tmp_path_factory.mktemp("hub") / "hub.xlsx"
    book.save(path)
    return epa_hub.import_hub(path)


def factor(read: Imported, activity: str, unit: str) -> pd.Series:
    rows = read.table[read.table["activity"].eq(activity) & read.table["unit"].eq(unit)]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_grams_of_methane_become_kg(hub: Imported):
    """2,500 kg CO2 + 250 g CH4 x 28 + 25 g N2O x 265 = 2500 + 7 + 6.625 = 2513.625 kg CO2e per short ton."""
    coal = factor(hub, "coal.anthracite", "short ton")
    assert coal["co2e_kg"] == pytest.approx(2513.625) and coal["ch4_nonfossil_kg"] == pytest.approx(0.25)
    assert coal["source_id"] == "epa_hub_2031" and coal["page"] == "Emission Factors Hub!row 9 (Table 1)"


def test_heat_is_per_kwh_of_higher_heating_value(hub: Imported):
    """100 kg CO2 per mmBtu / 293.0710702 kWh per mmBtu = 0.3412142 kg/kWh HHV."""
    assert factor(hub, "coal.anthracite", "kWh_HHV")["co2_kg"] == pytest.approx(100 / 293.0710701722222)


def test_the_co2_of_wood_is_biogenic(hub: Imported):
    """1,530 kg beside the scopes; CO2e is CH4 and N2O alone: 119 g x 28 + 51 g x 265 = 16.847 kg."""
    wood = factor(hub, "wood.residuals", "short ton")
    assert wood["biogenic_co2_kg"] == 1530 and wood["co2_kg"] == 0
    assert wood["co2e_kg"] == pytest.approx(16.847)


def test_egrid_pounds_become_kg(hub: Imported):
    """1,000 lb/MWh x 0.45359237 / 1000 = 0.45359237 kg CO2/kWh; non-baseload rates and losses are left out."""
    grid = hub.table[hub.table["region"].eq("US-eGRID-AAAA")].iloc[0]
    assert grid["co2_kg"] == pytest.approx(0.45359237) and grid["valid_from"] == 2029
    assert grid["source_id"] == "epa_egrid_2029"
    assert hub.table["region"].eq("US").any()
    assert hub.left_out["reason"].str.contains("non-baseload").any()


def test_waste_is_in_ar4_and_na_is_no_figure(hub: Imported):
    """0.05 t per short ton = 50 kg, by the GWPs the table's note names; "NA" gives no factor."""
    glass = factor(hub, "waste.glass.recycling", "short ton")
    assert (glass["co2e_kg"], glass["gwp_set"]) == (50.0, "AR4GWP100")
    assert not hub.table["activity"].eq("waste.glass.composting").any()


def test_footnote_letters_and_repeated_rows_are_no_factors(hub: Imported):
    """
    "TruckC" is the truck of note C; the passenger car of table 8 is the one of table 10.
    """
    assert factor(hub, "freight.hgv.average", "short ton.mile")["co2_kg"] == 0.2
    assert factor(hub, "car.average.unknown_fuel", "mile")["page"].endswith("(Table 10)")


def test_blends_are_split_at_the_kyoto_basket(hub: Imported):
    """R-401A: 0.13 x 138 (HFC-152a) = 17.94 inside, 0.53 x 1760 + 0.34 x 527 = 1111.98 (HCFC) beside the scopes."""
    blend = hub.table[hub.table["activity"].eq("refrigerant.r401a")].set_index("kyoto")["co2e_kg"]
    assert blend.to_dict() == pytest.approx({True: 17.94, False: 1111.98})
    assert hub.left_out["reason"].str.startswith("a gas of it is in no GWP set").any()
    assert hub.left_out["reason"].str.startswith("methane: its origin").any()


def test_biofuel_without_its_methane_is_left_out(hub: Imported):
    """CO2 alone of ethanol would read as zero: no factor."""
    assert not hub.table["activity"].str.startswith("bioethanol").any()
    assert hub.left_out["reason"].str.startswith("biogenic CO2 alone").any()


def test_another_workbook_is_no_hub(tmp_path: Path):
    """The sheet's name is asked for."""
    Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(FileRefused, match="no sheet"):
        epa_hub.import_hub(tmp_path / "x.xlsx")


@pytest.mark.official
@pytest.mark.parametrize("year, rows", [(2025, 851), (2024, 759)])
def test_official_hub_is_accounted_for(year: int, rows: int, official):
    """Every figure of the twelve tables is kept or left out with a reason; cells read by another library agree."""
    path = official(HUB.format(year))
    read = epa_hub.import_hub(path)
    assert read.read == rows == read.kept + read.left_out["rows"].sum()
    sheet = load_workbook(path, data_only=True)["Emission Factors Hub"]
    by_label = {str(r[2].value).strip(): r for r in sheet.iter_rows(min_row=12, max_row=100) if r[2].value}
    gas = by_label["Natural Gas"]
    expected = gas[7].value + 28 * gas[8].value / 1000 + 265 * gas[9].value / 1000
    assert factor(read, "natural_gas", "scf")["co2e_kg"] == pytest.approx(expected)
    # Row "CAMX" of table 6: pounds of CO2 per MWh.
    camx = next(r for r in sheet.iter_rows(min_row=300, max_row=400) if r[2].value == "CAMX")
    grid = read.table[read.table["region"].eq("US-eGRID-CAMX")].iloc[0]
    assert grid["co2_kg"] == pytest.approx(camx[4].value * 0.45359237 / 1000)


@pytest.mark.official
def test_official_blends_agree_with_their_printed_gwp(official):
    """Composition x AR5 GWP rounds to the printed Kyoto GWP of table 12, read by another library."""
    path = official(HUB.format(2025))
    sheet = load_workbook(path, data_only=True)["Emission Factors Hub"]
    printed = {f"{r[2].value} leakage": r[3].value for r in sheet.iter_rows(min_row=561, max_row=590)}
    blends = epa_hub.import_hub(path).table
    blends = blends[blends["label"].isin(printed) & blends["kyoto"]]
    assert len(blends) > 10
    assert blends["co2e_kg"].round().tolist() == [round(printed[label]) for label in blends["label"]]
