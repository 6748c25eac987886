"""Projects of records that real organisations published, as they published them: `../shared/data/real`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import yaml

REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
ERIC = REAL / "nhs_eric" / "HospitalEstatesAndFacilitiesStatistics_{}.XLS"
COLUMNS = {2015: ("11120", *(f"{carrier} consumed - {of} (kWh)" for carrier, of in (
    ("Electricity", "utility"), ("Gas", "utility"), ("Electricity", "renewable"), ("Oil", "utility"))),
    "Water volume (including borehole) (m³)"),
    2016: ("12611", "Electricity consumed (kWh)", "Gas consumed (kWh)", "Electricity consumed - renewable (kWh)",
           "Oil consumed (kWh)", "Water volume (including borehole) (m³)")}
MORE = ("renewable", "gas_oil", "water")
EVERY_TRUST, FURTHER_TRUSTS = slice(0, 234, 9), slice(4, 200, 9)
"""Of the trusts of both years, by their codes: each ninth."""
BUILDINGS = ("b25", "b27", "b36", "b64", "b109")
COUNCIL = REAL / "oxford_city_council_spend"
PAYMENTS = ["body", "site", "category", "code", "date", "number", "amount", "type", "supplier_id", "supplier"]
"""Columns of the council's files, which have ten different headings for them."""
NO_PURCHASE = ("*Refund*", "Grants", "Creditors*", "Rent Allowance*", "*C.I.T*", "VAT*", "Precept*", "Parish*")
BOUGHT = {"F": ["*Contractor*", "*Maintenance*", "*Repairs*"], "C23": ["Materials"], "C19": ["Fuel*", "Petrol*"],
          "D35": ["Gas", "Electricity"], "L": ["*Rent*"], "M69_70": ["*"]}
"""NACE -> words of the council's categories; of all others business services."""
AIRPORTS = {
    "Baltimore": "BWI", "Tokyo": "NRT", "Copenhagen": "CPH", "Boston": "BOS", "Gothenburg": "GOT", "Vancouver": "YVR",
    "Nara": "KIX", "Oxford": "LHR", "St. Louis": "STL", "Savannah": "SAV", "Austin": "AUS", "Philadelphia": "PHL",
    "Rome": "FCO", "San Diego": "SAN", "Mumbai": "BOM", "St. Petersburg": "TPA", "Paris": "CDG", "Los Angeles": "LAX",
    "Dublin": "DUB", "Seattle": "SEA", "Edinburgh": "EDI", "Portland": "PDX", "Santa Barbara": "LAX",
    "Barcelona": "BCN", "Reno": "RNO", "Sparks": "RNO", "Tucson": "TUS", "Indianapolis": "IND", "Pittsburgh": "PIT",
    "Amsterdam": "AMS"}
KG_PER_KM = 0.25
"""What the conferences' footprints are divided by to have kilometres, there and back [kg CO2e]."""
Tables = dict[str, pd.DataFrame]


def trusts() -> Iterator[tuple[str, dict[int, Tables]]]:
    """Hospital trusts of two years from April: electricity and gas, a row a site and carrier."""
    for trust, sheets in _of_both_years(EVERY_TRUST):
        yield trust, {year: {"energy": _bills(sheet.drop(columns=[*MORE]), year)} for year, sheet in sheets.items()}


def further_trusts() -> Iterator[tuple[str, dict[int, Tables]]]:
    """Other trusts, with the renewable part of their electricity, oil, and water."""
    for trust, sheets in _of_both_years(FURTHER_TRUSTS):
        made: dict[int, Tables] = {}
        for year, sheet in sheets.items():
            bought = sheet.assign(electricity=sheet["electricity"] + sheet["renewable"])
            bills = _bills(bought.drop(columns=["renewable"]), year)
            is_water = bills["carrier"] == "water"
            water = bills[is_water].assign(unit="m3", service="supply").drop(columns="carrier")
            made[year] = {"energy": bills[~is_water], "water": water}
        yield trust, made


def _of_both_years(every: slice) -> Iterator[tuple[str, dict[int, pd.DataFrame]]]:
    sheets = {year: _sites(year) for year in COLUMNS}
    for trust in sorted({*sheets[2015]["trust"]} & {*sheets[2016]["trust"]})[every]:
        yield trust.lower(), {year: sheet[sheet["trust"] == trust] for year, sheet in sheets.items()}


def _sites(year: int) -> pd.DataFrame:
    book, *columns = COLUMNS[year]
    sheet = pd.read_excel(str(ERIC).format(book), sheet_name="Site Data", header=1, engine="calamine")
    trust, code = sheet["Organisation Code"].astype(str), sheet["Site Code"]
    sheet = sheet[code.notna() & ~trust.str.contains("Result|Grand|Total") & ~code.astype(str).str.contains("Result")]
    return pd.DataFrame({"trust": sheet["Organisation Code"].astype(str), "site": sheet["Site Name"].str.strip(), **{
        name: pd.to_numeric(sheet[column], errors="coerce").fillna(0.0)
        for name, column in zip(("electricity", "natural_gas", *MORE), columns, strict=True)}})


def _bills(sheet: pd.DataFrame, year: int) -> pd.DataFrame:
    long = sheet.melt(["trust", "site"], var_name="carrier", value_name="quantity")
    long = long[long["quantity"] > 0].drop(columns="trust")
    unit = long["carrier"].map(lambda carrier: "kWh" if carrier == "electricity" else "kWh_HHV")
    return long.assign(unit=unit, country="GB", period_start=f"{year - 1}-04-01", period_end=f"{year}-03-31")


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


def council() -> Iterator[tuple[str, dict[int, Tables]]]:
    """A city council's payments of three years; those of one quarter have its days, as their own are lost."""
    years: dict[int, Tables] = {}
    for year in (2014, 2015, 2016):
        quarters = []
        for path in sorted(COUNCIL.glob(f"*{year}.csv")):
            table = pd.read_csv(path, dtype=str, keep_default_na=False).set_axis(PAYMENTS, axis=1)
            first = pd.Timestamp(f"1 {path.stem.split('-')[-3]} {year}")
            days = pd.to_datetime(table["date"], format="%d/%m/%Y", errors="coerce").fillna(first)
            quarters.append(table.assign(date=days.dt.date.astype(str)))
        years[year] = {"purchases": pd.concat(quarters)[["date", "supplier", "category", "amount"]].assign(
            currency="GBP", country="GB")}
    yield "oxford", years


def conferences() -> Iterator[tuple[str, dict[int, Tables]]]:
    """Participants of four conferences by town, a flight there and back each, as long as its published footprint."""
    trips = pd.read_csv(REAL / "sigplan_conference_travel" / "trips_by_origin.csv", keep_default_na=False)
    held = pd.read_csv(REAL / "sigplan_conference_travel" / "footprint_confs.csv").set_index(["conf", "year"])
    for name, of in trips.groupby("conference"):
        yield str(name).lower(), {2000 + int(year): {"travel": pd.DataFrame({
            "date": f"{2000 + int(year)}-09-01", "mode": "air", "origin": rows["city"] + ", " + rows["country"],
            "destination": AIRPORTS[str(held.loc[(name, year), "location"])], "passengers": rows["participants"],
            "return": "yes", "distance": (rows["footprint_kg"] / rows["participants"] / KG_PER_KM / 2).round(0),
            "distance_unit": "km", "cabin_class": "economy", "trips": 1})} for year, rows in of.groupby("year")}


def project_of(root: Path, company: str, years: dict[int, Tables], *, starts: str = "01-01") -> None:
    """Write a project of one company with these files, and params that state its sites and what is bought."""
    sites = sorted({name for files in years.values() for table in files.values() for name in table.get("site", ())})
    rules: list[dict[str, object]] = [
        {"id": "none", "when": {"category": [*NO_PURCHASE]}, "exclude": "no purchase"},
        *({"id": name, "when": {"category": words}, "activity": f"purchase.nace.{name}", "category": 1}
          for name, words in BOUGHT.items())]
    params = {
        "company": company, "name": {"en": company}, "country": "GB", "currency": "GBP", "language": "en",
        "reporting_year_starts": starts, "consolidation": "operational_control", "base_year": min(years),
        "sites": dict.fromkeys(sites or ["all"], "GB"), "gwp": "AR5GWP100", "fx": "year_mean",
        "scope2_headline": "location-based",
        "allow_mixed_gwp": ["ademe", "ember", "eea", "desnz", "sdes"],
        "factors": {"release": "2026.2", "regions": {"GB": ["GB", "GLO"], "other": ["GB", "GLO"]},
                    "vintage": {"later": "allow", "max_gap": 10}, "price_basis": "as_is", "deflator": "none",
                    "life_cycle_grid": [], "prefer": ["ember", "desnz", "ademe", "sdes", "figaro_2026"]},
        "travel": {"flight_bands": "desnz", "non_co2": "as_published", "rail": {"other": "rail.national"},
                   "flight_detour_km": 0, "rail_detour": 1.2, "road_detour": 1.3},
        "rules": rules,
        "max_rejected_share": {"travel": {"rows": 0.9, "amount": 0.9}, "purchases": {"rows": 0.001, "amount": 0}},
        "files": [{"pattern": f"{kind}.csv", "kind": kind, "decimal": ".", "duplicates": "keep"}
                  for kind in next(iter(years.values()))]}
    (root / "params").mkdir(parents=True, exist_ok=True)
    (root / "params" / "runs.yml").write_text(
        f"notebook: notebooks/annual_report.ipynb\nruns:\n  - {{company: {company}, years: {sorted(years)}}}\n")
    (root / "params" / f"{company}.yml").write_text(yaml.safe_dump(params, sort_keys=False))
    for year, files in years.items():
        folder = root / "data" / "raw" / company / str(year)
        folder.mkdir(parents=True)
        for kind, table in files.items():
            table.to_csv(folder / f"{kind}.csv", index=False)
