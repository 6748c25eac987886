"""An invented bakery of three years: plain files that differ from year to year as real ones do, from a fixed seed."""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd

Change = Callable[[pd.DataFrame], pd.DataFrame]
KINDS = ("energy", "purchases", "travel", "commuting", "water")
ACCOUNTS = {"6011": ("C10T12", 30, 9000.0), "6132": ("L", 12, 4000.0), "6226": ("M69_70", 14, 2500.0),
            "6183": ("J62_63", 30, 800.0), "2154": ("C28", 3, 9000.0)}
RULES = "\n".join(f'  - {{id: a{a}, when: {{account: ["{a}"]}}, activity: purchase.nace.{code}, '
                  f'category: {2 if a[0] == "2" else 1}}}' for a, (code, _, _) in ACCOUNTS.items())
FILES = "\n".join(f'  - {{pattern: "{kind}*.csv", kind: {kind}, decimal: "."'
                  f'{", duplicates: keep" if kind in ("purchases", "travel") else ""}}}' for kind in KINDS)
PARAMS = f"""
company: bakery
name: {{en: Bakery}}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2022
sites: {{oven: FR, shop: FR}}
employees: {{2022: 40, 2023: 41, 2024: 42}}
gwp: AR5GWP100
allow_mixed_gwp: [ademe, ember, eea, desnz, sdes]
fx: transaction_date
scope2_headline: location-based
factors:
  release: 2026.1
  regions: {{FR: [FR, EU27, GB, GLO], other: [FR, EU27, GB, GLO]}}
  vintage: {{later: allow, max_gap: 5}}
  price_basis: as_is
  deflator: none
  life_cycle_grid: [FR]
  prefer: [ember, ademe_base_carbone, desnz, ademe, eea]
travel: {{flight_bands: desnz, non_co2: as_published, rail: {{FR: rail.tgv, other: rail.national}}, flight_detour_km: 0,
  rail_detour: 1.2, road_detour: 1.3}}
max_rejected_share: {{energy: {{rows: 0.1, amount: 0.1}}, purchases: {{rows: 0.1, amount: 0.1}}}}
rules:
{RULES}
files:
{FILES}
"""


def tables(year: int) -> dict[str, pd.DataFrame]:
    """The files of one year."""
    rnd = random.Random(year)
    return {"energy": _energy(rnd, year), "purchases": _purchases(rnd, year), "travel": _travel(rnd, year),
            "commuting": _commuting(year), "water": _water(rnd, year)}


def write(folder: Path, year: int, of_year: dict[str, pd.DataFrame]) -> None:
    """Write the company's params and the files of a year."""
    (folder / "params").mkdir(parents=True, exist_ok=True)
    (folder / "params" / "bakery.yml").write_text(PARAMS)
    (folder / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns:\n  - {company: bakery, years: [2024]}\n")
    raw = folder / "data" / "raw" / "bakery" / str(year)
    raw.mkdir(parents=True)
    for kind, table in of_year.items():
        table.to_csv(raw / f"{kind}.csv", index=False)


def _month(year: int, month: int) -> dict[str, str]:
    last = calendar.monthrange(year, month)[1]
    return {"period_start": f"{year}-{month:02d}-01", "period_end": f"{year}-{month:02d}-{last}"}


def _energy(rnd: random.Random, year: int) -> pd.DataFrame:
    rows = []
    for site in ("oven", "shop"):
        for carrier, unit, size, price in (("electricity", "kWh", 8000, 0.2), ("natural_gas", "kWh_HHV", 20_000, 0.08)):
            for month in range(1, 13):
                season = 1 + (0.5 if carrier == "natural_gas" else 0.1) * (abs(month - 7) - 3) / 3
                kwh = size * season * rnd.uniform(0.9, 1.1)
                rows.append({**_month(year, month), "site": site, "country": "FR", "carrier": carrier,
                             "quantity": round(kwh, 1), "unit": unit, "meter": f"{carrier[0]}-{site}",
                             "amount": round(kwh * price * rnd.uniform(0.97, 1.03), 2), "currency": "EUR"})
    return pd.DataFrame(rows)


def _purchases(rnd: random.Random, year: int) -> pd.DataFrame:
    rows = []
    for account, (_, number, size) in ACCOUNTS.items():
        for i in range(number):
            month = i % 12 + 1 if number == 12 else rnd.randint(1, 12)
            amount = round(size * rnd.uniform(0.6, 1.4), 2)
            rows.append({"date": f"{year}-{month:02d}-{rnd.randint(1, 28):02d}", "supplier": f"S{i % 5} {account}",
                         "category": account, "amount": amount, "currency": "EUR", "description": "as ordered",
                         "account": account, "vat": round(amount * 0.2, 2), "invoice": f"{account}-{i}"})
    return pd.DataFrame(rows)


def _travel(rnd: random.Random, year: int) -> pd.DataFrame:
    rows = []
    for i in range(120):
        row = {"date": f"{year}-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}", "mode": "car", "origin": "",
               "destination": "", "distance": rnd.randint(100, 900), "distance_unit": "km", "cabin_class": "",
               "trips": 1, "passengers": 1, "return": "no", "country": "FR", "fuel": "diesel"}
        if i % 3 == 0:
            row |= {"mode": "air", "origin": "CDG", "destination": rnd.choice(["MAD", "FCO", "JFK"]), "distance": "",
                    "distance_unit": "", "cabin_class": "economy", "return": "yes", "fuel": ""}
        rows.append(row)
    return pd.DataFrame(rows)


def _commuting(year: int) -> pd.DataFrame:
    return pd.DataFrame([
        {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "site": "oven", "country": "FR",
         "group": "all", "headcount": 40 + year - 2022, "answers": answers, "mode": mode, "distance": km,
         "distance_unit": "km", "days": 210} for mode, answers, km in (("car", 24, 14), ("bus", 12, 7))])


def _water(rnd: random.Random, year: int) -> pd.DataFrame:
    return pd.DataFrame([{**_month(year, month), "site": "oven", "country": "FR", "service": "supply",
                          "quantity": round(60 * rnd.uniform(0.9, 1.1), 1), "unit": "m3"} for month in range(1, 13)])
