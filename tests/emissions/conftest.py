"""Small tables to build emissions from, each column said or harmless."""

import numpy as np
import pandas as pd
import pytest
from one_meter import GRID

from carbon.core import schemas
from carbon.emissions.calculate import calculate_emissions
from carbon.emissions.scope2 import residual_activities
from carbon.factors.matching import KEY, Matched, Resolved

ACTIVITY = {
    "record_id": "r", "kind": "energy", "source_file": "data/raw/c/2024/f.csv", "source_line": 2, "company": "c",
    "year": 2024, "period_start": "2024-01-01", "period_end": "2024-12-31", "activity": "diesel", "quantity": 1.0,
    "unit": "L", "region": "FR", "scope": "1", "category": 0, "tier": "measured", "quality": "", "site": "lyon",
    "supplier": "", "contract": "", "group": "", "rule": "", "record_amount": 1.0, "record_unit": "diesel:L",
}
FACTOR = {
    "key_id": 0, "part": "total", "element_id": "e", "factor_id": "f", "source_id": "s", "region_used": "FR",
    "factor_year": 2024, "vintage_gap": 0, "reason": "exact", "steps": "", "conversion": 1.0, "co2e_kg": 1.0,
    "co2_kg": np.nan, "ch4_kg": np.nan, "n2o_kg": np.nan, "biogenic_co2_kg": 0.0, "gwp_used": "AR5GWP100",
    "uncertainty_pct": np.nan, "life_cycle": False, "kyoto": True,
}


def _activities(*rows):
    table = pd.DataFrame([{"activity_id": f"a{i}", **ACTIVITY, **row} for i, row in enumerate(rows)])
    for day in ("period_start", "period_end"):
        table[day] = pd.to_datetime(table[day]).astype("datetime64[s]")
    table["quantity"] = table["quantity"].astype(float)
    return schemas.ACTIVITIES.validate(table)


def _match(activities, factors):
    """Give each distinct key the factors listed under its activity; a key without any is left unresolved."""
    keys = activities[KEY].drop_duplicates().reset_index(drop=True)
    keys.insert(0, "key_id", range(len(keys)))
    codes = activities.merge(keys, on=KEY, how="left", validate="m:1")["key_id"].to_numpy(np.int64)
    rows = [{**FACTOR, "factor_id": f"{k.activity}.{i}", "region_used": k.region, **factor, "key_id": k.key_id}
            for k in keys.itertuples() for i, factor in enumerate(factors.get(k.activity, []))]
    table = schemas.RESOLUTION.validate(pd.DataFrame(rows)) if rows else schemas.RESOLUTION.empty()
    misses = keys.loc[~keys["key_id"].isin(table["key_id"]), ["key_id"]]
    return Matched(Resolved(keys, table, misses), codes)


@pytest.fixture
def make_activities():
    return _activities


@pytest.fixture
def match():
    return _match


@pytest.fixture
def emissions_of(match):
    def calculate(activities, *instruments, residual=None, factors=GRID):
        mixed = None if residual is None else match(residual_activities(activities), {"electricity.residual": residual})
        return calculate_emissions(activities, match(activities, factors), instruments=instruments, residual=mixed)
    return calculate
