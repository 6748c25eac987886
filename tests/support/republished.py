"""A company of two years whose factors are published again, whose grid gets cleaner and whose dollars get dearer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from carbon.accounting.company import inventory_of
from carbon.accounting.result import Inventory
from carbon.accounting.years.history import Inventories, history_of
from carbon.core import schemas
from carbon.factors.library import SOURCES, Library
from carbon.params.files.project import Project
from carbon.records.files.company import read_company

COMPANY = "repub"
PARAMS = """
company: repub
name: {en: Repub, fr: Repub}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: []
fx: transaction_date
scope2_headline: location-based
factors:
  release: hand
  regions: {FR: [FR], GB: [GB], DE: [DE]}
  vintage: {later: allow, max_gap: 5}
  price_basis: as_is
  deflator: none
  prefer: [ember_owid_2026]
travel:
  flight_bands: ademe
  non_co2: as_published
  rail: {FR: rail.tgv, other: rail.national}
  flight_detour_km: 95
  rail_detour: 1.2
  road_detour: 1.3
sites: {lyon: FR, london: GB, berlin: DE}
files:
  - {pattern: energy.csv, kind: energy}
  - {pattern: purchases.csv, kind: purchases}
  - {pattern: things.csv, kind: activities}
rules:
  - {id: software, when: {category: [software]}, activity: purchase.nace.J62_63, scope: "3", category: 1}
  - {id: hosting, when: {category: [hosting]}, activity: purchase.hosting, scope: "3", category: 1}
"""
RUNS = "notebook: notebooks/annual_report.ipynb\nruns: [{company: repub, years: [2024, 2025]}]\n"


def factor(name: str, activity: str, unit: str, kg: float, source: str, year: int, **more: object) -> dict[str, object]:
    """One factor of a publication, valid in one year."""
    return {
        "factor_id": name, "element_id": name, "activity": activity, "label": name, "part": "total", "region": "FR",
        "valid_from": year, "valid_to": year, "unit": unit, "co2e_kg": kg, "gwp_set": "AR5GWP100", "co2_kg": np.nan,
        "ch4_fossil_kg": np.nan, "ch4_nonfossil_kg": np.nan, "n2o_kg": np.nan, "composition": "",
        "biogenic_co2_kg": 0.0, "uncertainty_pct": np.nan, "price_year": 0, "price_basis": "", "life_cycle": False,
        "kyoto": True, "source_id": source, "edition": "1", "page": "p. 1", "licence": "", "verification": "test",
        "notes": "", **more}


FACTORS = [
    factor("flight-24", "flight.average", "passenger.km", 0.20, "desnz_2024", 2024),
    factor("flight-25", "flight.average", "passenger.km", 0.18, "desnz_2025", 2025),
    # Only the later edition has it.
    factor("ferry-25", "ferry.foot", "passenger.km", 0.05, "desnz_2025", 2025),
    # Two reference years of one publication.
    factor("fr-24", "electricity", "kWh", 0.05, "ember_owid_2026", 2024, part="combustion"),
    factor("fr-25", "electricity", "kWh", 0.04, "ember_owid_2026", 2025, part="combustion"),
    # An older edition, and a newer one with its own figure of the earlier year.
    factor("de-24-old", "electricity", "kWh", 0.40, "ember_owid_2025", 2024, part="combustion", region="DE"),
    factor("de-25", "electricity", "kWh", 0.30, "ember_owid_2026", 2025, part="combustion", region="DE"),
    # One figure a year, and a change of method in 2026.
    *(factor(f"gb-{y}", "electricity", "kWh", kg, f"desnz_{y}", y, part="combustion", region="GB")
      for y, kg in ((2024, 0.20), (2025, 0.18), (2026, 0.13))),
    factor("nace", "purchase.nace.J62_63", "EUR", 0.10, "ademe_1", 2018, valid_to=9999, price_year=2024,
           price_basis="purchaser"),
    factor("host-24", "purchase.hosting", "EUR", 0.50, "company_repub", 2024, price_year=2024,
           price_basis="purchaser"),
    factor("host-25", "purchase.hosting", "EUR", 0.45, "company_repub", 2025, price_year=2025,
           price_basis="purchaser"),
]
RE_ESTIMATED = factor("de-24", "electricity", "kWh", 0.35, "ember_owid_2026", 2024, part="combustion", region="DE")


def library(*more: dict[str, object], without: tuple[str, ...] = ()) -> Library:
    """The factors above, and more, as a library; hosting is the company's own."""
    table = pd.DataFrame([f for f in [*FACTORS, *more] if f["factor_id"] not in without])
    own = table["source_id"] == "company_repub"
    table = schemas.FACTORS.validate(pd.concat([table[[c]].copy() for c in table], axis=1))
    names = sorted(set(table.loc[~own, "source_id"]))
    sources = pd.DataFrame([{**dict.fromkeys(SOURCES.columns, ""), "source_id": s, "title": f"Title of {s}"}
                            for s in names])
    base = Library("hand", table[~own].reset_index(drop=True), SOURCES.validate(sources.astype("str")))
    return base.with_overrides(table[own].reset_index(drop=True))


def year(
    root: Path, number: int, *, things: dict[str, float] | None = None, kwh: dict[str, float] | None = None,
    dollars: float = 0.0, hosting: float = 0.0, books: Library | None = None, params: str = "",
) -> Inventory:
    """The inventory of one year: activities with their quantity, kWh by site, software in dollars, hosting in euros."""
    raw = root / "data" / "raw" / COMPANY / str(number)
    for folder in (raw, root / "params"):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "params" / "runs.yml").write_text(RUNS)
    (root / "params" / f"{COMPANY}.yml").write_text(PARAMS + params)
    lines = [f"{number}-01-01,{number}-12-31,{name},{quantity},passenger.km,3,6,physical average"
             for name, quantity in (things or {}).items()]
    _write(raw / "things.csv", "period_start,period_end,activity,quantity,unit,scope,category,method", lines)
    lines = [f"{site},electricity,{number}-01-01,{number}-12-31,{q},kWh" for site, q in (kwh or {}).items()]
    _write(raw / "energy.csv", "site,carrier,period_start,period_end,quantity,unit", lines)
    lines = [f"{number}-{month:02d}-03,Alpha,software,{dollars / 2},USD" for month in (3, 9) if dollars]
    lines += [f"{number}-06-03,Beta,hosting,{hosting},EUR"] if hosting else []
    _write(raw / "purchases.csv", "date,supplier,category,amount,currency", lines)
    return read(root, number, books or library())


def read(root: Path, number: int, books: Library) -> Inventory:
    """The inventory of the files that are there."""
    return inventory_of(read_company(COMPANY, number, project=Project(root)), books)


def _write(path: Path, heading: str, lines: list[str]) -> None:
    path.unlink(missing_ok=True)
    if lines:
        path.write_text("\n".join([heading, *lines, ""]))


def history(*years: Inventory) -> Inventories:
    """The history of these years."""
    return history_of(COMPANY, {inv.year: inv for inv in years}, years[0].reported)
