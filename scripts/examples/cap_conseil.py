"""
cap-conseil: a consulting group of 900 in Paris, Madrid, Berlin and London.

A Parquet ledger of more than 60,000 lines a year in four currencies, an energy CSV, a travel agency's export.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from examples import draw, write

COMPANY = "cap-conseil"
GROWTH = {2022: 1.0, 2023: 1.05, 2024: 1.08, 2025: 1.12}
SITES = ("paris", "madrid", "berlin", "london")
COUNTRIES = ("FR", "ES", "DE", "GB")
SITE_SHARE = np.array([0.46, 0.18, 0.16, 0.20])
LINES = 60_800
TO_EUR = {"EUR": 1.0, "GBP": 1.16, "CHF": 1.02, "USD": 0.93}
"""Rough rates, to draw amounts of the right size only; the inventory uses the ECB's."""


class Spend(NamedTuple):
    """One ledger category: account, stem of its suppliers' names, share of the lines, million euros in 2022."""

    category: str
    account: str
    supplier: str
    lines: float
    meur: float


LEDGER = (
    Spend("Subcontracted consulting", "6110", "Freelance Example", 0.070, 14.0),
    Spend("IT services", "6120", "Sample Systems", 0.045, 4.2),
    Spend("Software subscriptions", "6130", "Invented Software", 0.060, 2.6),
    Spend("Cloud hosting", "6140", "Example Cloud", 0.015, 0.9),
    Spend("Office rent", "6210", "Model Properties", 0.006, 7.5),
    Spend("Facility services", "6220", "Fictional Facilities", 0.030, 1.8),
    Spend("Catering", "6310", "Placeholder Catering", 0.130, 1.3),
    Spend("Events", "6320", "Sample Events", 0.020, 1.1),
    Spend("Marketing", "6330", "Imaginary Media", 0.025, 1.5),
    Spend("Legal and audit", "6410", "Specimen Partners", 0.010, 1.2),
    Spend("Recruitment", "6420", "Example Talent", 0.012, 1.6),
    Spend("Training", "6430", "Model Academy", 0.020, 1.1),
    Spend("Insurance", "6440", "Sample Insurance", 0.003, 0.8),
    Spend("Telecommunications", "6510", "Fictional Telecom", 0.060, 0.9),
    Spend("Office supplies", "6520", "Invented Stationery", 0.080, 0.3),
    Spend("Printing", "6530", "Specimen Printing", 0.020, 0.2),
    Spend("IT hardware", "2410", "Placeholder Computers", 0.030, 1.8),
    Spend("Furniture", "2420", "Model Furniture", 0.006, 0.5),
    Spend("Fit-out works", "2430", "Example Builders", 0.003, 0.9),
    Spend("Postage and couriers", "6540", "Sample Couriers", 0.030, 0.15),
    Spend("Waste collection", "6550", "Fictional Waste", 0.006, 0.12),
    Spend("Water", "6560", "Specimen Water", 0.003, 0.05),
    Spend("Taxis and local transport", "6610", "Invented Cabs", 0.160, 0.9),
    Spend("Air travel", "6620", "Placeholder Travel", 0.040, 2.4),
    Spend("Rail travel", "6630", "Placeholder Travel", 0.040, 0.9),
    Spend("Hotels", "6640", "Placeholder Travel", 0.040, 1.3),
    Spend("Electricity", "6710", "Example Power", 0.003, 0.62),
    Spend("Heating", "6720", "Sample Heat", 0.002, 0.24),
    Spend("Payroll", "6810", "Payroll", 0.012, 58.0),
    Spend("Taxes", "6820", "Tax office", 0.004, 3.1),
    Spend("Depreciation", "6830", "Ledger", 0.006, 2.2),
    Spend("Intercompany", "6840", "cap-conseil group", 0.004, 4.0),
    Spend("Sundry", "6990", "Various", 0.005, 0.28),
)
OLD_CLOUD = "Example Cloud"
NEW_CLOUD = "Frugal Cloud Example"
"""The cloud supplier changed in 2024."""


def make(root: Path, year: int) -> None:
    """
    Write the files of one year under `root`/cap-conseil/<year>.
    """
    folder = root / COMPANY / str(year)
    write.parquet(folder / "ledger.parquet", _ledger(year))
    _energy(folder, year)
    _travel(folder, year)


def _ledger(year: int) -> pa.Table:
    rng = draw.generator(COMPANY, year, "ledger")
    counts = np.round(np.array([s.lines for s in LEDGER]) * LINES * GROWTH[year]).astype(int)
    kind = np.repeat(np.arange(len(LEDGER)), counts)
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    day = rng.integers(0, length, len(kind)) + (date(year, 1, 1) - date(1970, 1, 1)).days
    order = np.lexsort((kind, day))
    site = rng.choice(len(SITES), size=len(kind), p=SITE_SHARE)
    currency = _currencies(rng, kind, site)
    eur = np.concatenate(
        [
            draw.split_cents(rng, s.meur * 1e6 * GROWTH[year], n, spread=0.9)
            for s, n in zip(LEDGER, counts.tolist(), strict=True)
        ]
    )
    cents = np.maximum(np.round(eur / np.array([TO_EUR[c] for c in currency.tolist()])), 1).astype(np.int64)
    cents[rng.random(len(cents)) < 0.006] *= -1  # credit notes
    supplier = _suppliers(rng, kind, year)
    columns = (kind[order], day[order], site[order], currency[order], cents[order], supplier[order])
    return _table(year, *columns)


def _currencies(rng: np.random.Generator, kind: draw.Cents, site: draw.Cents) -> draw.Texts:
    """London pays in pounds; software, cloud and consulting partly in dollars and francs."""
    currency = np.where(site == 3, "GBP", "EUR")
    abroad = np.isin(kind, [0, 1, 2, 3, 9]) & (rng.random(len(kind)) < 0.22)
    return np.where(abroad, np.where(rng.random(len(kind)) < 0.7, "USD", "CHF"), currency)


def _suppliers(rng: np.random.Generator, kind: draw.Cents, year: int) -> draw.Texts:
    stems = np.array([s.supplier for s in LEDGER])
    if year >= 2024:
        stems = np.where(stems == OLD_CLOUD, NEW_CLOUD, stems)
    numbered = np.char.add(
        np.char.add(stems[kind], " "), (1 + rng.integers(0, 30, len(kind)) ** 2 // 30).astype(str)
    )
    single = np.isin(
        kind,
        np.flatnonzero([s.category in ("Payroll", "Taxes", "Depreciation", "Intercompany") for s in LEDGER]),
    )
    return np.where(single, stems[kind], numbered)


def _table(
    year: int,
    kind: draw.Cents,
    day: draw.Cents,
    site: draw.Cents,
    currency: draw.Texts,
    cents: draw.Cents,
    supplier: draw.Texts,
) -> pa.Table:
    """The ledger as Arrow, with four lines that no reader should accept: currency, amount, and two dates."""
    currency = currency.astype("U4")
    currency[len(kind) // 3] = "ZZZ"
    day[:2] = (date(year - 1, 12, 30) - date(1970, 1, 1)).days
    amounts: list[Decimal | None] = [Decimal(c).scaleb(-2) for c in cents.tolist()]
    amounts[len(kind) // 2] = None
    accounts, categories = np.array([s.account for s in LEDGER]), np.array([s.category for s in LEDGER])
    numbers = np.char.add(f"{year}-", np.char.zfill(np.arange(1, len(kind) + 1).astype(str), 6))
    return pa.table(
        {
            "posting_date": pa.array(day.astype("int32"), pa.int32()).cast(pa.date32()),
            "document": pa.array(numbers.tolist()),
            "entity": _coded(np.array(SITES)[site]),
            "country": _coded(np.array(COUNTRIES)[site]),
            "account": _coded(accounts[kind]),
            "category": _coded(categories[kind]),
            "supplier": _coded(supplier),
            "amount": pa.array(amounts, pa.decimal128(14, 2)),
            "currency": _coded(currency),
        }
    )


def _coded(values: draw.Texts) -> pa.Array:
    return pa.array(values.tolist()).dictionary_encode()


HEADER_ENERGY = (
    "site",
    "country",
    "carrier",
    "meter",
    "period_start",
    "period_end",
    "quantity",
    "unit",
    "supplier",
    "contract",
)
METERS: tuple[tuple[str, str, str, str, str, str, tuple[float, float, float, float]], ...] = (
    ("paris", "FR", "electricity", "PAR-E1", "kWh", "", (842_000, 826_000, 801_000, 788_000)),
    ("paris", "FR", "district_heat", "PAR-H1", "MWh", "", (610.0, 574.0, 561.0, 540.0)),
    ("madrid", "ES", "electricity", "MAD-E1", "kWh", "", (318_000, 322_000, 309_000, 301_000)),
    ("madrid", "ES", "natural_gas", "MAD-G1", "kWh HHV", "", (96_000, 88_000, 84_000, 81_000)),
    ("berlin", "DE", "electricity", "BER-E1", "kWh", "GREEN-BER-01", (266_000, 259_000, 251_000, 244_000)),
    ("berlin", "DE", "natural_gas", "BER-G1", "kWh HHV", "", (318_000, 281_000, 269_000, 252_000)),
    ("london", "GB", "electricity", "LON-E1", "kWh", "", (402_000, 391_000, 377_000, 369_000)),
    ("london", "GB", "natural_gas", "LON-G1", "m3", "", (30_500, 28_900, 27_600, 26_100)),
)


def _energy(folder: Path, year: int) -> None:
    rows: list[tuple[object, ...]] = []
    for site, country, carrier, meter, unit, contract, yearly in METERS:
        rng = draw.generator(COMPANY, year, meter)
        shape = draw.FLAT if carrier == "electricity" else draw.SUMMER_LOW
        quantities = draw.by_month(rng, yearly[year - 2022], shape, decimals=2 if unit == "MWh" else 0)
        signed = contract if year >= 2023 else ""
        rows += [
            (site, country, carrier, meter, a, b, q, unit, "Example Power", signed)
            for (a, b), q in zip(draw.months(year), quantities, strict=True)
        ]
    rows.append(
        (
            "madrid",
            "ES",
            "electricity",
            "MAD-E2",
            date(year, 8, 1),
            date(year, 8, 31),
            1_240,
            "kW",
            "Example Power",
            "",
        )
    )
    write.text_file(folder / "energy.csv", HEADER_ENERGY, rows, separator=",", encoding="utf-8")


HEADER_TRAVEL = (
    "date",
    "mode",
    "origin",
    "destination",
    "distance",
    "distance_unit",
    "cabin_class",
    "passengers",
    "trips",
    "nights",
    "country",
    "amount",
    "currency",
    "traveller",
)
AIR = (
    ("CDG", "MAD", 12),
    ("CDG", "BER", 10),
    ("CDG", "LHR", 9),
    ("MAD", "LHR", 8),
    ("BER", "LHR", 8),
    ("ORY", "NCE", 6),
    ("ORY", "TLS", 6),
    ("MAD", "BCN", 4),
    ("BER", "MUC", 4),
    ("LHR", "EDI", 4),
    ("CDG", "FRA", 4),
    ("MAD", "LIS", 3),
    ("LHR", "JFK", 5),
    ("CDG", "JFK", 4),
    ("CDG", "DXB", 2),
    ("CDG", "SIN", 2),
    ("MAD", "GRU", 2),
    ("LHR", "DEL", 1),
    ("CDG", "YUL", 2),
    ("LHR", "SFO", 1),
)
RAIL = (
    ("Paris", "Lyon", 427, "FR", 10),
    ("Paris", "Lille", 225, "FR", 6),
    ("Paris", "London", 492, "FR", 8),
    ("Madrid", "Barcelona", 621, "ES", 5),
    ("Berlin", "Hamburg", 289, "DE", 5),
    ("London", "Manchester", 296, "GB", 5),
    ("Berlin", "Munich", 623, "DE", 3),
)
FAR = frozenset({"JFK", "DXB", "SIN", "GRU", "DEL", "YUL", "SFO"})


def _travel(folder: Path, year: int) -> None:
    rng = draw.generator(COMPANY, year, "travel")
    count = {2022: 6_000, 2023: 6_650, 2024: 6_500, 2025: 6_350}[year]
    legs = draw.days(rng, year, count)
    rows = [
        _air(rng, day) if kind < 0.66 else _rail(rng, day)
        for day, kind in zip(legs, rng.random(count).tolist(), strict=True)
    ]
    rows += [_hotel(rng, day) for day in draw.days(rng, year, count * 2 // 5)]
    day = date(year, 5, 6)
    rows += [
        (day, "air", "CDG", code, "", "", "economy", 1, 1, "", "", "310.00", "EUR", "E0000")
        for code in ("QQQ", "ZZY")
    ]
    rows += [
        (day, "air", "CDG", "CDG", "", "", "economy", 1, 1, "", "", "0.00", "EUR", "E0000"),
        (
            date(year - 1, 12, 29),
            "rail",
            "Paris",
            "Lyon",
            427,
            "km",
            "",
            1,
            1,
            "",
            "FR",
            "85.00",
            "EUR",
            "E0000",
        ),
    ]
    rows.sort(key=lambda row: (row[0], row[1:3]))
    write.text_file(
        folder / "travel_agency.csv", HEADER_TRAVEL, rows, separator=",", encoding="utf-8", newline="\n"
    )


def _pick(rng: np.random.Generator, weights: list[int]) -> int:
    return int(rng.choice(len(weights), p=np.array(weights) / sum(weights)))


def _who(rng: np.random.Generator) -> str:
    return f"E{int(rng.integers(1, 900)):04d}"


def _air(rng: np.random.Generator, day: date) -> tuple[object, ...]:
    start, end, _ = AIR[_pick(rng, [a[2] for a in AIR])]
    if rng.random() < 0.5:
        start, end = end, start
    far, draw_class = bool({start, end} & FAR), rng.random()
    cabin = "economy"
    if far:
        cabin = "business" if draw_class < 0.42 else "premium_economy" if draw_class < 0.58 else "economy"
    elif draw_class < 0.05:
        cabin = "business"
    fare = int(rng.integers(9_000, 48_000)) * (6 if far else 1) / 100
    people = 2 if rng.random() < 0.12 else 1
    return (day, "air", start, end, "", "", cabin, people, 1, "", "", f"{fare:.2f}", "EUR", _who(rng))


def _rail(rng: np.random.Generator, day: date) -> tuple[object, ...]:
    start, end, km, country, _ = RAIL[_pick(rng, [r[4] for r in RAIL])]
    fare = f"{int(rng.integers(3_500, 19_000)) / 100:.2f}"
    return (day, "rail", start, end, km, "km", "", 1, 1, "", country, fare, "EUR", _who(rng))


def _hotel(rng: np.random.Generator, day: date) -> tuple[object, ...]:
    country = str(rng.choice(["FR", "FR", "FR", "ES", "DE", "GB", "GB", "US", "BE", "CH"]))
    price = f"{int(rng.integers(9_000, 52_000)) / 100:.2f}"
    return (day, "hotel", "", "", "", "", "", 1, 1, int(rng.integers(1, 5)), country, price, "EUR", _who(rng))
