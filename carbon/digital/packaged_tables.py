"""
The packaged tables of this room, typed, each with a citation beside it in data/.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from carbon.core import packaged

PACKAGE = "carbon.digital"
_NUMBERS: dict[str, tuple[str, ...]] = {
    "devices": ("manufacture_kg", "distribution_kg", "end_of_life_kg", "lifespan_years", "active_power_w",
                "hours_per_day"),
    "device_editions": ("embodied_kg",),
    "bands": ("divide_by", "multiply_by"),
    "datacentre": ("value",),
    "network": ("g_per_gb",),
    "page": ("value",),
    "planetary_boundaries": ("global_limit_per_year", "ef31_normalisation", "ef31_weight"),
    "reuse_targets": ("value",),
    "travel_factors": ("over_km", "up_to_km", "fuel_kg", "contrails_kg", "build_kg"),
    "travel_policies": ("threshold_hours",),
    "rail_times": ("minutes",),
}


@cache
def _read(name: str) -> pd.DataFrame:
    kinds = dict.fromkeys(_NUMBERS[name], "number")
    return packaged.read_csv(PACKAGE, f"data/{name}.csv", kinds)


def load(name: str) -> pd.DataFrame:
    """
    One packaged table, e.g. "devices", "network", "planetary_boundaries".
    """
    return _read(name).copy()


@cache
def citation(name: str) -> Any:
    """
    Title, publisher, edition, licence and hash of a packaged table.
    """
    return packaged.read_yaml(PACKAGE, f"data/{name}.yml")


@cache
def figure(table: str, item: str) -> float:
    """
    One figure of a table of figures, e.g. ("datacentre", "server_embodied").
    """
    rows = _read(table)
    key = "item" if "item" in rows else "parameter" if "parameter" in rows else "id"
    return float(rows.loc[rows[key] == item, "value"].item())
