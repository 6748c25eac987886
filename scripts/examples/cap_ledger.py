"""The purchase ledger of cap-conseil: more than 60,000 lines a year in four currencies, drawn column by column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from examples import draw

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
SUPPLIES = [s.category for s in LEDGER].index("Office supplies")
"""Where lines are broken on purpose: small amounts."""
OLD_CLOUD = "Example Cloud"
NEW_CLOUD = "Frugal Cloud Example"
"""The cloud supplier changed in 2024."""


def ledger(year: int) -> pa.Table:
    """The lines of one year in order of date, four of them broken."""
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
    small = np.flatnonzero(kind == SUPPLIES)
    currency[small[len(small) // 3]] = "ZZZ"
    day[:2] = (date(year - 1, 12, 30) - date(1970, 1, 1)).days
    amounts: list[Decimal | None] = [Decimal(c).scaleb(-2) for c in cents.tolist()]
    amounts[small[len(small) // 2]] = None
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
