"""The digital estate of each example company: devices with their whole lives, solutions, audits, hosts.

One generator a table, so that adding a row to one leaves the others as they were. Dates end with 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from examples import draw, write

END = date(2025, 12, 31)
FOLDER = "digital"
Row = tuple[object, ...]
ASSETS = ("asset_id", "category", "model", "brand", "purchased_on", "in_service_on", "status", "user_id", "site",
          "condition_at_purchase", "planned_lifespan_years", "retired_on", "exit_route", "exit_partner", "private_use",
          "amount_eur")
MODELS = {
    "laptop": (("Arbre 14", "Arbre"), ("Arbre 14 G2", "Arbre"), ("Cime Pro 15", "Cime")),
    "desktop": (("Roc T2", "Roc"),), "monitor": (("Baie 24", "Baie"), ("Baie 27", "Baie")),
    "smartphone": (("Galet 5", "Galet"), ("Galet 6", "Galet")), "tablet": (("Feuille 10", "Feuille"),),
    "printer": (("Encre 2", "Encre"),),
}
PRICE = {"laptop": 1150, "desktop": 900, "monitor": 240, "smartphone": 520, "tablet": 430, "printer": 380}
SPREAD = 0.9
"""Years by which the life of a device varies."""
ROUTES = ("donated", "sold", "refurbished", "recycled", "lost")


@dataclass(frozen=True)
class Estate:
    """One company: devices a person by category, life in years, sites, and how much of everything."""

    people: int
    per_person: dict[str, float]
    life: dict[str, float]
    sites: tuple[str, ...]
    routes: tuple[float, ...]
    refurbished: float
    services: tuple[str, ...]
    hosts: tuple[tuple[str, str, str, str, str], ...]
    trained: float
    projects: int
    undated: int


def _estate(**changes: object) -> Estate:
    # Its fields by name, of as many types as it has.
    return Estate(**changes)  # type: ignore[arg-type]


COMPANIES = {
    "petit-studio": _estate(
        people=13, per_person={"laptop": 1.1, "monitor": 1.3, "smartphone": 0.5, "printer": 0.1, "tablet": 0.2},
        life={"laptop": 6.2, "monitor": 9, "smartphone": 4, "printer": 8, "tablet": 5}, sites=("lyon",),
        routes=(0.4, 0.1, 0.2, 0.3, 0.0), refurbished=0.4, services=("site-vitrine", "atelier"),
        hosts=(("Hébergeur Sobre Exemple", "1.25", "52", "1", "FR"), ("Nuage Lointain", "1.6", "", "0.4", "DE")),
        trained=0.75, projects=24, undated=1),
    "nuage-logiciels": _estate(
        people=277, per_person={"laptop": 1.15, "monitor": 1.6, "smartphone": 0.55, "desktop": 0.12, "tablet": 0.08,
                                "printer": 0.02},
        life={"laptop": 4.4, "monitor": 7, "smartphone": 3, "desktop": 6, "tablet": 4, "printer": 7},
        sites=("nantes", "grenoble", "namur"), routes=(0.15, 0.2, 0.15, 0.45, 0.05), refurbished=0.12,
        services=("facture-facile", "portail-client", "api"),
        hosts=(("Nuage Sobre Exemple", "1.25", "52", "1", "FR"), ("Salle de Nantes", "1.55", "52", "1", "FR"),
               ("Nuage Lointain", "1.18", "345", "0.6", "DE")),
        trained=0.58, projects=90, undated=4),
    "cap-conseil": _estate(
        people=921, per_person={"laptop": 1.08, "monitor": 0.9, "smartphone": 0.95, "tablet": 0.05, "printer": 0.02},
        life={"laptop": 3.6, "monitor": 6, "smartphone": 2.8, "tablet": 3.5, "printer": 6},
        sites=("paris", "madrid", "berlin", "london"), routes=(0.1, 0.45, 0.1, 0.25, 0.1), refurbished=0.05,
        services=("intranet", "capdata"),
        hosts=(("Frugal Cloud Example 1", "1.15", "150", "1", "ES"), ("Salle de Paris", "1.7", "52", "0.5", "FR")),
        trained=0.41, projects=310, undated=9),
}


def make(root: Path, company: str) -> None:
    """Write the digital tables of one company under `root`/<company>/digital."""
    estate, folder = COMPANIES[company], root / company / FOLDER
    assets = _assets(company, estate)
    tables: dict[str, tuple[tuple[str, ...], list[Row]]] = {
        "assets": (ASSETS, assets),
        "training": (("person_id", "hired_on", "course", "completed_on"), _training(company, estate)),
        "solutions": (("solution_id", "delivered_on", "retired_on", "maintained_until", "last_commit_on"),
                      _solutions(company, estate)),
        "rgaa_audits": (("service", "date", "compliant", "non_compliant", "not_applicable", "untested"),
                        _audits(company, estate)),
        "projects": (("project_id", "days", "revenue_eur", "tags"), _projects(company, estate)),
        "hosting": (("service", "provider", "kwh", "pue", "grid_g_per_kwh", "renewable_share", "location"),
                    _hosting(company, estate)),
        "energy_contracts": (("site", "supplier", "kwh", "renewable_share", "market_g_per_kwh", "method", "zone",
                              "proof", "from"), _contracts(estate)),
        "it_purchases": (("date", "category", "brand", "model", "quantity", "amount_eur", "condition",
                          "support_years"), _purchases(company, assets)),
        "opensource_time": (("period", "hours_given", "hours_worked"), _opensource(company, estate)),
    }
    for name, (header, rows) in tables.items():
        write.text_file(folder / f"{name}.csv", header, rows, separator=",", encoding="utf-8", newline="\n")


def _day(text: date | None) -> str:
    return "" if text is None else text.isoformat()


def _later(start: date, years: float) -> date:
    return start + timedelta(days=round(365.25 * years))


def _assets(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "assets")
    rows: list[list[object]] = []
    for category, ratio in estate.per_person.items():
        for slot in range(max(1, round(ratio * estate.people))):
            # Half of the places exist since 2014; the others come with the growth of the company.
            start = date(2014, 1, 1) + timedelta(days=int(rng.integers(0, 365 * (4 if slot % 2 else 11))))
            while start <= END:
                life = max(0.6, estate.life[category] + SPREAD * float(rng.standard_normal()))
                end = _later(start, life)
                rows.append(_asset(rng, estate, category, start, end if end <= END else None, len(rows)))
                start = end + timedelta(days=int(rng.integers(0, 40)))
    for row in (rows[int(i)] for i in rng.choice(len(rows), estate.undated, replace=False)):
        row[4] = row[5] = ""
    return [tuple(row) for row in rows]


def _asset(rng: np.random.Generator, estate: Estate, category: str, start: date, end: date | None,
           number: int) -> list[object]:
    names = MODELS[category]
    model, brand = names[min(len(names) - 1, int(rng.integers(0, len(names) + 1)))]
    idle = end is None and rng.random() < 0.04
    used = start.year >= 2021 and rng.random() < estate.refurbished
    route = str(rng.choice(ROUTES, p=estate.routes)) if end else ""
    shared = "COPE" if category == "smartphone" and rng.random() < 0.3 else ""
    price = round(PRICE[category] * (0.55 if used else 1.0) * (1 + 0.08 * float(rng.standard_normal())))
    return [f"A{number + 1:05d}", category, model, brand, _day(start),
            "" if idle else _day(start if end and (end - start).days < 20 else start + timedelta(days=12)),
            "retired" if end else "in stock" if idle else "in use",
            "" if idle or end else f"P{int(rng.integers(1, estate.people + 1)):04d}",
            estate.sites[int(rng.integers(0, len(estate.sites)))], "refurbished" if used else "new",
            "8" if category == "monitor" else "", _day(end), route,
            "Atelier Seconde Vie" if route in ("donated", "refurbished") else "", shared, price]


def _training(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "training")
    rows: list[Row] = []
    for person in range(1, estate.people + 1):
        hired = date(2014, 1, 1) + timedelta(days=int(rng.integers(0, 4300)))
        done = _later(max(hired, date(2022, 1, 1)), 0.1 + 2.5 * float(rng.random()))
        trained = rng.random() < estate.trained and done <= END
        rows.append((f"P{person:04d}", _day(hired), "ecodesign", _day(done) if trained else ""))
    return rows


def _solutions(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "solutions")
    rows: list[Row] = []
    for number in range(1, 8 + estate.people // 12):
        start = date(2016, 1, 1) + timedelta(days=int(rng.integers(0, 3400)))
        retired = _later(start, 4.0) if rng.random() < 0.15 else None
        retired = retired if retired and retired <= END else None
        contract = _later(END, float(rng.random())) if rng.random() < 0.55 else None
        commit = min(END, _later(start, 0.5 + 6 * float(rng.random())))
        rows.append((f"S{number:03d}", _day(start), _day(retired), _day(contract), _day(commit)))
    return rows


def _audits(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "audits")
    rows: list[Row] = []
    for at, service in enumerate(estate.services):
        good = int(rng.integers(24, 34))
        for year in (2022, 2024, 2025):
            good = min(58, good + int(rng.integers(3, 9)))
            # The newest audit of the second service is not finished: there is no rate for it.
            untested = 7 if (at, year) == (1, 2025) else 0
            rows.append((service, f"{year}-06-15", good, 60 - good, 46 - untested, untested))
    return rows


def _projects(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "projects")
    tags = ("", "", "", "Green IT", "IT for Human", "Green IT; IT for Human", "Bank", "Retail")
    return [(f"J{n:04d}", int(rng.integers(4, 160)), int(rng.integers(4, 150)) * 1000,
             tags[int(rng.integers(0, len(tags)))]) for n in range(1, estate.projects + 1)]


def _hosting(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "hosting")
    names = [*estate.services, "sauvegarde", "recette"]
    return [(name, host[0], int(rng.integers(6, 90)) * 100, *host[1:])
            for at, name in enumerate(names) for host in [estate.hosts[at % len(estate.hosts)]]]


def _contracts(estate: Estate) -> list[Row]:
    """Return one contract a site, without kWh: the meters have them. Only Berlin's is proved, as in scope 2."""
    zones = {"madrid": "ES", "berlin": "DE", "london": "GB", "namur": "BE"}
    rows: list[Row] = []
    for site in estate.sites:
        is_green = site == "berlin"
        rows.append((site, "Énergie Exemple" if is_green else "Fournisseur Modèle", "", "1" if is_green else "0.3",
                     "0" if is_green else "", "contract with cancelled certificates" if is_green else "",
                     zones.get(site, "FR"), "certificates of the instruments of scope 2" if is_green else "",
                     {"berlin": "2023-01-01", "namur": "2024-05-01"}.get(site, "")))
    return rows


def _purchases(company: str, assets: list[Row]) -> list[Row]:
    """Return the devices of the stock list as orders: one a month, category, model and condition."""
    rng = draw.generator(company, FOLDER, "purchases")
    orders: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for row in assets:
        category, model, brand, bought, condition, price = (row[i] for i in (1, 2, 3, 4, 9, 15))
        if str(bought) >= "2022":
            key = (str(bought)[:7], str(category), str(brand), str(model), str(condition))
            orders.setdefault(key, []).append((str(bought), int(str(price))))
    return [(min(day for day, _ in lines), category, brand, model, len(lines), sum(price for _, price in lines),
             condition, int(rng.integers(4, 11)))
            for (_, category, brand, model, condition), lines in sorted(orders.items())]


def _opensource(company: str, estate: Estate) -> list[Row]:
    rng = draw.generator(company, FOLDER, "opensource")
    return [(year, round(estate.people * 1600 * (0.004 + 0.02 * float(rng.random()))), estate.people * 1600)
            for year in (2022, 2023, 2024, 2025)]
