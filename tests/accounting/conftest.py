"""Small emission, activity and ledger tables; a company of a dozen records whose inventory is worked by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import rows_of_spend

from carbon.accounting.company import inventory, inventory_of
from carbon.core import schemas
from carbon.factors.library import SOURCES, Library
from carbon.params.files.project import Project
from carbon.records.files.company import read_company

EMISSION = {
    "record_id": "2024/f.csv:2", "source_file": "data/raw/c/2024/f.csv", "source_line": 2, "company": "c", "year": 2024,
    "activity": "diesel", "part": "combustion", "scope": "1", "category": 0, "scope2_method": "", "factor_id": "f",
    "source_id": "s", "quantity": 1.0, "unit": "L", "kg_per_unit": 1.0, "co2_kg": np.nan, "ch4_kg": np.nan,
    "n2o_kg": np.nan, "co2e_kg": 1.0, "biogenic_co2_kg": 0.0, "tier": "measured", "quality": "", "reason": "exact",
    "gwp_used": "AR5GWP100", "kyoto": True, "kind": "energy", "site": "", "supplier": "", "group": "", "region": "FR",
}
LEDGER = {
    "record_id": "r", "kind": "purchases", "source_file": "f.csv", "source_sheet": "", "source_line": 2,
    "outcome": "inventoried", "stage": "", "code": "", "reason": "", "what_to_do": "", "column": "", "value": "",
    "amount": 1.0, "unit": "EUR", "counts_row": True,
}


def _table(schema, defaults, rows, key):
    if not rows:
        return schema.empty()
    return schema.validate(pd.DataFrame([{**({key: f"{key}{i}"} if key else {}), **defaults, **row}
                                         for i, row in enumerate(rows)]))


@pytest.fixture
def make_emissions():
    return lambda *rows: _table(schemas.EMISSIONS, EMISSION, rows, "activity_id")


@pytest.fixture
def make_ledger():
    return lambda *rows: _table(schemas.LEDGER, LEDGER, rows, "")


PARAMS = """
company: hand
name: {en: Hand, fr: Main}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: [hotel_night]
fx: transaction_date
scope2_headline: market-based
factors:
  release: hand
  regions: {FR: [FR]}
  vintage: {later: refuse, max_gap: 0}
  price_basis: as_is
  deflator: none
travel:
  flight_bands: ademe
  non_co2: as_published
  rail: {FR: rail.tgv, other: rail.national}
  flight_detour_km: 95
  rail_detour: 1.2
  road_detour: 1.3
sites: {lyon: FR}
files:
  - {pattern: energy.csv, kind: energy}
  - {pattern: purchases.csv, kind: purchases}
  - {pattern: travel.csv, kind: travel}
rules:
  - {id: software, when: {category: [software]}, activity: purchase.nace.J62_63, scope: "3", category: 1}
  - {id: cables, when: {category: [cables]}, activity: unobtainium, scope: "3", category: 1}
  - {id: rent, when: {category: [rent]}, exclude: rent, reason: the building's energy is metered}
instruments:
  - {id: GO-1, kind: certificate, region: FR, start: 2024-01-01, end: 2024-12-31, kg_per_kwh: 0, volume_kwh: 300,
     sites: [lyon], evidence: cancelled for the test, rate_basis: direct, registry: test, cancelled_for: hand,
     certificate_numbers: [T-001..T-300], cancelled_on: 2025-03-01, generated_from: 2024-01-01,
     generated_to: 2024-12-31}
categories:
  5: {status: excluded, reason: not weighed}
max_rejected_share:
  purchases: {rows: 0.25, amount: 0.05}
"""
RUNS = "notebook: notebooks/annual_report.ipynb\nruns: [{company: hand, years: [2024]}]\n"
ENERGY = """site,carrier,period_start,period_end,quantity,unit
lyon,electricity,2024-01-01,2024-06-30,600,kWh
lyon,electricity,2024-07-01,2024-12-31,400,kWh
lyon,natural_gas,2024-01-01,2024-12-31,2000,kWh_HHV
lyon,diesel,2024-01-01,2024-12-31,100,L
"""
PURCHASES = """date,supplier,category,amount,currency
2024-02-01,Alpha,software,1000.10,EUR
2024-03-01,Alpha,software,-200.10,EUR
2024-04-01,Beta,software,500.00,EUR
2024-05-01,Gamma,rent,3000.00,EUR
2024-06-01,Delta,cables,20.00,EUR
"""
TRAVEL = """date,mode,origin,destination,distance,distance_unit,cabin_class,passengers,trips,return,nights,country
2024-02-01,rail,Lyon,Paris,400,km,,1,1,yes,,FR
2024-03-01,air,LYS,MAD,500,km,,2,1,no,,FR
2024-03-02,hotel,,,,,,1,1,no,3,FR
"""


def factor(activity, unit, part, kg, **more):
    name = f"{activity}.{part}"
    return {
        "factor_id": name, "element_id": activity, "activity": activity, "label": name, "part": part, "region": "FR",
        "valid_from": 2024, "valid_to": 2024, "unit": unit, "co2e_kg": kg, "gwp_set": "AR5GWP100", "co2_kg": np.nan,
        "ch4_fossil_kg": np.nan, "ch4_nonfossil_kg": np.nan, "n2o_kg": np.nan, "composition": "",
        "biogenic_co2_kg": 0.0, "uncertainty_pct": np.nan, "price_year": 0, "price_basis": "", "life_cycle": False,
        "kyoto": True, "source_id": "hand", "edition": "1", "page": "p. 1", "licence": "", "verification": "test",
        "notes": "", **more}


FACTORS = [
    factor("electricity", "kWh", "combustion", 0.05), factor("electricity", "kWh", "losses", 0.004),
    factor("electricity", "kWh", "upstream", 0.01), factor("electricity.residual", "kWh", "total", 0.08),
    factor("natural_gas", "kWh_HHV", "combustion", 0.18), factor("natural_gas", "kWh_HHV", "upstream", 0.03),
    factor("diesel", "L", "combustion", 2.5, biogenic_co2_kg=0.2), factor("diesel", "L", "upstream", 0.6),
    factor("rail.tgv", "passenger.km", "total", 0.003),
    factor("flight.under_1000km.average", "passenger.km", "combustion", 0.12),
    factor("flight.under_1000km.average", "passenger.km", "contrails", 0.08),
    factor("hotel_night", "room.night", "total", 6.0, gwp_set=""),  # as many publishers print it
    factor("purchase.nace.J62_63", "EUR", "total", 0.1, price_year=2024, price_basis="purchaser"),
    # Decoys: another year's and another country's factor must not be taken.
    factor("diesel", "L", "combustion", 9.9, factor_id="decoy-year", element_id="decoy-year", valid_from=2025,
           valid_to=2025),
    factor("electricity", "kWh", "combustion", 9.9, factor_id="decoy-region", element_id="decoy-region", region="DE",
           gwp_set="AR4GWP100", co2_kg=9.0, ch4_nonfossil_kg=0.01, n2o_kg=0.001),
]


def library():
    source = {"source_id": "hand", "title": "By hand", **dict.fromkeys(
        ["publisher", "edition", "licence", "date", "citation", "sha256", "verification"], "")}
    table = pd.DataFrame(FACTORS)
    table = schemas.FACTORS.validate(pd.concat([table[[c]].copy() for c in table], axis=1))
    return Library("hand", table, SOURCES.validate(pd.DataFrame([source])))


def write_project(root, *, energy=ENERGY, purchases=PURCHASES, travel=TRAVEL):
    raw = root / "data" / "raw" / "hand" / "2024"
    for folder in (raw, root / "params"):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "params" / "runs.yml").write_text(RUNS)
    (root / "params" / "hand.yml").write_text(PARAMS)
    for name, text in (("energy", energy), ("purchases", purchases), ("travel", travel)):
        (raw / f"{name}.csv").write_text(text)
    return Project(root)


def inventory_in(root, **tables):
    return inventory_of(read_company("hand", 2024, project=write_project(root, **tables)), library())


@pytest.fixture(scope="session")
def hand_company():
    """The files of the company, its library, and its inventory from files with other records."""
    return SimpleNamespace(energy=ENERGY, purchases=PURCHASES, travel=TRAVEL, library=library, write=write_project,
                           inventory=inventory_in)


@pytest.fixture(scope="session")
def hand(tmp_path_factory):
    return inventory_in(tmp_path_factory.mktemp("hand"))


@pytest.fixture(scope="session")
def petit_studio():
    """The inventory of an example company."""
    return inventory("petit-studio", 2024)


class Doubted(SimpleNamespace):
    """Like an inventory, an object of which other rooms keep what they asked for."""

    __hash__ = object.__hash__


@pytest.fixture
def make(make_emissions):
    """An inventory with just what the doubts are read from."""
    def made(*rows, currency=None, meters=(), fx=None, own=None, basis="transaction_date", stated=()):
        emissions = make_emissions(*rows)
        activities = emissions[["activity_id", "unit"]].assign(currency=currency or "")
        energy = pd.DataFrame(meters, columns=["record_id", "meter"])
        return Doubted(
            emissions=emissions, factors=rows_of_spend.FACTORS, activities=activities, records={"energy": energy},
            fx=fx, library=SimpleNamespace(overrides=own or {}, table=schemas.FACTORS.empty()),
            params=SimpleNamespace(currency="EUR", fx=basis, uncertainty=stated))
    return made
