"""US EPA: the Hub's twelve tables and the supply-chain factors, official and small files of the same layout."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from carbon.core.errors import FileRefused
from carbon.factors.sources import epa_hub, epa_supply_chain
from carbon.factors.sources.imported import Imported

OFFICIAL = Path(__file__).parents[4] / "shared" / "data"
HUB = "epa_hub/ghg-emission-factors-hub-{}.xlsx"
CHAIN = "epa_supply_chain/SupplyChainGHGEmissionFactors_{}"


def official(name: str) -> Path:
    path = OFFICIAL / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


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


CHAIN_HEAD = ('2017 NAICS Code,2017 NAICS Title,GHG,Unit,Supply Chain Emission Factors without Margins,'
              'Margins of Supply Chain Emission Factors,Supply Chain Emission Factors with Margins,'
              'Reference USEEIO Code\n')


def chain(path: Path, *lines: str) -> Imported:
    path.write_text(CHAIN_HEAD + "\n".join(lines) + "\n")
    return epa_supply_chain.import_supply_chain(path)


def test_supply_chain_takes_the_figure_with_margins(tmp_path: Path):
    """Purchaser price, US dollars of the version's year."""
    read = chain(tmp_path / "c.csv", '111110,Soy,All GHGs,"kg CO2e/2022 USD, purchaser price",0.488,0.044,0.532,1111A0')
    row = read.table.iloc[0]
    assert (row["co2e_kg"], row["unit"], row["price_year"], row["price_basis"]) == (0.532, "USD", 2022, "purchaser")


def test_supply_chain_by_gas_is_weighted_by_gwp(tmp_path: Path):
    """0.1 kg CO2 + 0.001 kg CH4 x 28 + 0.01 kg CO2e of unnamed gases = 0.138 kg CO2e."""
    read = chain(tmp_path / "g.csv", '1,A,Carbon dioxide,"kg/2022 USD, purchaser price",0,0,0.1,x',
                 '1,A,Methane,"kg/2022 USD, purchaser price",0,0,0.001,x',
                 '1,A,"HFCs and PFCs, unspecified","kg CO2e/2022 USD, purchaser price",0,0,0.01,x')
    assert read.table["co2e_kg"].item() == pytest.approx(0.138) and read.kept == 3


def test_an_unknown_dollar_year_is_refused(tmp_path: Path):
    """Versions are never guessed."""
    with pytest.raises(FileRefused, match="known version"):
        chain(tmp_path / "y.csv", '1,A,All GHGs,"kg CO2e/2019 USD, purchaser price",0,0,1,x')


@pytest.mark.official
@pytest.mark.parametrize("year, rows", [(2025, 851), (2024, 759)])
def test_official_hub_is_accounted_for(year: int, rows: int):
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
def test_official_blends_agree_with_their_printed_gwp():
    """Composition x AR5 GWP rounds to the printed Kyoto GWP of table 12, read by another library."""
    path = official(HUB.format(2025))
    sheet = load_workbook(path, data_only=True)["Emission Factors Hub"]
    printed = {f"{r[2].value} leakage": r[3].value for r in sheet.iter_rows(min_row=561, max_row=590)}
    blends = epa_hub.import_hub(path).table
    blends = blends[blends["label"].isin(printed) & blends["kyoto"]]
    assert len(blends) > 10
    assert blends["co2e_kg"].round().tolist() == [round(printed[label]) for label in blends["label"]]


@pytest.mark.official
def test_official_supply_chain_by_gas_agrees_with_co2e():
    """1,016 sectors by gas x AR5 GWP agree with the CO2e file of the same version, which is printed to 0.001."""
    one = epa_supply_chain.import_supply_chain(official(CHAIN.format("v1.3.0_NAICS_CO2e_USD2022.csv")))
    two = epa_supply_chain.import_supply_chain(official(CHAIN.format("v1.3.0_NAICS_byGHG_USD2022.csv.gz")))
    assert (one.read, two.read, len(one.table)) == (1016, 18288, 1016)
    both = one.table.set_index("factor_id")["co2e_kg"], two.table.set_index("factor_id")["co2e_kg"]
    gap = (both[0] - both[1].reindex(both[0].index)).abs()
    assert gap.le(0.0015 + 0.01 * both[0]).all()


@pytest.mark.official
def test_official_versions_stay_apart():
    """v1.2 is in dollars of 2021, v1.3 of 2022: other ids, other price years."""
    old = epa_supply_chain.import_supply_chain(official(CHAIN.format("v1.2_NAICS_CO2e_USD2021.csv"))).table
    assert set(old["price_year"]) == {2021} and set(old["source_id"]) == {"epa_supply_chain_1_2"}
    # Line 2 of the file: 562212, Solid Waste Landfill, 10.989 with margins.
    assert old.set_index("activity").loc["purchase.naics.562212", "co2e_kg"] == 10.989
