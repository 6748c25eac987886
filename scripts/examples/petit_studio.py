"""petit-studio: a digital-services firm of 12 in Lyon. Its accountant's FEC, two energy files, one travel file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from examples import draw, petit_ledger, write
from examples.petit_ledger import COMPANY, GROWTH

SIREN = "000000000"
"""Nobody's number."""


def make(root: Path, year: int) -> None:
    """Write the files of one year under `root`/petit-studio/<year>."""
    folder = root / COMPANY / str(year)
    petit_ledger.entries(year).save(folder / f"{SIREN}FEC{year}1231.txt")
    _electricity(folder, year)
    _gas(folder, year)
    _travel(folder, year)


HEADER_ENERGY = (
    "Début",
    "Fin",
    "Site",
    "Pays",
    "Énergie",
    "Quantité",
    "Unité",
    "Fournisseur",
    "Compteur",
    "Montant HT",
    "Devise",
)


def _electricity(folder: Path, year: int) -> None:
    rng = draw.generator(COMPANY, year, "electricity")
    kwh = {2022: 18_400, 2023: 17_900, 2024: 17_100, 2025: 16_600}[year]
    rows = [
        (
            write.french_day(a),
            write.french_day(b),
            "lyon",
            "FR",
            "Électricité",
            write.french(q, 1),
            "kWh",
            "Énergie Exemple",
            "PDL-0001",
            write.french(q * 0.23),
            "EUR",
        )
        for (a, b), q in zip(draw.months(year), draw.by_month(rng, kwh, draw.FLAT, decimals=1), strict=True)
    ]
    write.text_file(folder / "electricite.csv", HEADER_ENERGY, rows, separator=";", encoding="utf-8")


def _gas(folder: Path, year: int) -> None:
    rng = draw.generator(COMPANY, year, "gas")
    kwh = {2022: 27_500, 2023: 24_800, 2024: 24_300, 2025: 22_900}[year]
    rows = [
        (
            write.french_day(a),
            write.french_day(b),
            "lyon",
            "FR",
            "Gaz naturel",
            write.french(q, 0),
            "kWh PCS",
            "Gaz Modèle",
            "PCE-0001",
            write.french(q * 0.105),
            "EUR",
        )
        for (a, b), q in zip(
            draw.months(year), draw.by_month(rng, kwh, draw.SUMMER_LOW, decimals=0), strict=True
        )
    ]
    write.text_file(folder / "gaz.csv", HEADER_ENERGY, rows, separator=";", encoding="cp1252")


HEADER_TRAVEL = (
    "Date",
    "Moyen",
    "Départ",
    "Arrivée",
    "Distance (km)",
    "Classe",
    "Voyageurs",
    "Aller-retour",
    "Nuits",
    "Pays",
    "Carburant",
    "Montant",
    "Devise",
)
RAIL = (
    ("Lyon", "Paris", "427"),
    ("Lyon", "Marseille", "315"),
    ("Lyon", "Grenoble", "107"),
    ("Lyon", "Nantes", ""),
    ("Lyon", "Lille", "640"),
    ("Lyon", "Montpellier", ""),
)
AIR = (("LYS", "NTE"), ("LYS", "TLS"), ("LYS", "LIS"), ("LYS", "BER"))


def _travel(folder: Path, year: int) -> None:
    rng = draw.generator(COMPANY, year, "travel")
    rows = [_trip(rng, day) for day in draw.days(rng, year, round(165 * GROWTH[year]))]
    day = write.french_day(date(year, 11, 18))
    rows.append((day, "train", "Lyon", "Paris", "environ 430", "", "1", "oui", "", "FR", "", "92,00", "EUR"))
    rows.append((day, "trottinette", "Lyon", "Lyon", "6", "", "1", "non", "", "FR", "", "4,50", "EUR"))
    write.text_file(folder / "deplacements.csv", HEADER_TRAVEL, rows, separator=";", encoding="utf-8")


def _trip(rng: np.random.Generator, day: date) -> tuple[str, ...]:
    when, kind, price = (
        write.french_day(day),
        rng.random(),
        write.french(float(rng.integers(3_000, 24_000)) / 100),
    )
    people = str(int(rng.integers(1, 4)))
    if kind < 0.55:
        start, end, km = RAIL[int(rng.integers(0, len(RAIL)))]
        return (when, "train", start, end, km, "", people, "oui", "", "FR", "", price, "EUR")
    if kind < 0.63:
        start, end = AIR[int(rng.integers(0, len(AIR)))]
        return (when, "avion", start, end, "", "économique", people, "oui", "", "FR", "", price, "EUR")
    if kind < 0.78:
        km = str(int(rng.integers(15, 180)))
        return (when, "voiture", "Lyon", "client", km, "", "1", "oui", "", "FR", "essence", price, "EUR")
    nights = str(int(rng.integers(1, 4)))
    return (when, "hôtel", "", "", "", "", people, "non", nights, "FR", "", price, "EUR")
