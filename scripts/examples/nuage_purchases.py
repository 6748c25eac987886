"""The purchases of nuage-logiciels: a workbook of the purchasing tool, and hardware by the piece."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from examples import draw, write

COMPANY = "nuage-logiciels"
GROWTH = {2022: 1.0, 2023: 1.09, 2024: 1.17, 2025: 1.26}
NAMUR_OPENS = date(2024, 3, 1)


class Family(NamedTuple):
    """Purchases of one family: account, supplier, lines a year and euros in 2022, VAT rate [%], currency."""

    name: str
    account: str
    supplier: str
    lines: int
    eur: float
    vat: int = 20
    currency: str = "EUR"


FAMILIES = (
    Family("Hébergement cloud", "611300", "Nuage Exemple SA", 180, 1_900_000, 0, "USD"),
    Family("Logiciels et abonnements", "651100", "Abonnements Fictifs", 340, 900_000),
    Family("Prestations informatiques", "604000", "Codeurs Inventés", 260, 3_200_000),
    Family("Conseil et honoraires", "622600", "Cabinet Modèle", 110, 900_000),
    Family("Marketing et publicité", "623100", "Agence Imaginaire", 240, 1_400_000),
    Family("Salons et événements", "623300", "Salons Exemple", 60, 350_000),
    Family("Loyers", "613200", "Foncière Fictive", 36, 1_500_000),
    Family("Nettoyage et sécurité", "615200", "Propreté Exemple", 72, 250_000),
    Family("Restauration", "625700", "Cantine Inventée", 260, 450_000, 10),
    Family("Télécommunications", "626100", "Télécom Modèle", 96, 200_000),
    Family("Fournitures de bureau", "606400", "Papeterie Imaginaire", 180, 60_000),
    Family("Mobilier", "218400", "Mobilier Fictif", 24, 150_000),
    Family("Matériel réseau", "218300", "Réseaux Exemple", 30, 300_000),
    Family("Formation", "633300", "Formation Exemple", 80, 250_000, 0),
    Family("Intérim et recrutement", "621100", "Recrutement Inventé", 60, 400_000),
    Family("Assurances", "616000", "Assurance Modèle", 16, 250_000, 0),
    Family("Frais bancaires", "627000", "Banque Imaginaire", 48, 50_000, 0),
    Family("Courrier et coursiers", "626000", "Coursiers Fictifs", 120, 50_000),
    Family("Travaux d'aménagement", "218100", "Bâtisseurs Exemple", 18, 280_000),
    Family("Location de véhicules", "613510", "Véhicules Modèle", 72, 450_000),
    Family("Eau", "606130", "Eaux Exemple", 12, 9_000, 10),
    Family("Déchets", "611200", "Collecte Fictive", 24, 30_000, 10),
    Family("Électricité", "606110", "Énergie Exemple", 36, 165_000),
    Family("Gaz", "606120", "Gaz Modèle", 24, 52_000),
    Family("Carburant", "606140", "Carburants Inventés", 24, 150_000),
    Family("Voyages", "625100", "Agence de Voyages Exemple", 150, 380_000, 0),
    Family("Matériel informatique", "218310", "Ordinateurs Fictifs", 40, 330_000),
    Family("Salaires", "641000", "Paie", 12, 14_600_000, 0),
    Family("Impôts et taxes", "635000", "Trésor", 14, 420_000, 0),
    Family("Divers", "658000", "Divers fournisseurs", 50, 90_000),
)
NEW_CLOUD = ("Nuage Exemple SA", "Nuage Sobre Exemple", 2024)
"""The supplier that changed: old, new, first year."""
FRENCH_ONLY = ("Gaz", "Carburant")
"""Namur is heated by electricity and has no company cars."""
HEADER_PURCHASES = (
    "Date",
    "N° pièce",
    "Fournisseur",
    "Famille",
    "Libellé",
    "Compte",
    "Site",
    "Pays",
    "Montant HT",
    "TVA",
    "Devise",
)


def sites(year: int) -> list[tuple[str, str, float]]:
    """Site, country and share of the headcount."""
    if year < NAMUR_OPENS.year:
        return [("nantes", "FR", 0.62), ("grenoble", "FR", 0.38)]
    return [("nantes", "FR", 0.54), ("grenoble", "FR", 0.31), ("namur", "BE", 0.15)]


def purchases(folder: Path, year: int) -> None:
    """achats.xlsx: text above the heading row, a totals row, some numbers as text, two broken lines."""
    rows: list[list[object]] = []
    for number, family in enumerate(FAMILIES):
        rows += _family_rows(draw.generator(COMPANY, year, "purchases", number), family, year)
    rows += _broken(year)
    rows.sort(key=lambda row: (row[0], str(row[1])))
    total: list[object] = ["TOTAL", "", "TOTAL", "", "", "", "", "", _sum(rows, 8), _sum(rows, 9), ""]
    above = (
        f"{COMPANY} - journal des achats {year}",
        "Export du logiciel de gestion, montants hors taxes",
        "",
    )
    write.workbook(folder / "achats.xlsx", f"Achats {year}", HEADER_PURCHASES, rows, above=above, total=total)


def _sum(rows: list[list[object]], column: int) -> float:
    return round(sum(float(row[column]) for row in rows if isinstance(row[column], float)), 2)


def _family_rows(rng: np.random.Generator, family: Family, year: int) -> list[list[object]]:
    lines = round(family.lines * (1 + (GROWTH[year] - 1) / 2))
    amounts = draw.split_cents(rng, _budget(family, year), lines, spread=0.7)
    if family.account[0] == "6" and family.lines > 100:
        amounts[rng.integers(0, lines, 2)] *= -1  # credit notes
    names, countries, shares = zip(*sites(year), strict=True)
    where = rng.choice(len(names), size=lines, p=np.array(shares))
    supplier = NEW_CLOUD[1] if family.supplier == NEW_CLOUD[0] and year >= NEW_CLOUD[2] else family.supplier
    rows: list[list[object]] = []
    for index, (day, cents) in enumerate(zip(draw.days(rng, year, lines), amounts.tolist(), strict=True)):
        open_there = day >= NAMUR_OPENS and family.name not in FRENCH_ONLY
        site = int(where[index]) if open_there else int(where[index]) % 2
        amount: object = cents / 100
        if family.name == "Fournitures de bureau" and index % 45 == 7:
            amount = write.french(cents / 100)  # typed by hand: a number as text
        rows.append(
            [
                day,
                f"{family.account[:4]}{index + 1:04d}",
                supplier,
                family.name,
                f"{family.name} {day:%m/%Y}",
                family.account,
                names[site],
                countries[site],
                amount,
                round(cents * family.vat / 100) / 100,
                family.currency,
            ]
        )
    return rows


def _budget(family: Family, year: int) -> float:
    eur = family.eur * GROWTH[year]
    if family.name == "Travaux d'aménagement" and year == NAMUR_OPENS.year:
        eur += 820_000  # Namur is fitted out
    if family.name == "Carburant":
        eur = family.eur * {2022: 1.0, 2023: 0.93, 2024: 0.82, 2025: 0.74}[year]
    return round(eur, 2)


def _broken(year: int) -> list[list[object]]:
    """Lines that no reader should accept: no number, no such currency."""
    tail = ["nantes", "FR"]
    return [
        [
            date(year, 4, 11),
            "9999001",
            "Papeterie Imaginaire",
            "Fournitures de bureau",
            "Ramettes",
            "606400",
            *tail,
            "n.c.",
            0.0,
            "EUR",
        ],
        [
            date(year, 9, 2),
            "9999002",
            "Salons Exemple",
            "Salons et événements",
            "Stand",
            "623300",
            *tail,
            1850.0,
            0.0,
            "EURX",
        ],
    ]


HEADER_HARDWARE = (
    "date",
    "supplier",
    "category",
    "description",
    "quantity",
    "unit",
    "amount",
    "currency",
    "site",
    "country",
)
HARDWARE = {
    "laptop": (74, 1_450),
    "monitor": (60, 240),
    "smartphone": (38, 520),
    "desktop": (6, 1_150),
    "tablet": (8, 430),
    "server": (3, 6_800),
    "printer": (2, 410),
}
"""Pieces bought in 2022 and euros a piece."""


def hardware(folder: Path, year: int) -> None:
    """it_hardware.csv: what was bought, by the piece."""
    rows = []
    for category, (pieces, price) in HARDWARE.items():
        rng = draw.generator(COMPANY, year, "hardware", category)
        orders = max(2, pieces // 4)
        counts = 1 + rng.multinomial(max(0, round(pieces * GROWTH[year]) - orders), np.ones(orders) / orders)
        for day, count in zip(draw.days(rng, year, orders), counts.tolist(), strict=True):
            site = sites(year)[int(rng.integers(0, 2))]
            unit_price = round(price * float(rng.uniform(0.9, 1.15)), 2)
            rows.append(
                (
                    day,
                    "Ordinateurs Fictifs",
                    category,
                    f"{count} x {category}",
                    count,
                    "unit",
                    f"{count * unit_price:.2f}",
                    "EUR",
                    site[0],
                    site[1],
                )
            )
    rows.sort(key=str)
    write.text_file(folder / "it_hardware.csv", HEADER_HARDWARE, rows, separator=",", encoding="utf-8")
