"""
How the figures were made: every method choice, every factor used with its source, and how closely factors fit.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.reports.sums import counted, in_scopes, tonnes_by, total_t

Inventory = Any

CHOICES = ("consolidation", "reporting_year_starts", "base_year", "gwp", "allow_mixed_gwp", "currency", "fx",
           "scope2_headline", "account_map")
FACTOR_CHOICES = ("release", "regions", "vintage", "price_basis", "deflator", "life_cycle_grid", "prefer")
TRAVEL_CHOICES = ("flight_bands", "non_co2", "rail", "car", "flight_detour_km", "rail_detour", "road_detour")


def method_choices_table(inventory: Inventory) -> pd.DataFrame:
    """
    Every choice of the company's params that changes a figure, as it stands there.

    Returns
    -------
    DataFrame
        key (in params/<company>.yml), value (as text; lists and maps in one line).
    """
    params = inventory.params
    rows = [(key, getattr(params, key)) for key in CHOICES]
    rows += [(f"factors.{key}", getattr(params.factors, key)) for key in FACTOR_CHOICES]
    rows += [(f"travel.{key}", getattr(params.travel, key)) for key in TRAVEL_CHOICES]
    rows += [(f"instruments.{i.id}", _instrument(i)) for i in params.instruments]
    rows += [(f"max_rejected_share.{kind}", limit) for kind, limit in sorted(params.max_rejected_share.items())]
    return pd.DataFrame([(key, as_text(value)) for key, value in rows], columns=["key", "value"]).astype("str")


def factors_table(inventory: Inventory) -> pd.DataFrame:
    """
    Every factor used, with its source and its share of the emissions.

    Returns
    -------
    DataFrame
        factor_id, label, part, region, valid_from, valid_to, unit, kg_per_unit, gwp_set, source_id, edition, page,
        verification, co2e_t, share (of the sum of both scope 2 methods' rows counted once each). Largest first.
    """
    rows = in_scopes(inventory.emissions)
    used = tonnes_by(rows, ["factor_id", "source_id"]).rename("co2e_t").reset_index()
    factors = inventory.factors.drop_duplicates("factor_id").rename(columns={"co2e_kg": "kg_per_unit"})
    factors = factors.drop(columns=["co2e_t", "share", "source_id"], errors="ignore")
    # From the emissions, not from the library: a company's own contracts are factors too.
    table = used.merge(factors, on="factor_id", how="left", validate="one_to_one")
    texts = ["label", "part", "region", "unit", "gwp_set", "edition", "page", "verification"]
    table = table.fillna(dict.fromkeys(texts, ""))
    whole = total_t(rows)
    table["share"] = table["co2e_t"] / whole if whole > 0 else float("nan")
    table = table.sort_values(["co2e_t", "factor_id"], ascending=[False, True])
    return table[["factor_id", "label", "part", "region", "valid_from", "valid_to", "unit", "kg_per_unit", "gwp_set",
                  "source_id", "edition", "page", "verification", "co2e_t", "share"]].reset_index(drop=True)


def reasons_table(inventory: Inventory) -> pd.DataFrame:
    """
    How closely the factors fit: exact, or with a named step (another region, another year, a conversion).

    Returns
    -------
    DataFrame
        reason, factors (distinct), co2e_t, share; of the total with the headline scope 2 method.
    """
    rows = counted(inventory.emissions, inventory.params.scope2_headline)
    return _shares(rows, "reason")


def tiers_table(inventory: Inventory) -> pd.DataFrame:
    """
    Share of the headline total by method tier, best tier first in the standard's order of preference.

    Returns
    -------
    DataFrame
        tier, factors (distinct), co2e_t, share.
    """
    return _shares(counted(inventory.emissions, inventory.params.scope2_headline), "tier")


def gwp_table(inventory: Inventory) -> pd.DataFrame:
    """
    The GWP sets behind the figures: the chosen set, and factors whose CO2e is frozen in another or an unstated one.

    Returns
    -------
    DataFrame
        gwp_used, factors (distinct), co2e_t, share of the headline total.
    """
    return _shares(counted(inventory.emissions, inventory.params.scope2_headline), "gwp_used")


def as_text(value: Any) -> str:
    """
    A params value on one line, e.g. "FR: FR, EU27, GLO; GB: GB".
    """
    if hasattr(value, "model_dump"):
        value = value.model_dump()
    if isinstance(value, dict):
        return "; ".join(f"{k}: {as_text(v)}" for k, v in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(as_text(v) for v in value) or "none"
    return str(value)


def _instrument(instrument: Any) -> str:
    volume = "all metered kWh" if instrument.volume_kwh is None else f"{instrument.volume_kwh:g} kWh"
    sites = ", ".join(instrument.sites) or "all sites"
    return (f"{instrument.kind}, {instrument.region}, {instrument.start} to {instrument.end}, "
            f"{instrument.kg_per_kwh:g} kg/kWh, {volume}, {sites}, {instrument.evidence}")


def _shares(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    table = tonnes_by(rows, [by]).rename("co2e_t").to_frame()
    table.insert(0, "factors", rows.groupby(by, observed=True)["factor_id"].nunique())
    whole = total_t(rows)
    table["share"] = table["co2e_t"] / whole if whole > 0 else float("nan")
    return table.sort_values("co2e_t", ascending=False, kind="stable").reset_index()
