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
    "answers": (),
    "service_levers": ("value",),
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
def devices() -> dict[str, dict[str, float]]:
    """
    Packaged devices by category: embodied_kg, lifespan_years, active_power_w, hours_per_day.
    """
    table = _read("devices")
    embodied = table[["manufacture_kg", "distribution_kg", "end_of_life_kg"]].sum(axis=1, skipna=False)
    whole = table.assign(embodied_kg=embodied).set_index("device")
    columns = ["embodied_kg", "lifespan_years", "active_power_w", "hours_per_day"]
    return {str(name): {str(k): float(v) for k, v in row.items()} for name, row in whole[columns].iterrows()}


@cache
def answer_default(answer: str) -> str:
    """
    What stands where a question about a service is not answered; "" where it must be.
    """
    rows = _read("answers")
    return str(rows.loc[rows["answer"] == answer, "default"].item())


@cache
def criterion_units() -> dict[str, str]:
    """
    Unit of each impact criterion.
    """
    rows = _read("planetary_boundaries")
    return dict(zip(rows["criterion"], rows["unit"], strict=True))


@cache
def headline_criteria() -> tuple[str, ...]:
    """
    The five criteria that are shown first.
    """
    rows = _read("planetary_boundaries")
    return tuple(rows.loc[rows["headline"] == "true", "criterion"])


@cache
def levers() -> dict[str, dict[str, str]]:
    """
    Packaged levers of a service by id: answer, change, value, label_en, label_fr.
    """
    table = _read("service_levers").astype("str").set_index("lever_id")
    return {str(k): {str(c): str(v) for c, v in row.items()} for k, row in table.iterrows()}


@cache
def figure(table: str, item: str) -> float:
    """
    One figure of a table of figures, e.g. ("datacentre", "server_embodied").
    """
    rows = _read(table)
    key = "item" if "item" in rows else "parameter" if "parameter" in rows else "id"
    return float(rows.loc[rows[key] == item, "value"].item())
