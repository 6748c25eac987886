"""Breaches of an invented company, one of each form."""

from __future__ import annotations

import pandas as pd

from carbon.accounting.expectations.breaches import BREACHES

NAN = float("nan")


def breaches(*lines: dict[str, object]) -> pd.DataFrame:
    """Lines of `BREACHES`; what is not given is that of a meter a thousand times its past."""
    usual = {"code": "amount_unexpected", "kind": "energy", "dimension": "site · carrier", "key": "lyon · natural_gas",
             "measure": "level", "unit": "natural_gas:kWh HHV", "rows": 12, "scope": "1", "example": "gaz.csv:2",
             "value": 24_800_000.0, "expected": 24_800.0, "low": 13_800.0, "high": 44_600.0, "years": 3,
             "basis": "own past", "at_stake_kg": 4_918_000.0,
             "cause": "1000 times the years before: MWh for kWh, t for kg, thousands of a currency?",
             "fails": True, "accepted": ""}
    table = pd.DataFrame([usual | line for line in lines], columns=list(BREACHES.columns))
    return BREACHES.validate(table.astype(BREACHES.dtypes))


SOLD = {"kind": "purchases", "dimension": "supplier", "key": "Conseil Exemple", "unit": "EUR", "value": 210_000.0,
        "expected": 20_000.0, "low": 8_000.0, "high": 50_000.0, "at_stake_kg": 28_500.0, "example": "achats.csv:7",
        "cause": "10 times the years before: a digit too many?", "fails": False}
MONTHS = {"code": "months_missing", "kind": "purchases", "dimension": "kind", "key": "", "measure": "months",
          "unit": "EUR", "value": 9.0, "expected": 12.0, "low": 12.0, "high": 12.0, "at_stake_kg": 5_660.0,
          "cause": "3 months without rows: a file that ends early?"}
GONE = {"kind": "travel", "dimension": "mode", "key": "air", "unit": "passenger.km", "value": 0.0, "rows": 0,
        "expected": 45_000.0, "low": 9_050.0, "high": 226_000.0, "at_stake_kg": 12_200.0, "years": 1,
        "cause": "no rows this year: closed, renamed, or a file that is missing?"}
PRICE = {"code": "price_unexpected", "measure": "price", "value": 2.3, "expected": 0.23, "low": 0.144, "high": 0.368,
         "at_stake_kg": 676.0, "cause": "10 times the years before: a digit too many?"}
SHARE = {"code": "rows_repeated", "kind": "travel", "dimension": "mode", "key": "air", "measure": "repeated share",
         "unit": "passenger.km", "value": 0.5, "expected": 0.0, "low": 0.0, "high": 0.01, "at_stake_kg": 4_420.0,
         "cause": "rows with the same day, words and amount: a file or month entered twice?"}
PLACE = {"code": "place_changed", "measure": "place", "unit": "FR", "value": 0.0, "expected": 1.0, "low": 1.0,
         "high": 1.0, "at_stake_kg": 900.0, "cause": "no longer in FR: another country or zone?"}
CREDIT = {"code": "sign_unexpected", "kind": "purchases", "dimension": "account", "key": "604000", "unit": "EUR",
          "value": -120_000.0, "expected": 110_000.0, "low": 64_000.0, "high": 200_000.0, "at_stake_kg": 33_000.0,
          "cause": "other signs than before: credit and debit exchanged?"}
NEGATIVE = {"code": "total_negative", "kind": "inventory", "dimension": "category", "key": "3.1",
            "measure": "negative total", "unit": "kg CO2e", "value": -45_000.0, "expected": NAN, "low": 0.0,
            "high": NAN, "years": 0, "basis": "any year", "at_stake_kg": 90_000.0,
            "cause": "more credit than debit: signs exchanged, or credit notes of another year?"}
EACH = ({}, SOLD, MONTHS, GONE, PRICE, SHARE, PLACE, CREDIT, NEGATIVE)
