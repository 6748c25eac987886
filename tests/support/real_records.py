"""Projects of records that real organisations published, as they published them: `../shared/data/real`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import yaml

REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
ERIC = REAL / "nhs_eric" / "HospitalEstatesAndFacilitiesStatistics_{}.XLS"
COLUMNS = {2015: ("11120", "Electricity consumed - utility (kWh)", "Gas consumed - utility (kWh)"),
           2016: ("12611", "Electricity consumed (kWh)", "Gas consumed (kWh)")}
EVERY, TRUSTS = 9, 26
"""Of the trusts of both years, by their codes: each ninth, and 26 of them."""
BUILDINGS = ("b25", "b27", "b36", "b64", "b109")
Tables = dict[str, pd.DataFrame]


def trusts() -> Iterator[tuple[str, dict[int, Tables]]]:
    """Hospital trusts of two years from April: a row a site and carrier."""
    sheets = {year: _sites(year) for year in COLUMNS}
    both = sorted({*sheets[2015]["trust"]} & {*sheets[2016]["trust"]})
    for trust in both[::EVERY][:TRUSTS]:
        yield trust.lower(), {year: {"energy": _bills(sheet[sheet["trust"] == trust], year)}
                              for year, sheet in sheets.items()}


def _sites(year: int) -> pd.DataFrame:
    book, power, gas = COLUMNS[year]
    sheet = pd.read_excel(str(ERIC).format(book), sheet_name="Site Data", header=1, engine="calamine")
    trust, code = sheet["Organisation Code"].astype(str), sheet["Site Code"]
    sheet = sheet[code.notna() & ~trust.str.contains("Result|Grand|Total") & ~code.astype(str).str.contains("Result")]
    return pd.DataFrame({"trust": sheet["Organisation Code"].astype(str), "site": sheet["Site Name"].str.strip(), **{
        carrier: pd.to_numeric(sheet[column], errors="coerce").fillna(0.0)
        for carrier, column in (("electricity", power), ("natural_gas", gas))}})


def _bills(sheet: pd.DataFrame, year: int) -> pd.DataFrame:
    long = sheet.melt(["trust", "site"], var_name="carrier", value_name="quantity")
    long = long[long["quantity"] > 0].drop(columns="trust")
    return long.assign(unit=long["carrier"].map({"electricity": "kWh", "natural_gas": "kWh_HHV"}), country="GB",
                       period_start=f"{year - 1}-04-01", period_end=f"{year}-03-31")


def buildings() -> Iterator[tuple[str, dict[int, Tables]]]:
    """Five buildings of a university in two years: the hours of a month are its bill."""
    made: dict[int, Tables] = {}
    for year in (2018, 2019):
        rows = []
        for name in BUILDINGS:
            for folder, carrier in (("electricity", "electricity"), ("gas", "natural_gas")):
                path = REAL / "cambridge_estates_meters" / f"UCam_Building_{name}" / folder / f"{year}.csv"
                hours = pd.read_csv(path)
                months = hours.iloc[:, 1].groupby(hours["datetime"].str[:7]).sum()
                rows += [{"site": name, "country": "GB", "carrier": carrier, "quantity": round(kwh, 1),
                          "unit": "kWh" if carrier == "electricity" else "kWh_HHV", "period_start": f"{month}-01",
                          "period_end": str(pd.Period(month).end_time.date())} for month, kwh in months.items()]
        made[year] = {"energy": pd.DataFrame(rows)}
    yield "cambridge", made


def project_of(root: Path, company: str, years: dict[int, Tables], *, starts: str = "01-01") -> None:
    """Write a project of one company with these files, and params that state its sites."""
    sites = sorted({name for files in years.values() for table in files.values() for name in table["site"]})
    params = {
        "company": company, "name": {"en": company}, "country": "GB", "currency": "GBP", "language": "en",
        "reporting_year_starts": starts, "consolidation": "operational_control", "base_year": min(years),
        "sites": dict.fromkeys(sites, "GB"), "gwp": "AR5GWP100", "fx": "year_mean", "scope2_headline": "location-based",
        "allow_mixed_gwp": ["ademe", "ember", "eea", "desnz", "sdes"],
        "factors": {"release": "2026.2", "regions": {"GB": ["GB", "GLO"], "other": ["GB", "GLO"]},
                    "vintage": {"later": "allow", "max_gap": 5}, "price_basis": "as_is", "deflator": "none",
                    "life_cycle_grid": [], "prefer": ["ember", "desnz", "ademe", "sdes", "figaro_2026"]},
        "travel": {"flight_bands": "desnz", "non_co2": "as_published", "rail": {"other": "rail.national"},
                   "flight_detour_km": 0, "rail_detour": 1.2, "road_detour": 1.3},
        "files": [{"pattern": "energy.csv", "kind": "energy", "decimal": "."}]}
    (root / "params").mkdir(parents=True, exist_ok=True)
    (root / "params" / "runs.yml").write_text(
        f"notebook: notebooks/annual_report.ipynb\nruns:\n  - {{company: {company}, years: {sorted(years)}}}\n")
    (root / "params" / f"{company}.yml").write_text(yaml.safe_dump(params, sort_keys=False))
    for year, files in years.items():
        folder = root / "data" / "raw" / company / str(year)
        folder.mkdir(parents=True)
        for kind, table in files.items():
            table.to_csv(folder / f"{kind}.csv", index=False)
