"""A DataFrame of 100,000 activities in memory: factors matched in the packaged library, rows calculated, compiled."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.results import Result, result
from carbon.accounting.compile import compile_inventory
from carbon.core import schemas
from carbon.emissions import calculate_emissions
from carbon.factors import Matched, library, match_factors
from carbon.params.shapes.company import FactorPolicy, Vintage

ROWS, KEYS, REPEATS = 100_000, 443, 7
BAR_CATEGORIES, BAR_STRINGS = 0.15, 0.4
_LONG = ("activity_id", "record_id")


def match(activities: pd.DataFrame) -> Matched:
    """Match the newest release, as a French company would."""
    release = library.newest()
    policy = FactorPolicy(release=release, regions={"FR": ["FR", "EU27", "GB", "GLO"]},
                          vintage=Vintage(later="allow", max_gap=5), price_basis="as_is", deflator="none",
                          prefer=["ember", "ademe_base_carbone", "ademe_impact", "desnz", "ademe"])
    return match_factors(activities, library.load(release), policy=policy, gwp="AR5GWP100",
                         allow_mixed_gwp=["ademe", "ember", "eea", "desnz"], non_co2="as_published")


def activities() -> pd.DataFrame:
    """Draw rows over 443 activities of the library that have factors in France."""
    table = library.load(library.newest()).table
    keys = table.loc[table["region"] == "FR", ["activity", "unit", "region"]].drop_duplicates().assign(
        year=2024, scope="3", category=1)
    keys = keys[~match(keys).missing()].head(KEYS)
    rng = np.random.default_rng(1)
    rows = keys.iloc[rng.integers(0, len(keys), ROWS)].reset_index(drop=True).assign(
        activity_id=[f"2024/ledger.csv:{i}" for i in range(ROWS)], source_line=np.arange(ROWS), company="bench",
        period_start=pd.Timestamp(2024, 1, 1), period_end=pd.Timestamp(2024, 12, 31), kind="purchases",
        supplier=rng.choice([f"Supplier {i}" for i in range(3000)], ROWS), tier="spend", record_amount=1.0,
        source_file="data/raw/bench/2024/ledger.csv", quantity=rng.lognormal(3, 1, ROWS))
    rows["record_id"] = rows["activity_id"]
    texts = [c for c, kind in schemas.ACTIVITIES.columns.items() if kind == schemas.TEXT]
    rows = rows.assign(**{c: "" for c in texts if c not in rows}).astype(
        dict.fromkeys(texts, "str") | {"period_start": "datetime64[s]", "period_end": "datetime64[s]"})
    return schemas.ACTIVITIES.validate(rows)


def inventory_s(table: pd.DataFrame) -> float:
    """Return the CPU seconds from activities to an inventory."""
    started = time.process_time()
    emissions = calculate_emissions(table, match(table), instruments=[], residual=None)
    compile_inventory(emissions, company="bench", year=2024, statements={})
    return time.process_time() - started


def frames() -> list[Result]:
    """Return the bars with strings as categories and as plain strings."""
    strings = activities()
    texts = [c for c, k in schemas.ACTIVITIES.columns.items() if k == schemas.TEXT and c not in _LONG]
    categories = strings.astype(dict.fromkeys(texts, "category"))
    inventory_s(categories)
    return [result(f"a DataFrame of {ROWS:,} rows, text as {how}", "s (CPU)",
                   [inventory_s(table) for _ in range(REPEATS)], bar)
            for how, table, bar in (("categories", categories, BAR_CATEGORIES), ("strings", strings, BAR_STRINGS))]
