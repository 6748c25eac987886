"""The packaged tables of this room, typed; data/ holds each with its citation."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from carbon.core import packaged

PACKAGE = "carbon.digital"
_NUMBERS: dict[str, tuple[str, ...]] = {
    "devices": ("manufacture_kg", "distribution_kg", "end_of_life_kg", "lifespan_years", "active_power_w",
                "hours_per_day"),
    "bands": ("divide_by", "multiply_by"),
    "datacentre": ("value",),
    "network": ("g_per_gb",),
    "page": ("value",),
    "planetary_boundaries": ("global_limit_per_year", "ef31_normalisation", "ef31_weight"),
    "reuse_targets": ("value",),
    "travel_factors": ("over_km", "up_to_km", "fuel_kg", "contrails_kg", "build_kg"),
    "rail_times": ("minutes",),
    "answers": (), "form_words": (),
    "use_model": ("value",),
    "cloud_machines": ("vcpu", "vcpu_host", "embodied_kg", "min_w", "max_w"),
    "cloud_regions": (),
    "cloud_pue": ("value",),
    "ai_calls": (),
    "service_levers": ("value",),
    "uses": ("terminal_manufacture_kg", "terminal_use_kg", "network_kg", "data_centre_manufacture_kg",
             "data_centre_use_kg"),
}


@cache
def _read(name: str) -> pd.DataFrame:
    kinds = dict.fromkeys(_NUMBERS[name], "number")
    return packaged.read_csv(PACKAGE, f"data/{name}.csv", kinds)


def load(name: str) -> pd.DataFrame:
    """Return one packaged table, e.g. "devices", "network", "planetary_boundaries"."""
    return _read(name).copy()


@cache
def citation(name: str) -> Any:
    """Return title, publisher, edition, licence and hash of a packaged table."""
    return packaged.read_yaml(PACKAGE, f"data/{name}.yml")


def device_table() -> pd.DataFrame:
    """Return the packaged devices with embodied_kg: manufacture, distribution and end of life [kg CO2e]."""
    table = load("devices")
    steps = table[["manufacture_kg", "distribution_kg", "end_of_life_kg"]]
    return table.assign(embodied_kg=steps.sum(axis=1, skipna=False))


@cache
def devices() -> dict[str, dict[str, float]]:
    """Return packaged devices by category: embodied_kg, lifespan_years, active_power_w, hours_per_day."""
    columns = ["embodied_kg", "lifespan_years", "active_power_w", "hours_per_day"]
    rows = device_table().set_index("device")[columns].iterrows()
    return {str(name): {str(k): float(v) for k, v in row.items()} for name, row in rows}


@cache
def answer_default(answer: str) -> str:
    """Return the default answer to a question about a service; "" where it must be answered."""
    rows = _read("answers")
    return str(rows.loc[rows["answer"] == answer, "default"].item())


@cache
def criterion_units() -> dict[str, str]:
    """Return the unit of each impact criterion."""
    rows = _read("planetary_boundaries")
    return dict(zip(rows["criterion"], rows["unit"], strict=True))


@cache
def headline_criteria() -> tuple[str, ...]:
    """Return the five criteria shown first: climate, acidification, particles, ionising radiation, minerals."""
    rows = _read("planetary_boundaries")
    return tuple(rows.loc[rows["headline"] == "true", "criterion"])


@cache
def levers() -> dict[str, dict[str, str]]:
    """Return packaged levers of a service by id: answer, change, value, label_en, label_fr."""
    table = _read("service_levers").astype("str").set_index("lever_id")
    return {str(k): {str(c): str(v) for c, v in row.items()} for k, row in table.iterrows()}


@cache
def network_without_box(network: str, zone: str) -> float:
    """Return the gCO2e per GB of a network without the users' box."""
    rows = _read("network")
    of_zone = (rows["network"] == network) & (rows["zone"] == zone) & (rows["boundary"] == "without box")
    return float(rows.loc[of_zone, "g_per_gb"].item())


@cache
def figure(table: str, item: str) -> float:
    """Return one figure of a table of figures, e.g. ("datacentre", "server_embodied")."""
    rows = _read(table)
    key = "item" if "item" in rows else "parameter" if "parameter" in rows else "id"
    return float(rows.loc[rows[key] == item, "value"].item())
