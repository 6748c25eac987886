"""Honest ledgers, meters and trips, drawn at random: every row counts, next to columns as companies have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

SEED = 26
COLUMNS = {
    "Cost centre": "CC100 CC210 CC300 Overheads", "Department": "Finance HR Ops Studio",
    "Oddział": "Kraków Gdańsk Łódź", "Kostenstelle": "Verwaltung Fertigung Halle",
    "Payment terms": "Immediate Net30 Net60", "Momskod": "I IVEU M1", "Approver": "Dupont Okafor Lindqvist",
    "Projekt": "Alfa Beta Gamma", "VAT code": "S Z E", "Currency code": "EUR USD",
    "Legal entity": "AcmeSA AcmeGmbH", "Paid": "Yes No", "Status": "Posted Paid Open Overdue", "Bank": "ING BNP",
    "Statut": "Payée Validée Comptabilisée", "Stav": "Zaúčtováno Zaplaceno", "Document type": "Invoice Expense",
    "Situação": "Lançado Pago", "Läge": "Bokförd Betald", "Region": "North South Emea", "Weekday": "Mon Tue Wed",
    "Modo de pago": "Transferencia Tarjeta", "Centro di costo": "Produzione Vendite", "Kenteken": "AB12 CD34",
    "Capital or revenue": "Capital Revenue", "Billable": "true false", "Soort": "Factuur",
    "Herkunft": "Deutschland Polen", "Source system": "SAP Coupa", "Journal": "ACH OD", "Priority": "low high",
    "Recurring": "Y N", "Leverantörsnr": "1 2", "Zahlungsart": "Lastschrift Bar", "Uwagi": "pilne brak",
    "Tariff name": "Blue Green", "Data quality": "A E", "Booking channel": "Online Agent",
    "Trip type": "Return Single", "Service": "Ventes Études", "Purch grp": "A01 B02"}
MONTHS = pd.period_range("2024-01", "2024-12", freq="M")


def honest(kind: str, rows: int, seed: int = SEED) -> pd.DataFrame:
    """Return a table of one kind with standard headings, and every column of `COLUMNS` in a random order."""
    draw = np.random.default_rng([seed, rows])
    days = np.datetime_as_string(np.datetime64("2024-01-01") + draw.integers(0, 366, rows), unit="D")
    common = {"company": "Acme"}
    if kind == "purchases":
        supplier = draw.integers(0, 400, rows)
        table = common | {"date": days, "supplier": [f"Supplier {i}" for i in supplier],
                          "category": [f"category {i % 37}" for i in supplier], "currency": "EUR",
                          "amount": np.round(draw.lognormal(5, 1.5, rows), 2), "description": draw.permutation(rows)}
    elif kind == "energy":
        meter, month = np.divmod(np.arange(rows), 12)
        table = common | {"period_start": [str(MONTHS[m].start_time.date()) for m in month],
                          "period_end": [str(MONTHS[m].end_time.date()) for m in month], "country": "FR",
                          "site": [f"Site {i // 3}" for i in meter], "meter": [f"M{i}" for i in meter],
                          "carrier": "electricity", "unit": "kWh", "quantity": np.round(draw.lognormal(8, 1, rows), 1)}
    else:
        ends = np.array(["Paris", "Lyon", "Lille"])[np.array([draw.permutation(3)[:2] for _ in range(rows)])]
        table = common | {"date": days, "mode": "rail", "origin": ends[:, 0], "destination": ends[:, 1],
                          "distance": draw.integers(200, 900, rows), "distance_unit": "km", "cabin_class": "economy",
                          "passengers": 1, "trips": 1}
    taken = {c.lower() for c in table}
    for heading in draw.permutation([c for c in COLUMNS if c.lower() not in taken]).tolist():
        table[heading] = draw.choice(COLUMNS[heading].split(), rows)
    return pd.DataFrame(table)
