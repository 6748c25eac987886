"""cap-conseil: a consulting group of 900 in Paris, Madrid, Berlin and London.

A Parquet ledger in four currencies, an energy CSV, a travel agency's export.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from examples import cap_ledger, draw, write
from examples.cap_ledger import COMPANY


def make(root: Path, year: int) -> None:
    """Write the files of one year under `root`/cap-conseil/<year>."""
    folder = root / COMPANY / str(year)
    write.parquet(folder / "ledger.parquet", cap_ledger.ledger(year))
    _energy(folder, year)
    _travel(folder, year)


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
    ("Paris", "London", 492, "", 8),
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
    elif draw_class < 0.05 and "EDI" not in (start, end):
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
