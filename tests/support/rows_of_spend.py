"""Spend, and factors of other years, places and prices, for the tests of what is doubtful."""

from __future__ import annotations

import pandas as pd

SPEND = {"kind": "purchases", "activity": "purchase.x", "unit": "EUR", "tier": "spend", "part": "total", "scope": "3",
         "category": 1, "factor_id": "eur"}
FACTORS = pd.DataFrame([
    ("f", "FR", 2022, 2022, "L", 0), ("gb", "GB", 2024, 2024, "L", 0), ("eur", "FR", 2023, 2023, "EUR", 2023),
    ("gbp", "EU27", 2015, 9999, "GBP", 2022), ("old", "", 2010, 2012, "L", 0),
], columns=["factor_id", "region", "valid_from", "valid_to", "unit", "price_year"]).assign(uncertainty_pct=float("nan"))
