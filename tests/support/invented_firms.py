"""Three invented firms of other countries and trades, with plain files that differ from year to year, from fixed seeds.

A cork factory in Portugal, a nursery of plants in the Netherlands without accounts, and a maker of games in Japan whose
amounts have no cents and whose energy has no money.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd

Row = dict[str, object]
Tables = dict[str, pd.DataFrame]
Spec = dict[str, tuple[str, int, float]]

BOUGHT: dict[str, Spec] = {
    "cork": {"3101": ("A02", 30, 9000.0), "6221": ("C33", 14, 2600.0), "6232": ("C20", 18, 3100.0),
             "6263": ("K65", 12, 1500.0), "6258": ("H49", 40, 900.0), "4331": ("C28", 3, 21000.0)},
    "nursery": {"substrate": ("C20", 26, 6100.0), "seedlings": ("A01", 36, 9800.0), "pots": ("C22", 24, 3900.0),
                "temporary staff": ("N78", 12, 17000.0), "auction": ("G46", 48, 2100.0)},
    "games": {"cloud": ("J62_63", 12, 2_900_000.0), "advertising": ("M73", 22, 2_400_000.0),
              "office rent": ("L", 12, 3_600_000.0), "voices": ("J59_60", 16, 900_000.0),
              "workstations": ("C26", 6, 1_700_000.0), "law": ("M69_70", 9, 800_000.0)}}
"""Account or category -> its activity, rows a year, size of one."""
PLACE = {"cork": ("PT", "EUR", 54), "nursery": ("NL", "EUR", 31), "games": ("JP", "JPY", 72)}
SITES = {"cork": "{fabrica: PT, armazem: PT}", "nursery": "{kas: {country: NL, area_m2: 21000}, loods: NL}",
         "games": "{tokyo: {country: JP, area_m2: 1900}}"}
KINDS = ("energy", "fuel", "purchases", "travel", "commuting", "water", "waste", "freight", "refrigerants",
         "homeworking", "equipment")
YEARS = (2021, 2022, 2023)
"""Years before that of the errors, 2024."""


def _month(year: int, month: int) -> Row:
    return {"period_start": f"{year}-{month:02d}-01",
            "period_end": f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"}


def _meter(rnd: random.Random, year: int, site: str, country: str, carrier: str, unit: str, size: float, *,
           winter: float = 0.1, name: str, price: float = 0.0, currency: str = "") -> list[Row]:
    rows: list[Row] = []
    for month in range(1, 13):
        amount = size * (1 + winter * (abs(month - 7) - 3) / 3) * rnd.uniform(0.92, 1.08)
        money = round(amount * price * rnd.uniform(0.96, 1.04), 2) if price else ""
        rows.append({**_month(year, month), "site": site, "country": country, "carrier": carrier,
                     "quantity": round(amount, 1), "unit": unit, "meter": name, "amount": money,
                     "currency": currency if price else ""})
    return rows


def _day(rnd: random.Random, year: int) -> str:
    return f"{year}-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}"


def _bought(rnd: random.Random, year: int, firm: str, vat: float, cents: int) -> list[Row]:
    country, currency, _ = PLACE[firm]
    rows: list[Row] = []
    for name, (_, number, size) in BOUGHT[firm].items():
        for i in range(number):
            amount = round(size * rnd.uniform(0.6, 1.5), cents)
            month = i % 12 + 1 if number % 12 == 0 else rnd.randint(1, 12)
            rows.append({"date": f"{year}-{month:02d}-{rnd.randint(1, 28):02d}", "supplier": f"V{i % 4} {name}",
                         "category": name, "amount": amount, "currency": currency, "description": "invoice",
                         "account": name if firm == "cork" else "", "vat": round(amount * vat, 2) if vat else "",
                         "invoice": f"{name}/{i}", "country": country})
    return rows


def _ways(year: int, firm: str, site: str, *ways: tuple[str, int, float, int]) -> list[Row]:
    country, _, people = PLACE[firm]
    return [{"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "site": site, "country": country,
             "group": "all", "headcount": people + year - 2022, "answers": answers, "mode": mode, "distance": km,
             "distance_unit": "km", "days": days} for mode, answers, km, days in ways]


def _trip(rnd: random.Random, year: int, mode: str, **more: object) -> Row:
    return {"date": _day(rnd, year), "mode": mode, "origin": "", "destination": "", "distance": "",
            "distance_unit": "", "cabin_class": "", "trips": 1, "passengers": 1, "return": "no", "country": "",
            "fuel": "", "nights": "", **more}


def _cork(rnd: random.Random, year: int) -> dict[str, list[Row]]:
    energy = [*_meter(rnd, year, "fabrica", "PT", "electricity", "kWh", 21_000, name="e1", price=0.13, currency="EUR"),
              *_meter(rnd, year, "armazem", "PT", "electricity", "kWh", 1900, name="e2", price=0.14, currency="EUR"),
              *_meter(rnd, year, "fabrica", "PT", "natural_gas", "m3", 2400, name="g1", winter=0.3)]
    diesel = _meter(rnd, year, "fabrica", "PT", "diesel", "L", 900, name="forklift", price=1.45, currency="EUR")
    waste = [{**_month(year, month), "site": "fabrica", "country": "PT", "material": "household_residual_waste",
              "treatment": "combustion", "quantity": round(2.6 * rnd.uniform(0.7, 1.3), 2), "unit": "t"}
             for month in range(1, 13)]
    freight = [{"date": _day(rnd, year), "site": "fabrica", "country": "PT", "mode": "hgv", "direction": "outbound",
                "mass": round(rnd.uniform(2, 20), 2), "mass_unit": "t", "distance": rnd.randint(60, 900),
                "distance_unit": "km", "supplier": "F"} for _ in range(70)]
    gas = [{**_month(year, 5), "site": "fabrica", "country": "PT", "gas": "R-410A",
            "quantity": round(3.5 * rnd.uniform(0.7, 1.4), 2), "unit": "kg"}]
    return {"energy": energy, "fuel": diesel, "waste": waste, "freight": freight, "refrigerants": gas,
            "purchases": _bought(rnd, year, "cork", 0.23, 2),
            "commuting": _ways(year, "cork", "fabrica", ("car", 26, 13, 225), ("bus", 11, 9, 225))}


def _nursery(rnd: random.Random, year: int) -> dict[str, list[Row]]:
    energy = [*_meter(rnd, year, "kas", "NL", "natural_gas", "m3", 19_000, name="g1", winter=0.8),
              *_meter(rnd, year, "kas", "NL", "electricity", "kWh", 34_000, name="e1", winter=0.4, price=0.17,
                      currency="EUR"),
              *_meter(rnd, year, "loods", "NL", "electricity", "kWh", 2600, name="e2")]
    water = [{**_month(year, month), "site": "kas", "country": "NL", "service": "supply",
              "quantity": round(700 * rnd.uniform(0.8, 1.2), 1), "unit": "m3"} for month in range(1, 13)]
    cars = [_trip(rnd, year, "car", distance=rnd.randint(15, 260), distance_unit="km", country="NL", fuel="petrol")
            for _ in range(150)]
    return {"energy": energy, "water": water, "travel": cars, "purchases": _bought(rnd, year, "nursery", 0.0, 2),
            "commuting": _ways(year, "nursery", "kas", ("car", 12, 11, 220), ("bicycle", 9, 4, 220))}


def _games(rnd: random.Random, year: int) -> dict[str, list[Row]]:
    energy = _meter(rnd, year, "tokyo", "JP", "electricity", "kWh", 16_000, name="d1", winter=-0.1)
    trips: list[Row] = []
    for i in range(100):
        if i % 3:
            trips.append(_trip(rnd, year, "air", origin="HND", destination=rnd.choice(["FUK", "CTS", "ICN", "LAX"]),
                               cabin_class=rnd.choice(["economy", "economy", "business"]), **{"return": "yes"}))
        else:
            trips.append(_trip(rnd, year, "hotel", nights=rnd.randint(1, 4), country="JP"))
    home = [{"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "site": "tokyo", "country": "JP",
             "group": "all", "people": 50 + year - 2022, "days": 120, "hours": 8}]
    bought = [{"date": _day(rnd, year), "site": "tokyo", "country": "JP", "item": "laptop",
               "quantity": rnd.randint(3, 7), "unit": "unit", "second_hand": "no", "supplier": "V"} for _ in range(4)]
    return {"energy": energy, "travel": trips, "homeworking": home, "equipment": bought,
            "purchases": _bought(rnd, year, "games", 0.0, 0),
            "commuting": _ways(year, "games", "tokyo", ("rail", 38, 19, 110), ("car", 6, 12, 110))}


MADE: dict[str, Callable[[random.Random, int], dict[str, list[Row]]]] = {
    "cork": _cork, "nursery": _nursery, "games": _games}


def tables(firm: str, year: int) -> Tables:
    """The files of a firm and year."""
    made = MADE[firm](random.Random(f"{firm} {year}"), year)
    return {kind: pd.DataFrame(rows) for kind, rows in made.items()}


def write(folder: Path, firm: str, year: int, files: Tables) -> None:
    """Write the firm's params and the files of a year; a file without rows is not written."""
    country, currency, people = PLACE[firm]
    rules = "".join(f'  - {{id: r{i}, when: {{category: ["{name}"]}}, activity: purchase.nace.{activity}, '
                    f'category: {2 if activity in ("C26", "C28") else 1}}}\n'
                    for i, (name, (activity, _, _)) in enumerate(BOUGHT[firm].items()))
    patterns = "".join(f'  - {{pattern: "{kind}*.csv", kind: {kind}, decimal: "."'
                       f'{", duplicates: keep" if kind in ("purchases", "travel") else ""}}}\n' for kind in KINDS)
    staff = ", ".join(f"{y}: {people + y - 2022}" for y in (*YEARS, 2024))
    (folder / "params").mkdir(parents=True, exist_ok=True)
    (folder / "params" / "runs.yml").write_text(
        f"notebook: notebooks/annual_report.ipynb\nruns:\n  - {{company: {firm}, years: [2024]}}\n")
    (folder / "params" / f"{firm}.yml").write_text(f"""
company: {firm}
name: {{en: {firm.title()}}}
country: {country}
currency: {currency}
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2022
sites: {SITES[firm]}
employees: {{{staff}}}
gwp: AR5GWP100
allow_mixed_gwp: [ademe, ember, eea, desnz, sdes]
fx: transaction_date
scope2_headline: location-based
factors:
  release: 2026.1
  regions: {{{country}: [{country}, FR, EU27, GB, GLO], other: [FR, EU27, GB, GLO]}}
  vintage: {{later: allow, max_gap: 5}}
  price_basis: as_is
  deflator: none
  life_cycle_grid: [FR]
  prefer: [ember, ademe_base_carbone, desnz, ademe, eea]
travel: {{flight_bands: desnz, non_co2: as_published, rail: {{FR: rail.tgv, other: rail.national}}, flight_detour_km: 0,
  rail_detour: 1.2, road_detour: 1.3}}
max_rejected_share: {{energy: {{rows: 0.1, amount: 0.1}}, purchases: {{rows: 0.1, amount: 0.1}}}}
rules:
{rules}files:
{patterns}""")
    raw = folder / "data" / "raw" / firm / str(year)
    raw.mkdir(parents=True)
    for kind, table in files.items():
        if len(table):
            table.to_csv(raw / f"{kind}.csv", index=False)
