"""The factor library's bars: load 0.2 s, resolve 5,000 distinct keys 1 s, search 0.1 s.

python -m benchmarks factors
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd

from benchmarks.results import Result, result
from carbon import factors
from carbon.factors import library, matching
from carbon.params.shapes.company import FactorPolicy, Vintage

KEYS = 5000


def seconds(call: Callable[[], object], *, rounds: int = 5) -> list[float]:
    """Return the wall seconds of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times


def keys(table: pd.DataFrame) -> pd.DataFrame:
    """Draw 5,000 distinct keys of the library's activities, regions and units."""
    pairs = table[["activity", "unit", "region"]].drop_duplicates()
    years = [pairs.assign(year=year, scope="3") for year in (2022, 2023, 2024, 2025)]
    return pd.concat(years, ignore_index=True).head(KEYS)


def results() -> list[Result]:
    """Return the bars of loading with every cache emptied, resolving and searching."""
    release = library.newest()
    opened = factors.load(release)
    policy = FactorPolicy(release=release, regions={}, vintage=Vintage(later="allow", max_gap=5), price_basis="as_is",
                          deflator="none", prefer=["desnz", "ember"])
    asked = keys(opened.table)

    def load() -> None:
        library._load.cache_clear()
        factors.load(release)

    def resolve() -> None:
        matching.resolve(asked, opened, policy=policy, gwp="AR5GWP100", allow_mixed_gwp=["ademe", "ember", "eea"],
                         non_co2="as_published")

    factors.search("train", opened)
    return [result("load the library", "s", seconds(load), 0.2),
            result(f"resolve {len(asked):,} distinct keys", "s", seconds(resolve), 1.0),
            result("search", "s", seconds(lambda: factors.search("ordinateur portable", opened)), 0.1)]
