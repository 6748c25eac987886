"""nuage-logiciels: a software publisher of 250 in Nantes, Grenoble and, from March 2024, Namur.

Purchases and energy as XLSX, hardware and company-car fuel as CSV, the booking tool's travel export.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from examples import draw, nuage_purchases, write
from examples.nuage_purchases import COMPANY, GROWTH, NAMUR_OPENS


def make(root: Path, year: int) -> None:
    """Write the files of one year under `root`/nuage-logiciels/<year>."""
    folder = root / COMPANY / str(year)
    nuage_purchases.purchases(folder, year)
    nuage_purchases.hardware(folder, year)
    _energy(folder, year)
    _fuel(folder, year)
    _travel(folder, year)


HEADER_ENERGY = ("Site", "Pays", "Énergie", "Compteur", "Du", "Au", "Quantité", "Unité", "Fournisseur")
METERS: tuple[tuple[str, str, str, str, str, dict[int, float]], ...] = (
    (
        "nantes",
        "FR",
        "Électricité",
        "NAN-E1",
        "kWh",
        {2022: 312_000, 2023: 301_000, 2024: 288_000, 2025: 284_000},
    ),
    (
        "nantes",
        "FR",
        "Électricité",
        "NAN-E2",
        "kWh",
        {2022: 96_000, 2023: 94_000, 2024: 91_000, 2025: 90_000},
    ),
    ("grenoble", "FR", "Électricité", "GRE-E1", "MWh", {2022: 214.0, 2023: 207.0, 2024: 199.0, 2025: 196.0}),
    ("nantes", "FR", "Gaz naturel", "NAN-G1", "m3", {2022: 21_600, 2023: 19_700, 2024: 19_100, 2025: 18_200}),
    (
        "grenoble",
        "FR",
        "Gaz naturel",
        "GRE-G1",
        "kWh PCS",
        {2022: 188_000, 2023: 171_000, 2024: 165_000, 2025: 158_000},
    ),
    ("namur", "BE", "Électricité", "NAM-E1", "kWh", {2024: 74_000, 2025: 92_000}),
)


def _energy(folder: Path, year: int) -> None:
    rows: list[list[object]] = []
    for site, country, carrier, meter, unit, yearly in METERS:
        if year not in yearly:
            continue
        rng = draw.generator(COMPANY, year, meter)
        shape = draw.SUMMER_LOW if carrier.startswith("Gaz") else draw.FLAT
        quantities = draw.by_month(rng, yearly[year], shape, decimals=3 if unit == "MWh" else 0)
        rows += [
            [site, country, carrier, meter, a, b, quantity, unit, "Énergie Exemple"]
            for (a, b), quantity in zip(draw.months(year), quantities, strict=True)
            if not (site == "namur" and b < NAMUR_OPENS)
        ]
    rows.append(
        [
            "grenoble",
            "FR",
            "Électricité",
            "GRE-E2",
            date(year, 6, 1),
            date(year, 6, 30),
            410.0,
            "kVAh",
            "Énergie Exemple",
        ]
    )
    write.workbook(folder / "energie.xlsx", "Releves", HEADER_ENERGY, rows)


HEADER_FUEL = ("period_start", "period_end", "site", "country", "carrier", "quantity", "unit", "supplier")
FUEL: dict[str, dict[int, float]] = {
    "diesel": {2022: 74_000, 2023: 66_000, 2024: 55_000, 2025: 45_000},
    "petrol": {2022: 12_000, 2023: 15_500, 2024: 18_800, 2025: 21_000},
}


def _fuel(folder: Path, year: int) -> None:
    rows = []
    for carrier, yearly in FUEL.items():
        for site, share in (("nantes", 0.64), ("grenoble", 0.36)):
            rng = draw.generator(COMPANY, year, "fuel", carrier, site)
            litres = draw.by_month(rng, yearly[year] * share, np.ones(12), decimals=1)
            rows += [
                (a, b, site, "FR", carrier, q, "L", "Carburants Inventés")
                for (a, b), q in zip(draw.months(year), litres, strict=True)
            ]
    write.text_file(folder / "car_fuel.csv", HEADER_FUEL, rows, separator=",", encoding="utf-8")


HEADER_TRAVEL = (
    "date",
    "mode",
    "origin",
    "destination",
    "cabin_class",
    "trips",
    "return",
    "passengers",
    "distance",
    "distance_unit",
    "nights",
    "country",
    "fuel",
    "amount",
    "currency",
    "traveller",
)
AIR = (
    ("NTE", "LYS", 5),
    ("NTE", "LHR", 4),
    ("NTE", "MAD", 3),
    ("GNB", "LHR", 2),
    ("LYS", "BRU", 4),
    ("LYS", "BER", 3),
    ("NTE", "LIS", 2),
    ("CDG", "JFK", 1),
    ("CDG", "YUL", 1),
    ("CDG", "SFO", 1),
)
RAIL = (
    ("Nantes", "Paris", 385, "FR", 9),
    ("Grenoble", "Paris", 575, "FR", 7),
    ("Nantes", "Lyon", 660, "FR", 3),
    ("Grenoble", "Lyon", 120, "FR", 4),
    ("Paris", "Namur", 340, "", 2),
)


def _travel(folder: Path, year: int) -> None:
    rng = draw.generator(COMPANY, year, "travel")
    rows = [_trip(rng, day, year) for day in draw.days(rng, year, round(1_250 * GROWTH[year]))]
    day = date(year, 10, 8)
    rows.append(
        (day, "air", "NTE", "QQZ", "economy", 1, "no", 1, "", "", "", "", "", "212.00", "EUR", "T000")
    )
    rows.append(
        (
            day,
            "rail",
            "Nantes",
            "Paris",
            "",
            1,
            "yes",
            1,
            385,
            "leagues",
            "",
            "FR",
            "",
            "88.00",
            "EUR",
            "T000",
        )
    )
    write.text_file(folder / "travel.csv", HEADER_TRAVEL, rows, separator=",", encoding="utf-8")


def _pick(rng: np.random.Generator, weights: list[int]) -> int:
    return int(rng.choice(len(weights), p=np.array(weights) / sum(weights)))


def _trip(rng: np.random.Generator, day: date, year: int) -> tuple[object, ...]:
    kind, price = rng.random(), f"{int(rng.integers(4_000, 42_000)) / 100:.2f}"
    who, people = f"T{int(rng.integers(1, 240)):03d}", int(rng.integers(1, 3))
    if kind < 0.42:
        start, end, km, country, _ = RAIL[
            _pick(rng, [r[4] for r in RAIL[: 5 if year >= NAMUR_OPENS.year else 4]])
        ]
        return (day, "rail", start, end, "", 1, "yes", people, km, "km", "", country, "", price, "EUR", who)
    if kind < 0.60:
        start, end, _ = AIR[_pick(rng, [a[2] for a in AIR])]
        cabin = "business" if start == "CDG" and rng.random() < 0.3 else "economy"
        return (day, "air", start, end, cabin, 1, "yes", people, "", "", "", "", "", price, "EUR", who)
    if kind < 0.70:
        km = int(rng.integers(20, 320))
        return (
            day,
            "car",
            "Nantes",
            "client",
            "",
            1,
            "yes",
            1,
            km,
            "km",
            "",
            "FR",
            "diesel",
            price,
            "EUR",
            who,
        )
    if kind < 0.76:
        km = int(rng.integers(4, 30))
        return (day, "taxi", "", "", "", 1, "no", 1, km, "km", "", "FR", "", price, "EUR", who)
    nights, country = int(rng.integers(1, 4)), str(rng.choice(["FR", "FR", "FR", "GB", "BE", "ES"]))
    return (day, "hotel", "", "", "", 1, "no", people, "", "", nights, country, "", price, "EUR", who)
