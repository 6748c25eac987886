"""Small emission, activity and ledger tables."""

import numpy as np
import pandas as pd
import pytest

from carbon.core import schemas

EMISSION = {
    "record_id": "2024/f.csv:2", "source_file": "data/raw/c/2024/f.csv", "source_line": 2, "company": "c", "year": 2024,
    "activity": "diesel", "part": "combustion", "scope": "1", "category": 0, "scope2_method": "", "factor_id": "f",
    "source_id": "s", "quantity": 1.0, "unit": "L", "kg_per_unit": 1.0, "co2_kg": np.nan, "ch4_kg": np.nan,
    "n2o_kg": np.nan, "co2e_kg": 1.0, "biogenic_co2_kg": 0.0, "tier": "measured", "quality": "", "reason": "exact",
    "gwp_used": "AR5GWP100", "kyoto": True, "kind": "energy", "site": "", "supplier": "", "group": "", "region": "FR",
}
LEDGER = {
    "record_id": "r", "kind": "purchases", "source_file": "f.csv", "source_sheet": "", "source_line": 2,
    "outcome": "inventoried", "stage": "", "code": "", "reason": "", "what_to_do": "", "column": "", "value": "",
    "amount": 1.0, "unit": "EUR", "counts_row": True,
}


def _table(schema, defaults, rows, key):
    if not rows:
        return schema.empty()
    return schema.validate(pd.DataFrame([{**({key: f"{key}{i}"} if key else {}), **defaults, **row}
                                         for i, row in enumerate(rows)]))


@pytest.fixture
def make_emissions():
    return lambda *rows: _table(schemas.EMISSIONS, EMISSION, rows, "activity_id")


@pytest.fixture
def make_ledger():
    return lambda *rows: _table(schemas.LEDGER, LEDGER, rows, "")
