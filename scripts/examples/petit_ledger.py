"""The accounting entries of petit-studio: opening, purchases, assets, sales, payroll, closing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from examples import draw
from examples.fec import Book, Line

COMPANY = "petit-studio"
GROWTH = {2022: 1.0, 2023: 1.06, 2024: 1.10, 2025: 1.17}


class Purchase(NamedTuple):
    """Invoices of one account and supplier: how many a year, how much before VAT in 2022 [EUR], VAT rate [%]."""

    account: str
    label: str
    supplier: str
    invoices: int
    eur: float
    vat: int = 20


PURCHASES = (
    Purchase("604000", "Achats d'études et prestations de services", "Atelier Code Fictif", 16, 58_000),
    Purchase("604000", "Achats d'études et prestations de services", "Design Inventé", 11, 21_000),
    Purchase("606110", "Électricité", "Énergie Exemple", 12, 4_200),
    Purchase("606120", "Gaz", "Gaz Modèle", 12, 2_600),
    Purchase("606300", "Fournitures d'entretien et petit équipement", "Bureau Imaginaire", 22, 3_400),
    Purchase("606400", "Fournitures administratives", "Papeterie Fictive", 34, 2_100),
    Purchase("611000", "Sous-traitance générale", "Rédaction Exemple", 9, 14_000),
    Purchase("611300", "Hébergement et infogérance", "Hébergeur Exemple", 12, 21_000),
    Purchase("613200", "Locations immobilières", "Foncière Modèle", 12, 38_400),
    Purchase("613500", "Locations mobilières", "Copieur Exemple", 4, 1_900),
    Purchase("614000", "Charges locatives et de copropriété", "Foncière Modèle", 4, 5_200),
    Purchase("615600", "Maintenance", "Maintenance Fictive", 12, 3_600),
    Purchase("616100", "Assurance multirisques", "Assurance Exemple", 2, 4_300, 0),
    Purchase("618300", "Documentation technique", "Presse Inventée", 12, 900),
    Purchase("618500", "Frais de colloques, séminaires, conférences", "Conférence Exemple", 6, 3_200),
    Purchase("622600", "Honoraires", "Cabinet Comptable Fictif", 12, 9_800),
    Purchase("623100", "Annonces et insertions", "Régie Exemple", 14, 11_000),
    Purchase("623600", "Catalogues et imprimés", "Imprimerie Fictive", 8, 3_100),
    Purchase("624100", "Transports sur achats", "Coursier Modèle", 12, 700),
    Purchase("625100", "Voyages et déplacements", "Agence de Voyages Exemple", 70, 14_500, 0),
    Purchase("625700", "Réceptions", "Traiteur Inventé", 28, 4_800, 10),
    Purchase("626000", "Frais postaux", "Courrier Exemple", 12, 500, 0),
    Purchase("626100", "Frais de télécommunications", "Télécom Fictif", 24, 4_300),
    Purchase("627000", "Services bancaires et assimilés", "Banque Modèle", 12, 1_100, 0),
    Purchase("628100", "Concours divers et cotisations", "Fédération Exemple", 2, 1_500, 0),
    Purchase("651100", "Redevances pour logiciels", "Logiciel en Ligne Exemple", 40, 16_000),
    Purchase("628800", "Divers", "Fournisseur Exemple", 3, 420),
)
NEW_HOST = ("Hébergeur Exemple", "Hébergeur Sobre Exemple", 2024)
"""The supplier that changed: old, new, first year."""
LAPTOPS = {2022: 4, 2023: 3, 2024: 5, 2025: 3}
FURNITURE_EUR = {2022: 0, 2023: 6_400, 2024: 0, 2025: 2_150}


def entries(year: int) -> Book:
    """All entries of one fiscal year."""
    book = Book()
    _opening(book, year)
    _purchases(book, year)
    _assets(book, year)
    _sales(book, year)
    _payroll(book, year)
    _closing(book, year)
    return book


def _opening(book: Book, year: int) -> None:
    scale = GROWTH[year]
    debits = [
        ("218300", "Matériel informatique", 3_850_000),
        ("411000", "Clients", round(14_200_000 * scale)),
        ("512000", "Banque", round(9_640_000 * scale)),
    ]
    credits = [
        ("281830", "Amortissements du matériel informatique", 2_110_000),
        ("101000", "Capital", 5_000_000),
        ("401000", "Fournisseurs", round(2_330_000 * scale)),
        ("164000", "Emprunts", 3_600_000),
    ]
    lines = [Line(a, t, c) for a, t, c in debits] + [Line(a, t, -c) for a, t, c in credits]
    lines.append(Line("106800", "Autres réserves", -sum(line.cents for line in lines)))
    book.add(date(year, 1, 1), "AN", "AN", "A nouveau", lines)


def _purchases(book: Book, year: int) -> None:
    for number, kind in enumerate(PURCHASES):
        rng = draw.generator(COMPANY, year, "fec", number)
        supplier = kind.supplier
        if supplier == NEW_HOST[0] and year >= NEW_HOST[2]:
            supplier = NEW_HOST[1]
        regular = kind.invoices in (4, 12)
        spread = 0.05 if regular else 0.6
        amounts = draw.split_cents(rng, round(kind.eur * GROWTH[year], 2), kind.invoices, spread=spread)
        when = _regular_days(year, kind.invoices) if regular else draw.days(rng, year, kind.invoices)
        for index, (day, cents) in enumerate(zip(when, amounts.tolist(), strict=True)):
            _invoice(book, day, kind, supplier, f"{kind.account[:4]}{number:02d}-{index + 1:03d}", cents)
    _credit_notes(book, year)


def _regular_days(year: int, count: int) -> list[date]:
    step = 12 // count
    return [date(year, m, 5) for m in range(step, 13, step)]


def _invoice(book: Book, day: date, kind: Purchase, supplier: str, piece: str, cents: int) -> None:
    """The invoice (charge, VAT, supplier), and its payment thirty days later when that is within the year."""
    vat = round(cents * kind.vat / 100)
    aux = ("F" + supplier.upper()[:12].replace(" ", ""), supplier)
    lines = [Line(kind.account, kind.label, cents), Line("401000", "Fournisseurs", -cents - vat, aux)]
    if vat:
        lines.insert(1, Line("445660", "TVA déductible sur autres biens et services", vat))
    word = "Avoir" if cents < 0 else "Facture"
    book.add(day, "AC", piece, f"{word} {supplier}", lines)
    paid = day + timedelta(days=30)
    if paid.year == day.year and cents > 0:
        pay = [Line("401000", "Fournisseurs", cents + vat, aux), Line("512000", "Banque", -cents - vat)]
        book.add(paid, "BQ", piece, f"Règlement {supplier}", pay)


def _credit_notes(book: Book, year: int) -> None:
    rng = draw.generator(COMPANY, year, "credit notes")
    for index, kind in enumerate((PURCHASES[0], PURCHASES[16], PURCHASES[25])):
        day = draw.days(rng, year, 1)[0]
        _invoice(book, day, kind, kind.supplier, f"AV-{index + 1:03d}", -int(rng.integers(20_000, 110_000)))


def _assets(book: Book, year: int) -> None:
    rng = draw.generator(COMPANY, year, "assets")
    buys = [
        (
            "218300",
            "Matériel de bureau et informatique",
            "Ordinateurs Exemple",
            int(rng.integers(148_000, 189_000)),
        )
        for _ in range(LAPTOPS[year])
    ]
    if FURNITURE_EUR[year]:
        buys.append(("218400", "Mobilier", "Mobilier Imaginaire", FURNITURE_EUR[year] * 100))
    for index, (day, buy) in enumerate(zip(draw.days(rng, year, len(buys)), buys, strict=True)):
        account, label, supplier, cents = buy
        vat = round(cents * 0.2)
        aux = ("I" + supplier.upper()[:12].replace(" ", ""), supplier)
        what = "Ordinateur portable" if account == "218300" else "Bureaux et chaises"
        book.add(
            day,
            "AC",
            f"IM-{index + 1:03d}",
            f"{what} {supplier}",
            [
                Line(account, label, cents),
                Line("445620", "TVA déductible sur immobilisations", vat),
                Line("404000", "Fournisseurs d'immobilisations", -cents - vat, aux),
            ],
        )


def _sales(book: Book, year: int) -> None:
    rng = draw.generator(COMPANY, year, "sales")
    amounts = draw.split_cents(rng, round(1_150_000 * GROWTH[year], 2), 120, spread=0.7)
    for index, (day, cents) in enumerate(zip(draw.days(rng, year, 120), amounts.tolist(), strict=True)):
        vat = round(cents * 0.2)
        aux = (f"C{index % 17:03d}", f"Client Exemple {index % 17 + 1}")
        piece = f"VE-{index + 1:04d}"
        book.add(
            day,
            "VE",
            piece,
            f"Facture {aux[1]}",
            [
                Line("411000", "Clients", cents + vat, aux),
                Line("706000", "Prestations de services", -cents),
                Line("445710", "TVA collectée", -vat),
            ],
        )
        paid = day + timedelta(days=45)
        if paid.year == year:
            book.add(
                paid,
                "BQ",
                piece,
                f"Encaissement {aux[1]}",
                [Line("512000", "Banque", cents + vat), Line("411000", "Clients", -cents - vat, aux)],
            )


def _payroll(book: Book, year: int) -> None:
    gross = round(4_150_000 * GROWTH[year])
    for month in range(1, 13):
        day = draw.month_end(year, month)
        employer, staff, vouchers = round(gross * 0.42), round(gross * 0.22), 138_000
        book.add(
            day,
            "PA",
            f"PA-{month:02d}",
            f"Paie {month:02d}/{year}",
            [
                Line("641100", "Salaires et appointements", gross),
                Line("645100", "Cotisations à l'URSSAF", employer),
                Line("647000", "Autres charges sociales", vouchers),
                Line("421000", "Personnel", staff - gross),
                Line("431000", "Sécurité sociale", -staff - employer),
                Line("437000", "Autres organismes", -vouchers),
            ],
        )
        book.add(
            day,
            "BQ",
            f"PA-{month:02d}",
            "Virement des salaires",
            [Line("421000", "Personnel", gross - staff), Line("512000", "Banque", staff - gross)],
        )


def _closing(book: Book, year: int) -> None:
    end = date(year, 12, 31)
    scale = GROWTH[year]
    tax, interest, wear, profit_tax = (round(c * scale) for c in (412_000, 51_000, 1_240_000, 2_380_000))
    for account, label, other, name, cents, text in (
        ("635110", "Contribution économique territoriale", "447000", "Autres impôts", tax, "CFE"),
        ("661100", "Intérêts des emprunts", "512000", "Banque", interest, "Intérêts"),
        ("681120", "Dotations aux amortissements", "281830", "Amortissements", wear, "Dotation"),
        ("695000", "Impôts sur les bénéfices", "444000", "État", profit_tax, "Impôt sur les sociétés"),
    ):
        book.add(end, "OD", text[:6], text, [Line(account, label, cents), Line(other, name, -cents)])
