"""Inventories that a company reported before it had records, as the reader gives them."""

from __future__ import annotations

import pandas as pd

from carbon.core import schemas

ORIGIN = {"record_id": "r", "kind": "reported_inventories", "source_file": "reported.csv", "source_sheet": "",
          "source_line": 2, "company": "c", "gwp": "AR4GWP100", "boundary": "b", "source": "report",
          "spend_model": "", "price_basis": ""}


def reported(*rows):
    table = pd.DataFrame([{**ORIGIN, "scope": scope, "year": year, "category": category, "scope2_method": method,
                           "co2e_t": float(t)} for year, scope, category, method, t in rows])
    return schemas.REPORTED_INVENTORIES.validate(table) if rows else schemas.REPORTED_INVENTORIES.empty()
